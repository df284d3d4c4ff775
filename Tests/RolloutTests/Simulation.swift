import KubeModel
import Rollout

/// A run of the planner among faults, edits and words, all drawn from one seed.
struct Simulation {
    let seed: UInt64
    var random: SplitMix64
    var world = SimulatedWorld()
    var operators: [SimulatedOperator]
    var leader = 0
    let targets: [String]
    var log: [String] = []

    init(seed: UInt64, operators count: Int = 1, guards: Guards = .full) {
        self.seed = seed
        random = SplitMix64(seed: seed)
        let size = Int.random(in: 2...4, using: &random)
        targets = Array(["a", "b", "c", "d"].prefix(size))
        operators = Array(repeating: SimulatedOperator(planner: RolloutPlanner(guards: guards)), count: count)
        for target in targets { world.members[target] = .init() }
        world.hasOldLeaders = count > 1
        world.change(plan: plan())
    }

    /// A plan by chance over the targets that are placed now.
    private mutating func plan() -> RolloutPlan {
        let placed = world.members.filter { $0.value.isPlaced }.keys.sorted()
        let leaving = world.members.keys.sorted().filter { target in
            world.members[target]?.isPlaced == false && world.state.rows[target]?.revision != nil
        }
        var steps = [step(PlanStep.canary, Array(placed.prefix(1)))]
        if placed.count > 2, random.chance(50) { steps.append(step("wave", [placed[1]])) }
        steps.append(step(PlanStep.rest, Array(placed.dropFirst(steps.count))))
        if !leaving.isEmpty, random.chance(50) {
            steps.append(PlanStep(name: PlanStep.remove, targets: leaving, gate: .manual))
        }
        return RolloutPlan(steps: steps, progressDeadlineSeconds: 100)
    }

    private mutating func step(_ name: String, _ targets: [String]) -> PlanStep {
        PlanStep(
            name: name, targets: targets, maxConcurrency: Int.random(in: 1...2, using: &random),
            gate: random.chance(50) ? .manual : .automatic, soakSeconds: random.chance(50) ? 0 : 30)
    }

    /// The whole run; the broken rules, each with the seed, or nothing.
    mutating func run(events: Int) -> [String] {
        for _ in 0..<events where world.violations.isEmpty {
            event()
            if operators.count == 1 { world.checkMixtures() }
        }
        if world.violations.isEmpty { heal() }
        return world.violations.map { "seed \(seed): \($0)" }
    }

    private mutating func event() {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<40: reconcile()
        case 40..<65: work()
        case 65..<75: world.now = world.now.adding(seconds: random.pick([1, 10, 31, 101]) ?? 1)
        case 75..<82: speak()
        case 82..<86: edit()
        case 86..<95: disturb()
        default: crash()
        }
    }

    private mutating func reconcile() {
        let actor = operators.indices.randomElement(using: &random) ?? 0
        // The leader is mostly up to date; another one acts on what it last saw.
        if actor == leader ? random.chance(90) : random.chance(20) { operators[actor].sync(world) }
        if random.chance(60) { operators[actor].look(world) }
        note("reconcile \(actor)")
        operators[actor].reconcile(
            &world, losingReply: random.chance(5), dyingBeforeActions: operators.count == 1 && random.chance(5))
    }

    private mutating func work() {
        let actor = operators.indices.randomElement(using: &random) ?? 0
        guard let target = random.pick(operators[actor].jobs.keys.sorted()) else { return }
        note("work \(actor) \(target)")
        operators[actor].work(on: target, &world, isLeader: actor == leader, losingReply: random.chance(10))
    }

    private mutating func crash() {
        note("crash")
        operators[leader].restart()
        leader = operators.indices.randomElement(using: &random) ?? 0
        operators[leader].sync(world)
        operators[leader].heldEpoch = nil
    }

    private mutating func speak() {
        guard let verb = random.pick(Verb.allCases) else { return }
        let values = [Verb.resume, .retry, .abandon].contains(verb) ? 3 : 1
        let right = operators[leader].view?.tokens[verb]
        let wrong = ["r\(world.newest)/canary", "r\(world.newest)", "r1/wave", "a", nil]
        world.verbs[verb] = random.chance(30 * values) ? right : random.pick(wrong) ?? nil
        note("say \(verb) \(world.verbs[verb] ?? "-")")
    }

    private mutating func edit() {
        note("edit")
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<5: world.change(plan: plan())
        case 5: world.wanted = world.state.stableRevision ?? world.wanted
        case 6..<8: world.isPaused.toggle()
        case 8: world.wanted = random.chance(50) ? nil : world.state.updateRevision
        default: world.isDeleting = world.isDeleting || random.chance(20)
        }
    }

    private mutating func disturb() {
        guard let target = random.pick(targets) else { return }
        note("disturb \(target)")
        switch Int.random(in: 0..<12, using: &random) {
        case 0..<3: world.members[target]?.isUp.toggle()
        case 3..<6:
            world.members[target]?.finding = random.pick([.good, .good, .bad("ill"), .cannotTell("?")]) ?? .good
        case 6: world.members[target]?.refusesDryRun.toggle()
        case 7: world.members[target]?.refusesWrites.toggle()
        case 8:
            // Somebody edits an object of ours by hand.
            guard world.members[target]?.objects[0] != nil else { return }
            world.members[target]?.objects[0] = SimulatedWorld.foreign
            world.members[target]?.resourceVersion += 1
        default:
            guard target != targets.first else { return }
            world.members[target]?.isPlaced.toggle()
        }
    }

    private mutating func note(_ text: String) { log.append(text) }

    /// Faults end, and people give what is asked for: then the goal must be reached.
    private mutating func heal() {
        note("heal")
        operators = [operators[leader]]
        leader = 0
        operators[0].heldEpoch = nil
        world.isPaused = false
        for target in targets {
            let placed = world.members[target]?.isPlaced ?? true
            var member = SimulatedWorld.Member()
            member.objects = world.members[target]?.objects ?? []
            member.resourceVersion = world.members[target]?.resourceVersion ?? 0
            member.isPlaced = placed
            world.members[target] = member
        }
        if world.wanted == nil { world.change(plan: plan()) }
        for _ in 0..<400 where !isAtGoal {
            operators[0].sync(world)
            operators[0].look(world)
            operators[0].reconcile(&world)
            for target in targets { operators[0].work(on: target, &world) }
            grant()
            world.now = world.now.adding(seconds: 20)
        }
        if !isAtGoal { world.violations.append("L1: stuck: \(world.state) targets \(world.members)") }
    }

    /// Says what the status asks for; a word that was there already is taken off first.
    private mutating func grant() {
        guard let view = operators[0].view else { return }
        for verb in [Verb.resume, .retry, .abandon] {
            world.verbs[verb] = view.inert.contains(verb) ? nil : view.tokens[verb]
        }
        world.verbs[.abort] = nil
    }

    private var isAtGoal: Bool {
        let state = world.state
        if world.isDeleting { return world.isFinalized }
        guard state.isComplete, state.updateRevision == world.wanted, state.inFlight.isEmpty else { return false }
        return world.members.allSatisfy { !$0.value.isPlaced || $0.value.holds(state.stableRevision) }
    }
}
