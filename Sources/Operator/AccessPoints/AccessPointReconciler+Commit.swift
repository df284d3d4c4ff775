import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import KubeRuntime
import Logging
import Rollout
import Synchronization

extension AccessPointReconciler {
    /// How the status write went.
    enum Commitment: Sendable {
        /// It is stored, or there was nothing to store.
        case committed
        /// Only observations differ, and the last ones are too fresh: they ride on a later write.
        case deferred(Duration)
        /// Somebody else has changed the object: everything has to be decided anew.
        case lost
    }

    /// Stores the decision by compare-and-swap: a merge patch that carries the resourceVersion that was read.
    func commit(
        _ scene: AccessPointScene, _ evaluation: AccessPointEvaluation, _ observation: AccessPointObservation,
        _ decision: RolloutDecision
    ) async throws(APIError) -> Commitment {
        let status = self.status(scene, evaluation, observation, decision)
        let stored = scene.object.status ?? .object(JSONObject())
        guard let patch = StatusPatch.merge(from: stored, to: status) else { return .committed }
        if decision.state == scene.state, StatusChange.isObservationOnly(from: stored, to: status),
            let left = pace.wait(scene.uid)
        {
            return .deferred(left)
        }
        guard mayWrite() else { return .lost }
        var body: JSONValue = ["status": patch]
        body.set(.string(scene.metadata.resourceVersion ?? ""), at: ["metadata", "resourceVersion"])
        do {
            let written = try await client.mergePatch(
                body, resource: Names.accessPoints, key: scene.key, fieldManager: Names.fieldManager,
                subresource: "status")
            host.accessPoints.observe(written: written)
            metrics.count(status: status)
        } catch {
            switch error.disposition {
            case .conflict, .notFound(.object): return .lost
            default:
                // It may be stored all the same: without a held epoch the next decision takes over anew.
                heldEpochs.withLock { $0[scene.uid] = nil }
                throw error
            }
        }
        pace.note(scene.uid)
        if decision.state.epoch != scene.state.epoch { heldEpochs.withLock { $0[scene.uid] = decision.state.epoch } }
        return .committed
    }

    /// Says what was committed, as Events; what was not committed did not happen.
    func announce(_ scene: AccessPointScene, _ observation: AccessPointObservation, _ decision: RolloutDecision) {
        metrics.count(
            RolloutMeasurement.between(scene.state, decision.state, now: scene.now) { target in
                // A repair begins only on what is seen in the same decision.
                observation.targets[target]?.evidence?.driftedKinds ?? []
            })
        let ended = progressions.withLock { runs in
            let ended = runs[scene.uid, default: RunProgression()].follow(scene.state, decision.state, now: scene.now)
            if runs[scene.uid]?.isEmpty ?? false { runs[scene.uid] = nil }
            return ended
        }
        if let (outcome, time) = ended { metrics.count(progression: time, of: outcome) }
        let repaired = repairs.withLock { repairs in
            let ended = repairs[scene.uid, default: RepairedDrift()].follow(scene.state, decision.state) { target in
                observation.targets[target]?.evidence?.objects.compactMap(\.repairable) ?? []
            }
            if repairs[scene.uid]?.isEmpty ?? false { repairs[scene.uid] = nil }
            return ended
        }
        let story = Announcement.between(
            scene.state, decision.state, view: decision.view, of: scene.key, repaired: repaired)
        for said in story {
            recorder.record(said, on: scene.object)
            logger.info("\(said.note)", metadata: scene.logging(["reason": "\(said.reason)"]))
        }
        for case .answer(let answer) in decision.actions {
            let said = Announcement(answer)
            recorder.record(said, on: scene.object)
            logger.info("\(said.note)", metadata: scene.logging(["reason": "\(said.reason)"]))
        }
        guard let stored = host.accessPoints.get(scene.key), stored.resourceVersion != scene.object.resourceVersion
        else { return }
        let (old, new) = (scene.object.status, stored.status)
        let (before, after) = (ConditionSet(old?["conditions"]), ConditionSet(new?["conditions"]))
        let correctsDrift = scene.runtimePolicy.drift == .correct
        var news =
            Announcement.between(before, after, correctsDrift: correctsDrift) + Announcement.targets(old, new)
            + Announcement.addresses(old, new)
        if let value = decision.view.noted(resume: scene.metadata.annotation(Names.Verb.resume)) {
            news += [Announcement.noted(resume: value, before, after)].compactMap { $0 }
        }
        for said in news { recorder.record(said, on: scene.object) }
    }
}
