import KubeModel

// A run of the update revision: which revision it is, its steps, and its end.
extension Turn {
    /// Takes up the revision that the spec asks for.
    ///
    /// The stable revision is gone back to at once. Any other begins at its canary; a way back that still moves is
    /// waited for first.
    mutating func adoptWanted() {
        guard let wanted = observed.wanted, wanted != state.updateRevision, observed.plans[wanted] != nil else {
            return
        }
        guard queued == nil else { return }
        if wanted == state.stableRevision {
            begin(wanted, course: .back)
        } else if state.course == .update || !isReturnMoving {
            begin(wanted, course: .update)
        }
    }

    /// The revision that waits for the end of the present run, as the spec says; nil if none does.
    ///
    /// A run that has touched nothing yet is not waited for, and the stable revision waits for nothing.
    var queued: RevisionName? {
        guard observed.queuesNewRevision, let wanted = observed.wanted, observed.plans[wanted] != nil,
            wanted != state.updateRevision, wanted != state.stableRevision, state.isUnfinished,
            state.course == .update, state.preflightTime != nil, presentStep?.consent == nil, guards.has(.queue)
        else { return nil }
        return wanted
    }

    private mutating func begin(_ revision: RevisionName, course: RolloutState.Course) {
        recordSuperseded(by: revision)
        state.updateRevision = revision
        (state.round, state.retries, state.abortedRevision, state.rollbackCause) = (0, 0, nil, nil)
        beginRun(course: course)
    }

    /// Starts the update revision from its first step, or the way back to it.
    mutating func beginRun(course: RolloutState.Course) {
        state.course = course
        (state.passedSteps, state.isRemovalApproved, state.isPromoted) = (0, false, false)
        (state.preflightTime, state.completionTime, state.startTime) = (nil, nil, now)
        for target in state.rows.keys {
            let isResting = state.inFlight[target] == nil
            remember(target) { row in
                row.accepted = nil
                if isResting { (row.waitingTime, row.healthyTime) = (nil, nil) }
            }
        }
        usePlan()
        for verb in [Verb.resume, .promoteFull, .abort, .retry] { passBy(verb) }
    }

    /// Moves an unfinished run as far as it goes by itself and by the words of people.
    mutating func advanceUpdate() {
        guard state.isUnfinished else {
            note(pause: nil)
            return
        }
        guard plan != nil else { return }
        trackHealth()
        notePreflight()
        advanceSteps()
        if let hold = hold { obeyResume(hold) }
        obeyPromotion()
        let hold = state.isUnfinished ? hold : nil
        guard !rollBack(for: hold) else { return }
        note(pause: hold ?? (state.isUnfinished ? laggards : nil))
        if hold == nil || !guards.has(.userPause) && hold?.reason == .userPaused { admitNext() }
    }

    /// Goes past steps that are over and whose gate is not asked, and ends the run after the last.
    mutating func advanceSteps() {
        while let step = presentStep, isOver(step), !isGateAsked { passStep() }
        if state.passedSteps == plan?.steps.count, isEveryTargetThere { complete() }
    }

    /// Ends the present step.
    mutating func passStep() {
        state.passedSteps += 1
        passBy(.resume)
    }

    /// Whether nothing of a step is left to do.
    func isOver(_ step: PlanStep) -> Bool {
        if step.isRemoval { return removals(of: step).isEmpty }
        return step.targets.allSatisfy(isOver)
    }

    /// Whether the run goes on past a target: it is done, gone, let go by a person, or a failure that may be.
    func isOver(_ target: String) -> Bool { standing(target).isOver || isTolerated(target) }

    /// Whether a person is asked after the present step.
    var isGateAsked: Bool { isGateAsked(at: state.passedSteps) }

    /// Whether a person is asked after a step of this run: its gate is manual, it had targets, something comes after,
    /// and nobody has opened all gates. What a person has to agree to by itself is no such gate, and has no targets.
    func isGateAsked(at index: Int) -> Bool {
        guard let plan, plan.steps.indices.contains(index) else { return false }
        let step = plan.steps[index]
        guard step.gate == .manual, !step.isRemoval, step.consent != nil || !state.isPromoted else { return false }
        return (step.consent != nil || step.targets.contains { standing($0) != .left })
            && plan.steps.dropFirst(index + 1).contains { later in
                later.isRemoval
                    ? !removals(of: later).isEmpty : later.targets.contains { standing($0) != .left }
            }
    }

    /// Whether every target that is still placed has the update revision or has failed as may be, and nothing else is
    /// half written.
    private var isEveryTargetThere: Bool {
        members.allSatisfy { target in
            !isPlaced(target) || isForgiven(target)
                || state.inFlight[target] == nil && state.rows[target]?.revision == state.updateRevision
                    && failing(target) == nil
        } && !state.inFlight.contains { $0.value.purpose == .back && isPlaced($0.key) && !isForgiven($0.key) }
    }

    /// Ends the run. What has failed, as may be, follows when it can, like a target that joins: it is tried again
    /// without a person, and gives way to the next run.
    private mutating func complete() {
        let failed = members.filter { isPlaced($0) && isForgiven($0) }
        record(.completed, failed.isEmpty ? "" : Self.failures(failed, as: ", as may be"))
        for target in failed where state.inFlight[target]?.purpose == .update {
            state.inFlight[target]?.purpose = .join
        }
        (state.stableRevision, state.completionTime) = (state.updateRevision, now)
        forgetWaits()
    }

    /// Forgets what only matters while a run is under way.
    mutating func forgetWaits() {
        for target in state.rows.keys {
            let isMoving = state.inFlight[target] != nil
            remember(target) { row in
                if !isMoving { row.waitingTime = nil }
                (row.healthyTime, row.accepted) = (nil, nil)
            }
        }
    }
}

// The next targets of the present step.
extension Turn {
    private mutating func admitNext() {
        guard state.preflightTime != nil || !guards.has(.preflight), let step = presentStep ?? plan?.steps.last else {
            return
        }
        if step.isRemoval, state.passedSteps < plan?.steps.count ?? 0 { return admitRemoval(step) }
        guard let revision = state.updateRevision, isEvidenceFresh || !guards.has(.frontier) else { return }
        var room = step.maxConcurrency - unsettled.union(unjournaled.keys).count
        for target in candidates where isFrontier(reached: target) {
            guard room > 0 || !guards.has(.concurrency), isLed(target) else { return }
            switch readiness(target, revision) {
            case .ready where isFree(target):
                journal(target, .revision(revision), .update)
                room -= 1
            case .unreachable: continue
            case .ready, .waiting, .refused: return
            }
        }
    }

    /// Whether all steps before a target's own are done (S2).
    private func isFrontier(reached target: String) -> Bool {
        guard let plan, guards.has(.frontier) else { return true }
        return plan.steps.prefix(stepIndex[target] ?? 0).allSatisfy { step in
            step.isRemoval || step.targets.allSatisfy(isOver)
        }
    }

    /// Whether the targets that go first in a target's step are over, if it is not one of them.
    func isLed(_ target: String) -> Bool {
        guard let step = step(of: target), step.lead > 0, guards.has(.frontier) else { return true }
        let lead = step.targets.prefix(step.lead)
        return lead.contains(target) || lead.allSatisfy(isOver)
    }

    /// Targets that may be written next, in plan order: those of the present step, and before them those passed over.
    private var candidates: [String] {
        members.filter { target in
            guard unjournaled[target] == nil, state.inFlight[target].map({ !isCurrent($0) }) ?? true else {
                return false
            }
            guard stepIndex[target] ?? 0 <= state.passedSteps || !guards.has(.frontier) else { return false }
            let standing = standing(target)
            return standing == .pending || standing == .passedOver && state.inFlight[target]?.purpose != .back
                || !guards.has(.supersede) && standing == .writing
        }
    }

    /// Whether a target can be journaled: nothing holds it, or only what gives way and is not being written.
    func isFree(_ target: String) -> Bool {
        guard state.inFlight[target] != nil else { return true }
        return !isWriting(target) || !guards.has(.supersede)
    }
}

// The last step: targets that have left lose their objects, one at a time.
extension Turn {
    /// Targets of a `remove` step that still hold objects and are still not placed.
    func removals(of step: PlanStep) -> [String] {
        step.targets.filter { !isPlaced($0) && (state.rows[$0]?.revision != nil || state.inFlight[$0] != nil) }
    }

    private mutating func admitRemoval(_ step: PlanStep) {
        let left = removals(of: step)
        guard state.isRemovalApproved, !left.contains(where: { state.inFlight[$0]?.purpose == .remove }) else { return }
        guard let target = left.first(where: { !isUnreachable($0) && isFree($0) }) else { return }
        journal(target, .absent, .remove)
    }
}
