/// A strict recursive-descent parser for RFC 8259; every error carries the offset of the offending byte.
///
/// Guarantees: no recursion deeper than the depth limit; no trap on any input; strings are valid UTF-8; of a
/// duplicate key the second occurrence is refused.
struct JSONParser {
    let maxDepth: Int
    let maxBytes: Int
    /// The next byte to read.
    var position = 0

    init(limits: JSONLimits) {
        maxDepth = min(limits.maxDepth, JSONLimits.hardDepth)
        maxBytes = limits.maxBytes
    }

    mutating func document(_ source: Span<UInt8>) throws(JSONError) -> JSONValue {
        guard source.count <= maxBytes else {
            throw JSONError(offset: maxBytes, reason: .tooLong(maxBytes: maxBytes))
        }
        skipSpace(source)
        let value = try value(source, depth: 0)
        skipSpace(source)
        guard position == source.count else { throw failure(.trailingBytes) }
        return value
    }

    mutating func value(_ source: Span<UInt8>, depth: Int) throws(JSONError) -> JSONValue {
        guard position < source.count else { throw failure(.unexpectedEnd(expected: "a value")) }
        switch source[position] {
        case UInt8(ascii: "\""): return .string(try string(source))
        case UInt8(ascii: "{"): return .object(try object(source, depth: depth))
        case UInt8(ascii: "["): return .array(try array(source, depth: depth))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number(source)
        case UInt8(ascii: "t"): return try literal(source, "true", .bool(true))
        case UInt8(ascii: "f"): return try literal(source, "false", .bool(false))
        case UInt8(ascii: "n"): return try literal(source, "null", .null)
        case let byte: throw failure(.unexpectedByte(byte, expected: "a value"))
        }
    }

    private mutating func array(_ source: Span<UInt8>, depth: Int) throws(JSONError) -> [JSONValue] {
        try enter(depth)
        skipSpace(source)
        if skip(UInt8(ascii: "]"), source) { return [] }
        var elements: [JSONValue] = []
        while true {
            elements.append(try value(source, depth: depth + 1))
            skipSpace(source)
            if skip(UInt8(ascii: "]"), source) { return elements }
            try expect(UInt8(ascii: ","), source, "',' or ']'")
            skipSpace(source)
        }
    }

    private mutating func object(_ source: Span<UInt8>, depth: Int) throws(JSONError) -> JSONObject {
        let start = position
        try enter(depth)
        skipSpace(source)
        if skip(UInt8(ascii: "}"), source) { return JSONObject() }
        var members: [JSONObject.Member] = []
        var isAscending = true
        while true {
            let key = try key(source)
            if isAscending, let last = members.last { isAscending = last.key.precedesByBytes(key) }
            members.append(JSONObject.Member(key: key, value: try value(source, depth: depth + 1)))
            skipSpace(source)
            if skip(UInt8(ascii: "}"), source) { break }
            try expect(UInt8(ascii: ","), source, "',' or '}'")
            skipSpace(source)
        }
        if !isAscending {
            members.sort { $0.key.precedesByBytes($1.key) }
            for index in members.indices.dropFirst() where members[index - 1].key.hasSameBytes(as: members[index].key) {
                throw try duplicate(members[index].key, source, objectAt: start)
            }
        }
        return JSONObject(sorted: members)
    }

    /// Reads a key, the colon and the space around it.
    private mutating func key(_ source: Span<UInt8>) throws(JSONError) -> String {
        guard position < source.count else { throw failure(.unexpectedEnd(expected: "a key")) }
        guard source[position] == UInt8(ascii: "\"") else {
            throw failure(.unexpectedByte(source[position], expected: "a key in double quotes"))
        }
        let key = try string(source)
        skipSpace(source)
        try expect(UInt8(ascii: ":"), source, "':'")
        skipSpace(source)
        return key
    }

    /// Goes through an object once more, which has parsed well, to find where `key` occurs for the second time.
    private mutating func duplicate(
        _ duplicate: String, _ source: Span<UInt8>, objectAt start: Int
    ) throws(JSONError) -> JSONError {
        position = start + 1
        var occurrences = 0
        while true {
            skipSpace(source)
            let offset = position
            if try key(source).hasSameBytes(as: duplicate) { occurrences += 1 }
            if occurrences == 2 { return JSONError(offset: offset, reason: .duplicateKey(duplicate)) }
            _ = try value(source, depth: 0)
            skipSpace(source)
            try expect(UInt8(ascii: ","), source, "',' or '}'")
        }
    }

    private mutating func literal(
        _ source: Span<UInt8>, _ spelling: StaticString, _ value: JSONValue
    ) throws(JSONError) -> JSONValue {
        for expected in "\(spelling)".utf8 {
            guard position < source.count else { throw failure(.unexpectedEnd(expected: "\(spelling)")) }
            guard source[position] == expected else {
                throw failure(.unexpectedByte(source[position], expected: "\(spelling)"))
            }
            position += 1
        }
        return value
    }

    /// Steps over the opening bracket, unless that is one level too deep.
    private mutating func enter(_ depth: Int) throws(JSONError) {
        guard depth < maxDepth else { throw failure(.tooDeep(maxDepth: maxDepth)) }
        position += 1
    }
}

// Single bytes.
extension JSONParser {
    mutating func skipSpace(_ source: Span<UInt8>) {
        while position < source.count {
            switch source[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    /// Steps over `byte` if it is next.
    mutating func skip(_ byte: UInt8, _ source: Span<UInt8>) -> Bool {
        guard position < source.count, source[position] == byte else { return false }
        position += 1
        return true
    }

    mutating func expect(_ byte: UInt8, _ source: Span<UInt8>, _ expected: StaticString) throws(JSONError) {
        guard position < source.count else { throw failure(.unexpectedEnd(expected: "\(expected)")) }
        guard source[position] == byte else {
            throw failure(.unexpectedByte(source[position], expected: "\(expected)"))
        }
        position += 1
    }

    func failure(_ reason: JSONError.Reason) -> JSONError {
        JSONError(offset: position, reason: reason)
    }
}

extension JSONValue {
    /// Parses a whole JSON document of UTF-8 bytes (RFC 8259, strict; a byte order mark and duplicate keys are refused).
    ///
    /// - Parameters:
    ///   - bytes: the document.
    ///   - limits: the length and the depth accepted at most.
    /// - Throws: `JSONError` with the offset of the first byte that is wrong.
    public init(parsing bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) {
        var parser = JSONParser(limits: limits)
        self = try parser.document(bytes.span)
    }

    /// Parses a whole JSON document; offsets in errors count the UTF-8 bytes of `text`.
    ///
    /// - Parameters:
    ///   - text: the document.
    ///   - limits: the length and the depth accepted at most.
    /// - Throws: `JSONError` with the offset of the first byte that is wrong.
    public init(parsing text: String, limits: JSONLimits = .default) throws(JSONError) {
        var parser = JSONParser(limits: limits)
        self = try parser.document(text.utf8Span.span)
    }
}
