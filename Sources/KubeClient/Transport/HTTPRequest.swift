/// One request to one server.
public struct HTTPRequest: Sendable {
    /// The methods that a Kubernetes client needs.
    public enum Method: String, Sendable {
        // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
        case get = "GET", post = "POST", put = "PUT", patch = "PATCH", delete = "DELETE"

        /// Whether the request may change something on the server.
        public var mutates: Bool { self != .get }
    }

    /// The method.
    public var method: Method
    /// Server, trust, proxy.
    public var connection: ConnectionSettings
    /// Token and client certificate of this attempt.
    public var credentials: RequestCredentials
    /// Absolute path with query, percent-encoded; the server's base path comes before it.
    public var target: String
    /// Header fields apart from `Authorization`, which the credentials give.
    public var headers: [HTTPField]
    /// The body.
    public var body: [UInt8]?
    /// The time until the whole answer (`send`) or its head (`stream`) must be there.
    public var timeout: Duration
    /// `stream` only: the longest silence before the stream fails with `idle`.
    public var idleTimeout: Duration
    /// `send`: the largest body after decompression. `stream`: the most that may wait for a slow reader.
    public var bodyLimit: Int

    /// Makes a request.
    public init(
        _ method: Method, _ target: String, connection: ConnectionSettings,
        credentials: RequestCredentials = RequestCredentials(), headers: [HTTPField] = [], body: [UInt8]? = nil,
        timeout: Duration = .seconds(30), idleTimeout: Duration = .seconds(150), bodyLimit: Int = 64 << 20
    ) {
        self.method = method
        self.target = target
        self.connection = connection
        self.credentials = credentials
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.idleTimeout = idleTimeout
        self.bodyLimit = bodyLimit
    }
}

/// One header field.
public struct HTTPField: Sendable, Hashable {
    /// The name, as written.
    public var name: String
    /// The value.
    public var value: String

    /// Makes a field.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
