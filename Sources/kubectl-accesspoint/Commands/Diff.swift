import AccessPointAPI
import ArgumentParser
import JSONValue
import KubeModel
import Rendering

/// `diff`: what a change of an AccessPoint would touch.
struct Diff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what changes in which targets, and how much that is.",
        usage: """
            kubectl accesspoint diff NAME [--revision N] [--against-revision M] [--cluster C]
            kubectl accesspoint diff -f FILE [--against FILE] [--against-revision M] [--cluster C] [--clusters FILE]
            """,
        discussion: """
            The new side is the spec of an AccessPoint of the host (NAME) or of a file, or with --revision one of its \
            revisions. The old side is what each target is assigned, rendered from its revision with the facts that \
            were frozen with it; or another revision; or with --against the AccessPoints of another file, for which no \
            cluster is asked if --clusters is given too. Ends with 0 when nothing differs, with 1 when something does, \
            with 2 when it cannot tell, with 64 on wrong flags.
            """)

    @Argument(help: "The AccessPoint on the host.")
    var name: String?

    @Option(
        name: [.customShort("f"), .long], parsing: .upToNextOption,
        help: "Files with AccessPoints, YAML or JSON; - is standard input.")
    var filename: [String] = []

    @Option(help: "The number of the revision that is the new side.")
    var revision: Int64?

    @Option(help: "File with the AccessPoints that are the old side.")
    var against: String?

    @Option(help: "The number of the revision that is the old side.")
    var againstRevision: Int64?

    @Option(help: "Only this target.")
    var cluster: String?

    @Option(help: "File with the MemberClusters (default: those of the host).")
    var clusters: String?

    @Option(name: .shortAndLong, help: "table, json or yaml.")
    var output = OutputFormat.table

    @OptionGroup var rendering: RenderingOptions
    @OptionGroup var host: HostOptions

    func validate() throws {
        guard (name == nil) != filename.isEmpty else {
            throw ValidationError("give either the NAME of an AccessPoint or files with -f")
        }
        if name == nil, revision != nil { throw ValidationError("--revision needs the NAME of an AccessPoint") }
        if name != nil, against != nil { throw ValidationError("--against goes with -f only") }
        if against != nil, againstRevision != nil {
            throw ValidationError("--against and --against-revision exclude each other")
        }
        if name != nil, clusters != nil { throw ValidationError("--clusters goes with -f only") }
    }

    func run() async throws {
        try await ending(with: 2) {
            let plans = try await plans()
            switch output {
            case .table: for plan in plans { Console.say(plan.text) }
            case .json, .yaml:
                let all = plans.map(\.json)
                Console.say(all.count == 1 ? all[0] : .array(all), output)
            }
            if plans.contains(where: { !$0.plan.isEmpty }) { throw ExitCode(1) }
        }
    }

    private func plans() async throws -> [PlanReport] {
        if let against {
            let place = try await Surroundings.of(host, rendering, clusters: clusters)
            return try offline(place, against)
        }
        return try await Host.reached(host) { host in
            guard let name else {
                let place = try await Surroundings(host, rendering, clusters: clusters)
                var plans: [PlanReport] = []
                for subject in try Subject.read(filename, place) {
                    let live = try await host.accessPoint(subject.key)
                    plans.append(try await plan(subject, live, place.members, host))
                }
                return plans
            }
            let hub = await host.hubID(unless: rendering.hubID)
            if revision != nil {
                let identity = try await host.identity(name, hub: hub)
                return [try await plan(identity, host)]
            }
            let subject = try await host.subject(name, hub: hub)
            return [try await plan(subject, nil, try await host.members(), host)]
        }
    }

    /// The plan of files against a file.
    private func offline(_ place: Surroundings, _ against: String) throws -> [PlanReport] {
        let olds = try Subject.read([against], place)
        return try Subject.read(filename, place).map { new in
            let (facts, sets) = try side(new, place.members)
            guard var old = olds.first(where: { $0.key == new.key }) else {
                return try report(
                    new.key, "the file", "nothing: \(against) does not hold it", from: [], to: sets, facts)
            }
            // One may come from a server and the other not: who the AccessPoint is, is no change.
            old.identity = new.identity
            let (before, oldSets) = try side(old, place.members)
            return try report(new.key, "the file", against, from: oldSets, to: sets, before + facts)
        }
    }

    /// The plan of a spec against what is assigned, or against a revision.
    private func plan(
        _ subject: Subject, _ live: KubeObject?, _ members: [MemberFacts], _ host: Host
    ) async throws -> PlanReport {
        var subject = subject
        if let uid = live?.uid { subject.identity.uid = uid }
        let history = try await RevisionHistory(of: subject.identity, on: host, rendering.options)
        let (facts, sets) = try side(subject, members)
        let old = try oldSide(history)
        if let level = old.spec.map({ subject.spec.validate(replacing: $0) }), !level.isEmpty {
            throw CommandFailure(level.map { "AccessPoint \(subject.key): \($0)" })
        }
        return try report(
            subject.key, filename.isEmpty ? "the spec" : "the file", old.title, from: old.sets, to: sets,
            old.facts + facts)
    }

    /// The plan of a revision against what is assigned, or against another revision.
    private func plan(_ identity: RenderIdentity, _ host: Host) async throws -> PlanReport {
        let history = try await RevisionHistory(of: identity, on: host, rendering.options)
        let new = try history.side(revision ?? 0)
        let old = try oldSide(history)
        return try report(
            ObjectKey(namespace: identity.namespace, name: identity.name), new.title, old.title, from: old.sets,
            to: new.sets, old.facts + new.facts)
    }

    private func oldSide(_ history: RevisionHistory) throws -> RevisionHistory.Side {
        if let againstRevision { return try history.side(againstRevision) }
        return try history.assigned()
    }

    private func side(_ subject: Subject, _ members: [MemberFacts]) throws -> ([TargetFacts], [RenderedSet]) {
        let facts = try subject.targets(members)
        return (facts, try subject.sets(for: facts, rendering.options))
    }

    private func report(
        _ key: ObjectKey, _ new: String, _ old: String, from before: [RenderedSet], to after: [RenderedSet],
        _ facts: [TargetFacts]
    ) throws -> PlanReport {
        // Of a target that is there on both sides only once, and as it is now.
        let known = Dictionary(facts.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        let chosen = try cluster.map { try Array(known.values).named($0, of: key).name }
        func kept(_ sets: [RenderedSet]) -> [RenderedSet] { sets.filter { chosen == nil || $0.target == chosen } }
        return PlanReport(
            key: key, old: old, new: new,
            plan: RevisionPlan(from: kept(before), to: kept(after), facts: Array(known.values)))
    }
}
