import JSONValue
import KubeModel
import Testing
import TrafficModel

@Suite struct AddressesTests {
    private func service(_ ingress: JSONValue, type: String = "LoadBalancer") -> JSONValue {
        ["spec": ["type": .string(type)], "status": ["loadBalancer": ["ingress": ingress]]]
    }

    @Test("addresses are typed, canonical and free of repetitions")
    func assigned() {
        let addresses = Addresses.of(
            service: service([
                ["ip": "198.51.100.10", "ipMode": "VIP"], ["hostname": "LB-1.eu.example.com"], ["ip": "2001:DB8::0:1"],
                ["ip": "198.51.100.10"], ["ip": "192.0.2.1", "hostname": "b.example.com"],
            ]))
        #expect(addresses.state == .assigned)
        #expect(addresses.refused.isEmpty)
        #expect(
            addresses.values.map { "\($0.kind.rawValue) \($0.value)" } == [
                "IPAddress 198.51.100.10", "Hostname lb-1.eu.example.com", "IPAddress 2001:db8::1",
                "IPAddress 192.0.2.1", "Hostname b.example.com",
            ])
    }

    @Test("a Service that asks for no load balancer asks for no address")
    func notAsked() {
        #expect(Addresses.of(service: service([["ip": "1.2.3.4"]], type: "ClusterIP")).state == .notAsked)
        #expect(Addresses.of(service: ["spec": [:]]).state == .notAsked)
    }

    @Test(
        "without an entry the address is pending",
        arguments: [.null, [], [[:]], "198.51.100.10", [["ip": .null, "hostname": ""]], [.null, 5]] as [JSONValue])
    func pending(ingress: JSONValue) {
        let addresses = Addresses.of(service: service(ingress))
        #expect(addresses.state == .pending)
        #expect(addresses.refused.isEmpty)
    }

    @Test(
        "garbage from a member is refused, never passed on",
        arguments: [
            ["ip": "127.0.0.1"], ["ip": "169.254.169.254"], ["ip": "0.0.0.0"], ["ip": "1.2.3.4, 5.6.7.8"],
            ["ip": "lb.example.com"], ["ip": 16_909_060], ["ip": ["1.2.3.4"]], ["hostname": "localhost"],
            ["hostname": "lb"], ["hostname": "a.localhost"], ["hostname": "1.2.3.4"], ["hostname": "a..b"],
            ["hostname": "a.b."], ["hostname": "*.example.com"], ["hostname": "-a.example.com"],
            ["hostname": "a_b.example.com"], ["hostname": "x.example.com/admin"], ["hostname": "x.example.com\n"],
            ["hostname": "\u{212a}.example.com"], ["hostname": .string(String(repeating: "a.", count: 200) + "com")],
            ["hostname": .string(String(repeating: "a", count: 64) + ".com")],
        ] as [JSONValue])
    func garbage(entry: JSONValue) throws {
        let addresses = Addresses.of(service: service([entry]))
        #expect(addresses.state == .pending)
        #expect(addresses.values.isEmpty)
        let refusal = try #require(addresses.refused.first)
        #expect(refusal.field.hasPrefix("status.loadBalancer.ingress[0]."))
        #expect(!refusal.reason.contains("example"))
    }

    @Test("a good entry is kept beside a refused one")
    func mixed() {
        let addresses = Addresses.of(service: service([["ip": "127.0.0.1"], ["ip": "198.51.100.10"]]))
        #expect(addresses.state == .assigned)
        #expect(addresses.values.map(\.value) == ["198.51.100.10"])
        #expect(addresses.refused.map(\.field) == ["status.loadBalancer.ingress[0].ip"])
    }

    @Test("what lies in none of the ranges of its cluster is refused, host names too, and is named apart from garbage")
    func ranges() throws {
        let ranges = ["198.51.100.0/24", "2001:db8::/32"].compactMap { AddressRange($0) }
        let live = service([
            ["ip": "198.51.100.10"], ["ip": "203.0.113.7"], ["ip": "2001:DB8::1"], ["ip": "2001:db9::1"],
            ["hostname": "LB.example.com"], ["ip": "127.0.0.1"],
        ])
        let addresses = Addresses.of(service: live, ranges: ranges)
        #expect(addresses.values.map(\.value) == ["198.51.100.10", "2001:db8::1"])
        #expect(addresses.refused.map { $0.stray?.value } == ["203.0.113.7", "2001:db9::1", "lb.example.com", nil])
        #expect(Addresses.of(service: live).values.count == 5)
    }

    @Test("a member cannot make us read without end")
    func bounded() {
        let entries = (0..<1000).map { JSONValue.object(["ip": .string("10.0.\($0 / 250).\($0 % 250)")]) }
        #expect(Addresses.of(service: service(.array(entries))).values.count == Addresses.limit)
    }
}
