import KubeModel

/// The forms of names, addresses and keys that Istio's checks know, all of them checks of bytes.
///
/// Source: Istio's `pkg/config/labels/instance.go` and `pkg/config/validation/agent/validation.go`. Unlike Kubernetes,
/// Istio allows upper case.
enum HostSyntax {
    /// 1 to 63 letters, digits and `-`, with neither end a `-`.
    static func isLabel(_ label: some BidirectionalCollection<UInt8>) -> Bool {
        guard let first = label.first, let last = label.last, label.count <= 63 else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && label.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }

    static func isLabel(_ text: String) -> Bool { isLabel(text.utf8) }

    /// A name of labels of which the last is not all digits; it may end with a dot.
    static func isDomain(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count) && areLabels(text.utf8[...])
    }

    /// The same, but the first label may be `*` or begin with it.
    static func isWildcardDomain(_ text: String) -> Bool {
        guard (1...255).contains(text.utf8.count) else { return false }
        let first = text.utf8.prefix { $0 != dot }
        guard isWildcardLabel(first) else { return false }
        let rest = text.utf8[first.endIndex...]
        return rest.isEmpty || areLabels(rest.dropFirst())
    }

    /// Whether a `*` stands for less than a whole label (`*-foo.example.com`).
    static func isPartialWildcard(_ text: String) -> Bool {
        text.utf8.contains(star) && text != "*" && !text.utf8.starts(with: "*.".utf8)
    }

    /// A key of a label: unlike for Kubernetes, the prefix may be upper case.
    static func isLabelKey(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.last, name.count <= 63, isQualifiedName(name) else { return false }
        guard parts.count == 2, let prefix = parts.first else { return true }
        return prefix.count <= 253
            && prefix.split(separator: dot, omittingEmptySubsequences: false).allSatisfy { isLabel($0) }
    }

    /// A value of a label: unlike for Kubernetes, of any length.
    static func isLabelValue(_ text: String) -> Bool { text.isEmpty || isQualifiedName(text.utf8[...]) }

    private static func isQualifiedName(_ bytes: Substring.UTF8View) -> Bool {
        guard let first = bytes.first, let last = bytes.last else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && bytes.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
    }

    /// An IP address; one of IPv6 may end with a zone (`fe80::1%eth0`).
    static func isAddress(_ text: String) -> Bool {
        guard let percent = text.utf8.firstIndex(of: UInt8(ascii: "%")) else { return IPAddress(text) != nil }
        return text.utf8.index(after: percent) != text.endIndex && IPAddress(String(text[..<percent]))?.isIPv6 ?? false
    }

    /// An address, or an address and the length of a prefix.
    static func isAddressOrSubnet(_ text: String) -> Bool {
        text.utf8.count { $0 == UInt8(ascii: "/") } == 1 ? AddressRange.parts(of: text) != nil : isAddress(text)
    }

    /// The path of a Unix domain socket: absolute, no folder; or an abstract one.
    static func isSocketPath(_ path: Substring) -> Bool {
        path.utf8.first == UInt8(ascii: "@")
            || (path.utf8.first == UInt8(ascii: "/") && path.utf8.last != UInt8(ascii: "/"))
    }

    /// What follows `unix://`; nil if the text does not begin with it.
    static func socketPath(_ text: String) -> Substring? {
        text.utf8.starts(with: "unix://".utf8) ? text[text.utf8.index(text.startIndex, offsetBy: 7)...] : nil
    }

    /// A name that HTTP allows for a header (RFC 9110 section 5.1).
    static func isHeaderName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { isAlphanumeric($0) || "!#$%&'*+-.^_`|~".utf8.contains($0) }
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static let dot = UInt8(ascii: ".")
    private static let star = UInt8(ascii: "*")

    private static func areLabels(_ text: Substring.UTF8View) -> Bool {
        var labels = text.split(separator: dot, omittingEmptySubsequences: false)
        guard let last = labels.last, !(!last.isEmpty && last.allSatisfy(isDigit)) else { return false }
        // A dot at the end.
        if last.isEmpty { labels.removeLast() }
        return labels.allSatisfy { isLabel($0) }
    }

    private static func isWildcardLabel(_ label: Substring.UTF8View) -> Bool {
        guard label.first == star else { return isLabel(label) }
        let rest = label.dropFirst()
        if rest.isEmpty { return true }
        return isLabel(rest.first == UInt8(ascii: "-") ? rest.dropFirst() : rest)
    }
}
