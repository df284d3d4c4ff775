import JSONValue
import Testing

@Suite struct WriterTests {
    @Test("members are written in byte order of their keys, without space")
    func memberOrder() throws {
        let value = try JSONValue(parsing: #"{ "b" : [ 1 , 2 ], "é":1, "z":2, "Z":3, "":4, "😀":5, "\uffff":6 }"#)
        #expect(value.text() == "{\"\":4,\"Z\":3,\"b\":[1,2],\"z\":2,\"é\":1,\"\u{FFFF}\":6,\"😀\":5}")
    }

    static let strings: [(String, String)] = [
        ("", #""""#), ("plain", #""plain""#), ("/é\u{2028}\u{7F}😀", "\"/é\u{2028}\u{7F}😀\""),
        ("\"\\", #""\"\\""#), ("\u{8}\t\n\u{C}\r", #""\b\t\n\f\r""#),
        ("\u{0}\u{1}\u{B}\u{F}\u{10}\u{1F}", #""\u0000\u0001\u000b\u000f\u0010\u001f""#),
        ("\r\n", #""\r\n""#), ("e\u{301}", "\"e\u{301}\""),
    ]

    @Test("strings are escaped only where RFC 8259 demands it", arguments: strings)
    func escapes(_ string: String, _ expected: String) throws {
        let value = JSONValue.string(string)
        #expect(value.text().utf8.elementsEqual(expected.utf8))
        #expect(value.canonicalBytes() == Array(expected.utf8))
        #expect(try JSONValue(parsing: value.bytes()) == value)
        #expect(JSONValue.object([string: 1]).text().utf8.elementsEqual("{\(expected):1}".utf8))
    }

    @Test("bytes keep the spelling of numbers, canonical bytes normalise it")
    func numbers() throws {
        let value = try JSONValue(parsing: #"{"b":[1.0,0.50,1E+400],"a":-0.0}"#)
        #expect(value.text() == #"{"a":-0.0,"b":[1.0,0.50,1E+400]}"#)
        #expect(String(decoding: value.canonicalBytes(), as: UTF8.self) == #"{"a":0,"b":[1,5e-1,1e400]}"#)
    }

    @Test("the description is the compact text")
    func description() {
        #expect("\(["a": [true, .null, "x"]] as JSONValue)" == #"{"a":[true,null,"x"]}"#)
    }
}
