import JSONValue
import KubeModel
import SeededRandom
import Testing
import YAMLFormat

@testable import TrafficModel

/// Random objects; each failure prints the seed that makes it again.
@Suite("Any input is judged")
struct TrafficCheckPropertyTests {
    @Test("no value in the place of another makes the check trap, and findings are bounded")
    func mutations() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        let bodies = try SchemaExamples.all.flatMap { try YAML.documents(Array($0.utf8)) }
        let pairs = try RulePair.all.map { try RulePair.object($0.kind, $0.broken).body }.filter { $0.size < 20_000 }
        var broken = 0
        for round in 0..<4000 {
            var body = try #require((bodies + pairs).randomElement(using: &random))
            let kind = try #require(TrafficObject(body)).kind
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                body["spec"] = Self.mutated(body["spec"] ?? .null, from: bodies, &random)
                if Int.random(in: 0..<20, using: &random) == 0 { body["metadata"] = Self.junk(&random) }
            }
            let object = TrafficObject(kind: kind, key: ObjectKey(namespace: "shop", name: "a"), body: body)
            let findings = TrafficCheck.findings(object)
            #expect(findings.count <= TrafficCheck.limit + 1, "seed \(seed) round \(round)")
            for finding in findings { #expect(finding.description.utf8.count < 4000, "seed \(seed) round \(round)") }
            broken += findings.contains { $0.severity == .error } ? 1 : 0
        }
        #expect(broken > 1000, "seed \(seed)")
    }

    @Test(
        "an object of thousands of elements is judged at once: nothing compares all pairs of them",
        .timeLimit(.minutes(1)),
        arguments: [
            "hosts", "matches", "prefixes", "unknown", "subsets", "names", "sni", "ports", "egress", "percent",
        ])
    func large(what: String) throws {
        let findings = TrafficCheck.findings(try Self.object(what, 4000))
        #expect(findings.count <= TrafficCheck.limit + 1)
    }

    private static func object(_ what: String, _ count: Int) throws -> TrafficObject {
        func list(_ element: (Int) -> JSONValue) -> JSONValue { .array((0..<count).map(element)) }
        let to: JSONValue = [["destination": ["host": "web"]]]
        let (kind, spec): (TrafficKind, JSONValue) =
            switch what {
            case "hosts": (.virtualService, ["hosts": list { .string("*.a\($0).example.com") }])
            case "matches":
                (.virtualService, ["http": list { ["match": [["uri": ["exact": .string("/\($0)")]]], "route": to] }])
            case "prefixes":
                (.virtualService, ["http": list { ["match": [["uri": ["prefix": .string("/\($0)")]]], "route": to] }])
            case "unknown":
                (.virtualService, .object(JSONObject((0..<count).map { ("field\($0)", .integer(1)) })))
            case "subsets": (.destinationRule, ["host": "web", "subsets": list { ["name": .string("v\($0)")] }])
            case "names":
                (
                    .gateway,
                    ["servers": list { ["port": ["name": .string("p\($0)"), "number": 80, "protocol": "HTTP"]] }]
                )
            case "sni":
                (
                    .virtualService,
                    [
                        "hosts": list { .string("a\($0).example.com") },
                        "tls": [["match": [["sniHosts": list { .string("b\($0).example.com") }]], "route": to]],
                    ]
                )
            case "ports": (.service, ["ports": list { ["name": .string("http-\($0)"), "port": .integer(Int64($0))] }])
            case "egress": (.sidecar, ["egress": [["hosts": list { .string("a\($0)/*") }]]])
            default:
                (
                    .virtualService,
                    [
                        "http": [
                            [
                                "headers": [
                                    "request": ["set": ["x": .string(String(repeating: "%a(b", count: count))]]
                                ],
                                "route": to,
                            ]
                        ]
                    ]
                )
            }
        return TrafficObject(
            kind: kind, key: ObjectKey(namespace: "shop", name: "a"), body: ["metadata": [:], "spec": spec])
    }

    /// The value with one place in it changed.
    private static func mutated(
        _ value: JSONValue, from others: [JSONValue], _ random: inout SplitMix64
    ) -> JSONValue {
        if Int.random(in: 0..<6, using: &random) == 0 { return junk(&random) }
        switch value {
        case .object(var members):
            guard let member = members.randomElement(using: &random) else { return junk(&random) }
            switch Int.random(in: 0..<8, using: &random) {
            case 0: members[member.key] = nil
            case 1: members[member.key + "x"] = member.value
            case 2:
                let other = others.randomElement(using: &random)?["spec"]?.objectValue?.randomElement(using: &random)
                if let other { members[other.key] = other.value }
            default: members[member.key] = mutated(member.value, from: others, &random)
            }
            return .object(members)
        case .array(var elements):
            guard let index = elements.indices.randomElement(using: &random) else { return [junk(&random)] }
            switch Int.random(in: 0..<5, using: &random) {
            case 0: elements.remove(at: index)
            case 1: elements.append(elements[index])
            default: elements[index] = mutated(elements[index], from: others, &random)
            }
            return .array(elements)
        case .string(let text):
            var bytes = Array(text.utf8)
            let pieces = [
                "%", "*", "/", ".", "[", "(", "\\", "é", "", "://", "unix://", "{**}", "@", ":", ",", "\u{0}", "-",
            ]
            let piece = pieces.randomElement(using: &random) ?? ""
            bytes.insert(contentsOf: piece.utf8, at: Int.random(in: 0...bytes.count, using: &random))
            if Bool.random(using: &random), !bytes.isEmpty { bytes.removeLast() }
            return .string(String(decoding: bytes, as: UTF8.self))
        default: return junk(&random)
        }
    }

    private static func junk(_ random: inout SplitMix64) -> JSONValue {
        let values: [JSONValue] = [
            .null, true, "", "a", "*", "%", "\\", "(?", "unix://", "@", "/", "[", "-1", "{", "0",
            .string(String(repeating: "a.", count: 300)), 0, -1, 1.5, .integer(.max), .integer(.min),
            [], [:], [[:]], [.null], ["a": .null],
            ["a": ["b": [1]]], JSONNumber("1e400").map { .number($0) } ?? 1, .array(Array(repeating: ["a"], count: 60)),
        ]
        return values.randomElement(using: &random) ?? .null
    }
}

extension JSONValue {
    fileprivate var size: Int { canonicalBytes().count }
}
