import JSONValue
import Testing

@Suite struct PatchTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let document: String
        let patch: String
        let expected: String
        var testDescription: String { patch }

        init(_ document: String, _ patch: String, _ expected: String) {
            self.document = document
            self.patch = patch
            self.expected = expected
        }
    }

    /// RFC 6902 appendix A, the cases that succeed.
    static let appendix: [Case] = [
        .init(#"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux"}]"#, #"{"baz":"qux","foo":"bar"}"#),
        .init(
            #"{"foo":["bar","baz"]}"#, #"[{"op":"add","path":"/foo/1","value":"qux"}]"#, #"{"foo":["bar","qux","baz"]}"#
        ),
        .init(#"{"baz":"qux","foo":"bar"}"#, #"[{"op":"remove","path":"/baz"}]"#, #"{"foo":"bar"}"#),
        .init(#"{"foo":["bar","qux","baz"]}"#, #"[{"op":"remove","path":"/foo/1"}]"#, #"{"foo":["bar","baz"]}"#),
        .init(
            #"{"baz":"qux","foo":"bar"}"#, #"[{"op":"replace","path":"/baz","value":"boo"}]"#,
            #"{"baz":"boo","foo":"bar"}"#),
        .init(
            #"{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}"#,
            #"[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]"#,
            #"{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}"#),
        .init(
            #"{"foo":["all","grass","cows","eat"]}"#, #"[{"op":"move","from":"/foo/1","path":"/foo/3"}]"#,
            #"{"foo":["all","cows","eat","grass"]}"#),
        .init(
            #"{"baz":"qux","foo":["a",2,"c"]}"#,
            #"[{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}]"#,
            #"{"baz":"qux","foo":["a",2,"c"]}"#),
        .init(
            #"{"foo":"bar"}"#, #"[{"op":"add","path":"/child","value":{"grandchild":{}}}]"#,
            #"{"child":{"grandchild":{}},"foo":"bar"}"#),
        .init(
            #"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux","xyz":123}]"#, #"{"baz":"qux","foo":"bar"}"#),
        .init(#"{"/":9,"~1":10}"#, #"[{"op":"test","path":"/~01","value":10}]"#, #"{"/":9,"~1":10}"#),
        .init(
            #"{"foo":["bar"]}"#, #"[{"op":"add","path":"/foo/-","value":["abc","def"]}]"#,
            #"{"foo":["bar",["abc","def"]]}"#),
    ]

    static let further: [Case] = [
        .init("{}", "[]", "{}"),
        .init(#"{"a":1}"#, #"[{"op":"add","path":"/a","value":2}]"#, #"{"a":2}"#),
        .init(#"{"a":1}"#, #"[{"op":"add","path":"","value":[2]}]"#, "[2]"),
        .init(#"{"a":1}"#, #"[{"op":"replace","path":"","value":null}]"#, "null"),
        .init(#"{"a":1}"#, #"[{"op":"add","path":"/b","value":null}]"#, #"{"a":1,"b":null}"#),
        .init(#"{"a":null}"#, #"[{"op":"test","path":"/a","value":null}]"#, #"{"a":null}"#),
        .init(#"{"a":1}"#, #"[{"op":"add","path":"/","value":2}]"#, #"{"":2,"a":1}"#),
        .init("[]", #"[{"op":"add","path":"/0","value":1}]"#, "[1]"),
        .init("[1,3]", #"[{"op":"add","path":"/1","value":2},{"op":"add","path":"/3","value":4}]"#, "[1,2,3,4]"),
        .init(
            "[1,2]", #"[{"op":"replace","path":"/1","value":{"a":[]}},{"op":"add","path":"/1/a/-","value":0}]"#,
            #"[1,{"a":[0]}]"#),
        .init(#"{"-":1}"#, #"[{"op":"replace","path":"/-","value":2}]"#, #"{"-":2}"#),
        .init(#"{"0":{"01":1}}"#, #"[{"op":"replace","path":"/0/01","value":2}]"#, #"{"0":{"01":2}}"#),
        .init(#"{"a":[1,2]}"#, #"[{"op":"move","from":"/a/0","path":"/a/-"}]"#, #"{"a":[2,1]}"#),
        .init(#"{"a":[1,2]}"#, #"[{"op":"move","from":"/a/1","path":"/a/0"}]"#, #"{"a":[2,1]}"#),
        .init(#"{"a":{"b":1}}"#, #"[{"op":"move","from":"/a/b","path":"/a"}]"#, #"{"a":1}"#),
        .init(#"{"a":{"b":1}}"#, #"[{"op":"move","from":"/a/b","path":""}]"#, "1"),
        .init(#"{"a":{"b":1}}"#, #"[{"op":"move","from":"/a","path":"/a"}]"#, #"{"a":{"b":1}}"#),
        .init(#"{"a":{"b":1}}"#, #"[{"op":"move","from":"","path":""}]"#, #"{"a":{"b":1}}"#),
        .init(#"{"a":1,"ab":{}}"#, #"[{"op":"move","from":"/a","path":"/ab/c"}]"#, #"{"ab":{"c":1}}"#),
        .init(
            #"{"a":[1]}"#, #"[{"op":"copy","from":"/a","path":"/b"},{"op":"add","path":"/b/-","value":2}]"#,
            #"{"a":[1],"b":[1,2]}"#),
        .init(#"{"a":1}"#, #"[{"op":"copy","from":"","path":"/b"}]"#, #"{"a":1,"b":{"a":1}}"#),
        .init(#"{"a":[1]}"#, #"[{"op":"copy","from":"/a","path":"/a/0"}]"#, #"{"a":[[1],1]}"#),
        .init(
            #"{"a":1.0,"b":[1e2]}"#, #"[{"op":"test","path":"","value":{"b":[100],"a":1}}]"#, #"{"a":1.0,"b":[1e2]}"#),
        .init(#"{"a":1}"#, #"[{"op":"add","path":"/b","value":1},{"op":"remove","path":"/a"}]"#, #"{"b":1}"#),
        .init(#"{"a":1}"#, #"[{"op":"remove","path":"/a","value":1,"from":7}]"#, "{}"),
        .init(#"{"a":1}"#, #"[{"path":"/b","value":{"x":"y"},"op":"add"}]"#, #"{"a":1,"b":{"x":"y"}}"#),
    ]

    @Test("a patch does what RFC 6902 says", arguments: appendix + further)
    func applies(_ row: Case) throws {
        let document = try JSONValue(parsing: row.document)
        let patch = try JSONPatch(try JSONValue(parsing: row.patch))
        #expect(try patch.applied(to: document).text() == row.expected)
        #expect(document.text() == row.document)
        #expect(try JSONPatch(patch.json) == patch)
    }

    @Test("the example of RFC 6902 with two members \"op\" is refused by the parser")
    func duplicateOp() {
        #expect(throws: JSONError(offset: 42, reason: .duplicateKey("op"))) {
            try JSONValue(parsing: #"[{"op":"add","path":"/baz","value":"qux", "op":"remove"}]"#)
        }
    }

    @Test("patches made in code are the same as parsed ones")
    func madeInCode() throws {
        let patch = JSONPatch(operations: [
            .init(op: .test, path: JSONPointer(tokens: ["metadata", "finalizers"]), value: .some(.null)),
            .init(op: .move, path: JSONPointer(tokens: ["a/b"]), from: JSONPointer(tokens: [])),
        ])
        #expect(
            patch.json.text()
                == #"[{"op":"test","path":"/metadata/finalizers","value":null},{"from":"","op":"move","path":"/a~1b"}]"#
        )
        #expect(try JSONPatch(patch.json) == patch)
    }
}
