import TrafficModel

extension RulePair {
    private static func rules(_ text: String, action: String = "ALLOW") -> String {
        "spec: {action: \(action), rules: [{\(text)}]}"
    }
    private static func custom(_ text: String) -> String {
        "spec: {action: CUSTOM, provider: {name: a}, rules: [{\(text)}]}"
    }
    private static func source(_ text: String) -> String { rules("from: [{source: {\(text)}}]") }
    private static func operation(_ text: String) -> String { rules("to: [{operation: {\(text)}}]") }
    private static func when(_ text: String) -> String { rules("when: [{\(text)}]") }
    private static func token(_ text: String) -> String { "spec: {jwtRules: [{issuer: a\(text)}]}" }

    static let policies = [
        RulePair(
            "TargetInvalid", .authorizationPolicy, "spec: {targetRef: {kind: Service, name: web}}", "Service", "Pod"),
        RulePair(
            "TargetInvalid", .requestAuthentication,
            "spec: {targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: web}]}",
            "gateway.networking.k8s.io",
            "networking.istio.io"),
        RulePair(
            "TargetInvalid", .authorizationPolicy, "spec: {targetRef: {kind: Service, name: web}}", "name: web",
            "name: web, namespace: a"),
        RulePair(
            "SelectorOfKubernetesGateway", .authorizationPolicy,
            "spec: {selector: {matchLabels: {example.com/gateway-name: web}}, rules: [{}]}",
            "example.com/", "gateway.networking.k8s.io/"),
        RulePair(
            "SelectorOfKubernetesGateway", .requestAuthentication,
            "spec: {selector: {matchLabels: {a: web}}, jwtRules: [{issuer: a}]}",
            "a: web", "gateway.networking.k8s.io/gateway-name: web"),
        RulePair(
            "PortModesWithoutSelector", .peerAuthentication,
            "spec: {selector: {matchLabels: {a: b}}, portLevelMtls: {'80': {mode: STRICT}}}",
            "selector: {matchLabels: {a: b}}, ", ""),
        RulePair(
            "PortModeKeyInvalid", .peerAuthentication,
            "spec: {selector: {matchLabels: {a: b}}, portLevelMtls: {'80': {mode: STRICT}}}", "'80'", "http"),
        RulePair("IssuerMissing", .requestAuthentication, token(", audiences: [b]"), "issuer: a, ", ""),
        RulePair(
            "KeysURIInvalid", .requestAuthentication, token(", jwksUri: 'https://a.example.com/k'"), "https", "ftp"),
        RulePair(
            "KeysURIInvalid", .requestAuthentication, token(", jwksUri: 'https://a.example.com/k'"), "a.example.com", ""
        ),
        RulePair(
            "KeysInvalid", .requestAuthentication, token(", jwks: '{\"keys\": [{\"kty\": \"RSA\"}]}'"), "kty", "ktx"),
        RulePair(
            "KeysPrivate", .requestAuthentication, token(", jwks: '{\"keys\": [{\"kty\": \"RSA\"}]}'"), "RSA\"",
            "RSA\", \"d\": \"x\""),
        RulePair(
            "ClaimHeaderInvalid", .requestAuthentication, token(", outputClaimToHeaders: [{header: x-a, claim: b}]"),
            "x-a", "x.a"),
        RulePair("ActionWithoutRules", .authorizationPolicy, "spec: {action: ALLOW}", "ALLOW", "DENY"),
        RulePair("ProviderMissing", .authorizationPolicy, custom(""), "provider: {name: a}, ", ""),
        RulePair("ProviderUnused", .authorizationPolicy, custom(""), "CUSTOM", "ALLOW"),
        RulePair(
            "CustomByIdentity", .authorizationPolicy, custom("from: [{source: {ipBlocks: [10.0.0.1]}}]"),
            "ipBlocks: [10.0.0.1]",
            "namespaces: [a]"),
        RulePair(
            "CustomByIdentity", .authorizationPolicy, custom("when: [{key: 'request.headers[a]', values: [b]}]"),
            "headers[a]",
            "auth.claims[a]"),
        RulePair("RulePartEmpty", .authorizationPolicy, source("namespaces: [a]"), "namespaces: [a]", ""),
        RulePair(
            "RulePartEmpty", .authorizationPolicy, rules("from: [{source: {namespaces: [a]}}]"),
            "[{source: {namespaces: [a]}}]", "[]"),
        RulePair("MatchValueEmpty", .authorizationPolicy, source("namespaces: [a]"), "[a]", "['']"),
        RulePair("MatchAddressInvalid", .authorizationPolicy, source("ipBlocks: [10.0.0.0/8]"), "/8", "/99"),
        RulePair(
            "MatchAddressInvalid", .authorizationPolicy, when("key: source.ip, values: [10.0.0.1]"), "10.0.0.1", "a"),
        RulePair("MatchPortInvalid", .authorizationPolicy, operation("ports: ['65535']"), "65535", "65536"),
        RulePair("MatchPathInvalid", .authorizationPolicy, operation("paths: ['/a/{*}/{**}']"), "{*}/{**}", "{**}/{*}"),
        RulePair("MatchPathInvalid", .authorizationPolicy, operation("paths: ['/a/{*}']"), "{*}", "{a}"),
        RulePair(
            "ServiceAccountInvalid", .authorizationPolicy, source("serviceAccounts: [shop/web]"), "shop/web", "a/b/c"),
        RulePair(
            "ServiceAccountMixed", .authorizationPolicy, source("serviceAccounts: [shop/web]"), "serviceAccounts",
            "namespaces: [a], serviceAccounts"),
        RulePair("TrustDomainInvalid", .authorizationPolicy, source("trustDomains: [a.b]"), "a.b", "a/b"),
        RulePair(
            "ConditionWithoutValues", .authorizationPolicy, when("key: source.ip, values: [10.0.0.1]"),
            ", values: [10.0.0.1]", ""),
        RulePair(
            "ConditionKeyUnknown", .authorizationPolicy, when("key: 'request.headers[a]', values: [b]"), "[a]", ".a"),
        RulePair(
            "ConditionKeyUnknown", .authorizationPolicy, when("key: destination.port, values: ['1']"),
            "destination.port", "destination.name"),
        RulePair(
            "DenyByHTTPAlone", .authorizationPolicy,
            rules("to: [{operation: {methods: [GET], ports: ['80']}}]", action: "DENY"), ", ports: ['80']", ""),
        RulePair(
            "DenyByHTTPAlone", .authorizationPolicy,
            rules("from: [{source: {namespaces: [a]}}]", action: "DENY"), "namespaces", "requestPrincipals"),
    ]

    private static let peers = [
        "principals", "notPrincipals", "ipBlocks", "notIpBlocks", "remoteIpBlocks", "notRemoteIpBlocks", "namespaces",
        "notNamespaces", "serviceAccounts", "notServiceAccounts",
    ]
    private static let identities = [
        "namespaces", "notNamespaces", "serviceAccounts", "notServiceAccounts", "trustDomains", "notTrustDomains",
        "principals", "notPrincipals", "requestPrincipals", "notRequestPrincipals",
    ]
    private static let keys = [
        "source.namespace", "source.serviceAccount", "source.principal", "source.trustDomain", "request.auth.principal",
        "request.auth.audiences", "request.auth.presenter", "connection.sni", "'experimental.envoy.filters.a[b]'",
    ]
    private static let conditions = keys.map { "{key: \($0), values: [a]}" }.joined(separator: ", ")

    static let authorizationFields: [[RulePair]] = [
        pairs("ActionWithoutRules", .authorizationPolicy, "spec: {action: ALLOW}", "ALLOW", "CUSTOM"),
        identities.map {
            RulePair(
                "CustomByIdentity", .authorizationPolicy, custom("from: [{source: {ipBlocks: [10.0.0.1]}}]"),
                "ipBlocks: [10.0.0.1]", "\($0): [a]")
        },
        pairs(
            "CustomByIdentity", .authorizationPolicy, custom("when: [{key: connection.sni, values: [a]}]"),
            "connection.sni", "source.namespace", "source.serviceAccount", "source.trustDomain", "source.principal"),
        pairs("RulePartEmpty", .authorizationPolicy, operation("methods: [GET]"), "methods: [GET]", ""),
        pairs(
            "RulePartEmpty", .authorizationPolicy, operation("methods: [GET]"), "[{operation: {methods: [GET]}}]", "[]",
            "[{}]"),
        pairs("MatchValueEmpty", .authorizationPolicy, operation("methods: [GET]"), "GET", "''"),
        pairs("MatchValueEmpty", .authorizationPolicy, when("key: connection.sni, values: [a]"), "[a]", "['']"),
        pairs("MatchValueEmpty", .authorizationPolicy, when("key: connection.sni, notValues: [a]"), "[a]", "['']"),
        ["notIpBlocks", "remoteIpBlocks", "notRemoteIpBlocks"].map {
            RulePair("MatchAddressInvalid", .authorizationPolicy, source("\($0): [10.0.0.0/8]"), "/8", "/99")
        },
        ["key: remote.ip, values", "key: destination.ip, values", "key: source.ip, notValues"].map {
            RulePair("MatchAddressInvalid", .authorizationPolicy, when("\($0): [10.0.0.1]"), "10.0.0.1", "a")
        },
        pairs("MatchPortInvalid", .authorizationPolicy, operation("notPorts: ['80']"), "80", "x"),
        pairs("MatchPortInvalid", .authorizationPolicy, when("key: destination.port, values: ['80']"), "80", "x"),
        pairs("MatchPortInvalid", .authorizationPolicy, when("key: destination.port, notValues: ['80']"), "80", "x"),
        pairs("MatchPathInvalid", .authorizationPolicy, operation("notPaths: ['/a/{*}']"), "{*}", "{a}"),
        pairs("MatchPathInvalid", .authorizationPolicy, operation("paths: ['/a/{*}']"), "/a/", "/a//", "/a b/"),
        pairs(
            "ServiceAccountInvalid", .authorizationPolicy, source("notServiceAccounts: [shop/web]"), "web", "'*'", "a/b"
        ),
        pairs(
            "ServiceAccountInvalid", .authorizationPolicy, when("key: source.serviceAccount, values: [shop/web]"),
            "web", "'*'"),
        pairs(
            "ServiceAccountInvalid", .authorizationPolicy, when("key: source.serviceAccount, notValues: [shop/web]"),
            "web", "a/b"),
        pairs(
            "ServiceAccountMixed", .authorizationPolicy, source("serviceAccounts: [web]"), "service",
            "principals: [a], service", "notPrincipals: [a], service", "notNamespaces: [a], service"),
        pairs(
            "ServiceAccountMixed", .authorizationPolicy, source("notServiceAccounts: [web]"), "not",
            "principals: [a], not"),
        pairs("TrustDomainInvalid", .authorizationPolicy, source("notTrustDomains: ['*.b']"), "*.b", "a.*.b", "*.*"),
        pairs("TrustDomainInvalid", .authorizationPolicy, when("key: source.trustDomain, values: [a.b]"), "a.b", "a*b"),
        pairs(
            "TrustDomainInvalid", .authorizationPolicy, when("key: source.trustDomain, notValues: [a/b]"), "a/b", "a*b"),
        pairs(
            "ConditionWithoutValues", .authorizationPolicy, when("key: connection.sni, notValues: [a]"),
            ", notValues: [a]", ""),
        pairs(
            "ConditionKeyUnknown", .authorizationPolicy, rules("when: [\(conditions)]"), "connection.sni",
            "connection.alpn"),
        pairs(
            "ConditionKeyUnknown", .authorizationPolicy,
            rules("when: [{key: remote.ip, values: [10.0.0.1]}, {key: destination.ip, values: [10.0.0.1]}]"),
            "remote.ip",
            "remote.address"),
        pairs(
            "DenyByHTTPAlone", .authorizationPolicy,
            rules("to: [{operation: {methods: [GET], notPorts: ['80']}}]", action: "DENY"), ", notPorts: ['80']", ""),
        peers.map { peer in
            let value = peer.contains("pBlocks") ? "10.0.0.1" : "a"
            return RulePair(
                "DenyByHTTPAlone", .authorizationPolicy,
                rules("from: [{source: {\(peer): [\(value)], requestPrincipals: [a]}}]", action: "DENY"),
                "\(peer): [\(value)], ", "")
        },
    ]

    static let attachmentFields: [[RulePair]] = [
        pairs(
            "TargetInvalid", .authorizationPolicy, "spec: {targetRef: {group: core, kind: Service, name: web}}", "core",
            "apps"),
        pairs(
            "TargetInvalid", .requestAuthentication,
            "spec: {targetRef: {group: networking.istio.io, kind: ServiceEntry, name: web}}", "ServiceEntry",
            "WorkloadEntry"),
        pairs(
            "TargetInvalid", .authorizationPolicy,
            "spec: {targetRef: {group: gateway.networking.k8s.io, kind: GatewayClass, name: web}}",
            "gateway.networking",
            "networking"),
        // Of two that exclude each other, only that is said.
        pairs(
            "ExclusiveFields", .authorizationPolicy, "spec: {targetRef: {kind: Service, name: web}}", "targetRef",
            "selector: {matchLabels: {gateway.networking.k8s.io/gateway-name: web}}, targetRef"),
        pairs(
            "ExclusiveFields", .authorizationPolicy, "spec: {targetRefs: [{kind: Service, name: web}]}", "targetRefs",
            "selector: {matchLabels: {gateway.networking.k8s.io/gateway-name: web}}, targetRefs"),
        ["jwksUri", "jwks_uri"].map {
            RulePair(
                "IssuerMissing", .requestAuthentication, "spec: {jwtRules: [{\($0): 'https://a.example.com/k'}]}",
                "\($0): 'https://a.example.com/k'", "audiences: [a]")
        },
        pairs(
            "KeysURIInvalid", .requestAuthentication, token(", jwks_uri: 'http://a.example.com:80/k'"), ":80", ":x",
            ":65536"),
        pairs(
            "KeysPrivate", .requestAuthentication, token(", jwks: '{\"keys\": [{\"kty\": \"EC\"}]}'"), "EC", "oct"),
    ]
}
