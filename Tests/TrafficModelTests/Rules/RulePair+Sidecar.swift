import TrafficModel

extension RulePair {
    private static func egress(_ text: String) -> String { "spec: {egress: [\(text)]}" }
    private static func ingress(_ text: String) -> String { "spec: {ingress: [\(text)]}" }
    private static let listener = ingress(
        "{port: {number: 9443, name: a, protocol: HTTPS}, defaultEndpoint: '127.0.0.1:80'}")
    private static let ended = ingress(
        "{port: {number: 9443, name: a, protocol: HTTPS}, tls: {mode: SIMPLE, serverCertificate: /c, privateKey: /k}}")
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
}
