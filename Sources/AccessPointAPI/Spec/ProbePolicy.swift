/// How the VIPs of each target are looked at from outside, and what has to be seen there.
public struct ProbePolicy: Sendable, Hashable {
    /// Whether the certificate that is served for each host must be that of the Secret.
    public var tls: Bool
    /// What is asked of each host that a VirtualService routes; nil: nothing.
    public var http: HTTPProbe?
    /// Seconds between two looks.
    public var intervalSeconds: Int
    /// Seconds within which an answer must be there.
    public var timeoutSeconds: Int
    /// How many looks in a row must fail before they count.
    public var failureThreshold: Int

    /// Makes a policy with the defaults of the schema.
    public init(
        tls: Bool = true, http: HTTPProbe? = nil, intervalSeconds: Int = 10, timeoutSeconds: Int = 5,
        failureThreshold: Int = 3
    ) {
        self.tls = tls
        self.http = http
        self.intervalSeconds = intervalSeconds
        self.timeoutSeconds = timeoutSeconds
        self.failureThreshold = failureThreshold
    }
}

/// A GET, and the answer that is expected.
public struct HTTPProbe: Sendable, Hashable {
    /// A header field of an answer.
    public struct Header: Sendable, Hashable {
        /// Its name, in any case.
        public var name: String
        /// Its whole value.
        public var value: String

        /// Makes a field.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Path with query.
    public var path: String
    /// The hosts that are asked for, which a wildcard of a Gateway may cover; none: every host of the VirtualServices
    /// that is no wildcard.
    public var hosts: [String]
    /// The status codes that are good; none: 200 to 399.
    public var expectedStatuses: [Int]
    /// A header that the answer must have; nil: none.
    public var expectedHeader: Header?

    /// Makes a probe with the defaults of the schema.
    public init(
        path: String = "/", hosts: [String] = [], expectedStatuses: [Int] = [], expectedHeader: Header? = nil
    ) {
        self.path = path
        self.hosts = hosts
        self.expectedStatuses = expectedStatuses
        self.expectedHeader = expectedHeader
    }
}

extension ProbePolicy: FieldObject {
    init() { self.init(tls: true) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("tls", &tls, .boolean, .defaulted)
        fields.object("http", &http)
        fields.value("intervalSeconds", &intervalSeconds, .integer(1...3600), .defaulted)
        fields.value("timeoutSeconds", &timeoutSeconds, .integer(1...60), .defaulted)
        fields.value("failureThreshold", &failureThreshold, .integer(1...10), .defaulted)
    }
}

extension HTTPProbe: FieldObject {
    init() { self.init(path: "/") }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("path", &path, .text(1...1024, .requestPath), .defaulted)
        fields.values("hosts", &hosts, each: .text(1...253, .exactHostName), .set(0...16))
        fields.values("expectedStatuses", &expectedStatuses, each: .integer(200...599), .set(0...16))
        fields.object("expectedHeader", &expectedHeader)
    }
}

extension HTTPProbe.Header: FieldObject {
    init() { self.init(name: "", value: "") }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("name", &name, .text(1...128, .headerName), .required)
        fields.value("value", &value, .text(max: 256), .required)
    }
}
