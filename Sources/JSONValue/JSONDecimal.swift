/// The value of a number literal in its one normal form: sign, coefficient without outer zeros, power of ten.
///
/// Value = ± coefficient × 10^exponent. Zero has an empty coefficient, no sign and exponent 0.
struct JSONDecimal: Hashable {
    private(set) var isNegative = false
    /// ASCII digits; the first and the last one are not "0".
    private(set) var digits: [UInt8] = []
    private(set) var exponent = 0

    /// The longest exponent accepted, in digits without leading zeros.
    static let maxExponentDigits = 15
    /// The greatest magnitude of the exponent of a normal form.
    static let maxExponent: UInt = 999_999_999_999_999

    /// Normalises a literal that the scanner has accepted.
    init(_ literal: String) {
        let source = literal.utf8Span.span
        self.init(source, 0..<source.count)
    }

    /// Normalises a range that is a literal with an exponent of at most 15 digits.
    init(_ source: Span<UInt8>, _ range: Range<Int>) {
        var fractionDigits = 0
        var inFraction = false
        var written = 0
        var index = range.lowerBound
        scan: while index < range.upperBound {
            switch source[index] {
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "."): inFraction = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                written = Self.exponent(source, index + 1..<range.upperBound)
                break scan
            case let digit:
                if !(digits.isEmpty && digit == UInt8(ascii: "0")) { digits.append(digit) }
                if inFraction { fractionDigits += 1 }
            }
            index += 1
        }
        let significant = digits.lastIndex { $0 != UInt8(ascii: "0") }.map { $0 + 1 } ?? 0
        guard significant > 0 else {
            self = JSONDecimal()
            return
        }
        // |written| < 10^15 and the counts are bounded by the text's length: no overflow.
        exponent = written - fractionDigits + (digits.count - significant)
        digits.removeLast(digits.count - significant)
    }

    private init() {}

    /// Reads `[+-]digits`; the scanner has limited it to 15 significant digits.
    private static func exponent(_ source: Span<UInt8>, _ range: Range<Int>) -> Int {
        var magnitude = 0
        var isNegative = false
        for index in range {
            switch source[index] {
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "+"): break
            case let digit: magnitude = magnitude * 10 + Int(digit & 15)
            }
        }
        return isNegative ? -magnitude : magnitude
    }

    /// The value as a 64-bit integer, nil if it is none.
    var integer: Int64? {
        guard exponent >= 0, exponent <= 18 else { return nil }
        var value: Int64 = 0
        for place in 0..<(digits.count + exponent) {
            let digit = place < digits.count ? Int64(digits[place] & 15) : 0
            let (shifted, overflowShift) = value.multipliedReportingOverflow(by: 10)
            // Accumulated below zero, because the least Int64 has no positive twin.
            let (sum, overflowSum) = shifted.subtractingReportingOverflow(digit)
            guard !overflowShift, !overflowSum else { return nil }
            value = sum
        }
        guard !isNegative else { return value }
        let (positive, overflow) = (0 as Int64).subtractingReportingOverflow(value)
        return overflow ? nil : positive
    }

    /// Appends the canonical spelling: a plain integer if the value fits 64 bits, else coefficient and exponent.
    func write(to output: inout [UInt8]) {
        if let integer {
            output.append(contentsOf: String(integer).utf8)
            return
        }
        if isNegative { output.append(UInt8(ascii: "-")) }
        output.append(contentsOf: digits)
        guard exponent != 0 else { return }
        output.append(UInt8(ascii: "e"))
        output.append(contentsOf: String(exponent).utf8)
    }
}
