public import KubeModel

/// The safety rules of a rollout, checked on one transition from outside.
///
/// The checks derive what they need from states, plans and observations by themselves and share nothing with the
/// planner, so that a mistake there is not repeated here. Tests, model checks and simulations run them on every step.
public struct RolloutInvariants: Sendable {
    /// A broken rule.
    public struct Violation: Sendable, Hashable, CustomStringConvertible {
        /// The number of the rule, such as `S2`.
        public let rule: String
        /// What happened.
        public let detail: String

        /// Rule and detail.
        public var description: String { "\(rule): \(detail)" }
    }

    /// The state before.
    let previous: RolloutState
    /// The state after.
    let next: RolloutState
    /// What is to be done after the commit.
    let actions: [RolloutAction]
    /// What was known.
    let observed: RolloutObservation
    /// When it was decided.
    let now: Timestamp
    /// The plan of the revision that is rolled out after it.
    private let plan: RolloutPlan?

    /// Takes a transition to be checked.
    public init(
        from previous: RolloutState, to decision: RolloutDecision, observed: RolloutObservation, now: Timestamp
    ) {
        (self.previous, next, actions) = (previous, decision.state, decision.actions)
        (self.observed, self.now) = (observed, now)
        plan = Self.plan(of: decision.state, observed)
    }

    /// Every rule that the transition breaks.
    public var violations: [Violation] {
        [
            concurrency, frontier, approval, writeAhead, noAccident, freeze, supersede, deletion, exactReturn, repair,
            superseded,
        ].flatMap { $0 }
    }

    /// S1: what begins finds room in its step.
    private var concurrency: [Violation] {
        let (moved, busy) = (moved, unsettled)
        return moved.compactMap { target, _ in
            guard let index = step(of: target), let plan else { return nil }
            let limit = plan.steps[min(next.passedSteps, plan.steps.count - 1)].maxConcurrency
            guard busy.count > limit, index <= next.passedSteps else { return nil }
            return violation("S1", "\(target) began while \(busy.sorted()) are unsettled, \(limit) allowed")
        }
    }

    /// S2 and S3: what begins has everything before it done, healthy, soaked and let through; and its dry run passed.
    private var frontier: [Violation] {
        moved.flatMap { target, _ -> [Violation] in
            guard let revision = next.updateRevision, let plan, let index = step(of: target) else {
                return [violation("S2", "\(target) began without a plan")]
            }
            var found: [Violation] = []
            if index > next.passedSteps {
                found.append(violation(next.passedSteps == 0 ? "S3" : "S2", "\(target) began before its step"))
            }
            for step in plan.steps.prefix(index) where !step.isRemoval {
                for earlier in step.targets
                where !isDone(earlier, revision, soak: step.soakSeconds) && !isPast(earlier, in: step) {
                    found.append(violation("S2", "\(target) began while \(earlier) of \(step.name) is not done"))
                }
            }
            let report = observed.targets[target]?.preflight
            if report?.revision != revision || report?.result != .passed {
                found.append(violation("S2", "\(target) began without a dry run"))
            }
            if observed.isPaused { found.append(violation("S2", "\(target) began while paused")) }
            return found
        }
    }

    /// S4: a gate is passed only by its own token, set since its step began, and recorded with the step.
    private var approval: [Violation] {
        guard previous.updateRevision == next.updateRevision, previous.course == next.course, let plan,
            next.passedSteps > previous.passedSteps
        else { return [] }
        return plan.steps.indices.filter { (previous.passedSteps..<next.passedSteps).contains($0) }.compactMap {
            index in
            let step = plan.steps[index]
            // A person may have opened every gate of the run, which says nothing about the removal or about growth.
            if next.isPromoted, !step.isRemoval, step.consent == nil, isPromotionGiven { return nil }
            guard step.gate == .manual, isOfWeight(step), plan.steps.dropFirst(index + 1).contains(where: isOfWeight)
            else { return nil }
            let token = "\(label)/\(step.name)"
            let isGiven = observed.verbs[.resume] == token && previous.seen[.resume] != token
            guard !isGiven || next.handled[.resume]?.value != token else { return nil }
            return violation("S4", "step \(step.name) was passed without \(token)")
        }
    }

    /// S5: every write is journaled in the very state that is committed, and stamps never repeat.
    private var writeAhead: [Violation] {
        var found = actions.compactMap { action -> Violation? in
            switch action {
            case .assign(let target, let revision):
                next.inFlight[target]?.goal == .revision(revision)
                    ? nil : violation("S5", "\(target) is assigned \(revision) without a journal entry")
            case .apply(let target, let revision, let stamp):
                next.inFlight[target]?.goal == .revision(revision) && next.inFlight[target]?.stamp == stamp
                    ? nil : violation("S5", "\(target) is written with \(revision) without a journal entry")
            case .remove(let target, let stamp):
                next.inFlight[target]?.goal == .absent && next.inFlight[target]?.stamp == stamp
                    ? nil : violation("S5", "\(target) is cleaned without a journal entry")
            case .preflight, .release, .answer, .finalize: nil
            }
        }
        if next.epoch < previous.epoch || next.sequence < previous.sequence {
            found.append(violation("S5", "a counter went back"))
        }
        if let held = observed.heldEpoch, held != previous.epoch, next != previous || !actions.isEmpty {
            found.append(violation("S5", "a process that was taken over decided something"))
        }
        for (target, entry) in next.inFlight where entry.stamp.epoch != next.epoch {
            if observed.heldEpoch == nil { found.append(violation("S5", "\(target) was not stamped on taking over")) }
        }
        return found
    }

    /// S9 and S14: a target's revision changes only by a journaled write that is reported as done.
    private var noAccident: [Violation] {
        Set(previous.rows.keys).union(next.rows.keys).sorted().compactMap { target in
            let revision = next.rows[target]?.revision
            guard revision != previous.rows[target]?.revision, !next.abandoned.contains(target) else { return nil }
            let entry = previous.inFlight[target]
            let isReported = observed.targets[target]?.report.map { $0.stamp == entry?.stamp && $0.outcome == .done }
            guard let entry, entry.goal.revision == revision, isReported ?? false else {
                return violation("S9", "\(target) changed to \(revision?.description ?? "nothing") by itself")
            }
            return nil
        }
    }

    /// S17: the plan stays as it was frozen; who joins gets the stable revision and a place in `rest`.
    private var freeze: [Violation] {
        begun(.join).compactMap { target, entry in
            entry.goal.revision != nil && entry.goal.revision == next.stableRevision
                ? nil : violation("S17", "\(target) joined with another than the stable revision")
        }
    }

    /// S18: nothing begins towards a superseded revision, and no write is overtaken by the next.
    private var supersede: [Violation] {
        var found: [Violation] = []
        for purpose in JournalEntry.Purpose.allCases {
            for (target, entry) in begun(purpose) {
                let assigned = previous.rows[target]?.revision
                let allowed = [next.updateRevision, next.stableRevision, assigned].compactMap { $0 }
                if let revision = entry.goal.revision, !allowed.contains(revision) {
                    found.append(violation("S18", "\(target) began to go to the superseded \(revision)"))
                }
                if previous.inFlight[target] != nil, observed.targets[target]?.report?.outcome == .writing {
                    found.append(violation("S18", "\(target) was journaled anew while it is being written"))
                }
            }
        }
        return found
    }

    /// S15: deletion takes one target at a time, and the finalizer goes only when nothing is left.
    private var deletion: [Violation] {
        var found: [Violation] = []
        let removals = next.inFlight.filter { $0.value.purpose == .remove }
        if removals.count > 1 { found.append(violation("S15", "\(removals.keys.sorted()) are cleaned at once")) }
        if !removals.isEmpty, !observed.isDeleting, !next.isRemovalApproved, !next.isComplete,
            begun(.remove).contains(where: { _ in true })
        {
            found.append(violation("S15", "a removal began that nobody has approved"))
        }
        if actions.contains(.finalize),
            !next.inFlight.isEmpty || next.rows.contains(where: { $0.value.revision != nil })
        {
            found.append(violation("S15", "the finalizer goes while targets hold objects"))
        }
        return found
    }
}

// What the rules are stated with.
extension RolloutInvariants {
    private func violation(_ rule: String, _ detail: String) -> Violation { Violation(rule: rule, detail: detail) }

    private static func plan(of state: RolloutState, _ observed: RolloutObservation) -> RolloutPlan? {
        guard var plan = state.updateRevision.flatMap({ observed.plans[$0] }) else { return nil }
        let planned = Set(plan.targets)
        // Who joins is no part of a run before it has the stable revision.
        let joined = observed.targets.filter { target, seen in
            let isThere = state.stableRevision == nil || state.rows[target]?.revision != nil
            return seen.isPlaced && !planned.contains(target) && isThere
        }.keys.sorted()
        guard !joined.isEmpty else { return plan }
        if let index = plan.steps.firstIndex(where: { $0.name == PlanStep.rest }) {
            plan.steps[index].targets += joined
        } else {
            let end = plan.steps.firstIndex(where: \.isRemoval) ?? plan.steps.count
            plan.steps.insert(PlanStep(name: PlanStep.rest, targets: joined), at: end)
        }
        return plan
    }

    /// Whether the run was promoted before, or is by its own name now.
    private var isPromotionGiven: Bool {
        if previous.isPromoted { return true }
        return observed.verbs[.promoteFull] == label && previous.seen[.promoteFull] != label
            && next.handled[.promoteFull]?.value == label
    }

    /// Whether the failure policy lets a run go past a target of a step.
    private func isPast(_ target: String, in step: PlanStep) -> Bool {
        guard step.name != PlanStep.canary, let isBad = failed(target) else { return false }
        let isCarryingOn = plan?.failureResponse == .carryOn
        if isCarryingOn, isBad { return true }
        return step.targets.count { failed($0).map { !isCarryingOn || !$0 } ?? false } <= step.maxFailures
    }

    /// Whether a target has failed for certain, or cannot be told about for too long; nil for neither.
    private func failed(_ target: String) -> Bool? {
        let seen = observed.targets[target]
        guard let revision = next.updateRevision, isPlaced(target) else { return nil }
        let isLate = next.rows[target]?.waitingTime.map { since in
            since.adding(seconds: plan?.progressDeadlineSeconds ?? .max) <= (next.pause?.time ?? now)
        }
        // A repair that this very decision begins has changed nothing yet of what is known of the target; a repair or a
        // join of another revision gives way to the run, and is no failure of it.
        let isUnderRepairNow = next.inFlight[target]?.purpose == .repair && previous.inFlight[target] == nil
        let isBeside = [.repair, .join].contains(next.inFlight[target]?.purpose)
        let givesWay = isBeside && next.rows[target]?.revision != revision
        if let entry = next.inFlight[target], !isUnderRepairNow, !givesWay {
            // What was reported of an entry counts also in the decision that stamps it anew.
            let stamps = [entry.stamp, previous.inFlight[target]?.stamp].compactMap { $0 }
            let isOfEntry = stamps.contains { $0 == seen?.report?.stamp && $0.sequence == entry.stamp.sequence }
            if case .failed = seen?.report?.outcome, isOfEntry { return true }
            return isLate == true && !isAccepted(target) ? false : nil
        }
        guard next.rows[target]?.revision == revision else {
            let isItsTurn = step(of: target) ?? 0 <= next.passedSteps && next.preflightTime != nil
            let tried = seen?.preflight.flatMap { $0.revision == revision ? $0.result : nil }
            if case .refused = tried { return nil }
            let isAway = seen?.reachability == .unreachable || tried == .unreachable
            return isItsTurn && isAway && !isAccepted(target) ? false : nil
        }
        guard isLate == true, let evidence = seen?.evidence, evidence.revision == revision else { return nil }
        switch evidence.finding {
        case .good: return nil
        case .bad: return true
        case .cannotTell: return isAccepted(target) ? nil : false
        }
    }

    private var label: String {
        let number = next.updateRevision?.number ?? 0
        return next.round == 0 ? "r\(number)" : "r\(number).\(next.round.successor)"
    }

    private func step(of target: String) -> Int? {
        plan?.steps.firstIndex { !$0.isRemoval && $0.targets.contains(target) }
    }

    private func isOfWeight(_ step: PlanStep) -> Bool {
        if step.isRemoval { return step.targets.contains { !isPlaced($0) && previous.rows[$0]?.revision != nil } }
        return step.consent != nil || step.targets.contains(where: isPlaced)
    }

    private func isPlaced(_ target: String) -> Bool { observed.targets[target]?.isPlaced ?? true }

    /// The entries of a purpose that this transition has made.
    private func begun(_ purpose: JournalEntry.Purpose) -> [(key: String, value: JournalEntry)] {
        next.inFlight.filter { $0.value.purpose == purpose && $0.value.stamp.sequence > previous.sequence }
            .sorted { $0.key < $1.key }
    }

    /// The updates that this transition has begun, without the retries of those that were under way or there before.
    private var moved: [(key: String, value: JournalEntry)] {
        begun(.update).filter { target, entry in
            previous.inFlight[target]?.goal != entry.goal && previous.rows[target]?.revision != entry.goal.revision
        }
    }

    private func isAccepted(_ target: String) -> Bool {
        next.updateRevision != nil && next.rows[target]?.accepted?.revision == next.updateRevision
    }

    private func isDone(_ target: String, _ revision: RevisionName, soak: Int64) -> Bool {
        guard isPlaced(target), !isAccepted(target) else { return true }
        guard let row = next.rows[target], row.revision == revision, next.inFlight[target] == nil,
            observed.targets[target]?.evidence == Evidence(revision: revision, finding: .good),
            let healthy = row.healthyTime
        else { return false }
        return healthy.adding(seconds: soak) <= now
    }

    private var unsettled: Set<String> {
        let moving = next.inFlight.filter { $0.value.purpose == .update || $0.value.purpose == .back }.keys
        let waiting = (plan?.steps ?? []).flatMap { step in
            step.isRemoval
                ? []
                : step.targets.filter { target in
                    guard let revision = next.updateRevision, next.rows[target]?.revision == revision else {
                        return false
                    }
                    return next.inFlight[target] == nil && !isDone(target, revision, soak: step.soakSeconds)
                }
        }
        return Set(moving).union(waiting).filter { target in
            if let index = step(of: target), let plan, isPast(target, in: plan.steps[index]) { return false }
            return !isAccepted(target) && (isPlaced(target) || observed.targets[target]?.reachability != .unreachable)
        }
    }
}
