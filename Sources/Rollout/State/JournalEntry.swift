/// What a target is brought to.
public enum Goal: Sendable, Hashable {
    /// The rendered set of a revision.
    case revision(RevisionName)
    /// Nothing: every object of the AccessPoint is taken away.
    case absent

    /// The revision; nil for nothing.
    public var revision: RevisionName? {
        guard case .revision(let name) = self else { return nil }
        return name
    }
}

/// The fence of a write: who journaled it, and as which entry.
///
/// A report of the executor counts for exactly one stamp, so that what is heard of an older write, an older leader or
/// the same revision at another time never speaks for this one.
public struct WriteStamp: Sendable, Hashable {
    /// The epoch of the process that may write.
    public var epoch: Int64
    /// The number of the journal entry.
    public var sequence: Int64

    /// Makes a stamp.
    public init(epoch: Int64, sequence: Int64) {
        self.epoch = epoch
        self.sequence = sequence
    }
}

/// One target in flight: the intent that was committed before its first write.
public struct JournalEntry: Sendable, Hashable {
    /// Why the target is written.
    public enum Purpose: String, Sendable, Hashable, CaseIterable {
        /// Its turn in the rollout has come.
        case update = "Update"
        /// Back to what it was: an abort, a revert, or a superseded revision that was half written.
        case back = "Return"
        /// It joined, and gets the stable revision.
        case join = "Join"
        /// Its objects differ from its assigned revision.
        case repair = "Repair"
        /// It has left, or the AccessPoint is deleted.
        case remove = "Remove"
    }

    /// What the target is brought to.
    public var goal: Goal
    /// Why.
    public var purpose: Purpose
    /// The fence.
    public var stamp: WriteStamp

    /// Makes an entry.
    public init(goal: Goal, purpose: Purpose, stamp: WriteStamp) {
        self.goal = goal
        self.purpose = purpose
        self.stamp = stamp
    }
}
