/// A number in the exact text of its source, for numbers that are not a plain 64-bit integer literal.
///
/// Equality and hash go by value, never through `Double`: `1e400` equals `100e398` and differs from `1e401`.
/// The exponent is limited to ±999999999999999 (RFC 8259 section 6 permits a limit); nothing is ever expanded into
/// zeros, so a number costs no more than its own text.
public struct JSONNumber: Sendable {
    /// The literal, in the grammar of RFC 8259 section 6.
    public let text: String

    /// Accepts `text` if it is a JSON number whose exponent is in range, otherwise returns nil.
    public init?(_ text: String) {
        let source = text.utf8Span.span
        var scanner = JSONScanner()
        guard case .some = try? scanner.numberShape(source), scanner.position == source.count else { return nil }
        self.text = text
    }

    /// Takes over a text that the scanner has accepted.
    init(scanned text: String) {
        self.text = text
    }

    /// The nearest `Double`; infinity when the magnitude is beyond its range, zero when below.
    public var double: Double {
        Double(text) ?? .nan
    }

    /// The value as a 64-bit integer, nil unless it is exactly one (`1.0` and `1e0` are 1).
    public var integer: Int64? {
        JSONDecimal(text).integer
    }
}

extension JSONNumber: Hashable {
    /// Compares by value.
    public static func == (left: JSONNumber, right: JSONNumber) -> Bool {
        left.text.hasSameBytes(as: right.text) || JSONDecimal(left.text) == JSONDecimal(right.text)
    }

    /// Feeds the value, not the spelling, into `hasher`.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(JSONDecimal(text))
    }
}

extension JSONNumber: CustomStringConvertible {
    /// The exact text.
    public var description: String { text }
}
