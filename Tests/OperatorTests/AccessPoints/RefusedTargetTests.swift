import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import Rollout
import TestSupport
import Testing

@testable import Operator

@Suite("A target that lacks something before it is written")
struct RefusedTargetTests {
    /// The row of eu-1 where revision 1 is completed, and a look before a write of it has found a backend missing there.
    private func row(holding isHolding: Bool) throws -> JSONValue {
        var scene = try ReconcilerScene()
        scene.accessPoint.json.set(nil, at: ["metadata", "annotations"])
        scene.accessPoint.json.set(.string("\(scene.revision)"), at: ["status", "rollout", "stableRevision"])
        if !isHolding { scene.accessPoint.json.set([], at: ["status", "clusters"]) }
        let look = try look(scene)
        let transport = FakeTransport { _ in .status(404, "NotFound") }
        let reconciler = scene.reconciler(try transport.client())
        let status = reconciler.status(look.seen, look.evaluation, look.observation, look.decision)
        return try #require(status["clusters"]?[0])
    }

    private struct Look {
        let seen: AccessPointScene
        let evaluation: AccessPointEvaluation
        var observation: AccessPointObservation
        var decision: RolloutDecision
    }

    /// What is decided where eu-1 lacks a backend for the revision.
    private func look(_ scene: ReconcilerScene) throws -> Look {
        scene.fill()
        let seen = try scene.scene()
        let renders = RenderMemo(options: RenderOptions(gatewayNamespaces: []))
        let evaluation = AccessPointEvaluation(seen, renders: renders, claims: ObjectClaims(), owner: { _, _ in nil })
        var observation = AccessPointObservation(
            seen, evaluation, wanted: scene.revision, heldEpoch: 1, renders: renders,
            options: OperatorOptions(identity: "test"))
        let failure = ObjectFailure(
            template: "route", kind: "VirtualService", key: scene.key, reason: .referenceUnresolved,
            message: "spec.http[0]: no Service")
        let report = PreflightReport(
            revision: scene.revision, result: .refused(failure.description), time: ReconcilerScene.now)
        observation.targets["eu-1"]?.reports.preflight = report
        observation.targets["eu-1"]?.reports.refusals = [failure]
        observation.rollout.targets["eu-1"]?.preflight = report
        let decision = RolloutPlanner().step(seen.state, observation.rollout, now: ReconcilerScene.now)
        return Look(seen: seen, evaluation: evaluation, observation: observation, decision: decision)
    }

    @Test(
        "that targets lack something is told while a person has paused it besides; of an aborted revision nothing is tried",
        arguments: [
            (
                true, false,
                "refused ReferenceUnresolved: eu-1: VirtualService shop/checkout spec.http[0]: no Service; "
                    + "nothing is written, and it goes on by itself once this is mended"
            ),
            (
                false, false,
                "refused ReferenceUnresolved: eu-1: VirtualService shop/checkout spec.http[0]: no Service; "
                    + "nothing is written, and it goes on by itself once this is mended"
            ),
            (
                false, true,
                "pending The spec is valid; its revision was aborted before every target had taken it in a dry run"
            ),
        ])
    func accepted(isPaused: Bool, isAborted: Bool, told: String) throws {
        var scene = try ReconcilerScene()
        scene.accessPoint.json.set(nil, at: ["metadata", "annotations"])
        scene.accessPoint.json.set(.bool(isPaused), at: ["spec", "policy", "rollout", "paused"])
        scene.accessPoint.json.set([], at: ["status", "clusters"])
        if isAborted {
            scene.accessPoint.json.set(.string("\(scene.revision)"), at: ["status", "rollout", "abortedRevision"])
        }
        let look = try look(scene)
        let acceptance = look.evaluation.acceptance(look.observation, look.decision)
        switch acceptance {
        case .accepted(let text): #expect(told == "accepted \(text)")
        case .pending(let text): #expect(told == "pending \(text)")
        case .refused(let reason, let texts):
            #expect(told == "refused \(reason.rawValue): \(texts.joined(separator: "; "))")
        }
    }

    /// What eu-2 is, beside eu-1 that waits for revision 1 and is refused.
    enum Other: CaseIterable {
        /// As eu-1.
        case waiting
        /// Not of the placement any more.
        case left
        /// Refused for the revision that it has by now.
        case holding
        /// A fresh one, refused for the revision that the others have.
        case joining
    }

    @Test("it is told of the targets that wait for the present revision, and of no others", arguments: Other.allCases)
    func told(_ other: Other) throws {
        var scene = try ReconcilerScene()
        scene.accessPoint.json.set(nil, at: ["metadata", "annotations"])
        scene.accessPoint.json.set([], at: ["status", "clusters"])
        var look = try look(scene)
        var (target, seen) = (look.observation.targets["eu-1"], look.observation.rollout.targets["eu-1"])
        switch other {
        case .waiting: break
        case .left: seen?.isPlaced = false
        case .holding: look.decision.state.rows["eu-2"] = TargetRow(revision: scene.revision)
        case .joining:
            let stable = RevisionName(number: 9, hash: "aaaaaaaaaa")
            look.decision.state.stableRevision = stable
            target?.reports.preflight?.revision = stable
        }
        (look.observation.targets["eu-2"], look.observation.rollout.targets["eu-2"]) = (target, seen)
        guard case .refused(_, let texts) = look.evaluation.acceptance(look.observation, look.decision) else {
            Issue.record("it is accepted")
            return
        }
        let said = texts.joined(separator: "; ")
        #expect(said.hasPrefix(other == .waiting ? "eu-1 and 1 more:" : "eu-1:"), "\(said)")
    }

    @Test(
        "what it refers to counts for any revision that it may be written with, on the way back as well",
        arguments: [
            ("Update", "stable", false, false, true), ("Return", "stable", false, false, true),
            ("Update", "update", false, false, true), ("Update", "neither", false, false, false),
            ("Update", "stable", true, false, false), ("Update", "stable", false, true, false),
        ])
    func awaited(course: String, role: String, isHolding: Bool, isDeleting: Bool, isAwaited: Bool) throws {
        var scene = try ReconcilerScene()
        let name = JSONValue.string("\(scene.revision)")
        scene.accessPoint.json.set(.string(course), at: ["status", "rollout", "course"])
        scene.accessPoint.json.set(role == "stable" ? name : nil, at: ["status", "rollout", "stableRevision"])
        scene.accessPoint.json.set(
            role == "update" ? name : "9-aaaaaaaaaa", at: ["status", "rollout", "updateRevision"])
        if !isHolding { scene.accessPoint.json.set([], at: ["status", "clusters"]) }
        if isDeleting { scene.accessPoint.json.set("2026-11-29T00:00:00Z", at: ["metadata", "deletionTimestamp"]) }
        scene.fill()
        let set = AccessPointObservation.awaited(
            scene.revision, by: "eu-1", try scene.scene(), RenderMemo(options: RenderOptions(gatewayNamespaces: [])))
        #expect((set != nil) == isAwaited)
    }

    @Test("one that joins tells in its row why it is not written yet: nothing else waits for it")
    func refused() throws {
        let row = try row(holding: false)
        #expect(row["phase"] == "Pending" && row["reason"] == "ReferenceUnresolved", "\(row)")
        #expect(row["message"] == "VirtualService shop/checkout (revision 1) spec.http[0]: no Service", "\(row)")
        #expect(row["failedResources"]?.arrayValue?.count == 1, "\(row)")
    }

    @Test("it tells no more of it once it has the revision")
    func joined() throws {
        let row = try row(holding: true)
        #expect(row["phase"] == "Available" && row["reason"] != "ReferenceUnresolved", "\(row)")
        #expect(row["failedResources"] == nil, "\(row)")
    }
}
