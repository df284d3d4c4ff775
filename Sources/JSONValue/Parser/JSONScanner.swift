/// A place in a JSON text, from which single tokens are read; every error carries the offset of the offending byte.
///
/// The text is passed to each call, because a stored `Span` would need experimental lifetimes.
struct JSONScanner {
    /// The next byte to read.
    var position = 0

    @inline(__always)
    mutating func skipSpace(_ source: Span<UInt8>) {
        var next = position
        while next < source.count {
            let byte = source[next]
            guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { break }
            next += 1
        }
        position = next
    }

    /// Steps over `byte` if it is next.
    @inline(__always)
    mutating func skip(_ byte: UInt8, _ source: Span<UInt8>) -> Bool {
        guard position < source.count, source[position] == byte else { return false }
        position += 1
        return true
    }

    /// Steps over `byte`, which must be next.
    @inline(__always)
    mutating func expect(_ byte: UInt8, _ source: Span<UInt8>, _ expected: StaticString) throws(JSONError) {
        guard skip(byte, source) else { throw unexpected(source, expected) }
    }

    /// Steps over the literal `spelling`, which must be next.
    mutating func literal(_ source: Span<UInt8>, _ spelling: StaticString) throws(JSONError) {
        for expected in "\(spelling)".utf8 {
            guard skip(expected, source) else { throw unexpected(source, spelling) }
        }
    }

    /// The refusal of what is next, because `expected` is due.
    func unexpected(_ source: Span<UInt8>, _ expected: StaticString) -> JSONError {
        guard position < source.count else { return failure(.unexpectedEnd(expected: "\(expected)")) }
        return failure(.unexpectedByte(source[position], expected: "\(expected)"))
    }

    func failure(_ reason: JSONError.Reason) -> JSONError {
        JSONError(offset: position, reason: reason)
    }
}
