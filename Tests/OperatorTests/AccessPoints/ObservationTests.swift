import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import Rollout
import Testing

@testable import Operator

@Suite("What the planner is told")
struct ObservationTests {
    let standing = Standing()

    func observe(_ change: (inout KubeObject) -> Void) throws -> RolloutObservation {
        let scene = try standing.scene(try standing.revision(), change)
        let renders = RenderMemo(options: RenderOptions(gatewayNamespaces: ["istio-ingress"]))
        let evaluation = AccessPointEvaluation(scene, renders: renders, claims: ObjectClaims(), owner: { _, _ in nil })
        return AccessPointObservation(
            scene, evaluation, wanted: nil, heldEpoch: 1, renders: renders, options: OperatorOptions(identity: "test")
        ).rollout
    }

    static let deletion = ["spec", "policy", "runtime", "deletion"]

    @Test("the defaults: nothing queues, a deletion deletes and waits for ever")
    func defaults() throws {
        let told = try observe { _ in }
        #expect(!told.queuesNewRevision && !told.isPaused && !told.isDeleting && !told.orphansOnDeletion)
        #expect(told.unreachableTimeoutSeconds == 0)
        #expect(told.driftBrake == DriftBrake())
    }

    @Test("the policy of the spec reaches the planner")
    func policy() throws {
        let told = try observe { object in
            object.json.set("Queue", at: ["spec", "policy", "rollout", "onNewRevision"])
            object.json.set(.bool(true), at: ["spec", "policy", "rollout", "paused"])
            object.json.set(90, at: Self.deletion + ["unreachableTimeoutSeconds"])
            object.json.set("r2", at: ["metadata", "annotations", "accesspoint.io/promote-full"])
        }
        #expect(told.queuesNewRevision && told.isPaused)
        #expect(told.unreachableTimeoutSeconds == 90)
        #expect(told.verbs == [.promoteFull: "r2"])
    }

    @Test("objects are only orphaned by a deletion, and then also where the rest of the spec is wrong")
    func orphan() throws {
        let orphan: (inout KubeObject) -> Void = { $0.json.set("Orphan", at: Self.deletion + ["policy"]) }
        #expect(try !observe(orphan).orphansOnDeletion)
        let dying: (inout KubeObject) -> Void = {
            orphan(&$0)
            $0.json.set("2026-01-31T08:00:00Z", at: ["metadata", "deletionTimestamp"])
        }
        let told = try observe(dying)
        #expect(told.orphansOnDeletion && told.isDeleting)
        #expect(told.deletionTime == Timestamp("2026-01-31T08:00:00Z"))
        #expect(
            try observe {
                dying(&$0)
                $0.json.set([], at: ["spec", "trafficTemplate"])
            }.orphansOnDeletion)
        #expect(
            try !observe {
                dying(&$0)
                $0.json.set("Delete", at: Self.deletion + ["policy"])
            }.orphansOnDeletion)
    }
}
