import KubeModel

/// Something that keeps anything new from beginning.
struct Hold: Hashable {
    /// What a resume does.
    enum Effect: Hashable {
        /// Ends the step.
        case passStep
        /// Lets the removal begin.
        case approveRemoval
        /// Goes on past what is unknown of a target.
        case accept(target: String, reason: String)
    }

    var reason: PauseReason
    var target: String?
    /// What is wrong or awaited, in one sentence.
    var detail: String
    /// The value that resume takes, and what it does; nil if no resume helps.
    var token: String?
    var effect: Effect?
    /// Whether a target is known to have failed: the failure policy may decide instead of a person.
    var isFailure = false
}

// Why nothing new begins: the first of these that holds.
extension Turn {
    /// The present hold of an update; nil if the run goes on by itself.
    ///
    /// A hold is found anew each time. It ends by itself when its cause does: a person is asked only while there is
    /// something to decide.
    var hold: Hold? { userPause ?? holdBesideUser }

    /// What holds, or would hold, a run that no person has paused by the spec.
    var holdBesideUser: Hold? { missingSpec ?? refusal ?? failure ?? overdue ?? stranded ?? gateHold }

    var userPause: Hold? {
        guard observed.isPaused else { return nil }
        return Hold(
            reason: .userPaused, detail: "spec.policy.rollout.paused is true; no further target is changed")
    }

    private var missingSpec: Hold? {
        guard observed.wanted == nil || observed.wanted != state.updateRevision, queued == nil else { return nil }
        return Hold(
            reason: .specNotAccepted,
            detail: "the present spec is not accepted or not placed, and the revision before it goes no further")
    }

    private var refusal: Hold? {
        guard let revision = state.updateRevision else { return nil }
        let limit = state.preflightTime == nil ? Int.max : state.passedSteps
        for target in awaiting where stepIndex[target] ?? 0 <= limit {
            guard standing(target) == .pending, case .refused(let message) = readiness(target, revision) else {
                continue
            }
            return Hold(
                reason: .preflightRefused, target: target,
                detail: "\(target) is not ready for revision \(revision.number): \(message)")
        }
        return nil
    }

    /// A write that the executor has given up.
    var failure: Hold? {
        for (target, entry) in entries where isDecided(entry) {
            guard case .failed(let message) = outcome(target, entry), !isTolerated(target) else { continue }
            return exceeded(target, "\(target) cannot be written: \(message)", .targetFailed)
        }
        return nil
    }

    /// Whether a person decides about an entry: a join and a repair are tried again without holding anything up.
    func isDecided(_ entry: JournalEntry) -> Bool { entry.purpose != .join && entry.purpose != .repair }

    private var overdue: Hold? {
        guard guards.has(.deadlinePause) else { return nil }
        let waiting = members + state.inFlight.keys.filter { stepIndex[$0] == nil }.sorted()
        for target in waiting where isOverdue(target) && unsettled.contains(target) {
            return overdue(target)
        }
        return nil
    }

    private func overdue(_ target: String) -> Hold {
        let reason = isUnreachable(target) ? PauseReason.clusterUnreachable : .deadlineExceeded
        switch standing(target) {
        case .verifying(.bad(let message)):
            return exceeded(target, "\(target) is not healthy: \(message)", reason)
        case .verifying(.cannotTell(let message)):
            return asking(reason, target, "it cannot be told whether \(target) is healthy: \(message)")
        case .verifying:
            return asking(reason, target, "nothing is known of the health of \(target) yet")
        default:
            var message = isUnreachable(target) ? "its cluster does not answer" : "the write has not ended"
            if let entry = state.inFlight[target], case .retrying(let cause) = outcome(target, entry) {
                message = cause
            }
            return asking(reason, target, "\(target) is half written: \(message)", isWritten: false)
        }
    }

    /// The present step can only go on in targets that do not answer.
    private var stranded: Hold? {
        guard state.preflightTime != nil, let revision = state.updateRevision, unsettled.isEmpty else { return nil }
        if let step = presentStep, step.isRemoval { return strandedRemoval(step) }
        let left = awaiting.filter {
            stepIndex[$0] ?? 0 <= state.passedSteps && state.inFlight[$0] == nil && !isTolerated($0) && isLed($0)
        }
        guard let target = left.first(where: { !isAccepted($0) }) ?? left.first,
            left.allSatisfy({ readiness($0, revision) == .unreachable })
        else { return nil }
        let isOffered = !isAccepted(target)
        // Past a target that was passed over before the run goes on; only its end waits for it.
        guard isOffered || presentStep == nil else { return nil }
        let cause = isUnreachable(target) ? "does not answer" : "cannot be written yet"
        let detail = "\(target) \(cause) and still has to get revision \(revision.number)"
        return isOffered
            ? asking(.clusterUnreachable, target, detail, isWritten: false)
            : Hold(reason: .clusterUnreachable, target: target, detail: detail)
    }

    private func strandedRemoval(_ step: PlanStep) -> Hold? {
        let left = removals(of: step)
        guard state.isRemovalApproved, let target = left.first, left.allSatisfy(isUnreachable) else { return nil }
        return Hold(
            reason: .clusterUnreachable, target: target,
            detail: "\(target) does not answer and still holds objects that are to be removed")
    }

    /// A hold that a person may end by accepting what is unknown; a rollout without any canary is not on offer.
    private func asking(_ reason: PauseReason, _ target: String, _ detail: String, isWritten: Bool = true) -> Hold {
        var hold = Hold(reason: reason, target: target, detail: detail)
        let step = plan?.steps.first { $0.targets.contains(target) }
        let hasWitness = step?.name != PlanStep.canary || step?.targets.contains { standing($0) == .settled } ?? false
        guard isWritten || hasWitness else { return hold }
        hold.token = "\(label)/\(step?.name ?? PlanStep.rest)/\(target)"
        hold.effect = .accept(target: target, reason: detail)
        return hold
    }

    private var gateHold: Hold? {
        guard let step = presentStep else { return nil }
        if step.isRemoval {
            guard !state.isRemovalApproved, !removals(of: step).isEmpty else { return nil }
            return Hold(
                reason: .removeGate,
                detail: "\(removals(of: step).count) target(s) that have left are to lose their objects",
                token: gateToken(step), effect: .approveRemoval)
        }
        guard isOver(step), isGateAsked else { return nil }
        if let consent = step.consent {
            return Hold(reason: .growthGate, detail: consent, token: gateToken(step), effect: .passStep)
        }
        let failed = tolerated(in: step)
        let detail = failed.isEmpty ? "" : ", but \(Self.failures(failed))"
        return Hold(
            reason: step.name == PlanStep.canary ? .canaryGate : .waveGate,
            detail: "step \(step.name) is done\(detail)", token: gateToken(step), effect: .passStep)
    }

    func gateToken(_ step: PlanStep) -> String { "\(label)/\(step.name)" }

    /// Keeps reason and time of the pause. When one ends, all progress deadlines move on by the time it took.
    mutating func note(pause hold: Hold?) {
        let next = hold.map { RolloutState.Pause(reason: $0.reason, target: $0.target, time: now) }
        guard next?.reason != state.pause?.reason || next?.target != state.pause?.target else { return }
        if let pause = state.pause {
            let time = now
            for target in state.rows.keys {
                remember(target) { row in
                    row.waitingTime = row.waitingTime.map { $0 + (time - max($0, pause.time)) }
                }
            }
        }
        state.pause = next
    }
}
