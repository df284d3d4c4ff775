import TrafficModel

extension RulePair {
    private static func server(_ text: String, port: String = "number: 443, name: https, protocol: HTTPS") -> String {
        "spec: {selector: {a: b}, servers: [{port: {\(port)}, hosts: [a.example.com]\(text)}]}"
    }

    private static let plain = server("", port: "number: 80, name: http, protocol: HTTP")
    private static let simple = server(", tls: {mode: SIMPLE, credentialName: a}")
    private static let files = "serverCertificate: /c, privateKey: /k"

    static let gateway = [
        RulePair("GatewayNameInvalid", .gateway, "{metadata: {name: a-b}, \(plain)}", "a-b", "a.b"),
        RulePair(
            "GatewayWithoutServers", .gateway, plain,
            "servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [a.example.com]}]", "servers: []"),
        RulePair("GatewaySelectsAll", .gateway, plain, "{a: b}", "{}"),
        RulePair("ServerHostsMissing", .gateway, plain, "[a.example.com]", "[]"),
        RulePair("ServerHostInvalid", .gateway, plain, "a.example.com", "shop/a"),
        RulePair("ServerHostInvalid", .gateway, plain, "a.example.com", "sho_p/a.example.com"),
        RulePair("ServerHostInvalid", .gateway, plain, "a.example.com", "'*-a.example.com'"),
        RulePair("ServerHostInvalid", .gateway, plain, "a.example.com", "a.*.example.com"),
        RulePair("ServerPortInvalid", .gateway, plain, "80", "0"),
        RulePair(
            "ServerPortInvalid", .gateway,
            "spec: {selector: {a: b}, servers: [{port: {number: 0, name: http, protocol: HTTP}, bind: 'unix:///a', hosts: [a.example.com]}]}",
            "number: 0", "number: 1"),
        RulePair("ServerProtocolUnknown", .gateway, plain, "protocol: HTTP", "protocol: HTTP3"),
        RulePair("ServerPortNameMissing", .gateway, plain, "name: http", "name: ''"),
        RulePair(
            "ServerPortNameRepeated", .gateway,
            "spec: {selector: {a: b}, servers: [{port: {number: 80, name: a, protocol: HTTP}, hosts: ['*']}, {port: {number: 81, name: b, protocol: HTTP}, hosts: ['*']}]}",
            "name: b", "name: a"),
        RulePair("ServerTargetPortSet", .gateway, plain, "name: http", "name: http, targetPort: 8080"),
        RulePair("ServerBindInvalid", .gateway, plain, "hosts", "bind: localhost, hosts"),
        RulePair(
            "ServerBindInvalid", .gateway,
            "spec: {selector: {a: b}, servers: [{port: {number: 0, name: http, protocol: HTTP}, bind: 'unix:///a', hosts: [a.example.com]}]}",
            "///a", "//a"),
        RulePair("GatewayTLSMissing", .gateway, plain, "protocol: HTTP", "protocol: https"),
        RulePair("GatewayTLSOnPlainPort", .gateway, simple, "HTTPS", "TCP"),
        RulePair(
            "GatewayTLSOnPlainPort", .gateway,
            server(", tls: {httpsRedirect: true}", port: "number: 80, name: http, protocol: HTTP"),
            "{httpsRedirect", "{mode: SIMPLE, credentialName: a, httpsRedirect"),
        RulePair(
            "GatewayTLSOnPlainPort", .gateway,
            server(
                ", tls: {httpsRedirect: true, mode: AUTO_PASSTHROUGH}", port: "number: 80, name: http, protocol: HTTP"),
            "AUTO_PASSTHROUGH", "ISTIO_MUTUAL"),
        RulePair("RedirectWithoutHTTP", .gateway, simple, "{mode", "{httpsRedirect: true, mode"),
        RulePair(
            "OldTLSWithoutCiphers", .gateway,
            server(", tls: {mode: SIMPLE, credentialName: a, minProtocolVersion: TLSV1_2}"), "TLSV1_2", "TLSV1_1"),
        RulePair(
            "CipherUnknown", .gateway, server(", tls: {mode: SIMPLE, credentialName: a, cipherSuites: [AES128-SHA]}"),
            "AES128-SHA", "RC4-SHA"),
        RulePair(
            "CipherRepeated", .gateway,
            server(", tls: {mode: SIMPLE, credentialName: a, cipherSuites: [AES128-SHA, AES256-SHA]}"), "AES256",
            "AES128"),
        RulePair(
            "MeshTLSWithCertificate", .gateway, server(", tls: {mode: ISTIO_MUTUAL}"), "}}]", ", credentialName: a}}]"),
        RulePair(
            "PassthroughWithCertificate", .gateway, server(", tls: {mode: PASSTHROUGH}"), "PASSTHROUGH",
            "PASSTHROUGH, credentialName: a"),
        RulePair("PassthroughWithCertificate", .gateway, simple, "mode: SIMPLE, ", ""),
        RulePair("CertificateSources", .gateway, simple, "credentialName", "\(files), credentialName"),
        RulePair("CertificateMissing", .gateway, simple, ", credentialName: a", ""),
        RulePair("CertificateMissing", .gateway, server(", tls: {mode: SIMPLE, \(files)}"), ", privateKey: /k", ""),
        RulePair("ClientAuthorityMissing", .gateway, server(", tls: {mode: SIMPLE, \(files)}"), "SIMPLE", "MUTUAL"),
        RulePair(
            "AuthorityNameUnused", .gateway,
            server(", tls: {mode: MUTUAL, credentialName: a, caCertCredentialName: ca-cacert}"), "ca-cacert", "ca"),
        RulePair(
            "RevocationListUnused", .gateway, server(", tls: {mode: MUTUAL, \(files), caCertificates: /a, caCrl: /l}"),
            "MUTUAL", "SIMPLE"),
        RulePair("RevocationListBesideCredential", .gateway, simple, "credentialName", "caCrl: /l, credentialName"),
    ]

    private static func ended(_ text: String) -> String { server(", tls: {\(text)}") }
    private static let redirected = server(
        ", tls: {httpsRedirect: true}", port: "number: 80, name: http, protocol: HTTP")
    private static let ciphers = [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
        "ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA", "ECDHE-RSA-AES256-SHA",
        "AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-SHA", "AES256-SHA", "DES-CBC3-SHA",
    ]

    static let gatewayFields: [[RulePair]] = [
        pairs("ServerHostInvalid", .gateway, plain.replacing("a.example.com", with: "'*/a.example.com'"), "*/", "**/"),
        pairs("ServerHostInvalid", .gateway, plain.replacing("a.example.com", with: "./a.example.com"), "./", "../"),
        pairs("ServerHostInvalid", .gateway, plain.replacing("a.example.com", with: "10.0.0.1"), "10.0.0.1", "10.0.0"),
        pairs("GatewayTLSMissing", .gateway, plain, "protocol: HTTP", "protocol: TLS"),
        pairs(
            "GatewayTLSOnPlainPort", .gateway, redirected, "{https", "{caCertificates: /a, https",
            "{privateKey: /k, https", "{serverCertificate: /c, https", also: ["PassthroughWithCertificate"]),
        pairs(
            "OldTLSWithoutCiphers", .gateway,
            ended("mode: SIMPLE, credentialName: a, minProtocolVersion: TLSV1_0, cipherSuites: [AES128-SHA]"),
            ", cipherSuites: [AES128-SHA]", ""),
        pairs(
            "CipherUnknown", .gateway,
            ended("mode: SIMPLE, credentialName: a, cipherSuites: ['!RC4', ALL, \(ciphers.joined(separator: ", "))]"),
            "DES-CBC3", "DES-CBC9"),
        pairs(
            "MeshTLSWithCertificate", .gateway, ended("mode: ISTIO_MUTUAL"), "MUTUAL", "MUTUAL, serverCertificate: /c",
            "MUTUAL, privateKey: /k", "MUTUAL, caCertificates: /a",
            "MUTUAL, tlsCertificates: [{serverCertificate: /c, privateKey: /k}]", "MUTUAL, credentialNames: [a]",
            "MUTUAL, credentialName: a, caCrl: /l"),
        pairs(
            "PassthroughWithCertificate", .gateway, ended("mode: AUTO_PASSTHROUGH"), "PASSTHROUGH",
            "PASSTHROUGH, caCrl: /l", "PASSTHROUGH, caCertificates: /a"),
        pairs(
            "CertificateSources", .gateway, simple, "credentialName:", "credentialNames: [b], credentialName:",
            "tlsCertificates: [{\(files)}], credentialName:"),
        pairs(
            "CertificateMissing", .gateway, ended("mode: SIMPLE, tlsCertificates: [{\(files)}]"), ", privateKey: /k", ""
        ),
        pairs(
            "CertificateMissing", .gateway, ended("mode: SIMPLE, credentialNames: [a]"), ", credentialNames: [a]", ""),
        pairs(
            "CertificateMissing", .gateway, ended("mode: MUTUAL, \(files), caCertificates: /a"),
            "serverCertificate: /c, ", ""),
        pairs(
            "CertificateMissing", .gateway, ended("mode: OPTIONAL_MUTUAL, \(files), caCertificates: /a"),
            "serverCertificate: /c, ", ""),
        pairs("ClientAuthorityMissing", .gateway, ended("mode: SIMPLE, \(files)"), "SIMPLE", "OPTIONAL_MUTUAL"),
        pairs(
            "AuthorityNameUnused", .gateway,
            ended("mode: SIMPLE, credentialName: a, caCertCredentialName: 'kubernetes://ca'"), "SIMPLE",
            "MUTUAL", "OPTIONAL_MUTUAL"),
        pairs(
            "RevocationListUnused", .gateway, ended("mode: MUTUAL, caCertificates: /a, caCrl: /l, \(files)"),
            "MUTUAL, caCertificates: /a, caCrl: /l, \(files)", "PASSTHROUGH, caCrl: /l, credentialName: a",
            also: ["PassthroughWithCertificate"]),
    ]
}
