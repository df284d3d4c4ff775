import KubeModel
package import Rollout
import SeededRandom

/// A run of the planner among faults, edits and words, all drawn from one seed.
package struct Simulation {
    /// What has been added since the first seeds broke a rule. It is drawn apart from all else, so that a seed without it
    /// still gives the run of its time.
    package enum Addition: Sendable, CaseIterable {
        /// Writes of AccessPointTargets fail.
        case lostAssignments
        /// Some plans wait for a person before their canary.
        case growth
    }

    /// What happened on the way, for the figures.
    package struct Tally: Sendable {
        package var events = 0
        package var commits = 0
        package var writes = 0
        package var targets = 0
        package var counts: [String: Int] = [:]

        package init() {}

        package mutating func add(_ other: Tally) {
            events += other.events
            commits += other.commits
            writes += other.writes
            targets = max(targets, other.targets)
            counts.merge(other.counts, uniquingKeysWith: +)
        }
    }

    package let seed: UInt64
    var random: SplitMix64
    package internal(set) var world = SimulatedWorld()
    var operators: [SimulatedOperator]
    var leader = 0
    let targets: [String]
    /// How writes of AccessPointTargets end; nil: they all succeed and are seen at once.
    private var assigning: SplitMix64?
    /// Which plans ask before their canary; nil: none.
    private var growing: SplitMix64?
    package internal(set) var tally = Tally()
    /// Told of every event and of the world after it.
    let trace: ((String) -> Void)?

    /// Takes a seed; the number of targets (2 to 50) and of operators (1 or 2) follow from it.
    package init(
        seed: UInt64, guards: Guards = .full, with additions: Set<Addition> = Set(Addition.allCases),
        trace: ((String) -> Void)? = nil
    ) {
        (self.seed, self.trace) = (seed, trace)
        assigning = additions.contains(.lostAssignments) ? SplitMix64(seed: ~seed) : nil
        growing = additions.contains(.growth) ? SplitMix64(seed: seed.byteSwapped) : nil
        random = SplitMix64(seed: seed)
        let kind = Int.random(in: 0..<100, using: &random)
        let size = Int.random(in: kind < 80 ? 2...5 : kind < 95 ? 6...16 : 17...50, using: &random)
        targets = (0..<size).map { String(decimal: $0 + 1) }
        let planner = RolloutPlanner(guards: guards)
        let count = random.chance(40) ? 2 : 1
        operators = Array(repeating: SimulatedOperator(planner: planner, host: world.host), count: count)
        for target in targets { world.members[target] = .init() }
        tally.targets = size
        world.host.isQueueing = random.chance(25)
        world.host.isOrphaning = random.chance(10)
        world.host.timeout = random.chance(20) ? 120 : 0
        world.change(plan: plan())
    }

    /// The whole run; the broken rules, each with the seed, or nothing.
    package mutating func run() -> [String] {
        let events = 120 + 6 * targets.count
        for _ in 0..<events where world.violations.isEmpty {
            event()
            world.checkMixtures()
            follow()
        }
        if world.violations.isEmpty { heal() }
        if world.violations.isEmpty { rest() }
        (tally.commits, tally.writes) = (world.commits, world.writes)
        return world.violations.map { "seed \(seed): \($0)" }
    }

    private mutating func event() {
        tally.events += 1
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<36: reconcile()
        case 36..<62: work()
        case 62..<66: look()
        case 66..<75: wait()
        case 75..<83: speak()
        case 83..<87: edit()
        case 87..<96: disturb()
        default: crash()
        }
    }

    mutating func note(_ text: String, _ kind: String) {
        tally.counts[kind, default: 0] += 1
        trace?(text)
    }

    private func follow() { trace?("    " + world.summary) }
}

// What the operators do.
extension Simulation {
    private mutating func reconcile() {
        let actor = operators.indices.randomElement(using: &random) ?? 0
        // The leader is mostly up to date; another one acts on what it last saw.
        if actor == leader ? random.chance(90) : random.chance(20) { operators[actor].sync(world) }
        if random.chance(60) { operators[actor].look(world) }
        let fate: SimulatedOperator.Fate =
            random.chance(5) ? .replyLost : operators.count == 1 && random.chance(5) ? .diesBeforeActions : .well
        note("operator \(actor) reconciles, \(fate)", fate == .well ? "reconcile" : "\(fate)")
        var random = assigning
        if random == nil { operators[actor].host.assigned = world.host.assigned }
        var lost: [String] = []
        operators[actor].reconcile(&world, fate) {
            let delivery = random?.delivery() ?? .answered
            if delivery != .answered { lost.append("\(delivery)") }
            return delivery
        }
        assigning = random
        for fate in lost { note("  an AccessPointTarget: \(fate)", "assignment \(fate)") }
    }

    private mutating func work() {
        let actor = operators.indices.randomElement(using: &random) ?? 0
        for _ in 0..<(targets.count > 5 ? 4 : 1) {
            guard let target = random.pick(operators[actor].jobs.keys.sorted()) else { return }
            let delivery = random.delivery()
            note(
                "operator \(actor) works on \(target), \(delivery)",
                delivery == .answered ? "request" : "\(delivery)")
            operators[actor].work(on: target, &world, isLeader: actor == leader, delivery)
        }
    }

    private mutating func look() {
        let actor = operators.indices.randomElement(using: &random) ?? 0
        guard let target = random.pick(targets) else { return }
        note("operator \(actor) looks at \(target)", "look")
        operators[actor].look(at: target, world)
    }

    private mutating func wait() {
        let seconds = random.pick([1, 10, 31, 101] as [Int64]) ?? 1
        note("\(seconds) s pass", "wait")
        world.now = world.now.adding(seconds: seconds)
    }

    /// The leader dies; whoever follows reads the newest AccessPoint, or an older one from an API server that lags.
    private mutating func crash() {
        let isStale = random.chance(30)
        let host = isStale ? world.lagging : world.host
        let next = operators.indices.randomElement(using: &random) ?? 0
        note("operator \(leader) dies, \(next) leads\(isStale ? " and reads an old state" : "")", "crash")
        operators[leader].restart(reading: host)
        leader = next
        if !isStale { operators[leader].sync(world) }
        operators[leader].heldEpoch = nil
        if random.chance(50) { world.lagging = world.host }
    }
}

// What people and the world do.
extension Simulation {
    private mutating func speak() {
        guard let verb = random.pick(Verb.allCases) else { return }
        let isOften = [Verb.resume, .retry, .abandon].contains(verb)
        let right = operators[leader].view?.tokens[verb]
        let wrong = ["r\(world.newest)/canary", "r\(world.newest)", "r1/wave", "r1/1", "1", nil]
        let value = random.chance(isOften ? 90 : 30) ? right : random.pick(wrong) ?? nil
        world.edit { $0.verbs[verb] = value }
        note("a person says \(verb) \(value ?? "nothing")", "word")
    }

    private mutating func edit() {
        switch Int.random(in: 0..<12, using: &random) {
        case 0..<5:
            world.change(plan: plan())
            note("a new spec: revision \(world.newest)", "edit")
        case 5:
            let stable = world.state.stableRevision
            world.edit { $0.wanted = stable ?? $0.wanted }
            note("the spec is stable again", "revert")
        case 6..<8:
            if random.chance(20) {
                world.edit { $0.isQueueing.toggle() }
                note("new specs queue: \(world.host.isQueueing)", "policy")
            } else {
                world.edit { $0.isPaused.toggle() }
                note("paused: \(world.host.isPaused)", "pause")
            }
        case 8:
            let update = world.state.updateRevision
            let isWanted = random.chance(50)
            world.edit { $0.wanted = isWanted ? update : nil }
            note("the spec is \(isWanted ? "accepted" : "not accepted")", "refused spec")
        case 9..<11:
            guard random.chance(15) else { return }
            world.wipe()
            note("the status is lost", "status lost")
        default:
            guard random.chance(20) else { return }
            world.edit { $0.isDeleting = true }
            note("the AccessPoint is deleted", "deletion")
        }
    }

    private mutating func disturb() {
        guard let target = random.pick(targets) else { return }
        switch Int.random(in: 0..<12, using: &random) {
        case 0..<3:
            world.members[target]?.isUp.toggle()
            note("\(target) \(world.members[target]?.isUp == true ? "is back" : "is cut off")", "outage")
        case 3..<6:
            let finding: Evidence.Finding = random.pick([.good, .good, .bad("ill"), .cannotTell("?")]) ?? .good
            world.members[target]?.finding = finding
            note("\(target) is \(finding)", "health")
        case 6:
            world.members[target]?.refusesDryRun.toggle()
            note("\(target) refuses dry runs or no longer", "dry run refused")
        case 7:
            world.members[target]?.refusesWrites.toggle()
            note("\(target) refuses writes or no longer", "write refused")
        case 8:
            guard world.members[target]?.objects[0] != nil else { return }
            world.members[target]?.objects[0] = SimulatedWorld.foreign
            world.members[target]?.resourceVersion += 1
            note("somebody edits an object in \(target)", "drift")
        default:
            guard target != targets.first else { return }
            world.members[target]?.isPlaced.toggle()
            note("\(target) \(world.members[target]?.isPlaced == true ? "joins" : "leaves")", "join or leave")
        }
    }

    /// A plan by chance over the targets that are placed now.
    mutating func plan() -> RolloutPlan {
        let placed = world.members.filter { $0.value.isPlaced }.keys.sorted()
        let rows = world.state.rows
        let leaving = world.members.keys.sorted().filter { target in
            world.members[target]?.isPlaced == false && rows[target]?.revision != nil
        }
        var left = placed[...]
        var steps = [step(PlanStep.canary, Array(left.prefix(1)))]
        left = left.dropFirst()
        for name in ["wave", "second"] where left.count > 1 && random.chance(50) {
            let size = Int.random(in: 1...max(1, left.count / 2), using: &random)
            steps.append(step(name, Array(left.prefix(size))))
            left = left.dropFirst(size)
        }
        steps.append(step(PlanStep.rest, Array(left)))
        if !leaving.isEmpty, random.chance(50) {
            steps.append(PlanStep(name: PlanStep.remove, targets: leaving, gate: .manual))
        }
        let response = random.chance(60) ? .pause : random.pick(FailureResponse.allCases) ?? .pause
        let plan = RolloutPlan(steps: steps, progressDeadlineSeconds: 100, failureResponse: response)
        return growing?.chance(15) ?? false ? plan.asking("it has grown") : plan
    }

    private mutating func step(_ name: String, _ targets: [String]) -> PlanStep {
        PlanStep(
            name: name, targets: targets, maxConcurrency: Int.random(in: 1...max(2, targets.count / 3), using: &random),
            gate: random.chance(50) ? .manual : .automatic, soakSeconds: random.chance(50) ? 0 : 30,
            maxFailures: name == PlanStep.canary || random.chance(60) ? 0 : Int.random(in: 1...2, using: &random),
            lead: random.chance(80) ? 0 : 1)
    }
}

extension SplitMix64 {
    /// How a request ends by chance.
    fileprivate mutating func delivery() -> SimulatedOperator.Delivery {
        chance(8) ? .replyLost : chance(4) ? .requestLost : .answered
    }
}

extension String {
    /// A target's name of two digits, so that names sort as numbers do.
    init(decimal number: Int) { self = number < 10 ? "0\(number)" : "\(number)" }
}
