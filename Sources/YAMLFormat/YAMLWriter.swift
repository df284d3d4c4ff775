import JSONValue

/// Writes values in block style, with the sequences of a mapping not indented, as kubectl does.
struct YAMLWriter {
    private(set) var text = ""
    /// What is written behind a value that takes no further lines of members or elements.
    private let comment: ((JSONPointer) -> String?)?
    /// Where the cursor is, if there are comments.
    private var place = JSONPointer(tokens: [])

    init(comment: ((JSONPointer) -> String?)? = nil) { self.comment = comment }

    /// Writes one document.
    mutating func write(document value: JSONValue) {
        switch value {
        case .array(let elements) where !elements.isEmpty: write(elements, indent: 0)
        case .object(let members) where !members.isEmpty: write(members, indent: 0)
        case .string(let string): text += string.yamlInline + "\n"
        default: text += value.yamlScalar + "\n"
        }
    }

    /// Writes the entries of a sequence; the first one where the cursor is, the others indented.
    private mutating func write(_ elements: [JSONValue], indent: Int) {
        for (index, element) in elements.enumerated() {
            if index > 0 { startLine(indent) }
            text += "-"
            enter("\(index)")
            defer { leave() }
            switch element {
            case .array(let inner) where !inner.isEmpty:
                text += " "
                write(inner, indent: indent + 2)
            case .object(let inner) where !inner.isEmpty:
                text += " "
                write(inner, indent: indent + 2)
            default: write(leaf: element, indent: indent)
            }
        }
    }

    /// Writes the members of a mapping; the first one where the cursor is, the others indented.
    private mutating func write(_ members: JSONObject, indent: Int) {
        for (index, member) in members.enumerated() {
            if index > 0 { startLine(indent) }
            let key = member.key.yamlInline
            if key.utf8.count > Self.longestSimpleKey {
                text += "? \(key)\n"
                startLine(indent)
                text += ":"
            } else {
                text += "\(key):"
            }
            enter(member.key)
            defer { leave() }
            switch member.value {
            case .array(let inner) where !inner.isEmpty:
                text += "\n"
                startLine(indent)
                write(inner, indent: indent)
            case .object(let inner) where !inner.isEmpty:
                text += "\n"
                startLine(indent + 2)
                write(inner, indent: indent + 2)
            default: write(leaf: member.value, indent: indent)
            }
        }
    }

    /// Writes what fits behind a `-` or `key:`, and the end of its line; `indent` is that of the collection.
    private mutating func write(leaf value: JSONValue, indent: Int) {
        let end = comment?(place).map { "  # \($0.onOneLine)\n" } ?? "\n"
        guard case .string(let string) = value else {
            text += " \(value.yamlScalar)\(end)"
            return
        }
        if let block = LiteralBlock(string) {
            text += " \(block.header)\(end)"
            for line in block.lines {
                if !line.isEmpty { startLine(indent + LiteralBlock.indent) }
                text += "\(line)\n"
            }
        } else {
            text += " \(string.yamlInline)\(end)"
        }
    }

    private mutating func enter(_ token: @autoclosure () -> String) {
        if comment != nil { place.tokens.append(token()) }
    }

    private mutating func leave() {
        if comment != nil { place.tokens.removeLast() }
    }

    private mutating func startLine(_ indent: Int) { text += String(repeating: " ", count: indent) }

    /// YAML bounds a key without `?` to 1024 characters (YAML 1.2 section 7.4.2).
    private static let longestSimpleKey = 512
}

extension JSONValue {
    /// A value that is neither a string nor a collection with entries.
    fileprivate var yamlScalar: String {
        switch self {
        case .null, .string: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let integer): "\(integer)"
        case .number(let number): Self.yamlNumber(number.text)
        case .array: "[]"
        case .object: "{}"
        }
    }

    /// YAML 1.1 takes a number with exponent for one only if it has a point and the exponent a sign.
    private static func yamlNumber(_ text: String) -> String {
        guard let mark = text.utf8.firstIndex(where: { "eE".utf8.contains($0) }) else { return text }
        let mantissa = text[..<mark]
        let exponent = text[text.utf8.index(after: mark)...]
        let sign = exponent.utf8.first.map { "+-".utf8.contains($0) } == true ? "" : "+"
        return mantissa + (mantissa.utf8.contains(UInt8(ascii: ".")) ? "" : ".0") + "e" + sign + exponent
    }
}

extension String {
    /// The text without whatever could end a comment's line.
    fileprivate var onOneLine: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.isPrintableInLine ? $0 : " " }))
    }
}
