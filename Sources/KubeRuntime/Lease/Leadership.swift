/// How long this process may act as the leader, by its own monotonic clock.
///
/// Counted from when the last successful renewal was *sent*: others count from when they saw it, which is later. A lease
/// does not fence: a request that was sent in time may arrive late, so writes must be guarded by versions as well.
public struct Leadership: Sendable, Hashable {
    /// When this process became the leader.
    public let acquired: Moment
    /// When the last successful renewal was sent.
    public let renewed: Moment
    /// From this moment on it is no longer the leader, unless it renews before.
    public let deadline: Moment
    /// From this moment on somebody else may be the leader; all work must have ended.
    public let expiry: Moment
    /// How often the holder of the lease has changed so far.
    public let transitions: Int64

    /// Whether a request that ends within `timeout` may be sent now.
    public func permitsWrite(now: Moment, timeout: Duration) -> Bool {
        now < deadline && now.advanced(by: timeout) <= expiry
    }
}
