import AccessPointAPI
import Rendering
import Rollout

extension RevisionChoice {
    /// Chooses among the revisions of an AccessPoint.
    ///
    /// Each revision is rendered by the rules that it names, the present spec by those of this operator: where an
    /// upgrade of the operator changes what is rendered, the spec asks for a new revision, which starts at its canary;
    /// where it does not, nothing happens. A revision by rules that this operator does not know cannot be compared.
    init(_ scene: AccessPointScene, wanted: [String: RenderedSet], leaving: Set<String>, renders: RenderMemo) {
        let newest = scene.records.keys.max { $0.number < $1.number }
        let candidates = [scene.state.updateRevision, scene.state.stableRevision, newest].compactMap { $0 }
        let question = Question(
            wanted: wanted, leaving: leaving, candidates: candidates,
            highest: (candidates.map(\.number) + [scene.highestNumber]).max() ?? 0)
        self = Self.choose(
            question, plan: { scene.records[$0]?.plan },
            set: { name, target in
                guard let record = scene.records[name], let facts = scene.facts(of: target, in: record) else {
                    return nil
                }
                return renders.set(record, scene.identity, facts: facts)
            })
    }
}
