/// In which way a target has failed in the present run.
enum Failing: Hashable {
    /// That is known: it has refused a write, or is not well past its deadline.
    case bad(String)
    /// It cannot be told how it is, past its deadline or when its turn has come.
    case unknown(String)

    var message: String {
        switch self {
        case .bad(let message), .unknown(let message): message
        }
    }

    var isBad: Bool {
        guard case .bad = self else { return false }
        return true
    }
}

// Targets that have failed, and how many of them the run goes past.
extension Turn {
    /// How a target of the plan has failed; nil while it is well, has time left, or its turn has not come.
    func failing(_ target: String) -> Failing? {
        // On the way back nothing may fail: what cannot go back is for a person to see.
        guard state.isUnfinished, state.course == .update, let revision = state.updateRevision else { return nil }
        switch standing(target) {
        case .failed(let message):
            return state.inFlight[target].map(isDecided) ?? true ? .bad("\(target) cannot be written: \(message)") : nil
        case .verifying(.bad(let message)):
            return isOverdue(target) ? .bad("\(target) is not healthy: \(message)") : nil
        case .verifying, .writing:
            return isOverdue(target) ? .unknown("it cannot be told whether \(target) is healthy") : nil
        case .pending:
            let isItsTurn = stepIndex[target] ?? 0 <= state.passedSteps && state.preflightTime != nil
            guard isItsTurn, !isAccepted(target), readiness(target, revision) == .unreachable else { return nil }
            return .unknown("\(target) \(isUnreachable(target) ? "does not answer" : "cannot be written yet")")
        case .left, .passedOver, .soaking, .settled: return nil
        }
    }

    /// Whether the run goes past a target although it has failed.
    ///
    /// Never past a canary. Past any number of bad ones if the policy says so, past what cannot be told only as far as
    /// `maxFailures` goes.
    func isTolerated(_ target: String) -> Bool {
        guard let step = step(of: target), mayFail(step), let failing = failing(target) else { return false }
        if isCarryingOn, failing.isBad { return true }
        return isWithinLimit(step) { !isCarryingOn || !$0.isBad }
    }

    /// Whether a target's step may be completed without it: no more have failed there than may.
    func isForgiven(_ target: String) -> Bool {
        guard let step = step(of: target), mayFail(step), failing(target) != nil else { return false }
        return isWithinLimit(step) { _ in true }
    }

    /// The targets of a step that the run goes past although they have failed.
    func tolerated(in step: PlanStep) -> [String] { mayFail(step) ? step.targets.filter(isTolerated) : [] }

    /// The step of the plan that a target gets the revision in.
    func step(of target: String) -> PlanStep? {
        guard let plan, let index = stepIndex[target], plan.steps.indices.contains(index) else { return nil }
        return plan.steps[index]
    }

    private var isCarryingOn: Bool { plan?.failureResponse == .carryOn }

    private func mayFail(_ step: PlanStep) -> Bool {
        guard guards.has(.failureLimit) else { return true }
        return step.name != PlanStep.canary && (step.maxFailures > 0 || isCarryingOn)
    }

    private func isWithinLimit(_ step: PlanStep, counting isCounted: (Failing) -> Bool) -> Bool {
        guard guards.has(.failureLimit) else { return true }
        return step.targets.count { failing($0).map(isCounted) ?? false } <= step.maxFailures
    }

    /// Says which targets have failed: `2 targets failed: b, c`.
    static func failures(_ targets: [String], as note: String = "") -> String {
        "\(targets.count) target\(targets.count == 1 ? "" : "s") failed\(note): \(targets.prefix(5).joined(separator: ", "))"
    }

    /// What keeps the run from its end although all that can follow has: more have failed than may.
    ///
    /// It holds nothing up, for nothing is left to begin but what is tried again.
    var laggards: Hold? {
        guard presentStep == nil, plan != nil, unsettled.isEmpty else { return nil }
        for target in members where isPlaced(target) && !isForgiven(target) {
            guard let failing = failing(target) else { continue }
            return exceeded(target, failing.message, .failuresExceeded)
        }
        return nil
    }

    /// The hold for a target that has failed beyond what may fail in its step.
    func exceeded(_ target: String, _ message: String, _ reason: PauseReason) -> Hold {
        guard state.course == .update, let step = step(of: target), mayFail(step) else {
            return Hold(reason: reason, target: target, detail: message, isFailure: true)
        }
        let failed = step.targets.count { failing($0) != nil }
        return Hold(
            reason: .failuresExceeded, target: target,
            detail: "\(failed) targets of step \(step.name) have failed, \(step.maxFailures) may: \(message)",
            isFailure: true)
    }

    /// Turns the run back for a hold that the policy does not wait for a person to decide about.
    mutating func rollBack(for hold: Hold?) -> Bool {
        guard let hold, hold.isFailure, plan?.failureResponse == .rollback else { return false }
        (state.abortedRevision, state.course) = (state.updateRevision, .back)
        state.rollbackCause = hold.detail.cut(to: 256)
        note(pause: nil)
        return true
    }
}
