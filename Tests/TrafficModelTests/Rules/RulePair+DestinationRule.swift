import TrafficModel

extension RulePair {
    private static func policy(_ text: String) -> String { "spec: {host: web, trafficPolicy: {\(text)}}" }
    private static func balancer(_ text: String) -> String { policy("loadBalancer: {\(text)}") }
    private static func tls(_ text: String) -> String { policy("tls: {\(text)}") }
    private static let distribute = balancer(
        "localityLbSetting: {distribute: [{from: r1/z1/*, to: {r1/z1/*: 98, r2/z2/*: 2}}, {from: r2/*, to: {r2/*: 100}}]}"
    )
    private static let narrowFirst = balancer(
        "localityLbSetting: {distribute: [{from: a/b/*, to: {c: 100}}, {from: a/*, to: {c: 100}}, {from: '*', to: {d: 100}}]}"
    )
    private static let failover = policy(
        "loadBalancer: {localityLbSetting: {failover: [{from: a, to: b}]}}, outlierDetection: {interval: 1s}")

    static let destinationRule = [
        RulePair("RuleHostInvalid", .destinationRule, "spec: {host: web}", "web", "'web:80'"),
        RulePair(
            "SubsetRepeated", .destinationRule, "spec: {host: web, subsets: [{name: v1}, {name: v2}]}", "v2", "v1"),
        RulePair("PolicyEmpty", .destinationRule, tls("mode: DISABLE"), "tls: {mode: DISABLE}", ""),
        RulePair(
            "PortPolicyIncomplete", .destinationRule, policy("portLevelSettings: [{port: {number: 80}, tls: {}}]"),
            ", tls: {}", ""),
        RulePair(
            "PortPolicyIncomplete", .destinationRule, policy("portLevelSettings: [{port: {number: 80}, tls: {}}]"),
            "port: {number: 80}, ", ""),
        RulePair(
            "TunnelAndProxyProtocol", .destinationRule, policy("proxyProtocol: {version: V1}"), "proxyProtocol",
            "tunnel: {targetHost: a, targetPort: 1}, proxyProtocol"),
        RulePair(
            "TunnelInvalid", .destinationRule, policy("tunnel: {protocol: POST, targetHost: a, targetPort: 1}"), "POST",
            "PUT"),
        RulePair(
            "TunnelInvalid", .destinationRule, policy("tunnel: {targetHost: a, targetPort: 1}"), "Host: a",
            "Host: 'a:1'"),
        RulePair("ConnectionPoolEmpty", .destinationRule, policy("connectionPool: {tcp: {}}"), "{tcp: {}}", "{}"),
        RulePair(
            "KeepaliveIncomplete", .destinationRule,
            policy("connectionPool: {http: {http2KeepAlive: {interval: 1s, timeout: 1s}}}"),
            ", timeout: 1s", ""),
        RulePair(
            "UpgradeConflict", .destinationRule,
            policy("connectionPool: {http: {h2UpgradePolicy: DEFAULT, useClientProtocol: true}}"), "DEFAULT", "UPGRADE"),
        RulePair(
            "LocalFailuresUnsplit", .destinationRule,
            policy("outlierDetection: {consecutiveLocalOriginFailures: 1, splitExternalLocalOriginErrors: true}"),
            "true", "false"),
        RulePair(
            "ConsecutiveErrorsOld", .destinationRule, policy("outlierDetection: {consecutive5xxErrors: 1}"),
            "consecutive5xxErrors",
            "consecutiveErrors"),
        RulePair(
            "ClientCertificateMissing", .destinationRule,
            tls("mode: MUTUAL, clientCertificate: /c, privateKey: /k, caCertificates: /a"), "privateKey: /k, ", ""),
        RulePair(
            "ClientCredentialConflict", .destinationRule, tls("mode: SIMPLE, credentialName: a"), "credentialName",
            "caCertificates: /a, credentialName"),
        RulePair(
            "VerificationSkippedConflict", .destinationRule, tls("mode: SIMPLE, insecureSkipVerify: true"), "insecure",
            "subjectAltNames: [a], insecure"),
        RulePair(
            "CredentialOfOtherNamespace", .destinationRule, tls("mode: SIMPLE, credentialName: 'configmap://shop/a'"),
            "shop", "other"),
        RulePair(
            "ServerUnverified", .destinationRule, tls("mode: SIMPLE, caCertificates: /a"), ", caCertificates: /a", ""),
        RulePair(
            "PortServerUnverified", .destinationRule,
            policy("portLevelSettings: [{port: {number: 443}, tls: {mode: SIMPLE, caCertificates: /a}}]"),
            ", caCertificates: /a", ""),
        RulePair(
            "SelectedRuleExported", .destinationRule,
            "spec: {host: web, workloadSelector: {matchLabels: {a: b}}, exportTo: ['.']}", "'.'", "other"),
        RulePair(
            "CookieNameEmpty", .destinationRule, balancer("consistentHash: {httpCookie: {name: a}}"), "name: a",
            "name: ''"),
        RulePair(
            "CookieAttributeRepeated", .destinationRule,
            balancer("consistentHash: {httpCookie: {name: a, attributes: [{name: b}, {name: c}]}}"), "name: c",
            "name: b"),
        RulePair(
            "RingSizeOld", .destinationRule,
            balancer("consistentHash: {useSourceIp: true, ringHash: {minimumRingSize: 1}}"),
            "ringHash: {minimumRingSize: 1}", "minimumRingSize: 1"),
        RulePair(
            "RingSizeConflict", .destinationRule, balancer("consistentHash: {useSourceIp: true, ringHash: {}}"),
            "ringHash",
            "minimumRingSize: 1, ringHash", also: ["RingSizeOld"]),
        RulePair(
            "TableSizeInvalid", .destinationRule,
            balancer("consistentHash: {useSourceIp: true, maglev: {tableSize: 65537}}"), "65537", "65536"),
        RulePair(
            "TableSizeInvalid", .destinationRule,
            balancer("consistentHash: {useSourceIp: true, maglev: {tableSize: 65537}}"), "65537", "5000011"),
        RulePair(
            "TableSizeInvalid", .destinationRule,
            balancer("consistentHash: {useSourceIp: true, maglev: {tableSize: 1}}"), "tableSize: 1", "tableSize: 4"),
        RulePair(
            "LocalityAndZoneAware", .destinationRule, balancer("zoneAwareLbSetting: {enabled: true}"), "zone",
            "localityLbSetting: {}, zone"),
        RulePair("AggressionZero", .destinationRule, balancer("warmup: {duration: 1s, aggression: 0.1}"), "0.1", "0"),
        RulePair(
            "DistributeAndFailover", .destinationRule, failover, "failover:",
            "distribute: [{from: a, to: {b: 100}}], failover:"),
        RulePair(
            "FailoverLabelConflict", .destinationRule, failover, "failover:",
            "failoverPriority: [topology.kubernetes.io/zone], failover:"),
        RulePair("DistributeWeights", .destinationRule, distribute, "98", "97"),
        RulePair("DistributeWeights", .destinationRule, distribute, "r2/z2/*: 2", "r2/z2/*: 2, r3: 0"),
        RulePair("LocalityPatternInvalid", .destinationRule, distribute, "from: r1/z1/*", "from: r1/*/z1"),
        RulePair("LocalityPatternInvalid", .destinationRule, distribute, "from: r1/z1/*", "from: r1//a"),
        RulePair("LocalityPatternInvalid", .destinationRule, distribute, "r2/z2/*: 2", "r2/*/z2: 2"),
        RulePair("LocalitiesOverlap", .destinationRule, narrowFirst, "from: a/b/*", "from: a"),
        RulePair("LocalitiesOverlap", .destinationRule, narrowFirst, "from: a/*", "from: a"),
        RulePair("LocalitiesOverlap", .destinationRule, narrowFirst, "from: a/b/*", "from: '*'"),
        RulePair("LocalitiesOverlap", .destinationRule, distribute, "r2/z2/*: 2", "r1/z1/a: 2"),
        RulePair("FailoverRegionInvalid", .destinationRule, failover, "to: b", "to: a"),
        RulePair("FailoverRegionInvalid", .destinationRule, failover, "to: b", "to: b/c"),
        RulePair("FailoverWithoutDetection", .destinationRule, failover, ", outlierDetection: {interval: 1s}", ""),
    ]

    private static let certificate = "clientCertificate: /c, privateKey: /k, caCertificates: /a"
    private static let zones = policy(
        "loadBalancer: {zoneAwareLbSetting: {failover: [{from: a, to: b}]}}, outlierDetection: {interval: 1s}")
    private static func port(_ text: String) -> String {
        policy("portLevelSettings: [{port: {number: 80}, \(text)}]")
    }

    static let clientTLSFields: [[RulePair]] = [
        pairs(
            "ClientCertificateMissing", .destinationRule, tls("mode: MUTUAL, \(certificate)"),
            "clientCertificate: /c, ", ""),
        pairs(
            "ClientCertificateMissing", .destinationRule, tls("mode: MUTUAL, credentialName: a"), "credentialName: a",
            "caCertificates: /a"),
        pairs(
            "ClientCredentialConflict", .destinationRule, tls("mode: MUTUAL, credentialName: a"), "credentialName",
            "clientCertificate: /c, credentialName", "privateKey: /k, credentialName", "caCrl: /l, credentialName"),
        pairs(
            "VerificationSkippedConflict", .destinationRule, tls("mode: SIMPLE, insecureSkipVerify: true"), "insecure",
            "caCertificates: /a, insecure", "credentialName: a, insecure"),
        pairs(
            "VerificationSkippedConflict", .destinationRule,
            tls("mode: MUTUAL, credentialName: a, insecureSkipVerify: true"), "insecure",
            "subjectAltNames: [a], insecure"),
        pairs(
            "CredentialOfOtherNamespace", .destinationRule, tls("mode: SIMPLE, credentialName: 'configmap://shop/a'"),
            "shop/a", "a", "shop/", "shop/a/b"),
        pairs("ServerUnverified", .destinationRule, tls("mode: MUTUAL, \(certificate)"), ", caCertificates: /a", ""),
        pairs("ServerUnverified", .destinationRule, tls("mode: SIMPLE, credentialName: a"), ", credentialName: a", ""),
        pairs("ServerUnverified", .destinationRule, tls("mode: SIMPLE, insecureSkipVerify: true"), "true", "false"),
    ]

    static let policyFields: [[RulePair]] = [
        pairs(
            "PolicyEmpty", .destinationRule, "spec: {host: web, subsets: [{name: v1, trafficPolicy: {tls: {}}}]}",
            "tls: {}", ""),
        pairs("PortPolicyIncomplete", .destinationRule, port("loadBalancer: {}"), ", loadBalancer: {}", ""),
        pairs(
            "PortPolicyIncomplete", .destinationRule, port("connectionPool: {tcp: {}}"), ", connectionPool: {tcp: {}}",
            ""),
        pairs("PortPolicyIncomplete", .destinationRule, port("outlierDetection: {}"), ", outlierDetection: {}", ""),
        pairs(
            "TunnelInvalid", .destinationRule,
            policy("tunnel: {protocol: CONNECT, targetHost: 10.0.0.1, targetPort: 1}"),
            "CONNECT", "connect"),
        pairs("ConnectionPoolEmpty", .destinationRule, policy("connectionPool: {http: {}}"), "http: {}", ""),
        pairs(
            "KeepaliveIncomplete", .destinationRule,
            policy("connectionPool: {http: {http2KeepAlive: {interval: 1s, timeout: 1s}}}"), "interval: 1s, ", ""),
        pairs(
            "LocalFailuresUnsplit", .destinationRule,
            port("outlierDetection: {consecutiveLocalOriginFailures: 1, splitExternalLocalOriginErrors: true}"), "true",
            "false"),
        pairs(
            "SelectedRuleExported", .destinationRule,
            "spec: {host: web, workloadSelector: {matchLabels: {a: b}}, exportTo: [shop]}", "[shop]", "[shop, other]"),
    ]

    static let balancerFields: [[RulePair]] = [
        pairs(
            "CookieNameEmpty", .destinationRule,
            balancer("consistentHash: {httpCookie: {name: a, attributes: [{name: b}]}}"), "name: b", "name: ''"),
        pairs(
            "RingSizeConflict", .destinationRule,
            balancer("consistentHash: {useSourceIp: true, maglev: {tableSize: 65537}}"), "maglev",
            "minimumRingSize: 1, maglev", also: ["RingSizeOld"]),
        pairs(
            "FailoverLabelConflict", .destinationRule, failover, "failover:",
            "failoverPriority: [topology.kubernetes.io/region], failover:",
            "failoverPriority: [topology.istio.io/subzone], failover:"),
        pairs(
            "FailoverLabelConflict", .destinationRule, zones, "failover:",
            "failoverPriority: [topology.kubernetes.io/region], failover:"),
        pairs("FailoverRegionInvalid", .destinationRule, failover, "to: b", "to: '*'"),
        pairs("FailoverRegionInvalid", .destinationRule, zones, "to: b", "to: a", "to: b/c", "to: '*'"),
        pairs("FailoverWithoutDetection", .destinationRule, zones, ", outlierDetection: {interval: 1s}", ""),
        pairs(
            "FailoverWithoutDetection", .destinationRule,
            zones.replacing("failover: [{from: a, to: b}]", with: "failoverPriority: [a]"),
            ", outlierDetection: {interval: 1s}", ""),
    ]
}
