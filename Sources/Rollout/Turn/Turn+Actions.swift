import KubeModel

// What follows from the state: the same actions as long as it stays the same.
extension Turn {
    /// Everything that is to be done once the state is committed.
    var actions: [RolloutAction] {
        var actions = entries.flatMap(writes)
        actions += preflights.map { .preflight(target: $0.target, revision: $0.revision) }
        actions += releasable.map { .release(target: $0) }
        if isDeletionOver { actions.append(.finalize) }
        return actions + answers.map { .answer($0) }
    }

    /// The writes of one entry that are not done yet.
    private func writes(_ target: String, _ entry: JournalEntry) -> [RolloutAction] {
        let isSuperseded = entry.purpose == .update && !isCurrent(entry)
        guard !isSuperseded || unjournaled[target] != nil, !observed.isDeleting || entry.purpose == .remove else {
            return []
        }
        var writes: [RolloutAction] = []
        if let revision = entry.goal.revision, observed.targets[target]?.assigned != revision {
            writes.append(.assign(target: target, revision: revision))
        }
        switch outcome(target, entry) {
        case .done, .failed: return writes
        case .writing, .retrying, nil:
            return writes + [
                entry.goal.revision.map { .apply(target: target, revision: $0, stamp: entry.stamp) }
                    ?? .remove(target: target, stamp: entry.stamp)
            ]
        }
    }

    /// Targets whose AccessPointTarget outlives what it spoke of.
    ///
    /// They count as unfinished business when an epoch is claimed, so that a stale read cannot let one go.
    var releasable: [String] {
        guard state.updateRevision != nil || observed.isDeleting else { return [] }
        return observed.targets.keys.sorted().filter { target in
            observed.targets[target]?.assigned != nil && state.inFlight[target] == nil
                && unjournaled[target] == nil && state.rows[target]?.revision == nil
        }
    }

    /// The next time at which something is due without any news.
    var nextCheck: Timestamp? {
        var times: [Timestamp] = preflightTimes
        if state.isUnfinished, state.course == .update {
            for target in members {
                if case .soaking(let until) = standing(target) { times.append(until) }
            }
            if state.pause == nil, let deadline = plan?.progressDeadlineSeconds {
                times += unsettled.compactMap { state.rows[$0]?.waitingTime?.adding(seconds: deadline) }
            }
        }
        for (target, seen) in observed.targets where seen.isDrifted {
            if let time = state.rows[target]?.nextRepairTime { times.append(time) }
        }
        times += entries.compactMap { nextProbe($0.target, $0.entry) }
        times += [lateRemoval, nextLoss].compactMap { $0 }
        return times.filter { $0 > now }.min()
    }

    private var preflightTimes: [Timestamp] {
        observed.targets.keys.compactMap { target in
            observed.targets[target]?.preflight.flatMap { nextPreflight(target, $0.revision) }
        }
    }
}
