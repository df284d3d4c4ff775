import CurlTransport
import KubeClient
import KubeModel
import Testing
import X509Tools

@Suite("Proxies")
struct ProxyTests {
    private static func server(_ name: String) -> TestServer {
        TestServer { exchange in
            if exchange.method == "CONNECT" {
                exchange.answer(403)
                return .close
            }
            exchange.answer(200, name)
            return .keep
        }
    }

    private func body(
        _ settings: ConnectionSettings, _ variables: [String: String] = [:]
    ) async throws -> String {
        try await withTransport(environment: ProxyEnvironment { variables[$0] }) { transport in
            let response = try await transport.send(HTTPRequest(.get, "/x", connection: settings))
            return String(decoding: response.body, as: UTF8.self)
        }
    }

    @Test("proxy-url takes the request to the proxy, which gets the absolute form")
    func explicit() async throws {
        let proxy = Self.server("proxy")
        var settings = ConnectionSettings(server: try ServerURL("http://api.example.test:8080"))
        settings.proxy = .url(Secret("http://127.0.0.1:\(proxy.port)"))
        #expect(try await body(settings) == "proxy")
        #expect(proxy.exchanges.first?.target == "http://api.example.test:8080/x")
    }

    @Test("the environment's proxy is taken, and NO_PROXY keeps servers away from it")
    func environment() async throws {
        let proxy = Self.server("proxy")
        let url = "http://127.0.0.1:\(proxy.port)"
        let settings = ConnectionSettings(server: try ServerURL("http://api.example.test"))
        #expect(try await body(settings, ["HTTP_PROXY": url]) == "proxy")
        let server = Self.server("server")
        // Loopback is never proxied, so no entry is needed for it.
        #expect(try await body(server.settings(), ["HTTP_PROXY": url]) == "server")
        let excepted = await failure { () async throws(TransportError) in
            try await withoutProxy(settings, ["HTTP_PROXY": url, "NO_PROXY": ".example.test"])
        }
        #expect(excepted.kind == .nameResolution)
        #expect(proxy.exchanges.count == 1)
    }

    @Test("what must stay on the machine is never given to the environment's proxy, whatever its name resolves to")
    func loopbackOnly() async throws {
        let proxy = Self.server("proxy")
        let settings = ConnectionSettings(
            server: try ServerURL("http://api.example.test"), addressPolicy: .loopbackOnly)
        let error = await failure { () async throws(TransportError) in
            try await withoutProxy(settings, ["HTTP_PROXY": "http://127.0.0.1:\(proxy.port)"])
        }
        #expect(error.kind == .nameResolution, "\(error)")
        #expect(proxy.exchanges.isEmpty)
    }

    private func withoutProxy(
        _ settings: ConnectionSettings, _ variables: [String: String]
    ) async throws(TransportError) -> HTTPResponse {
        let transport = try CurlTransport(environment: ProxyEnvironment { variables[$0] })
        return try await transport.send(HTTPRequest(.get, "/x", connection: settings))
    }

    @Test("through a tunnel the server is verified by its own name, and the address policy leaves the proxy alone")
    func workingTunnel() async throws {
        let now = Timestamp.ofSystem.secondsSince1970
        let authority = try TestAuthority(notBefore: now - 3600, notAfter: now + 3600)
        var request = CertificateRequest(commonName: "api", notBefore: now - 3600, notAfter: now + 3600)
        request.dnsNames = ["api.example.test"]
        let server = try await OpenSSLServer(authority.issue(request))
        let proxy = TestServer { [port = server.port] exchange in
            exchange.tunnel(to: port)
            return .close
        }
        let settings = ConnectionSettings(
            server: try ServerURL("https://api.example.test:6443"), certificateAuthority: authority.certificatePEM,
            proxy: .url(Secret("http://127.0.0.1:\(proxy.port)")), addressPolicy: .remote)
        #expect(try await body(settings).contains("s_server"))
        #expect(proxy.exchanges.map(\.target) == ["api.example.test:6443"])
        var other = settings
        other.server = try ServerURL("https://other.example.test:6443")
        let mismatch = await failure { [other] () async throws(TransportError) in try await withoutProxy(other, [:]) }
        #expect(mismatch.kind == .hostNameMismatch)
        // An address that is written out is judged all the same.
        other.server = try ServerURL("https://169.254.169.254")
        let refused = await failure { [other] () async throws(TransportError) in try await withoutProxy(other, [:]) }
        #expect(refused.kind == .addressRefused)
    }

    @Test("https goes through a tunnel, never in the clear; a proxy that refuses it is named as the cause")
    func tunnel() async throws {
        let proxy = Self.server("proxy")
        var settings = ConnectionSettings(server: try ServerURL("https://api.example.test:6443"))
        settings.proxy = .url(Secret("http://user:canary@127.0.0.1:\(proxy.port)"))
        let error = try await withTransport { [settings] transport in
            await failure { () async throws(TransportError) in
                try await transport.send(
                    HTTPRequest(
                        .get, "/x", connection: settings,
                        credentials: RequestCredentials(bearerToken: Secret("canary"))))
            }
        }
        #expect(error.kind == .proxy, "\(error)")
        #expect(!error.mayHaveArrived)
        #expect(!"\(error)".contains("canary"))
        #expect(proxy.exchanges.map(\.method) == ["CONNECT"])
        #expect(proxy.exchanges.map(\.target) == ["api.example.test:6443"])
        #expect(proxy.exchanges.first?["Authorization"] == nil)
        #expect(proxy.exchanges.first?["Proxy-Authorization"]?.hasPrefix("Basic ") == true)
    }
}
