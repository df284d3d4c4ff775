/// Status line and header fields of an answer.
public struct HTTPHead: Sendable, Hashable {
    /// The status code.
    public var status: Int
    /// The fields in the order of arrival.
    public var fields: [HTTPField]

    /// Makes a head.
    public init(status: Int, fields: [HTTPField] = []) {
        self.status = status
        self.fields = fields
    }

    /// The value of the first field of that name, whatever its case.
    public subscript(name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// A complete answer.
public struct HTTPResponse: Sendable {
    /// Status and fields.
    public var head: HTTPHead
    /// The body, decompressed.
    public var body: [UInt8]

    /// Makes an answer.
    public init(head: HTTPHead, body: [UInt8]) {
        self.head = head
        self.body = body
    }
}

/// An answer whose body is still arriving.
public struct HTTPStream: Sendable {
    /// Status and fields.
    public var head: HTTPHead
    /// The body.
    public var body: ByteStream

    /// Makes an answer.
    public init(head: HTTPHead, body: ByteStream) {
        self.head = head
        self.body = body
    }
}
