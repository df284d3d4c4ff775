import JSONValue
import KubeModel
import Testing
import YAMLFormat

@testable import TrafficModel

/// A set, and what others have beside it: with the first it gets along, with the second it does not.
struct NeighbourPair: Sendable, CustomTestStringConvertible {
    let rule: String
    let set: String
    let kept: String
    let broken: String
    let pointer: String

    var testDescription: String { "\(rule): \(broken)" }

    private static let vip = "Service vip@istio-ingress: {selector: {istio: gw}, ports: [{port: 443}]}\n"
    private static let gateway =
        "Gateway web: {selector: {istio: gw}, servers: [{port: {number: 443, protocol: HTTPS}, hosts: [a.example.com]}]}\n"
    private static let route =
        "VirtualService web: {hosts: [a.example.com], gateways: [web], http: [{route: [{destination: {host: up.internal}}]}]}\n"
    private static let mesh = "VirtualService web: {hosts: [web], http: [{redirect: {uri: /}}]}\n"
    private static let rule = "DestinationRule up: {host: up.internal, trafficPolicy: {tls: {mode: SIMPLE}}}\n"
    private static let entry =
        "ServiceEntry up: {hosts: [up.internal, web.shop.svc.cluster.local], ports: [{number: 443, protocol: HTTPS}]}\n"
    private static let upstream =
        "ServiceEntry upstream: {hosts: ['*.internal'], ports: [{number: 443, protocol: HTTPS}]}\n"
    private static let sidecar = "Sidecar web: {workloadSelector: {labels: {app: web}}, egress: [{hosts: ['./*']}]}\n"

    private static let policy = "AuthorizationPolicy web: {rules: [{}, {from: [{source: {LIST}}]}]}\n"

    private static let other =
        "Gateway other@istio-ingress: {selector: {istio: gw, tier: a}, servers: [{port: {number: 443, protocol: TLS}, hosts: ['*/a.example.com']}]}"

    static let all = [
        NeighbourPair(
            rule: "NeighbourServer", set: gateway, kept: other.replacing("number: 443", with: "number: 8443"),
            broken: other, pointer: "spec.servers[0].hosts[0]"),
        NeighbourPair(
            rule: "NeighbourServer", set: gateway, kept: other.replacing("protocol: TLS", with: "protocol: HTTP"),
            broken: other, pointer: "spec.servers[0].hosts[0]"),
        NeighbourPair(
            rule: "NeighbourServer", set: gateway, kept: other.replacing("istio: gw", with: "istio: else"),
            broken: other, pointer: "spec.servers[0].hosts[0]"),
        NeighbourPair(
            rule: "NeighbourMeshHost", set: mesh, kept: "VirtualService other: {hosts: [web], gateways: [else]}",
            broken: "VirtualService other: {hosts: [web.shop.svc.cluster.local]}", pointer: "spec.hosts[0]"),
        NeighbourPair(
            rule: "NeighbourMeshHost", set: mesh.replacing("{hosts", with: "{exportTo: ['.'], hosts"),
            kept: "VirtualService other: {hosts: [web], exportTo: [else]}",
            broken: "VirtualService other: {hosts: [web], exportTo: [shop]}", pointer: "spec.hosts[0]"),
        NeighbourPair(
            rule: "NeighbourGatewayHost", set: vip + gateway + route,
            kept: "VirtualService other: {hosts: [b.example.com], gateways: [web]}",
            broken: "VirtualService other: {hosts: [a.example.com], gateways: [shop/web]}", pointer: "spec.hosts[0]"),
        // From a namespace that has nothing to do with the set.
        NeighbourPair(
            rule: "NeighbourGatewayHost", set: vip + gateway + route,
            kept: "VirtualService other@edge: {hosts: [a.example.com], gateways: [web]}",
            broken: "VirtualService other@edge: {hosts: [a.example.com], gateways: [mesh, shop/web]}",
            pointer: "spec.hosts[0]"),
        NeighbourPair(
            rule: "NeighbourGatewayHost", set: vip + gateway + route,
            kept: "VirtualService other@edge: {hosts: [a.example.com], gateways: [shop/web], exportTo: ['.']}",
            broken:
                "VirtualService other@edge: {hosts: [a.example.com], gateways: [shop/web], exportTo: [istio-ingress]}",
            pointer: "spec.hosts[0]"),
        NeighbourPair(
            rule: "NeighbourRule", set: rule + upstream,
            kept: "DestinationRule other: {host: up.internal, workloadSelector: {matchLabels: {app: web}}}",
            broken: "DestinationRule other: {host: up.internal}", pointer: "spec.host"),
        NeighbourPair(
            rule: "NeighbourRuleOfGateway", set: vip + gateway + route + rule + upstream,
            kept: "DestinationRule other@istio-ingress: {host: '*.example.com'}",
            broken: "DestinationRule other@istio-ingress: {host: '*.internal'}",
            pointer: "spec.http[0].route[0].destination"),
        NeighbourPair(
            rule: "RuleWithoutHost", set: rule, kept: "ServiceEntry other@edge: {hosts: ['*.internal']}",
            broken: "ServiceEntry other@edge: {hosts: [other.internal]}", pointer: "spec.host"),
        NeighbourPair(
            rule: "RuleWithoutHost",
            set: "DestinationRule web: {host: web, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}",
            kept: "Service web: {ports: [{port: 80}]}", broken: "Service web@edge: {ports: [{port: 80}]}",
            pointer: "spec.host"),
        NeighbourPair(
            rule: "NeighbourService", set: entry, kept: "Service other: {ports: [{port: 443}]}",
            broken: "Service web: {ports: [{port: 443}]}", pointer: "spec.hosts[1]"),
        NeighbourPair(
            rule: "NeighbourEntry", set: entry,
            kept: "ServiceEntry other: {hosts: [up.internal], ports: [{number: 443, protocol: https}]}",
            broken: "ServiceEntry other: {hosts: [up.internal], ports: [{number: 443, protocol: TLS}]}",
            pointer: "spec.ports[0].protocol"),
        NeighbourPair(
            rule: "NeighbourSidecar", set: sidecar,
            kept: "Sidecar other: {workloadSelector: {labels: {app: other}}}",
            broken: "Sidecar other: {workloadSelector: {labels: {app: web}}}", pointer: "spec.workloadSelector"),
        NeighbourPair(
            rule: "SourceNamespaceMissing",
            set: policy.replacing("LIST", with: "namespaces: ['*', front, 'ba*', '*ck']"),
            kept: "Service other@front: {ports: [{port: 80}]}", broken: "Service other@frontend: {ports: [{port: 80}]}",
            pointer: "spec.rules[1].from[0].source.namespaces[1]"),
        NeighbourPair(
            rule: "SourceNamespaceMissing", set: policy.replacing("LIST", with: "notNamespaces: [front]"),
            kept: "Service other@front: {ports: [{port: 80}]}", broken: "Service other@back: {ports: [{port: 80}]}",
            pointer: "spec.rules[1].from[0].source.notNamespaces[0]"),
    ]
}

@Suite("What a set makes of its neighbours")
struct NeighbourCheckTests {
    /// Runs the check in a cluster that holds the objects of others.
    private func report(_ set: [TrafficObject], beside others: String) throws -> NeighbourReport {
        let live = try SetPair.objects(others).map { object in
            var body = object.body
            body["metadata"] = [
                "name": .string(object.key.name), "namespace": .string(object.key.namespace ?? ""),
            ]
            return TrafficObject(kind: object.kind, key: object.key, body: body)
        }
        var facts = LiveFacts(zoneHasSingleCluster: true, gatewayNamespaces: ["istio-ingress"])
        for _ in 0..<4 {
            let report = NeighbourCheck.report(set, facts: facts)
            guard !report.neededFacts.isEmpty else { return report }
            for query in report.neededFacts {
                switch query {
                case .foreign(let kind, let namespace):
                    facts.answers[query] = .objects(
                        live.filter { $0.kind == kind && $0.key.namespace == namespace }.map(\.body))
                case .foreignBindings:
                    facts.answers[query] = .objects(live.filter { $0.kind == .virtualService }.map(\.body))
                case .object(let kind, let key):
                    let found = live.first { $0.kind == kind && $0.key == key }
                    facts.answers[query] = found.map { .objects([$0.body]) } ?? .notFound
                case .list(let kind, let namespace):
                    facts.answers[query] = .objects(
                        live.filter { $0.kind == kind && (namespace == nil || $0.key.namespace == namespace) }.map(
                            \.body))
                // A namespace in which something lives is there.
                case .namespace(let name):
                    facts.answers[query] = live.contains { $0.key.namespace == name } ? .exists : .notFound
                case .secret, .events, .certificate: facts.answers[query] = .notFound
                }
            }
        }
        Issue.record("the check asks without end")
        return NeighbourCheck.report(set, facts: facts)
    }

    @Test("neighbours that get along are no finding, others are one of their rule", arguments: NeighbourPair.all)
    func pair(_ pair: NeighbourPair) throws {
        let set = try SetPair.objects(pair.set)
        #expect(try report(set, beside: pair.kept).findings == [])
        let findings = try report(set, beside: pair.broken).findings
        #expect(findings.map(\.rule) == [pair.rule], "\(findings)")
        #expect(findings.map(\.pointer.fieldPath) == [pair.pointer])
        #expect(findings.allSatisfy { $0.severity == .warning })
    }

    @Test("no rule lacks its pair, and no name is given twice")
    func everyRule() {
        #expect(Set(NeighbourCheck.all.map(\.name)) == Set(NeighbourPair.all.map(\.rule)))
        let names =
            TrafficRule.all.map(\.name) + SetRule.all.map(\.rule.name)
            + (ZoneCheck.all + WorkloadHealth.all).map(\.name)
        #expect(Set(NeighbourCheck.all.map(\.name)).isDisjoint(with: names))
        #expect(Set(NeighbourCheck.all.map(\.name)).count == NeighbourCheck.all.count)
    }

    @Test("what the set will take the place of is no neighbour", arguments: NeighbourPair.all)
    func itself(_ pair: NeighbourPair) throws {
        let set = try SetPair.objects(pair.set)
        // Whether a rule has a host is no matter of neighbours.
        #expect(try report(set, beside: pair.set).findings == report(set, beside: "").findings)
    }

    @Test("rules of Istio's root namespace are for all and come last, also for gateways that run there")
    func rootNamespace() throws {
        let pair = try #require(NeighbourPair.all.first { $0.rule == "NeighbourRuleOfGateway" })
        for (namespace, rules) in [("istio-ingress", [pair.rule]), ("istio-system", [])] {
            let set = try SetPair.objects(pair.set.replacing("@istio-ingress", with: "@\(namespace)"))
            let findings = try report(set, beside: pair.broken.replacing("@istio-ingress", with: "@\(namespace)"))
                .findings
            #expect(findings.map(\.rule) == rules)
        }
    }

    @Test("in a zone with several clusters a host may be elsewhere, and what cannot be read is nowhere missed")
    func hostsElsewhere() throws {
        let rule = try SetPair.objects("DestinationRule web: {host: web}\nDestinationRule all: {host: '*.example.com'}")
        var facts = LiveFacts(zoneHasSingleCluster: false, gatewayNamespaces: [])
        func settled(_ answer: FactAnswer) -> [Finding] {
            facts.answers = [:]
            for _ in 0..<4 {
                let report = NeighbourCheck.report(rule, facts: facts)
                guard !report.neededFacts.isEmpty else { return report.findings }
                for query in report.neededFacts { facts.answers[query] = answer }
            }
            Issue.record("the check asks without end")
            return []
        }
        #expect(settled(.notFound) == [])
        facts.zoneHasSingleCluster = true
        #expect(settled(.unknown("forbidden")) == [])
        #expect(settled(.notFound).map(\.rule) == ["RuleWithoutHost"])
    }

    @Test("of namespaces that policies name fifty are asked for at most, and none where the zone has more clusters")
    func manyNamespaces() throws {
        let names = (0..<80).map { "ns-\($0)" }.joined(separator: ", ")
        let policy = try SetPair.objects(
            "AuthorizationPolicy web: {rules: [{from: [{source: {namespaces: [Not_A_Name, \(names), ns-0]}}]}]}")
        var facts = LiveFacts(zoneHasSingleCluster: true, gatewayNamespaces: [])
        let needed = NeighbourCheck.report(policy, facts: facts).neededFacts
        #expect(needed.count == 50 && needed.contains(.namespace("ns-49")) && needed.allSatisfy(\.isOfNeighbours))
        facts.zoneHasSingleCluster = false
        #expect(NeighbourCheck.report(policy, facts: facts).neededFacts == [])
    }

    @Test("what cannot be read is passed over, and not asked for again")
    func unreadable() throws {
        for pair in NeighbourPair.all {
            let set = try SetPair.objects(pair.set)
            var facts = LiveFacts(zoneHasSingleCluster: true, gatewayNamespaces: ["istio-ingress"])
            let needed = NeighbourCheck.report(set, facts: facts).neededFacts
            #expect(!needed.isEmpty)
            for query in needed { facts.answers[query] = .unknown("forbidden") }
            #expect(NeighbourCheck.report(set, facts: facts) == NeighbourReport(findings: [], neededFacts: []))
        }
    }

    @Test("two tiers with 98/1/1 get along with the same application's objects in other namespaces")
    func twoTiers() throws {
        let objects = try YAML.documents(Array(TwoTiers.yaml.utf8)).map { try #require(TrafficObject($0)) }
        let others = """
            Gateway cart@istio-ingress: {selector: {istio: gw-l1}, servers: [{port: {number: 443, protocol: HTTPS}, hosts: [cart.example.com]}]}
            Gateway http@istio-ingress: {selector: {istio: gw-l1}, servers: [{port: {number: 80, protocol: HTTP}, hosts: ['*']}]}
            VirtualService cart: {hosts: [cart.example.com], gateways: [shop-l1]}
            DestinationRule cart: {host: cart.shop.svc.cluster.local}
            DestinationRule gw@istio-ingress: {host: gw.istio-ingress.svc.cluster.local}
            ServiceEntry cart: {hosts: [cart.ap.example.internal], ports: [{number: 443, protocol: TLS}]}
            """
        #expect(try report(objects, beside: others).findings == [])
    }

    @Test("neighbours of any shape are looked at without a trap, and the findings are bounded")
    func bounded() throws {
        let hosts = (0..<100).map { "h\($0).example.com" }.joined(separator: ", ")
        let text = "Gateway web: {selector: {}, servers: [{port: {number: 443, protocol: HTTPS}, hosts: [\(hosts)]}]}"
        let set = try SetPair.objects(text)
        let found = try report(set, beside: text.replacing("Gateway web", with: "Gateway other")).findings
        #expect(found.count == TrafficCheck.limit)
        let odd = try report(
            set,
            beside:
                "Gateway a: {selector: 7, servers: {port: x}}\nGateway b: [1]\nGateway c: {servers: [3, {hosts: a}]}")
        #expect(odd.findings == [])
    }
}
