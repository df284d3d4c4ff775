import KubeModel

// Writes beside a run: targets that join, and drift.
extension Turn {
    /// Targets that are placed and have to get the stable revision outside of any run.
    ///
    /// While a run is under way these are the ones that joined since it began; after it, all that are not there yet.
    var joining: [String] {
        guard let stable = state.stableRevision, state.course == .update, !observed.isDeleting else { return [] }
        let planned = Set(state.updateRevision.flatMap { observed.plans[$0] }?.targets ?? [])
        return observed.targets.keys.sorted().filter { target in
            guard isPlaced(target), state.inFlight[target] == nil else { return false }
            let revision = state.rows[target]?.revision
            return state.isComplete ? revision != stable : revision == nil && !planned.contains(target)
        }
    }

    /// Begins to bring targets that joined to the stable revision, as many at once as `rest` allows.
    mutating func admitJoined() {
        guard let stable = state.stableRevision, !observed.isPaused, observed.wanted != nil, plan != nil else { return }
        let limit = plan?.steps.first { $0.name == PlanStep.rest }?.maxConcurrency ?? 1
        for target in joining where readiness(target, stable) == .ready {
            guard joinsUnderWay < limit else { return }
            journal(target, .revision(stable), .join)
        }
    }

    private var joinsUnderWay: Int {
        state.inFlight.count { target, entry in
            if case .failed = outcome(target, entry) { return false }
            return entry.purpose == .join
        }
    }

    /// Begins to correct one drift: back to the assigned revision, whatever is paused (S10).
    mutating func admitRepair() {
        guard !state.inFlight.contains(where: { $0.value.purpose == .repair }) else { return }
        let drifted = observed.targets.filter { $0.value.isDrifted && $0.value.reachability == .reachable }.keys
            .sorted()
        for target in drifted where state.inFlight[target] == nil && isPlaced(target) {
            guard let row = state.rows[target], let revision = row.revision else { continue }
            guard nextRepair(row).map({ $0 <= now }) ?? true else { continue }
            return journal(target, .revision(revision), .repair)
        }
    }

    /// When a target may be repaired again: not before 30 s have passed since the last time.
    func nextRepair(_ row: TargetRow) -> Timestamp? { row.repairTime?.adding(seconds: 30) }
}
