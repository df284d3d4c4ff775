import AccessPointAPI
import JSONValue
import KubeModel
import Rendering

/// An AccessPoint that a command speaks of, from a file or from the host.
struct Subject {
    /// Stands for what only a cluster gives.
    static let offline = "offline"

    var identity: RenderIdentity
    let spec: AccessPointSpec
    /// When it was made, where a cluster has told.
    let created: Timestamp?

    /// Namespace and name.
    var key: ObjectKey { ObjectKey(namespace: identity.namespace, name: identity.name) }

    /// What a revision says of an AccessPoint.
    init(identity: RenderIdentity, spec: AccessPointSpec) {
        self.identity = identity
        self.spec = spec
        created = nil
    }

    /// Reads an AccessPoint as the operator does, with its defaults.
    /// - Throws: `FieldErrors`.
    init(_ json: JSONValue, namespace: String, hub: String) throws(FieldErrors) {
        let accessPoint = try AccessPoint.decode(json)
        spec = accessPoint.spec
        created = accessPoint.metadata.creationTimestamp
        identity = RenderIdentity(
            namespace: accessPoint.metadata.namespace ?? namespace, name: accessPoint.metadata.name,
            uid: accessPoint.metadata.uid ?? Self.offline, hub: hub)
    }

    /// The AccessPoints in files.
    /// - Throws: `CommandFailure` with every field that is wrong, if there is none, or if one stands in another
    ///   namespace than `--namespace` says.
    static func read(_ paths: [String], _ place: Surroundings) throws -> [Subject] {
        var (subjects, problems) = ([Subject](), [String]())
        for file in try ManifestFile.read(paths) {
            for json in file.objects where json.isOurs(Names.accessPoint) {
                let object = KubeObject(lenient: json)
                do throws(FieldErrors) {
                    let subject = try Subject(json, namespace: place.namespace, hub: place.hub)
                    if let wanted = place.askedNamespace, subject.identity.namespace != wanted {
                        problems.append(
                            "\(file.name): AccessPoint \(subject.key) is not in namespace \(wanted); "
                                + "leave --namespace out, or give the namespace of the file")
                    }
                    subjects.append(subject)
                } catch {
                    problems += error.errors.map { "\(file.name): AccessPoint \(object.key): \($0)" }
                }
            }
        }
        guard problems.isEmpty else { throw CommandFailure(problems) }
        guard !subjects.isEmpty else {
            throw CommandFailure(
                "there is no AccessPoint (\(Names.apiVersion)) in \(paths.joined(separator: ", "))")
        }
        return subjects
    }

    /// The targets of the AccessPoint.
    /// - Throws: `CommandFailure` where placement is not certain.
    func targets(_ members: [MemberFacts]) throws -> [TargetFacts] {
        let decision = PlacementResolver.resolve(spec, members: members)
        for problem in decision.problems where !problem.isError {
            Console.complain("warning: AccessPoint \(key): \(problem)")
        }
        guard decision.isCertain else {
            throw CommandFailure(decision.problems.filter(\.isError).map { "AccessPoint \(key): \($0)" })
        }
        return decision.targets
    }

    /// The sets of all targets, judged as the operator judges them; warnings are told.
    /// - Throws: `CommandFailure` with every error.
    func sets(for targets: [TargetFacts], _ options: RenderOptions) throws -> [RenderedSet] {
        let renderer = Renderer(identity: identity, spec: spec, options: options)
        let rendering = renderer.render(all: targets)
        try tell(rendering.problems + renderer.findings(in: rendering.sets, of: targets))
        return rendering.sets
    }

    /// Tells warnings.
    /// - Throws: `CommandFailure` with the errors, if there are any.
    func tell(_ problems: [RenderProblem]) throws {
        for problem in problems where problem.severity == .warning {
            Console.complain("warning: AccessPoint \(key): \(problem)")
        }
        let errors = problems.filter { $0.severity == .error }
        guard errors.isEmpty else { throw CommandFailure(errors.map { "AccessPoint \(key): \($0)" }) }
    }
}
