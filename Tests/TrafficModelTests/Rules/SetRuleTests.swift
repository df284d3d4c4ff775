import JSONValue
import KubeModel
import Testing
import YAMLFormat

@testable import TrafficModel

/// A set of objects that fit together, and the same with one change, after which they do not.
struct SetPair: Sendable, CustomTestStringConvertible {
    let rule: String
    let kept: String
    let change: (was: String, becomes: String)

    init(_ rule: String, _ kept: String, _ was: String, _ becomes: String) {
        self.rule = rule
        self.kept = kept
        change = (was, becomes)
    }

    var testDescription: String { "\(rule): \(change.was) -> \(change.becomes)" }

    /// Reads objects written as `Kind name: spec`, each on a line of its own; `@namespace` may follow the name.
    static func objects(_ text: String) throws -> [TrafficObject] {
        try text.split(separator: "\n").map { line in
            let parts = line.split(separator: ": ", maxSplits: 1).map(String.init)
            let words = parts[0].split(whereSeparator: { " @".contains($0) }).map(String.init)
            let kind = try #require(TrafficKind(rawValue: words[0]))
            let key = ObjectKey(namespace: words.count > 2 ? words[2] : "shop", name: words[1])
            let body = try YAML.documents(Array(parts[1].utf8)).first ?? .null
            let whole = body["spec"] == nil ? ["spec": body] : body
            return TrafficObject(kind: kind, key: key, body: whole)
        }
    }

    static let vip =
        "Service vip@istio-ingress: {type: LoadBalancer, selector: {istio: gw}, ports: [{port: 443, targetPort: 8443}]}\n"
    static let backend =
        "Service web: {selector: {app: web}, ports: [{name: http, port: 80}, {name: http-admin, port: 81}]}\n"
    static let gateway =
        "Gateway web: {selector: {istio: gw}, servers: [{port: {number: 443, name: a, protocol: HTTPS}, hosts: [a.example.com], tls: {mode: SIMPLE, credentialName: a}}]}\n"
    static let route =
        "VirtualService web: {hosts: [a.example.com], gateways: [web], http: [{route: [{destination: {host: web, port: {number: 80}}}]}]}\n"
    static let entry =
        "ServiceEntry up: {hosts: [up.internal], resolution: DNS, ports: [{number: 443, name: https, protocol: HTTPS}], workloadSelector: {labels: {up: a}}}\n"
    static let workloads =
        "WorkloadEntry one: {address: one.example.com, labels: {up: a}, locality: r1/z1, weight: 98}\nWorkloadEntry two: {address: two.example.com, labels: {up: a}, locality: r2/z2, weight: 1}\n"
    static let rule =
        "DestinationRule up: {host: up.internal, trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN, localityLbSetting: {enabled: false}}, outlierDetection: {interval: 1s}}}\n"
    static let web = vip + backend + gateway + route

    static let all = [
        SetPair("PortNotFound", web, "port: {number: 80}", "port: {number: 82}"),
        SetPair(
            "PortNotFound",
            vip + gateway
                + route.replacing("host: web", with: "host: up.internal").replacing("number: 80", with: "number: 81")
                + entry + entry.replacing("Entry up:", with: "Entry two:").replacing("443", with: "81"),
            "number: 81}}}]}]", "number: 82}}}]}]"),
        SetPair("PortRequired", web, ", port: {number: 80}}", "}"),
        SetPair("GatewayHostMismatch", web, "{hosts: [a.example.com], gateways", "{hosts: [b.example.com], gateways"),
        SetPair(
            "HostNotServed", web, "{hosts: [a.example.com], gateways",
            "{hosts: [a.example.com, b.example.com], gateways"),
        SetPair("NotExported", web, "gateways: [web]", "gateways: [web], exportTo: ['.']"),
        SetPair(
            "DelegateInvalid",
            "VirtualService a: {hosts: [a.example.com], http: [{delegate: {name: b}}]}\nVirtualService b: {http: [{redirect: {uri: /}}]}",
            "b: {http", "b: {hosts: [b.example.com], http"),
        SetPair("SecretDenied", web, "credentialName: a", "credentialName: 'kubernetes://shop/a'"),
        SetPair(
            "RuleNotExported",
            web
                + "DestinationRule web: {host: web, exportTo: [istio-ingress], trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}",
            "exportTo: [istio-ingress]", "exportTo: ['.']"),
        SetPair(
            "RuleOutOfReach",
            vip + gateway + route.replacing("host: web", with: "host: web.shop.svc.cluster.local")
                + "DestinationRule web: {host: web.shop.svc.cluster.local, trafficPolicy: {tls: {}}}",
            "web.shop.svc.cluster.local",
            "web.other.svc.cluster.local"),
        SetPair(
            "EntryNotExported",
            vip + gateway
                + route.replacing("host: web", with: "host: up.internal").replacing("number: 80", with: "number: 443")
                + entry,
            "{hosts: [up.internal]", "{exportTo: [other], hosts: [up.internal]"),
        SetPair(
            "MeshHostTwice",
            "VirtualService a: {hosts: [web], http: [{redirect: {uri: /}}]}\nVirtualService b: {hosts: [web2], http: [{redirect: {uri: /}}]}",
            "web2", "web.shop.svc.cluster.local"),
        SetPair(
            "MeshHostTwice",
            "VirtualService a: {hosts: [web], exportTo: [ns1], http: [{redirect: {uri: /}}]}\nVirtualService b: {hosts: [web], exportTo: [ns2], http: [{redirect: {uri: /}}]}",
            "[ns2]", "['*']"),
        SetPair(
            "GatewayHostTwice",
            web.replacing("hosts: [a.example.com], tls", with: "hosts: ['*.example.com'], tls")
                + route.replacing("Service web", with: "Service two").replacing("a.example", with: "b.example"),
            "b.example", "a.example"),
        SetPair(
            "SubsetUnusedAtGateway",
            vip + backend + gateway + route.replacing("host: web, port", with: "host: web, subset: v1, port")
                + "VirtualService split: {hosts: [web], http: [{route: [{destination: {host: web, port: {number: 80}, subset: v1}}]}]}\n"
                + "DestinationRule web: {host: web, subsets: [{name: v1}]}",
            "subset: v1, port", "port"),
        SetPair(
            "SubsetUndefined",
            vip + backend + gateway + route.replacing("host: web, port", with: "host: web, subset: v1, port")
                + "DestinationRule web: {host: web, subsets: [{name: v1}]}",
            "[{name: v1}]", "[{name: v2}]"),
        SetPair(
            "SubsetUndefined",
            vip + backend + gateway + route.replacing("host: web, port", with: "host: web, subset: v1, port")
                + "DestinationRule web: {host: web, subsets: [{name: v1}]}\n"
                + "DestinationRule all: {host: '*.svc.cluster.local', subsets: [{name: v2}]}",
            "subset: v1, port", "subset: v2, port"),
        // Where the set has no rule of the host, one may live in the cluster.
        SetPair(
            "SubsetUndefined",
            vip + backend + gateway + route.replacing("host: web, port", with: "host: web, subset: v1, port")
                + "DestinationRule web: {host: '*.svc.cluster.local', subsets: [{name: v2}]}",
            "host: '*.svc.cluster.local'", "host: web"),
        SetPair(
            "RulesOfOneHost",
            "DestinationRule a: {host: web, trafficPolicy: {tls: {}}}\nDestinationRule b: {host: web2, trafficPolicy: {tls: {}}}",
            "web2", "web.shop.svc.cluster.local"),
        SetPair(
            "SubsetTwice",
            "DestinationRule a: {host: web, subsets: [{name: v1}]}\nDestinationRule b: {host: web, subsets: [{name: v2}]}",
            "v2", "v1"),
        SetPair(
            "SubsetTwice",
            "DestinationRule a: {host: web, exportTo: [ns1, ns2], subsets: [{name: v1}]}\nDestinationRule b: {host: web, exportTo: [ns2, ns3], subsets: [{name: v1}]}",
            "[ns2, ns3]", "[ns2, ns1]"),
        SetPair("EntryOfService", backend + "ServiceEntry a: {hosts: [web2.shop.svc.cluster.local]}", "web2.", "web."),
        SetPair(
            "EntryHostTwice",
            "ServiceEntry a: {hosts: [a.example.com], ports: [{number: 443, name: a, protocol: TLS}]}\nServiceEntry b: {hosts: [a.example.com], ports: [{number: 443, name: a, protocol: tls}]}",
            "tls", "TCP"),
        SetPair(
            "SidecarTwice",
            "Sidecar a: {egress: [{hosts: [./*]}]}\nSidecar b: {workloadSelector: {labels: {a: b}}, egress: [{hosts: [./*]}]}",
            "workloadSelector: {labels: {a: b}}, ", ""),
        SetPair("WeightsFlattened", entry + workloads + rule, "simple: ROUND_ROBIN, ", ""),
        SetPair("LocalityTakesAll", entry + workloads + rule, ", localityLbSetting: {enabled: false}", ""),
        SetPair("ControlPlaneCrash", entry + workloads + rule, "enabled: false", "failoverPriority: [version]"),
        SetPair(
            "ControlPlaneCrash",
            workloads
                + "ServiceEntry up: {metadata: {annotations: {networking.istio.io/traffic-distribution: Any}}, spec: {hosts: [up.internal], resolution: DNS, workloadSelector: {labels: {up: a}}}}",
            "distribution: Any", "distribution: PreferClose"),
        SetPair(
            "LocalityUnlisted",
            entry + workloads
                + rule.replacing("enabled: false", with: "distribute: [{from: r1/*, to: {r1/*: 99, r2/*: 1}}]"),
            "r2/*: 1", "r3/*: 1"),
        SetPair(
            "EndpointsMissing",
            "ServiceEntry a: {hosts: [a.example.com], resolution: STATIC, endpoints: [{address: 10.0.0.1}]}",
            "[{address: 10.0.0.1}]", "[]"),
        SetPair("AddressLeftOut", entry + workloads, "resolution: DNS", "resolution: STATIC"),
        SetPair(
            "AddressLeftOut",
            "ServiceEntry up: {hosts: [up.internal], resolution: STATIC, workloadSelector: {labels: {up: a}}}\n"
                + "WorkloadEntry a: {address: 10.0.0.1, labels: {up: a}}",
            "10.0.0.1", "up.az1.example.com"),
        SetPair("AddressTwice", entry + workloads, "two.example.com", "one.example.com"),
        SetPair(
            "ServerShadowed",
            gateway
                + gateway.replacing("Gateway web", with: "Gateway two").replacing("a.example", with: "b.example")
                .replacing("credentialName: a", with: "credentialName: b"),
            "b.example", "a.example"),
        SetPair(
            "CredentialShared",
            gateway
                + gateway.replacing("Gateway web", with: "Gateway two").replacing("a.example", with: "b.example")
                .replacing("credentialName: a", with: "credentialName: b"),
            "credentialName: b", "credentialName: a"),
        SetPair("RulesOfOtherProtocol", web, "SIMPLE, credentialName: a", "PASSTHROUGH"),
        SetPair(
            "TargetPortsDiffer", web + vip.replacing("vip", with: "vip2"),
            "Service vip2@istio-ingress: {type: LoadBalancer, selector: {istio: gw}, ports: [{port: 443, targetPort: 8443}]}",
            "Service vip2@istio-ingress: {type: LoadBalancer, selector: {istio: gw}, ports: [{port: 443, targetPort: 9443}]}"
        ),
        SetPair("GatewayPortNotReached", web, "number: 443, name: a", "number: 444, name: a"),
        SetPair(
            "GatewayPortNotReached", web.replacing("number: 443", with: "number: 8443"), "port: 443, targetPort: 8443",
            "port: 443"),
        SetPair(
            "GatewayPortNotReached",
            web.replacing("number: 443", with: "number: 444").replacing("targetPort: 8443", with: "targetPort: 444"),
            "targetPort: 444", "targetPort: 8443"),
        SetPair(
            "GatewayPortNotReached",
            web.replacing("number: 443", with: "number: 444").replacing("targetPort: 8443", with: "targetPort: https"),
            "targetPort: https", "targetPort: 8443"),
        SetPair(
            "GatewayPortNotReached",
            web.replacing("number: 443", with: "number: 444").replacing("LoadBalancer", with: "ClusterIP"), "ClusterIP",
            "LoadBalancer"),
    ]
}

@Suite("Rules about sets of objects")
struct SetRuleTests {
    private static let rules = Dictionary(uniqueKeysWithValues: SetRule.all.map { ($0.rule.name, $0.rule) })

    private func findings(_ text: String) throws -> [Finding] {
        SetCheck.findings(try SetPair.objects(text), gatewayNamespaces: ["istio-ingress"])
    }

    @Test(
        "objects that fit together have no finding; a change that breaks a rule has the findings of that rule alone",
        arguments: SetPair.all + SetPair.fields + SetPair.policies)
    func pair(_ pair: SetPair) throws {
        let rule = try #require(Self.rules[pair.rule])
        let broken = pair.kept.replacing(pair.change.was, with: pair.change.becomes)
        #expect(broken != pair.kept)
        #expect(try findings(pair.kept) == [])
        let found = try findings(broken)
        #expect(Set(found.map(\.rule)) == [pair.rule], "\(found)")
        for finding in found { #expect(finding.code == rule.code && finding.severity == rule.severity) }
    }

    @Test("no rule lacks its pair, and no name is given twice")
    func everyRule() {
        #expect(Set(SetRule.all.map(\.rule.name)).subtracting(SetPair.all.map(\.rule)) == [])
        #expect(Self.rules.count == SetRule.all.count)
        #expect(Set(Self.rules.keys).isDisjoint(with: TrafficRule.all.map(\.name)))
    }

    @Test("what may stand in the cluster beside the set is no finding")
    func unknown() throws {
        let alone =
            "VirtualService web: {hosts: [a.example.com], gateways: [other/gw], exportTo: ['.'], http: [{route: [{destination: {host: web, subset: v1}}]}]}"
        #expect(try findings(alone) == [])
        #expect(
            try findings(
                "ServiceEntry up: {hosts: [up.internal], resolution: DNS, workloadSelector: {labels: {up: a}}}") == [])
    }

    @Test(
        "objects that no namespace sees both of do not clash",
        arguments: [
            "VirtualService a: {hosts: [web], exportTo: ['.'], http: [{redirect: {uri: /}}]}\nVirtualService b: {hosts: [web], exportTo: [other], http: [{redirect: {uri: /}}]}",
            "DestinationRule a: {host: web, exportTo: ['.'], subsets: [{name: v1}], trafficPolicy: {tls: {}}}\nDestinationRule b: {host: web, exportTo: [other], subsets: [{name: v1}], trafficPolicy: {tls: {}}}",
        ])
    func apart(text: String) throws {
        #expect(try findings(text) == [])
        let together = text.replacing("[other]", with: "['.']")
        #expect(try !findings(together).isEmpty)
    }

    @Test("what gateways miss is told once, however many routes lead there")
    func sentTwice() throws {
        let route =
            "{hosts: [a.example.com], gateways: [web], http: [{route: [{destination: {host: web, port: {number: 80}}}, {destination: {host: web, subset: v1}}]}]}"
        let found = try findings(
            "Service vip@istio-ingress: {selector: {istio: gw}, ports: [{port: 443}]}\n"
                + "Gateway web: {selector: {istio: gw}, servers: [{port: {number: 443}, hosts: ['*']}]}\n"
                + "VirtualService one: \(route)\nVirtualService two: \(route)\n"
                + "DestinationRule web: {host: web, exportTo: ['.'], subsets: [{name: v1}]}")
        #expect(found.count { $0.rule == "RuleNotExported" } == 1, "\(found)")
    }

    @Test("a rule for many hosts is told once, however many entries, hosts and ports it is for")
    func toldOnce() throws {
        let many =
            SetPair.entry.replacing("[up.internal]", with: "[up.internal, down.internal]")
            .replacing("HTTPS}]", with: "HTTPS}, {number: 80, name: http, protocol: HTTP}]")
        let found = try findings(
            many + many.replacing("Entry up", with: "Entry two").replacing(".internal", with: ".two.internal")
                + SetPair.workloads
                + SetPair.rule.replacing("up.internal", with: "'*.internal'").replacing(
                    "ROUND_ROBIN", with: "LEAST_CONN"))
        #expect(found.map(\.rule) == ["WeightsFlattened"], "\(found)")
    }

    @Test("the two tiers with 98/1/1 have no finding, as single objects and as a set")
    func twoTiers() throws {
        let objects = try YAML.documents(Array(TwoTiers.yaml.utf8)).map { try #require(TrafficObject($0)) }
        #expect(objects.count == 14)
        for object in objects {
            let findings = TrafficCheck.findings(object)
            #expect(findings == [], "\(object)")
        }
        #expect(SetCheck.findings(objects, gatewayNamespaces: ["istio-ingress"]) == [])
    }
}
