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

    @Test("a pending address is told with what the cluster's load balancer says of it")
    func pendingWithReason() throws {
        var scene = try EvidenceScene.shop()
        scene.changes["vip"] = {
            $0.set(
                [
                    ["type": "Fine", "status": "True", "reason": "Fine", "message": "all is well"],
                    ["type": "lb/satisfied", "status": "False", "reason": "no_pool", "message": "No pool\nmatches"],
                    ["type": "LoadBalancerPortsError", "status": "True", "reason": "PortTaken", "message": ""],
                ], at: ["status", "conditions"])
        }
        let verdict = try #require(try scene.evidence().addressesReady)
        #expect(verdict.reason == .addressPending)
        #expect(verdict.message.hasSuffix("load balancer assigns it: no_pool: No pool matches; PortTaken"))
    }

    @Test("a pending address is told with the last Event of its Service, a warning first, and its age does not matter")
    func pendingWithEvent() throws {
        func event(_ type: String, _ reason: String, _ time: String) -> KubeObject {
            KubeObject(lenient: [
                "apiVersion": "v1", "kind": "Event",
                "metadata": ["name": .string(reason), "resourceVersion": .string(time)],
                "type": .string(type), "reason": .string(reason), "message": "quota\nexceeded", "count": 3,
                "lastTimestamp": .string("2026-11-28T06:\(time):00Z"),
            ])
        }
        let query = FactQuery.events(service: EvidenceScene.vip)
        var scene = try EvidenceScene.shop()
        scene.changes["vip"] = { $0.set(nil, at: ["status", "loadBalancer", "ingress"]) }
        scene.facts[query] = .found(
            [
                event("Warning", "OldFailure", "01"), event("Warning", "SyncLoadBalancerFailed", "02"),
                event("Normal", "EnsuringLoadBalancer", "03"),
            ], for: query)
        let verdict = try #require(try scene.evidence().addressesReady)
        #expect(verdict.message.hasSuffix("load balancer assigns it: SyncLoadBalancerFailed: quota exceeded"))
        let later = FactAnswer.found([event("Warning", "SyncLoadBalancerFailed", "59")], for: query)
        #expect(scene.facts[query] == later)
        for none in [FactAnswer.found([], for: query), .unreadable("events is forbidden")] {
            scene.facts[query] = none
            #expect(try scene.evidence().addressesReady?.message.hasSuffix("load balancer assigns it") == true)
        }
    }

    @Test("the Events of a Service are asked for only while it is there and waits for its address")
    func asksForEvents() throws {
        let scene = try EvidenceScene.shop()
        let set = try scene.set()
        func asks(_ ingress: JSONValue?, isThere: Bool = true) -> Bool {
            TargetEvidence.queries(
                of: set,
                live: { kind, _ in
                    guard isThere, kind == .service else { return nil }
                    return KubeObject(lenient: [
                        "spec": ["type": "LoadBalancer"], "status": ["loadBalancer": ["ingress": ingress ?? []]],
                    ])
                }, facts: scene.facts, gatewayNamespaces: ["istio-ingress"]
            ).contains(.events(service: EvidenceScene.vip))
        }
        #expect(asks(nil))
        #expect(!asks([["ip": "198.51.100.10"]]))
        #expect(!asks(nil, isThere: false))
    }

    @Test("an address outside the ranges of its cluster is bad, beside a good one too, and no address of the target")
    func strange() throws {
        var scene = try EvidenceScene.shop()
        scene.addressRanges = [try #require(AddressRange("198.51.100.0/24"))]
        #expect(try scene.evidence().finding == .good)
        scene.changes["vip"] = {
            $0.set([["ip": "198.51.100.10"], ["ip": "203.0.113.66"]], at: ["status", "loadBalancer", "ingress"])
        }
        let evidence = try scene.evidence()
        #expect(evidence.addresses.first?.values.map(\.value) == ["198.51.100.10"])
        #expect(evidence.addressesReady?.reason == .addressRefused && evidence.addressesReady?.status == .false)
        for part in ["istio-ingress/checkout-vip", "203.0.113.66", "(198.51.100.0/24)", "spec.addressRanges", "add"] {
            #expect(evidence.addressesReady?.message.contains(part) == true, "\(part)")
        }
        guard case .bad = evidence.finding else { return #expect(Bool(false)) }
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
