/// Names one object within a collection: its namespace, if it has one, and its name.
///
/// Equality, hashing and order are byte-exact.
public struct ObjectKey: Sendable {
    /// The namespace, nil for a cluster-scoped object; never empty.
    public let namespace: String?
    /// The name.
    public let name: String

    /// Makes a key; an empty namespace means none.
    public init(namespace: String?, name: String) {
        self.namespace = namespace.flatMap { $0.isEmpty ? nil : $0 }
        self.name = name
    }
}

extension ObjectKey: Hashable, Comparable, CustomStringConvertible {
    /// Byte-exact equality of namespace and name.
    public static func == (left: Self, right: Self) -> Bool {
        guard ByteOrder.equal(left.name, right.name) else { return false }
        switch (left.namespace, right.namespace) {
        case (nil, nil): return true
        case (let one?, let other?): return ByteOrder.equal(one, other)
        default: return false
        }
    }

    /// Byte order by namespace (none first), then name.
    public static func < (left: Self, right: Self) -> Bool {
        let (one, other) = (left.namespace ?? "", right.namespace ?? "")
        return ByteOrder.equal(one, other) ? ByteOrder.less(left.name, right.name) : ByteOrder.less(one, other)
    }

    /// Feeds namespace and name to the hasher.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(namespace)
        hasher.combine(name)
    }

    /// `namespace/name`, or the name alone when there is no namespace.
    public var description: String { namespace.map { "\($0)/\(name)" } ?? name }
}
