/// A strict parser for RFC 8259; every error carries the offset of the offending byte.
///
/// Guarantees: no recursion, so that it runs on any stack; no trap on any input; strings are valid UTF-8; of a
/// duplicate key the second occurrence is refused.
struct JSONParser: ~Copyable {
    /// An array or object whose end is still to come.
    private struct Container {
        let isArray: Bool
        /// Its elements or members wait from this place on.
        let base: Int
    }

    private let maxDepth: Int
    private var document = JSONValue.null
    private var open: [Container] = []
    private var scanner = JSONScanner()
    private var keyStrings: JSONStringCache
    private var valueStrings: JSONStringCache
    private var elements = JSONChildStack<JSONValue>()
    private var members = JSONChildStack<JSONObject.Member>()
    /// The keys of `members` in the text, in the same places.
    private var keys = JSONChildStack<JSONKey>()

    private init(limits: JSONLimits, documentBytes: Int) {
        keyStrings = JSONStringCache(documentBytes: documentBytes)
        valueStrings = JSONStringCache(documentBytes: documentBytes)
        maxDepth = min(limits.maxDepth, JSONLimits.hardDepth)
    }

    /// Parses a whole document.
    static func parse(_ source: Span<UInt8>, limits: JSONLimits) throws(JSONError) -> JSONValue {
        guard source.count <= limits.maxBytes else {
            throw JSONError(offset: limits.maxBytes, reason: .tooLong(maxBytes: limits.maxBytes))
        }
        var parser = JSONParser(limits: limits, documentBytes: source.count)
        try parser.run(source)
        return parser.document
    }

    private mutating func run(_ source: Span<UInt8>) throws(JSONError) {
        scanner.skipSpace(source)
        var isComplete = false
        repeat {
            isComplete = try value(source)
            while isComplete, let container = open.last { isComplete = try end(container, source) }
        } while !isComplete
        scanner.skipSpace(source)
        guard scanner.position == source.count else { throw scanner.failure(.trailingBytes) }
    }

    /// Reads a value; false if it is a container, which then is open and whose first child is next.
    @inline(__always)
    private mutating func value(_ source: Span<UInt8>) throws(JSONError) -> Bool {
        guard scanner.position < source.count else { throw scanner.unexpected(source, "a value") }
        switch source[scanner.position] {
        case UInt8(ascii: "\""): put(.string(try string(source)))
        case UInt8(ascii: "{"): return try openObject(source)
        case UInt8(ascii: "["): return try openArray(source)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): put(try scanner.number(source))
        case UInt8(ascii: "t"):
            try scanner.literal(source, "true")
            put(.bool(true))
        case UInt8(ascii: "f"):
            try scanner.literal(source, "false")
            put(.bool(false))
        case UInt8(ascii: "n"):
            try scanner.literal(source, "null")
            put(.null)
        default: throw scanner.unexpected(source, "a value")
        }
        return true
    }

    /// Puts a complete value into the innermost open container.
    @inline(__always)
    private mutating func put(_ value: consuming JSONValue) {
        guard let container = open.last else {
            document = value
            return
        }
        if container.isArray { elements.push(value) } else { members.last.value = value }
    }

    private mutating func string(_ source: Span<UInt8>) throws(JSONError) -> String {
        let token = try scanner.stringToken(source)
        if token.hasEscape { return try scanner.unescaped(source, token.range) }
        // Shorter strings are stored in place, at no cost; API objects repeat most of the others.
        guard token.range.count > 15 else { return JSONScanner.string(source, token.range) }
        return valueStrings.string(JSONKey(source, token), source)
    }

    private mutating func openArray(_ source: Span<UInt8>) throws(JSONError) -> Bool {
        try enter()
        scanner.skipSpace(source)
        if scanner.skip(UInt8(ascii: "]"), source) {
            put(.array([]))
            return true
        }
        open.append(Container(isArray: true, base: elements.count))
        return false
    }

    private mutating func openObject(_ source: Span<UInt8>) throws(JSONError) -> Bool {
        try enter()
        scanner.skipSpace(source)
        if scanner.skip(UInt8(ascii: "}"), source) {
            put(.object(JSONObject()))
            return true
        }
        open.append(Container(isArray: false, base: members.count))
        try key(source)
        return false
    }

    /// Steps over the opening bracket, unless that is one level too deep.
    private mutating func enter() throws(JSONError) {
        guard open.count < maxDepth else { throw scanner.failure(.tooDeep(maxDepth: maxDepth)) }
        scanner.position += 1
    }

    /// Reads what follows a child; true if that is the end of the container, false if another child is next.
    @inline(__always)
    private mutating func end(_ container: Container, _ source: Span<UInt8>) throws(JSONError) -> Bool {
        scanner.skipSpace(source)
        if scanner.skip(container.isArray ? UInt8(ascii: "]") : UInt8(ascii: "}"), source) {
            open.removeLast()
            if container.isArray {
                put(.array(elements.take(from: container.base)))
            } else {
                put(.object(try object(source, from: container.base)))
            }
            return true
        }
        try scanner.expect(UInt8(ascii: ","), source, container.isArray ? "',' or ']'" : "',' or '}'")
        scanner.skipSpace(source)
        if !container.isArray { try key(source) }
        return false
    }

    /// Reads a key and the colon; the member then waits for its value.
    @inline(__always)
    private mutating func key(_ source: Span<UInt8>) throws(JSONError) {
        guard scanner.position < source.count, source[scanner.position] == UInt8(ascii: "\"") else {
            throw scanner.unexpected(source, "a key in double quotes")
        }
        let key = JSONKey(source, try scanner.stringToken(source))
        let string = key.hasEscape ? try scanner.unescaped(source, key.range) : keyStrings.string(key, source)
        scanner.skipSpace(source)
        try scanner.expect(UInt8(ascii: ":"), source, "':'")
        scanner.skipSpace(source)
        members.push(JSONObject.Member(key: string, value: .null))
        keys.push(key)
    }

    /// The object of the members that wait from `base` on.
    private mutating func object(_ source: Span<UInt8>, from base: Int) throws(JSONError) -> JSONObject {
        let order = try sortedOrder(source, from: base)
        keys.drop(from: base)
        guard let order else { return JSONObject(sorted: members.take(from: base)) }
        return JSONObject(sorted: members.take(from: base, order: order))
    }

    /// The places of the waiting members from `base` on in ascending order of their keys; nil if they already are.
    @inline(__always)
    private func sortedOrder(_ source: Span<UInt8>, from base: Int) throws(JSONError) -> [Int]? {
        for place in base + 1..<members.count where keyOrder(source, place - 1, place) >= 0 {
            return try sorted(source, from: base)
        }
        return nil
    }

    private func sorted(_ source: Span<UInt8>, from base: Int) throws(JSONError) -> [Int] {
        var order = Array(base..<members.count)
        if order.count <= 32 {
            // Insertion: objects are short, and mostly in order.
            var places = order.mutableSpan
            for end in 1..<places.count {
                var place = end
                while place > 0, keyOrder(source, places[place - 1], places[place]) > 0 {
                    places.swapAt(place - 1, place)
                    place -= 1
                }
            }
        } else {
            order.sort { left, right in
                let comparison = keyOrder(source, left, right)
                return comparison == 0 ? left < right : comparison < 0
            }
        }
        for (left, right) in zip(order, order.dropFirst()) where keyOrder(source, left, right) == 0 {
            throw JSONError(offset: keys[right].range.lowerBound - 1, reason: .duplicateKey(members[right].key))
        }
        return order
    }

    /// Compares two keys by bytes: in the text, or resolved where one holds an escape.
    @inline(__always)
    private func keyOrder(_ source: Span<UInt8>, _ left: Int, _ right: Int) -> Int {
        guard !keys[left].hasEscape, !keys[right].hasEscape else {
            return members[left].key.byteOrder(relativeTo: members[right].key)
        }
        return keys[left].byteOrder(relativeTo: keys[right], source)
    }
}

extension JSONValue {
    /// Parses a whole JSON document of UTF-8 bytes (RFC 8259, strict).
    ///
    /// A byte order mark and duplicate keys are refused, as is a number whose exponent is beyond ±999999999999999.
    ///
    /// - Parameters:
    ///   - bytes: the document.
    ///   - limits: the length and the depth accepted at most.
    /// - Throws: `JSONError` with the offset of the first byte that is wrong.
    public init(parsing bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) {
        self = try JSONParser.parse(bytes.span, limits: limits)
    }

    /// Parses a whole JSON document; offsets in errors count the UTF-8 bytes of `text`.
    ///
    /// - Parameters:
    ///   - text: the document.
    ///   - limits: the length and the depth accepted at most.
    /// - Throws: `JSONError` with the offset of the first byte that is wrong.
    public init(parsing text: String, limits: JSONLimits = .default) throws(JSONError) {
        self = try JSONParser.parse(text.utf8Span.span, limits: limits)
    }
}
