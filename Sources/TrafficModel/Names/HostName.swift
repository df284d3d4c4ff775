public import KubeModel

/// A host as Istio's objects name it: a DNS name, or one whose first label begins with a `*`.
///
/// Matching is byte-exact, as in Istio's `pkg/config/host/name.go`.
public struct HostName: Sendable, Comparable, CustomStringConvertible {
    /// The text of the name.
    public let text: String

    /// Takes a name as it is.
    public init(_ text: String) { self.text = text }

    /// Whether the name stands for many.
    public var isWildcard: Bool { text.utf8.first == UInt8(ascii: "*") }

    /// Whether some host is meant by both names.
    public func overlaps(_ other: HostName) -> Bool { isCovered(by: other) || other.isCovered(by: self) }

    /// Whether every host that this name means is meant by `other` too.
    public func isCovered(by other: HostName) -> Bool {
        guard other.isWildcard else { return self == other }
        let suffix = Array(other.text.utf8.dropFirst())
        guard isWildcard else { return hasSuffix(text.utf8, suffix) }
        return text.utf8.count >= other.text.utf8.count && hasSuffix(text.utf8.dropFirst(), suffix)
    }

    /// The name that a short name in an object of `namespace` stands for; any name with a dot is taken literally.
    ///
    /// So `reviews` becomes `reviews.shop.svc.cluster.local`, while `reviews.prod` stays what it is: the rule of
    /// `ResolveShortnameToFQDN` in Istio's `pilot/pkg/model/config.go`.
    public static func resolving(_ text: String, namespace: String, clusterDomain: String) -> HostName {
        let isShort = !text.isEmpty && !text.utf8.contains(UInt8(ascii: ".")) && text != "*" && IPAddress(text) == nil
        return HostName(isShort ? "\(text).\(namespace).svc.\(clusterDomain)" : text)
    }

    /// The Service that the name stands for if it has the form `name.namespace.svc.<domain>`; otherwise nil.
    public func service(clusterDomain: String) -> ObjectKey? {
        let suffix = ".svc.\(clusterDomain)"
        guard hasSuffix(text.utf8, Array(suffix.utf8)) else { return nil }
        let labels = text.utf8.dropLast(suffix.utf8.count)
            .split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count == 2, labels.allSatisfy({ !$0.isEmpty }) else { return nil }
        return ObjectKey(namespace: String(Substring(labels[1])), name: String(Substring(labels[0])))
    }

    /// Byte order.
    public static func < (left: HostName, right: HostName) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    /// The text of the name.
    public var description: String { text }
}

extension HostName: Hashable {
    /// Byte-exact equality.
    public static func == (left: HostName, right: HostName) -> Bool { sameBytes(left.text, right.text) }

    /// Feeds the text to the hasher.
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

private func hasSuffix(_ text: some BidirectionalCollection<UInt8>, _ suffix: [UInt8]) -> Bool {
    text.count >= suffix.count && text.suffix(suffix.count).elementsEqual(suffix)
}
