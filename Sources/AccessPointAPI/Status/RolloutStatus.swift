public import KubeModel

/// Where the present rollout of an AccessPoint stands.
public struct RolloutStatus: Sendable, Hashable {
    /// The word for people and dashboards; programs read the conditions.
    public enum Phase: String, Sendable, Hashable, CaseIterable, FieldChoice {
        /// Every target runs the update revision and is in service.
        case healthy = "Healthy"
        /// Targets are being changed.
        case progressing = "Progressing"
        /// The rollout waits for a person or for a cluster.
        case paused = "Paused"
        /// A dry run was refused; nothing is touched.
        case blocked = "Blocked"
        /// The revision was aborted, or something else is wrong.
        case degraded = "Degraded"
        /// Targets go back to the stable revision.
        case rollingBack = "RollingBack"
        /// The AccessPoint is being deleted.
        case deleting = "Deleting"
    }

    /// The directions in which targets move.
    public enum Course: String, Sendable, Hashable, CaseIterable, FieldChoice {
        /// Towards the update revision.
        case update = "Update"
        /// Back to the stable revision.
        case back = "Return"
    }

    /// The word for people and dashboards.
    public var phase: Phase?
    /// What the rollout is doing or waiting for.
    public var message = ""
    /// The last revision that completed, as `<number>-<hash>`.
    public var stableRevision: String?
    /// The revision that the spec asks for, as `<number>-<hash>`.
    public var updateRevision: String?
    /// The revision that waits for the end of the present rollout, as `<number>-<hash>`.
    public var queuedRevision: String?
    /// The number of the update revision.
    public var revision: Int64?
    /// The present step.
    public var step: StepPosition?
    /// The value that the resume annotation must carry to open the present gate.
    public var gate: String?
    /// Why the rollout is paused, in one CamelCase word.
    public var pauseReason: String?
    /// The target that the pause is about.
    public var pauseTarget: String?
    /// Since when it is paused.
    public var pauseTime: Timestamp?
    /// The last value of the resume annotation that was acted on.
    public var lastHandledResume: String?
    /// When that was.
    public var lastHandledResumeTime: Timestamp?
    /// The last value of the abort annotation that was acted on.
    public var lastHandledAbort: String?
    /// When that was.
    public var lastHandledAbortTime: Timestamp?
    /// The last value of the retry annotation that was acted on.
    public var lastHandledRetry: String?
    /// When that was.
    public var lastHandledRetryTime: Timestamp?
    /// The last value of the promote-full annotation that was acted on.
    public var lastHandledPromoteFull: String?
    /// When that was.
    public var lastHandledPromoteFullTime: Timestamp?
    /// The last value of the abandon annotation that was acted on.
    public var lastHandledAbandon: String?
    /// When that was.
    public var lastHandledAbandonTime: Timestamp?
    /// When the rollout of the update revision began.
    public var startTime: Timestamp?
    /// When it was completed, or its abort was.
    public var completionTime: Timestamp?
    /// The direction in which the targets move.
    public var course: Course?
    /// How many steps are over, gates included.
    public var passedSteps: Int?
    /// Whether a person has let the step `remove` begin.
    public var removalApproved: Bool?
    /// Whether a person has let the present run go past all its gates.
    public var promoted: Bool?
    /// How often the update revision began again after an abort.
    public var round: Int?
    /// How many retries the update revision has consumed.
    public var retries: Int?
    /// The revision that was turned back, as `<number>-<hash>`: by a person, or by the failure policy.
    public var abortedRevision: String?
    /// Why the failure policy has turned the update revision back; nil if it has not.
    public var rollbackCause: String?
    /// How the last rollout that ended did.
    public var lastRun: RunStatus?
    /// Since when no drift is repaired, for too many targets drift at once.
    public var driftBrakeTime: Timestamp?
    /// Whether a person lets the repairs go on all the same.
    public var driftBrakeReleased: Bool?
    /// When the dry run of the update revision was over without a refusal.
    public var preflightTime: Timestamp?
    /// All steps of the plan, in order.
    public var steps: [StepStatus] = []
    /// Raised by each operator that takes over an unfinished rollout; fences an older one.
    public var epoch: Int64?
    /// The number of the last entry of the journal; never goes back.
    public var sequence: Int64?
    /// The journal: targets that may be half written, recorded before the first byte is sent.
    public var inFlight: [InFlight] = []
    /// The value that each annotation verb takes now.
    public var tokens = VerbValues()
    /// The value of each annotation verb that has been dealt with.
    public var seen = VerbValues()
    /// Targets given up during deletion: their objects are left behind.
    public var abandoned: [String] = []

    /// Makes the status of an AccessPoint that was never rolled out.
    public init() {}
}

/// The present step of a rollout.
public struct StepPosition: Sendable, Hashable {
    /// The place of the step in the plan, from 1.
    public var index: Int?
    /// The number of steps.
    public var total: Int?
    /// The name of the step.
    public var name: String?
    /// The above in short, such as `1/3 canary`.
    public var display: String?

    /// Makes a position; `display` follows from the other parts.
    public init(index: Int, total: Int, name: String) {
        self.init()
        (self.index, self.total, self.name) = (index, total, name)
        display = "\(index)/\(total) \(name)"
    }
}

/// How a rollout ended.
public struct RunStatus: Sendable, Hashable {
    /// The revision, as `<number>-<hash>`.
    public var revision: String
    /// How it ended.
    public var outcome: RevisionOutcome.Outcome
    /// Why it ended so.
    public var cause = ""
    /// When it began.
    public var startTime: Timestamp?
    /// When it ended.
    public var completionTime: Timestamp?

    /// Makes the end of a rollout.
    public init(revision: String, outcome: RevisionOutcome.Outcome) {
        self.revision = revision
        self.outcome = outcome
    }
}

/// One value for each annotation verb.
public struct VerbValues: Sendable, Hashable {
    /// For resume.
    public var resume: String?
    /// For abort.
    public var abort: String?
    /// For retry.
    public var retry: String?
    /// For promote-full.
    public var promoteFull: String?
    /// For abandon.
    public var abandon: String?

    /// Makes a set of values.
    public init(
        resume: String? = nil, abort: String? = nil, retry: String? = nil, promoteFull: String? = nil,
        abandon: String? = nil
    ) {
        self.resume = resume
        self.abort = abort
        self.retry = retry
        self.promoteFull = promoteFull
        self.abandon = abandon
    }
}
