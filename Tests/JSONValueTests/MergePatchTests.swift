import JSONValue
import Testing

@Suite struct MergePatchTests {
    /// RFC 7386 appendix A.
    static let appendix: [(String, String, String)] = [
        (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
        (#"{"a":"b"}"#, #"{"a":null}"#, "{}"), (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
        (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
        (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
        (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#), (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
        (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#), (#"{"a":"foo"}"#, "null", "null"),
        (#"{"a":"foo"}"#, #""bar""#, #""bar""#),
        (#"{"e":null}"#, #"{"a":1}"#, #"{"a":1,"e":null}"#), ("[1,2]", #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
        ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
    ]

    /// RFC 7386 section 3, and what the appendix leaves out.
    static let further: [(String, String, String)] = [
        (
            #"{"title":"Goodbye!","author":{"givenName":"John","familyName":"Doe"},"tags":["example","sample"],"content":"This will be unchanged"}"#,
            #"{"title":"Hello!","phoneNumber":"+01-123-456-7890","author":{"familyName":null},"tags":["example"]}"#,
            #"{"author":{"givenName":"John"},"content":"This will be unchanged","phoneNumber":"+01-123-456-7890","tags":["example"],"title":"Hello!"}"#
        ),
        (#"{"b":1}"#, #"{"a":0,"c":2}"#, #"{"a":0,"b":1,"c":2}"#), (#"{"a":1}"#, "{}", #"{"a":1}"#), ("1", "{}", "{}"),
        (#"{"a":1}"#, #"{"a":{"b":null}}"#, #"{"a":{}}"#), (#"{"a":[1]}"#, #"{"a":{"b":1}}"#, #"{"a":{"b":1}}"#),
        (#"{"a":1}"#, #"{"a":[null]}"#, #"{"a":[null]}"#),
        ("{\"é\":1}", "{\"e\u{301}\":2}", "{\"e\u{301}\":2,\"é\":1}"),
    ]

    @Test("a merge patch does what RFC 7386 says", arguments: appendix + further)
    func merges(_ target: String, _ patch: String, _ expected: String) throws {
        let result = try JSONValue(parsing: target).mergePatched(with: try JSONValue(parsing: patch))
        #expect(result.text().utf8.elementsEqual(expected.utf8))
    }
}
