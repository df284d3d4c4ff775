import Testing
import X509Tools

/// One authority for all tests; its validity is 2025 to 2035.
let start: Int64 = 1_735_689_600
let end: Int64 = 2_051_222_400

func request(_ dnsNames: [String] = [], _ ipAddresses: [String] = []) -> CertificateRequest {
    var request = CertificateRequest(commonName: "server", notBefore: start, notAfter: end)
    (request.dnsNames, request.ipAddresses) = (dnsNames, ipAddresses)
    return request
}

@Suite struct CertificateTests {
    let authority: TestAuthority

    init() throws { authority = try TestAuthority(notBefore: start, notAfter: end) }

    @Test("the facts of a certificate are those that were asked for")
    func facts() throws {
        var request = request(["web.example.com", "*.example.com"], ["192.0.2.7", "2001:DB8:0::1"])
        request.organizations = ["Example, Inc.", "system:masters"]
        let certificate = try #require(try Certificate.chain(pem: authority.issue(request).certificatePEM).first)
        #expect(certificate.notBefore == start)
        #expect(certificate.notAfter == end)
        #expect(certificate.dnsNames == ["web.example.com", "*.example.com"])
        #expect(certificate.ipAddresses == ["192.0.2.7", "2001:db8::1"])
        #expect(certificate.subject == "CN=server,O=system:masters,O=Example\\, Inc.")
        #expect(certificate.issuer == "CN=Test CA")
        #expect(!certificate.isCA)
        #expect(!certificate.isSelfSigned)
        #expect(certificate.serial.count == 32)
        #expect(certificate.serial.utf8.allSatisfy { "0123456789ABCDEF".utf8.contains($0) })
        #expect(certificate.fingerprint == SHA256.hex(certificate.der))
        #expect(certificate.isValid(at: start))
        #expect(certificate.isValid(at: end))
        #expect(!certificate.isValid(at: start - 1))
        #expect(!certificate.isValid(at: end + 1))
    }

    @Test("a root is an authority and signed by itself")
    func root() throws {
        let root = try #require(try Certificate.chain(pem: authority.certificatePEM).first)
        #expect(root.isCA)
        #expect(root.isSelfSigned)
        #expect(root.dnsNames.isEmpty)
        #expect(root.isIssued(by: root))
    }

    @Test(
        "validity is read to the second, before 1970 and after 2050 too",
        arguments: [(-1, 0), (-2_000_000_000, 4_102_444_801), (0, 253_402_300_799)] as [(Int64, Int64)])
    func validity(first: Int64, last: Int64) throws {
        let authority = try TestAuthority(notBefore: first, notAfter: last)
        let root = try #require(try Certificate.chain(pem: authority.certificatePEM).first)
        #expect(root.notBefore == first)
        #expect(root.notAfter == last)
    }

    @Test("two certificates of one request differ in serial and key")
    func serial() throws {
        let one = try authority.issue(request())
        let other = try authority.issue(request())
        let certificates = try Certificate.chain(pem: one.certificatePEM + other.certificatePEM)
        #expect(certificates.count == 2)
        #expect(Set(certificates).count == 2)
        #expect(Set(certificates.map(\.serial)).count == 2)
    }

    @Test("a subject that is not ASCII is escaped")
    func escapedSubject() throws {
        var request = request()
        request.commonName = "é\n\u{7}"
        let certificate = try #require(try Certificate.chain(pem: authority.issue(request).certificatePEM).first)
        #expect(certificate.subject == "CN=\\C3\\A9\\0A\\07")
    }

    @Test("what does not fit into a certificate is not issued")
    func refused() {
        var long = request()
        long.commonName = String(repeating: "a", count: 65)
        #expect(throws: X509Error.self) { try authority.issue(long) }
        let noAddress = #expect(throws: X509Error.self) { try authority.issue(request([], ["192.0.2.256"])) }
        #expect(noAddress?.description.contains("192.0.2.256") == true)
        #expect(throws: X509Error.self) { try TestAuthority(notBefore: .min, notAfter: .max) }
    }

    @Test(
        "a name in the alternative names that is no name makes the certificate unreadable",
        arguments: ["web.example.com\0.evil.com", "", "a b", "é"])
    func forgedName(name: String) throws {
        let pem = try authority.issue(request([name])).certificatePEM
        let error = #expect(throws: X509Error.self) { try Certificate.chain(pem: pem) }
        #expect(error?.description.contains("subject alternative name") == true)
    }

    @Test(
        "a host is covered by RFC 6125 and by nothing else",
        arguments: [
            ("web.example.com", true), ("WEB.Example.COM", true), ("web.example.com.", true), ("example.com", false),
            ("a.wild.example.com", true), ("A.WILD.example.com", true), ("a.b.wild.example.com", false),
            ("wild.example.com", false), ("*.wild.example.com", true), ("*.example.com", false), ("*", false),
            (".wild.example.com", false), ("", false), (".", false), ("a..wild.example.com", false),
            ("server", false), ("192.0.2.7", true), ("192.0.2.8", false), ("2001:db8::1", true),
            ("[2001:DB8:0:0::1]", true), ("2001:db8::2", false), ("198.51.100.1", false), ("upper.example.com", true),
            ("web.example.com\0", false), ("web.example.com..", false), ("f1.part.example.com", false),
        ])
    func covers(host: String, expected: Bool) throws {
        // A DNS name that looks like an address does not cover the address, and a partial wildcard covers nothing.
        let names = [
            "web.example.com", "*.wild.example.com", "UPPER.example.com", "198.51.100.1", "f*.part.example.com", "*",
        ]
        let pem = try authority.issue(request(names, ["192.0.2.7", "2001:db8::1"])).certificatePEM
        let certificate = try #require(try Certificate.chain(pem: pem).first)
        #expect(certificate.covers(host: host) == expected)
    }
}
