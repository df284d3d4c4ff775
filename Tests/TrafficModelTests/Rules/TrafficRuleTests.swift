import JSONValue
import KubeModel
import Testing

@testable import TrafficModel

@Suite("Rules about single objects")
struct TrafficRuleTests {
    private static let rules = Dictionary(uniqueKeysWithValues: TrafficRule.all.map { ($0.name, $0) })

    @Test(
        "what keeps a rule has no finding; what breaks it has the findings of that rule alone", arguments: RulePair.all)
    func pair(_ pair: RulePair) throws {
        let rule = try #require(Self.rules[pair.rule])
        let (kept, broken) = (pair.kept, pair.broken)
        #expect(kept != broken)
        let clean = TrafficCheck.findings(try RulePair.object(pair.kind, kept))
        #expect(clean == [])
        let findings = TrafficCheck.findings(try RulePair.object(pair.kind, broken))
        #expect(Set(findings.map(\.rule)) == pair.also.union([pair.rule]), "\(findings)")
        #expect(Set(findings.map { [$0.rule, $0.pointer.fieldPath] }).count == findings.count, "\(findings)")
        for finding in findings where finding.rule == pair.rule {
            #expect(finding.code == rule.code && finding.severity == rule.severity)
            #expect(!finding.message.isEmpty && !finding.message.hasSuffix(".") && !finding.remedy.isEmpty)
            if pair.rule != TrafficRule.unknownField.name {
                #expect(Self.isField(finding.pointer.tokens, of: pair.kind), "\(finding)")
            }
        }
    }

    /// Whether a pointer leads to a field that the kind has, be it there or not.
    private static func isField(_ tokens: [String], of kind: TrafficKind) -> Bool {
        guard tokens.first == "spec" else { return tokens.first == "metadata" && tokens.count > 1 }
        var shape = Shape.message(kind.schema)
        for token in tokens.dropFirst() {
            switch shape {
            case .message(let message):
                guard let field = message.field(token) else { return false }
                shape = field.shape
            case .list(let element, _):
                guard Int(token) != nil else { return false }
                shape = element
            case .map(let element, _): shape = element
            default: return false
            }
        }
        return true
    }

    @Test("no rule lacks its pair, and none is told of twice")
    func everyRule() {
        #expect(Set(TrafficRule.all.map(\.name)).subtracting(RulePair.all.map(\.rule)) == [])
        #expect(Self.rules.count == TrafficRule.all.count)
    }

    @Test("every kind that a rule looks at has a pair of its own")
    func everyKind() {
        let shown = Dictionary(grouping: RulePair.all, by: \.rule).mapValues { Set($0.map(\.kind)) }
        for rule in TrafficRule.all where rule.check != nil {
            #expect(Set(rule.kinds).subtracting(shown[rule.name] ?? []) == [], "\(rule.name)")
        }
    }

    @Test("the words for true and false of annotations are those of Go")
    func booleans() throws {
        for word in ["1", "t", "T", "true", "TRUE", "True"] { #expect(GoBoolean.isTrue(word), "\(word)") }
        for word in ["0", "f", "F", "false", "FALSE", "False"] {
            #expect(GoBoolean.isBoolean(word) && !GoBoolean.isTrue(word), "\(word)")
        }
        for word in ["", "yes", "on", "tRUE", " true"] { #expect(!GoBoolean.isBoolean(word), "\(word)") }
    }

    @Test("every rule has a word for a name, a code of Istio's or ours, kinds and a source")
    func shape() {
        for rule in TrafficRule.all {
            #expect(rule.name.utf8.allSatisfy { HostSyntax.isAlphanumeric($0) }, "\(rule.name)")
            #expect(rule.code.hasPrefix("IST0") || rule.code == "AP-\(rule.name)", "\(rule.name)")
            #expect(!rule.kinds.isEmpty && !rule.source.isEmpty, "\(rule.name)")
        }
    }

    @Test(
        "the field is named as people write it, and the nearest name is given",
        arguments: [
            (
                "spec: {hosts: [a.example.com], http: [{rout: []}]}",
                "spec.http[0].rout: unknown field; did you mean route?"
            ),
            (
                "spec: {hosts: [a.example.com], http: [{timeout: 1s, retries: {attemps: 1}}]}",
                "spec.http[0].retries.attemps: unknown field; did you mean attempts?"
            ),
            ("spec: {hosts: [a.example.com], nothingLikeIt: 1}", "spec.nothingLikeIt: unknown field of VirtualService"),
        ])
    func unknownField(text: String, expected: String) throws {
        let findings = TrafficCheck.findings(try RulePair.object(.virtualService, text))
        let found = try #require(findings.first { $0.rule == "UnknownField" })
        #expect(found.description.hasPrefix("VirtualService shop/web \(expected); "), "\(found)")
        #expect(found.description.hasSuffix("(IST0106 UnknownField)"))
    }

    @Test("of many findings fifty are listed, and the last one says how many there are beyond")
    func bounded() throws {
        let fields = (0..<500).map { "f\($0): 1" }.joined(separator: ", ")
        let findings = TrafficCheck.findings(try RulePair.object(.gateway, "spec: {\(fields)}"))
        #expect(findings.count == 51)
        // Besides the unknown fields there are a missing selector and missing servers.
        #expect(findings.last?.message == "452 further findings are not listed")
    }

    @Test("no number of warnings leaves an error unsaid")
    func errorsFirst() throws {
        let ciphers = (0..<60).map { "RC4-\($0)" }.joined(separator: ", ")
        let findings = TrafficCheck.findings(
            try RulePair.object(
                .gateway,
                "spec: {selector: {a: b}, servers: [{port: {number: 443, name: a, protocol: HTTPS}, hosts: ['*'], tls: {mode: SIMPLE, cipherSuites: [\(ciphers)]}}]}"
            ))
        #expect(findings.first?.rule == "CertificateMissing" && findings.count == TrafficCheck.limit + 1)
        let rules = (0..<60).map { "DestinationRule a\($0): {host: web, trafficPolicy: {tls: {}}}\n" }.joined()
        let twice = "Sidecar a: {egress: [{hosts: [./*]}]}\nSidecar b: {egress: [{hosts: [./*]}]}"
        let together = SetCheck.findings(try SetPair.objects(rules + twice), gatewayNamespaces: [])
        #expect(together.first?.rule == "SidecarTwice" && together.count == TrafficCheck.limit)
    }

    @Test("of a body in base64 the bytes count, not its padding")
    func bodySize() {
        for (text, size) in [("", 0), ("YQ==", 1), ("YWI=", 2), ("YWJj", 3)] {
            #expect(HTTPWords.size(of: Field(["bytes": .string(text)])) == size)
        }
    }

    @Test(
        "names that proxies give to clusters of other networks are hosts of gateways with tls rules",
        arguments: [("outbound_.8080_._.web.shop.svc.cluster.local", true), ("outbound_web", false)])
    func meshServerNames(name: String, isTaken: Bool) throws {
        let text =
            "spec: {hosts: ['\(name)'], gateways: [a], tls: [{match: [{sniHosts: ['\(name)']}], route: [{destination: {host: web}}]}]}"
        let findings = TrafficCheck.findings(try RulePair.object(.virtualService, text))
        #expect(findings.contains { $0.rule == "RouteHostInvalid" } != isTaken)
    }
}
