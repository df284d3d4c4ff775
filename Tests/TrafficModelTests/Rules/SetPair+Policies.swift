/// Pairs of where a policy stands in a DestinationRule, and of which rule a host gets.
extension SetPair {
    private static let balanced = "loadBalancer: {simple: ROUND_ROBIN, localityLbSetting: {enabled: false}}"
    private static let ordered = "loadBalancer: {simple: ROUND_ROBIN, localityLbSetting: {failoverPriority: [version]}}"
    private static let detecting = "outlierDetection: {interval: 1s}"
    private static let priority = "failoverPriority: [version]"
    private static let upstream = entry + workloads

    private static func port(_ number: Int, _ settings: String) -> String {
        "portLevelSettings: [{port: {number: \(number)}, \(settings)}]"
    }

    private static func rule(
        named name: String = "up", host: String = "up.internal", exportTo: String = "'*'", _ policy: String,
        subset: String = "tls: {}"
    ) -> String {
        "DestinationRule \(name): {host: '\(host)', exportTo: [\(exportTo)], trafficPolicy: {\(policy)}, "
            + "subsets: [{name: v1, trafficPolicy: {\(subset)}}]}\n"
    }

    static let policies: [SetPair] = ports + subsets + hosts

    private static let ports = [
        SetPair("WeightsFlattened", upstream + rule(port(443, balanced)), "ROUND_ROBIN", "LEAST_REQUEST"),
        SetPair(
            "WeightsFlattened", upstream + rule(port(443, balanced)), "protocol: HTTPS}]",
            "protocol: HTTPS}, {number: 80, name: http, protocol: HTTP}]"),
        SetPair(
            "WeightsFlattened", upstream + rule("\(balanced), \(port(444, "connectionPool: {}"))"), "number: 444",
            "number: 443"),
        SetPair(
            "LocalityTakesAll", upstream + rule(port(443, "\(balanced), \(detecting)")),
            ", localityLbSetting: {enabled: false}", ""),
        SetPair(
            "LocalityUnlisted",
            upstream
                + rule(
                    port(
                        443, "loadBalancer: {localityLbSetting: {distribute: [{from: r1/*, to: {r1/*: 99, r2/*: 1}}]}}")
                ), "r2/*: 1", "r3/*: 1"),
        SetPair(
            "ControlPlaneCrash", upstream + rule(port(443, "\(balanced), \(detecting)")), "enabled: false", priority),
        SetPair(
            "ControlPlaneCrash", upstream + rule("\(ordered), \(detecting), \(port(443, balanced))"),
            "number: 443}, load",
            "number: 444}, load"),
        // Of two settings for one port the first counts.
        SetPair(
            "ControlPlaneCrash",
            upstream
                + rule(
                    port(443, balanced).replacing(
                        "}}}]", with: "}}}, {port: {number: 443}, \(ordered), \(detecting)}]")),
            "[{port: {number: 443}", "[{port: {number: 444}"),
        SetPair(
            "ControlPlaneCrash",
            upstream.replacing("weight: 98", with: "weight: 1").replacing(
                "up: {hosts: [up.internal]",
                with:
                    "up: {metadata: {annotations: {networking.istio.io/traffic-distribution: PreferClose}}, spec: {hosts: [up.internal]"
            ).replacing("{up: a}}}\n", with: "{up: a}}}}\n")
                + rule("\(balanced), \(port(444, "connectionPool: {}"))"), "number: 444", "number: 443"),
    ]

    private static let subsets = [
        SetPair(
            "ControlPlaneCrash",
            upstream
                + rule("\(balanced), \(detecting)", subset: balanced.replacing("enabled: false", with: "enabled: true")),
            "enabled: true", priority),
        SetPair(
            "ControlPlaneCrash", upstream + rule(balanced, subset: "\(ordered), connectionPool: {}"), "connectionPool",
            "outlierDetection"),
        SetPair(
            "ControlPlaneCrash", upstream + rule(ordered, subset: "connectionPool: {}"), "connectionPool",
            "outlierDetection"),
        SetPair(
            "ControlPlaneCrash",
            upstream
                + rule("\(balanced), \(detecting)", subset: port(443, "\(ordered), connectionPool: {}")),
            "connectionPool", "outlierDetection"),
        SetPair(
            "ControlPlaneCrash",
            upstream
                + rule("\(balanced), \(detecting)", subset: "\(ordered), \(port(443, "connectionPool: {}"))"),
            "number: 443}, conn", "number: 444}, conn"),
    ]

    private static let hosts = [
        SetPair("WeightsFlattened", upstream + rule(host: "*.internal", balanced), "ROUND_ROBIN", "LEAST_REQUEST"),
        SetPair(
            "LocalityTakesAll", upstream + rule(host: "*", "\(balanced), \(detecting)"),
            ", localityLbSetting: {enabled: false}", ""),
        SetPair(
            "ControlPlaneCrash", upstream + rule(host: "*.internal", "\(balanced), \(detecting)"), "enabled: false",
            priority),
        SetPair(
            "ControlPlaneCrash",
            upstream + rule(balanced) + rule(named: "wide", host: "*.internal", "\(ordered), \(detecting)"),
            "'up.internal'",
            "'down.internal'"),
        SetPair(
            "ControlPlaneCrash",
            upstream + rule(host: "*.internal", balanced) + rule(named: "wide", host: "*", "\(ordered), \(detecting)"),
            "'*.internal'", "'*.external'"),
        // Whoever does not see the rule for the host itself gets the wider one.
        SetPair(
            "ControlPlaneCrash",
            upstream + rule(balanced) + rule(named: "wide", host: "*.internal", "\(ordered), \(detecting)"),
            "'up.internal', exportTo: ['*']", "'up.internal', exportTo: [shop]"),
        SetPair(
            "ControlPlaneCrash",
            entry.replacing("{hosts", with: "{exportTo: [shop, web], hosts") + workloads
                + rule(exportTo: "shop, web", balanced)
                + rule(named: "wide", host: "*.internal", "\(ordered), \(detecting)"),
            "DestinationRule up: {host: 'up.internal', exportTo: [shop, web]",
            "DestinationRule up: {host: 'up.internal', exportTo: [shop]"),
        // A rule of a namespace that does not see the entry is for hosts of others.
        SetPair(
            "ControlPlaneCrash",
            entry.replacing("{hosts", with: "{exportTo: ['.'], hosts") + workloads
                + rule(named: "wide@other", host: "*.internal", "\(ordered), \(detecting)"), "['.']", "['*']"),
        SetPair(
            "ControlPlaneCrash",
            upstream + rule(balanced) + rule(named: "wide@istio-system", host: "*", "\(ordered), \(detecting)"),
            "'up.internal'", "'down.internal'"),
    ]
}
