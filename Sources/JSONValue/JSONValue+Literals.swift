// Not expressible by `nil`, on purpose: in `condition ? nil : value` of type `JSONValue?` it would mean the value null,
// and what was meant to be absent would be written.

extension JSONValue: ExpressibleByBooleanLiteral {
    /// Makes a boolean.
    public init(booleanLiteral value: Bool) {
        self = .bool(value)
    }
}

extension JSONValue: ExpressibleByIntegerLiteral {
    /// Makes an integer.
    public init(integerLiteral value: Int64) {
        self = .integer(value)
    }
}

extension JSONValue: ExpressibleByFloatLiteral {
    /// Makes a number in the shortest text that denotes `value`; a literal beyond the range of `Double` gives null.
    public init(floatLiteral value: Double) {
        self = JSONValue(value) ?? .null
    }
}

extension JSONValue: ExpressibleByStringLiteral {
    /// Makes a string.
    public init(stringLiteral value: String) {
        self = .string(value)
    }
}

extension JSONValue: ExpressibleByArrayLiteral {
    /// Makes an array.
    public init(arrayLiteral elements: JSONValue...) {
        self = .array(elements)
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
    /// Makes an object; of equal keys the last one wins.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(elements))
    }
}

extension JSONValue {
    /// Makes a number in the shortest text that denotes `double`, nil for infinities and NaN, which JSON lacks.
    public init?(_ double: Double) {
        // Infinities and NaN have descriptions that are no JSON numbers.
        self.init(numberLiteral: double.description)
    }

    /// Makes a number of its JSON text: an integer where the literal is one of 64 bits, else the exact text.
    ///
    /// - Parameter text: a literal in the grammar of RFC 8259 section 6; anything else gives nil.
    public init?(numberLiteral text: String) {
        let source = text.utf8Span.span
        var scanner = JSONScanner()
        guard let number = try? scanner.number(source), scanner.position == source.count else { return nil }
        self = number
    }
}
