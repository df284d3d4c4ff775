/// A decimal number of YAML 1.2's core schema: `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
struct DecimalLiteral {
    private let isNegative: Bool
    private let whole: ArraySlice<UInt8>
    private let fraction: ArraySlice<UInt8>
    private let exponent: ArraySlice<UInt8>

    /// Reads the whole of `bytes`; nil if it is not such a number.
    init?(_ bytes: [UInt8]) {
        var rest = bytes[...]
        isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        whole = rest.prefix(while: PlainNumber.isDigit)
        rest = rest.dropFirst(whole.count)
        if rest.first == UInt8(ascii: ".") {
            fraction = rest.dropFirst().prefix(while: PlainNumber.isDigit)
            rest = rest.dropFirst(fraction.count + 1)
        } else {
            fraction = []
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return nil }
        exponent = rest
        guard let mark = rest.first else { return }
        guard mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") else { return nil }
        var digits = rest.dropFirst()
        if digits.first == UInt8(ascii: "-") || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
        guard !digits.isEmpty, digits.allSatisfy(PlainNumber.isDigit) else { return nil }
    }

    /// Whether the digits before the point begin with a zero that is not the only one.
    var hasLeadingZero: Bool { whole.count > 1 && whole.first == UInt8(ascii: "0") }

    /// The same number in the grammar of RFC 8259 section 6, digit for digit.
    var json: String {
        let point = fraction.isEmpty ? "" : "."
        return (isNegative ? "-" : "") + (whole.isEmpty ? "0" : String(decoding: whole, as: UTF8.self)) + point
            + String(decoding: fraction, as: UTF8.self) + String(decoding: exponent, as: UTF8.self)
    }
}
