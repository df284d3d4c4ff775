/// Remembers short strings of one document, so that one that repeats is made and stored once.
///
/// A string lies in its slot or in the one beside it, where the next one moves it. Whatever the input, a look-up
/// costs two comparisons.
struct JSONStringCache {
    /// The longest string that is remembered, in bytes.
    static let maxLength = 64
    private let slotBits: UInt64
    private var keys: [JSONKey]
    /// The strings of `keys`, in the same slots.
    private var strings: [String]

    /// Makes a cache that is small for small documents.
    init(documentBytes: Int) {
        slotBits = documentBytes < 1 << 14 ? 5 : 9
        keys = Array(repeating: JSONKey(), count: 1 << slotBits)
        strings = Array(repeating: "", count: 1 << slotBits)
    }

    /// The string in the text at `key`, which holds no escapes.
    @inline(__always)
    mutating func string(_ key: JSONKey, _ source: Span<UInt8>) -> String {
        guard key.range.count <= Self.maxLength else { return JSONScanner.string(source, key.range) }
        let slot = slot(key, source)
        if key.hasSameBytes(as: keys[slot], source) { return strings[slot] }
        let neighbour = slot ^ 1
        if key.hasSameBytes(as: keys[neighbour], source) { return strings[neighbour] }
        let string = JSONScanner.string(source, key.range)
        keys[neighbour] = keys[slot]
        strings[neighbour] = strings[slot]
        keys[slot] = key
        strings[slot] = string
        return string
    }

    /// A slot by the length and by its first and last eight bytes.
    @inline(__always)
    private func slot(_ key: JSONKey, _ source: Span<UInt8>) -> Int {
        var mixed = key.prefix &* 0x9E37_79B9_7F4A_7C15
        if key.range.count > 8 { mixed ^= JSONScanner.word(source, at: key.range.upperBound - 8) }
        mixed ^= UInt64(truncatingIfNeeded: key.range.count)
        return Int(truncatingIfNeeded: (mixed &* 0x9E37_79B9_7F4A_7C15) >> (64 - slotBits))
    }
}
