import AccessPointAPI
import ArgumentParser
import JSONValue
import KubeModel
import Rendering
import Rollout
import TrafficModel
import YAMLFormat

/// Something that is wrong, or doubtful, in a file or on the host.
struct LintFinding: Hashable {
    enum Severity: String, CaseIterable, Comparable, ExpressibleByArgument {
        case warning
        case error

        static func < (left: Severity, right: Severity) -> Bool { left == .warning && right == .error }
    }

    let severity: Severity
    let code: String
    /// Empty where it is the host.
    let file: String
    /// `AccessPoint shop/checkout`; empty where it is the file.
    let object: String
    /// What tells the place within the object: target, template, override; and the field.
    let place: String
    let path: String
    let message: String

    var json: JSONValue {
        [
            "severity": .string(severity.rawValue), "code": .string(code), "file": .string(file),
            "object": .string(object), "place": .string(place), "path": .string(path), "message": .string(message),
        ]
    }
}

extension LintFinding {
    /// A whole file that cannot be read as YAML; what stands there is not repeated, for it may hold Secrets too, and what a
    /// check says is kept in logs.
    init(_ error: YAMLError, file: String) {
        self.init(
            severity: .error, code: "InvalidYAML", file: file, object: "", place: "",
            path: "line \(error.line), column \(error.column)", message: error.messageWithoutInput)
    }

    /// A field that is wrong in itself.
    init(_ error: FieldError, file: String, object: String) {
        self.init(
            severity: .error, code: "Invalid", file: file, object: object, place: "", path: error.path,
            message: error.message)
    }

    /// A problem of the rendering; `name` tells how a target is to be called.
    init(_ problem: RenderProblem, file: String, object: String, name: (String) -> String) {
        let origin = [
            problem.override.map { "override \($0)" + (problem.operation.map { " operation \($0)" } ?? "") },
            problem.template.map { "template \($0)" }, problem.target.map { "target \(name($0))" },
        ]
        self.init(
            severity: problem.severity == .error ? .error : .warning, code: problem.code.rawValue, file: file,
            object: object, place: origin.compactMap { $0 }.joined(separator: ", "), path: problem.path,
            message: "\(problem.message); \(problem.remedy)")
    }

    /// What a set refers to and a member lacks: the operator warns of it too, and accepts the set.
    init(_ finding: ReferenceFinding, _ sight: LintRun.Sight) {
        self.init(
            sight, finding.kind, finding.key, code: finding.reason.rawValue, path: finding.pointer.fieldPath,
            finding.problem)
    }

    /// What does not get along with objects of others in a member.
    init(_ finding: Finding, _ sight: LintRun.Sight) {
        self.init(
            sight, finding.kind, finding.key, code: "TrafficDoubtful", path: finding.pointer.fieldPath,
            "\(finding.message) \(finding.label); \(finding.remedy)")
    }

    private init(
        _ sight: LintRun.Sight, _ kind: TrafficKind, _ key: ObjectKey, code: String, path: String, _ message: String
    ) {
        let object = sight.set.objects.first { $0.kind == kind && $0.key == key }
        let places = [object.map { "template \($0.template)" }, "target \(sight.set.target)"]
        self.init(
            severity: .warning, code: code, file: sight.file, object: sight.object,
            place: places.compactMap(\.self).joined(separator: ", "), path: path, message: message)
    }

    /// What an AccessPoint cannot have in some targets, for another one has it.
    init(_ clash: ClaimComparison.Clash, in sights: [LintRun.Sight]) {
        let names = Set(sights.map(\.set.target)).sorted()
        let targets =
            names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
        self.init(
            severity: clash.kind.severity, code: clash.kind.code, file: sights.first?.file ?? "",
            object: sights.first?.object ?? "",
            place: "template \(clash.template), target\(names.count > 1 ? "s" : "") \(targets)", path: "",
            message: "\(clash.problem.message); \(clash.problem.remedy)")
    }

    /// What else of that kind is not listed.
    init(further count: Int, severity: Severity, _ sight: LintRun.Sight) {
        self.init(
            severity: severity, code: RenderProblem.Code.furtherProblems.rawValue, file: sight.file,
            object: sight.object, place: "", path: "",
            message: "\(count) more things that other AccessPoints have; mend those above first")
    }

    /// An AccessPoint that stands in another file too, and asks for something else there.
    init(twinOf object: String, in former: String, file: String) {
        self.init(
            severity: .warning, code: "AccessPointTwice", file: file, object: object, place: "", path: "metadata.name",
            message: "\(object) stands in \(former) too, with another spec, and which of the two the host gets is left "
                + "to the order in which they are applied; keep one of them, or rename one")
    }

    /// A problem of the placement.
    init(_ problem: PlacementProblem, file: String, object: String) {
        self.init(
            severity: problem.isError ? .error : .warning, code: problem.code.rawValue, file: file, object: object,
            place: "", path: problem.path, message: problem.message)
    }

    /// A rollout that has nothing to begin with.
    init(_ problem: PlanProblem, file: String, object: String) {
        self.init(
            severity: .error, code: problem == .canaryEmpty ? "CanaryEmpty" : "PlacementEmpty", file: file,
            object: object, place: "", path: "spec.policy.rollout.canary.targets", message: problem.description)
    }
}
