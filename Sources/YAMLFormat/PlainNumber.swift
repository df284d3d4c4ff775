import JSONValue

/// The plain scalars that begin like a number.
enum PlainNumber {
    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    static func isDigitOrSign(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
    }

    /// Classifies a scalar that begins with a digit, a sign or a dot.
    static func classify(_ text: String) -> PlainScalar {
        let bytes = Array(text.utf8)
        if let literal = DecimalLiteral(bytes) { return decimal(literal, text) }
        if let value = hexadecimal(bytes) { return value.map { .value(.integer($0)) } ?? refusal(text, .tooLarge) }
        // What only some readers take for a number. They skip underscores anywhere.
        let digits = bytes.filter { $0 != UInt8(ascii: "_") }
        if isPrefixed(digits) { return refusal(text, .base) }
        if digits.count < bytes.count, DecimalLiteral(digits) != nil { return refusal(text, .underscore) }
        if isSexagesimal(digits) { return refusal(text, .sexagesimal) }
        if PlainTime.isTime(bytes) { return refusal(text, .time) }
        if isNotFinite(text) { return refusal(text, .notFinite) }
        return .string
    }

    private static func decimal(_ literal: DecimalLiteral, _ text: String) -> PlainScalar {
        guard !literal.hasLeadingZero else { return refusal(text, .leadingZero) }
        // kubectl takes what exceeds a 64-bit float for a string.
        guard let value = JSONValue(numberLiteral: literal.json), value.doubleValue?.isFinite == true else {
            return refusal(text, .tooLarge)
        }
        return .value(value)
    }

    /// Nil unless the text is `0x` and hexadecimal digits; nil inside if that exceeds 64 bits with sign.
    private static func hexadecimal(_ bytes: [UInt8]) -> Int64?? {
        guard bytes.starts(with: "0x".utf8), bytes.count > 2, bytes.dropFirst(2).allSatisfy(isHexDigit) else {
            return .none
        }
        return .some(Int64(String(decoding: bytes.dropFirst(2), as: UTF8.self), radix: 16))
    }

    /// `0b`, `0o` and `0x` of either case and sign, with at least one digit of the base.
    private static func isPrefixed(_ bytes: [UInt8]) -> Bool {
        let unsigned = bytes.first.map { isDigit($0) } == true ? bytes[...] : bytes.dropFirst()
        guard unsigned.count > 2, unsigned.first == UInt8(ascii: "0") else { return false }
        let digits = unsigned.dropFirst(2)
        switch unsigned[unsigned.startIndex + 1] {
        case UInt8(ascii: "b"), UInt8(ascii: "B"): return digits.allSatisfy { "01".utf8.contains($0) }
        case UInt8(ascii: "o"), UInt8(ascii: "O"): return digits.allSatisfy { "01234567".utf8.contains($0) }
        case UInt8(ascii: "x"), UInt8(ascii: "X"): return digits.allSatisfy(isHexDigit)
        default: return false
        }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || "abcdefABCDEF".utf8.contains(byte)
    }

    /// `[-+]?[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?`, the union of yaml.org/type/int and float.
    private static func isSexagesimal(_ bytes: [UInt8]) -> Bool {
        let unsigned = bytes.first.map { isDigit($0) } == true ? bytes[...] : bytes.dropFirst()
        let halves = unsigned.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = halves.first, halves.dropFirst().allSatisfy({ $0.allSatisfy(isDigit) }) else { return false }
        let groups = whole.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard groups.count > 1, let first = groups.first, !first.isEmpty, first.allSatisfy(isDigit) else {
            return false
        }
        return groups.dropFirst().allSatisfy { group in
            guard let value = Int(String(decoding: group, as: UTF8.self)) else { return false }
            return group.count <= 2 && group.allSatisfy(isDigit) && value < 60
        }
    }

    private static func isNotFinite(_ text: String) -> Bool {
        let unsigned = text.hasPrefix(".") ? text[...] : text.dropFirst()
        return [".inf", ".Inf", ".INF"].contains(String(unsigned)) || [".nan", ".NaN", ".NAN"].contains(text)
    }

    private enum Reason: String {
        case leadingZero = "is octal in YAML 1.1, but decimal in YAML 1.2; write it without leading zeros"
        case base = "is a number for some YAML readers and a string for others; write it as a decimal number"
        case underscore = "is a number in YAML 1.1, but a string in YAML 1.2; write it without underscores"
        case sexagesimal = "is a number in base 60 in YAML 1.1, but a string in YAML 1.2; write what is meant"
        case time = "is a time in YAML 1.1, but a string in YAML 1.2; write what is meant"
        case notFinite = "is no number that JSON has; write another"
        case tooLarge = "is too large a number; write a smaller one"
    }

    private static func refusal(_ text: String, _ reason: Reason) -> PlainScalar {
        .ambiguous("\(Quoted(text)) without quotes \(reason.rawValue), or put it in quotes")
    }
}
