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
}
