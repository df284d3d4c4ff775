import JSONValue
import SeededRandom
import Testing
import YAMLFormat

@Suite struct YAMLWriterTests {
    @Test("a manifest is written as kubectl writes it")
    func manifest() {
        let value: JSONValue = [
            "apiVersion": "v1", "kind": "Service",
            "metadata": ["name": "web", "labels": [:], "annotations": ["a/b": ""]],
            "spec": [
                "ports": [["port": 80, "name": "http"], []], "matrix": [[1, 2], [[3], ["k": "v"]]],
                "clusterIP": .null, "ready": true, "ratio": 0.5, "version": "1.20", "answer": "yes",
                "script": "one\n  two\n",
            ],
        ]
        #expect(
            YAML.text(value) == """
                apiVersion: v1
                kind: Service
                metadata:
                  annotations:
                    a/b: ""
                  labels: {}
                  name: web
                spec:
                  answer: "yes"
                  clusterIP: null
                  matrix:
                  - - 1
                    - 2
                  - - - 3
                    - k: v
                  ports:
                  - name: http
                    port: 80
                  - []
                  ratio: 0.5
                  ready: true
                  script: |
                    one
                      two
                  version: "1.20"

                """)
    }

    @Test(
        "a string is plain only where every reader takes it for itself",
        arguments: [
            ("web", "web"), ("a b", "a b"), ("a:b", "a:b"), ("a#b", "a#b"), ("$(X)", "$(X)"), ("é", "é"),
            ("v1.2.3", "v1.2.3"), ("/path", "/path"), ("10.0.0.1", "10.0.0.1"), ("it's", "it's"), ("a, b]", "a, b]"),
            ("", "\"\""), (" a", "\" a\""), ("a ", "\"a \""), ("a: b", "\"a: b\""), ("a:", "\"a:\""),
            ("a #b", "\"a #b\""),
            ("- a", "\"- a\""), ("-a", "\"-a\""), ("?", "\"?\""), (":80", "\":80\""), ("*", "\"*\""), ("&a", "\"&a\""),
            ("!a", "\"!a\""), ("|", "\"|\""), (">", "\">\""), ("%", "\"%\""), ("@a", "\"@a\""), ("`", "\"`\""),
            ("'", "\"'\""), ("\"", "\"\\\"\""), ("[a", "\"[a\""), ("{a", "\"{a\""), ("]", "\"]\""), (",", "\",\""),
            ("#a", "\"#a\""), ("=", "\"=\""), ("~", "\"~\""), ("<<", "\"<<\""), ("...", "\"...\""), ("---", "\"---\""),
            ("null", "\"null\""), ("true", "\"true\""), ("1", "\"1\""), ("1e3", "\"1e3\""), ("0x1f", "\"0x1f\""),
            ("a\tb", "\"a\\tb\""), ("a\rb", "\"a\\rb\""), ("\0", "\"\\u0000\""), ("\u{85}", "\"\\u0085\""),
            ("\u{A0}", "\"\\u00A0\""), ("\u{2028}", "\"\\u2028\""), ("\u{FEFF}", "\"\\uFEFF\""), ("a\\", "a\\"),
            ("\u{1F600}", "\u{1F600}"), ("\u{1FFFE}", "\u{1FFFE}"), ("\u{FFFF}", "\"\\uFFFF\""), ("\n", "\"\\n\""),
        ])
    func strings(string: String, text: String) throws {
        #expect(YAML.text(["k": .string(string)]) == "k: \(text)\n")
        #expect(YAML.text([.string(string)]) == "- \(text)\n")
        #expect(YAML.text(.string(string)) == "\(text)\n")
        #expect(YAML.text([string: 1] as JSONValue) == "\(text): 1\n")
        #expect(try read(YAML.text(["k": .string(string)])) == ["k": .string(string)])
    }

    @Test(
        "a string of several lines is a literal block only if that says it exactly",
        arguments: [
            ("a\nb", "|-\n  a\n  b"), ("a\nb\n", "|\n  a\n  b"), ("a\n\n", "|+\n  a\n"), ("a\n\n\n", "|+\n  a\n\n"),
            ("a\n\nb", "|-\n  a\n\n  b"), (" a\nb", "|2-\n   a\n  b"), ("\na", "|2-\n\n  a"), ("\n a\n", "|2\n\n   a"),
            ("a\n#b\n", "|\n  a\n  #b"), ("a \nb", "|-\n  a \n  b"), ("a\n  \nb", "\"a\\n  \\nb\""),
            ("a\n\tb", "\"a\\n\\tb\""), ("a\tb\nc", "|-\n  a\tb\n  c"), ("a\r\nb", "\"a\\r\\nb\""), ("\n", "\"\\n\""),
            ("\n\n", "\"\\n\\n\""), ("a\u{2028}\nb", "\"a\\u2028\\nb\""), ("---\n...\n", "|\n  ---\n  ..."),
            ("a\n ", "\"a\\n \""), ("a: b\nc: d\n", "|\n  a: b\n  c: d"), ("yes\n", "|\n  yes"),
        ])
    func blocks(string: String, text: String) throws {
        #expect(YAML.text(["k": .string(string)]) == "k: \(text)\n")
        for value: JSONValue in [
            ["k": .string(string), "l": 1], [.string(string), [.string(string), ["k": .string(string)]]],
            .string(string),
            ["a": ["b": .string(string)], "c": [.string(string)]],
        ] {
            #expect(try read(YAML.text(value)) == value)
        }
    }

    @Test(
        "a number is written so that YAML 1.1 takes it for one",
        arguments: [
            ("0", "0"), ("-5", "-5"), ("1.5", "1.5"), ("1e3", "1.0e+3"), ("1E-3", "1.0e-3"), ("-1.5e3", "-1.5e+3"),
            ("123456789012345678901234567890", "123456789012345678901234567890"), ("0.10", "0.10"),
        ])
    func numbers(json: String, text: String) throws {
        let value = try JSONValue(parsing: "[\(json)]")
        #expect(YAML.text(value) == "- \(text)\n")
        #expect(try read(YAML.text(value)) == value)
    }

    @Test("a key too long for a simple key is written with a question mark")
    func longKey() throws {
        let key = String(repeating: "k", count: 2000)
        for value: JSONValue in [1, [1, 2], ["a": ["b"]], "x\ny\n", [:]] {
            let object: JSONValue = ["a": [key: value, "z": 1] as JSONValue]
            #expect(YAML.text(object).hasPrefix("a:\n  ? kkk"))
            #expect(try read(YAML.text(object)) == object)
        }
    }

    @Test("documents are separated and read back")
    func documents() throws {
        let documents: [JSONValue] = [["a": 1], ["b"], "text", .null, 1, [], "x\n", "...", "---"]
        let text = YAML.text(documents: documents)
        #expect(text.hasPrefix("a: 1\n---\n- b\n---\ntext\n---\nnull\n"))
        #expect(try YAML.documents([UInt8](text.utf8)) == documents)
    }

    @Test("a comment stands behind the value of its place, on one line whatever it says")
    func comments() {
        let value: JSONValue = ["a": ["x", ["b": [:], "c": "l\nm\n"]], "d": 1]
        let comments = ["/a/0": "one", "/a/1/b": "two\nthree", "/a/1/c": "four", "/d": "#\u{2028}", "/a": "never"]
        #expect(
            YAML.text(value) { comments[$0.description] } == """
                a:
                - x  # one
                - b: {}  # two three
                  c: |  # four
                    l
                    m
                d: 1  # #\u{20}

                """)
    }

    @Test("whatever is written with comments reads back identically", arguments: (1...4).map { UInt64($0) })
    func roundTripWithComments(seed: UInt64) throws {
        var random = RandomValues(seed: seed)
        for _ in 0..<300 {
            let value: JSONValue = [random.value(depth: 4), random.value(depth: 3)]
            let words = random.string()
            let text = YAML.text(value) { _ in words }
            guard let back = try? read(text), back == value else {
                Issue.record("seed \(seed): \(value.text()) is written as\n\(text)")
                continue
            }
        }
    }

    @Test("whatever is written reads back identically", arguments: (1...8).map { UInt64($0) })
    func roundTrip(seed: UInt64) throws {
        var random = RandomValues(seed: seed)
        for _ in 0..<400 {
            let value = random.value(depth: 4)
            let text = YAML.text(value)
            guard let back = try? read(text), back == value else {
                Issue.record("seed \(seed): \(value.text()) is written as\n\(text)")
                continue
            }
        }
    }
}

/// Values whose strings are made of what YAML gives a meaning.
struct RandomValues {
    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func value(depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 10 : 6), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .integer(.random(in: .min ... .max, using: &random))
        case 3: return JSONValue(Double.random(in: -1e30...1e30, using: &random)) ?? .null
        case 4, 5: return .string(string())
        case 6, 7: return .array((0..<Int.random(in: 0..<4, using: &random)).map { _ in value(depth: depth - 1) })
        default:
            let count = Int.random(in: 0..<4, using: &random)
            return .object(JSONObject((0..<count).map { _ in (string(), value(depth: depth - 1)) }))
        }
    }

    mutating func string() -> String {
        let pieces = [
            "a", "b", " ", " ", "\n", "\n", ":", "-", "#", "'", "\"", "\\", "[", "]", "{", "}", ",", "&", "*", "!", "|",
            ">", "%", "@", "`", "?", "=", "~", "<<", ".", "0", "1", "7", "_", "e", "x", "+", "yes", "null", "true",
            "\t",
            "\r", "\0", "\u{7F}", "\u{85}", "\u{A0}", "\u{2028}", "\u{FEFF}", "é", "e\u{301}", "\u{1F600}", "\u{E000}",
            "---", "...", "2026-01-31", "12:30", "0o17", "$(X)", "\n\n", "  ",
        ]
        let count = Int.random(in: 0..<8, using: &random)
        return (0..<count).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }.joined()
    }
}
