/// Where a service listens: a port, at one address of the machine or at all of them.
public struct ListenAddress: Sendable, Hashable {
    /// An IP address or a name that has one; nil: all addresses.
    public let host: String?
    /// The port; 0: one that is free.
    public let port: Int

    /// Reads `:8080`, `127.0.0.1:8080`, `[::1]:8080` or `localhost:0`.
    ///
    /// - Throws: what is wrong with the text.
    public init(_ text: String) throws(ListenAddressError) {
        guard let colon = text.lastIndex(of: ":") else {
            throw ListenAddressError(text: text, reason: "it has no port")
        }
        let digits = text[text.index(after: colon)...]
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits) else {
            throw ListenAddressError(text: text, reason: "'\(digits)' is no port between 0 and 65535")
        }
        let name = text[..<colon]
        self.port = Int(port)
        if name.isEmpty {
            host = nil
        } else if name.hasPrefix("["), name.hasSuffix("]"), name.utf8.count > 4,
            name.utf8.dropFirst().dropLast().allSatisfy({ Self.isHexDigit($0) || $0 == 0x3A || $0 == 0x2E })
        {
            host = String(name.dropFirst().dropLast())
        } else if name.utf8.count <= 253, name.utf8.allSatisfy({ Self.isAlphanumeric($0) || $0 == 0x2D || $0 == 0x2E }),
            name.utf8.first.map(Self.isAlphanumeric) ?? false
        {
            host = String(name)
        } else {
            throw ListenAddressError(text: text, reason: "'\(name)' is neither a host name nor an IP address")
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
    }
}

extension ListenAddress {
    /// Reads the value of a flag, of which `0` and nothing mean: do not listen.
    public init?(flag text: String) throws(ListenAddressError) {
        if text.isEmpty || text == "0" { return nil }
        try self.init(text)
    }
}

extension ListenAddress: CustomStringConvertible {
    /// The address in the form in which it is read.
    public var description: String { "\(host.map { $0.contains(":") ? "[\($0)]" : $0 } ?? ""):\(port)" }
}

/// Why a text is no address to listen at.
public struct ListenAddressError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The text.
    public let text: String
    /// What is wrong with it.
    public let reason: String

    /// The text, what is wrong with it, and what would be right.
    public var description: String {
        "'\(text)' is no address to listen at: \(reason); give HOST:PORT, :PORT, or 0 for none"
    }
}
