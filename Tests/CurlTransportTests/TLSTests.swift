import CurlTransport
import KubeClient
import KubeModel
import Testing
import X509Tools

@Suite("TLS over libcurl, against openssl s_server")
struct TLSTests {
    private static let now = Timestamps.now
    private static let day: Int64 = 86_400

    private static func authority(_ name: String = "CA") throws -> TestAuthority {
        try TestAuthority(commonName: name, notBefore: now - day, notAfter: now + day)
    }

    private static func server(
        _ name: String = "kubernetes", addresses: [String] = ["127.0.0.1"], from: Int64 = -86_400, to: Int64 = 86_400
    ) -> CertificateRequest {
        var request = CertificateRequest(commonName: name, notBefore: now + from, notAfter: now + to)
        request.dnsNames = [name]
        request.ipAddresses = addresses
        return request
    }

    private static func client(_ authority: TestAuthority) throws -> RequestCredentials {
        var request = CertificateRequest(commonName: "operator", notBefore: now - day, notAfter: now + day)
        request.purpose = .client
        let pair = try authority.issue(request)
        return RequestCredentials(
            clientCertificate: ClientCertificate(chain: pair.chainPEM, key: Secret(pair.privateKeyPEM)))
    }

    /// The kind of failure of one GET, nil for status 200.
    private func outcome(
        _ settings: ConnectionSettings, _ credentials: RequestCredentials = RequestCredentials()
    ) async throws -> TransportError? {
        try await withTransport { transport in
            do throws(TransportError) {
                let request = HTTPRequest(
                    .get, "/", connection: settings, credentials: credentials, timeout: .seconds(10))
                let response = try await transport.send(request)
                return response.head.status == 200 ? nil : TransportError(.malformedReply)
            } catch {
                return error
            }
        }
    }

    @Test("a server whose certificate chains to the authority over an intermediate one is trusted")
    func chain() async throws {
        let root = try Self.authority()
        let middle = try root.intermediate(
            commonName: "middle", notBefore: Self.now - Self.day, notAfter: Self.now + Self.day)
        let server = try await OpenSSLServer(middle.issue(Self.server()))
        #expect(try await outcome(server.settings(root)) == nil)
        // A bundle of several authorities, as during the rotation of one.
        var settings = try server.settings(try Self.authority("old"))
        settings.certificateAuthority = (settings.certificateAuthority ?? []) + root.certificatePEM
        #expect(try await outcome(settings) == nil)
    }

    @Test(
        "a certificate of another authority, one that has expired, is not valid yet or is for another name: four errors"
    )
    func serverFaults() async throws {
        let root = try Self.authority()
        let good = try await OpenSSLServer(root.issue(Self.server()))
        let stranger = try await outcome(good.settings(try Self.authority("other")))
        #expect(stranger?.kind == .unknownAuthority)
        let expired = try await OpenSSLServer(root.issue(Self.server(from: -7200, to: -3600)))
        #expect(try await outcome(expired.settings(root))?.kind == .certificateExpired)
        let early = try await OpenSSLServer(root.issue(Self.server(from: 3600, to: 7200)))
        #expect(try await outcome(early.settings(root))?.kind == .certificateNotYetValid)
        let elsewhere = try await OpenSSLServer(root.issue(Self.server(addresses: ["10.0.0.1"])))
        let mismatch = try await outcome(elsewhere.settings(root))
        #expect(mismatch?.kind == .hostNameMismatch, "\(String(describing: mismatch))")
        #expect(mismatch?.kind.remedy(for: .operator)?.contains("tls-server-name") == true)
        #expect(mismatch?.mayHaveArrived == false)
    }

    @Test("tls-server-name is looked for instead of the host, and sent as SNI")
    func serverName() async throws {
        let root = try Self.authority()
        let certificate = try root.issue(Self.server("kubernetes", addresses: []))
        let server = try await OpenSSLServer(certificate)
        var settings = try server.settings(root)
        #expect(try await outcome(settings)?.kind == .hostNameMismatch)
        settings.tlsServerName = try TLSServerName("kubernetes")
        #expect(try await outcome(settings) == nil)
        settings.tlsServerName = try TLSServerName("other")
        #expect(try await outcome(settings)?.kind == .hostNameMismatch)
    }

    @Test("tls-server-name may be an IPv6 address, and the connection still goes to the server of the URL")
    func serverAddress() async throws {
        let root = try Self.authority()
        let server = try await OpenSSLServer(try root.issue(Self.server("api", addresses: ["2001:db8::7"])))
        var settings = try server.settings(root)
        settings.tlsServerName = try TLSServerName("2001:DB8::7")
        let error = try await outcome(settings)
        #expect(error == nil, "\(String(describing: error))")
    }

    @Test("without verification any server is taken; that exists for a user's own file only")
    func insecure() async throws {
        let server = try await OpenSSLServer(try Self.authority().issue(Self.server(addresses: [])))
        var settings = try server.settings(try Self.authority("other"))
        settings.skipsVerification = true
        #expect(try await outcome(settings) == nil)
    }

    @Test("without an authority of its own the system's roots are used, which do not know ours")
    func systemRoots() async throws {
        let server = try await OpenSSLServer(try Self.authority().issue(Self.server()))
        var settings = try server.settings(try Self.authority())
        settings.certificateAuthority = nil
        #expect(try await outcome(settings)?.kind == .unknownAuthority)
    }

    @Test(
        "a client certificate is shown, with its chain; none, or a stranger's, is refused",
        arguments: ["-tls1_2", "-tls1_3"])
    func mutual(version: String) async throws {
        let root = try Self.authority()
        let clients = try Self.authority("clients")
        let middle = try clients.intermediate(
            commonName: "middle", notBefore: Self.now - Self.day, notAfter: Self.now + Self.day)
        let server = try await OpenSSLServer(
            root.issue(Self.server()), clientAuthority: clients.certificatePEM, arguments: [version, "-verify", "3"])
        let settings = try server.settings(root)
        #expect(try await outcome(settings, try Self.client(middle)) == nil)
        let none = try await outcome(settings)
        // TLS 1.2 has no word for "certificate required" (RFC 5246 section 7.4.6).
        #expect(none?.kind == (version == "-tls1_2" ? .tls : .clientCertificateRefused))
        let stranger = try await outcome(settings, try Self.client(try Self.authority("others")))
        #expect(stranger?.kind == .clientCertificateRefused)
    }

    @Test("a client key that is encrypted, or is no key, is an error and no question on the terminal")
    func unusableKeys() async throws {
        let root = try Self.authority()
        var request = Self.server()
        request.purpose = .client
        request.keyForm = .encryptedPKCS8(password: "x")
        let encrypted = try root.issue(request)
        let server = try await OpenSSLServer(root.issue(Self.server()))
        for key in [encrypted.privateKeyPEM, Array("no key".utf8)] {
            let certificate = ClientCertificate(chain: encrypted.chainPEM, key: Secret(key))
            let error = try await outcome(server.settings(root), RequestCredentials(clientCertificate: certificate))
            #expect(error?.kind == .credentials)
        }
    }

    @Test("another client certificate, as after a rotation, is never served by an old connection")
    func rotation() async throws {
        let root = try Self.authority()
        let clients = try Self.authority("clients")
        let server = try await OpenSSLServer(root.issue(Self.server()), clientAuthority: clients.certificatePEM)
        let settings = try server.settings(root)
        try await withTransport { transport in
            let good = HTTPRequest(.get, "/", connection: settings, credentials: try Self.client(clients))
            #expect(try await transport.send(good).head.status == 200)
            let bad = HTTPRequest(
                .get, "/", connection: settings, credentials: try Self.client(try Self.authority("others")))
            let error = await failure { () async throws(TransportError) in try await transport.send(bad) }
            #expect(error.kind == .clientCertificateRefused)
        }
    }
}

/// Wall-clock time for certificates.
enum Timestamps {
    static let now = Timestamp.ofSystem.secondsSince1970
}
