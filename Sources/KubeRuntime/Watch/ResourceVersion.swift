/// The one place where resource versions are compared for order.
///
/// The API calls them opaque. Every kube-apiserver on etcd gives decimal integers that only grow, which KEP-5504 made a
/// promise in 1.35; an aggregated API server may give something else, and then there is no order.
public enum ResourceVersion {
    /// Whether `left` is older than, the same as or newer than `right`; nil when they cannot be compared.
    public static func compare(_ left: String, _ right: String) -> Order? {
        let (one, other) = (Array(left.utf8), Array(right.utf8))
        if one == other { return .same }
        guard isInteger(one), isInteger(other) else { return nil }
        // No leading zeros: of two numbers the longer is the greater, whatever their size.
        if one.count != other.count { return one.count < other.count ? .older : .newer }
        return one.lexicographicallyPrecedes(other) ? .older : .newer
    }

    /// The newer of the two, `right` when they cannot be compared.
    public static func newer(_ left: String, _ right: String) -> String {
        compare(left, right) == .newer ? left : right
    }

    /// Where one version stands relative to another.
    public enum Order: Sendable, Hashable {
        // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
        case older, same, newer
    }

    private static func isInteger(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first, first != UInt8(ascii: "0") else { return false }
        return bytes.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
