import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import Rollout
import Testing
import TrafficModel

@testable import Operator

@Suite("Rendered sets that are kept")
struct RenderMemoTests {
    let memo = RenderMemo(options: RenderOptions(gatewayNamespaces: ["istio-ingress"]))
    let target = TargetFacts(name: "eu-1", region: "eu", availabilityZone: "eu-az1")
    let key = ObjectKey(namespace: "shop", name: "checkout")

    func identity(_ uid: String, name: String = "checkout") -> RenderIdentity {
        RenderIdentity(namespace: "shop", name: name, uid: uid, hub: "h")
    }

    var spec: AccessPointSpec {
        AccessPointSpec(scope: Scope(), trafficTemplate: [TemplateEntry(name: "route", object: Rendered.route())])
    }

    @Test("an AccessPoint that went without a finalizer is forgotten by its name")
    func gone() {
        _ = memo.present(spec, generation: 1, identity("u1"), targets: [target])
        _ = memo.present(spec, generation: 1, identity("u2", name: "cart"), targets: [target])
        #expect(memo.forget(key) == ["u1"])
        #expect(memo.count == 1)
        #expect(memo.forget(key).isEmpty)
    }

    @Test("one that was made anew under its name takes the place of the one before")
    func remade() throws {
        let record = try #require(try RenderedRevision.record(spec, [target]))
        #expect(memo.set(record, identity("u1"), facts: target) != nil)
        #expect(memo.set(record, identity("u2"), facts: target) != nil)
        #expect(memo.forget(key, but: "u2") == ["u1"])
        #expect(memo.count == 1)
    }

    @Test(
        "what an operator no longer allows is refused of a spec, and a revision that holds it is rendered all the same")
    func permissions() throws {
        let service: JSONValue = [
            "apiVersion": "v1", "kind": "Service", "metadata": ["name": "vip", "namespace": "edge"],
            "spec": [
                "type": "LoadBalancer", "loadBalancerIP": "203.0.113.9", "selector": ["istio": "edge"],
                "ports": [["name": "https", "port": 443]],
            ],
        ]
        let spec = AccessPointSpec(scope: Scope(), trafficTemplate: [TemplateEntry(name: "vip", object: service)])
        func codes(_ options: RenderOptions) -> Set<String> {
            let outcome = RenderMemo(options: options).present(
                spec, generation: 1, identity("u1"), targets: [target])
            return Set(outcome.problems.map(\.code.rawValue))
        }
        #expect(codes(RenderOptions(gatewayNamespaces: ["edge"], allowedServiceFields: [.loadBalancerIP])) == [])
        #expect(codes(RenderOptions(gatewayNamespaces: [])) == ["FieldNotAllowed", "NamespaceNotAllowed"])
        let record = try #require(try RenderedRevision.record(spec, [target]))
        let set = RenderMemo(options: RenderOptions(gatewayNamespaces: [])).set(record, identity("u1"), facts: target)
        #expect(set?.objects.map(\.key.name) == ["vip"])
    }

    @Test("what members would refuse now is told of the spec, and a revision that holds it is rendered all the same")
    func findings() throws {
        var spec = spec
        spec.trafficTemplate[0].object.set(1, at: ["spec", "hots"])
        let outcome = memo.present(spec, generation: 1, identity("u1"), targets: [target])
        #expect(outcome.isValid && outcome.sets["eu-1"] != nil)
        #expect(outcome.findings.map(\.code) == [.trafficInvalid])
        let record = try #require(try RenderedRevision.record(spec, [target]))
        #expect(memo.set(record, identity("u1"), facts: target) == outcome.sets["eu-1"])
    }
}

/// Revisions as the host keeps them.
enum RenderedRevision {
    /// The record of revision 1 of shop/checkout with this spec.
    static func record(
        _ spec: AccessPointSpec, _ targets: [TargetFacts], version: String = Renderer.version,
        _ change: (inout KubeObject) -> Void = { _ in }
    ) throws -> RevisionRecord? {
        let plan = try RolloutPlan.make(policy: spec.policy.rollout, targets: targets)
        var inputs = RevisionRecord.inputs(spec, plan, targets: targets)
        inputs = RevisionInputs(spec: inputs.spec, plan: inputs.plan, rendererVersion: version)
        let revision = try Revision(number: 1, inputs: inputs)
        var object = revision.object(
            of: RenderIdentity(namespace: "shop", name: "checkout", uid: "u1", hub: "h"), generation: 1)
        change(&object)
        return RevisionRecord(object)
    }
}
