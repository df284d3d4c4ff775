/// An IPv4 or IPv6 address, read strictly and written in one canonical way.
///
/// IPv4 is four decimal numbers without leading zeros (RFC 6943 section 3.1.1: other forms mean different things to
/// different readers); IPv6 is RFC 4291 section 2.2 without a zone, written as RFC 5952 says.
public struct IPAddress: Sendable, Hashable {
    /// 4 or 16 bytes in network order.
    public let bytes: [UInt8]

    /// Reads an address; nil for anything that is not exactly one.
    public init?(_ text: String) {
        // The longest address has 45 bytes; a longer text is not worth a look.
        guard text.utf8.count <= 45 else { return nil }
        let characters = Array(text.utf8)
        guard let bytes = characters.contains(UInt8(ascii: ":")) ? Self.six(characters) : Self.four(characters[...])
        else { return nil }
        self.bytes = bytes
    }

    /// Takes 4 or 16 bytes in network order; nil for any other number of them.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Whether this is an IPv6 address.
    public var isIPv6: Bool { bytes.count == 16 }

    private static func four(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy(isDigit) else { return nil }
            guard part.count == 1 || part.first != UInt8(ascii: "0") else { return nil }
            guard let byte = UInt8(String(decoding: part, as: UTF8.self)) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func six(_ text: [UInt8]) -> [UInt8]? {
        guard let gap = doubleColon(text) else { return groups(text[...], mayEndInFour: true).flatMap(exactly16) }
        let tail = text[(gap + 2)...]
        guard let head = groups(text[..<gap], mayEndInFour: false), let rest = groups(tail, mayEndInFour: true) else {
            return nil
        }
        // "::" stands for at least one group of zeros.
        let zeros = 16 - head.count - rest.count
        return zeros >= 2 ? head + Array(repeating: 0, count: zeros) + rest : nil
    }

    private static func exactly16(_ bytes: [UInt8]) -> [UInt8]? { bytes.count == 16 ? bytes : nil }

    /// The place of the first `::`; a second one is refused later, as an empty group.
    private static func doubleColon(_ text: [UInt8]) -> Int? {
        zip(text, text.dropFirst()).enumerated()
            .first { $0.element.0 == UInt8(ascii: ":") && $0.element.1 == UInt8(ascii: ":") }?.offset
    }

    private static func groups(_ text: ArraySlice<UInt8>, mayEndInFour: Bool) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count <= 8 else { return nil }
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if mayEndInFour, index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let embedded = four(part) else { return nil }
                bytes += embedded
                continue
            }
            guard (1...4).contains(part.count), part.allSatisfy(isHexDigit),
                let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16)
            else { return nil }
            bytes += [UInt8(group >> 8), UInt8(group & 0xff)]
        }
        return bytes.count <= 16 ? bytes : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}

extension IPAddress {
    /// Why no client could be sent to this address; nil when it is an ordinary unicast address.
    ///
    /// Loopback and link-local addresses mean another machine to each reader, and one of them is the metadata service
    /// of clouds: a member must not be able to hand such an address to others as its own. Source: IANA special-purpose
    /// address registries (RFC 6890).
    public var unusableReason: String? { isIPv6 ? unusableSix : unusableFour }

    /// Whether it is a loopback address: 127.0.0.0/8 or ::1.
    public var isLoopback: Bool {
        isIPv6 ? bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1 : bytes.first == 127
    }

    private var unusableSix: String? {
        if bytes.allSatisfy({ $0 == 0 }) { return "is the unspecified address" }
        if bytes.dropLast().allSatisfy({ $0 == 0 }), bytes.last == 1 { return "is the loopback address" }
        if bytes.prefix(12).elementsEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]) {
            return "is an IPv4 address written as IPv6"
        }
        switch (bytes.first ?? 0, bytes.dropFirst().first ?? 0) {
        case (0xff, _): return "is a multicast address"
        case (0xfe, 0x80...0xbf): return "is a link-local address"
        default: return nil
        }
    }

    private var unusableFour: String? {
        switch (bytes.first ?? 0, bytes.dropFirst().first ?? 0) {
        case (0, _): "is in the unspecified network 0.0.0.0/8"
        case (127, _): "is a loopback address"
        case (169, 254): "is a link-local address"
        case (224...239, _): "is a multicast address"
        case (240...255, _): "is in the reserved network 240.0.0.0/4"
        default: nil
        }
    }
}

extension IPAddress: CustomStringConvertible {
    /// The canonical text: dotted decimals, or RFC 5952 (lower case, the longest run of zeros as `::`).
    public var description: String {
        guard isIPv6 else { return bytes.map(String.init).joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        let text = groups.map { String($0, radix: 16) }
        guard let run = Self.longestZeroRun(groups) else { return text.joined(separator: ":") }
        return text[..<run.lowerBound].joined(separator: ":") + "::" + text[run.upperBound...].joined(separator: ":")
    }

    /// RFC 5952 section 4.2: the first of the longest runs of at least two groups of zeros.
    private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int>? {
        var best: Range<Int>?
        var start = 0
        while start < groups.count {
            var end = start
            while end < groups.count, groups[end] == 0 { end += 1 }
            if end - start >= 2, end - start > best?.count ?? 0 { best = start..<end }
            start = max(end, start + 1)
        }
        return best
    }
}
