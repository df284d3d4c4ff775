import JSONValue
import KubeModel
import SeededRandom
import Testing
import YAMLFormat

@testable import TrafficModel

@Suite("Schemas")
struct SchemaTests {
    private static let schemaRules = Set(TrafficRule.schema.map(\.name))

    @Test("every field of every schema stands in an example, and no example differs from its schema")
    func everyField() throws {
        var unused = Set(TrafficKind.allCases.flatMap { Self.fields(of: .message($0.schema)) })
        for text in SchemaExamples.all {
            for body in try YAML.documents(Array(text.utf8)) {
                let object = try #require(TrafficObject(body), "\(body)")
                let findings = TrafficCheck.findings(object).filter { Self.schemaRules.contains($0.rule) }
                #expect(findings == [], "\(object)")
                Self.visit(body["spec"] ?? .null, .message(object.kind.schema)) { unused.remove($0) }
            }
        }
        #expect(unused.sorted() == [])
    }

    @Test("what Istio's own reference shows as an example has no error")
    func noErrors() throws {
        for body in try YAML.documents(Array(SchemaExamples.plain.utf8)) {
            let object = try #require(TrafficObject(body))
            #expect(TrafficCheck.findings(object).filter { $0.severity != .info } == [], "\(object)")
        }
    }

    /// `Message.field` of everything that a shape holds.
    private static func fields(of shape: Shape) -> [String] {
        switch shape {
        case .list(let element, _), .map(let element, _): fields(of: element)
        case .message(let message):
            message.fields.flatMap { ["\(message.name).\($0.name)"] + fields(of: $0.shape) }
        default: []
        }
    }

    private static func visit(_ value: JSONValue, _ shape: Shape, _ use: (String) -> Void) {
        switch shape {
        case .list(let element, _): for item in value.arrayValue ?? [] { visit(item, element, use) }
        case .map(let element, _): for member in value.objectValue ?? [:] { visit(member.value, element, use) }
        case .message(let message):
            for field in message.fields {
                guard let member = value[field.name] else { continue }
                use("\(message.name).\(field.name)")
                visit(member, field.shape, use)
            }
        default: break
        }
    }

    @Test(
        "times are read as Go reads them",
        arguments: [
            ("1s", 1_000_000_000), ("1h30m", 5_400_000_000_000), ("1.5s", 1_500_000_000), (".5s", 500_000_000),
            ("1.s", 1_000_000_000), ("-1ms", -1_000_000), ("0", 0), ("+1us", 1000), ("1µs", 1000), ("", nil),
            ("1", nil), ("s", nil), ("1 s", nil), ("1d", nil), ("1s2", nil), (".", nil),
            ("9223372036854775807ns", .max),
            ("9223372036854775808ns", nil), ("2562048h", nil), ("0.0000000019s", 1), ("99999999999999999999s", nil),
        ] as [(String, Int64?)])
    func duration(text: String, nanoseconds: Int64?) {
        #expect(GoDuration.nanoseconds(text) == nanoseconds)
    }

    @Test(
        "regular expressions are those of RE2",
        arguments: [
            ("a+b*c?", true), ("^/v[0-9]+/(users|items)$", true), ("(?i)a", true), ("(?:a)", true), ("(?P<n>a)", true),
            ("(?<n>a)", true), ("a(?i)*", true), ("(?i)*", false), ("a{2,3}?", true), ("a{,3}", true), ("a{x}", true),
            ("[]a]", true), ("[^]]", true),
            ("[[:alpha:]-z]", true), (#"\d\.\/"#, true), (#"\pL\p{Greek}"#, true), (#"\Qa(b\E"#, true),
            (#"\x{10FFFF}"#, true),
            (#"\12"#, true), ("a|", true), ("()", true), ("a)", false), ("(a", false), ("[a", false), ("*a", false),
            ("a**", false), ("a|*", false), ("(?=a)", false), ("(?!a)", false), ("(?<=a)", false), (#"(a)\1"#, false),
            (#"a\"#, false), (#"\k"#, false), ("a{1001}", false), ("a{3,2}", false), (#"\p"#, false), (#"\p{L"#, false),
            (#"\x1"#, false), ("(?P=n)", false), ("(?#a)", false), ("", false), (#"[\"#, false), ("(?", false),
        ])
    func regularExpression(text: String, isTaken: Bool) {
        #expect((RE2Syntax.problem(of: text) == nil) == isTaken, "\(RE2Syntax.problem(of: text) ?? "taken")")
    }

    @Test("an expression of 1024 bytes is taken, a longer one is not")
    func longExpression() {
        #expect(RE2Syntax.problem(of: String(repeating: "a", count: 1024)) == nil)
        #expect(RE2Syntax.problem(of: String(repeating: "a", count: 1025)) != nil)
        #expect(RE2Syntax.problem(of: String(repeating: "(", count: 1000)) != nil)
    }

    @Test("covered prefixes are those that a comparison of all pairs finds")
    func coveredPrefixes() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        for round in 0..<300 {
            let entries = (0..<Int.random(in: 0...8, using: &random)).map { _ in
                CoveredPrefixes.Entry(
                    bytes: (0..<Int.random(in: 0...3, using: &random)).map { _ in
                        UInt8.random(in: 1...2, using: &random)
                    },
                    isOpen: Bool.random(using: &random))
            }
            let expected = entries.indices.filter { covered in
                entries.indices.contains { other in
                    let (one, by) = (entries[covered], entries[other])
                    guard other != covered else { return false }
                    if one.bytes == by.bytes, one.isOpen == by.isOpen { return other < covered }
                    return by.isOpen && one.bytes.starts(with: by.bytes)
                }
            }
            #expect(CoveredPrefixes.pairs(entries).map(\.covered) == expected, "seed \(seed) round \(round)")
        }
    }
}
