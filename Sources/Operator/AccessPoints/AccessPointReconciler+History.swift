import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import KubeRuntime
import Rendering
import Rollout

extension AccessPointReconciler {
    /// Records what became of revisions, and drops those beyond the history limit.
    ///
    /// Follows from the committed state alone, so that a step that was missed is made up for later.
    func tidy(_ scene: AccessPointScene, _ state: RolloutState) async throws(APIError) {
        guard !scene.metadata.isBeingDeleted else { return }
        for record in scene.records.values {
            let news = record.news(of: state, now: scene.now)
            guard !news.isEmpty else { continue }
            let patch: JSONValue = ["metadata": ["annotations": .object(news)]]
            let written = try await client.mergePatch(
                patch, resource: Revision.resource, key: record.object.key, fieldManager: Names.fieldManager)
            host.revisions.observe(written: written)
        }
        let limit = (try? scene.spec.get())?.policy.rollout.revisionHistoryLimit ?? 10
        for record in scene.expired(in: state, limit: limit) {
            try await removeLeftover(record.object, Revision.resource, host.revisions)
        }
        renders.keep(Set(scene.records.keys), for: scene.uid)
    }
}

extension RevisionRecord {
    /// Annotations that say what became of the revision and are not there yet, or say what has changed since: a run that
    /// was turned back may have been tried again.
    func news(of state: RolloutState, now: Timestamp) -> JSONObject {
        var wanted = JSONObject()
        if let run = state.lastRun, run.revision == name {
            wanted[Annotation.outcome] = .string(run.outcome.rawValue)
            wanted[Annotation.outcomeCause] = run.cause.isEmpty ? JSONValue.null : .string(run.cause)
            wanted[Annotation.start] = run.startTime.map { .string($0.rfc3339) }
            wanted[Annotation.completion] = .string(run.endTime.rfc3339)
        } else if outcome == nil, let outcome = outcome(in: state) {
            // Its end was not seen: another run has ended since.
            wanted[Annotation.outcome] = .string(outcome.rawValue)
            wanted[Annotation.completion] = .string(now.rfc3339)
        }
        return JSONObject(
            wanted.filter { object.annotation($0.key) != $0.value.stringValue }.map { ($0.key, $0.value) })
    }

    /// What became of a revision, by the state of the rollout; nil while that is open.
    func outcome(in state: RolloutState) -> RevisionOutcome.Outcome? {
        if name == state.stableRevision { return .completed }
        if name == state.abortedRevision { return .aborted }
        guard let update = state.updateRevision, name.number < update.number else { return nil }
        return .superseded
    }
}

extension AccessPointScene {
    /// The oldest revisions beyond the limit that nothing refers to.
    func expired(in state: RolloutState, limit: Int) -> [RevisionRecord] {
        var used = Set(state.rows.values.compactMap(\.revision))
        used.formUnion(state.inFlight.values.compactMap(\.goal.revision))
        used.formUnion(assigned.values.compactMap { $0.spec.revision.flatMap(RevisionName.init) })
        used.formUnion([state.stableRevision, state.updateRevision, state.abortedRevision].compactMap { $0 })
        let newest = state.updateRevision?.number ?? 0
        let old = records.values.filter { !used.contains($0.name) && $0.name.number < newest }
            .sorted { $0.name.number > $1.name.number }
        return Array(old.dropFirst(max(0, limit)))
    }

    /// The history that status shows, newest first.
    func history(limit: Int) -> [RevisionOutcome] {
        records.values.filter { $0.outcome != nil }.sorted { $0.name.number > $1.name.number }.prefix(max(0, limit))
            .map { record in
                var entry = RevisionOutcome(revision: record.name.number)
                entry.hash = record.name.hash
                entry.outcome = record.outcome
                entry.startTime = record.object.annotation(RevisionRecord.Annotation.start).flatMap { Timestamp($0) }
                entry.completionTime = record.object.annotation(RevisionRecord.Annotation.completion)
                    .flatMap { Timestamp($0) }
                // Why it was made, and why it ended.
                entry.cause = [RevisionRecord.Annotation.cause, RevisionRecord.Annotation.outcomeCause]
                    .compactMap { record.object.annotation($0) }.joined(separator: "; ")
                return entry
            }
    }
}
