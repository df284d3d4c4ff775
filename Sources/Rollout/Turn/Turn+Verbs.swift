import KubeModel

// What people say by annotations. A value acts once, and only if it names what waits now (S4).
extension Turn {
    /// The value that each verb takes now.
    var tokens: [Verb: String] { tokens(at: hold) }

    /// The value that each verb takes while this holds.
    func tokens(at hold: Hold?) -> [Verb: String] {
        var tokens: [Verb: String] = [:]
        if observed.isDeleting {
            tokens[.abandon] = abandonable
            tokens[.retry] = retryable.isEmpty ? nil : retryToken
            return tokens
        }
        if state.isUnfinished, state.course == .update {
            tokens[.abort] = label
            tokens[.resume] = resumeToken(at: hold)
            tokens[.promoteFull] = promotionToken(at: hold)
        }
        tokens[.retry] = state.isAborted || !retryable.isEmpty ? retryToken : brakeView?.token
        return tokens
    }

    private var retryToken: String { "r\(state.updateRevision?.number ?? 0)/\(state.retries.successor)" }

    /// The token of what waits; while the present step is still under way the one of its gate.
    ///
    /// While something is wrong no word is taken for later: it would be given without knowing how that ends.
    private func resumeToken(at hold: Hold?) -> String? {
        switch hold?.reason {
        case nil, .userPaused, .specNotAccepted:
            guard let step = presentStep, isGateAsked else { return nil }
            return gateToken(step)
        default: return hold?.token
        }
    }

    /// The name of the run while it still has a gate to pass, and nothing is wrong with it.
    private func promotionToken(at hold: Hold?) -> String? {
        switch hold?.reason {
        case nil, .userPaused, .specNotAccepted, .canaryGate, .waveGate: break
        default: return nil
        }
        let left = state.passedSteps..<max(state.passedSteps, plan?.steps.count ?? 0)
        return left.contains { isGateAsked(at: $0) } ? label : nil
    }

    /// Whether a verb carries a value that has not been dealt with yet.
    private func isFresh(_ verb: Verb) -> Bool {
        observed.verbs[verb] != nil && (observed.verbs[verb] != state.seen[verb] || !guards.has(.tokenOnce))
    }

    /// Whether a person has given a verb this value since its step began; if so the value is consumed.
    mutating func consume(_ verb: Verb, _ token: String?) -> Bool {
        guard isFresh(verb), let token, let value = observed.verbs[verb] else { return false }
        guard value.utf8.elementsEqual(token.utf8) || !guards.has(.tokenBinding) else { return false }
        state.seen[verb] = value
        state.handled[verb] = HandledVerb(value: value, time: now)
        return true
    }

    /// Makes the present value of a verb inert: what was there when a step began says nothing about it.
    mutating func passBy(_ verb: Verb) {
        guard let value = observed.verbs[verb], value != state.seen[verb] else { return }
        if value == tokens[verb] {
            answers.append(VerbAnswer(verb: verb, value: value, reason: .alreadyThere, right: value))
        }
        state.seen[verb] = value
    }

    /// Answers values that name nothing that waits, and forgets values that were taken off.
    mutating func answerVerbs() {
        guard observed.verbs != state.seen else { return }
        let tokens = tokens
        for verb in Verb.allCases where observed.verbs[verb] != state.seen[verb] {
            guard let value = observed.verbs[verb] else {
                state.seen[verb] = nil
                continue
            }
            // A resume that names the present step's gate takes effect at the end of its soak.
            guard value != tokens[verb] else { continue }
            answers.append(VerbAnswer(verb: verb, value: value, reason: .wrongValue, right: tokens[verb]))
            state.seen[verb] = value
        }
    }

    /// Does what a resume of the present hold says.
    mutating func obeyResume(_ hold: Hold) {
        guard let effect = hold.effect, consume(.resume, hold.token) else { return }
        switch effect {
        case .passStep: passStep()
        case .approveRemoval: state.isRemovalApproved = true
        case .accept(let target, let reason):
            guard let revision = state.updateRevision else { return }
            remember(target) { $0.accepted = Acceptance(revision: revision, reason: reason) }
        }
    }

    /// Opens every gate that is left of the present run, but that of the step `remove`.
    mutating func obeyPromotion() {
        guard isFresh(.promoteFull), state.isUnfinished, consume(.promoteFull, tokens[.promoteFull]) else { return }
        state.isPromoted = true
        advanceSteps()
    }

    /// Turns an unfinished run back to the stable revision; beats every other verb.
    mutating func obeyAbort() {
        guard isFresh(.abort), consume(.abort, tokens[.abort]) else { return }
        (state.abortedRevision, state.course) = (state.updateRevision, .back)
        note(pause: nil)
        // A retry that came with it spoke of the run, not of the way back.
        passBy(.retry)
    }

    /// Tries again what failed, or starts an aborted revision again.
    mutating func obeyRetry() {
        guard isFresh(.retry), !releaseBrake(), consume(.retry, tokens[.retry]) else { return }
        let targets = retryable
        state.retries = state.retries.successor
        guard !state.isAborted || observed.isDeleting else {
            (state.abortedRevision, state.rollbackCause, state.round) = (nil, nil, state.round.successor)
            return beginRun(course: .update)
        }
        for target in targets {
            if let entry = state.inFlight[target] {
                journal(target, entry.goal, entry.purpose)
            } else if let revision = state.updateRevision {
                journal(target, .revision(revision), .update)
            }
        }
    }

    /// Targets in which something has failed: a refused write, or bad health past the deadline.
    private var retryable: [String] {
        let refused = entries.filter { item in
            guard case .failed = outcome(item.target, item.entry) else { return false }
            return isDecided(item.entry)
        }
        guard state.isUnfinished, !observed.isDeleting else { return refused.map(\.target) }
        let unhealthy = members.filter { target in
            guard case .verifying(.bad) = standing(target) else { return false }
            return isOverdue(target) && !isWriting(target)
        }
        return Set(refused.map(\.target)).union(unhealthy).sorted()
    }
}
