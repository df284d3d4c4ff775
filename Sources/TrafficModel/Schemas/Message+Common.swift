// Messages that several kinds share.
extension Message {
    /// `type/v1beta1/selector.proto`, WorkloadSelector.
    static let policySelector = Message(
        "istio.type.v1beta1.WorkloadSelector", [("matchLabels", .map(.text(0...63), count: 0...4096))])

    /// `type/v1beta1/selector.proto`, PolicyTargetReference.
    static let policyTargetReference = Message(
        "PolicyTargetReference",
        [("group", .text(0...253)), ("kind", .text(1...63)), ("name", .text(1...253)), ("namespace", .string)],
        required: ["kind", "name"])

    /// `networking/v1alpha3/sidecar.proto`, WorkloadSelector.
    static let workloadSelector = Message("WorkloadSelector", [("labels", .map(.text(0...63), count: 0...256))])

    /// `networking/v1alpha3/virtual_service.proto`, PortSelector.
    static let portSelector = Message("PortSelector", [("number", .port)])

    /// `networking/v1alpha3/virtual_service.proto`, Destination.
    static let destination = Message(
        "Destination", [("host", .string), ("subset", .string), ("port", .message(.portSelector))],
        required: ["host"])

    /// `networking/v1alpha3/virtual_service.proto`, Percent.
    static let fraction = Message("Percent", [("value", .decimal(0...100))])

    /// `networking/v1alpha3/virtual_service.proto`, StringMatch.
    static let stringMatch = Message(
        "StringMatch", [("exact", .string), ("prefix", .string), ("regex", .string)],
        oneOf: [["exact", "prefix", "regex"]])

    /// `networking/v1alpha3/destination_rule.proto`, ConnectionPoolSettings.
    static let connectionPoolSettings = Message(
        "ConnectionPoolSettings",
        [
            ("tcp", .message(.tcpSettings)), ("http", .message(.httpSettings)),
        ])

    private static let tcpSettings = Message(
        "ConnectionPoolSettings.TCPSettings",
        [
            ("maxConnections", .count32), ("connectTimeout", .duration),
            (
                "tcpKeepalive",
                .message(
                    Message("TcpKeepalive", [("probes", .uint32), ("time", .duration), ("interval", .duration)]))
            ),
            ("maxConnectionDuration", .duration), ("idleTimeout", .durationOrZero),
        ])

    private static let httpSettings = Message(
        "ConnectionPoolSettings.HTTPSettings",
        [
            ("http1MaxPendingRequests", .count32), ("http2MaxRequests", .count32),
            ("maxRequestsPerConnection", .count32), ("maxRetries", .count32), ("idleTimeout", .duration),
            ("h2UpgradePolicy", .choice(["DEFAULT", "DO_NOT_UPGRADE", "UPGRADE"])), ("useClientProtocol", .flag),
            ("maxConcurrentStreams", .count32),
            (
                "http2KeepAlive",
                .message(Message("ConnectionKeepalive", [("interval", .duration), ("timeout", .duration)]))
            ),
        ])
}
