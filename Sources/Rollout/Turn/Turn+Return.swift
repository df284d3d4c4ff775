import KubeModel

// The way back to the stable revision: an abort, or a spec that is equal to it again.
extension Turn {
    /// Moves targets back, last written first, and ends the way back when none is left.
    ///
    /// It asks for no gate, no soak and no dry run: the targets had the stable revision before. A spec that says
    /// paused holds it, unless a person has aborted: the failure policy does not.
    mutating func advanceReturn() {
        let isWordOfPerson = state.abortedRevision != nil && state.rollbackCause == nil
        let isHeld = !isWordOfPerson && observed.isPaused
        if !isHeld { admitReturns() }
        let isOver = touched.isEmpty && !state.inFlight.values.contains { $0.purpose == .update || $0.purpose == .back }
        if isOver { endReturn() }
        note(pause: isOver ? nil : isHeld ? userPause : failure ?? strandedReturn)
    }

    private mutating func endReturn() {
        recordTurnedBack()
        state.course = .update
        state.completionTime = now
        state.passedSteps = state.isAborted ? 0 : plan?.steps.count ?? 0
        forgetWaits()
    }

    /// Targets that are not in flight and hold something else than the stable revision, last in the plan first.
    private var touched: [String] {
        let order = members
        let planned = Set(order)
        let others = state.rows.keys.filter { !planned.contains($0) }.sorted()
        return (order + others).reversed().filter { target in
            guard let revision = state.rows[target]?.revision else { return false }
            return revision != state.stableRevision && state.inFlight[target]?.purpose != .back
                && state.inFlight[target]?.purpose != .update
        }
    }

    private mutating func admitReturns() {
        for target in touched where !isUnreachable(target) && isFree(target) {
            guard returning < (stepIndex[target].flatMap { plan?.steps[$0].maxConcurrency } ?? 1) else { return }
            journal(target, state.stableRevision.map { .revision($0) } ?? .absent, .back)
        }
    }

    /// How many targets are on their way back; one that cannot go on holds up none of the others.
    private var returning: Int {
        entries.count { target, entry in
            guard entry.purpose == .update || entry.purpose == .back, !isUnreachable(target) else { return false }
            if case .failed = outcome(target, entry) { return false }
            return true
        }
    }

    /// Whether any target can still move back without a person or a cluster that has to answer first.
    var isReturnMoving: Bool {
        touched.contains { !isUnreachable($0) }
            || entries.contains { target, entry in
                guard entry.purpose == .update || entry.purpose == .back, !isUnreachable(target) else { return false }
                if case .failed = outcome(target, entry) { return false }
                return true
            }
    }

    private var strandedReturn: Hold? {
        let waiting = touched + entries.filter { $0.entry.purpose == .back }.map(\.target)
        guard !isReturnMoving, let target = waiting.first(where: isUnreachable) else { return nil }
        return Hold(
            reason: .clusterUnreachable, target: target,
            detail: "\(target) does not answer and still has to go back to the stable revision")
    }
}
