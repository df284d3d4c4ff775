import KubeModel
import Rollout

// The end of a run: the goal is reached, and then nothing happens any more.
extension Simulation {
    /// L1: faults end, and people give what is asked for: then the goal must be reached.
    mutating func heal() {
        note("faults end", "heal")
        operators = [operators[leader]]
        leader = 0
        operators[0].heldEpoch = nil
        for target in targets {
            world.members[target]?.isUp = true
            world.members[target]?.finding = .good
            world.members[target]?.refusesDryRun = false
            world.members[target]?.refusesWrites = false
        }
        world.edit { $0.isPaused = false }
        if world.host.wanted == nil { world.change(plan: plan()) }
        for _ in 0..<(400 + 40 * targets.count) where !isAtGoal && world.violations.isEmpty {
            settle()
            grant()
            world.now = world.now.adding(seconds: 20)
            trace?("    " + world.summary)
        }
        if world.violations.isEmpty, !isAtGoal { world.violations.append("L1: stuck: \(world.summary)") }
    }

    /// S12: once everything is where it belongs nothing is written any more, however often it is looked at.
    mutating func rest() {
        guard !world.host.isDeleting else { return }
        world.edit { $0.verbs = [:] }
        for _ in 0..<3 { settle() }
        let (commits, writes) = (world.commits, world.writes)
        for _ in 0..<5 {
            world.now = world.now.adding(seconds: 700)
            settle()
        }
        guard world.commits != commits || world.writes != writes else { return }
        world.violations.append("S12: \(world.commits - commits) commits and \(world.writes - writes) writes at rest")
    }

    private mutating func settle() {
        operators[0].sync(world)
        operators[0].look(world)
        operators[0].reconcile(&world)
        for target in operators[0].jobs.keys.sorted() { operators[0].work(on: target, &world) }
    }

    /// Says what the status asks for; a word that was there already is taken off first.
    private mutating func grant() {
        guard let view = operators[0].view else { return }
        world.edit { host in
            for verb in [Verb.resume, .retry, .abandon] {
                host.verbs[verb] = view.inert.contains(verb) ? nil : view.tokens[verb]
            }
            host.verbs[.abort] = nil
        }
    }

    private var isAtGoal: Bool {
        if world.host.isDeleting { return world.isFinalized }
        let state = world.state
        guard state.isComplete, state.updateRevision == world.host.wanted, state.inFlight.isEmpty else { return false }
        return world.members.allSatisfy { !$0.value.isPlaced || $0.value.holds(state.stableRevision) }
    }
}

extension SimulatedWorld {
    /// The world in one line, for people: the state, then each target as `name:objects(row)` with its troubles.
    package var summary: String {
        let state = state
        let journal = state.inFlight.sorted { $0.key < $1.key }.map { target, entry in
            "\(target) \(entry.purpose.rawValue) \(entry.goal.revision?.number ?? 0) (\(entry.stamp.epoch).\(entry.stamp.sequence))"
        }
        let targets = members.sorted { $0.key < $1.key }.map { target, member in
            let objects = member.objects.map { $0?.number.description ?? "-" }.joined(separator: ",")
            let row = state.rows[target]?.revision?.number.description ?? "-"
            let marks = [
                member.isUp ? "" : " cut", member.isPlaced ? "" : " left", member.refusesWrites ? " refuses" : "",
                member.refusesDryRun ? " no dry run" : "", member.finding == .good ? "" : " \(member.finding)",
            ]
            return "\(target):\(objects)(\(row))" + marks.joined()
        }
        let wanted = host.wanted?.number.description ?? "none"
        return "v\(host.version) e\(state.epoch) stable \(state.stableRevision?.number ?? 0)"
            + " update \(state.updateRevision?.number ?? 0) \(state.course.rawValue) passed \(state.passedSteps)"
            + " pause \(state.pause?.reason.rawValue ?? "-") wanted \(wanted) journal [\(journal.joined(separator: "; "))]"
            + " targets \(targets.joined(separator: " "))"
    }
}
