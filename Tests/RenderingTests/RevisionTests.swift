import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import Testing

@Suite struct RevisionTests {
    private let plan: JSONValue = ["steps": [["name": "canary", "targets": ["us-west-az1-k1"]]]]

    private var spec: AccessPointSpec {
        Samples.spec(
            [Samples.gateway, Samples.vip],
            overrides: [
                Override(
                    name: "eu", targets: TargetSelector(regions: ["eu"]), resources: [ResourceSelector(template: "t0")],
                    change: .jsonPatch([["op": "add", "path": "/spec/x", "value": [1, .null, "y"]]])),
                Override(name: "omit", resources: [ResourceSelector(kind: "Service")], change: .omit),
            ])
    }

    @Test("a revision reads back from its ControllerRevision as it was written")
    func roundTrip() throws {
        let revision = try Revision(number: 7, inputs: RevisionInputs(spec: spec, plan: plan))
        let object = revision.object(of: Samples.identity, generation: 12)
        #expect(object.name == "checkout-7-\(revision.hash)")
        #expect(object.namespace == "shop")
        #expect(object.gvk == Revision.kind)
        #expect(object.label("accesspoint.io/uid") == "6c1f-uid")
        #expect(object.annotation("accesspoint.io/source") == "shop/checkout generation 12")
        #expect(object.ownerReferences.map(\.uid) == ["6c1f-uid"])
        let text = try JSONValue(parsing: object.json.text())
        #expect(try Revision(KubeObject(lenient: text)) == revision)
    }

    @Test("the hash is short, fit for a label, and that of the inputs alone")
    func hash() throws {
        let inputs = RevisionInputs(spec: spec, plan: plan)
        let one = try Revision(number: 1, inputs: inputs)
        let two = try Revision(number: 2, inputs: inputs)
        #expect(one.hash == two.hash)
        #expect(one.hash.utf8.count == 10)
        #expect(DNSNames.isLabelValue(two.name))
        #expect(two.name == "2-\(two.hash)")
        var other = spec
        other.overrides = []
        #expect(try Revision(number: 1, inputs: RevisionInputs(spec: other, plan: plan)).hash != one.hash)
        #expect(try Revision(number: 1, inputs: RevisionInputs(spec: spec, plan: [:])).hash != one.hash)
    }

    @Test("what holds at once is not frozen: names, pausing and the runtime policy")
    func notFrozen() throws {
        var other = spec
        other.dns = NameRecords(hostnames: ["checkout.shop.example.com"])
        other.policy.rollout.paused = true
        other.policy.runtime = RuntimePolicy(
            minAvailable: .count(2), drift: .report, conflictResolution: .overwrite,
            deletion: .init(policy: .orphan, unreachableTimeoutSeconds: 60), certificateWarningSeconds: 1,
            probe: ProbePolicy(tls: false, http: HTTPProbe(path: "/healthz")))
        #expect(RevisionInputs(spec: other, plan: plan) == RevisionInputs(spec: spec, plan: plan))
        #expect(RevisionInputs(spec: other, plan: plan).json.value("spec", "policy", "runtime") == nil)
        #expect(RevisionInputs(spec: other, plan: plan).json.value("spec", "policy", "rollout", "paused") == nil)
        other.policy.rollout.canary.soakSeconds = 5
        #expect(RevisionInputs(spec: other, plan: plan) != RevisionInputs(spec: spec, plan: plan))
    }

    @Test("the inputs have a size that fits beside the rest of an object")
    func size() throws {
        var large = Samples.route
        large.set(.string(String(repeating: "a", count: 200_000)), at: ["spec", "big"])
        let inputs = RevisionInputs(spec: Samples.spec([large, large, large]), plan: plan)
        #expect(throws: RenderProblem.self) { _ = try Revision(number: 1, inputs: inputs) }
        #expect(
            try Revision(number: 1, inputs: RevisionInputs(spec: Samples.spec([large, large]), plan: plan)).number == 1)
    }

    @Test(
        "a stored revision that was changed, or made by other rules, is refused with the field",
        arguments: [
            (["revision"], 0, "revision"), (["revision"], .null, "revision"), (["data"], .null, "data.rendererVersion"),
            (["data", "rendererVersion"], "999", "data.rendererVersion"), (["data", "plan"], "x", "data.plan"),
            (["data", "spec"], "x", "data.spec"), (["data", "spec", "trafficTemplate"], [], "data.spec"),
            (["data", "spec", "scope", "regions"], ["added"], "metadata.name"), (["revision"], 8, "metadata.name"),
            (["metadata", "name"], "checkout-7-0000000000", "metadata.name"),
        ] as [([String], JSONValue, String)])
    func tampered(path: [String], value: JSONValue, field: String) throws {
        let revision = try Revision(number: 7, inputs: RevisionInputs(spec: spec, plan: plan))
        var object = revision.object(of: Samples.identity, generation: 1)
        object.json.set(value, at: path)
        #expect {
            _ = try Revision(object)
        } throws: { error in
            (error as? RevisionError)?.path == field
        }
    }

    @Test("a new revision is needed only if some target would get other objects")
    func comparison() {
        func sets(_ objects: [JSONValue], _ targets: [TargetFacts] = [Samples.west, Samples.east]) -> [RenderedSet] {
            Samples.rendering(objects, targets: targets).sets
        }
        let old = sets([Samples.gateway])
        #expect(!RevisionComparison(from: old, to: sets([Samples.gateway])).differs)
        var regional = Samples.gateway
        regional.set("$(REGION)", at: ["spec", "x"])
        var written = Samples.gateway
        written.set("us-west", at: ["spec", "x"])
        let changed = RevisionComparison(from: sets([regional]), to: sets([written]))
        #expect(changed.changed == ["us-east-az1-k1"])
        #expect(changed.differs)
        let joined = RevisionComparison(from: sets([Samples.gateway], [Samples.west]), to: old)
        #expect(joined.joined == ["us-east-az1-k1"])
        #expect(!joined.differs)
        let left = RevisionComparison(from: old, to: sets([Samples.gateway], [Samples.east]))
        #expect(left.left == ["us-west-az1-k1"])
        #expect(!left.differs)
    }
}
