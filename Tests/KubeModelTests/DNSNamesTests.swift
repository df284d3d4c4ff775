import KubeModel
import Testing

@Suite struct DNSNamesTests {
    static let long63 = String(repeating: "a", count: 63)
    static let long64 = String(repeating: "a", count: 64)
    static let subdomain253 = String(repeating: "a.", count: 126) + "a"

    @Test("labels", arguments: ["a", "a-b", "0", "a--b", long63])
    func label(name: String) { #expect(DNSNames.isLabel(name)) }

    @Test("no labels", arguments: ["", "-a", "a-", "A", "a.b", "a_b", "é", long64, "a\n", "a b"])
    func noLabel(name: String) { #expect(!DNSNames.isLabel(name)) }

    @Test("a Service name is a label that begins with a letter")
    func service() {
        #expect(DNSNames.isServiceName("web-1"))
        #expect(!DNSNames.isServiceName("1-web"))
        #expect(!DNSNames.isServiceName(""))
        #expect(!DNSNames.isServiceName("web-"))
    }

    @Test("subdomains", arguments: ["a", "a.b", "1.2", "a-b.c", subdomain253, long64])
    func subdomain(name: String) { #expect(DNSNames.isSubdomain(name)) }

    @Test("no subdomains", arguments: ["", ".", "a.", ".a", "a..b", "a.-b", "a-.b", "A.b", "*.a", subdomain253 + "a"])
    func noSubdomain(name: String) { #expect(!DNSNames.isSubdomain(name)) }

    @Test("a host name keeps each label within 63 bytes")
    func host() {
        #expect(DNSNames.isHostName("web.example.com"))
        #expect(!DNSNames.isHostName("\(Self.long64).com"))
        #expect(DNSNames.isWildcardHostName("*.example.com"))
        #expect(!DNSNames.isWildcardHostName("*"))
        #expect(!DNSNames.isWildcardHostName("*.*.com"))
        #expect(!DNSNames.isWildcardHostName("example.com"))
    }

    @Test("path segments")
    func pathSegment() {
        #expect(DNSNames.isPathSegment("system:node é"))
        for name in ["", ".", "..", "a/b", "a%b"] { #expect(!DNSNames.isPathSegment(name), "\(name)") }
    }

    @Test("label keys", arguments: ["a", "A_b.c-1", "x.io/a", "x.io/\(long63)", "\(subdomain253)/a"])
    func key(text: String) { #expect(DNSNames.isLabelKey(text)) }

    @Test(
        "no label keys",
        arguments: ["", "/a", "a/", "a/b/c", "X.io/a", "-a", "a-", "x.io/\(long64)", "a b", "é", "\(subdomain253)a/a"])
    func noKey(text: String) { #expect(!DNSNames.isLabelKey(text)) }

    @Test("label values")
    func value() {
        for text in ["", "a", "1", "A-b_c.d", Self.long63] { #expect(DNSNames.isLabelValue(text), "\(text)") }
        for text in ["-", "a/b", ".a", "a b", Self.long64, "é"] { #expect(!DNSNames.isLabelValue(text), "\(text)") }
    }
}
