/// The types of records that are asked for or read here.
///
/// Source: RFC 1035 section 3.2.2, RFC 3596 section 2.1.
public enum DNSRecordType: UInt16, Sendable, Hashable {
    case a = 1
    case cname = 5
    case soa = 6
    case aaaa = 28
}

/// What a resolver is asked: the records of one type of one name, in class IN.
public struct DNSQuestion: Sendable, Hashable {
    /// The name in lower case, without the dot at its end.
    public let name: String
    /// The type.
    public let type: DNSRecordType
    private let labels: [[UInt8]]

    /// Makes a question; nil if the name cannot stand in a message: a label is empty or longer than 63 bytes, the whole
    /// is longer than 255, or it is not ASCII (RFC 1035 section 2.3.4).
    public init?(_ name: String, _ type: DNSRecordType) {
        let name = name.lowercased()
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Array.init)
        let size = labels.reduce(1) { $0 + $1.count + 1 }
        guard name.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), size <= DNSName.limit,
            labels.allSatisfy({ (1...63).contains($0.count) })
        else { return nil }
        (self.name, self.type, self.labels) = (name, type, labels)
    }

    /// The bytes of a datagram that can be answered; larger answers are cut and asked for again by TCP.
    ///
    /// What goes through every network in one piece: the value that resolvers agreed on in 2020.
    static let datagramSize = 1232

    /// The message that asks it, with recursion desired and an EDNS0 record (RFC 6891 section 6.1).
    public func query(id: UInt16) -> [UInt8] {
        var bytes = Self.bytes(id) + [0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 1]
        for label in labels { bytes += [UInt8(truncatingIfNeeded: label.count)] + label }
        bytes += [0] + Self.bytes(type.rawValue) + Self.bytes(DNSMessage.internetClass)
        // The root as name, type OPT, our size in place of the class, no flags, no options.
        return bytes + [0, 0, 41] + Self.bytes(UInt16(Self.datagramSize)) + [0, 0, 0, 0, 0, 0]
    }

    private static func bytes(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }
}
