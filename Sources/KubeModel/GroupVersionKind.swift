/// Names a kind of Kubernetes object as its body does: `apiVersion` and `kind`.
///
/// Equality, hashing and order are byte-exact; the core group is the empty string.
public struct GroupVersionKind: Sendable {
    /// The API group, empty for the core group.
    public var group: String
    /// The version within the group, such as `v1`.
    public var version: String
    /// The kind, such as `Service`.
    public var kind: String

    /// Makes the name from its three parts.
    public init(group: String, version: String, kind: String) {
        self.group = group
        self.version = version
        self.kind = kind
    }

    /// Splits an object's `apiVersion` at its first slash; without a slash the group is the core group.
    public init(apiVersion: String, kind: String) {
        (group, version) = APIVersionText.split(apiVersion)
        self.kind = kind
    }

    /// What the object's `apiVersion` member says: `v1` or `group/version`.
    public var apiVersion: String { APIVersionText.join(group, version) }
}

extension GroupVersionKind: Hashable, Comparable, CustomStringConvertible {
    /// Byte-exact equality of all three parts.
    public static func == (left: Self, right: Self) -> Bool {
        ByteOrder.equal(left.kind, right.kind) && ByteOrder.equal(left.group, right.group)
            && ByteOrder.equal(left.version, right.version)
    }

    /// Byte order by group, then version, then kind.
    public static func < (left: Self, right: Self) -> Bool {
        ByteOrder.less([left.group, left.version, left.kind], [right.group, right.version, right.kind])
    }

    /// Feeds the three parts to the hasher.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(group)
        hasher.combine(version)
        hasher.combine(kind)
    }

    /// `networking.istio.io/v1 Gateway`, the form that messages use.
    public var description: String { "\(apiVersion) \(kind)" }
}

/// The two shapes of an `apiVersion`: `version` (core group) and `group/version`.
enum APIVersionText {
    static func split(_ text: String) -> (group: String, version: String) {
        guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) else { return ("", text) }
        return (String(text[..<slash]), String(text[text.utf8.index(after: slash)...]))
    }

    static func join(_ group: String, _ version: String) -> String {
        group.isEmpty ? version : "\(group)/\(version)"
    }
}
