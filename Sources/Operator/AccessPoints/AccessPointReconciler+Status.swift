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
            // Of one that joins, or whose turn has not come, the row alone tells what keeps it.
            let isAwaiting = target.reports.preflight.map { decision.state.awaits($0.revision, in: name) } ?? false
            if shown.isPlaced, isAwaiting, !input.isDeleting, let revision = target.reports.preflight?.revision {
                shown.failures = target.reports.refusals.map { $0.about(revision) }
            }
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
        let refused = refusals(observation, decision)
        // A person may have paused it besides.
        if decision.view.phase == .blocked
            || decision.state.pause?.reason == .userPaused && decision.state.preflightTime == nil && !refused.isEmpty
        {
            if let first = refused.first {
                let state = decision.state.preflightTime == nil ? "nothing is written" : "no further target is written"
                return .refused(
                    first.failure.reason.rawValue,
                    RefusalDigest.messages(refused) + ["\(state), and it goes on by itself once this is mended"])
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
        if decision.state.isAborted {
            return .pending("The spec is valid; its revision was aborted before every target had taken it in a dry run")
        }
        return .pending("Dry run under way")
    }

    /// What keeps the revision from being written, target by target.
    private func refusals(
        _ observation: AccessPointObservation, _ decision: RolloutDecision
    ) -> [(target: String, failure: ObjectFailure)] {
        observation.targets.sorted { $0.key < $1.key }.flatMap { name, target in
            guard let report = target.reports.preflight, report.revision == decision.state.updateRevision,
                case .refused = report.result, decision.state.awaits(report.revision, in: name),
                observation.rollout.targets[name]?.isPlaced ?? false
            else { return [(target: String, failure: ObjectFailure)]() }
            return target.reports.refusals.map { (target: name, failure: $0) }
        }
    }
}

extension ObjectFailure {
    /// The same beside what is said of another revision.
    fileprivate func about(_ revision: RevisionName) -> ObjectFailure {
        var failure = self
        failure.message = "(revision \(revision.number)) \(message)"
        return failure
    }
}
