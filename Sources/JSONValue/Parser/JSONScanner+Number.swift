extension JSONScanner {
    /// What `numberShape` found: the value if the literal is a plain integer of 64 bits.
    enum NumberShape {
        case integer(Int64)
        case other
    }

    mutating func number(_ source: Span<UInt8>) throws(JSONError) -> JSONValue {
        let start = position
        switch try numberShape(source) {
        case .integer(let integer): return .integer(integer)
        case .other: return .number(JSONNumber(scanned: Self.string(source, start..<position)))
        }
    }

    /// Reads one number by the grammar of RFC 8259 section 6 and leaves `position` behind it.
    mutating func numberShape(_ source: Span<UInt8>) throws(JSONError) -> NumberShape {
        let start = position
        let isNegative = skip(UInt8(ascii: "-"), source)
        let first = position
        try digits(source)
        if source[first] == UInt8(ascii: "0"), position > first + 1 {
            throw JSONError(
                offset: first + 1, reason: .unexpectedByte(source[first + 1], expected: "no digit after a leading zero")
            )
        }
        let end = position
        if skip(UInt8(ascii: "."), source) { try digits(source) }
        if position < source.count, source[position] | 0x20 == UInt8(ascii: "e") { try exponent(source, start) }
        guard position == end else { return .other }
        guard let integer = Self.integer(source, first..<end, isNegative: isNegative) else { return .other }
        return .integer(integer)
    }

    /// One digit or more.
    private mutating func digits(_ source: Span<UInt8>) throws(JSONError) {
        let start = position
        while position < source.count, source[position] &- 0x30 < 10 { position += 1 }
        guard position == start else { return }
        guard position < source.count else { throw failure(.unexpectedEnd(expected: "a digit")) }
        throw failure(.unexpectedByte(source[position], expected: "a digit"))
    }

    /// Reads the exponent of the number that began at `start`, and refuses one beyond the limit.
    private mutating func exponent(_ source: Span<UInt8>, _ start: Int) throws(JSONError) {
        position += 1
        if !skip(UInt8(ascii: "+"), source) { _ = skip(UInt8(ascii: "-"), source) }
        var first = position
        try digits(source)
        while first < position, source[first] == UInt8(ascii: "0") { first += 1 }
        // In the normal form too, because that is what the canonical spelling shows.
        guard position - first <= JSONDecimal.maxExponentDigits,
            JSONDecimal(source, start..<position).exponent.magnitude <= JSONDecimal.maxExponent
        else { throw JSONError(offset: first, reason: .exponentOutOfRange) }
    }

    /// The value of a run of digits, nil if it does not fit.
    private static func integer(_ source: Span<UInt8>, _ range: Range<Int>, isNegative: Bool) -> Int64? {
        guard range.count <= 19 else { return nil }
        // 19 digits are less than 10^19 and so fit UInt64.
        var magnitude: UInt64 = 0
        for index in range { magnitude = magnitude &* 10 &+ UInt64(source[index] & 15) }
        if !isNegative { return Int64(exactly: magnitude) }
        return magnitude == UInt64(1) << 63 ? Int64.min : Int64(exactly: magnitude).map { -$0 }
    }
}
