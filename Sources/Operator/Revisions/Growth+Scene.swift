import Rendering
import Rollout

extension Growth {
    /// Compares what the present spec renders with the stable revision; nil where there is none or no person has to look.
    init?(_ scene: AccessPointScene, to next: [String: RenderedSet], renders: RenderMemo) {
        guard let record = scene.state.stableRevision.flatMap({ scene.records[$0] }) else { return nil }
        var stable: [String: RenderedSet] = [:]
        for target in next.keys where scene.state.rows[target]?.revision != nil {
            stable[target] = scene.facts(of: target, in: record).flatMap {
                renders.set(record, scene.identity, facts: $0)
            }
        }
        self.init(from: stable, to: next)
    }
}
