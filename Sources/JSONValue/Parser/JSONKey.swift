/// A key as it stands in the text, with what makes comparing keys cheap.
struct JSONKey {
    /// The bytes between the quotes.
    let range: Range<Int>
    /// Whether the bytes hold escapes, so that they are not the key itself.
    let hasEscape: Bool
    /// The first eight bytes, the first one highest, with zeros behind a shorter key.
    let prefix: UInt64

    /// Takes up a string that the scanner has just left.
    @inline(__always)
    init(_ source: Span<UInt8>, _ token: JSONScanner.StringToken) {
        range = token.range
        hasEscape = token.hasEscape
        prefix = JSONScanner.prefix(source, token.range)
    }

    /// No key, which holds a place.
    init() {
        range = 0..<0
        hasEscape = false
        prefix = 0
    }

    /// Whether both keys consist of the same bytes in the text.
    @inline(__always)
    func hasSameBytes(as other: JSONKey, _ source: Span<UInt8>) -> Bool {
        guard prefix == other.prefix, range.count == other.range.count else { return false }
        return range.count <= 8 || JSONScanner.byteOrder(source, range.dropFirst(8), other.range.dropFirst(8)) == 0
    }

    /// Negative, zero or positive as the bytes of this key come before, equal or come after those of `other`.
    @inline(__always)
    func byteOrder(relativeTo other: JSONKey, _ source: Span<UInt8>) -> Int {
        // A shorter key that is a prefix of the other is padded with zeros, the least byte; and no key in a text
        // holds a raw zero byte.
        guard prefix == other.prefix else { return prefix < other.prefix ? -1 : 1 }
        return JSONScanner.byteOrder(source, range.dropFirst(8), other.range.dropFirst(8))
    }
}
