import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import Rollout
import YAMLFormat

/// The check of some files.
struct LintRun {
    private let surroundings: Surroundings
    private let options: RenderOptions
    /// Whether the clusters are known; else AccessPoints are rendered for targets that are made up.
    private let knowsClusters: Bool
    private(set) var findings: [LintFinding] = []
    /// How many AccessPoints were seen.
    private(set) var accessPoints = 0
    /// How many MemberClusters were seen.
    private(set) var memberClusters = 0

    init(_ surroundings: Surroundings, _ options: RenderOptions) {
        self.surroundings = surroundings
        self.options = options
        knowsClusters = !surroundings.members.isEmpty
    }

    /// Checks one file.
    /// - Throws: `CommandFailure` if it cannot be read at all.
    mutating func check(_ path: String) throws {
        let file: ManifestFile
        do {
            file = try ManifestFile(path)
        } catch let error as YAMLError {
            findings.append(LintFinding(error, file: path))
            return
        }
        for json in file.objects where KubeObject(lenient: json).gvk.group == Names.group {
            let object = "\(KubeObject(lenient: json))"
            do throws(FieldErrors) {
                switch KubeObject(lenient: json).kind {
                case Names.accessPoint.kind:
                    accessPoints += 1
                    check(
                        try Subject(json, namespace: surroundings.namespace, hub: surroundings.hub), file.name, object)
                case Names.memberCluster.kind:
                    memberClusters += 1
                    _ = try MemberCluster.decode(json)
                case Names.accessPointTarget.kind: break
                case let kind: findings.append(unknown(kind, file.name, object))
                }
            } catch {
                findings += error.errors.map { LintFinding($0, file: file.name, object: object) }
            }
        }
    }

    private func unknown(_ kind: String, _ file: String, _ object: String) -> LintFinding {
        let kinds = [Names.accessPoint.kind, Names.memberCluster.kind]
        let nearest = NearestName.nearest(to: kind, in: kinds).map { "did you mean \($0)?" }
        let error = FieldError(
            path: "kind", message: "unknown kind; \(nearest ?? "known here: \(kinds.joined(separator: ", "))")")
        return LintFinding(error, file: file, object: object)
    }

    private mutating func check(_ subject: Subject, _ file: String, _ object: String) {
        let targets: [TargetFacts]
        if knowsClusters {
            let decision = PlacementResolver.resolve(subject.spec, members: surroundings.members)
            findings += decision.problems.map { LintFinding($0, file: file, object: object) }
            guard decision.isCertain else { return }
            targets = decision.targets
            do throws(PlanProblem) {
                _ = try RolloutPlan.make(policy: subject.spec.policy.rollout, targets: targets)
            } catch {
                findings.append(LintFinding(error, file: file, object: object))
            }
        } else {
            targets = SampleTargets.of(subject.spec)
        }
        let renderer = Renderer(identity: subject.identity, spec: subject.spec, options: options)
        let rendering = renderer.render(all: targets)
        // Targets that are made up stand in one zone by chance, so nothing is said of the clusters of a zone.
        let neighbours = knowsClusters ? targets : []
        let problems = rendering.problems + renderer.findings(in: rendering.sets, of: neighbours)
        let errors = problems.filter { $0.severity == .error }
        findings += (errors + problems.filter { $0.severity == .warning }).map { problem in
            LintFinding(problem, file: file, object: object) { knowsClusters ? $0 : "\($0) (made up)" }
        }
    }
}
