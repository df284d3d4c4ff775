import KubeModel

/// Where a target stands in the present run.
enum Standing: Hashable {
    /// Its turn has not come.
    case pending
    /// It has left the placement.
    case left
    /// A person let the run go on without it.
    case passedOver
    /// It is in flight.
    case writing
    /// It refused the write.
    case failed(String)
    /// It is written and without good evidence; nil if nothing has been looked at yet.
    case verifying(Evidence.Finding?)
    /// It is healthy, and will have been for long enough at a time.
    case soaking(until: Timestamp)
    /// It is done.
    case settled

    /// Whether the run can go on past the target.
    var isOver: Bool { self == .settled || self == .left || self == .passedOver }
}

extension Turn {
    /// Where a target of the plan stands.
    func standing(_ target: String) -> Standing {
        guard let revision = state.updateRevision else { return .pending }
        guard isPlaced(target) else { return .left }
        if let entry = state.inFlight[target], isBinding(entry, target) {
            return standing(target, inFlight: entry)
        }
        guard let row = state.rows[target], row.revision == revision else {
            return isAccepted(target) ? .passedOver : .pending
        }
        if isAccepted(target), !isBad(target) { return .settled }
        guard let healthy = row.healthyTime else { return .verifying(finding(target, at: revision)) }
        let until = healthy.adding(seconds: soakSeconds(target))
        return until <= now ? .settled : .soaking(until: until)
    }

    /// Whether an entry keeps the run from its target: a repair or a join of another revision gives way to it.
    private func isBinding(_ entry: JournalEntry, _ target: String) -> Bool {
        switch entry.purpose {
        case .update, .back, .remove: true
        case .repair, .join: state.rows[target]?.revision == state.updateRevision
        }
    }

    private func standing(_ target: String, inFlight entry: JournalEntry) -> Standing {
        if case .failed(let reason) = outcome(target, entry) { return .failed(reason) }
        guard isCurrent(entry), let revision = state.updateRevision else {
            return isAccepted(target) ? .passedOver : .writing
        }
        if outcome(target, entry) == .done { return .verifying(finding(target, at: revision)) }
        return isAccepted(target) ? .passedOver : .writing
    }

    private func isBad(_ target: String) -> Bool {
        guard let revision = state.updateRevision, case .bad = finding(target, at: revision) else { return false }
        return true
    }

    private func soakSeconds(_ target: String) -> Int64 {
        guard let plan, let index = stepIndex[target], plan.steps.indices.contains(index) else { return 0 }
        return plan.steps[index].soakSeconds
    }

    /// Whether a target is without good evidence for longer than the deadline, the time of pauses not counted.
    func isOverdue(_ target: String) -> Bool {
        guard let plan, let waiting = state.rows[target]?.waitingTime else { return false }
        return waiting.adding(seconds: plan.progressDeadlineSeconds) <= (state.pause?.time ?? now)
    }

    /// Targets that take up room in the present step: what is in flight and what is written but not settled (S1).
    var unsettled: Set<String> {
        let moving = state.inFlight.filter { ($0.value.purpose == .update || $0.value.purpose == .back) }.keys
        let waiting = members.filter { target in
            switch standing(target) {
            case .verifying, .soaking: true
            default: false
            }
        }
        return Set(moving).union(waiting).filter { target in
            (!isAccepted(target) || isBad(target)) && (isPlaced(target) || !isUnreachable(target))
                && !isTolerated(target)
        }
    }
}
