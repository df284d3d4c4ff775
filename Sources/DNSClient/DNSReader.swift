import KubeModel

/// What is said of names in messages.
enum DNSName {
    /// The most bytes of a name, its lengths and its end included (RFC 1035 section 2.3.4).
    static let limit = 255
}

/// Reads a message from its front; every step is checked against the bytes that are there.
struct DNSReader {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func number16() throws(DNSMessageError) -> UInt16 {
        let two = try take(2)
        return two.reduce(0) { $0 << 8 | UInt16($1) }
    }

    private mutating func number32() throws(DNSMessageError) -> UInt32 {
        let four = try take(4)
        return four.reduce(0) { $0 << 8 | UInt32($1) }
    }

    private mutating func take(_ count: Int) throws(DNSMessageError) -> ArraySlice<UInt8> {
        guard count <= bytes.count - place else { throw DNSMessageError("it ends too early") }
        defer { place += count }
        return bytes[place..<(place + count)]
    }

    /// A name in lower case without the dot at its end; what is no plain character is written as `\` and its number.
    mutating func name() throws(DNSMessageError) -> String {
        var labels: [String] = []
        var size = 1
        /// Where reading goes on after the name, once a pointer has led away.
        var end: Int?
        // Every pointer leads before all that was read of the name, so there is an end to them.
        var floor = place
        while true {
            let length = Int(try take(1).first ?? 0)
            switch length >> 6 {
            case 0 where length == 0:
                place = end ?? place
                return labels.joined(separator: ".")
            case 0:
                size += length + 1
                guard size <= DNSName.limit else { throw DNSMessageError("a name in it is too long") }
                labels.append(Self.text(try take(length)))
            case 3:
                let target = (length & 0x3F) << 8 | Int(try take(1).first ?? 0)
                guard target < floor else { throw DNSMessageError("a pointer in it does not lead backwards") }
                end = end ?? place
                (place, floor) = (target, target)
            default: throw DNSMessageError("a label in it is of an unknown kind")
            }
        }
    }

    private static func text(_ label: ArraySlice<UInt8>) -> String {
        label.reduce(into: "") { text, byte in
            let isPlain = (0x21...0x7E).contains(byte) && byte != UInt8(ascii: ".") && byte != UInt8(ascii: "\\")
            let lower = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
            text += isPlain ? String(UnicodeScalar(lower)) : "\\\(byte)"
        }
    }

    /// A record; one of another class than IN holds nothing that is asked for.
    mutating func record() throws(DNSMessageError) -> DNSMessage.Record {
        let name = try name()
        let (type, recordClass) = (try number16(), try number16())
        let seconds = try number32()
        let length = Int(try number16())
        let start = place
        _ = try take(length)
        let next = place
        var content = DNSMessage.Content.other
        if recordClass == DNSMessage.internetClass {
            place = start
            content = try self.content(DNSRecordType(rawValue: type), length: length, seconds: seconds)
            guard place <= next else { throw DNSMessageError("a record in it is longer than it says") }
        }
        place = next
        // The highest bit is no part of the number: such a time counts as none (RFC 2181 section 8).
        return .init(name: name, secondsToLive: seconds > UInt32(Int32.max) ? 0 : seconds, content: content)
    }

    private mutating func content(_ type: DNSRecordType?, length: Int, seconds: UInt32)
        throws(DNSMessageError) -> DNSMessage.Content
    {
        switch type {
        case .a, .aaaa:
            guard length == (type == .a ? 4 : 16), let address = IPAddress(bytes: Array(try take(length))) else {
                throw DNSMessageError("an address in it has \(length) bytes")
            }
            return .address(address)
        case .cname: return .alias(try name())
        case .soa:
            _ = (try name(), try name())
            _ = try take(16)
            return .absence(seconds: min(seconds, try number32()))
        case nil: return .other
        }
    }
}
