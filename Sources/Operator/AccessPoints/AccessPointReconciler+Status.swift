import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import Rollout

extension AccessPointReconciler {
    /// The whole status that follows from what was decided and seen.
    func status(
        _ scene: AccessPointScene, _ evaluation: AccessPointEvaluation, _ observation: AccessPointObservation,
        _ decision: RolloutDecision
    ) -> JSONValue {
        var input = StatusInput(
            key: scene.key, generation: scene.metadata.generation,
            acceptance: evaluation.acceptance(observation, decision),
            placement: evaluation.doubt.map { .unknown($0) } ?? evaluation.placement.map { PlacementState($0) }
                ?? .unknown("The spec is not accepted"))
        input.isDeleting = scene.metadata.isBeingDeleted
        input.rollout = decision.state
        input.view = decision.view
        input.plan = decision.state.updateRevision.flatMap { scene.records[$0]?.plan }
        let placed = Set(evaluation.placed.map(\.name))
        input.targets = observation.targets.sorted { $0.key < $1.key }.map { name, target in
            var shown = TargetInput(target.facts)
            shown.isPlaced = placed.contains(name)
            shown.reachability = scene.reachability(of: name)
            shown.evidence = target.evidence
            shown.isSettling = scene.members[name]?.session?.cache.trouble == nil
            shown.failures = decision.view.phase == .blocked ? target.reports.refusals : []
            if let failure = target.reports.failure { shown.failures.append(failure) }
            return shown
        }
        input.minAvailable = scene.runtimePolicy.minAvailable
        input.correctsDrift = scene.runtimePolicy.drift == .correct
        input.notedResume = decision.view.noted(resume: scene.metadata.annotation(Names.Verb.resume))
        input.warnings = (evaluation.outcome?.problems ?? []).filter { $0.severity == .warning }.map(SpecWarning.init)
        input.names = NamesSeen(scene.object, host: host)
        let limit = (try? scene.spec.get())?.policy.rollout.revisionHistoryLimit ?? 10
        input.history = scene.history(limit: limit)
        let previous = (try? AccessPointStatus.decode(scene.object.status)) ?? AccessPointStatus()
        return StatusAggregator.status(input, previous: previous, now: scene.now)
    }
}

extension AccessPointEvaluation {
    /// Whether the spec is accepted: what is wrong with it, what a member refused, or that the dry run passed.
    func acceptance(_ observation: AccessPointObservation, _ decision: RolloutDecision) -> SpecAcceptance {
        if let refusal { return .refused(refusal.reason, refusal.messages) }
        if decision.view.phase == .blocked {
            let refused = observation.targets.sorted { $0.key < $1.key }.flatMap { name, target in
                target.reports.refusals.map { (target: name, failure: $0) }
            }
            if let first = refused.first {
                return .refused(first.failure.reason.rawValue, RefusalDigest.messages(refused))
            }
            return .refused("DryRunFailed", [decision.view.message])
        }
        if placement != nil, !isCertain {
            // What is tried depends on where it is placed.
            let isTried = decision.state.isComplete || decision.state.preflightTime != nil
            return isTried && decision.state.updateRevision != nil
                ? .accepted("The spec is valid, but not placed (see Placed): what is in place stays as it is")
                : .pending("The spec is valid, but not placed (see Placed): its dry run waits for that")
        }
        let count = placed.count
        if decision.state.isComplete { return .accepted("Applied to \(count) target\(count == 1 ? "" : "s")") }
        if decision.state.preflightTime != nil {
            // That a cluster is away now says nothing of what it took then, and what it took then is not stored.
            let away = placed.map(\.name).filter { name in
                observation.rollout.targets[name]?.reachability == .unreachable
                    && decision.state.assignment(of: name) != decision.state.updateRevision
            }.sorted()
            guard let first = away.first else { return .accepted("Dry run passed") }
            let more = away.count > 1 ? " (and \(away.count - 1) more)" : ""
            return .accepted(
                "Dry run passed; \(first)\(more) cannot be looked into, and is not written before it has passed there too"
            )
        }
        return .pending("Dry run under way")
    }
}
