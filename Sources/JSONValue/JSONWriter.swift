/// Writes values as compact JSON into one growing array of bytes.
struct JSONWriter {
    /// Whether numbers are written in their canonical spelling instead of their own.
    let isCanonical: Bool
    private(set) var output: [UInt8] = []

    init(isCanonical: Bool) {
        self.isCanonical = isCanonical
    }

    mutating func write(_ value: JSONValue) {
        switch value {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let flag): output.append(contentsOf: (flag ? "true" : "false").utf8)
        case .integer(let integer): output.append(contentsOf: String(integer).utf8)
        case .number(let number):
            if isCanonical {
                JSONDecimal(number.text).write(to: &output)
            } else {
                output.append(contentsOf: number.text.utf8)
            }
        case .string(let string): write(string)
        case .array(let elements): write(elements)
        case .object(let object): write(object)
        }
    }

    private mutating func write(_ elements: [JSONValue]) {
        output.append(UInt8(ascii: "["))
        var isFirst = true
        for element in elements {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            write(element)
        }
        output.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ object: JSONObject) {
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        for member in object.members {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            write(member.key)
            output.append(UInt8(ascii: ":"))
            write(member.value)
        }
        output.append(UInt8(ascii: "}"))
    }

    private mutating func write(_ string: String) {
        output.append(UInt8(ascii: "\""))
        if Self.needsEscape(string) {
            for byte in string.utf8 { write(escaping: byte) }
        } else {
            output.append(contentsOf: string.utf8)
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ string: String) -> Bool {
        let bytes = string.utf8Span.span
        for index in bytes.indices {
            let byte = bytes[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return true }
        }
        return false
    }

    /// Escapes only what RFC 8259 section 7 demands, in the shortest form.
    private mutating func write(escaping byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(contentsOf: [UInt8(ascii: "\\"), byte])
        case 0x08: output.append(contentsOf: "\\b".utf8)
        case 0x09: output.append(contentsOf: "\\t".utf8)
        case 0x0A: output.append(contentsOf: "\\n".utf8)
        case 0x0C: output.append(contentsOf: "\\f".utf8)
        case 0x0D: output.append(contentsOf: "\\r".utf8)
        case 0..<0x20:
            output.append(contentsOf: (byte < 16 ? "\\u000" : "\\u00").utf8)
            output.append(contentsOf: String(byte, radix: 16).utf8)
        default: output.append(byte)
        }
    }
}

extension JSONValue {
    /// The value as compact JSON in UTF-8: members in byte order of their keys, numbers in their own spelling.
    public func bytes() -> [UInt8] {
        var writer = JSONWriter(isCanonical: false)
        writer.write(self)
        return writer.output
    }

    /// The value as compact JSON text, the same as `bytes()`.
    public func text() -> String {
        String(decoding: bytes(), as: UTF8.self)
    }

    /// The one spelling of this value: equal values have equal canonical bytes, different values different ones.
    ///
    /// Compact; members in byte order of their keys; strings with the shortest escapes, only where RFC 8259
    /// demands one. A number that is an integer of 64 bits is written as plain digits (`1.0`, `1e0` give `1`, `-0`
    /// gives `0`); any other is its coefficient without leading and trailing zeros, followed by `e` and the
    /// exponent unless that is 0 (`0.50` gives `5e-1`, `1E+400` gives `1e400`).
    public func canonicalBytes() -> [UInt8] {
        var writer = JSONWriter(isCanonical: true)
        writer.write(self)
        return writer.output
    }
}
