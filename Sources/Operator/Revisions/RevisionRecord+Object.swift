import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import Rollout
import X509Tools

extension RevisionRecord {
    /// A ControllerRevision that freezes what a rollout goes by: the rendering part of the spec, the rollout policy,
    /// the plan, the facts of the targets and the version of the renderer.
    ///
    /// The same inputs give the same name, so that an attempt whose answer was lost is recognised.
    static func object(
        number: Int64, spec: AccessPointSpec, plan: RolloutPlan, targets: [TargetFacts], scene: AccessPointScene
    ) -> KubeObject {
        var data: JSONValue = [
            "spec": spec.json, "plan": plan.json, "renderer": .string(Renderer.version),
            "targets": .array(targets.map(\.frozen)),
        ]
        let hash = String(SHA256.hex(data.canonicalBytes()).prefix(10))
        data.set(.string(hash), at: ["hash"])
        let name = "\(scene.metadata.name)-\(RevisionName(number: number, hash: hash))"
        var annotations: JSONObject = [Annotation.start: .string(scene.now.rfc3339)]
        if let cause = scene.metadata.annotation("kubernetes.io/change-cause") {
            annotations[Annotation.cause] = .string(String(cause.prefix(256)))
        }
        var body: JSONValue = [
            "apiVersion": "apps/v1", "kind": "ControllerRevision", "revision": .integer(number), "data": data,
            "metadata": [
                "name": .string(name), "labels": .object(scene.hostLabels), "annotations": .object(annotations),
                "ownerReferences": [scene.ownerReference],
            ],
        ]
        body.set(.string(scene.key.namespace ?? ""), at: ["metadata", "namespace"])
        return KubeObject(lenient: body)
    }
}

extension TargetFacts {
    fileprivate var frozen: JSONValue {
        [
            "name": .string(name), "region": .string(region), "availabilityZone": .string(availabilityZone),
            "labels": .object(labels),
        ]
    }
}
