import AccessPointAPI
import JSONValue
import KubeModel
import KubeRuntime
import Rendering
import Rollout
import X509Tools

@testable import Operator

/// An AccessPoint shop/checkout that runs revision 1 in its targets, as an operator finds it when it starts.
struct Standing {
    let host = HostStores(secretNamespaces: [])
    let target = TargetFacts(name: "eu-1", region: "eu", availabilityZone: "eu-az1")
    let targets: [TargetFacts]
    var spec: AccessPointSpec

    /// - Parameters:
    ///   - timeout: of its route.
    ///   - others: targets beside eu-1.
    init(_ timeout: String = "3s", others: [TargetFacts] = []) {
        targets = [target] + others
        spec = AccessPointSpec(
            scope: Scope(), trafficTemplate: [TemplateEntry(name: "route", object: Rendered.route(timeout))])
    }

    /// The ControllerRevision of this spec as another operator has stored it, with these changes to its data.
    func revision(version: String = Renderer.version, without fields: [[String]] = []) throws -> KubeObject {
        let plan = try RolloutPlan.make(policy: spec.policy.rollout, targets: targets)
        let inputs = RevisionRecord.inputs(spec, plan, targets: targets)
        let revision = try Revision(
            number: 1, inputs: RevisionInputs(spec: inputs.spec, plan: inputs.plan, rendererVersion: version))
        var object = revision.object(
            of: RenderIdentity(namespace: "shop", name: "checkout", uid: "u1", hub: "h"), generation: 1)
        for field in fields { object.json.set(nil, at: ["data", "spec"] + field) }
        // The name speaks of what is stored.
        let hash = Revision.storedHash(of: object)
        object.json.set(.string("checkout-1-\(hash)"), at: ["metadata", "name"])
        object.json.set("7", at: ["metadata", "resourceVersion"])
        object.json.set("cr", at: ["metadata", "uid"])
        return object
    }

    func scene(
        _ revision: KubeObject, present: AccessPointSpec? = nil, _ change: (inout KubeObject) -> Void = { _ in }
    ) throws -> AccessPointScene {
        let name = String(revision.name.dropFirst("checkout-".count))
        var object = KubeObject(Names.accessPoint, ObjectKey(namespace: "shop", name: "checkout"))
        object.json.set("u1", at: ["metadata", "uid"])
        object.json.set("9", at: ["metadata", "resourceVersion"])
        object.json["spec"] = (present ?? spec).json
        object.json["status"] = [
            "rollout": [
                "stableRevision": .string(name), "updateRevision": .string(name), "epoch": 1, "sequence": 1,
                "course": "Update", "passedSteps": 1, "completionTime": "2026-01-31T08:00:00Z",
            ],
            "clusters": .array(
                targets.map { ["name": .string($0.name), "phase": "Available", "revision": .string(name)] }),
        ]
        change(&object)
        host.revisions.apply(
            .replace([host.revisions.stored(revision)], resourceVersion: "1", isRebase: false))
        return try AccessPointScene(
            object, host: host, registry: MemberRegistry(), hubID: "h",
            now: Timestamp(secondsSince1970: 1_800_000_000))
    }

    func choice(_ scene: AccessPointScene) throws -> RevisionChoice {
        let spec = try scene.spec.get()
        let memo = RenderMemo(options: RenderOptions(gatewayNamespaces: ["istio-ingress"]))
        let outcome = memo.present(spec, generation: 1, scene.identity, targets: [target])
        return RevisionChoice(scene, wanted: outcome.sets, leaving: [], renders: memo)
    }
}

extension Revision {
    /// The hash of the data of a ControllerRevision, as its name must have it.
    fileprivate static func storedHash(of object: KubeObject) -> String {
        String(SHA256.hex((object.json["data"] ?? .null).canonicalBytes()).prefix(10))
    }
}
