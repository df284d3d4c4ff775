/// What status shows of a rollout: derived from state and observation, never read back.
public struct RolloutView: Sendable, Hashable {
    /// The state in one word, for people.
    public enum Phase: String, Sendable, Hashable, CaseIterable {
        /// Every target is at the wanted revision.
        case healthy = "Healthy"
        /// The rollout goes on by itself.
        case progressing = "Progressing"
        /// It waits for a person or for a cluster.
        case paused = "Paused"
        /// A dry run was refused; nothing is touched.
        case blocked = "Blocked"
        /// The revision was aborted.
        case degraded = "Degraded"
        /// Targets go back to the stable revision.
        case rollingBack = "RollingBack"
        /// The AccessPoint is being deleted.
        case deleting = "Deleting"
    }

    /// One step.
    public struct Step: Sendable, Hashable {
        /// Where a step stands.
        public enum Phase: String, Sendable, Hashable, CaseIterable {
            /// Not begun.
            case pending = "Pending"
            /// Under way.
            case progressing = "Progressing"
            /// All targets are written and healthy; the soak runs.
            case soaking = "Soaking"
            /// Something waits for a person or for a cluster.
            case paused = "Paused"
            /// Over, gate included.
            case completed = "Completed"
            /// It had no target.
            case skipped = "Skipped"
        }

        /// The name.
        public var name: String
        /// Where it stands.
        public var phase: Phase
        /// How many targets it has.
        public var targets: Int
        /// How many of them are at the update revision.
        public var updated: Int
    }

    /// One target.
    public struct Target: Sendable, Hashable {
        /// Where a target stands in the rollout.
        public enum Phase: String, Sendable, Hashable, CaseIterable {
            /// Not its turn yet.
            case pending = "Pending"
            /// It is being written.
            case applying = "Applying"
            /// It is written; the evidence is not good yet.
            case verifying = "Verifying"
            /// It is healthy; the soak runs.
            case soaking = "Soaking"
            /// It is where it belongs.
            case available = "Available"
            /// It refused a write.
            case failed = "Failed"
            /// It does not answer.
            case unreachable = "Unreachable"
            /// Its objects are being taken away.
            case removing = "Removing"
        }

        /// Where it stands.
        public var phase: Phase
        /// Whether it is at the update revision.
        public var isUpdated: Bool
        /// What is wrong or awaited; nil if nothing is.
        public var reason: String?
    }

    /// A stop of all repairs.
    public struct Brake: Sendable, Hashable {
        /// What has happened, in one sentence.
        public var message: String
        /// The value that retry must carry.
        public var token: String
    }

    /// The state in one word.
    public var phase: Phase
    /// The present step, counted from 1; 0 if there is none.
    public var stepIndex: Int
    /// How many steps there are.
    public var stepTotal: Int
    /// The name of the present step; nil if there is none.
    public var stepName: String?
    /// The value that resume must carry while a gate waits; nil if none does.
    public var gate: String?
    /// The revision that waits for the end of the present run; nil if none does.
    public var queued: RevisionName?
    /// Why no drift is repaired, and the value that retry must carry to let it go on; nil if nothing is held up.
    public var brake: Brake?
    /// What is going on or awaited, in one sentence.
    public var message: String
    /// The value that each verb takes now; absent: it takes none.
    public var tokens: [Verb: String]
    /// Verbs whose present annotation equals their token but does nothing: it must be taken off and set again.
    public var inert: Set<Verb>
    /// The steps.
    public var steps: [Step]
    /// The targets of the plan, those that joined, and those in flight.
    public var targets: [String: Target]
}
