import KubeModel

// What status shows.
extension Turn {
    var view: RolloutView {
        let hold = hold
        let tokens = tokens(at: hold)
        let shown = presentHold(hold)
        let inert = tokens.filter { observed.verbs[$0.key] == $0.value && state.seen[$0.key] == $0.value }.keys
        return RolloutView(
            phase: phase, stepIndex: stepPosition.map { $0 + 1 } ?? 0, stepTotal: plan?.steps.count ?? 0,
            stepName: stepPosition.flatMap { plan?.steps[$0].name }, gate: isGate(shown?.reason) ? shown?.token : nil,
            queued: queued, brake: brakeView, message: (shown?.detail ?? message) + queueNote, tokens: tokens,
            inert: Set(inert), steps: stepViews,
            targets: targetViews)
    }

    private func presentHold(_ hold: Hold?) -> Hold? {
        guard let pause = state.pause else { return nil }
        var known = state.course == .update && !observed.isDeleting && state.isUnfinished ? hold ?? laggards : nil
        // Who ends the pause should know what comes next.
        if known?.reason == .userPaused, let next = holdBesideUser, !next.isFailure {
            known?.detail += "; after that \(next.reason.rawValue): \(next.detail)"
        }
        return known ?? Hold(reason: pause.reason, target: pause.target, detail: pausedMessage(pause))
    }

    private func pausedMessage(_ pause: RolloutState.Pause) -> String {
        switch pause.reason {
        case .userPaused: userPause?.detail ?? ""
        case .targetFailed: "\(pause.target ?? "a target") failed"
        default: "\(pause.target ?? "a target") does not answer"
        }
    }

    private func isGate(_ reason: PauseReason?) -> Bool {
        switch reason {
        case .growthGate, .canaryGate, .waveGate, .removeGate: true
        default: false
        }
    }

    private var phase: RolloutView.Phase {
        if observed.isDeleting { return .deleting }
        if state.course == .back { return .rollingBack }
        if state.isAborted { return .degraded }
        if state.isComplete { return state.updateRevision == nil ? .progressing : .healthy }
        switch state.pause?.reason {
        case .preflightRefused: return .blocked
        case nil: return .progressing
        default: return .paused
        }
    }

    private var message: String {
        guard let revision = state.updateRevision else { return "" }
        let updated = members.count { state.rows[$0]?.revision == revision }
        let progress = "\(updated)/\(members.count) targets at revision \(revision.number)"
        guard state.isAborted else { return progress }
        return state.rollbackCause.map { "revision \(revision.number) was rolled back: \($0)" }
            ?? "revision \(revision.number) was aborted"
    }

    private var queueNote: String { queued.map { "; revision \($0.number) waits for the end of this one" } ?? "" }

    private var stepPosition: Int? {
        guard let plan, !plan.steps.isEmpty else { return nil }
        return min(state.passedSteps, plan.steps.count - 1)
    }

    private var stepViews: [RolloutView.Step] {
        (plan?.steps ?? []).enumerated().map { index, step in
            let updated = step.targets.count { state.rows[$0]?.revision == state.updateRevision }
            return RolloutView.Step(
                name: step.name, phase: phase(of: step, at: index), targets: step.targets.count,
                updated: step.isRemoval ? 0 : updated)
        }
    }

    private func phase(of step: PlanStep, at index: Int) -> RolloutView.Step.Phase {
        if step.targets.isEmpty, step.consent == nil, index <= state.passedSteps { return .skipped }
        if index < state.passedSteps { return .completed }
        guard index == state.passedSteps, state.isUnfinished else { return .pending }
        if state.pause != nil { return .paused }
        let standings = step.targets.map { standing($0) }
        let isSoaking = standings.allSatisfy { standing in
            if case .soaking = standing { return true }
            return standing.isOver
        }
        return isSoaking ? .soaking : .progressing
    }

    private var targetViews: [String: RolloutView.Target] {
        let names = Set(members).union(state.rows.keys).union(state.inFlight.keys)
        return Dictionary(names.map { ($0, targetView($0)) }, uniquingKeysWith: { first, _ in first })
    }

    private func targetView(_ target: String) -> RolloutView.Target {
        let (phase, reason) = shown(target)
        let isUpdated = state.rows[target]?.revision == state.updateRevision && state.inFlight[target] == nil
        let isLost = isUnreachable(target) && phase != .failed && phase != .removing
        return RolloutView.Target(phase: isLost ? .unreachable : phase, isUpdated: isUpdated, reason: reason)
    }

    private func shown(_ target: String) -> (RolloutView.Target.Phase, String?) {
        if let entry = state.inFlight[target] { return shown(target, inFlight: entry) }
        let held: (RolloutView.Target.Phase, String?) =
            state.rows[target]?.revision == nil ? (.pending, nil) : (.available, nil)
        guard isPlaced(target) else { return (held.0, "Left") }
        guard state.isUnfinished, state.course == .update else { return held }
        switch standing(target) {
        case .soaking: return (.soaking, nil)
        case .verifying(.bad(let reason)), .verifying(.cannotTell(let reason)): return (.verifying, reason)
        case .verifying: return (.verifying, nil)
        case .passedOver: return (held.0, "PassedOver")
        case .pending, .left, .writing, .failed, .settled: return held
        }
    }

    private func shown(_ target: String, inFlight entry: JournalEntry) -> (RolloutView.Target.Phase, String?) {
        switch outcome(target, entry) {
        case .failed(let reason): return (.failed, reason)
        case .retrying(let reason): return (entry.purpose == .remove ? .removing : .applying, reason)
        case .done where entry.purpose == .update: return (.verifying, nil)
        case .writing, .done, nil: return (entry.purpose == .remove ? .removing : .applying, nil)
        }
    }
}
