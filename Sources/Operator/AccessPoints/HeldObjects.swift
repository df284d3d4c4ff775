import Rendering
import Rollout

/// What an AccessPoint holds in members, or is about to, by its committed state alone: objects, and hosts at gateways.
enum HeldObjects {
    /// The objects of every target's revision, of the one that is journaled for it, and of the update revision in all
    /// targets of its plan.
    static func of(_ scene: AccessPointScene, renders: RenderMemo) -> Set<ClaimIdentity> {
        var identities: Set<ClaimIdentity> = []
        let update = scene.state.isAborted ? nil : scene.state.updateRevision
        let planned = Set(update.flatMap { scene.records[$0]?.plan.targets } ?? [])
        for target in planned.union(scene.state.rows.keys).union(scene.state.inFlight.keys) {
            let revisions = [
                scene.state.rows[target]?.revision, scene.state.assignment(of: target),
                planned.contains(target) ? update : nil,
            ]
            for record in Set(revisions.compactMap { $0 }).compactMap({ scene.records[$0] }) {
                guard let facts = scene.facts(of: target, in: record),
                    let set = renders.set(record, scene.identity, facts: facts)
                else { continue }
                identities.formUnion(set.objects.map { .init(cluster: target, kind: $0.kind, key: $0.key) })
                identities.formUnion(renders.claims(of: set, scene.identity).identities(in: target))
            }
        }
        return identities
    }
}
