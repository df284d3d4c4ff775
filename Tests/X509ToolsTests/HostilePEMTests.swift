import SeededRandom
import Testing
import X509Tools

@Suite struct HostilePEMTests {
    static let begin = "-----BEGIN CERTIFICATE-----\n"
    static let finish = "-----END CERTIFICATE-----\n"

    static let table: [(String, String)] = [
        ("", "there is no PEM block"),
        ("\0\0\0", "there is no PEM block"),
        ("no certificate at all\n", "there is no PEM block"),
        ("-----BEGIN CERT", "there is no PEM block"),
        ("-----BEGIN CERTIFICATE-----", "block 1"),
        ("\(begin)", "block 1"),
        ("\(begin)AAAA", "block 1"),
        ("\(begin)\(finish)", "block 1"),
        ("\(begin)AAAA\n\(finish)", "certificate 1"),
        ("\(begin)MIIC\n\(finish)", "certificate 1"),
        ("\(begin)MIL/////\n\(finish)", "certificate 1"),
        ("\(begin)é\n\(finish)", "block 1"),
        ("\(begin)A A\n\(finish)", "block 1"),
        ("\(begin)AAAA\n-----END PRIVATE KEY-----\n", "block 1"),
        ("\(begin)\(begin)\(finish)", "block 1"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "there is no PEM block"),
    ]

    @Test(
        "what is not a chain of certificates is refused with a reason",
        arguments: table)
    func refused(text: String, part: String) {
        let error = #expect(throws: X509Error.self) { try Certificate.chain(pem: [UInt8](text.utf8)) }
        #expect(error?.description.contains(part) == true, "\(String(describing: error))")
    }

    @Test("the size and the number of certificates are bounded")
    func bounds() throws {
        let error = #expect(throws: X509Error.self) {
            try Certificate.chain(pem: [UInt8](repeating: 0x41, count: 1 << 20 + 1))
        }
        #expect(error == .tooLarge(bytes: 1 << 20 + 1, limit: 1 << 20))
        let pem = try TestAuthority(notBefore: start, notAfter: end).certificatePEM
        #expect(try Certificate.chain(pem: Array(repeatElement(pem, count: 64).joined())).count == 64)
        #expect(throws: X509Error.tooManyCertificates(limit: 64)) {
            try Certificate.chain(pem: Array(repeatElement(pem, count: 65).joined()))
        }
        let block = [UInt8]("-----BEGIN X-----\nAAAA\n-----END X-----\n".utf8)
        #expect(throws: X509Error.noCertificate) {
            try Certificate.chain(pem: Array(repeatElement(block, count: 256).joined()))
        }
        #expect(throws: X509Error.tooManyBlocks(limit: 256)) {
            try Certificate.chain(pem: Array(repeatElement(block, count: 257).joined()))
        }
    }

    @Test("text between the blocks and other blocks are skipped")
    func junk() throws {
        let pem = try TestAuthority(notBefore: start, notAfter: end).certificatePEM
        let text = String(decoding: pem, as: UTF8.self)
        let file = "subject=CN = x\n\0\n\(text)\n# second\n-----BEGIN X-----\nAAAA\n-----END X-----\n\(text)rest"
        #expect(try Certificate.chain(pem: [UInt8](file.utf8)).count == 2)
        #expect(try Certificate.chain(pem: [UInt8](file.replacing("\n", with: "\r\n").utf8)).count == 2)
    }

    @Test("a certificate cut anywhere is refused, never read in part")
    func truncated() throws {
        let pem = try TestAuthority(notBefore: start, notAfter: end).certificatePEM
        for length in 0..<(pem.count - 1) {
            // Without its last line break, or with one dash less at the end, the block still ends.
            guard (try? Certificate.chain(pem: Array(pem.prefix(length)))) != nil else { continue }
            Issue.record("\(length) of \(pem.count) bytes are read as a certificate")
        }
    }

    @Test("a certificate with any byte changed is read or refused, never more", arguments: [UInt64(1), 2])
    func mutated(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let authority = try TestAuthority(notBefore: start, notAfter: end)
        let der = try #require(
            try Certificate.chain(pem: authority.issue(request(["a.b"], ["::1"])).certificatePEM).first
        ).der
        for _ in 0..<1000 {
            var mutant = der
            for _ in 0...Int.random(in: 0..<3, using: &random) {
                mutant[Int.random(in: 0..<mutant.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            guard let certificate = try? Certificate.chain(pem: pem(mutant)).first else { continue }
            #expect(certificate.der == mutant, "seed \(seed)")
            #expect(certificate.subject.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }, "seed \(seed)")
        }
    }

    @Test("bytes behind the certificate in one block are refused")
    func trailing() throws {
        let authority = try TestAuthority(notBefore: start, notAfter: end)
        let der = try #require(try Certificate.chain(pem: authority.certificatePEM).first).der
        #expect(try Certificate.chain(pem: pem(der)).count == 1)
        #expect(throws: X509Error.self) { try Certificate.chain(pem: pem(der + [0])) }
    }
}
