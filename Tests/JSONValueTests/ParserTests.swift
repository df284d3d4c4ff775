import JSONValue
import Testing

@Suite struct ParserTests {
    struct Accepted: Sendable, CustomTestStringConvertible {
        let text: String
        let value: JSONValue
        var testDescription: String { text }

        init(_ text: String, _ value: JSONValue) {
            self.text = text
            self.value = value
        }
    }

    static let accepted: [Accepted] = [
        .init("null", .null), .init("true", true), .init("false", false), .init(" \t\r\n1 \n", 1),
        .init("\"\"", ""), .init("[]", []), .init("{}", [:]), .init("[ ]", []), .init("{ }", [:]),
        .init("[[],[[]],{}]", [[], [[]], [:]]), .init("[1,2]", [1, 2]), .init("[ 1 , 2 ]", [1, 2]),
        .init(#"{"a":1,"b":{"c":[null]}}"#, ["a": 1, "b": ["c": [.null]]]),
        .init(#"{"b":1,"a":2}"#, ["a": 2, "b": 1]), .init(#"{ "a" : 1 , "b" : 2 }"#, ["a": 1, "b": 2]),
        .init(#"{"":0}"#, ["": 0]), .init(#"{"\u0061":1}"#, ["a": 1]), .init(#"{"b":1,"\u0061":2}"#, ["a": 2, "b": 1]),
        .init(#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{C}\n\r\t")),
        .init(#""\u00e9\u00E9é""#, "ééé"), .init(#""\ud83d\ude00""#, "😀"), .init(#""\uD834\uDD1E""#, "𝄞"),
        .init(#""\u0000""#, "\0"), .init(#""\uFFFF""#, "\u{FFFF}"), .init(#""\udbff\udfff""#, "\u{10FFFF}"),
        .init("\"\u{2028}\u{2029}\u{7F}\"", "\u{2028}\u{2029}\u{7F}"), .init(#""/""#, "/"),
        .init(
            "\"a string that is longer than one word of eight bytes\"",
            "a string that is longer than one word of eight bytes"),
        .init(#""eight by\tes and a tab""#, "eight by\tes and a tab"),
    ]

    @Test("a valid document gives its value", arguments: accepted)
    func accepts(_ row: Accepted) throws {
        let value = try JSONValue(parsing: row.text)
        #expect(value == row.value)
        #expect(try JSONValue(parsing: Array(row.text.utf8)) == row.value)
        #expect(value.text() == row.value.text())
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let bytes: [UInt8]
        let offset: Int
        let reason: JSONError.Reason
        var testDescription: String { "\(String(decoding: bytes, as: UTF8.self)) at \(offset)" }

        init(_ text: String, _ offset: Int, _ reason: JSONError.Reason) {
            self.init(Array(text.utf8), offset, reason)
        }

        init(_ bytes: [UInt8], _ offset: Int, _ reason: JSONError.Reason) {
            self.bytes = bytes
            self.offset = offset
            self.reason = reason
        }
    }

    static func byte(_ character: Character, _ expected: String) -> JSONError.Reason {
        .unexpectedByte(character.asciiValue ?? 0, expected: expected)
    }

    static let structure: [Refused] = [
        .init("", 0, .unexpectedEnd(expected: "a value")), .init("  ", 2, .unexpectedEnd(expected: "a value")),
        .init("[", 1, .unexpectedEnd(expected: "a value")), .init("[1", 2, .unexpectedEnd(expected: "',' or ']'")),
        .init("[1,", 3, .unexpectedEnd(expected: "a value")), .init("[1,]", 3, byte("]", "a value")),
        .init("[,1]", 1, byte(",", "a value")), .init("[1 2]", 3, byte("2", "',' or ']'")),
        .init("[1}", 2, byte("}", "',' or ']'")), .init("]", 0, byte("]", "a value")),
        .init("{", 1, .unexpectedEnd(expected: "a key in double quotes")),
        .init("{1:2}", 1, byte("1", "a key in double quotes")), .init("{a:2}", 1, byte("a", "a key in double quotes")),
        .init(#"{"a"}"#, 4, byte("}", "':'")), .init(#"{"a""#, 4, .unexpectedEnd(expected: "':'")),
        .init(#"{"a":}"#, 5, byte("}", "a value")), .init(#"{"a":1"#, 6, .unexpectedEnd(expected: "',' or '}'")),
        .init(#"{"a":1,}"#, 7, byte("}", "a key in double quotes")), .init(#"{"a":1]"#, 6, byte("]", "',' or '}'")),
        .init(#"{"a":1 "b":2}"#, 7, byte("\"", "',' or '}'")), .init(#"{"a" 1}"#, 5, byte("1", "':'")),
        .init("1 2", 2, .trailingBytes), .init("{}}", 2, .trailingBytes), .init("null,", 4, .trailingBytes),
        .init("'a'", 0, byte("'", "a value")), .init("/**/1", 0, byte("/", "a value")),
        .init("nul", 3, .unexpectedEnd(expected: "null")), .init("nulL", 3, byte("L", "null")),
        .init("True", 0, byte("T", "a value")), .init("tru e", 3, byte(" ", "true")),
        .init("falsey", 5, .trailingBytes), .init("[fals]", 5, byte("]", "false")),
        .init("NaN", 0, byte("N", "a value")), .init("Infinity", 0, byte("I", "a value")),
        .init([0xEF, 0xBB, 0xBF, 0x31], 0, .unexpectedByte(0xEF, expected: "a value")),
        .init([0x0B, 0x31], 0, .unexpectedByte(0x0B, expected: "a value")),
        .init([0xC2, 0xA0, 0x31], 0, .unexpectedByte(0xC2, expected: "a value")),
        .init([0x31, 0x00], 1, .trailingBytes),
    ]

    static let strings: [Refused] = [
        .init("\"", 1, .unexpectedEnd(expected: "the closing quote of a string")),
        .init("\"abc", 4, .unexpectedEnd(expected: "the closing quote of a string")),
        .init("\"abc\\", 5, .unexpectedEnd(expected: "the closing quote of a string")),
        .init("\"abc\\\"", 6, .unexpectedEnd(expected: "the closing quote of a string")),
        .init("[\"a\nb\"]", 3, .controlByte(0x0A)), .init("\"\t\"", 1, .controlByte(9)),
        .init("\"0123456789\u{1F}\"", 11, .controlByte(0x1F)), .init("\"é\u{0}\"", 3, .controlByte(0)),
        .init("\"0123\u{1F}0123456789\"", 5, .controlByte(0x1F)),
        .init(#""\x""#, 1, .invalidEscape), .init(#""ab\'""#, 3, .invalidEscape),
        .init(#""\U0041""#, 1, .invalidEscape),
        .init(#""\u12""#, 1, .invalidEscape), .init(#""\u12g4""#, 1, .invalidEscape),
        .init(#""\u-123""#, 1, .invalidEscape),
        .init(#""\u 123""#, 1, .invalidEscape), .init(#""\u""#, 1, .invalidEscape),
        .init(#""\ud800""#, 1, .loneSurrogate), .init(#""\udc00""#, 1, .loneSurrogate),
        .init(#""x\ud800\u0041""#, 2, .loneSurrogate), .init(#""\ud800\ud800""#, 1, .loneSurrogate),
        .init(#""\ud800x""#, 1, .loneSurrogate), .init(#""\ud83d\n\ude00""#, 1, .loneSurrogate),
        .init(#""\udc00\ud800""#, 1, .loneSurrogate), .init(#""\udc00\udc00""#, 1, .loneSurrogate),
        .init(#""\ud800__dc00""#, 1, .loneSurrogate),
        .init(#"{"a":1,"a":2}"#, 7, .duplicateKey("a")), .init(#"{"a":1,"b":2,"a":3}"#, 13, .duplicateKey("a")),
        .init(#"{"b":1,"a":2,"b":3}"#, 13, .duplicateKey("b")), .init(#"{"a":1,"\u0061":2}"#, 7, .duplicateKey("a")),
        .init(#"{"x":{"":1, "":1}}"#, 12, .duplicateKey("")),
        .init(#"{"longer than 8 bytes":1,"longer than 8 bytes":2}"#, 25, .duplicateKey("longer than 8 bytes")),
    ]

    static let encodings: [Refused] = [
        quoted(Array("0123".utf8) + [0xFF] + Array("0123456789".utf8), 5), quoted([0x80], 1), quoted([0xC3], 1),
        quoted([0x61, 0xC3, 0x28], 2), quoted([0xC0, 0x80], 1),
        quoted([0xC1, 0xBF], 1),
        quoted([0xE0, 0x80, 0x80], 1), quoted([0xE0, 0x9F, 0xBF], 1), quoted([0xED, 0xA0, 0x80], 1),
        quoted([0xED, 0xBF, 0xBF], 1),
        quoted([0xF0, 0x8F, 0xBF, 0xBF], 1), quoted([0xF4, 0x90, 0x80, 0x80], 1), quoted([0xF5, 0x80, 0x80, 0x80], 1),
        quoted([0xFF], 1), quoted([0xFE], 1), quoted([0xE2, 0x82], 1), quoted([0xC3, 0xA9, 0xF0, 0x9F, 0x98], 3),
        quoted([0x5C, 0x6E, 0xC3], 3), quoted(Array("0123456789".utf8) + [0xC3, 0xA9, 0x80], 13),
    ]

    private static func quoted(_ bytes: [UInt8], _ offset: Int) -> Refused {
        Refused([0x22] + bytes + [0x22], offset, .invalidUTF8)
    }

    @Test("an invalid document is refused at the byte that is wrong", arguments: structure + strings + encodings)
    func refuses(_ row: Refused) {
        #expect(throws: JSONError(offset: row.offset, reason: row.reason)) { try JSONValue(parsing: row.bytes) }
    }

    @Test("many unordered members are sorted, and a duplicate among them is found")
    func manyMembers() throws {
        let keys = (0..<500).map { "key\(($0 * 7919) % 500)" }
        let members = keys.map { "\"\($0)\":0" }.joined(separator: ",")
        let object = try #require(try JSONValue(parsing: "{\(members)}").objectValue)
        #expect(object.count == 500)
        #expect(object.keys == keys.sorted())
        #expect(throws: JSONError(offset: members.utf8.count + 2, reason: .duplicateKey("key7"))) {
            try JSONValue(parsing: "{\(members),\"key7\":1}")
        }
    }

    @Test("keys and strings that resemble each other are not confused")
    func resemblance() throws {
        let strings = (0..<3000).flatMap { number in
            [
                "resemble", "resembles", "resemble\(number)", "resemble\(number) at the end",
                "resemble-\(number)-resemble",
            ]
        }
        let document = JSONValue.array(strings.map { .object([$0: .string($0)]) })
        #expect(try JSONValue(parsing: document.bytes()) == document)
    }

    @Test("keys are sorted by their bytes also where they differ late")
    func lateDifference() throws {
        let keys = ["prefix--abcdefgh", "prefix--bacdefgh", "prefix--bacdefghi", "prefix--bacdefghij", "prefix--z"]
        let text = "{\(keys.reversed().map { "\"\($0)\":0" }.joined(separator: ","))}"
        #expect(try JSONValue(parsing: text).objectValue?.keys == keys)
    }

    @Test("a document longer than the byte limit is refused")
    func byteLimit() throws {
        let limits = JSONLimits(maxBytes: 3)
        #expect(try JSONValue(parsing: "123", limits: limits) == 123)
        #expect(throws: JSONError(offset: 3, reason: .tooLong(maxBytes: 3))) {
            try JSONValue(parsing: "1234", limits: limits)
        }
    }

    @Test("nesting is accepted up to the limit and refused at the bracket beyond it", arguments: [1, 2, 512])
    func depthLimit(_ depth: Int) throws {
        let limits = JSONLimits(maxDepth: depth)
        let arrays = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(try JSONValue(parsing: arrays, limits: limits).text() == arrays)
        #expect(throws: JSONError(offset: depth, reason: .tooDeep(maxDepth: depth))) {
            try JSONValue(parsing: "[\(arrays)]", limits: limits)
        }
        let objects = String(repeating: "{\"a\":", count: depth) + "1" + String(repeating: "}", count: depth)
        #expect(try JSONValue(parsing: objects, limits: limits).text() == objects)
        #expect(throws: JSONError(offset: 5 * depth, reason: .tooDeep(maxDepth: depth))) {
            try JSONValue(parsing: "{\"a\":\(objects)}", limits: limits)
        }
    }

    @Test("no limit allows more than 512 levels")
    func hardDepth() {
        let text = String(repeating: "[", count: 100_000)
        #expect(throws: JSONError(offset: 512, reason: .tooDeep(maxDepth: 512))) {
            try JSONValue(parsing: text, limits: JSONLimits(maxDepth: .max))
        }
    }

    @Test("the message says what was attempted, where, what is wrong and what to do")
    func message() {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: #"{"a":1,"a":2}"#) }
        #expect(
            error?.description
                == #"cannot parse JSON at byte 7: the key "a" occurs twice in one object; remove one of them"#)
    }
}
