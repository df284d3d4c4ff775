public import KubeModel

/// Something to do outside; performed only after the decision's state is committed.
///
/// Actions are level-triggered: as long as something is not done, every decision names it again, and whoever performs
/// it takes what is already under way for done. ``answer(_:)`` alone is said once.
public enum RolloutAction: Sendable, Hashable {
    /// Dry-run the whole set of a revision against a target.
    case preflight(target: String, revision: RevisionName)
    /// Write the revision into the `spec` of the target's AccessPointTarget, which is made if there is none.
    case assign(target: String, revision: RevisionName)
    /// Bring a target to a revision.
    case apply(target: String, revision: RevisionName, stamp: WriteStamp)
    /// Take every object of the AccessPoint away from a target, with proof.
    case remove(target: String, stamp: WriteStamp)
    /// Delete the AccessPointTarget of a target that holds nothing any more.
    case release(target: String)
    /// Tell the person who set an annotation that it does nothing.
    case answer(VerbAnswer)
    /// Take the finalizer off the AccessPoint: nothing of it is left in any target.
    ///
    /// It must be done under the `resourceVersion` that the state was read at, so that a stale read cannot do it.
    case finalize
}

/// The result of one step of the planner.
public struct RolloutDecision: Sendable, Hashable {
    /// The next state. If it differs from the given one, commit it by compare-and-swap before any action.
    public var state: RolloutState
    /// What to do once the state is committed.
    public var actions: [RolloutAction]
    /// When to decide again if nothing else happens; nil if only a change matters.
    public var nextCheck: Timestamp?
    /// What status shows.
    public var view: RolloutView
    /// Whether another process has taken over: nothing was decided, and the lease must be checked before anything else.
    public var isFenced: Bool
}

/// Why nothing new begins.
public enum PauseReason: String, Sendable, Hashable, CaseIterable {
    /// The spec says `paused: true`.
    case userPaused = "UserPaused"
    /// The present spec is not accepted; the targets stay as they are until it is.
    case specNotAccepted = "SpecNotAccepted"
    /// A target refused the dry run, or lacks what the revision refers to.
    case preflightRefused = "PreflightRefused"
    /// A target refused a write.
    case targetFailed = "TargetFailed"
    /// More targets of a step have failed than may.
    case failuresExceeded = "FailuresExceeded"
    /// A target has been without good evidence for longer than the progress deadline.
    case deadlineExceeded = "DeadlineExceeded"
    /// A target does not answer and the rollout cannot go on without it.
    case clusterUnreachable = "ClusterUnreachable"
    /// The revision is much larger than the stable one, and a person must agree before anything is touched.
    case growthGate = "GrowthGate"
    /// The canary is done and a person must look.
    case canaryGate = "CanaryGate"
    /// A wave is done and a person must look.
    case waveGate = "WaveGate"
    /// Everything else is done, and a person must agree that targets lose their objects.
    case removeGate = "RemoveGate"
}
