import KubeModel

// The write-ahead journal: who may be written, and when a target has come to rest again (S5).
extension Turn {
    /// Records the intent to bring a target somewhere. The write may begin once the state is committed.
    mutating func journal(_ target: String, _ goal: Goal, _ purpose: JournalEntry.Purpose) {
        state.sequence = state.sequence.successor
        let stamp = WriteStamp(epoch: state.epoch, sequence: state.sequence)
        let entry = JournalEntry(goal: goal, purpose: purpose, stamp: stamp)
        if guards.has(.journal) { state.inFlight[target] = entry } else { unjournaled[target] = entry }
        let time = now
        remember(target) { row in
            if purpose == .repair { row.repairTime = time } else { (row.waitingTime, row.healthyTime) = (time, nil) }
        }
    }

    /// Lets go of every target that has definitely arrived.
    mutating func settleJournal() {
        for (target, entry) in entries where hasArrived(target, entry) { release(target, entry) }
    }

    /// Whether everything is stored and the assignment with it; for an update also whether its health is definite.
    private func hasArrived(_ target: String, _ entry: JournalEntry) -> Bool {
        guard outcome(target, entry) == .done else { return false }
        guard let revision = entry.goal.revision else { return true }
        guard observed.targets[target]?.assigned == revision else { return false }
        guard isCurrent(entry), !observed.isDeleting else { return true }
        switch finding(target, at: revision) {
        case .good, .bad: return true
        case .cannotTell: return isAccepted(target)
        case nil: return false
        }
    }

    private mutating func release(_ target: String, _ entry: JournalEntry) {
        state.inFlight[target] = nil
        guard let revision = entry.goal.revision else {
            state.rows[target] = nil
            return
        }
        let isUpdate = isCurrent(entry)
        remember(target) { row in
            row.revision = revision
            // An update keeps waiting for good evidence; what goes elsewhere has no deadline.
            if !isUpdate && entry.purpose != .repair { (row.waitingTime, row.healthyTime) = (nil, nil) }
        }
    }

    /// Whether an entry belongs to the present run.
    func isCurrent(_ entry: JournalEntry) -> Bool {
        guard entry.purpose == .update, state.course == .update, let revision = state.updateRevision else {
            return false
        }
        return entry.goal == .revision(revision)
    }

    /// Leads targets that a superseded run has left half written back to rest (S18).
    ///
    /// A write that has ended well stays; one that is still under way is waited for; all others turn back.
    mutating func leadBackSuperseded() {
        guard guards.has(.supersede) else { return }
        for (target, entry) in entries where entry.purpose == .update && !isCurrent(entry) {
            guard !isWriting(target), outcome(target, entry) != .done else { continue }
            journal(target, restingPlace(of: target), .back)
        }
    }

    /// Tries again what nobody decides about: a refused join, repair or removal, every ten minutes.
    mutating func probeRefused() {
        for (target, entry) in entries {
            guard let time = nextProbe(target, entry), time <= now else { continue }
            journal(target, entry.goal, entry.purpose)
        }
    }

    /// When a refused write beside the rollout is tried again; nil for any other.
    func nextProbe(_ target: String, _ entry: JournalEntry) -> Timestamp? {
        guard case .failed = outcome(target, entry), let row = state.rows[target] else { return nil }
        switch entry.purpose {
        case .update, .back: return nil
        case .repair: return row.repairTime?.adding(seconds: 600)
        case .join, .remove: return row.waitingTime?.adding(seconds: 600)
        }
    }

    /// Where a half-written target goes back to: the stable revision, else what it had, else nothing. On the way back
    /// what it had is a superseded revision, which no target gets onto any more.
    private func restingPlace(of target: String) -> Goal {
        let former = state.course == .back ? nil : state.rows[target]?.revision
        return (state.stableRevision ?? former).map { .revision($0) } ?? .absent
    }

    /// Takes over what an earlier leader left unfinished: a new epoch, stamped on the whole journal in the same commit.
    ///
    /// Where nothing is unfinished nothing is written; the epoch is then taken with the first thing that begins.
    mutating func claimEpoch() {
        guard guards.has(.epoch), observed.heldEpoch == nil, isActive else { return }
        state.epoch = state.epoch.successor
        for (target, _) in state.inFlight { state.inFlight[target]?.stamp.epoch = state.epoch }
    }

    private var isActive: Bool {
        let isLeft = observed.isDeleting && state.rows.values.contains { $0.revision != nil }
        return !state.inFlight.isEmpty || state.isUnfinished || isLeft || !releasable.isEmpty
    }

    /// Whether another process has taken the AccessPoint over since this one last committed to it.
    var isFenced: Bool {
        guard guards.has(.epoch), let held = observed.heldEpoch else { return false }
        return held != state.epoch
    }
}
