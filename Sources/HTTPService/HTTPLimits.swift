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
}
