import JSONValue
import Testing
import YAMLFormat

@Suite struct YAMLReaderTests {
    @Test("a manifest reads as its JSON")
    func manifest() throws {
        let text = """
            # comment
            apiVersion: v1
            kind: Service
            metadata: {name: web, labels: {app: "web"}}
            spec:
              ports:
              - port: 80
                name: http
              -   - nested
                  - ~
              script: |
                one
                  two
              folded: >-
                a
                b
              empty: {}
              none:
            """
        #expect(
            try read(text) == [
                "apiVersion": "v1", "kind": "Service", "metadata": ["name": "web", "labels": ["app": "web"]],
                "spec": [
                    "ports": [["port": 80, "name": "http"], ["nested", .null]], "script": "one\n  two\n",
                    "folded": "a b", "empty": [:], "none": .null,
                ],
            ])
    }

    @Test(
        "documents without content are left out",
        arguments: [
            ("", []), ("\n# only a comment\n", []), ("---\n", []), ("---\n---\n# c\n---\na: 1\n---\n", [["a": 1]]),
            ("a: 1\n---\nb: 2\n", [["a": 1], ["b": 2]]), ("a: 1\n...\n---\n- x\n...\n", [["a": 1], ["x"]]),
            ("--- text\n--- null\n", ["text", .null]), ("%YAML 1.2\n---\na: 1\n", [["a": 1]]),
            ("\u{FEFF}a: 1", [["a": 1]]),
        ] as [(String, [JSONValue])])
    func documents(text: String, values: [JSONValue]) throws {
        #expect(try YAML.documents([UInt8](text.utf8)) == values)
    }

    @Test("JSON is YAML, also where libyaml alone would refuse it")
    func json() throws {
        #expect(try read("{\"a\": [1, 1.50, -0.0, true, null, \"x\\/y\"], \"yes\": \"yes\"}") != [:])
        #expect(try read("{\"a\": \"\\ud83d\\ude00\"}") == ["a": "\u{1F600}"])
        #expect(try read("[1e400]")[0]?.doubleValue == .infinity)
        #expect(try read("{\n\t\"a\"\n\t:\n\t1\n}") == ["a": 1])
        let key = String(repeating: "k", count: 3000)
        #expect(try read("{\"\(key)\": 1}") == [key: 1])
        #expect(try read("  [1, 2]\n") == [1, 2])
        #expect(try read("[a, {b: c}]") == ["a", ["b": "c"]])
        #expect(refusal("{\"a\": 1, \"a\": 2}")?.message.contains("already") == true)
    }

    @Test("an alias stands for what its anchor holds")
    func aliases() throws {
        #expect(
            try read("a: &x {k: [1]}\nb: *x\nc: &x 2\nd: *x\n&k e: *k")
                == ["a": ["k": [1]], "b": ["k": [1]], "c": 2, "d": 2, "e": "e"])
        #expect(refusal("a: *x")?.description.hasPrefix("line 1, column 4:") == true)
        #expect(refusal("a: &x 1\n---\nb: *x") != nil, "an anchor ends with its document")
        #expect(refusal("&x [*x]") != nil)
        #expect(refusal("&x {a: {b: *x}}") != nil)
        #expect(refusal("- &x 1\n- &x [*x]") != nil, "an alias inside its own anchor never means an earlier one")
        #expect(refusal("? *x\n: 1") != nil)
    }

    @Test(
        "an error names the line and the column",
        arguments: [
            ("a: 1\nb: [1, 2\nc: 3\n", 3, 2, "did not find"),
            ("a: 1\n a: 2\n", 2, 3, "mapping values are not allowed"),
            ("a: 1\nb: 2\na: 3\n", 3, 1, "\"a\" is already on line 1"),
            ("x:\n  é: 1\n  \"\\u00e9\": 2\n", 3, 3, "already on line 2"),
            ("a:\n\tb: 1\n", 2, 1, "cannot start any token"),
            ("a: \"x\n", 2, 1, "quoted scalar"),
            ("1: a\n", 1, 1, "a key must be a string"),
            ("true: a\n", 1, 1, "a key must be a string"),
            ("? \n: a\n", 1, 2, "a key must be a string"),
            ("[a]: b\n", 1, 1, "a key must be a string"),
            ("? {a: b}\n: c\n", 1, 3, "a key must be a string"),
            ("x:\n  on: b\n", 2, 3, "quotes"),
            ("a: &x {b: 1}\nc:\n  <<: *x\n", 3, 3, "merge keys"),
            ("a: @b\n", 1, 4, "cannot start any token"),
            ("a: `b`\n", 1, 4, "cannot start any token"),
            ("%FOO\n", 1, 5, ""),
            ("%YAML 3.0\n---\na\n", 1, 1, "incompatible YAML document"),
            ("a: b\n\u{1}\n", 2, 1, "control characters are not allowed"),
            ("é\0", 1, 2, "control characters are not allowed"),
        ])
    func errors(text: String, line: Int, column: Int, part: String) {
        let error = refusal(text)
        #expect(error?.line == line)
        #expect(error?.column == column)
        #expect(error?.message.contains(part) == true, "\(String(describing: error))")
    }

    @Test("bytes that are not UTF-8 are refused where they stand")
    func notUTF8() {
        for bytes: [UInt8] in [
            [0x80], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF, 0xFE, 0x61, 0],
        ] {
            let error = #expect(throws: YAMLError.self) { try YAML.documents([UInt8]("a: é\n b".utf8) + bytes) }
            #expect(error?.line == 2)
            #expect(error?.column == 3)
            #expect(throws: YAMLError.self) { try YAML.documents(bytes) }
        }
    }

    @Test("keys that differ in bytes alone are two keys")
    func byteExactKeys() throws {
        let value = try read("\"\\u00e9\": 1\n\"e\\u0301\": 2\n")
        #expect(value.objectValue?.count == 2)
    }

    @Test(
        "what a message quotes of the input can be left out, for files that hold secrets",
        arguments: [
            "token: *canary", "token: !canary x", "token: 0777", "token: 7_7_7", "token: 777:07",
            "canary: 1\ncanary: 2", "777: x", "\"a\\\"canary\": 1\n\"a\\\"canary\": 2", "token: 1e777", "a: &x [*x]",
        ])
    func withoutInput(text: String) throws {
        let error = try #require(refusal(text))
        #expect(error.message.contains("\""))
        #expect(!error.messageWithoutInput.contains("\"") && error.messageWithoutInput.contains("..."))
        for word in ["canary", "777", "7_7", "*x"] { #expect(!error.messageWithoutInput.contains(word)) }
    }

    @Test("text of the input is cut and escaped in messages")
    func messages() {
        let error = refusal(
            "\"\(String(repeating: "x", count: 500))\\n\": 1\n\"\(String(repeating: "x", count: 500))\\n\": 2")
        #expect((error?.message.utf8.count ?? 0) < 120)
        #expect(refusal("\"a\\n\\e\": 1\n\"a\\n\\e\": 2")?.message.contains("\"a\\n\\u001B\"") == true)
    }
}
