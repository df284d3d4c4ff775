/// A block of IPv4 or IPv6 addresses, such as `203.0.113.0/24` or `2001:db8::/32` (RFC 4632, RFC 4291 section 2.3).
public struct AddressRange: Sendable, Hashable {
    /// The first address of the block.
    public let first: IPAddress
    /// How many leading bits all its addresses share.
    public let length: Int

    /// Reads a block; nil for anything that is not exactly one.
    ///
    /// Bits beyond the prefix are refused: who writes `203.0.113.7/8` does not mean sixteen million addresses.
    public init?(_ text: String) {
        guard let (address, length) = Self.parts(of: text), Self.masked(address.bytes, length) == address.bytes else {
            return nil
        }
        (first, self.length) = (address, length)
    }

    /// The block of a length in which an address lies; of no length given or too great a one, the address alone.
    public init(around address: IPAddress, _ length: Int = .max) {
        self.length = min(max(0, length), address.bytes.count * 8)
        first = IPAddress(bytes: Self.masked(address.bytes, self.length)) ?? address
    }

    /// The two sides of `ADDRESS/LENGTH`, whatever bits of the address lie beyond the prefix; nil for anything else.
    public static func parts(of text: String) -> (address: IPAddress, length: Int)? {
        // An address has 45 bytes at most.
        guard text.utf8.count <= 49 else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 2, let digits = parts.last,
            let address = parts.first.flatMap({ IPAddress(String(Substring($0))) })
        else { return nil }
        guard (1...3).contains(digits.count), digits.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains),
            digits.first != UInt8(ascii: "0") || digits.count == 1, let length = Int(String(Substring(digits))),
            length <= address.bytes.count * 8
        else { return nil }
        return (address, length)
    }

    /// Whether an address lies in the block; one of the other family does not.
    public func contains(_ address: IPAddress) -> Bool {
        address.isIPv6 == first.isIPv6 && Self.masked(address.bytes, length) == first.bytes
    }

    private static func masked(_ bytes: [UInt8], _ length: Int) -> [UInt8] {
        bytes.enumerated().map { index, byte in
            let kept = min(8, max(0, length - index * 8))
            return byte & ~UInt8(truncatingIfNeeded: 0xff >> kept)
        }
    }
}

extension AddressRange: CustomStringConvertible {
    /// The block in its canonical form.
    public var description: String { "\(first)/\(length)" }
}
