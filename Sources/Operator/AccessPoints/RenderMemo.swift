import AccessPointAPI
import KubeModel
import Rendering
import Rollout
import Synchronization
import TrafficModel

/// What a spec renders for several targets at once.
struct RenderOutcome: Sendable {
    /// By target; empty where anything is wrong.
    var sets: [String: RenderedSet]
    var problems: [RenderProblem]
    var isValid: Bool
    /// What members would refuse or doubt in the sets; errors keep them from becoming a new revision, and nothing else.
    var findings: [RenderProblem] = []
}

/// Rendered sets that are asked for again and again, kept per AccessPoint; the renderer is pure, so a set never ages.
final class RenderMemo: Sendable {
    /// What the present spec renders.
    struct Present: Sendable {
        var generation: Int64
        var targets: [TargetFacts]
        var outcome: RenderOutcome
    }

    private struct Key: Hashable {
        var revision: RevisionName
        var facts: TargetFacts
    }

    private struct Entry {
        /// The AccessPoint, which may go without a word and come back as another.
        var key: ObjectKey
        var present: Present?
        var sets: [Key: RenderedSet?] = [:]
        /// What sets claim at gateways, by the hash of the set: most targets get the same objects.
        var claims: [String: GatewayClaims] = [:]

        init(_ identity: RenderIdentity) { key = ObjectKey(namespace: identity.namespace, name: identity.name) }
    }

    private let entries = Mutex<[String: Entry]>([:])
    private let options: RenderOptions

    init(options: RenderOptions) {
        self.options = options
    }

    /// What the present spec renders for these targets.
    func present(_ spec: AccessPointSpec, generation: Int64, _ identity: RenderIdentity, targets: [TargetFacts])
        -> RenderOutcome
    {
        if let known = entries.withLock({ $0[identity.uid]?.present }), known.generation == generation,
            known.targets == targets
        {
            return known.outcome
        }
        let renderer = Renderer(identity: identity, spec: spec, options: options)
        let rendering = renderer.render(all: targets)
        let outcome = RenderOutcome(
            sets: Dictionary(rendering.sets.map { ($0.target, $0) }, uniquingKeysWith: { first, _ in first }),
            problems: rendering.problems, isValid: rendering.isAccepted,
            findings: renderer.findings(in: rendering.sets, of: targets))
        entries.withLock {
            $0[identity.uid, default: Entry(identity)].present = Present(
                generation: generation, targets: targets, outcome: outcome)
            $0[identity.uid]?.claims = [:]
        }
        return outcome
    }

    /// What a revision renders for a target; nil where that is not valid (any more).
    ///
    /// Findings do not count, nor what the operator allows now: what was accepted once stays what it is, whatever rules
    /// have come since.
    func set(_ record: RevisionRecord, _ identity: RenderIdentity, facts: TargetFacts) -> RenderedSet? {
        let key = Key(revision: record.name, facts: facts)
        if let known = entries.withLock({ $0[identity.uid]?.sets[key] }) { return known }
        let set = Renderer(
            identity: identity, spec: record.revision.inputs.spec, options: options.ofAcceptedRevision
        ).render(facts).set
        entries.withLock { $0[identity.uid, default: Entry(identity)].sets[key] = .some(set) }
        return set
    }

    /// What a set claims at gateways.
    func claims(of set: RenderedSet, _ identity: RenderIdentity) -> GatewayClaims {
        if let known = entries.withLock({ $0[identity.uid]?.claims[set.hash] }) { return known }
        let claims = GatewayClaims(set)
        entries.withLock { $0[identity.uid, default: Entry(identity)].claims[set.hash] = claims }
        return claims
    }

    /// Keeps only the sets of revisions that are still in play.
    func keep(_ revisions: Set<RevisionName>, for uid: String) {
        entries.withLock { entries in
            guard let entry = entries[uid], entry.sets.keys.contains(where: { !revisions.contains($0.revision) }) else {
                return
            }
            entries[uid]?.sets = entry.sets.filter { revisions.contains($0.key.revision) }
        }
    }

    /// Forgets an AccessPoint that is gone.
    func forget(_ uid: String) { entries.withLock { $0[uid] = nil } }

    /// Forgets every AccessPoint of this name but the one with this uid, and tells which.
    func forget(_ key: ObjectKey, but uid: String? = nil) -> [String] {
        entries.withLock { entries in
            let gone = entries.filter { $0.value.key == key && $0.key != uid }.map(\.key)
            for uid in gone { entries[uid] = nil }
            return gone
        }
    }

    /// How many AccessPoints are remembered.
    var count: Int { entries.withLock { $0.count } }
}
