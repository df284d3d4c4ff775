/// An instant on the process's monotonic timeline, to be compared only with moments of the same ``Timeline``.
///
/// The machines of this module take moments as arguments and never read a clock, so a test decides what time it is.
public struct Moment: InstantProtocol, Sendable, Hashable, CustomStringConvertible {
    /// Time since the timeline began.
    public let offset: Duration

    /// The moment `offset` after the beginning of the timeline.
    public init(_ offset: Duration) { self.offset = offset }

    /// The beginning of the timeline.
    public static let start = Moment(.zero)

    /// The moment `duration` later.
    public func advanced(by duration: Duration) -> Moment { Moment(offset + duration) }

    /// How much later `other` is.
    public func duration(to other: Moment) -> Duration { other.offset - offset }

    /// Order in time.
    public static func < (left: Moment, right: Moment) -> Bool { left.offset < right.offset }

    /// The offset, for logs and failed tests.
    public var description: String { "t+\(offset)" }
}
