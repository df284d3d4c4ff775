import Testing
import X509Tools

@Suite struct PrivateKeyTests {
    typealias Kind = CertificateRequest.KeyKind
    let authority: TestAuthority

    init() throws { authority = try TestAuthority(notBefore: start, notAfter: end) }

    func issue(_ kind: Kind, _ form: CertificateRequest.KeyForm = .pkcs8) throws -> IssuedCertificate {
        var request = request()
        (request.keyKind, request.keyForm) = (kind, form)
        return try authority.issue(request)
    }

    func matches(_ certificate: IssuedCertificate, _ key: [UInt8]) throws -> Bool {
        try #require(try Certificate.chain(pem: certificate.certificatePEM).first).matches(privateKeyPEM: key)
    }

    @Test("a key in PKCS#8 matches its own certificate and no other", arguments: Kind.allCases)
    func pkcs8(kind: Kind) throws {
        let (one, other) = (try issue(kind), try issue(kind))
        #expect(String(decoding: one.privateKeyPEM, as: UTF8.self).hasPrefix("-----BEGIN PRIVATE KEY-----"))
        #expect(try matches(one, one.privateKeyPEM))
        #expect(try !matches(one, other.privateKeyPEM))
    }

    @Test("a key in the older form of its kind matches", arguments: [(Kind.p256, "EC"), (.rsa2048, "RSA")])
    func traditional(kind: Kind, label: String) throws {
        let issued = try issue(kind, .traditional)
        #expect(String(decoding: issued.privateKeyPEM, as: UTF8.self).hasPrefix("-----BEGIN \(label) PRIVATE KEY-----"))
        #expect(try matches(issued, issued.privateKeyPEM))
    }

    @Test("keys of different kinds do not match")
    func kinds() throws {
        #expect(try !matches(issue(.p256), issue(.ed25519).privateKeyPEM))
        #expect(try !matches(issue(.p256), issue(.rsa2048).privateKeyPEM))
    }

    @Test("the key is found behind certificates, curve parameters and text")
    func amongOthers() throws {
        let issued = try issue(.p256, .traditional)
        let parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
        let file = issued.certificatePEM + [UInt8]("some text\n\(parameters)".utf8) + issued.privateKeyPEM
        #expect(try matches(issued, file))
        #expect(try matches(issued, [UInt8](String(decoding: file, as: UTF8.self).replacing("\n", with: "\r\n").utf8)))
    }

    @Test("an encrypted key is refused without asking anybody", arguments: [Kind.p256, .rsa2048])
    func encrypted(kind: Kind) throws {
        for form in [
            CertificateRequest.KeyForm.encryptedPKCS8(password: "secret"), .encryptedTraditional(password: "secret"),
        ] {
            let issued = try issue(kind, form)
            #expect(throws: X509Error.encryptedPrivateKey) { try matches(issued, issued.privateKeyPEM) }
        }
    }

    @Test("an encrypted key that pretends to be plain is refused without asking anybody")
    func disguised() throws {
        let issued = try issue(.p256, .encryptedPKCS8(password: "secret"))
        let disguised = String(decoding: issued.privateKeyPEM, as: UTF8.self).replacing("ENCRYPTED ", with: "")
        #expect(throws: X509Error.self) { try matches(issued, [UInt8](disguised.utf8)) }
    }

    @Test(
        "a file without a usable key says what is missing",
        arguments: [
            ("", "there is no PEM block"), ("garbage", "there is no PEM block"),
            ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "there is no PEM block"),
            ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "cannot read the private key"),
            ("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n", "cannot read"),
            ("-----BEGIN PRIVATE KEY-----\nAAAA", "block 1"),
            ("-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n", "block 1"),
            ("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n", "OPENSSH"),
            (
                "-----BEGIN x\u{7} PRIVATE KEY-----\nAAAA\n-----END x\u{7} PRIVATE KEY-----\n",
                "its form is not supported"
            ),
        ])
    func unusable(pem: String, part: String) throws {
        let issued = try issue(.p256)
        let error = #expect(throws: X509Error.self) { try matches(issued, [UInt8](pem.utf8)) }
        #expect(error?.description.contains(part) == true, "\(String(describing: error))")
    }

    @Test("no error about a damaged key contains a part of it")
    func secrecy() throws {
        let issued = try issue(.p256)
        let text = String(decoding: issued.privateKeyPEM, as: UTF8.self)
        let body = text.split(separator: "\n").dropFirst().dropLast().joined()
        for cut in stride(from: 0, to: text.utf8.count, by: 7) {
            let damaged = Array(issued.privateKeyPEM.prefix(cut))
            let error = #expect(throws: X509Error.self) { try matches(issued, damaged) }
            let message = error?.description ?? ""
            for index in body.indices.dropLast(8) where message.contains(body[index...].prefix(8)) {
                Issue.record("\(message) repeats key material")
            }
        }
    }
}
