import KubeModel
import Rollout

/// One state of the whole system, with what may still go wrong in it.
struct Model: Hashable {
    /// Something that happens.
    enum Event: Hashable {
        case reconcile, reconcileLosingReply, reconcileDying
        case work(String), workLosingReply(String)
        case crash
        case edit, revert, togglePause, delete
        case say(Verb), takeOff(Verb)
        case goDown(String), comeUp(String), fallIll(String), getWell(String), refuse(String), admit(String)
    }

    var world = SimulatedWorld()
    var agent: SimulatedOperator
    /// How many faults, edits, pauses and words against the flow may still come.
    var disturbances: Int
    let targets: [String]

    init(plan: RolloutPlan, disturbances: Int, guards: Guards = .full) {
        agent = SimulatedOperator(planner: RolloutPlanner(guards: guards))
        self.disturbances = disturbances
        targets = plan.targets.sorted()
        for target in targets { world.members[target] = .init() }
        world.change(plan: plan)
        normalise()
    }

    /// Everything that may happen next.
    var events: [Event] {
        var events: [Event] = [.reconcile]
        events += agent.jobs.keys.sorted().filter { isAtWork($0) }.map { .work($0) }
        if let token = agent.view?.tokens[.resume], world.verbs[.resume] != token { events.append(.say(.resume)) }
        if agent.view?.inert.isEmpty == false { events.append(.takeOff(.resume)) }
        if world.isPaused { events.append(.togglePause) }
        for target in targets {
            guard let member = world.members[target] else { continue }
            if !member.isUp { events.append(.comeUp(target)) }
            if member.finding != .good { events.append(.getWell(target)) }
            if member.refusesWrites { events.append(.admit(target)) }
        }
        return disturbances > 0 ? events + disturbing : events
    }

    private var disturbing: [Event] {
        var events: [Event] = [.reconcileLosingReply, .reconcileDying, .crash]
        events += agent.jobs.keys.sorted().filter { isAtWork($0) }.map { .workLosingReply($0) }
        if world.newest < 3 { events.append(.edit) }
        if let stable = world.state.stableRevision, stable != world.wanted { events.append(.revert) }
        if !world.isPaused { events.append(.togglePause) }
        if !world.isDeleting { events.append(.delete) }
        for verb in [Verb.abort, .retry] where agent.view?.tokens[verb] != nil { events.append(.say(verb)) }
        for target in targets {
            guard let member = world.members[target] else { continue }
            if member.isUp { events.append(.goDown(target)) }
            if member.finding == .good { events.append(.fallIll(target)) }
            if !member.refusesWrites { events.append(.refuse(target)) }
        }
        return events
    }

    private func isAtWork(_ target: String) -> Bool {
        switch agent.jobs[target]?.outcome {
        case .writing, .retrying: true
        case .done, .failed, nil: false
        }
    }

    /// The state after an event.
    func after(_ event: Event) -> Model {
        var next = self
        if disturbing.contains(event) { next.disturbances -= 1 }
        next.apply(event)
        if next.world.violations.isEmpty { next.world.checkMixtures() }
        next.normalise()
        return next
    }

    private mutating func apply(_ event: Event) {
        switch event {
        case .reconcile: reconcile()
        case .reconcileLosingReply: reconcile(losingReply: true)
        case .reconcileDying: reconcile(dying: true)
        case .work(let target): agent.work(on: target, &world)
        case .workLosingReply(let target): agent.work(on: target, &world, losingReply: true)
        case .crash: agent.restart()
        case .edit: world.wanted.flatMap { world.plans[$0] }.map { world.change(plan: $0) }
        case .revert: world.wanted = world.state.stableRevision
        case .togglePause: world.isPaused.toggle()
        case .delete: world.isDeleting = true
        case .say(let verb): world.verbs[verb] = agent.view?.tokens[verb]
        case .takeOff(let verb): world.verbs[verb] = nil
        case .goDown(let target): world.members[target]?.isUp = false
        case .comeUp(let target): world.members[target]?.isUp = true
        case .fallIll(let target): world.members[target]?.finding = .cannotTell("?")
        case .getWell(let target): world.members[target]?.finding = .good
        case .refuse(let target): world.members[target]?.refusesWrites = true
        case .admit(let target): world.members[target]?.refusesWrites = false
        }
    }

    private mutating func reconcile(losingReply: Bool = false, dying: Bool = false) {
        agent.sync(world)
        agent.look(world)
        agent.reconcile(&world, losingReply: losingReply, dyingBeforeActions: dying)
    }

    /// What a patient person and whole clusters do: the next state on the way to the goal.
    var healed: Model {
        var next = self
        next.disturbances = 0
        next.world.isPaused = false
        for target in targets {
            next.world.members[target]?.isUp = true
            next.world.members[target]?.finding = .good
            next.world.members[target]?.refusesWrites = false
        }
        next.reconcile()
        for target in targets { next.agent.work(on: target, &next.world) }
        let view = next.agent.view
        for verb in [Verb.resume, .retry, .abandon] {
            next.world.verbs[verb] = view?.inert.contains(verb) == true ? nil : view?.tokens[verb]
        }
        next.world.verbs[.abort] = nil
        // Dry runs are repeated after a while; nothing else in this model looks at the time.
        next.agent.preflights = next.agent.preflights.filter { $0.value.result == .passed }
        next.normalise()
        return next
    }

    /// Whether all is where it belongs, and nothing is left to do.
    var isAtGoal: Bool {
        let state = world.state
        if world.isDeleting { return world.isFinalized }
        guard state.isComplete, state.updateRevision == world.wanted, state.inFlight.isEmpty else { return false }
        return world.members.allSatisfy { $0.value.holds(state.stableRevision) }
    }

    /// Forgets what makes no difference, so that equal situations are equal values: counters are renumbered.
    private mutating func normalise() {
        var state = world.state
        let order = state.inFlight.sorted { $0.value.stamp.sequence < $1.value.stamp.sequence }.map(\.key)
        var renumbered: [WriteStamp: WriteStamp] = [:]
        for (index, target) in order.enumerated() {
            guard let stamp = state.inFlight[target]?.stamp else { continue }
            let isMine = stamp.epoch == state.epoch
            renumbered[stamp] = WriteStamp(epoch: isMine ? 1 : 0, sequence: Int64(index + 1))
            state.inFlight[target]?.stamp = WriteStamp(epoch: isMine ? 1 : 0, sequence: Int64(index + 1))
        }
        for (target, job) in agent.jobs {
            let stamp = renumbered[job.intent.stamp] ?? WriteStamp(epoch: -1, sequence: -1)
            agent.jobs[target]?.intent.stamp = stamp
            if let read = job.read {
                agent.jobs[target]?.read = read == world.members[target]?.resourceVersion ? 0 : -1
            }
        }
        for target in targets { world.members[target]?.resourceVersion = 0 }
        agent.heldEpoch = agent.heldEpoch.map { $0 == state.epoch ? 1 : 0 }
        (state.epoch, state.sequence, state.handled) = (1, Int64(order.count), [:])
        (world.history, agent.version) = ([state], 0)
        world.journaled = Set(
            state.inFlight.map { .init(target: $0.key, goal: $0.value.goal, stamp: $0.value.stamp) }
                + agent.jobs.values.map(\.intent))
        for target in agent.preflights.keys { agent.preflights[target]?.attempts = 1 }
    }
}
