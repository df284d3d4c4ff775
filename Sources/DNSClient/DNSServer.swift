public import KubeModel

/// A resolver that is asked: address and port.
public struct DNSServer: Sendable, Hashable, CustomStringConvertible {
    /// The address.
    public let address: IPAddress
    /// The port.
    public let port: UInt16

    /// The port of DNS.
    public static let standardPort: UInt16 = 53

    /// Makes a server.
    public init(_ address: IPAddress, port: UInt16 = standardPort) {
        self.address = address
        self.port = port
    }

    /// Reads `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53` or `[2001:db8::53]:5353`; nil for anything else.
    public init?(_ text: String) {
        if let address = IPAddress(text) {
            self.init(address)
            return
        }
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits), port > 0,
            let address = IPAddress(String(host))
        else { return nil }
        self.init(address, port: port)
    }

    /// The servers that a resolver configuration names, three at most; this machine if it names none.
    ///
    /// Source: resolv.conf(5).
    public static func list(resolverConfiguration text: String) -> [DNSServer] {
        let servers = text.split(whereSeparator: \.isNewline).compactMap { line -> DNSServer? in
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count >= 2, words.first == "nameserver" else { return nil }
            return IPAddress(String(words[1])).map { DNSServer($0) }
        }
        guard servers.isEmpty else { return Array(servers.prefix(3)) }
        return IPAddress("127.0.0.1").map { [DNSServer($0)] } ?? []
    }

    /// Address and port in the form in which they are read.
    public var description: String { address.isIPv6 ? "[\(address)]:\(port)" : "\(address):\(port)" }
}
