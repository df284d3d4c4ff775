import KubeModel

// Writes beside a run: targets that join.
extension Turn {
    /// Targets that are placed and have to get the stable revision outside of any run.
    ///
    /// While a run is under way these are the ones that joined since it began; after it, all that are not there yet.
    var joining: [String] {
        guard let stable = state.stableRevision, state.course == .update, !observed.isDeleting else { return [] }
        let planned = Set(state.updateRevision.flatMap { observed.plans[$0] }?.targets ?? [])
        return joinOrder.filter { target in
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

    private var joinOrder: [String] {
        let names = observed.targets.keys.sorted()
        let leading = Set(names.filter { observed.targets[$0]?.isLeading ?? false })
        return names.filter(leading.contains) + names.filter { !leading.contains($0) }
    }

    private var joinsUnderWay: Int {
        state.inFlight.count { target, entry in
            if case .failed = outcome(target, entry) { return false }
            return entry.purpose == .join
        }
    }
}
