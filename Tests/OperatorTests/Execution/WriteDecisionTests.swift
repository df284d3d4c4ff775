import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import Testing
import TrafficModel

@testable import Operator

@Suite("What may be done with an object of a member")
struct WriteDecisionTests {
    func rendered(_ timeout: String = "3s") throws -> RenderedObject {
        let object: JSONValue = [
            "apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": ["name": "checkout"],
            "spec": [
                "hosts": ["checkout.example.com"],
                "http": [["timeout": .string(timeout), "route": [["destination": ["host": "checkout"]]]]],
            ],
        ]
        let renderer = Renderer(
            identity: RenderIdentity(namespace: "shop", name: "checkout", uid: "u1", hub: "h"),
            spec: AccessPointSpec(scope: Scope(), trafficTemplate: [TemplateEntry(name: "route", object: object)]),
            options: RenderOptions(gatewayNamespaces: []))
        let set = renderer.render(TargetFacts(name: "c1", region: "r", availabilityZone: "z")).set
        return try #require(set?.objects.first)
    }

    /// The object as a member stores it.
    func live(_ rendered: RenderedObject, _ change: (inout JSONValue) -> Void = { _ in }) -> KubeObject {
        var json = rendered.body
        json.set("9f", at: ["metadata", "uid"])
        json.set("41", at: ["metadata", "resourceVersion"])
        change(&json)
        return KubeObject(lenient: json)
    }

    @Test("nothing there: create")
    func absent() throws {
        #expect(WriteDecision.decide(rendered: try rendered(), live: nil) == .create)
    }

    @Test("equal: nothing, for a repeated apply is not free")
    func equal() throws {
        let object = try rendered()
        #expect(WriteDecision.decide(rendered: object, live: live(object)) == .none)
    }

    @Test("ours and different: update under the uid and resourceVersion that were read")
    func different() throws {
        let decision = WriteDecision.decide(rendered: try rendered("5s"), live: live(try rendered("3s")))
        #expect(decision == .update(uid: "9f", resourceVersion: "41", removal: nil))
    }

    @Test("what another manager added is taken away first")
    func extra() throws {
        let object = try rendered()
        let found = live(object) { $0.set(["istio-system"], at: ["spec", "exportTo"]) }
        guard case .update(_, _, let removal?, false) = WriteDecision.decide(rendered: object, live: found) else {
            Issue.record("expected an update with a removal")
            return
        }
        #expect(removal.arrayValue?.last == ["op": "remove", "path": "/spec/exportTo"])
    }

    @Test("an equal object that is not ours is refused: a plain apply would adopt it")
    func foreign() throws {
        let object = try rendered()
        let found = live(object) { $0.set(nil, at: ["metadata", "labels"]) }
        guard case .refuse(let failure) = WriteDecision.decide(rendered: object, live: found) else {
            Issue.record("expected a refusal")
            return
        }
        #expect(failure.reason == .objectExists)
        #expect(!failure.mayPass)
    }

    @Test("an object of another AccessPoint is refused, naming the owner")
    func owned() throws {
        let object = try rendered()
        let found = live(object) {
            $0.set("u2", at: ["metadata", "labels", Names.Label.uid])
            $0.set("cart", at: ["metadata", "labels", Names.Label.accessPoint])
        }
        guard case .refuse(let failure) = WriteDecision.decide(rendered: object, live: found) else {
            Issue.record("expected a refusal")
            return
        }
        #expect(failure.reason == .objectOwned)
        #expect(failure.message.contains("AccessPoint shop/cart"))
    }

    @Test("an object that is being deleted is waited for")
    func terminating() throws {
        let object = try rendered()
        let found = live(object) {
            $0.set("2026-01-31T08:00:00Z", at: ["metadata", "deletionTimestamp"])
            $0.set(["example.com/hold"], at: ["metadata", "finalizers"])
        }
        guard case .refuse(let failure) = WriteDecision.decide(rendered: object, live: found) else {
            Issue.record("expected a refusal")
            return
        }
        #expect(failure.reason == .objectTerminating)
        #expect(failure.mayPass)
        #expect(failure.message.contains("example.com/hold"))
    }

    @Test("an answer without uid or resourceVersion is never written upon")
    func blind() throws {
        let found = live(try rendered("3s")) { $0.set(nil, at: ["metadata", "resourceVersion"]) }
        guard case .refuse = WriteDecision.decide(rendered: try rendered("5s"), live: found) else {
            Issue.record("expected a refusal")
            return
        }
    }
}
