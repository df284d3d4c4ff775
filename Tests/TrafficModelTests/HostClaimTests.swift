import KubeModel
import Testing

@testable import TrafficModel

@Suite("Hosts that a set claims at gateways")
struct HostClaimTests {
    @Test(
        "a route claims its hosts at each Gateway, a Gateway those of its servers on their ports",
        arguments: [
            (
                "VirtualService web: {hosts: [a.example.com, web], gateways: [gw, infra/gw, mesh]}",
                [
                    "Gateway infra/gw a.example.com", "Gateway infra/gw web.shop.svc.cluster.local",
                    "Gateway shop/gw a.example.com", "Gateway shop/gw web.shop.svc.cluster.local",
                ]
            ),
            ("VirtualService web: {hosts: [a.example.com]}", []),
            (
                "Gateway gw: {selector: {istio: gw, a: b}, servers: [{port: {number: 443, protocol: HTTPS}, hosts: ['*', shop/a.example.com]}]}",
                ["port 443 of the pods with a=b,istio=gw *", "port 443 of the pods with a=b,istio=gw a.example.com"]
            ),
            (
                "Gateway gw: {servers: [{port: {number: 80, protocol: HTTP}, bind: 10.0.0.1, hosts: ['*', a.example.com]}]}",
                ["port 80 at 10.0.0.1 of all gateway pods a.example.com"]
            ),
            ("Gateway gw: {servers: [{hosts: [a.example.com]}, 7, {port: x}], selector: 3}", []),
            ("Service gw: {hosts: [a.example.com], gateways: [gw]}", []),
        ] as [(String, [String])])
    func claims(object: String, expected: [String]) throws {
        let claims = HostClaim.claims(of: try SetPair.objects(object))
        #expect(claims.keys.map { "\($0.place) \($0.host)" }.sorted() == expected)
        #expect(claims.values.allSatisfy { $0.key.namespace == "shop" })
    }

    @Test("selectors that differ at their end alone are other pods; in words a long one is cut")
    func longSelectors() throws {
        let long = (0..<30).map { "label-\($0): value" }.joined(separator: ", ")
        let gateway =
            "Gateway gw: {selector: {\(long), z: a}, servers: [{port: {number: 443, protocol: HTTPS}, hosts: [a.example.com]}]}"
        let one = HostClaim.claims(of: try SetPair.objects(gateway))
        let other = HostClaim.claims(of: try SetPair.objects(gateway.replacing("z: a", with: "z: b")))
        #expect(one.count == 1 && Set(one.keys).isDisjoint(with: other.keys))
        #expect(one.keys.allSatisfy { $0.description.utf8.count < 200 })
        #expect(
            HostClaim(place: "Gateway shop/web", host: HostName("a.example.com")).description
                == "host a.example.com at Gateway shop/web")
    }

    @Test("claims of many hosts at many Gateways are cut, the same ones each time")
    func limit() throws {
        let list = { (name: String) in (0..<100).map { "\(name)\($0).example.com" }.joined(separator: ", ") }
        let gateways = (0..<100).map { "gw\($0)" }.joined(separator: ", ")
        let objects = try SetPair.objects("VirtualService web: {hosts: [\(list("a"))], gateways: [\(gateways)]}")
        let claims = HostClaim.claims(of: objects)
        #expect(claims.count == HostClaim.limit)
        #expect(claims == HostClaim.claims(of: objects))
    }
}
