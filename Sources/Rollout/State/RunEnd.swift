public import KubeModel

/// How a run of a revision ended: what history keeps of it.
public struct RunEnd: Sendable, Hashable {
    /// The ways in which it may end.
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// It went through: the revision is the stable one.
        case completed = "Completed"
        /// A person turned it back.
        case aborted = "Aborted"
        /// The failure policy turned it back.
        case rolledBack = "RolledBack"
        /// Another revision took its place.
        case superseded = "Superseded"
    }

    /// The revision.
    public var revision: RevisionName
    /// How its run ended.
    public var outcome: Outcome
    /// Why, in one sentence; empty if there is nothing to say.
    public var cause: String
    /// When the run began.
    public var startTime: Timestamp?
    /// When it ended; a way back included.
    public var endTime: Timestamp

    /// Makes an end; of a longer cause the first 256 code points are kept.
    public init(
        revision: RevisionName, outcome: Outcome, cause: String = "", startTime: Timestamp?, endTime: Timestamp
    ) {
        self.revision = revision
        self.outcome = outcome
        self.cause = cause.cut(to: 256)
        self.startTime = startTime
        self.endTime = endTime
    }
}
