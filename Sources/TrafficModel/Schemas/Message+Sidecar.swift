/// `networking/v1alpha3/sidecar.proto`.
extension Message {
    /// The spec of a Sidecar.
    static let sidecar = Message(
        "Sidecar",
        [
            ("workloadSelector", .message(.workloadSelector)), ("ingress", .messages(.ingressListener)),
            ("egress", .messages(.egressListener)), ("inboundConnectionPool", .message(.connectionPoolSettings)),
            (
                "outboundTrafficPolicy",
                .message(
                    Message(
                        "OutboundTrafficPolicy",
                        [("mode", .choice(["REGISTRY_ONLY", "ALLOW_ANY"])), ("egressProxy", .message(.destination))]))
            ),
        ])

    private static let captureMode = Shape.choice(["DEFAULT", "IPTABLES", "NONE"])

    private static let ingressListener = Message(
        "IstioIngressListener",
        [
            ("port", .message(.sidecarPort)), ("bind", .string), ("captureMode", captureMode),
            ("defaultEndpoint", .string), ("tls", .message(.serverTLSSettings)),
            ("connectionPool", .message(.connectionPoolSettings)),
        ], required: ["port"])

    private static let egressListener = Message(
        "IstioEgressListener",
        [("port", .message(.sidecarPort)), ("bind", .string), ("captureMode", captureMode), ("hosts", .strings)],
        required: ["hosts"])

    private static let sidecarPort = Message(
        "SidecarPort",
        [("number", .portOrZero), ("protocol", .string), ("name", .string), ("targetPort", .portOrZero)])
}
