public import KubeModel

/// A certificate that the Gateways of a target name.
public struct TargetCertificate: Sendable, Hashable {
    /// Namespace of the Secret; empty where it is not known, or it is no Secret.
    public var namespace: String
    /// Name of the Secret; of another source what the Gateway names.
    public var name: String
    /// Hosts that the Gateways serve with it, the first of them.
    public var hosts: [String] = []
    /// The most entries of ``hosts``.
    public static let hostLimit = 8
    /// SHA-256 fingerprint of the certificate, its first 12 hex digits.
    public var version = ""
    /// Serial number of the certificate.
    public var serial = ""
    /// When it ends.
    public var notAfter: Timestamp?
    /// When cert-manager begins to renew it; nil: that is not known.
    public var renewalTime: Timestamp?
    /// Whether a gateway can serve with it; nil: unknown.
    public var ready: Bool?
    /// How it stands, in one CamelCase word.
    public var reason = ""
    /// What is wrong, in a sentence.
    public var message = ""

    /// Makes an entry of which only the name is known.
    public init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }
}

extension TargetCertificate: FieldObject {
    init() { self.init(namespace: "", name: "") }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("namespace", &namespace, .text(max: 63), .implied)
        fields.value("name", &name, .text(1...253), .required)
        fields.values("hosts", &hosts, each: .text(max: 253), .plain(0...Self.hostLimit))
        fields.value("version", &version, .text(max: 64), .implied)
        fields.value("serial", &serial, .text(max: 64), .implied)
        fields.value("notAfter", &notAfter, .time)
        fields.value("renewalTime", &renewalTime, .time)
        fields.value("ready", &ready, .boolean)
        fields.value("reason", &reason, .text(max: 128), .implied)
        fields.value("message", &message, .text(max: 512), .implied)
    }
}
