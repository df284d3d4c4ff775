import KubeModel

// Deletion of the AccessPoint: one target at a time, last in the plan first, stopping at the first that fails.
extension Turn {
    /// Takes the next target's objects away once the one before is proved to be clean.
    mutating func advanceDeletion() {
        obeyAbandon()
        obeyRetry()
        if observed.isPaused {
            note(pause: userPause)
            return
        }
        giveUpLost()
        for target in removable.prefix(guards.has(.deletionOrder) ? 1 : .max) {
            guard state.inFlight[target]?.purpose != .remove, !isWriting(target), !isUnreachable(target) else {
                continue
            }
            journal(target, .absent, .remove)
        }
        note(pause: blockedDeletion)
    }

    /// Whether nothing of the AccessPoint is left in any target.
    var isDeletionOver: Bool { observed.isDeleting && removable.isEmpty }

    /// Targets that hold objects, or may, in the order in which they are cleaned.
    private var removable: [String] {
        let order = plan?.steps.flatMap(\.targets) ?? []
        let planned = Set(order)
        let others = Set(state.rows.keys).union(state.inFlight.keys).filter { !planned.contains($0) }.sorted()
        return (order + others).reversed().filter { state.rows[$0]?.revision != nil || state.inFlight[$0] != nil }
    }

    private var blockedDeletion: Hold? {
        guard let target = removable.first else { return nil }
        if isLost(target) {
            return Hold(
                reason: .clusterUnreachable, target: target,
                detail: "\(target) does not answer; its objects are removed when it does, or given up by abandon")
        }
        guard let entry = state.inFlight[target], entry.purpose == .remove else { return nil }
        var message = "it has not ended"
        switch outcome(target, entry) {
        case .failed(let cause): return Hold(reason: .targetFailed, target: target, detail: detail(target, cause))
        case .retrying(let cause): message = cause
        case .writing, .done, nil: break
        }
        guard let late = lateRemoval, late <= now else { return nil }
        return Hold(reason: .targetFailed, target: target, detail: detail(target, message))
    }

    private func detail(_ target: String, _ cause: String) -> String {
        "the objects in \(target) cannot be removed: \(cause)"
    }

    /// When the removal under way counts as stuck: a minute after it began, since a conflict or two is no trouble.
    var lateRemoval: Timestamp? {
        guard observed.isDeleting, let target = removable.first else { return nil }
        return state.rows[target]?.waitingTime?.adding(seconds: 60)
    }

    /// The target that a person may give up for lost: the one that the deletion is stuck at.
    var abandonable: String? {
        guard observed.isDeleting, let target = blockedDeletion?.target, !isWriting(target) else { return nil }
        return target
    }

    private mutating func obeyAbandon() {
        guard let target = abandonable, consume(.abandon, target) else { return }
        giveUp(target)
    }

    private mutating func giveUp(_ target: String) {
        state.abandoned.insert(target)
        (state.inFlight[target], state.rows[target]) = (nil, nil)
    }

    /// Whether a target does not answer; one that did not and was not asked again counts as before.
    private func isLost(_ target: String) -> Bool {
        let isNotAsked = observed.targets[target].map { $0.reachability == .unknown } ?? true
        let wasLost = state.pause?.reason == .clusterUnreachable && state.pause?.target == target
        return isUnreachable(target) || isNotAsked && wasLost
    }

    /// Goes past targets that do not answer: at once if nothing is deleted in them anyway, else after the time-out.
    private mutating func giveUpLost() {
        while let target = removable.first, isUnreachable(target), !isWriting(target),
            guards.has(.deletionTimeout) ? lossTime(of: target).map({ $0 <= now }) ?? false : true
        {
            giveUp(target)
        }
    }

    /// When the target that the deletion waits for is given up; nil for never.
    private func lossTime(of target: String) -> Timestamp? {
        if observed.orphansOnDeletion { return now }
        guard observed.unreachableTimeoutSeconds > 0, let pause = state.pause,
            pause.reason == .clusterUnreachable, pause.target == target
        else { return nil }
        return max(pause.time, observed.deletionTime ?? pause.time).adding(seconds: observed.unreachableTimeoutSeconds)
    }

    /// When the deletion goes past the target that it waits for.
    var nextLoss: Timestamp? { observed.isDeleting ? removable.first.flatMap(lossTime) : nil }
}
