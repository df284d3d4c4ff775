import Rollout

// What people say and what time does.
extension Model {
    func edit(_ event: ModelEvent, _ state: inout ModelState) -> Bool {
        let shape = shapes[state.host.shape]
        switch event {
        case .edit:
            guard state.newest < 3, state.spendEdit() else { return false }
            state.newest += 1
            state.host.wanted = state.newest
        case .revert:
            guard shape.stable != 0, shape.stable != state.host.wanted, state.spendEdit() else { return false }
            state.host.wanted = shape.stable
        case .refuseSpec:
            guard state.host.wanted != 0, state.spendEdit() else { return false }
            state.host.wanted = 0
        default:
            guard state.host.wanted == 0 else { return false }
            state.host.wanted = shape.update == 0 ? state.newest : shape.update
        }
        return true
    }

    /// What the status would tell a person who looks now.
    private func told(_ state: ModelState) -> ModelDecisions.Answer {
        var process = state.active
        process.host = state.host
        return decisions.answer(question(process, state))
    }

    func say(_ verb: Int, _ state: inout ModelState) -> Bool {
        guard state.words > 0 || ModelEvent.verbs[verb] == .resume else { return false }
        let token = told(state).tokens[verb]
        guard token != 0, state.host[verb: verb] != token else { return false }
        // The flow of a rollout is free: a person opens the gate that waits.
        if ModelEvent.verbs[verb] == .resume { return state.tell { $0[verb: verb] = token } }
        return state.spendWord { $0[verb: verb] = token }
    }

    func sayWrong(_ verb: Int, _ which: Int, _ state: inout ModelState) -> Bool {
        guard state.words > 0 else { return false }
        let number = which == 0 ? 1 : state.newest + 1
        let text =
            switch ModelEvent.verbs[verb] {
            case .resume: "r\(number)/canary"
            case .retry: "r\(number)/1"
            case .abandon: which == 0 ? "a" : "b"
            default: "r\(number)"
            }
        let value = words.number(of: text)
        guard value != told(state).tokens[verb], value != state.host[verb: verb] else { return false }
        return state.spendWord { $0[verb: verb] = value }
    }

    func takeOff(_ verb: Int, _ state: inout ModelState) -> Bool {
        guard state.host[verb: verb] != 0 else { return false }
        if told(state).inert & (1 << UInt8(verb)) != 0 { return state.tell { $0[verb: verb] = 0 } }
        return state.spendWord { $0[verb: verb] = 0 }
    }

    /// A long time passes for everybody.
    func wait(_ state: inout ModelState) -> Bool {
        state.host.shape = shapes.aged(state.host.shape)
        state.active.host.shape = shapes.aged(state.active.host.shape)
        state.other.host.shape = shapes.aged(state.other.host.shape)
        for target in 0..<3 {
            state.active.preflights[target].age()
            state.other.preflights[target].age()
        }
        return true
    }
}

// The rules of whole states, and the way to the goal.
extension Model {
    /// S1 and S3: what members hold agrees with the journal.
    func check(_ state: ModelState) {
        let shape = shapes[state.host.shape]
        for target in 0..<3 where (state.tainted | shape.abandoned) & (1 << UInt8(target)) == 0 {
            let member = state.members[target]
            guard shape.goals[target] == nil, member.object0 != 4 else { continue }
            if member.object0 != member.object1 {
                report("S1: \(ModelShapes.targets[target]) is half written and not in the journal")
            }
            guard shape.isUnagreed || shape.isAtCanary && target != 0, shape.update != shape.stable,
                shape.rows[target] != shape.update
            else { continue }
            if member.object0 == shape.update || member.object1 == shape.update {
                report("S3: \(ModelShapes.targets[target]) holds the update before it was let through")
            }
        }
    }

    /// Faults are over and a patient person gives what is asked for: the next state on the way to the goal.
    func healed(_ state: ModelState) -> ModelState {
        violations = []
        var next = state
        (next.faults, next.words, next.edits, next.switches) = (0, 0, 0, 0)
        next.other = ModelOperator()
        next.other.host = next.host
        for target in 0..<3 {
            next.members[target].isUp = true
            next.members[target].health = .good
            next.members[target].refusesDryRun = false
            next.members[target].refusesWrites = false
        }
        next.host.isPaused = false
        if next.host.wanted == 0 { next.host.wanted = next.newest }
        next.active.sights = Three(ModelSight(freshness: .live))
        _ = reconcile(&next)
        for target in 0..<3 {
            for _ in 0..<4 { _ = work(on: target, &next) }
        }
        let told = told(next)
        for (verb, name) in ModelEvent.verbs.enumerated() {
            let isGiven = [Verb.resume, .retry, .abandon].contains(name) && told.inert & (1 << UInt8(verb)) == 0
            next.host[verb: verb] = isGiven ? told.tokens[verb] : 0
        }
        _ = wait(&next)
        if violations.isEmpty { check(next) }
        next.renumber()
        return next
    }

    /// Whether all is where it belongs, and nothing is left to do.
    func isAtGoal(_ state: ModelState) -> Bool {
        if state.host.isDeleting { return state.isFinalized }
        let shape = shapes[state.host.shape]
        guard shape.isComplete, shape.update == state.host.wanted else { return false }
        return (0..<3).allSatisfy { target in
            shape.goals[target] == nil
                && (!state.members[target].isPlaced || state.members[target].holds(shape.stable))
        }
    }
}
