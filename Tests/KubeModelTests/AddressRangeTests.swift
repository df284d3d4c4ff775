import KubeModel
import Testing

@Suite("Address ranges")
struct AddressRangeTests {
    @Test(
        "a block holds exactly the addresses that share its prefix",
        arguments: [
            ("203.0.113.0/24", ["203.0.113.0", "203.0.113.255"], ["203.0.112.255", "203.0.114.0", "2001:db8::1"]),
            ("198.51.100.16/29", ["198.51.100.16", "198.51.100.23"], ["198.51.100.15", "198.51.100.24"]),
            ("192.0.2.7/32", ["192.0.2.7"], ["192.0.2.6", "192.0.2.8"]),
            ("0.0.0.0/0", ["0.0.0.0", "255.255.255.255"], ["::"]),
            ("2001:db8::/33", ["2001:db8::1", "2001:db8:7fff::"], ["2001:db8:8000::", "2001:db9::", "32.1.13.184"]),
            ("::/0", ["::", "ffff::"], ["1.2.3.4"]), ("2001:db8::1/128", ["2001:db8::1"], ["2001:db8::2"]),
        ])
    func contains(text: String, inside: [String], outside: [String]) throws {
        let range = try #require(AddressRange(text))
        #expect(range.description == text)
        for address in inside { #expect(range.contains(try #require(IPAddress(address))), "\(address)") }
        for address in outside { #expect(!range.contains(try #require(IPAddress(address))), "\(address)") }
    }

    @Test(
        "an address lies in a block of any length, and in one of its own",
        arguments: [
            ("10.2.3.4", 8, "10.0.0.0/8"), ("10.2.3.4", 0, "0.0.0.0/0"), ("10.2.3.4", 33, "10.2.3.4/32"),
            ("10.2.3.4", -1, "0.0.0.0/0"), ("2001:db8::1", 32, "2001:db8::/32"),
            ("2001:db8::1", .max, "2001:db8::1/128"),
        ])
    func around(address: String, length: Int, expected: String) throws {
        #expect(AddressRange(around: try #require(IPAddress(address)), length).description == expected)
    }

    @Test(
        "anything that is not exactly one block is refused",
        arguments: [
            "", "/", "/24", "203.0.113.0", "203.0.113.0/", "203.0.113.0/33", "203.0.113.0/024", "203.0.113.0/-1",
            "203.0.113.0/+4", "203.0.113.0/24 ", "203.0.113.0/24/8", "203.0.113.0/255.255.255.0", "203.0.113/24",
            "203.0.113.7/24", "2001:db8::/129", "2001:db8::1/64", "example.com/24", "0.0.0.1/0",
            "1.2.3.4/99999999999999999999", String(repeating: "1", count: 100) + "/8",
        ])
    func refused(text: String) {
        #expect(AddressRange(text) == nil)
    }
}
