/// The guards that keep a rollout from doing harm, as a value.
///
/// Executables can only build the full set. Tests take one out at a time and show which test fails then: a guard that
/// no test misses is not tested.
public struct Guards: Sendable, Hashable {
    /// One guard.
    package enum Guard: String, Sendable, Hashable, CaseIterable {
        /// A target is journaled before it is written (S5).
        case journal
        /// An older leader decides nothing, and taking over re-stamps the journal (S5).
        case epoch
        /// A report counts for one journal entry only (S14).
        case exactReport
        /// Evidence counts for one revision only (S2).
        case exactEvidence
        /// A verb acts only with the exact value that is awaited (S4).
        case tokenBinding
        /// A value that was there when its step began, or was consumed, does nothing (S4).
        case tokenOnce
        /// Nothing begins while a target is overdue.
        case deadlinePause
        /// A loss of health restarts the soak.
        case soakRestart
        /// A step begins only when all before it are done, healthy and let through (S2, S3).
        case frontier
        /// No more targets are unsettled at once than the step allows (S1).
        case concurrency
        /// Nothing is written before every set was dry-run.
        case preflight
        /// Nothing begins while the spec says paused.
        case userPause
        /// A superseded write ends before the target is written again (S18).
        case supersede
        /// No more targets are gone past although they have failed than the policy says, and never a canary.
        case failureLimit
        /// What is queued waits for the end of the run.
        case queue
        /// Repairs stop when too many targets drift at once (S10).
        case driftBrake
        /// A deletion gives a target up only when its time is over.
        case deletionTimeout
        /// A deletion takes one target at a time and stops at the first that fails.
        case deletionOrder
    }

    private let missing: Guard?

    /// All guards.
    public static let full = Guards(without: nil)

    /// All guards but one, for tests.
    package init(without guarded: Guard?) { missing = guarded }

    func has(_ guarded: Guard) -> Bool { missing != guarded }
}
