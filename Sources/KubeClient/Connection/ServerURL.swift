import KubeModel

/// The address of an API server: scheme, host, port and an optional path prefix, checked byte by byte.
public struct ServerURL: Sendable, Hashable {
    /// How the server is spoken to.
    public enum Scheme: String, Sendable, Hashable {
        /// TLS.
        case https
        /// Plain text.
        case http
    }

    /// The scheme.
    public let scheme: Scheme
    /// The host: a name, a dotted quad, or an IPv6 literal without its brackets.
    public let host: String
    /// The port, 443 or 80 where the text has none.
    public let port: Int
    /// What stands before `/api` and `/apis`: empty, or `/...` without a trailing slash.
    public let basePath: String

    /// Reads `https://host[:port][/path]`.
    ///
    /// Refused are user names, queries, fragments, blanks, control bytes and segments `.` and `..`: all of them
    /// let one reader of a URL see another host or path than the next.
    /// - Throws: what is wrong with the text, without the text itself where it may hold a password.
    public init(_ text: String) throws(ServerURLError) {
        let scheme: Scheme
        var rest = text[...]
        if text.lowercased().hasPrefix("https://") {
            scheme = .https
            rest = text.dropFirst(8)
        } else if text.lowercased().hasPrefix("http://") {
            scheme = .http
            rest = text.dropFirst(7)
        } else {
            throw ServerURLError("it must start with https://")
        }
        guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
            throw ServerURLError("it holds a blank, a backslash or a byte outside ASCII")
        }
        guard !rest.contains("?"), !rest.contains("#") else {
            throw ServerURLError("a query or fragment is not allowed")
        }
        let authority = rest.prefix { $0 != "/" }
        guard !authority.contains("@") else { throw ServerURLError("a user name is not allowed") }
        self.scheme = scheme
        (host, port) = try Self.hostAndPort(authority, default: scheme == .https ? 443 : 80)
        basePath = try Self.prefix(rest.dropFirst(authority.count))
    }

    /// Makes the address from its parts; an IPv6 literal has no brackets.
    public init(scheme: Scheme, host: String, port: Int) throws(ServerURLError) {
        let literal = host.contains(":") ? "[\(host)]" : host
        try self.init("\(scheme.rawValue)://\(literal):\(port)")
        guard self.host == host.lowercased() else { throw ServerURLError("the host is malformed") }
    }

    private static func hostAndPort(
        _ authority: Substring, default standard: Int
    ) throws(ServerURLError) -> (String, Int) {
        var (host, port) = (authority, Substring())
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            host = authority[authority.index(after: authority.startIndex)..<end]
            port = authority[authority.index(after: end)...]
            guard IPAddress(String(host))?.isIPv6 == true else {
                throw ServerURLError("the IPv6 address is malformed")
            }
        } else {
            if let colon = authority.firstIndex(of: ":") {
                host = authority[..<colon]
                port = authority[colon...]
            }
            let allowed = host.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || "-._".utf8.contains(byte)
            }
            guard !host.isEmpty, allowed, host.utf8.count <= 253 else {
                throw ServerURLError("the host is empty or malformed")
            }
            guard IPAddress(String(host)) != nil || !endsInNumber(String(host)) else {
                throw ServerURLError("an IPv4 address must be written as four numbers without leading zeros")
            }
        }
        guard !port.isEmpty else { return (host.lowercased(), standard) }
        guard port.hasPrefix(":"), port.dropFirst().utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(port.dropFirst()), (1...65535).contains(number)
        else { throw ServerURLError("the port must be 1 to 65535") }
        return (host.lowercased(), number)
    }

    /// Whether the last label is a number, by which readers of URLs know an IPv4 address in any of its old spellings
    /// (`127.1`, `0x7f000001`, `2130706433`).
    ///
    /// Source: WHATWG URL, "ends in a number checker". libcurl rewrites such a host to the dotted quad, and would send
    /// that to a proxy without anybody having judged it.
    static func endsInNumber(_ host: String) -> Bool {
        guard let label = host.split(separator: ".").last?.lowercased().utf8 else { return false }
        let isHexadecimal = label.starts(with: "0x".utf8)
        return (isHexadecimal ? label.dropFirst(2) : label[...]).allSatisfy { byte in
            (0x30...0x39).contains(byte) || (isHexadecimal && (0x61...0x66).contains(byte))
        }
    }

    private static func prefix(_ path: Substring) throws(ServerURLError) -> String {
        let segments = path.split(separator: "/")
        let dots: Set<String> = [".", "..", "%2e", ".%2e", "%2e.", "%2e%2e"]
        guard !segments.contains(where: { dots.contains($0.lowercased()) }) else {
            throw ServerURLError("the path must not hold . or .. segments")
        }
        return segments.map { "/" + $0 }.joined()
    }
}

extension ServerURL: CustomStringConvertible {
    /// The host as a URL writes it: an IPv6 literal in brackets.
    public var hostInURL: String { host.contains(":") ? "[\(host)]" : host }

    /// `scheme://host:port`, which names the peer of a connection.
    public var origin: String { "\(scheme.rawValue)://\(hostInURL):\(port)" }

    /// The whole address with its port and prefix.
    public var description: String { origin + basePath }
}

/// Why a text is not the address of a server.
public struct ServerURLError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong; never the text itself.
    public let description: String

    init(_ description: String) { self.description = description }
}
