import JSONValue
import Testing
import YAMLFormat

/// The one value of `text`.
func read(_ text: String) throws -> JSONValue {
    let documents = try YAML.documents([UInt8](text.utf8))
    try #require(documents.count == 1)
    return documents[0]
}

/// The error that `text` is refused with.
func refusal(_ text: String, limits: YAMLLimits = .default) -> YAMLError? {
    #expect(throws: YAMLError.self) { try YAML.documents([UInt8](text.utf8), limits: limits) }
}

@Suite struct PlainScalarTests {
    @Test(
        "a plain scalar about which all readers agree has its type",
        arguments: [
            ("null", .null), ("Null", .null), ("NULL", .null), ("~", .null), ("", .null),
            ("true", true), ("True", true), ("TRUE", true), ("false", false), ("False", false), ("FALSE", false),
            ("0", 0), ("12", 12), ("-3", -3), ("+4", 4), ("-0", 0), ("0x1F", 31), ("0xff", 255),
            ("9223372036854775807", 9_223_372_036_854_775_807), ("0x7fffffffffffffff", 9_223_372_036_854_775_807),
            ("1.5", 1.5), (".5", 0.5), ("-.5", -0.5), ("+.5", 0.5), ("5.", 5), ("1e3", 1000), ("1E+3", 1000),
            ("1.5e-3", 0.0015), ("0.0", 0), ("5.e1", 50),
        ] as [(String, JSONValue)])
    func typed(text: String, value: JSONValue) throws {
        #expect(try read("a: \(text)") == ["a": value])
        #expect(try read("- \(text)\n") == [value])
    }

    @Test("a number keeps every digit")
    func exact() throws {
        for text in ["1.10", "123456789012345678901234567890", "0.1000000000000000055511151231257827", "1e-400"] {
            guard case .number(let number)? = try read("- \(text)")[0] else {
                Issue.record("\(text) is not kept as a number")
                continue
            }
            #expect(number.text == text)
        }
    }

    @Test(
        "a plain scalar that no reader retypes is a string",
        arguments: [
            "a", "nope", "yesterday", "tRUE", "nULL", "onion", "~a", "1.2.3", "v1", "1a", "0xg", "0x", "0b2", "0o8",
            "1e", "1e+", "e5", ".", "..", "-", "+", "--", "1-2", "12:60", "12:345", "a:1", ":80", "10.0.0.1",
            "2001:db8::1", "1_a", "_1", ".inf1", "nan", "inf", "Infinity", "2026-01-31-a", "2026-01", "20-01-31",
            "2026-01-31T08", "2026-013-31", "2026-01-31T08:00:00 +0530", "=", "$(CLUSTER)", "100m", "5Gi", "1.5.",
            "+-1", "0x1p-2", "sha256:12",
            "https://example.com/x?y=1#z", "a #b", "08:0a",
        ])
    func string(text: String) throws {
        let plain = text == "-" || text == "a #b" ? "\"\(text)\"" : text
        #expect(try read("a: \(plain)") == ["a": .string(text)])
    }

    @Test(
        "a plain scalar that some reader retypes is refused with a hint to quote",
        arguments: [
            "yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF", "y", "Y", "n", "N",
            "017", "08", "00", "-01", "+07", "00.5", "01e3",
            "0o17", "0O17", "0b11", "0B11", "-0b1", "-0x1F", "+0x1F", "0X1F", "-0o7", "0x1_F",
            "1_000", "1_0.5", "-1_0", "1__0", "1_", "._5", "1_0e3",
            "12:30", "-1:20", "1:20:30.5", "190:20:30", "1_0:30", "0:0",
            "2026-01-31", "2026-1-3", "2026-01-31T08:00:00Z", "2026-01-31t08:00:00.5+01:00", "2026-01-31 08:00:00",
            "2026-01-31 08:00:00 -5", "2026-1-3T8:0:0 +05:30",
            ".inf", ".Inf", ".INF", "-.inf", "+.INF", ".nan", ".NaN", ".NAN",
            "0xffffffffffffffff", "1e9999999999999999999", "8e400", "-2E662", "<<",
        ])
    func ambiguous(text: String) throws {
        let error = refusal("a: 1\nb:  \(text)\n")
        #expect(error?.line == 2)
        #expect(error?.column == 5)
        #expect(error?.message.contains("quotes") == true)
        // The same text in quotes, in a block or with a tag is a string.
        for quoted in ["\"\(text)\"", "'\(text)'", "|-\n  \(text)", "!!str \(text)", "! \(text)"] {
            #expect(try read("a: \(quoted)") == ["a": .string(text)])
        }
        // And the writer quotes it, as a value and as a key.
        #expect(YAML.text([.string(text)]) == "- \"\(text)\"\n")
        #expect(YAML.text(["k": [text: 1] as JSONValue]) == "k:\n  \"\(text)\": 1\n")
    }

    @Test("a refusal says what to write instead")
    func hints() {
        #expect(refusal("a: yes")?.message.contains("write true") == true)
        #expect(refusal("a: 017")?.message.contains("leading zeros") == true)
        #expect(refusal("a: 1_000")?.message.contains("underscores") == true)
        #expect(refusal("a: 12:30")?.message.contains("base 60") == true)
        #expect(refusal("a: 2026-01-31")?.message.contains("time") == true)
        #expect(refusal("a: 0o17")?.message.contains("decimal") == true)
        #expect(refusal("a: .inf")?.message.contains("JSON") == true)
    }

    @Test("a tag of the core schema must suit the value")
    func tags() throws {
        #expect(
            try read("- !!str 1\n- !!int \"5\"\n- !!float 1\n- !!bool true\n- !!null ~") == ["1", 5, 1, true, .null])
        #expect(try read("!!map {a: !!seq [1]}") == ["a": [1]])
        #expect(try read("- !!int 123456789012345678901234567890") != [.null])
        for text in ["!!int a", "!!int 1.5", "!!float a", "!!bool 1", "!!null 1", "!!map [1]", "!!seq {}", "!!str [1]"]
        {
            #expect(refusal("- \(text)")?.message.contains("tag") == true, "\(text)")
        }
        for tag in ["!!binary", "!!timestamp", "!!set", "!local", "!<tag:example.com,2026:x>", "!!python/object"] {
            #expect(refusal("a: \(tag) abc")?.message.contains("tag") == true, "\(tag)")
        }
    }
}
