// The ends of runs, which history keeps.
extension Turn {
    /// Records how the present run has ended.
    mutating func record(_ outcome: RunEnd.Outcome, _ cause: String) {
        guard let revision = state.updateRevision else { return }
        state.lastRun = RunEnd(
            revision: revision, outcome: outcome, cause: cause, startTime: state.startTime, endTime: now)
    }

    /// Records that the present run was turned back, and by whom.
    mutating func recordTurnedBack() {
        guard state.abortedRevision == state.updateRevision else { return }
        if let cause = state.rollbackCause { return record(.rolledBack, cause) }
        record(.aborted, state.handled[.abort].map { "a person set accesspoint.io/abort=\($0.value)" } ?? "")
    }

    /// Records that another revision takes the place of a run that has not ended.
    mutating func recordSuperseded(by revision: RevisionName) {
        guard state.isUnfinished, state.updateRevision != state.stableRevision else { return }
        guard state.abortedRevision == nil else { return recordTurnedBack() }
        let isStable = revision == state.stableRevision
        record(
            .superseded,
            isStable
                ? "the spec asks for the stable revision \(revision.number) again"
                : "revision \(revision.number) took its place")
    }
}
