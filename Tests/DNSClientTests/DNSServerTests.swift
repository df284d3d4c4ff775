import Testing

@testable import DNSClient

@Suite("Resolvers")
struct DNSServerTests {
    @Test(
        "are named by address, with a port where it is another than 53",
        arguments: [
            ("192.0.2.53", "192.0.2.53:53"), ("192.0.2.53:5353", "192.0.2.53:5353"),
            ("2001:db8::53", "[2001:db8::53]:53"), ("[2001:db8::53]:5353", "[2001:db8::53]:5353"),
        ])
    func read(text: String, expected: String) { #expect(DNSServer(text)?.description == expected) }

    @Test(
        "anything else is refused",
        arguments: [
            "", ":", ":53", "192.0.2.53:", "192.0.2.53:0", "192.0.2.53:65536", "192.0.2.53:+1", "dns.example.com",
            "[2001:db8::53]", "[192.0.2.53]:53", "2001:db8::53:99999", "192.0.2.53 ", "[::1]x:53",
        ])
    func refused(text: String) { #expect(DNSServer(text) == nil) }

    @Test("come from resolv.conf, three at most, and are this machine where it names none")
    func configuration() {
        func list(_ text: String) -> [String] { DNSServer.list(resolverConfiguration: text).map(\.description) }
        #expect(
            list(
                "# a\nsearch x.y\nnameserver 192.0.2.1\n nameserver\t2001:db8::1 # b\nnameserver fe80::1%eth0\noptions x\n"
            )
                == ["192.0.2.1:53", "[2001:db8::1]:53"])
        #expect(list((1...5).map { "nameserver 192.0.2.\($0)" }.joined(separator: "\n")).count == 3)
        #expect(list("") == ["127.0.0.1:53"])
    }
}
