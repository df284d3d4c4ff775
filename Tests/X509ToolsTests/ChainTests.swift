import Testing
import X509Tools

@Suite struct ChainTests {
    let root: TestAuthority
    let intermediate: TestAuthority
    let issued: IssuedCertificate

    init() throws {
        root = try TestAuthority(notBefore: start, notAfter: end)
        intermediate = try root.intermediate(commonName: "Intermediate", notBefore: start, notAfter: end)
        issued = try intermediate.issue(request(["web.example.com"]))
    }

    @Test("a chain in order has no break, with the root or without")
    func inOrder() throws {
        let chain = try Certificate.chain(pem: issued.chainPEM)
        #expect(chain.map(\.subject) == ["CN=server", "CN=Intermediate"])
        #expect(Certificate.firstBreak(in: chain) == nil)
        let whole = try Certificate.chain(pem: issued.chainPEM + root.certificatePEM)
        #expect(whole.count == 3)
        #expect(Certificate.firstBreak(in: whole) == nil)
        #expect(Certificate.firstBreak(in: []) == nil)
        #expect(Certificate.firstBreak(in: Array(chain.prefix(1))) == nil)
    }

    @Test("a chain out of order names the place of its break")
    func outOfOrder() throws {
        let swapped = try Certificate.chain(pem: intermediate.certificatePEM + issued.certificatePEM)
        #expect(Certificate.firstBreak(in: swapped) == 0)
        let gap = try Certificate.chain(pem: issued.certificatePEM + root.certificatePEM)
        #expect(Certificate.firstBreak(in: gap) == 0)
        let repeated = try Certificate.chain(pem: issued.chainPEM + intermediate.certificatePEM)
        #expect(Certificate.firstBreak(in: repeated) == 1)
    }

    @Test("an issuer of the right name with another key is not the issuer")
    func impostor() throws {
        let impostor = try TestAuthority(notBefore: start, notAfter: end)
        let real = try Certificate.chain(pem: root.certificatePEM)
        let forged = try Certificate.chain(pem: impostor.certificatePEM)
        let leaf = try Certificate.chain(pem: root.issue(request()).certificatePEM)
        #expect(leaf[0].isIssued(by: real[0]))
        #expect(!leaf[0].isIssued(by: forged[0]))
        #expect(leaf[0].issuer == forged[0].subject)
    }

    @Test("a damaged signature is nobody's, and the right key under another name issued nothing")
    func damaged() throws {
        let issuer = try #require(try Certificate.chain(pem: root.certificatePEM).first)
        let leaf = try #require(try Certificate.chain(pem: root.issue(request()).certificatePEM).first)
        #expect(leaf.isIssued(by: issuer))
        var damaged = leaf.der
        damaged[damaged.count - 1] ^= 1
        #expect(try !Certificate.chain(pem: pem(damaged))[0].isIssued(by: issuer))
        var renamed = issuer.der
        let name = [UInt8]("Test CA".utf8)
        for index in renamed.indices.dropLast(name.count) where Array(renamed[index..<index + name.count]) == name {
            renamed[index] = UInt8(ascii: "B")
        }
        let other = try Certificate.chain(pem: pem(renamed))[0]
        #expect(other.subject == "CN=Best CA")
        #expect(!leaf.isIssued(by: other))
    }

    @Test("a certificate that is no authority issues nothing")
    func leafAsIssuer() throws {
        let leaf = try Certificate.chain(pem: issued.certificatePEM)
        #expect(!leaf[0].isIssued(by: leaf[0]))
    }
}
