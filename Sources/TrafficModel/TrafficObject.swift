public import JSONValue
public import KubeModel

/// One object of a kind that we know, rendered or live.
public struct TrafficObject: Sendable, Hashable {
    /// Its kind.
    public let kind: TrafficKind
    /// Its namespace and name.
    public let key: ObjectKey
    /// The whole object.
    public let body: JSONValue

    /// Takes an object apart; nil if its kind is not in the list or it has no name.
    public init?(_ body: JSONValue) {
        let object = KubeObject(lenient: body)
        guard let kind = TrafficKind(apiVersion: object.apiVersion, kind: object.kind), !object.name.isEmpty else {
            return nil
        }
        self.init(kind: kind, key: object.key, body: body)
    }

    /// Takes the parts as they are; for items of lists, which need not carry their kind.
    public init(kind: TrafficKind, key: ObjectKey, body: JSONValue) {
        self.kind = kind
        self.key = key
        self.body = body
    }
}

extension TrafficObject: CustomStringConvertible {
    /// `Gateway shop/web`, the form that messages use.
    public var description: String { "\(kind.kind) \(key)" }
}
