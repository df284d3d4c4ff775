import JSONValue
import Testing
import YAMLFormat

@Suite struct YAMLBudgetTests {
    @Test("the file's bytes are bounded")
    func bytes() throws {
        let limits = YAMLLimits(maxBytes: 10)
        #expect(try YAML.documents([UInt8]("a: 1234567".utf8), limits: limits) == [["a": 1_234_567]])
        #expect(refusal("a: 12345678", limits: limits)?.message.contains("10") == true)
        #expect(throws: YAMLError.self) { try YAML.documents([UInt8](repeating: 0x61, count: 4 << 20 + 1)) }
    }

    @Test("values are counted, at aliases again")
    func nodes() throws {
        let limits = YAMLLimits(maxNodes: 7)
        #expect(
            try YAML.documents([UInt8]("a: &x [1, 2]\nb: *x\n".utf8), limits: limits) == [["a": [1, 2], "b": [1, 2]]])
        #expect(refusal("a: &x [1, 2]\nb: *x\nc: 1", limits: limits)?.line == 3)
        #expect(refusal("[1, 2, 3, 4, 5, 6, 7]", limits: limits)?.column == 20)
        #expect(refusal("a: 1\n---\n[1,2,3,4,5,6]", limits: limits) != nil, "documents share the budget")
    }

    @Test("a bomb of aliases is refused before it costs anything")
    func bomb() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...30 {
            text +=
                "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
                + "]\n"
        }
        #expect(refusal(text)?.message.contains("aliases") == true)
    }

    @Test("long text repeated by aliases is refused too")
    func textBomb() {
        let text =
            "a: &a \(String(repeating: "x", count: 100_000))\nb: ["
            + Array(repeating: "*a", count: 100).joined(separator: ", ") + "]\n"
        #expect(refusal(text)?.message.contains("bytes") == true)
        let keys =
            "a: &a {\(String(repeating: "x", count: 1000)): 1}\nb: ["
            + Array(repeating: "*a", count: 9000).joined(separator: ", ") + "]\n"
        #expect(refusal(keys)?.message.contains("bytes") == true)
    }

    @Test("depth is bounded, through aliases too")
    func depth() throws {
        func nested(_ levels: Int) -> String {
            String(repeating: "[", count: levels) + "a" + String(repeating: "]", count: levels)
        }
        #expect(try YAML.documents([UInt8](nested(100).utf8)).count == 1)
        #expect(refusal(nested(101))?.message.contains("100 levels") == true)
        #expect(refusal(nested(1_000_000))?.column == 101)
        #expect(refusal(String(repeating: "- ", count: 101) + "a")?.column == 201)
        #expect(refusal(String(repeating: "{\"a\": ", count: 101) + "1" + String(repeating: "}", count: 101)) != nil)
        let limits = YAMLLimits(maxDepth: 3)
        #expect(try YAML.documents([UInt8]("a: &x [[1]]\nb: *x".utf8), limits: limits).count == 1)
        #expect(refusal("a: &x [[1]]\nb: [*x]", limits: limits)?.line == 2)
    }

    @Test("many keys and many documents take time in proportion")
    func large() throws {
        let keys = (0..<40_000).map { "k\(UInt32(truncatingIfNeeded: $0 &* 2_654_435_761)): 1" }.joined(separator: "\n")
        #expect(try read(keys).objectValue?.count == 40_000)
        let documents = String(repeating: "---\na: 1\n", count: 20_000)
        #expect(try YAML.documents([UInt8](documents.utf8)).count == 20_000)
    }
}
