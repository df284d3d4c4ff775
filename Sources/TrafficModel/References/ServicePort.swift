import JSONValue

/// One port of a Service.
public struct ServicePort: Sendable, Hashable {
    /// What a port without `protocol` has.
    static let defaultProtocol = "TCP"

    /// The name; empty if it has none.
    public var name: String
    /// The port number.
    public var number: Int64
    /// `TCP`, `UDP` or `SCTP`.
    public var transport: String
    /// The port of the pods: that of the Service unless another number is given; nil for a name, which only pods know.
    public var target: Int64?

    /// Reads a port; nil without a number.
    init?(_ json: JSONValue) {
        guard let number = json["port"]?.integerValue else { return nil }
        self.number = number
        let target = json["targetPort"] ?? .null
        self.target = target.isNull || Self.isZero(target) ? number : target.integerValue
        name = json["name"]?.stringValue ?? ""
        let transport = json["protocol"]?.stringValue ?? ""
        self.transport = transport.isEmpty ? Self.defaultProtocol : transport
    }

    /// The key under which the server keeps a port: number and protocol.
    var key: [JSONValue] { [.integer(number), .string(transport)] }

    /// Whether a value leaves a field to the server: Go's zero value of a string or a number.
    static func isZero(_ value: JSONValue) -> Bool { value == "" || value == 0 }
}
