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
            kubectl accesspoint diff NAME [--revision N] [--live | --against-revision M] [--cluster C]
            kubectl accesspoint diff -f FILE [--live | --against FILE | --against-revision M] [--cluster C] [--clusters FILE]
            """,
        discussion: """
            The new side is the spec of an AccessPoint of the host (NAME) or of a file, or with --revision one of its \
            revisions. The old side is what each target is assigned, rendered from its revision with the facts that \
            were frozen with it; or with --live what lives in the members; or another revision; or with --against the AccessPoints of another file, for which no \
            cluster is asked if --clusters is given too. Ends with 0 when nothing differs, with 1 when something does, \
            with 2 when it cannot tell, with 64 on wrong flags.
            """)

    @Argument(help: "The AccessPoint on the host.")
    var name: String?

    @Option(
        name: [.customShort("f"), .long], parsing: .upToNextOption,
        help: "Files with AccessPoints, YAML or JSON; - is standard input.", completion: .file())
    var filename: [String] = []

    @Option(help: "The number of the revision that is the new side.")
    var revision: Int64?

    @Option(help: "File with the AccessPoints that are the old side.", completion: .file())
    var against: String?

    @Option(help: "The number of the revision that is the old side.")
    var againstRevision: Int64?

    @Flag(
        help: "The old side is what lives in the members, by the contexts of the kubeconfig that have their names.")
    var live = false

    @Option(help: "Only this target.")
    var cluster: String?

    @Option(help: "File with the MemberClusters (default: those of the host).", completion: .file())
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
        if live, against != nil || againstRevision != nil {
            throw ValidationError("--live and --against or --against-revision exclude each other")
        }
        if name != nil, clusters != nil { throw ValidationError("--clusters goes with -f only") }
        try allowInput(of: filename + [against, clusters])
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
            let after = try side(new, place.members)
            guard var old = olds.first(where: { $0.key == new.key }) else {
                let nothing = RevisionHistory.Side(title: "nothing: \(against) does not hold it", sets: [], facts: [])
                return try report(new.identity, after, nothing)
            }
            // One may come from a server and the other not: who the AccessPoint is, is no change.
            old.identity = new.identity
            var before = try side(old, place.members)
            before.title = against
            return try report(new.identity, after, before)
        }
    }

    /// The plan of a spec against what is on the host.
    private func plan(
        _ subject: Subject, _ stored: KubeObject?, _ members: [MemberFacts], _ host: Host
    ) async throws -> PlanReport {
        var subject = subject
        if let uid = stored?.uid { subject.identity.uid = uid }
        let history = try await RevisionHistory(of: subject.identity, on: host, rendering.options)
        let new = try side(subject, members)
        let old = try oldSide(history)
        let problems = old.spec.map { subject.spec.validate(replacing: $0) } ?? []
        guard problems.isEmpty else { throw CommandFailure(problems.map { "AccessPoint \(subject.key): \($0)" }) }
        return try await report(subject.identity, new, old, host)
    }

    /// The plan of a revision against what is on the host.
    private func plan(_ identity: RenderIdentity, _ host: Host) async throws -> PlanReport {
        let history = try await RevisionHistory(of: identity, on: host, rendering.options)
        return try await report(identity, try history.side(revision ?? 0), try oldSide(history), host)
    }

    private func oldSide(_ history: RevisionHistory) throws -> RevisionHistory.Side {
        if let againstRevision { return try history.side(againstRevision) }
        return try history.assigned()
    }

    private func side(_ subject: Subject, _ members: [MemberFacts]) throws -> RevisionHistory.Side {
        let facts = try subject.targets(members)
        return RevisionHistory.Side(
            title: filename.isEmpty ? "the spec" : "the file", sets: try subject.sets(for: facts, rendering.options),
            facts: facts, spec: subject.spec)
    }

    private func report(
        _ identity: RenderIdentity, _ new: RevisionHistory.Side, _ old: RevisionHistory.Side, _ host: Host
    ) async throws -> PlanReport {
        guard live else { return try report(identity, new, old) }
        let (old, new, key) = try chosen(identity, old, new)
        let found = try await host.live(new.sets, assigned: old.sets, uid: identity.uid)
        return PlanReport(
            key: key, old: "what is live", new: new.title,
            plan: RevisionPlan(live: found, to: new.sets, facts: old.facts + new.facts))
    }

    private func report(
        _ identity: RenderIdentity, _ new: RevisionHistory.Side, _ old: RevisionHistory.Side
    ) throws -> PlanReport {
        let (old, new, key) = try chosen(identity, old, new)
        return PlanReport(
            key: key, old: old.title, new: new.title,
            plan: RevisionPlan(from: old.sets, to: new.sets, facts: old.facts + new.facts))
    }

    /// Both sides, of the one target if one is asked for.
    private func chosen(
        _ identity: RenderIdentity, _ old: RevisionHistory.Side, _ new: RevisionHistory.Side
    ) throws -> (RevisionHistory.Side, RevisionHistory.Side, ObjectKey) {
        let key = ObjectKey(namespace: identity.namespace, name: identity.name)
        guard let cluster else { return (old, new, key) }
        let name = try (new.facts + old.facts).named(cluster, of: key).name
        func kept(_ side: RevisionHistory.Side) -> RevisionHistory.Side {
            var side = side
            side.sets.removeAll { $0.target != name }
            return side
        }
        return (kept(old), kept(new), key)
    }
}
