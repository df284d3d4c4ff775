import TrafficModel

extension RulePair {
    private static func egress(_ text: String) -> String { "spec: {egress: [\(text)]}" }
    private static func ingress(_ text: String) -> String { "spec: {ingress: [\(text)]}" }
    private static let listener = ingress(
        "{port: {number: 9443, name: a, protocol: HTTPS}, defaultEndpoint: '127.0.0.1:80'}")
    private static let ended = ingress(
        "{port: {number: 9443, name: a, protocol: HTTPS}, tls: {mode: SIMPLE, \(files)}}")
    private static let files = "serverCertificate: /c, privateKey: /k"
    private static let proxy =
        "spec: {outboundTrafficPolicy: {mode: ALLOW_ANY, egressProxy: {host: a.example.com, port: {number: 80}}}}"

    static let sidecar = [
        RulePair(
            "SidecarEmpty", .sidecar, "spec: {outboundTrafficPolicy: {mode: ALLOW_ANY}}",
            "{outboundTrafficPolicy: {mode: ALLOW_ANY}}", "{}"),
        RulePair("EgressHostsMissing", .sidecar, egress("{hosts: [./*]}"), "[./*]", "[]"),
        RulePair("EgressHostInvalid", .sidecar, egress("{hosts: [./*]}"), "./*", "a.example.com"),
        RulePair("EgressHostInvalid", .sidecar, egress("{hosts: [./a.example.com]}"), "a.example.com", "a"),
        RulePair("EgressHostInvalid", .sidecar, egress("{hosts: [~other/*]}"), "~other", "~ot_her"),
        RulePair("EgressHostRepeated", .sidecar, egress("{hosts: [./*, other/*]}"), "other", "shop"),
        RulePair("EgressHostRepeated", .sidecar, egress("{hosts: [./*, other/a.example.com]}"), "other", "shop"),
        // The same the other way round.
        RulePair("EgressHostRepeated", .sidecar, egress("{hosts: [other/a.example.com, ./*]}"), "other", "shop"),
        RulePair("EgressHostRepeated", .sidecar, egress("{hosts: [./b.example.com, ./a.example.com]}"), "./b.", "./a."),
        RulePair("EgressHostRepeated", .sidecar, egress("{hosts: [other/*, ./*]}"), "other/*", "'*/*'"),
        RulePair("EgressHostRepeated", .sidecar, egress("{hosts: [./a.example.com, else/*]}"), "else/*", "'*/*'"),
        RulePair("EgressHostRepeated", .sidecar, egress("{hosts: ['*/*', ~other/*]}"), "~other", "other"),
        RulePair(
            "EgressCatchAllNotLast", .sidecar, egress("{port: {number: 80}, hosts: [./*]}, {hosts: [./*]}"),
            "port: {number: 80}, ", ""),
        RulePair(
            "ListenerPortRepeated", .sidecar,
            egress("{port: {number: 80}, hosts: [./*]}, {port: {number: 81}, hosts: [./*]}"), "81", "80"),
        RulePair("ListenerPortInvalid", .sidecar, listener, "9443", "0"),
        RulePair("ListenerPortInvalid", .sidecar, listener, "name: a", "name: a, targetPort: 1"),
        RulePair("ListenerPortInvalid", .sidecar, listener, "HTTPS", "HTTPX"),
        RulePair(
            "ListenerBindInvalid", .sidecar, egress("{port: {number: 80}, bind: 10.0.0.1, hosts: [./*]}"), "10.0.0.1",
            "a.b"),
        RulePair(
            "ListenerBindInvalid", .sidecar,
            egress("{port: {number: 0}, bind: 'unix:///a', captureMode: NONE, hosts: [./*]}"), "NONE",
            "IPTABLES"),
        RulePair("DefaultEndpointInvalid", .sidecar, listener, "127.0.0.1", "10.0.0.1"),
        RulePair("DefaultEndpointInvalid", .sidecar, listener, "127.0.0.1:80", "127.0.0.1"),
        RulePair("IngressTLSUnsupported", .sidecar, ended, "mode: SIMPLE", "mode: SIMPLE, subjectAltNames: [a]"),
        RulePair("IngressTLSUnsupported", .sidecar, ended, "HTTPS", "HTTP"),
        RulePair(
            "PoolWithoutHTTP", .sidecar, ingress("{port: {number: 80, protocol: HTTP}, connectionPool: {http: {}}}"),
            "HTTP", "TCP"),
        RulePair("EgressProxyInvalid", .sidecar, proxy, "ALLOW_ANY", "REGISTRY_ONLY"),
        RulePair("EgressProxyInvalid", .sidecar, proxy, ", port: {number: 80}", ""),
    ]

    private static let socket = egress("{port: {number: 0}, bind: 'unix:///a', hosts: [./*]}")
    private static let sockets = egress(
        "{port: {number: 0}, bind: 'unix:///a', hosts: [./*]}, {port: {protocol: HTTP}, bind: 'unix:///b', hosts: [./*]}"
    )
    private static let pool = ingress("{port: {number: 80, protocol: HTTP}, connectionPool: {tcp: {}}}")
    private static func pooled(_ text: String) -> String { "spec: {inboundConnectionPool: {http: {\(text)}}}" }

    static let sidecarFields: [[RulePair]] = [
        pairs(
            "SidecarEmpty", .sidecar, "spec: {inboundConnectionPool: {tcp: {}}}", "{inboundConnectionPool: {tcp: {}}}",
            "{}"),
        pairs("EgressHostRepeated", .sidecar, egress("{hosts: [other/a.example.com, ./*]}"), "./*", "other/*"),
        pairs("EgressHostRepeated", .sidecar, egress("{hosts: [other/*, ./*]}"), "./*", "'*/*'"),
        pairs(
            "EgressHostRepeated", .sidecar, egress("{hosts: ['*/a.example.com', other/b.example.com, ./*]}"), "./*",
            "'*/*'"),
        pairs("EgressHostRepeated", .sidecar, egress("{hosts: ['*/a.example.com', ./*]}"), "a.example.com", "*"),
        pairs("EgressHostRepeated", .sidecar, egress("{hosts: [./a.example.com, ./b.example.com]}"), "b.", "a."),
        pairs("ListenerPortRepeated", .sidecar, ingress("{port: {number: 80}}, {port: {number: 81}}"), "81", "80"),
        pairs("ListenerPortRepeated", .sidecar, sockets, "///b", "///a"),
        pairs("ListenerPortInvalid", .sidecar, listener, "name: a", "name: a_b"),
        pairs("ListenerPortInvalid", .sidecar, egress("{port: {number: 80, name: a}, hosts: [./*]}"), "80", "0"),
        pairs(
            "ListenerPortInvalid", .sidecar, egress("{port: {number: 80, name: a}, hosts: [./*]}"), "number: 80, ", ""),
        pairs(
            "ListenerPortInvalid", .sidecar, egress("{port: {number: 80, name: a}, hosts: [./*]}"), "name: a",
            "name: a_b"),
        pairs("ListenerBindInvalid", .sidecar, socket, "number: 0", "number: 1"),
        pairs("ListenerBindInvalid", .sidecar, socket, "///a", "//a", "///a/"),
        pairs(
            "ListenerBindInvalid", .sidecar, ingress("{port: {number: 80}, bind: 10.0.0.1}"), "10.0.0.1", "'unix:///a'"),
        pairs(
            "DefaultEndpointInvalid", .sidecar, listener.replacing("127.0.0.1", with: "0.0.0.0"), "0.0.0.0", "0.0.0.1"),
        pairs("DefaultEndpointInvalid", .sidecar, listener.replacing("127.0.0.1", with: "[::1]"), "[::1]", "[::2]"),
        pairs("DefaultEndpointInvalid", .sidecar, listener.replacing("127.0.0.1", with: "[::]"), "[::]", "::"),
        pairs("DefaultEndpointInvalid", .sidecar, listener.replacing("127.0.0.1:80", with: "unix:///a"), "///a", "//a"),
        pairs("DefaultEndpointInvalid", .sidecar, listener, ":80", ":0", ":65536"),
        pairs("ConnectionPoolEmpty", .sidecar, pool, "tcp: {}", ""),
        pairs("ConnectionPoolEmpty", .sidecar, pooled(""), "{http: {}}", "{}"),
        pairs(
            "KeepaliveIncomplete", .sidecar, pooled("http2KeepAlive: {interval: 1s, timeout: 1s}"), "interval: 1s, ", ""
        ),
        pairs(
            "UpgradeConflict", .sidecar, pooled("h2UpgradePolicy: DEFAULT, useClientProtocol: true"), "DEFAULT",
            "UPGRADE"),
        pairs("EgressProxyInvalid", .sidecar, proxy, "a.example.com", "'*.example.com'"),
        pairs(
            "EgressProxyInvalid", .sidecar, proxy.replacing("{host", with: "{subset: v1, host"), "v1", "v.1"),
        pairs("EgressProxyInvalid", .sidecar, proxy, "mode: ALLOW_ANY, ", ""),
    ]

    static let sidecarTLSFields: [[RulePair]] = [
        pairs("IngressTLSUnsupported", .sidecar, ended, "SIMPLE", "SIMPLE, httpsRedirect: true"),
        pairs(
            "IngressTLSUnsupported", .sidecar, ended, files, "credentialName: a", "credentialNames: [a]",
            "tlsCertificates: [{\(files)}]"),
        pairs(
            "IngressTLSUnsupported", .sidecar, ended, "mode: SIMPLE, \(files)", "mode: ISTIO_MUTUAL",
            "mode: AUTO_PASSTHROUGH"),
        pairs("OldTLSWithoutCiphers", .sidecar, ended, "SIMPLE", "SIMPLE, minProtocolVersion: TLSV1_0"),
        pairs("CipherUnknown", .sidecar, ended, "SIMPLE", "SIMPLE, cipherSuites: [RC4-SHA]"),
        pairs("CipherRepeated", .sidecar, ended, "SIMPLE", "SIMPLE, cipherSuites: [AES128-SHA, AES128-SHA]"),
        pairs("MeshTLSWithCertificate", .sidecar, ended, "SIMPLE", "ISTIO_MUTUAL", also: ["IngressTLSUnsupported"]),
        pairs("PassthroughWithCertificate", .sidecar, ended, "SIMPLE", "PASSTHROUGH"),
        pairs(
            "CertificateSources", .sidecar, ended, "SIMPLE", "SIMPLE, credentialName: a",
            also: ["IngressTLSUnsupported"]),
        pairs("CertificateMissing", .sidecar, ended, ", privateKey: /k", ""),
        pairs("ClientAuthorityMissing", .sidecar, ended, "SIMPLE", "MUTUAL"),
        pairs("RevocationListUnused", .sidecar, ended, "SIMPLE", "SIMPLE, caCrl: /l"),
        pairs(
            "RevocationListBesideCredential", .sidecar, ended, files, "credentialName: a, caCrl: /l",
            also: ["IngressTLSUnsupported"]),
    ]
}
