/// Pairs of what the rules look at one by one, besides those that show each rule.
extension SetPair {
    private static func spread(_ balancer: String) -> String {
        entry + workloads + rule.replacing("simple: ROUND_ROBIN, localityLbSetting: {enabled: false}", with: balancer)
    }
    private static let away = "localityLbSetting: {enabled: false}"

    /// The broken set is got by a replacement in the kept one; several are several pairs.
    private static func pairs(_ rule: String, _ kept: String, _ was: String, _ becomes: String...) -> [SetPair] {
        becomes.map { SetPair(rule, kept, was, $0) }
    }

    static let fields: [SetPair] = [weights, localities, crashes, entries, rules, places].flatMap { $0.joined() }

    private static let weights: [[SetPair]] = [
        pairs(
            "WeightsFlattened", entry + workloads + rule, "ROUND_ROBIN", "LEAST_REQUEST", "LEAST_CONN", "UNSPECIFIED"),
        pairs(
            "WeightsFlattened", spread("consistentHash: {useSourceIp: true}, \(away)"),
            "consistentHash: {useSourceIp: true}, ", ""),
        pairs(
            "WeightsFlattened", spread("localityLbSetting: {distribute: [{from: r1/*, to: {r1/*: 99, r2/*: 1}}]}"),
            "distribute: [{from: r1/*, to: {r1/*: 99, r2/*: 1}}]", "enabled: false"),
        // A weight that is not written is 1.
        pairs(
            "WeightsFlattened",
            spread(away).replacing("weight: 98", with: "weight: 0").replacing(", weight: 1}", with: "}"),
            "weight: 0", "weight: 2"),
    ]

    private static let localities: [[SetPair]] = [
        pairs(
            "LocalityTakesAll", spread("simple: ROUND_ROBIN, localityLbSetting: {enabled: true}"), "enabled: true", ""),
        pairs(
            "LocalityTakesAll", spread("simple: ROUND_ROBIN, localityLbSetting: {failover: [{from: r1, to: r2}]}"),
            "failover: [{from: r1, to: r2}]", "failover: []"),
        pairs(
            "LocalityTakesAll", spread("simple: ROUND_ROBIN, zoneAwareLbSetting: {}"), ", zoneAwareLbSetting: {}", ""),
        pairs(
            "LocalityTakesAll",
            spread("simple: ROUND_ROBIN, localityLbSetting: {distribute: [{from: r1/*, to: {r1/*: 99, r2/*: 1}}]}"),
            "distribute: [{from: r1/*, to: {r1/*: 99, r2/*: 1}}]", ""),
        pairs(
            "LocalityUnlisted",
            spread("localityLbSetting: {enabled: false, distribute: [{from: r1/*, to: {r1/*: 100}}]}"),
            "enabled: false, ", ""),
    ]

    private static let crashes: [[SetPair]] = [
        pairs(
            "ControlPlaneCrash",
            entry.replacing("DNS", with: "DNS_ROUND_ROBIN") + workloads + rule, "enabled: false",
            "failoverPriority: [version]"),
        pairs(
            "ControlPlaneCrash",
            workloads
                + "ServiceEntry up: {metadata: {annotations: {networking.istio.io/traffic-distribution: Any}}, spec: {hosts: [up.internal], resolution: DNS, workloadSelector: {labels: {up: a}}}}",
            "distribution: Any", "distribution: PreferSameZone", "distribution: PreferSameNode"),
        pairs(
            "ControlPlaneCrash",
            workloads + rule
                + "ServiceEntry up: {metadata: {annotations: {networking.istio.io/traffic-distribution: PreferClose}}, spec: {hosts: [up.internal], resolution: DNS, workloadSelector: {labels: {up: a}}}}",
            "enabled: false", "enabled: true"),
        pairs(
            "ControlPlaneCrash",
            entry + workloads
                + rule.replacing("enabled: false", with: "failoverPriority: [version]")
                .replacing(
                    "outlierDetection: {interval: 1s}}",
                    with: "connectionPool: {}}, subsets: [{name: v1, trafficPolicy: {tls: {}}}]"),
            "tls: {}", "outlierDetection: {}"),
    ]

    private static let entries: [[SetPair]] = [
        pairs(
            "EndpointsMissing",
            "ServiceEntry a: {hosts: [a.example.com], resolution: STATIC, workloadSelector: {labels: {a: b}}}",
            ", workloadSelector: {labels: {a: b}}", ""),
        pairs("EndpointsMissing", "ServiceEntry a: {hosts: [a.example.com], resolution: DNS}", "DNS", "STATIC"),
        pairs(
            "EntryHostTwice",
            "ServiceEntry a: {hosts: [a.example.com], ports: [{number: 443, name: a, protocol: TLS}]}\nServiceEntry b: {hosts: [a.example.com], ports: [{number: 444, name: a, protocol: TCP}]}",
            "444", "443"),
        pairs(
            "EntryHostTwice",
            "ServiceEntry a: {hosts: [a.example.com], ports: [{number: 443, name: a, protocol: TLS}]}\nServiceEntry b: {hosts: [b.example.com], ports: [{number: 443, name: a, protocol: TCP}]}",
            "b.example.com", "a.example.com"),
    ]

    private static let rules: [[SetPair]] = [
        pairs(
            "SubsetTwice",
            "DestinationRule a: {host: web, subsets: [{name: v1}]}\nDestinationRule b: {host: web, workloadSelector: {matchLabels: {a: b}}, subsets: [{name: v1}]}",
            "workloadSelector: {matchLabels: {a: b}}, ", ""),
        pairs(
            "RulesOfOneHost",
            "DestinationRule a: {host: web, trafficPolicy: {tls: {}}}\nDestinationRule b: {host: web, workloadSelector: {matchLabels: {a: b}}, trafficPolicy: {tls: {}}}",
            "workloadSelector: {matchLabels: {a: b}}, ", ""),
        pairs(
            "RulesOfOneHost",
            "DestinationRule a: {host: web, trafficPolicy: {tls: {}}}\nDestinationRule b: {host: web, subsets: [{name: v1}]}",
            "subsets: [{name: v1}]", "trafficPolicy: {tls: {}}"),
        pairs(
            "RuleNotExported",
            web
                + "DestinationRule web: {host: web, exportTo: ['.'], workloadSelector: {matchLabels: {a: b}}, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}",
            ", workloadSelector: {matchLabels: {a: b}}", ""),
        pairs(
            "SidecarTwice",
            "Sidecar a: {workloadSelector: {labels: {a: b}}, egress: [{hosts: [./*]}]}\nSidecar b: {workloadSelector: {labels: {a: c}}, egress: [{hosts: [./*]}]}",
            "a: c", "a: b"),
    ]

    private static let places: [[SetPair]] = [
        pairs("RulesOfOtherProtocol", web, "SIMPLE, credentialName: a", "AUTO_PASSTHROUGH"),
        pairs(
            "RulesOfOtherProtocol", web,
            "protocol: HTTPS}, hosts: [a.example.com], tls: {mode: SIMPLE, credentialName: a}",
            "protocol: TCP}, hosts: [a.example.com]"),
        pairs(
            "RulesOfOtherProtocol", web,
            "protocol: HTTPS}, hosts: [a.example.com], tls: {mode: SIMPLE, credentialName: a}",
            "protocol: TLS}, hosts: [a.example.com], tls: {mode: PASSTHROUGH}"),
        pairs(
            "ServerShadowed",
            gateway
                + gateway.replacing("Gateway web", with: "Gateway two").replacing("443", with: "8443")
                .replacing("credentialName: a", with: "credentialName: b"), "8443", "443"),
        pairs(
            "ServerShadowed",
            gateway
                + gateway.replacing("Gateway web", with: "Gateway two").replacing(
                    "hosts:", with: "bind: 10.0.0.1, hosts:"
                )
                .replacing("credentialName: a", with: "credentialName: b"), "bind: 10.0.0.1, ", ""),
        pairs(
            "CredentialShared",
            gateway
                + gateway.replacing("Gateway web", with: "Gateway two").replacing("a.example", with: "b.example")
                .replacing("istio: gw", with: "istio: two"), "istio: two", "istio: gw"),
    ]
}
