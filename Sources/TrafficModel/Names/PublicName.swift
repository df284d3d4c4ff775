import KubeModel

/// A DNS name that has the same meaning for everybody.
enum PublicName {
    /// The name in lower case; nil if it is no host name, has one label only, or ends like an IP address.
    ///
    /// A single label (`localhost`, `lb`) is completed by each resolver in its own way; a last label of digits is how
    /// an IP address is written (RFC 1123 section 2.1). `localhost` is never public (RFC 6761 section 6.3).
    static func canonical(_ text: String) -> String? {
        guard text.utf8.count <= 253, text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let name = text.lowercased()
        guard DNSNames.isHostName(name) else { return nil }
        let labels = name.utf8.split(separator: UInt8(ascii: "."))
        guard labels.count > 1, let last = labels.last, String(Substring(last)) != "localhost" else { return nil }
        return last.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? nil : name
    }
}
