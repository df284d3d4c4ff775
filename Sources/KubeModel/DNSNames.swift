/// The rules for names of Kubernetes objects, all of them checks of bytes.
///
/// Source: RFC 1123 section 2.1, RFC 1035 section 2.3.1 and Kubernetes'
/// `apimachinery/pkg/util/validation/validation.go`.
public enum DNSNames {
    /// Whether `name` is an RFC 1123 label: 1 to 63 of `a-z`, `0-9` and `-`, with neither end a `-`.
    public static func isLabel(_ name: String) -> Bool { isLabel(Array(name.utf8)[...]) }

    /// Whether `name` is an RFC 1035 label, the rule for a Service: an RFC 1123 label that begins with a letter.
    public static func isServiceName(_ name: String) -> Bool {
        guard let first = name.utf8.first else { return false }
        return ASCII.isLowercase(first) && isLabel(name)
    }

    /// Whether `name` is an RFC 1123 subdomain: at most 253 bytes of labels joined by dots.
    ///
    /// Like Kubernetes, and unlike DNS, this sets no limit of 63 on each label.
    public static func isSubdomain(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard !bytes.isEmpty, bytes.count <= 253 else { return false }
        return bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy(isLabelShape)
    }

    /// Whether `host` is a host name of DNS: at most 253 bytes, every label at most 63 bytes.
    public static func isHostName(_ host: String) -> Bool {
        isSubdomain(host) && host.utf8.split(separator: UInt8(ascii: ".")).allSatisfy { $0.count <= 63 }
    }

    /// Whether `host` is `*.` followed by a host name.
    public static func isWildcardHostName(_ host: String) -> Bool {
        host.hasPrefix("*.") && isHostName(String(host.dropFirst(2)))
    }

    /// Whether `name` may stand in a URL path: not empty, not `.` or `..`, without `/` and `%`.
    ///
    /// The rule for objects such as RBAC roles, whose names need not be DNS names.
    public static func isPathSegment(_ name: String) -> Bool {
        guard !name.isEmpty, name != ".", name != ".." else { return false }
        return !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "%") }
    }

    /// Whether `text` is a label or annotation key: a name of at most 63 bytes, with an optional `subdomain/` before.
    public static func isLabelKey(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count <= 2, let name = parts.last, isLabelName(Array(name)) else { return false }
        guard parts.count == 2, let prefix = parts.first else { return true }
        return isSubdomain(String(Substring(prefix)))
    }

    /// Whether `text` is a label value: empty, or a name of at most 63 bytes.
    public static func isLabelValue(_ text: String) -> Bool { text.isEmpty || isLabelName(Array(text.utf8)) }

    /// `A-Z`, `a-z`, `0-9`, and inside also `-`, `_` and `.`; 1 to 63 bytes.
    private static func isLabelName(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 63 else { return false }
        guard ASCII.isAlphanumeric(first), ASCII.isAlphanumeric(last) else { return false }
        return bytes.allSatisfy { ASCII.isAlphanumeric($0) || "-_.".utf8.contains($0) }
    }

    private static func isLabel(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.count <= 63 && isLabelShape(bytes) }

    private static func isLabelShape(_ bytes: ArraySlice<UInt8>) -> Bool {
        let hyphen = UInt8(ascii: "-")
        guard let first = bytes.first, let last = bytes.last, first != hyphen, last != hyphen else { return false }
        return bytes.allSatisfy { ASCII.isLowercase($0) || ASCII.isDigit($0) || $0 == hyphen }
    }
}

/// Classes of single bytes.
enum ASCII {
    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    static func isLowercase(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }

    static func isUppercase(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }

    static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLowercase(byte) || isUppercase(byte) }
}
