/// `networking/v1alpha3/virtual_service.proto`.
extension Message {
    /// The spec of a VirtualService.
    static let virtualService = Message(
        "VirtualService",
        [
            ("hosts", .names), ("gateways", .names), ("http", .messages(.httpRoute)),
            ("tls", .messages(.tlsRoute)), ("tcp", .messages(.tcpRoute)), ("exportTo", .names),
        ])

    private static let httpRoute = Message(
        "HTTPRoute",
        [
            ("name", .string), ("match", .messages(.httpMatchRequest)), ("route", .messages(.httpRouteDestination)),
            ("redirect", .message(.httpRedirect)), ("directResponse", .message(.httpDirectResponse)),
            ("delegate", .message(Message("Delegate", [("name", .string), ("namespace", .string)]))),
            ("rewrite", .message(.httpRewrite)), ("timeout", .duration), ("retries", .message(.httpRetry)),
            ("fault", .message(.httpFaultInjection)), ("mirror", .message(.destination)),
            ("mirrors", .messages(.httpMirrorPolicy)),
            // The CRD has this one under both names.
            ("mirrorPercent", .percent), ("mirror_percent", .percent),
            ("mirrorPercentage", .message(.fraction)), ("corsPolicy", .message(.corsPolicy)),
            ("headers", .message(.headers)),
        ])

    private static let headers = Message(
        "Headers", [("request", .message(.headerOperations)), ("response", .message(.headerOperations))])

    private static let headerOperations = Message(
        "Headers.HeaderOperations", [("set", .map(.string)), ("add", .map(.string)), ("remove", .strings)])

    private static let httpMatchRequest = Message(
        "HTTPMatchRequest",
        [
            ("name", .string), ("uri", .message(.stringMatch)), ("scheme", .message(.stringMatch)),
            ("method", .message(.stringMatch)), ("authority", .message(.stringMatch)),
            ("headers", .map(.message(.stringMatch))), ("port", .portOrZero), ("sourceLabels", .map(.string)),
            ("gateways", .strings), ("queryParams", .map(.message(.stringMatch))), ("ignoreUriCase", .flag),
            ("withoutHeaders", .map(.message(.stringMatch))), ("sourceNamespace", .string), ("statPrefix", .string),
        ])

    private static let httpRouteDestination = Message(
        "HTTPRouteDestination",
        [("destination", .message(.destination)), ("weight", .count32), ("headers", .message(.headers))],
        required: ["destination"])

    private static let routeDestination = Message(
        "RouteDestination", [("destination", .message(.destination)), ("weight", .count32)],
        required: ["destination"])

    private static let httpRedirect = Message(
        "HTTPRedirect",
        [
            ("uri", .string), ("authority", .string), ("port", .portOrZero),
            ("derivePort", .choice(["FROM_PROTOCOL_DEFAULT", "FROM_REQUEST_PORT"])), ("scheme", .string),
            ("redirectCode", .uint32), ("prefixRewrite", .string),
        ], oneOf: [["port", "derivePort"]])

    private static let httpDirectResponse = Message(
        "HTTPDirectResponse",
        [
            ("status", .uint32),
            (
                "body",
                .message(Message("HTTPBody", [("string", .string), ("bytes", .bytes)], oneOf: [["string", "bytes"]]))
            ),
        ], required: ["status"])

    private static let httpRewrite = Message(
        "HTTPRewrite",
        [
            ("uri", .string), ("authority", .string),
            ("uriRegexRewrite", .message(Message("RegexRewrite", [("match", .string), ("rewrite", .string)]))),
        ])

    private static let httpRetry = Message(
        "HTTPRetry",
        [
            ("attempts", .count32), ("perTryTimeout", .duration), ("retryOn", .string),
            ("retryRemoteLocalities", .flag), ("retryIgnorePreviousHosts", .flag), ("backoff", .duration),
        ])

    private static let corsPolicy = Message(
        "CorsPolicy",
        [
            ("allowOrigin", .strings), ("allowOrigins", .messages(.stringMatch)), ("allowMethods", .strings),
            ("allowHeaders", .strings), ("exposeHeaders", .strings), ("maxAge", .duration),
            ("allowCredentials", .flag), ("unmatchedPreflights", .choice(["UNSPECIFIED", "FORWARD", "IGNORE"])),
        ])

    private static let httpFaultInjection = Message(
        "HTTPFaultInjection",
        [
            (
                "delay",
                .message(
                    Message(
                        "Delay",
                        [
                            ("percent", .int32), ("fixedDelay", .duration), ("exponentialDelay", .duration),
                            ("percentage", .message(.fraction)),
                        ], oneOf: [["fixedDelay", "exponentialDelay"]]))
            ),
            (
                "abort",
                .message(
                    Message(
                        "Abort",
                        [
                            ("httpStatus", .int32), ("grpcStatus", .string), ("http2Error", .string),
                            ("percentage", .message(.fraction)),
                        ], oneOf: [["httpStatus", "grpcStatus", "http2Error"]]))
            ),
        ])

    private static let httpMirrorPolicy = Message(
        "HTTPMirrorPolicy", [("destination", .message(.destination)), ("percentage", .message(.fraction))],
        required: ["destination"])

    private static let tlsRoute = Message(
        "TLSRoute", [("match", .messages(.tlsMatchAttributes)), ("route", .messages(.routeDestination))],
        required: ["match"])

    private static let tcpRoute = Message(
        "TCPRoute", [("match", .messages(.l4MatchAttributes)), ("route", .messages(.routeDestination))])

    private static let tlsMatchAttributes = Message(
        "TLSMatchAttributes",
        [
            ("sniHosts", .strings), ("destinationSubnets", .strings), ("port", .portOrZero),
            ("sourceLabels", .map(.string)), ("gateways", .strings), ("sourceNamespace", .string),
        ], required: ["sniHosts"])

    private static let l4MatchAttributes = Message(
        "L4MatchAttributes",
        [
            ("destinationSubnets", .strings), ("port", .portOrZero), ("sourceSubnet", .string),
            ("sourceLabels", .map(.string)), ("gateways", .strings), ("sourceNamespace", .string),
        ])
}
