public import KubeModel

/// What is known at the moment of a decision; everything but the stored state and the time.
public struct RolloutObservation: Sendable, Hashable {
    /// The revision that the spec asks for; nil while the spec cannot be accepted or has not been evaluated.
    ///
    /// It is the stable revision, the update revision, or one with a number that was never wanted before.
    public var wanted: RevisionName?
    /// The frozen plans of the revisions in play: of `wanted`, of the update revision and of the stable one.
    public var plans: [RevisionName: RolloutPlan]
    /// `spec.policy.rollout.paused`.
    public var isPaused: Bool
    /// `spec.policy.rollout.onNewRevision` is `Queue`: what is wanted waits for the end of the run that is under way.
    public var queuesNewRevision: Bool
    /// How much drift stops all repairs.
    public var driftBrake: DriftBrake
    /// Whether the AccessPoint has a deletion timestamp.
    public var isDeleting: Bool
    /// `metadata.deletionTimestamp`; nil if it is not known: then the deletion may have begun at any time.
    public var deletionTime: Timestamp?
    /// `spec.policy.runtime.deletion.policy` is `Orphan`: nothing is deleted, so no target is waited for that does not
    /// answer.
    public var orphansOnDeletion: Bool
    /// `spec.policy.runtime.deletion.unreachableTimeoutSeconds`: how long a deletion waits for a target that does not
    /// answer; 0: for ever.
    public var unreachableTimeoutSeconds: Int64
    /// The present values of the verb annotations.
    public var verbs: [Verb: String]
    /// What is known of each target: every one that is placed, that has a row, or that is journaled.
    public var targets: [String: TargetObservation]
    /// The epoch that this process has committed on this AccessPoint in its present term of leadership; nil if none.
    public var heldEpoch: Int64?

    /// An observation of nothing.
    public init() {
        (plans, isPaused, queuesNewRevision, verbs, targets) = ([:], false, false, [:], [:])
        (isDeleting, orphansOnDeletion, unreachableTimeoutSeconds) = (false, false, 0)
        driftBrake = DriftBrake()
    }
}

/// How much drift is too much to be repaired without a person: then it is no accident but somebody's doing (S10).
public struct DriftBrake: Sendable, Hashable {
    /// The share of the targets, in percent, that may drift within one window; one target alone always may.
    public var maxPercent: Int
    /// The length of the window.
    public var windowSeconds: Int64

    /// Makes a brake: by default half of the targets within ten minutes.
    public init(maxPercent: Int = 50, windowSeconds: Int64 = 600) {
        self.maxPercent = max(0, maxPercent)
        self.windowSeconds = max(0, windowSeconds)
    }

    /// Whether so many of so many targets are too many.
    func isTouched(by drifted: Int, of targets: Int) -> Bool { drifted > 1 && drifted * 100 > maxPercent * targets }
}

/// What is known of one target.
public struct TargetObservation: Sendable, Hashable {
    /// Whether the cluster answers.
    public enum Reachability: Sendable, Hashable {
        /// Not tried yet by this process.
        case unknown
        /// It answers.
        case reachable
        /// It does not.
        case unreachable
    }

    /// Whether the placement contains it now. False only on proof: a complete list without it.
    public var isPlaced: Bool
    /// `spec.revision` of its AccessPointTarget; nil if there is none.
    public var assigned: RevisionName?
    /// Whether its cluster answers.
    public var reachability: Reachability
    /// The newest dry run of a revision against it; nil if this process has made none.
    public var preflight: PreflightReport?
    /// What the executor says of its newest write; nil if the executor has nothing to do with it.
    public var report: WriteReport?
    /// The health evidence, gathered after the newest write that the executor has reported as done; nil if none yet.
    public var evidence: Evidence?
    /// Whether what is stored in it differs from its assigned revision, seen after the newest write.
    public var isDrifted: Bool
    /// Whether it joins before targets of which this is not said: the other clusters of a zone before its gateway.
    public var isLeading: Bool

    /// A target of which nothing else is known yet.
    public init(isPlaced: Bool = true, reachability: Reachability = .unknown) {
        self.isPlaced = isPlaced
        self.reachability = reachability
        (isDrifted, isLeading) = (false, false)
    }
}

/// The result of the last dry run of a revision's whole set against one target.
///
/// While a dry run is repeated the former result stands; `pending` is only for the first.
public struct PreflightReport: Sendable, Hashable {
    /// What came of it.
    public enum Result: Sendable, Hashable {
        /// The first one is under way.
        case pending
        /// Every object was accepted.
        case passed
        /// The API server refused an object.
        case refused(String)
        /// There was no answer.
        case unreachable
    }

    /// The revision that was tried.
    public var revision: RevisionName
    /// What came of it.
    public var result: Result
    /// When it ended, or began while it is under way.
    public var time: Timestamp
    /// How often it was tried for this revision, this time included.
    public var attempts: Int

    /// Makes a report.
    public init(revision: RevisionName, result: Result, time: Timestamp, attempts: Int = 1) {
        self.revision = revision
        self.result = result
        self.time = time
        self.attempts = attempts
    }
}

/// What the executor says of a write.
public struct WriteReport: Sendable, Hashable {
    /// How the write stands.
    public enum Outcome: Sendable, Hashable {
        /// Requests are, or are about to be, on their way. Said from the moment the action is taken on.
        case writing
        /// No request is outstanding; the executor tries again by itself.
        case retrying(String)
        /// Everything is stored as rendered, or proved to be gone.
        case done
        /// A refusal that trying again does not change; the executor has stopped.
        case failed(String)
    }

    /// The journal entry that the write belongs to.
    public var stamp: WriteStamp
    /// How it stands.
    public var outcome: Outcome

    /// Makes a report.
    public init(stamp: WriteStamp, outcome: Outcome) {
        self.stamp = stamp
        self.outcome = outcome
    }
}

/// Whether a target serves exactly one revision well.
public struct Evidence: Sendable, Hashable {
    /// The three answers.
    public enum Finding: Sendable, Hashable {
        /// It does.
        case good
        /// It does not.
        case bad(String)
        /// That cannot be known.
        case cannotTell(String)
    }

    /// The revision that was looked for.
    public var revision: RevisionName
    /// The answer.
    public var finding: Finding

    /// Makes evidence.
    public init(revision: RevisionName, finding: Finding) {
        self.revision = revision
        self.finding = finding
    }
}
