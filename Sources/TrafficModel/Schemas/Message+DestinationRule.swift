/// `networking/v1alpha3/destination_rule.proto`.
extension Message {
    /// The spec of a DestinationRule.
    static let destinationRule = Message(
        "DestinationRule",
        [
            ("host", .string), ("trafficPolicy", .message(.trafficPolicy)), ("subsets", .messages(.subset)),
            ("exportTo", .names), ("workloadSelector", .message(.policySelector)),
        ], required: ["host"])

    private static let subset = Message(
        "Subset", [("name", .string), ("labels", .map(.string)), ("trafficPolicy", .message(.trafficPolicy))],
        required: ["name"])

    private static let policyOfPort: [(name: String, shape: Shape)] = [
        ("loadBalancer", .message(.loadBalancerSettings)), ("connectionPool", .message(.connectionPoolSettings)),
        ("outlierDetection", .message(.outlierDetection)), ("tls", .message(.clientTLSSettings)),
    ]

    private static let trafficPolicy = Message(
        "TrafficPolicy",
        policyOfPort + [
            (
                "portLevelSettings",
                .messages(
                    Message(
                        "TrafficPolicy.PortTrafficPolicy", [("port", .message(.portSelector))] + policyOfPort),
                    count: 0...4096)
            ),
            (
                "tunnel",
                .message(
                    Message(
                        "TunnelSettings",
                        [("protocol", .string), ("targetHost", .string), ("targetPort", .port)],
                        required: ["targetHost", "targetPort"]))
            ),
            ("proxyProtocol", .message(Message("ProxyProtocol", [("version", .choice(["V1", "V2"]))]))),
            (
                "retryBudget",
                .message(
                    Message(
                        "RetryBudget",
                        [
                            ("percent", .decimal(0...100)), ("minRetryConcurrency", .uint32),
                            ("budgetInterval", .durationOrZero),
                        ]))
            ),
        ])

    private static let loadBalancerSettings = Message(
        "LoadBalancerSettings",
        [
            (
                "simple",
                .choice(["UNSPECIFIED", "LEAST_CONN", "RANDOM", "PASSTHROUGH", "ROUND_ROBIN", "LEAST_REQUEST"])
            ),
            ("consistentHash", .message(.consistentHash)), ("backendUtilization", .message(.backendUtilization)),
            ("localityLbSetting", .message(.localityLoadBalancerSetting)),
            ("zoneAwareLbSetting", .message(.zoneAwareLoadBalancerSetting)), ("warmupDurationSecs", .duration),
            (
                "warmup",
                .message(
                    Message(
                        "WarmupConfiguration",
                        [
                            ("duration", .duration), ("minimumPercent", .decimal(0...100)),
                            ("aggression", .decimal(0...Double.greatestFiniteMagnitude)),
                        ], required: ["duration"]))
            ),
        ], oneOf: [["simple", "consistentHash", "backendUtilization"]])

    private static let consistentHash = Message(
        "LoadBalancerSettings.ConsistentHashLB",
        [
            ("httpHeaderName", .string),
            (
                "httpCookie",
                .message(
                    Message(
                        "HTTPCookie",
                        [
                            ("name", .string), ("path", .string), ("ttl", .durationOrZero),
                            (
                                "attributes",
                                .messages(
                                    Message(
                                        "HTTPCookie.Attribute", [("name", .string), ("value", .string)],
                                        required: ["name"]))
                            ),
                        ], required: ["name"]))
            ),
            ("useSourceIp", .flag), ("httpQueryParameterName", .string),
            ("ringHash", .message(Message("RingHash", [("minimumRingSize", .uint64)]))),
            ("maglev", .message(Message("MagLev", [("tableSize", .uint64)]))), ("minimumRingSize", .uint64),
        ],
        oneOf: [
            ["httpHeaderName", "httpCookie", "useSourceIp", "httpQueryParameterName"], ["ringHash", "maglev"],
        ])

    private static let backendUtilization = Message(
        "LoadBalancerSettings.BackendUtilization",
        [
            ("weightUpdatePeriod", .durationOrZero), ("weightExpirationPeriod", .durationOrZero),
            ("weightStabilizationPeriod", .durationOrZero),
            ("errorUtilizationPenaltyPercent", .uint32),
            ("metricNamesForComputingUtilization", .strings),
        ])

    private static let failovers = Shape.messages(Message("Failover", [("from", .string), ("to", .string)]))

    private static let localityLoadBalancerSetting = Message(
        "LocalityLoadBalancerSetting",
        [
            ("distribute", .messages(Message("Distribute", [("from", .string), ("to", .map(.uint32))]))),
            ("failover", failovers), ("failoverPriority", .strings), ("enabled", .flag),
        ])

    private static let zoneAwareLoadBalancerSetting = Message(
        "ZoneAwareLoadBalancerSetting",
        [
            ("enabled", .flag), ("failover", failovers), ("failoverPriority", .strings),
            ("minClusterSize", .integer(1...Int64(UInt32.max))),
        ])

    private static let outlierDetection = Message(
        "OutlierDetection",
        [
            ("consecutiveErrors", .int32), ("splitExternalLocalOriginErrors", .flag),
            ("consecutiveLocalOriginFailures", .uint32), ("consecutiveGatewayErrors", .uint32),
            ("consecutive5xxErrors", .uint32), ("interval", .duration), ("baseEjectionTime", .duration),
            ("maxEjectionPercent", .percent), ("minHealthPercent", .percent),
            ("outlierDetectionHttpErrorCodes", .list(.integer(100...599))),
        ])

    private static let clientTLSSettings = Message(
        "ClientTLSSettings",
        [
            ("mode", .choice(["DISABLE", "SIMPLE", "MUTUAL", "ISTIO_MUTUAL"])), ("clientCertificate", .string),
            ("privateKey", .string), ("caCertificates", .string), ("credentialName", .string),
            ("subjectAltNames", .strings), ("sni", .string), ("insecureSkipVerify", .flag), ("caCrl", .string),
        ])
}
