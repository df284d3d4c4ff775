public import JSONValue
public import KubeModel

/// Something in an object, or in a set of objects, that Istio or Kubernetes refuses, ignores or takes otherwise than it
/// reads.
public struct Finding: Sendable, Hashable {
    /// What it means for the objects.
    public enum Severity: String, Sendable, Hashable, CaseIterable {
        /// A server refuses the object, or traffic does not go where the object says.
        case error
        /// The object is taken, but hardly as it was meant.
        case warning
        /// Worth knowing.
        case info
    }

    /// The name of the rule that was broken, one CamelCase word.
    public let rule: String
    /// Istio's code of the finding (`IST0106`), or one of our own that begins with `AP-`.
    public let code: String
    /// What it means for the object.
    public let severity: Severity
    /// The kind of the object.
    public let kind: TrafficKind
    /// The object.
    public let key: ObjectKey
    /// The field.
    public let pointer: JSONPointer
    /// What is wrong, in one sentence without a full stop.
    public let message: String
    /// What to do.
    public let remedy: String
    /// Where the rule comes from: a file of Istio or Kubernetes, or an RFC.
    public let source: String
}

extension Finding: CustomStringConvertible {
    /// `Gateway shop/web spec.servers[0].tls: what is wrong; what to do (IST0106 GatewayTLSMissing)`.
    public var description: String {
        "\(kind.kind) \(key)\(pointer.tokens.isEmpty ? "" : " " + pointer.fieldPath): \(message); \(remedy) \(label)"
    }

    /// `(IST0106 GatewayTLSMissing)`, the end of a message.
    public var label: String { "(\(code) \(rule))" }
}
