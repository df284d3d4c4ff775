/// `networking/v1alpha3/gateway.proto`.
extension Message {
    /// The spec of a Gateway.
    static let gateway = Message("Gateway", [("servers", .messages(.server)), ("selector", .map(.string))])

    private static let server = Message(
        "Server",
        [
            ("port", .message(.gatewayPort)), ("bind", .string), ("hosts", .names),
            ("tls", .message(.serverTLSSettings)), ("defaultEndpoint", .string), ("name", .string),
        ], required: ["port", "hosts"])

    private static let gatewayPort = Message(
        "Port",
        [("number", .portOrZero), ("protocol", .string), ("name", .string), ("targetPort", .portOrZero)],
        required: ["number", "protocol", "name"])

    /// How a Gateway's server, or a Sidecar's listener, ends TLS.
    static let serverTLSSettings = Message(
        "ServerTLSSettings",
        [
            ("httpsRedirect", .flag),
            (
                "mode",
                .choice(["PASSTHROUGH", "SIMPLE", "MUTUAL", "AUTO_PASSTHROUGH", "ISTIO_MUTUAL", "OPTIONAL_MUTUAL"])
            ),
            ("serverCertificate", .string), ("privateKey", .string), ("caCertificates", .string), ("caCrl", .string),
            ("credentialName", .string), ("credentialNames", .list(.string, count: 1...2)),
            ("caCertCredentialName", .string),
            ("tlsCertificates", .messages(.tlsCertificate, count: 1...2)), ("subjectAltNames", .strings),
            ("verifyCertificateSpki", .strings), ("verifyCertificateHash", .strings),
            ("minProtocolVersion", .choice(tlsProtocols)), ("maxProtocolVersion", .choice(tlsProtocols)),
            ("cipherSuites", .strings), ("ecdhCurves", .strings), ("insecureSkipVerify", .flag),
        ])

    private static let tlsProtocols = ["TLS_AUTO", "TLSV1_0", "TLSV1_1", "TLSV1_2", "TLSV1_3"]

    private static let tlsCertificate = Message(
        "ServerTLSSettings.TLSCertificate",
        [("serverCertificate", .string), ("privateKey", .string), ("caCertificates", .string)])
}
