package import Rollout

/// The whole system in small: one AccessPoint, two or three clusters of two objects each, three revisions, and two operator
/// processes that both believe to lead.
///
/// What may happen at any point is everything of ``ModelEvent`` that the bounds still allow.
package final class Model {
    let shapes: ModelShapes
    let words = ModelWords()
    let decisions: ModelDecisions
    let bounds: ModelBounds
    /// The targets that the plan names; a cluster beyond them is none of the AccessPoint's.
    let targetCount: Int
    /// Every event that can befall this model.
    let events: [ModelEvent]
    var violations: [String] = []

    package init(plan: RolloutPlan, isQueueing: Bool = false, bounds: ModelBounds, guards: Guards = .full) {
        shapes = ModelShapes(plan: plan)
        decisions = ModelDecisions(
            planner: RolloutPlanner(guards: guards), plan: plan, isQueueing: isQueueing, shapes: shapes, words: words)
        self.bounds = bounds
        let targetCount = plan.steps.reduce(0) { $0 + $1.targets.count }
        self.targetCount = targetCount
        events = ModelEvent.all.filter { $0.target.map { $0 < targetCount } ?? true }
    }

    /// The first revision is wanted, and nothing has happened yet.
    var start: ModelState {
        var state = ModelState(
            faults: bounds.faults, words: bounds.words, edits: bounds.edits, switches: bounds.switches)
        state.host.shape = shapes.number(of: RolloutState())
        for target in targetCount..<max(3, targetCount) { state.members[target].isPlaced = false }
        (state.active.host, state.other.host) = (state.host, state.host)
        state.renumber()
        return state
    }

    /// The state after an event, or nil where the event cannot happen or changes nothing.
    func after(_ event: ModelEvent, _ state: ModelState) -> ModelState? {
        violations = []
        guard !state.isFinalized else { return nil }
        var next = state
        guard apply(event, to: &next), next != state else { return nil }
        if violations.isEmpty { check(next) }
        next.renumber()
        return next
    }

    func report(_ violation: String) { violations.append(violation) }

    private func apply(_ event: ModelEvent, to state: inout ModelState) -> Bool {
        switch event {
        case .reconcile: return reconcile(&state)
        case .reconcileOnStale: return state.active.host != state.host && decide(&state, .well)
        case .loseCommitReply: return state.spendFault() && reconcile(&state, .replyLost)
        case .dieAfterCommit: return state.spendFault() && reconcile(&state, .diesBeforeActions)
        case .crash: return state.spendFault() && state.active.restart()
        case .look: return state.active.look()
        case .lag(let target): return state.spendFault() && state.lag(target)
        case .work(let target): return work(on: target, &state)
        case .loseWriteReply(let target): return state.spendFault() && work(on: target, &state, isReplyLost: true)
        case .change: return state.change()
        case .wait: return wait(&state)
        case .edit, .revert, .refuseSpec, .acceptSpec: return edit(event, &state)
        case .pause: return !state.host.isPaused && state.spendWord { $0.isPaused = true }
        case .unpause: return state.host.isPaused && state.tell { $0.isPaused = false }
        case .delete: return !state.host.isDeleting && state.spendWord { $0.isDeleting = true }
        case .say(let verb): return say(verb, &state)
        case .sayWrong(let verb, let which): return sayWrong(verb, which, &state)
        case .takeOff(let verb): return takeOff(verb, &state)
        default: return state.apply(trouble: event)
        }
    }
}

// What the operator does.
extension Model {
    func reconcile(_ state: inout ModelState, _ fate: SimulatedOperator.Fate = .well) -> Bool {
        state.active.host = state.host
        return decide(&state, fate)
    }

    /// One decision on what the operator has read: commit, then act.
    private func decide(_ state: inout ModelState, _ fate: SimulatedOperator.Fate) -> Bool {
        let answer = decisions.answer(question(state.active, state))
        violations += answer.violations
        guard !answer.isFenced else {
            state.active.held = 0
            state.active.host = state.host
            return fate == .well
        }
        guard answer.isChanged || fate == .well else { return false }
        if answer.isChanged {
            guard state.active.host == state.host else {
                state.active.host = state.host
                return true
            }
            commit(answer, &state)
            state.active.host = state.host
            if fate == .replyLost { return true }
            if answer.isEpochTaken { state.active.held = state.host.epoch }
        }
        if fate == .diesBeforeActions { return state.active.restart() }
        for target in 0..<3 { perform(answer.deeds[target], on: target, &state) }
        if answer.isFinal { finalize(&state) }
        state.active.dropJobs(shapes[state.active.host.shape])
        return true
    }

    func question(_ process: ModelOperator, _ state: ModelState) -> ModelDecisions.Question {
        let (host, shape) = (process.host, shapes[process.host.shape])
        var stamped: UInt8 = 0
        var targets = Three(ModelDecisions.Facts())
        for target in 0..<3 {
            if shape.goals[target] != nil, host.stampEpoch[target] == host.epoch { stamped |= 1 << UInt8(target) }
            targets[target] = facts(of: target, process, shape, state)
        }
        return ModelDecisions.Question(
            shape: host.shape, wanted: host.wanted, isPaused: host.isPaused, isDeleting: host.isDeleting,
            verbs: host.verbs, held: process.held == 0 ? 0 : process.held == host.epoch ? 1 : 2, isStamped: stamped,
            targets: targets)
    }

    private func facts(
        of target: Int, _ process: ModelOperator, _ shape: ModelShapes.Shape, _ state: ModelState
    ) -> ModelDecisions.Facts {
        var facts = ModelDecisions.Facts()
        let (job, sight) = (process.jobs[target], process.sights[target])
        facts.isPlaced = state.members[target].isPlaced
        facts.assigned = state.assigned[target]
        facts.preflight = process.preflights[target]
        facts.report = job.outcome
        facts.isReportOfEntry =
            job.outcome != .none && shape.goals[target] != nil
            && job.stampEpoch == process.host.stampEpoch[target]
            && job.stampNumber == process.host.stampNumber[target]
        guard sight.freshness != .nothing else { return facts }
        let member = sight.freshness == .live ? state.members[target] : sight.old
        facts.reach = member.isUp ? .reachable : .unreachable
        let (assignment, row) = (shape.assignments[target], shape.rows[target])
        if assignment != 0 { facts.finding = member.finding(at: assignment) }
        facts.isDrifted = row != 0 && shape.goals[target] == nil && member.isUp && !member.holds(row)
        return facts
    }

    private func commit(_ answer: ModelDecisions.Answer, _ state: inout ModelState) {
        let shape = shapes[answer.shape]
        state.host.shape = answer.shape
        if answer.isEpochTaken { state.host.epoch += 1 }
        for target in 0..<3 {
            guard shape.goals[target] != nil else {
                (state.host.stampEpoch[target], state.host.stampNumber[target]) = (0, 0)
                continue
            }
            if answer.isStamped & (1 << UInt8(target)) != 0 { state.host.stampEpoch[target] = state.host.epoch }
            if answer.entry[target] != 0 { state.host.stampNumber[target] = state.sequence + answer.entry[target] }
        }
        state.sequence += answer.entries
    }

    private func perform(_ deeds: ModelDecisions.Deeds, on target: Int, _ state: inout ModelState) {
        let shape = shapes[state.active.host.shape]
        if deeds.assign != 0 { state.assigned[target] = deeds.assign }
        if deeds.isReleased { state.assigned[target] = 0 }
        if deeds.preflight != 0 {
            let member = state.members[target]
            state.active.preflights[target] = ModelPreflight(
                revision: deeds.preflight,
                result: !member.isUp ? .unreachable : member.refusesDryRun ? .refused : .passed)
        }
        guard deeds.isWritten else { return }
        guard let goal = shape.goals[target] else { return report("S5: a write without a journal entry") }
        state.active.begin(goal, on: target)
    }

    private func finalize(_ state: inout ModelState) {
        guard state.active.host == state.host else { return }
        let abandoned = shapes[state.host.shape].abandoned
        for target in 0..<3 where !state.members[target].holds(0) {
            guard (state.tainted | abandoned) & (1 << UInt8(target)) == 0 else { continue }
            report("S15: finalized while \(ModelShapes.targets[target]) holds objects")
        }
        state.isFinalized = true
    }

    /// One step of the executor: the first read, or one write.
    func work(on target: Int, _ state: inout ModelState, isReplyLost: Bool = false) -> Bool {
        var job = state.active.jobs[target]
        guard job.outcome == .writing || job.outcome == .retrying else { return false }
        let member = state.members[target]
        if !member.isUp {
            job.outcome = .retrying
        } else if member.refusesWrites {
            job.outcome = .failed
        } else if job.read == .nothing {
            (job.read, job.next, job.outcome) = (.current, 0, .writing)
        } else {
            return write(target, job, &state, isReplyLost)
        }
        job.pass(member)
        guard !isReplyLost else { return false }
        finish(target, job, &state)
        return true
    }

    private func write(_ target: Int, _ job: ModelJob, _ state: inout ModelState, _ isReplyLost: Bool) -> Bool {
        var job = job
        guard job.read == .current else {
            (job.read, job.next, job.outcome) = (.nothing, 0, .retrying)
            state.active.jobs[target] = job
            return !isReplyLost
        }
        store(job, on: target, &state)
        job.outcome = .writing
        job.next += 1
        job.pass(state.members[target])
        if isReplyLost { (job.read, job.next, job.outcome) = (.nothing, 0, .retrying) }
        finish(target, job, &state)
        return true
    }

    private func store(_ job: ModelJob, on target: Int, _ state: inout ModelState) {
        let isJournaled = shapes[state.host.shape].goals[target] != nil
        if !isJournaled {
            state.tainted |= 1 << UInt8(target)
            if job.stampEpoch == state.host.epoch { report("S11: a write under the present epoch is not journaled") }
        }
        if job.next == 0 { state.members[target].object0 = job.goal } else { state.members[target].object1 = job.goal }
        if state.other.jobs[target].read == .current { state.other.jobs[target].read = .old }
    }

    /// A job that has nothing left to write under what it has read is done.
    private func finish(_ target: Int, _ job: ModelJob, _ state: inout ModelState) {
        var job = job
        if job.outcome == .writing, job.read == .current, job.next == 2 {
            (job.outcome, job.read, job.next) = (.done, .nothing, 0)
            state.active.sights[target] = ModelSight()
            if shapes[state.host.shape].goals[target] != nil,
                job.stampEpoch == state.host.stampEpoch[target],
                job.stampNumber == state.host.stampNumber[target]
            {
                state.tainted &= ~(1 << UInt8(target))
            }
        }
        state.active.jobs[target] = job
    }
}
