/// Kubernetes' `api/core/v1`, ServiceSpec.
extension Message {
    /// The spec of a Service.
    static let service = Message(
        "ServiceSpec",
        [
            ("ports", .messages(.kubernetesPort)), ("selector", .map(.text(0...63))), ("clusterIP", .string),
            ("clusterIPs", .list(.string, count: 0...2)),
            ("type", .choice(["ClusterIP", "NodePort", "LoadBalancer", "ExternalName", ""])),
            ("externalIPs", .strings), ("sessionAffinity", .choice(["None", "ClientIP", ""])),
            ("loadBalancerIP", .string), ("loadBalancerSourceRanges", .strings), ("externalName", .string),
            ("externalTrafficPolicy", .choice(["Cluster", "Local", ""])), ("healthCheckNodePort", .portOrZero),
            ("publishNotReadyAddresses", .flag),
            (
                "sessionAffinityConfig",
                .message(
                    Message(
                        "SessionAffinityConfig",
                        [
                            (
                                "clientIP",
                                .message(Message("ClientIPConfig", [("timeoutSeconds", .integer(1...86400))]))
                            )
                        ]))
            ),
            ("ipFamilies", .list(.choice(["IPv4", "IPv6"]), count: 0...2)),
            ("ipFamilyPolicy", .choice(["SingleStack", "PreferDualStack", "RequireDualStack", ""])),
            ("allocateLoadBalancerNodePorts", .flag), ("loadBalancerClass", .string),
            ("internalTrafficPolicy", .choice(["Cluster", "Local"])),
            ("trafficDistribution", .choice(["PreferClose", "PreferSameZone", "PreferSameNode"])),
        ])

    private static let kubernetesPort = Message(
        "ServicePort",
        [
            ("name", .text(0...63)), ("protocol", .choice(["TCP", "UDP", "SCTP", ""])), ("appProtocol", .string),
            ("port", .port), ("targetPort", .portOrName), ("nodePort", .portOrZero),
        ], required: ["port"])
}
