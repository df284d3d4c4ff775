import KubeModel
import Testing

@testable import TrafficModel

@Suite("TLS servers that a set claims at gateways")
struct ServerClaimTests {
    private static func claims(_ gateway: String) throws -> Set<ServerClaim> {
        ServerClaim.claims(of: try SetPair.objects(gateway))
    }

    private static func gateway(
        _ selector: String = "{istio: gw}", port: String = "{number: 443, protocol: HTTPS}",
        hosts: String = "[a.example.com]", bind: String = "''"
    ) -> String {
        "Gateway gw: {selector: \(selector), servers: [{port: \(port), bind: \(bind), hosts: \(hosts)}]}"
    }

    @Test("each host of a server that ends TLS is claimed, and none of any other")
    func all() throws {
        let claims = try Self.claims(Self.gateway(hosts: "[a.example.com, other/b.example.com, '*']"))
        #expect(
            claims.map(\.place.description).sorted() == [
                "port 443  *", "port 443  a.example.com", "port 443  b.example.com",
            ])
        #expect(claims.allSatisfy { $0.gateway == ObjectKey(namespace: "shop", name: "gw") })
        #expect(try Self.claims(Self.gateway(port: "{number: 80, protocol: HTTP}")).isEmpty)
        #expect(try Self.claims("VirtualService web: {hosts: [a.example.com], gateways: [gw]}").isEmpty)
        let many = (0..<5000).map { "h\($0).example.com" }.joined(separator: ", ")
        #expect(try Self.claims(Self.gateway(hosts: "[\(many)]")).count == HostClaim.limit)
    }

    @Test(
        "two meet where one selects at least what the other does, on one port and bind, for one name",
        arguments: [
            (gateway(), true), (gateway("{istio: gw, tier: a}"), true), (gateway("{}"), true),
            (gateway("{tier: a}"), false), (gateway("{istio: other}"), false),
            (gateway("{istio: other, tier: a}"), false), (gateway(port: "{number: 8443, protocol: HTTPS}"), false),
            (gateway(port: "{number: 443, protocol: TLS}"), true),
            (gateway(port: "{number: 443, protocol: TCP}"), false),
            (gateway(bind: "10.0.0.1"), false), (gateway(hosts: "[b.example.com]"), false),
            // Proxies serve the more special name.
            (gateway(hosts: "['*.example.com']"), false), (gateway(hosts: "[shop/a.example.com]"), true),
        ])
    func meeting(other: String, expected: Bool) throws {
        let (one, others) = (try #require(Self.claims(Self.gateway()).first), try Self.claims(other))
        #expect(others.contains { one.meets($0) } == expected)
        #expect(others.contains { $0.meets(one) } == expected)
    }

    @Test("what is wrong is said in the words of ServerShadowed")
    func words() throws {
        let claim = try #require(Self.claims(Self.gateway()).first)
        #expect(
            claim.shadow(of: "Gateway shop/b of AccessPoint shop/y").message
                == "Gateway shop/b of AccessPoint shop/y serves a.example.com on port 443 of the same pods; one of the two is"
                + " skipped without a word")
        let gateway = Self.gateway()
        let objects = try SetPair.objects(
            gateway.replacing("Gateway gw", with: "Gateway a") + "\n"
                + gateway.replacing("Gateway gw", with: "Gateway b"))
        let findings = SetCheck.findings(objects, gatewayNamespaces: [])
        let finding = try #require(findings.first { $0.rule == "ServerShadowed" })
        #expect(finding.message == claim.shadow(of: "Gateway shop/a").message)
        #expect(finding.remedy == claim.shadow(of: "Gateway shop/a").remedy)
    }
}
