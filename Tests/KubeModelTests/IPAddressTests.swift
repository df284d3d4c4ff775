import KubeModel
import SeededRandom
import Testing

@Suite struct IPAddressTests {
    @Test(
        "an address is read and written in its canonical form",
        arguments: [
            ("198.51.100.10", "198.51.100.10"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
            ("2001:db8::1", "2001:db8::1"), ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("::", "::"), ("::1", "::1"),
            ("1::", "1::"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
            ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("::ffff:1.2.3.4", "::ffff:102:304"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
            ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
        ])
    func canonical(text: String, expected: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == expected)
        #expect(IPAddress(expected) == address)
    }

    @Test(
        "anything that is not exactly one address is refused",
        arguments: [
            "", " ", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.04", "1.2.3.4 ", " 1.2.3.4", "1.2.3.-4",
            "1.2.3.+4", "1.2..4", "0x7f.0.0.1", "2130706433", "127.1", "1.2.3.4/24", "1.2.3.4:80", "[::1]", ":", ":::",
            "1::2::3", "::1::", "010.0.0.1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::",
            "::1:2:3:4:5:6:7:8",
            "1:2:3:4::5:6:7:8", "12345::", "g::", "fe80::1%eth0", "::1.2.3", "::1.2.3.4.5", "1.2.3.4::", "::1.2.3.4:1",
            "::ffff:1.2.3.256", "１.2.3.4", "1.2.3.4\u{0}", "1:2:3:4:5:6:7:1.2.3.4", ":1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:", String(repeating: "1", count: 10000), String(repeating: ":", count: 45),
        ])
    func refused(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(
        "an address that means another machine to each reader is unusable",
        arguments: [
            "0.0.0.0", "0.1.2.3", "127.0.0.1", "127.255.255.255", "169.254.169.254", "224.0.0.1", "239.255.255.255",
            "240.0.0.1", "255.255.255.255", "::", "::1", "ff02::1", "fe80::1", "febf::1", "::ffff:8.8.8.8",
        ])
    func unusable(text: String) throws {
        #expect(try #require(IPAddress(text)).unusableReason != nil)
    }

    @Test(
        "ordinary unicast addresses are usable, private ones too",
        arguments: [
            "1.1.1.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.253.0.1", "169.255.0.1", "223.255.255.255",
            "126.0.0.1", "128.0.0.1", "2001:db8::1", "fd00::1", "fec0::1", "::2", "64:ff9b::1",
        ])
    func usable(text: String) throws {
        #expect(try #require(IPAddress(text)).unusableReason == nil)
    }

    @Test("random bytes are written as text that reads as the same address")
    func roundTrip() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        for _ in 0..<2000 {
            let isSix = Bool.random(using: &random)
            let groups = (0..<8).map { _ in
                Bool.random(using: &random) ? 0 : UInt16.random(in: .min ... .max, using: &random)
            }
            let text =
                isSix
                ? groups.map { String($0, radix: 16) }.joined(separator: ":")
                : groups.prefix(4).map { String($0 & 0xff) }.joined(separator: ".")
            let address = try #require(IPAddress(text), "seed \(seed): \(text)")
            #expect(IPAddress(address.description) == address, "seed \(seed): \(text)")
        }
    }
}
