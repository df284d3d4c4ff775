import AccessPointAPI
import KubeModel
import Rendering

/// The revisions of one AccessPoint on the host, and which of its targets is assigned which.
struct RevisionHistory {
    /// One side of a comparison, whether it comes from here or not.
    struct Side {
        var title: String
        var sets: [RenderedSet]
        var facts: [TargetFacts]
        /// The newest spec of it; nil where there is none.
        var spec: AccessPointSpec?
    }

    private let identity: RenderIdentity
    private let options: RenderOptions
    private let assignments: [AccessPointTargetSpec]
    private let revisions: [Int64: Result<Revision, RevisionError>]

    /// Reads them from the host.
    init(of identity: RenderIdentity, on host: Host, _ options: RenderOptions) async throws {
        self.identity = identity
        self.options = options.ofAcceptedRevision
        // An AccessPoint that is not on the host has neither.
        let exists = identity.uid != Subject.offline
        assignments = exists ? try await host.assignments(of: identity) : []
        revisions = exists ? try await host.revisions(of: identity) : [:]
    }

    /// What a revision renders, for the targets of its plan.
    func side(_ number: Int64) throws -> Side {
        let revision = try revision(number)
        let facts = try targets(of: number)
        return Side(
            title: "revision \(number)", sets: try facts.map { try set($0, revision) }, facts: facts,
            spec: revision.inputs.spec)
    }

    /// The targets of a revision with their frozen facts: those of its plan, and those that have joined since.
    func targets(of number: Int64) throws -> [TargetFacts] {
        let revision = try revision(number)
        let frozen = revision.inputs.targets
        let joined = assignments.filter { assignment in
            assignment.revision == revision.name && !frozen.contains { $0.name == assignment.clusterName }
        }
        return frozen + joined.map(\.facts)
    }

    /// What every target is assigned.
    func assigned() throws -> Side {
        var side = Side(title: "what is assigned", sets: [], facts: [])
        var newest: Int64 = 0
        for assignment in assignments {
            guard let name = assignment.revision else { continue }
            guard let number = name.split(separator: "-").first.flatMap({ Int64($0) }) else {
                throw CommandFailure("target \(assignment.clusterName) is assigned \(name), which is no revision")
            }
            let revision = try revision(number)
            guard revision.name == name else {
                throw CommandFailure(
                    "target \(assignment.clusterName) is assigned revision \(name), but the host has \(revision.name)")
            }
            let frozen = revision.inputs.targets.first { $0.name == assignment.clusterName }
            let facts = frozen ?? assignment.facts
            side.sets.append(try set(facts, revision))
            side.facts.append(facts)
            if number > newest { (newest, side.spec) = (number, revision.inputs.spec) }
        }
        if side.sets.isEmpty { side.title = "nothing: no target is assigned anything" }
        return side
    }

    /// A revision of a number.
    func revision(_ number: Int64) throws -> Revision {
        switch revisions[number] {
        case .success(let revision)?: return revision
        case .failure(let error)?: throw CommandFailure("revision \(number) cannot be used: \(error)")
        case nil:
            let known = revisions.keys.sorted().suffix(10).map(String.init).joined(separator: ", ")
            throw CommandFailure(
                "AccessPoint \(identity.namespace)/\(identity.name) has no revision \(number); "
                    + (known.isEmpty ? "it has none" : "it has \(known)"))
        }
    }

    private func set(_ facts: TargetFacts, _ revision: Revision) throws -> RenderedSet {
        let renderer = Renderer(identity: identity, spec: revision.inputs.spec, options: options)
        let rendering = renderer.render(facts)
        guard let set = rendering.set else {
            throw CommandFailure(
                rendering.problems.map { "revision \(revision.name) cannot be rendered for \(facts.name): \($0)" })
        }
        return set
    }
}
