public import KubeModel

/// Everything that a rollout must remember: what `AccessPoint.status` holds between two decisions.
///
/// The state is a compare-and-swap register. Whoever decides commits the next state before it acts; what was not
/// committed was not decided. Everything else that status shows is derived (``RolloutView``).
public struct RolloutState: Sendable, Hashable {
    /// In which direction the targets move.
    public enum Course: String, Sendable, Hashable {
        /// Towards the update revision, step by step.
        case update = "Update"
        /// Back to the stable revision, in reverse order.
        case back = "Return"
    }

    /// Why nothing new begins, and since when.
    public struct Pause: Sendable, Hashable {
        /// The reason.
        public var reason: PauseReason
        /// The target that it is about; nil if it is about none in particular.
        public var target: String?
        /// Since when: progress deadlines stand still from here.
        public var time: Timestamp

        /// Makes a pause.
        public init(reason: PauseReason, target: String? = nil, time: Timestamp) {
            self.reason = reason
            self.target = target
            self.time = time
        }
    }

    /// A stop of all repairs.
    public struct Brake: Sendable, Hashable {
        /// Since when.
        public var time: Timestamp
        /// Whether a person lets them go on all the same, until the drift has ended.
        public var isReleased: Bool

        /// Makes a brake that holds.
        public init(time: Timestamp) { (self.time, isReleased) = (time, false) }
    }

    /// The last revision that completed; nil until one has.
    public var stableRevision: RevisionName?
    /// The revision that is being rolled out, or was last; nil before the first.
    public var updateRevision: RevisionName?
    /// The direction.
    public var course: Course
    /// How many steps are over, gates included; the index of the present one.
    public var passedSteps: Int
    /// Whether a person has let the present revision's `remove` step begin.
    public var isRemovalApproved: Bool
    /// Whether a person has let the present run go past all its gates.
    public var isPromoted: Bool
    /// How often the same revision began again after an abort.
    public var round: Int64
    /// How many retry verbs the present revision has consumed.
    public var retries: Int64
    /// The revision that was turned back: it does not start again without a retry.
    public var abortedRevision: RevisionName?
    /// Why the failure policy has turned it back; nil if a person has.
    public var rollbackCause: String?
    /// How the run before this one ended, or this one if it has.
    public var lastRun: RunEnd?
    /// The stop of all repairs; nil if there is none.
    public var brake: Brake?
    /// When the dry run of the update revision was over without a refusal; nil before.
    public var preflightTime: Timestamp?
    /// When the update revision began.
    public var startTime: Timestamp?
    /// When the update revision completed, or its abort did.
    public var completionTime: Timestamp?
    /// The fencing number: raised by each process that takes over something unfinished.
    public var epoch: Int64
    /// The number of the last journal entry; never goes back.
    public var sequence: Int64
    /// The write-ahead journal: targets that may be half written, recorded before the first byte is sent (S5).
    public var inFlight: [String: JournalEntry]
    /// Why nothing new begins; nil if the rollout goes on by itself.
    public var pause: Pause?
    /// The values that were consumed last, by verb.
    public var handled: [Verb: HandledVerb]
    /// The values that have been dealt with, by verb: they do nothing (more) while they stay on the object.
    public var seen: [Verb: String]
    /// The targets given up during deletion: by a person, after the time-out, or since nothing is deleted in them.
    public var abandoned: Set<String>
    /// What is known of each target.
    public var rows: [String: TargetRow]

    /// The state of an AccessPoint that nothing has been done for.
    public init() {
        course = .update
        (passedSteps, isRemovalApproved, isPromoted) = (0, false, false)
        (round, retries, epoch, sequence) = (0, 0, 0, 0)
        (inFlight, handled, seen, abandoned, rows) = ([:], [:], [:], [], [:])
    }
}

extension RolloutState {
    /// Whether every step of the update revision is over: it is the stable one.
    public var isComplete: Bool { updateRevision == stableRevision && course == .update }

    /// Whether the update revision was aborted and the way back is at its end.
    public var isAborted: Bool {
        course == .update && updateRevision != nil && abortedRevision == updateRevision
    }

    /// Whether anything remains to be decided or written.
    public var isUnfinished: Bool { updateRevision != nil && !isComplete && !isAborted }

    /// The revision whose objects belong in a target now, the journal before the row; nil for none.
    ///
    /// Drift is measured, and corrected, against this revision alone (S10).
    public func assignment(of target: String) -> RevisionName? {
        guard let entry = inFlight[target] else { return rows[target]?.revision }
        return entry.goal.revision
    }

    /// Whether a target is still to get a revision, by the run that is under way or as one that joins.
    public func awaits(_ revision: RevisionName, in target: String) -> Bool {
        guard course == .update, revision != assignment(of: target) else { return false }
        return revision == stableRevision || revision == updateRevision && isUnfinished
    }

    /// The state of an AccessPoint whose status was lost, rebuilt from its AccessPointTargets.
    ///
    /// No target counts as healthy and no journal is assumed: each must prove itself against its assigned revision.
    /// The epoch is lost too. It goes on from the time in microseconds, which no counter of takeovers reaches or keeps up
    /// with, so that no new stamp equals one of the time before: a report of an older write would speak for it, and a
    /// write that is still under way would pass for one of the present epoch.
    ///
    /// - Parameters:
    ///   - assigned: `spec.revision` of each AccessPointTarget.
    ///   - completed: the newest revision whose recorded outcome is that it completed.
    ///   - now: the time of the host's API server.
    /// - Returns: a state at rest.
    public static func recovered(
        assigned: [String: RevisionName], completed: RevisionName?, now: Timestamp
    ) -> RolloutState {
        var state = RolloutState()
        state.epoch = max(0, now.microsecondsSince1970)
        state.stableRevision = completed
        state.updateRevision = completed
        state.rows = assigned.mapValues { TargetRow(revision: $0) }
        return state
    }
}

/// What is remembered of one target.
public struct TargetRow: Sendable, Hashable {
    /// The revision that the target was last brought to completely; nil if none ever was, or it was taken away.
    public var revision: RevisionName?
    /// Since when it waits for good evidence: the progress deadline counts from here.
    public var waitingTime: Timestamp?
    /// Since when the evidence is good without a break: the soak counts from here.
    public var healthyTime: Timestamp?
    /// The unknown that a person has accepted, and for which revision.
    public var accepted: Acceptance?
    /// When a drift of the target was last corrected.
    public var repairTime: Timestamp?

    /// The earliest time at which drift may be corrected again; nil if it never was.
    public var nextRepairTime: Timestamp? { repairTime?.adding(seconds: 30) }

    /// Makes a row.
    public init(revision: RevisionName? = nil) { self.revision = revision }
}

/// A person's word that a rollout may go on past what could not be known of a target.
public struct Acceptance: Sendable, Hashable {
    /// The revision that it is valid for.
    public var revision: RevisionName
    /// What was not known.
    public var reason: String

    /// Makes an acceptance; of a longer reason the first 256 code points are kept.
    public init(revision: RevisionName, reason: String) {
        self.revision = revision
        self.reason = reason.cut(to: 256)
    }
}
