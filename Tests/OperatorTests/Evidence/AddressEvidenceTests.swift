import AccessPointAPI
import JSONValue
import KubeModel
import Rollout
import Testing
import TrafficModel

@testable import Operator

@Suite("Evidence: addresses of a target")
struct AddressEvidenceTests {
    private func evidence(_ ingress: JSONValue?) throws -> TargetEvidence {
        var scene = try EvidenceScene.shop()
        scene.changes["vip"] = { $0.set(ingress, at: ["status", "loadBalancer", "ingress"]) }
        return try scene.evidence()
    }

    @Test("an address or a host name that a load balancer assigned is an address")
    func assigned() throws {
        let evidence = try evidence([["ip": "198.51.100.10"], ["hostname": "LB.example.net"]])
        #expect(evidence.addresses.first?.values.map(\.value) == ["198.51.100.10", "lb.example.net"])
        #expect(evidence.addressesReady?.status == .true)
    }

    @Test("while the address is pending nothing can be told", arguments: [nil, []] as [JSONValue?])
    func pending(_ ingress: JSONValue?) throws {
        let evidence = try evidence(ingress)
        #expect(evidence.addressesReady?.reason == .addressPending)
        guard case .cannotTell(let why) = evidence.finding else { return #expect(Bool(false)) }
        #expect(why.hasPrefix("AddressPending: Service istio-ingress/checkout-vip has no address yet"))
        #expect(evidence.resources.applied == 3 && evidence.resources.ready == 2)
    }

    @Test("garbage alone is bad and is not repeated", arguments: ["127.0.0.1", "<script>", "169.254.7.7"])
    func garbage(_ text: String) throws {
        let evidence = try evidence([["ip": .string(text)]])
        #expect(evidence.addressesReady?.reason == .addressRefused)
        #expect(evidence.addresses.first?.values.isEmpty == true)
        guard case .bad(let why) = evidence.finding else { return #expect(Bool(false)) }
        #expect(!why.contains(text))
    }

    @Test("garbage beside an address is refused and told, and the address serves")
    func mixed() throws {
        let evidence = try evidence([["ip": "198.51.100.10"], ["hostname": "localhost"]])
        #expect(evidence.addressesReady?.status == .true)
        #expect(evidence.addressesReady?.message.contains("hostname") == true)
        #expect(evidence.finding == .good)
    }
}
