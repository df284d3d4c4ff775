import CurlTransport
import Glibc
import KubeClient
import KubeModel
import Testing
import X509Tools

@Suite("Probes: what is served under an address, seen from outside")
struct ProbeTests {
    private static let now = Timestamps.now

    private static func issue(_ name: String, from: Int64 = -86_400, to: Int64 = 86_400) throws -> IssuedCertificate {
        let authority = try TestAuthority(commonName: "CA", notBefore: now - 172_800, notAfter: now + 86_400)
        var request = CertificateRequest(commonName: name, notBefore: now + from, notAfter: now + to)
        request.dnsNames = [name]
        return try authority.issue(request)
    }

    private func see(
        _ port: Int, host: String = "shop.example.com", tls: Bool = false, target: String? = "/",
        address: String = "127.0.0.1", policy: AddressPolicy = .remoteOrLoopback, timeout: Duration = .seconds(5)
    ) async throws -> Result<ProbeAnswer, TransportError> {
        try await withTransport { transport in
            do throws(TransportError) {
                return .success(
                    try await transport.probe(
                        ProbeRequest(
                            address: address, port: port, host: host, isTLS: tls, target: target, timeout: timeout,
                            addressPolicy: policy)))
            } catch {
                return .failure(error)
            }
        }
    }

    @Test(
        "a handshake gives the certificate that is served for the name, also one that no client would take",
        arguments: [("shop.example.com", -86_400, 86_400), ("other.example.com", -86_400, -3600)]
            as [(
                String, Int64, Int64
            )])
    func handshake(name: String, from: Int64, to: Int64) async throws {
        let certificate = try Self.issue(name, from: from, to: to)
        let server = try await OpenSSLServer(certificate)
        let answer = try await see(server.port, tls: true, target: nil).get()
        let leaf = try Certificate.chain(pem: answer.leafPEM ?? []).first
        #expect(leaf == (try Certificate.chain(pem: certificate.certificatePEM).first))
        #expect(answer.head == nil)
    }

    @Test("the name goes into SNI, and a server with two certificates shows the one for it")
    func serverName() async throws {
        let (one, two) = (try Self.issue("one.example.com"), try Self.issue("two.example.com"))
        let server = try await OpenSSLServer(one, second: (two, "two.example.com"))
        for (host, certificate) in [("two.example.com", two), ("one.example.com", one)] {
            let answer = try await see(server.port, host: host, tls: true, target: nil).get()
            let leaf = try Certificate.chain(pem: answer.leafPEM ?? []).first
            #expect(leaf == (try Certificate.chain(pem: certificate.certificatePEM).first))
        }
    }

    @Test("a GET over TLS gives head and certificate at once")
    func answer() async throws {
        let certificate = try Self.issue("shop.example.com")
        let server = try await OpenSSLServer(certificate)
        let answer = try await see(server.port, tls: true).get()
        #expect(answer.head?.status == 200)
        #expect(answer.leafPEM != nil)
    }

    @Test("a GET asks for the name, without credentials, and neither follows a redirect nor waits for a body")
    func plain() async throws {
        let server = TestServer { exchange in
            exchange.write("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nX-Gateway: west\r\n\r\n")
            // The body never comes.
            _ = exchange.waitForClose()
            return .close
        }
        let begin = ContinuousClock.now
        for _ in 0..<2 {
            let answer = try await see(server.port, target: "/health?deep=1", timeout: .seconds(30)).get()
            #expect(answer.head?.status == 302)
            #expect(answer.head?["x-gateway"] == "west")
        }
        #expect(ContinuousClock.now - begin < .seconds(20))
        let first = try #require(server.exchanges.first)
        #expect(first.method == "GET" && first.target == "/health?deep=1")
        #expect(first["Host"] == "shop.example.com:\(server.port)")
        #expect(first["Authorization"] == nil)
        #expect(server.exchanges.count == 2 && server.connections == 2, "each probe has a connection of its own")
    }

    @Test("what gives no answer ends in time and says why")
    func failures() async throws {
        let silent = TestServer { exchange in
            _ = exchange.waitForClose()
            return .close
        }
        let late = try await see(silent.port, timeout: .milliseconds(300))
        #expect(Self.kind(late) == .timeout)
        let hush = try await see(silent.port, tls: true, target: nil, timeout: .milliseconds(300))
        // TLS is part of the connection, whose time is over at the same moment.
        #expect([.timeout, .connectTimeout].contains(Self.kind(hush)))
        let (socket, port) = TestServer.listen()
        close(socket)
        #expect(Self.kind(try await see(port)) == .connectionRefused)
        let plain = TestServer(greeting: "220 no TLS here\r\n") { _ in .close }
        #expect(Self.kind(try await see(plain.port, tls: true, target: nil)) == .tls)
    }

    @Test("an address that may not be connected to is not, by number or by name")
    func refused() async throws {
        let server = TestServer { exchange in
            exchange.answer()
            return .keep
        }
        for address in ["127.0.0.1", "localhost", "::ffff:127.0.0.1", "169.254.169.254"] {
            let result = try await see(server.port, address: address, policy: .remote)
            #expect(Self.kind(result) == .addressRefused, "\(address): \(result)")
        }
        #expect(server.connections == 0)
        #expect(Self.kind(try await see(server.port, host: "a b")) == .invalidRequest)
    }

    @Test("the proxy of the environment is passed by, also on the way to an address that it would be asked for")
    func proxy() async throws {
        let proxy = TestServer { exchange in
            exchange.answer()
            return .close
        }
        let environment = ProxyEnvironment { $0 == "http_proxy" ? "http://127.0.0.1:\(proxy.port)" : nil }
        let transport = try CurlTransport(environment: environment)
        // Nobody has an address of documentation (RFC 5737); loopback would pass by the proxy anyway.
        let probe = ProbeRequest(
            address: "192.0.2.1", port: 80, host: "shop.example.com", isTLS: false, target: "/",
            timeout: .milliseconds(300), addressPolicy: .remote)
        let answer = try? await transport.probe(probe)
        #expect(answer == nil && proxy.connections == 0)
        await transport.shutdown()
    }

    private static func kind(_ result: Result<ProbeAnswer, TransportError>) -> TransportError.Kind? {
        guard case .failure(let error) = result else { return nil }
        return error.kind
    }
}
