/// Performs the requests of a ``LeaseMachine``.
public protocol LeaseAccess: Sendable {
    /// Sends a `read`, `create` or `update` and says what came of it.
    ///
    /// - Throws: `LeaseRequestError` when the read failed, or when nobody knows whether the write happened.
    func perform(_ command: LeaseMachine.Command) async throws(LeaseRequestError) -> LeaseMachine.Input
}

/// Why a request for a lease failed.
public struct LeaseRequestError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was attempted, on what, what was wrong and what to do.
    public let description: String

    /// A failure.
    public init(_ description: String) { self.description = description }
}

/// The end of a leadership that was not given up.
public struct LeadershipLost: Error, Sendable, Hashable, CustomStringConvertible {
    /// How it was lost.
    public let loss: LeaseMachine.Loss

    /// How it was lost, in words.
    public var description: String {
        switch loss {
        case .takenOver(let holder): "leadership lost: the lease is held by \(holder)"
        case .notRenewed: "leadership lost: the lease could not be renewed in time"
        }
    }
}
