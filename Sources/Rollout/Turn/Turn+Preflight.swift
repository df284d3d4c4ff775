import KubeModel

/// Whether a target can be written with a revision for the first time.
enum Readiness: Hashable {
    /// Its dry run passed.
    case ready
    /// It is not known yet.
    case waiting
    /// It does not answer.
    case unreachable
    /// It refused an object.
    case refused(String)
}

// The dry run of every set before the first write of a revision.
extension Turn {
    /// What is known of a target's dry run of a revision.
    func readiness(_ target: String, _ revision: RevisionName) -> Readiness {
        guard guards.has(.preflight) else { return .ready }
        guard let seen = observed.targets[target] else { return .waiting }
        if let report = seen.preflight, report.revision == revision {
            switch report.result {
            case .refused(let message): return .refused(message)
            case .unreachable: return .unreachable
            case .passed where seen.reachability == .reachable: return .ready
            case .passed, .pending: break
            }
        }
        return seen.reachability == .unreachable ? .unreachable : .waiting
    }

    /// Targets that still have to get the update revision.
    var awaiting: [String] {
        members.filter { isPlaced($0) && state.rows[$0]?.revision != state.updateRevision }
    }

    /// Notes that every target has passed the dry run, or cannot be asked.
    mutating func notePreflight() {
        guard state.preflightTime == nil, let revision = state.updateRevision else { return }
        let isOver = awaiting.allSatisfy { target in
            let readiness = readiness(target, revision)
            return readiness == .ready || readiness == .unreachable
        }
        if isOver { state.preflightTime = now }
    }

    /// The dry runs that are wanted now: of all targets before the first write, later of those whose turn it is.
    var preflights: [(target: String, revision: RevisionName)] {
        guard state.course == .update, !observed.isDeleting else { return [] }
        var wanted = joining.compactMap { target in state.stableRevision.map { (target: target, revision: $0) } }
        if state.isUnfinished, let revision = state.updateRevision, plan != nil {
            let limit = state.preflightTime == nil ? Int.max : state.passedSteps
            wanted += awaiting.filter { stepIndex[$0] ?? 0 <= limit && state.inFlight[$0]?.goal != .revision(revision) }
                .map { (target: $0, revision: revision) }
        }
        return wanted.filter { isPreflightDue($0.target, $0.revision) }
    }

    private func isPreflightDue(_ target: String, _ revision: RevisionName) -> Bool {
        guard let seen = observed.targets[target], seen.reachability == .reachable else { return false }
        guard let again = nextPreflight(target, revision) else {
            return seen.preflight?.revision != revision
        }
        return again <= now
    }

    /// When a dry run without a good end is tried again: 15 s after it, then twice as long each time, 10 min at most.
    func nextPreflight(_ target: String, _ revision: RevisionName) -> Timestamp? {
        guard let report = observed.targets[target]?.preflight, report.revision == revision else { return nil }
        switch report.result {
        case .pending, .passed: return nil
        case .refused, .unreachable:
            let doublings = min(max(report.attempts, 1) - 1, 6)
            return report.time.adding(seconds: min(15 << Int64(doublings), 600))
        }
    }
}
