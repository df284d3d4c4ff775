import Testing

@testable import HTTPService

@Suite("Addresses to listen at")
struct ListenAddressTests {
    @Test(
        "a port, with or without an address, is read and written again",
        arguments: [
            (":8080", nil, 8080), ("127.0.0.1:0", "127.0.0.1", 0), ("[::1]:65535", "::1", 65535),
            ("localhost:81", "localhost", 81), ("0.0.0.0:8081", "0.0.0.0", 8081),
            ("[::ffff:10.0.0.1]:1", "::ffff:10.0.0.1", 1), ("a-b.example:1", "a-b.example", 1),
        ] as [(String, String?, Int)])
    func read(text: String, host: String?, port: Int) throws {
        let address = try ListenAddress(text)
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.description == text)
    }

    @Test("nothing and 0 mean nowhere, any other value of a flag an address")
    func flag() throws {
        for text in ["", "0"] { #expect(try ListenAddress(flag: text) == nil) }
        #expect(try ListenAddress(flag: ":0") == ListenAddress(":0"))
        #expect(throws: ListenAddressError.self) { try ListenAddress(flag: "00") }
    }

    @Test(
        "anything else is refused with what is wrong and what would be right",
        arguments: [
            "", "8080", ":", ":65536", ":-1", ":+1", ":80 ", ": 80", ":8o", ":٨٠", "::1:80", "[::1]", "[]:80",
            "[::1:80", "::1]:80", "a b:80", "-a:80", "http://a:80", "a/b:80", "é:80", "[localhost]:80",
            String(repeating: "a", count: 254) + ":80",
        ])
    func refused(text: String) {
        let error = #expect(throws: ListenAddressError.self) { try ListenAddress(text) }
        #expect(error?.description.hasPrefix("'\(text)' is no address to listen at: ") ?? false)
        #expect(error?.description.hasSuffix("; give HOST:PORT, :PORT, or 0 for none") ?? false)
    }
}
