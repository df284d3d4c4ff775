extension Certificate {
    /// Whether the certificate is good for `host` by RFC 6125 section 6.4, from its alternative names alone.
    ///
    /// A DNS name covers the host that equals it without regard to ASCII case; `*.rest` covers one label before
    /// `rest`, and the wildcard host `*.rest` itself. An IP address is covered only by the same address. The common
    /// name never counts, and nothing covers the host `*`.
    /// - Parameter host: a host name (a final dot is ignored), a wildcard host or an IP address.
    /// - Returns: whether a TLS client that wants `host` may accept this certificate's names.
    public func covers(host: String) -> Bool {
        if let address = IPAddress(host) {
            return ipAddresses.contains { IPAddress($0) == address }
        }
        let name = Self.lowercased(host.hasSuffix(".") ? host.dropLast() : host[...])
        let labels = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard name != [UInt8(ascii: "*")], labels.allSatisfy({ !$0.isEmpty }) else { return false }
        let wildcard = [UInt8(ascii: "*")] + name.drop { $0 != UInt8(ascii: ".") }
        return dnsNames.contains { pattern in
            let pattern = Self.lowercased(pattern[...])
            return pattern == name || (labels.count > 1 && pattern == wildcard)
        }
    }

    private static func lowercased(_ text: Substring) -> [UInt8] {
        text.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 + 32 : $0 }
    }
}
