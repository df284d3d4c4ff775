import AccessPointAPI
import ArgumentParser
import JSONValue
import KubeModel
import Rendering
import Rollout
import TrafficModel
import YAMLFormat

/// The check of some files, or of what is on the host.
struct LintRun {
    /// What an AccessPoint comes to in one target.
    struct Sight {
        let file: String
        /// `AccessPoint shop/checkout`.
        let object: String
        let subject: Subject
        let set: RenderedSet
        /// The facts of the target.
        let target: TargetFacts
    }

    /// Something of a member that could not be looked into.
    struct Unseen {
        /// The name of the member.
        let cluster: String
        /// What was not seen, why, and what to do.
        let message: String

        var json: JSONValue { ["cluster": .string(cluster), "message": .string(message)] }
    }

    private let surroundings: Surroundings
    private let options: RenderOptions
    /// Whether the clusters are known; else AccessPoints are rendered for targets that are made up.
    private let knowsClusters: Bool
    private(set) var findings: [LintFinding] = []
    /// How many AccessPoints were seen.
    private(set) var accessPoints = 0
    /// How many MemberClusters were seen.
    private(set) var memberClusters = 0
    /// How many NameServices were seen.
    private(set) var nameServices = 0
    /// What AccessPoints come to in targets that are not made up.
    private(set) var sights: [Sight] = []
    /// Where each AccessPoint was seen first, and what it asks for there.
    private var specs: [ObjectKey: (file: String, spec: AccessPointSpec)] = [:]
    /// What cannot be told of members and is no fault, in sentences.
    private(set) var notes: [String] = []
    /// The files that could not be read, a sentence each.
    private(set) var unread: [String] = []
    /// The members that could not be looked into as far as is needed to pass anything.
    private(set) var unseen: [Unseen] = []

    init(_ surroundings: Surroundings, _ options: RenderOptions, knowsClusters: Bool) {
        self.surroundings = surroundings
        self.options = options
        self.knowsClusters = knowsClusters
    }

    /// Checks one file; one that cannot be read keeps nobody from the findings of the others.
    mutating func check(_ path: String) {
        do {
            let file = try ManifestFile(path)
            check(file.objects, of: file.name)
        } catch let error as YAMLError {
            findings.append(LintFinding(error, file: path))
        } catch {
            unread += error.sentences
        }
    }

    /// Checks objects; `file` is empty for those of the host.
    mutating func check(_ objects: [JSONValue], of file: String) {
        for json in objects where KubeObject(lenient: json).gvk.group == Names.group {
            let object = "\(KubeObject(lenient: json))"
            do throws(FieldErrors) {
                switch KubeObject(lenient: json).kind {
                case Names.accessPoint.kind:
                    accessPoints += 1
                    check(try Subject(json, namespace: surroundings.namespace, hub: surroundings.hub), file, object)
                case Names.memberCluster.kind:
                    memberClusters += 1
                    _ = try MemberCluster.decode(json)
                case Names.nameService.kind:
                    nameServices += 1
                    _ = try NameService.decode(json)
                case Names.accessPointTarget.kind: break
                case let kind: findings.append(unknown(kind, file, object))
                }
            } catch {
                findings += error.errors.map { LintFinding($0, file: file, object: object) }
            }
        }
    }

    private func unknown(_ kind: String, _ file: String, _ object: String) -> LintFinding {
        let kinds = [Names.accessPoint.kind, Names.memberCluster.kind, Names.nameService.kind]
        let nearest = NearestName.nearest(to: kind, in: kinds).map { "did you mean \($0)?" }
        let error = FieldError(
            path: "kind", message: "unknown kind; \(nearest ?? "known here: \(kinds.joined(separator: ", "))")")
        return LintFinding(error, file: file, object: object)
    }

    private mutating func check(_ subject: Subject, _ file: String, _ object: String) {
        let targets: [TargetFacts]
        if knowsClusters {
            findings += twin(of: subject, file, object)
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
        if knowsClusters {
            for set in rendering.sets {
                guard let target = targets.first(where: { $0.name == set.target }) else { continue }
                sights.append(Sight(file: file, object: object, subject: subject, set: set, target: target))
            }
        }
        // Targets that are made up stand in one zone by chance, so nothing is said of the clusters of a zone.
        let neighbours = knowsClusters ? targets : []
        let problems = rendering.problems + renderer.findings(in: rendering.sets, of: neighbours)
        let errors = problems.filter { $0.severity == .error }
        findings += (errors + problems.filter { $0.severity == .warning }).map { problem in
            LintFinding(problem, file: file, object: object) { knowsClusters ? $0 : "\($0) (made up)" }
        }
    }

    /// What is wrong where another spec of an AccessPoint was seen before; the same one may be given twice.
    private mutating func twin(of subject: Subject, _ file: String, _ object: String) -> [LintFinding] {
        guard let former = specs[subject.key] else {
            specs[subject.key] = (file, subject.spec)
            return []
        }
        return former.spec == subject.spec ? [] : [LintFinding(twinOf: object, in: former.file, file: file)]
    }

    /// Compares the AccessPoints with each other, once all have been checked, where the clusters are known: what they
    /// claim in targets that are made up meets there by chance.
    mutating func compare() { findings += ClaimComparison.findings(in: sights) }

    /// Looks into the members of all targets.
    /// - Throws: `ValidationError` where flags do not go with the kubeconfig.
    mutating func look(_ host: Host) async throws {
        for name in Set(sights.map(\.set.target)).sorted() {
            do {
                try await look(into: name, host)
            } catch let wrongFlags as ValidationError {
                throw wrongFlags
            } catch {
                unseen += error.sentences.map { Unseen(cluster: name, message: $0) }
            }
        }
    }

    private mutating func look(into name: String, _ host: Host) async throws {
        let member = try await MemberCheck(try host.member(name), hub: surroundings.hub)
        var (open, passedOver) = ([FactQuery: FactAnswer](), [FactQuery: FactAnswer]())
        for sight in sights where sight.set.target == name {
            let zone = surroundings.members.count { member in
                member.facts.region == sight.target.region
                    && member.facts.availabilityZone == sight.target.availabilityZone
            }
            let report = await member.report(
                on: sight.set, isAlone: zone <= 1, gatewayNamespaces: options.gatewayNamespaces)
            let missing = report.references.filter { $0.status == .false }
            findings += missing.map { LintFinding($0, sight) } + report.neighbours.map { LintFinding($0, sight) }
            notes += report.references.filter { $0.status != .false }.map { "it cannot be told: \(name): \($0)" }
            open.merge(report.open) { first, _ in first }
            passedOver.merge(report.passedOver) { first, _ in first }
        }
        if !open.isEmpty {
            let message = "cluster \(name) was not checked as a whole, for \(Self.text(open))"
            unseen.append(Unseen(cluster: name, message: message))
        }
        passedOver = passedOver.filter { open[$0.key] == nil }
        if !passedOver.isEmpty {
            notes.append("cluster \(name): some warnings may be missing, for \(Self.text(passedOver))")
        }
    }

    /// What could not be read, what is only warned of at the end, and what to do.
    private static func text(_ unread: [FactQuery: FactAnswer]) -> String {
        let inOrder = unread.sorted { $0.key < $1.key }
        let all = inOrder.filter { !$0.key.isOfNeighbours } + inOrder.filter(\.key.isOfNeighbours)
        let names = all.prefix(5).map { "\($0.key)" }.joined(separator: ", ")
        let more = all.count > 5 ? " and \(all.count - 5) more" : ""
        let isDenied = all.contains { if case .denied = $0.value { true } else { false } }
        return "it could not be read: \(names)\(more); the first: \(all.first?.value.failure ?? "")"
            + (isDenied ? "; samples/member-rbac.yaml has all rights to read, or name with --as who has them" : "")
    }
}
