import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import KubeRuntime
import Rollout

extension AccessPointReconciler {
    /// Writes what is known object by object into the AccessPointTargets, which keeps the AccessPoint itself small.
    ///
    /// A target that is being written is left out until it is settled, so that this costs one write per change, and a
    /// member whose objects change all the time costs one a second.
    ///
    /// - Returns: how long the first of those that were just written has to wait; nil: nothing is left to be told.
    func describe(_ scene: AccessPointScene, _ observation: AccessPointObservation, _ decision: RolloutDecision)
        async throws(APIError) -> Duration?
    {
        let settled = scene.assigned.filter { decision.state.inFlight[$0.key] == nil }
        let news = settled.sorted { $0.key < $1.key }.compactMap { name, assigned in
            status(of: name, assigned, scene, observation, decision)
                .flatMap { StatusPatch.merge(from: assigned.status.json, to: $0.json) }
                .map { (target: assigned, patch: $0) }
        }
        let waits = news.map { pace.wait(Self.paceName($0.target)) }
        let due = zip(news, waits).filter { $0.1 == nil }.map(\.0)
        try await onHost(due) { [self] news throws(APIError) in try await write(news.patch, to: news.target) }
        return waits.compactMap { $0 }.min()
    }

    /// It shares its pace with the AccessPoints, which go by their uids.
    private static func paceName(_ target: AccessPointTarget) -> String {
        "\(target.metadata.key) \(target.metadata.uid ?? "")"
    }

    /// What is known of one target; nil while nothing is.
    private func status(
        of name: String, _ assigned: AccessPointTarget, _ scene: AccessPointScene,
        _ observation: AccessPointObservation, _ decision: RolloutDecision
    ) -> AccessPointTargetStatus? {
        guard let target = observation.targets[name] else { return nil }
        let reachability = scene.reachability(of: name)
        var status = assigned.status
        let overall: Verdict
        var references: Verdict?
        // What was there when it could last be read stays listed; when that was is written once, and never ages.
        let isListed = !status.inventory.isEmpty || !status.certificates.isEmpty || !status.drift.isEmpty
        let lastSeen = status.lastSeenTime ?? (isListed ? reachability.lastAnswer ?? scene.now.wholeSeconds : nil)
        if let blindness = TargetSight.blindness(of: name, reachability) {
            status.lastSeenTime = lastSeen
            (overall, references) = (blindness, status.conditions[AspectWords.references] == nil ? nil : blindness)
        } else if reachability == .reachable, let evidence = target.evidence,
            evidence.isComplete || evidence.trouble != nil
        {
            overall = evidence.overall
            references = evidence.references?.warned(
                evidence.warnings, isOpen: evidence.neighbours == nil,
                before: status.conditions[AspectWords.references])
            status.lastSeenTime = evidence.isComplete ? nil : lastSeen
            if evidence.isComplete {
                status.inventory = evidence.inventory
                status.certificates = evidence.targetCertificates
                status.drift = evidence.drift(after: status.drift, now: scene.now.wholeSeconds)
                status.driftTruncated = evidence.isDriftCut ? true : nil
            }
        } else {
            return nil
        }
        status.observedGeneration = assigned.metadata.generation
        status.revision = decision.state.rows[name]?.revision?.description
        status.phase = decision.view.targets[name].flatMap { TargetPhase(rawValue: $0.phase.rawValue) }
        // As the row says: where it belongs, and not as it should be. That others are ahead of it the row alone tells.
        let isWarned = overall.status == .true && target.evidence?.certificateWarning != nil
        if status.phase == .available, overall.status == .false || isWarned { status.phase = .degraded }
        for (type, verdict) in [("Ready", overall), (AspectWords.references, references)] {
            guard let verdict else {
                status.conditions.remove(type)
                continue
            }
            _ = status.conditions.set(
                Condition(
                    type: type, status: verdict.status, reason: verdict.reason.rawValue, message: verdict.message,
                    observedGeneration: assigned.metadata.generation),
                now: scene.now.wholeSeconds)
        }
        return status
    }

    private func write(_ patch: JSONValue, to target: AccessPointTarget) async throws(APIError) {
        var body: JSONValue = ["status": patch]
        body.set(.string(target.metadata.resourceVersion ?? ""), at: ["metadata", "resourceVersion"])
        do {
            let written = try await client.mergePatch(
                body, resource: Names.accessPointTargets, key: target.metadata.key, fieldManager: Names.fieldManager,
                subresource: "status")
            host.targets.observe(written: written)
            pace.note(Self.paceName(target))
        } catch {
            // Somebody else has written it, or it is gone; the watch brings the news and this is looked at again.
            guard error.disposition == .conflict || error.disposition == .notFound(.object) else { throw error }
        }
    }
}
