import JSONValue
import KubeModel
import SeededRandom
import Testing

@testable import TrafficModel

@Suite("Served hosts")
struct ServedHostsTests {
    @Test("a host is served exactly when a comparison with each host of the servers says so")
    func pairs() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        let labels = ["a", "b", "*", "*a", ""]
        func host() -> String {
            (0..<Int.random(in: 1...3, using: &random)).map { _ in labels.randomElement(using: &random) ?? "" }
                .joined(separator: ".")
        }
        var served = 0
        for round in 0..<1000 {
            let hosts = (0..<Int.random(in: 0...5, using: &random)).map { _ in
                let namespace = ["", "*/", "./", "x/"].randomElement(using: &random) ?? ""
                return GatewayReferences.ServerHost(namespace + host(), gatewayNamespace: "shop")
            }
            let name = HostName(host())
            let namespace = ["shop", "x", "y"].randomElement(using: &random) ?? ""
            let expected = hosts.contains { $0.serves(name, of: namespace) }
            served += expected ? 1 : 0
            #expect(
                ServedHosts(hosts).serve(name, of: namespace) == expected,
                "seed \(seed) round \(round): \(hosts) \(name) \(namespace)")
        }
        #expect(served > 100, "seed \(seed)")
    }

    @Test("a gateway that is named a thousand times is judged once, and so is every other one of a hostile set")
    func hostile() {
        func names(_ suffix: String) -> JSONValue { .array((0..<1024).map { .string("a\($0).\(suffix)") }) }
        let gateways: JSONValue = .array((0..<1024).map { .string("web\($0 % 2)") })
        let ports: JSONValue = ["number": 80, "name": "a", "protocol": "HTTP"]
        var objects = (0..<2).map { index in
            TrafficObject(
                kind: .gateway, key: ObjectKey(namespace: "shop", name: "web\(index)"),
                body: ["spec": ["servers": [["port": ports, "hosts": names("example.com")]]]])
        }
        let to: JSONValue = [["route": [["destination": ["host": "web"]]]]]
        objects += (0..<20).map { index in
            TrafficObject(
                kind: .virtualService, key: ObjectKey(namespace: "shop", name: "a\(index)"),
                body: ["spec": ["hosts": names("example.org"), "gateways": gateways, "http": to]])
        }
        let facts = LiveFacts(zoneHasSingleCluster: false, gatewayNamespaces: [])
        let mismatches = ReferenceCheck.report(objects, facts: facts).findings
            .filter { $0.reason == .gatewayHostMismatch }
        #expect(mismatches.count == 40)
        let first = "Gateway shop/web0 serves none of this VirtualService's hosts (it serves a0.example.com, "
        #expect(
            mismatches.first?.problem.hasPrefix(first + "a1.example.com, a10.example.com and 1021 more)") ?? false,
            "\(mismatches.first?.problem ?? "none")")
        #expect(SetCheck.findings(objects, gatewayNamespaces: []).count == TrafficCheck.limit)
    }
}
