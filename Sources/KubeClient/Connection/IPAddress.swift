/// An IPv4 or IPv6 address by value.
public enum IPAddress: Sendable, Hashable {
    /// Four bytes in network order, as a number.
    case v4(UInt32)
    /// Sixteen bytes in network order.
    case v6(high: UInt64, low: UInt64)

    /// Reads a dotted quad or an IPv6 literal (RFC 4291 section 2.2) without brackets; anything else is nil.
    ///
    /// Forms that only `inet_aton` takes (`127.1`, `0x7f000001`, `010.0.0.1` for 8.0.0.1) are not addresses here, and
    /// `ServerURL` takes no host in them.
    public init?(_ text: String) {
        if let four = Self.quad(text[...]) {
            self = .v4(four)
        } else if let six = Self.sixteen(text) {
            self = six
        } else {
            return nil
        }
    }

    /// Makes an address from 4 or 16 bytes in network order.
    public init?(bytes: [UInt8]) {
        func number(_ slice: ArraySlice<UInt8>) -> UInt64 { slice.reduce(0) { $0 << 8 | UInt64($1) } }
        switch bytes.count {
        case 4: self = .v4(UInt32(truncatingIfNeeded: number(bytes[...])))
        case 16: self = .v6(high: number(bytes[..<8]), low: number(bytes[8...]))
        default: return nil
        }
    }

    /// The IPv4 address that this address stands for: itself, or the one inside an IPv4-mapped, IPv4-compatible,
    /// 6to4 or NAT64 address (RFC 4291 section 2.5.5, RFC 3056, RFC 6052).
    public var embeddedV4: UInt32? {
        switch self {
        case .v4(let address): return address
        case .v6(let high, let low):
            if high == 0, low >> 32 == 0xFFFF { return UInt32(truncatingIfNeeded: low) }
            if high == 0, low >> 32 == 0, low > 1 { return UInt32(truncatingIfNeeded: low) }
            if high == 0x0064_FF9B_0000_0000, low >> 32 == 0 { return UInt32(truncatingIfNeeded: low) }
            if high >> 48 == 0x2002 { return UInt32(truncatingIfNeeded: high >> 16) }
            return nil
        }
    }

    private static func quad(_ text: Substring) -> UInt32? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }),
                part.count == 1 || part.first != UInt8(ascii: "0")
            else { return nil }
            guard let byte = UInt8(String(Substring(part))) else { return nil }
            value = value << 8 | UInt32(byte)
        }
        return value
    }

    private static func sixteen(_ text: String) -> IPAddress? {
        guard text.utf8.contains(UInt8(ascii: ":")), text.utf8.count <= 45 else { return nil }
        let halves = text.split(separator: "::", omittingEmptySubsequences: false)
        guard halves.count <= 2, let head = halves.first, let left = groups(head) else { return nil }
        var words = left
        if halves.count == 2, let tail = halves.last {
            guard let right = groups(tail), left.count + right.count <= 7 else { return nil }
            words += Array(repeating: 0, count: 8 - left.count - right.count) + right
        }
        guard words.count == 8 else { return nil }
        let number = { (part: ArraySlice<UInt16>) in part.reduce(UInt64(0)) { $0 << 16 | UInt64($1) } }
        return .v6(high: number(words[..<4]), low: number(words[4...]))
    }

    /// The 16-bit groups of one side of `::`; the last may be a dotted quad.
    private static func groups(_ text: Substring) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var words: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, let four = quad(part) {
                words += [UInt16(four >> 16), UInt16(four & 0xFFFF)]
            } else {
                guard (1...4).contains(part.utf8.count), part.allSatisfy(\.isHexDigit),
                    let word = UInt16(part, radix: 16)
                else { return nil }
                words.append(word)
            }
        }
        return words.count <= 8 ? words : nil
    }
}

extension IPAddress: CustomStringConvertible {
    /// The dotted quad, or eight groups in hexadecimal.
    public var description: String {
        switch self {
        case .v4(let value):
            return [24, 16, 8, 0].map { String(value >> $0 & 0xFF) }.joined(separator: ".")
        case .v6(let high, let low):
            return [high, low].flatMap { half in [48, 32, 16, 0].map { String(half >> $0 & 0xFFFF, radix: 16) } }
                .joined(separator: ":")
        }
    }
}
