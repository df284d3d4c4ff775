extension JSONScanner {
    /// A string in the text: the bytes between its quotes, and whether they hold escapes.
    struct StringToken {
        var range: Range<Int>
        var hasEscape = false
    }

    /// Steps from the opening to behind the closing quote; the bytes between are UTF-8 without control bytes.
    @inline(__always)
    mutating func stringToken(_ source: Span<UInt8>) throws(JSONError) -> StringToken {
        let start = position + 1
        let end = Self.plainEnd(source, from: start)
        guard end < source.count, source[end] == UInt8(ascii: "\"") else {
            return try stringToken(source, start: start, from: end)
        }
        position = end + 1
        return StringToken(range: start..<end, hasEscape: false)
    }

    /// Goes on at `next`, where something else than plain ASCII stands.
    private mutating func stringToken(
        _ source: Span<UInt8>, start: Int, from next: Int
    ) throws(JSONError) -> StringToken {
        var next = next
        var hasEscape = false
        while next < source.count {
            switch source[next] {
            case UInt8(ascii: "\""):
                try validate(source, start..<next)
                position = next + 1
                return StringToken(range: start..<next, hasEscape: hasEscape)
            case UInt8(ascii: "\\"):
                hasEscape = true
                next += 2
            case 0..<0x20:
                throw JSONError(offset: next, reason: .controlByte(source[next]))
            default:
                next = Self.plainEnd(source, from: next + 1)
            }
        }
        throw JSONError(offset: source.count, reason: .unexpectedEnd(expected: "the closing quote of a string"))
    }

    /// Refuses bytes that are not UTF-8, at the first one that is wrong.
    private func validate(_ source: Span<UInt8>, _ range: Range<Int>) throws(JSONError) {
        do {
            _ = try UTF8Span(validating: source.extracting(range))
        } catch {
            throw JSONError(offset: range.lowerBound + error.byteOffsets.lowerBound, reason: .invalidUTF8)
        }
    }

    /// The string of a range of bytes with its escapes resolved.
    mutating func unescaped(_ source: Span<UInt8>, _ range: Range<Int>) throws(JSONError) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        position = range.lowerBound
        while position < range.upperBound {
            let byte = source[position]
            if byte == UInt8(ascii: "\\") {
                try escape(source, &bytes)
            } else {
                bytes.append(byte)
                position += 1
            }
        }
        position = range.upperBound + 1
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Resolves the escape at `position` and steps behind it.
    private mutating func escape(_ source: Span<UInt8>, _ bytes: inout [UInt8]) throws(JSONError) {
        // The scan for the closing quote skipped whole pairs, so a byte follows the backslash.
        switch source[position + 1] {
        case UInt8(ascii: "\""): bytes.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): bytes.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): bytes.append(UInt8(ascii: "/"))
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "u"): return try unicodeEscape(source, &bytes)
        default: throw failure(.invalidEscape)
        }
        position += 2
    }

    /// Resolves `\uXXXX`, or two of them for a character beyond the basic plane.
    private mutating func unicodeEscape(_ source: Span<UInt8>, _ bytes: inout [UInt8]) throws(JSONError) {
        guard let first = Self.codeUnit(source, position) else { throw failure(.invalidEscape) }
        if let scalar = Unicode.Scalar(first) {
            bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            position += 6
            return
        }
        guard first < 0xDC00, let second = Self.codeUnit(source, position + 6), (0xDC00..<0xE000).contains(second)
        else { throw failure(.loneSurrogate) }
        let code = 0x10000 + (UInt32(first & 0x3FF) << 10) + UInt32(second & 0x3FF)
        guard let scalar = Unicode.Scalar(code) else { throw failure(.loneSurrogate) }
        bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        position += 12
    }

    /// The value of the `\uXXXX` at `start`, nil if there is none.
    ///
    /// Never reads beyond the closing quote of the string, which matches nothing here.
    private static func codeUnit(_ source: Span<UInt8>, _ start: Int) -> UInt16? {
        guard source[start] == UInt8(ascii: "\\"), source[start + 1] == UInt8(ascii: "u") else { return nil }
        var unit: UInt16 = 0
        for index in (start + 2)..<(start + 6) {
            let byte = source[index]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt16(byte & 15)
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
                unit = unit << 4 | UInt16(byte & 15 + 9)
            default: return nil
            }
        }
        return unit
    }
}
