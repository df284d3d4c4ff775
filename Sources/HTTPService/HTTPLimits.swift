/// What a client may take of a service.
public struct HTTPLimits: Sendable, Hashable {
    /// Bytes of all header fields of a request.
    public var headerBytes = 16 << 10
    /// Header fields of a request.
    public var headerFields = 64
    /// Connections that are open at once; further ones wait until one is closed.
    public var connections = 64
    /// The time between two requests on a connection, and for the head of the first.
    public var idle: Duration = .seconds(90)
    /// The time from the head of a request until the last byte of its answer has been taken.
    public var exchange: Duration = .seconds(30)

    /// The limits of a service that is asked a few times a minute.
    public init() {}

    /// The limits of a service that a kubelet asks on a new connection each time: nobody can keep others out by holding
    /// connections that it does not use.
    public static var probes: HTTPLimits {
        var limits = HTTPLimits()
        (limits.idle, limits.exchange) = (.seconds(3), .seconds(5))
        return limits
    }

    /// The limits of a service whose every answer is work for the whole process.
    public static var scrapes: HTTPLimits {
        var limits = HTTPLimits()
        limits.connections = 8
        return limits
    }
}
