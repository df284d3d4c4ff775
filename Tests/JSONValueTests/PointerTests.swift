import JSONValue
import Testing

@Suite struct PointerTests {
    static let document = #"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}"#

    /// RFC 6901 section 5, and what else a pointer may lead to.
    static let targets: [(String, JSONValue?)] = [
        ("/foo", ["bar", "baz"]), ("/foo/0", "bar"), ("/foo/1", "baz"), ("/", 0), ("/a~1b", 1), ("/c%d", 2),
        ("/e^f", 3),
        ("/g|h", 4), ("/i\\j", 5), ("/k\"l", 6), ("/ ", 7), ("/m~0n", 8),
        ("/foo/2", nil), ("/foo/-", nil), ("/foo/00", nil), ("/foo/01", nil), ("/foo/-1", nil), ("/foo/+1", nil),
        ("/foo/1.0", nil), ("/foo/1e0", nil), ("/foo/", nil), ("/foo/ 1", nil), ("/foo/99999999999999999999999", nil),
        ("/foo/0/x", nil), ("/bar", nil), ("//", nil), ("/foo/١", nil),
    ]

    @Test("a pointer leads to its value or to nothing", arguments: targets)
    func target(_ text: String, _ expected: JSONValue?) throws {
        let document = try JSONValue(parsing: Self.document)
        let pointer = try JSONPointer(text)
        #expect(document.value(at: pointer) == expected)
        #expect(pointer.description == text)
    }

    @Test("the empty pointer is the whole document")
    func whole() throws {
        let document = try JSONValue(parsing: Self.document)
        #expect(document.value(at: try JSONPointer("")) == document)
        #expect(try JSONPointer("").tokens == [])
    }

    static let tokens: [(String, [String])] = [
        ("", []), ("/", [""]), ("//", ["", ""]), ("/a/b", ["a", "b"]), ("/~01", ["~1"]), ("/~10", ["/0"]),
        ("/~0~1/~1", ["~/", "/"]),
        ("/é/e\u{301}", ["é", "e\u{301}"]), ("/a/", ["a", ""]),
    ]

    @Test("a pointer and its tokens are two spellings of one thing", arguments: tokens)
    func spelling(_ text: String, _ tokens: [String]) throws {
        #expect(try JSONPointer(text).tokens == tokens)
        #expect(JSONPointer(tokens: tokens).description.utf8.elementsEqual(text.utf8))
        #expect(try JSONPointer(text) == JSONPointer(tokens: tokens))
    }

    static let refused: [(String, Int, JSONPointerError.Reason)] = [
        ("a", 0, .missingSlash), ("a/b", 0, .missingSlash), ("~0", 0, .missingSlash), (" /a", 0, .missingSlash),
        ("#/a", 0, .missingSlash), ("/~", 1, .invalidEscape), ("/a~", 2, .invalidEscape), ("/~2", 1, .invalidEscape),
        ("/a/b~~0", 4, .invalidEscape), ("/~a", 1, .invalidEscape), ("/~/", 1, .invalidEscape), ("é", 0, .missingSlash),
    ]

    @Test("a malformed pointer is refused at the byte that is wrong", arguments: refused)
    func refuses(_ text: String, _ offset: Int, _ reason: JSONPointerError.Reason) {
        let error = #expect(throws: JSONPointerError.self) { try JSONPointer(text) }
        #expect(error?.offset == offset)
        #expect(error?.reason == reason)
        #expect(error?.description.hasPrefix("cannot read the JSON Pointer \"\(text)\": ") == true)
    }

    @Test("pointers compare by bytes")
    func equality() throws {
        #expect(try JSONPointer("/é") != JSONPointer("/e\u{301}"))
        #expect(try Set([JSONPointer("/a/b"), JSONPointer("/a").appending("b")]).count == 1)
        #expect(JSONPointer(tokens: ["a"]).appending("/").description == "/a/~1")
    }
}
