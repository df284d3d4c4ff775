import KubeModel
import Rollout

/// One operator process: a cache, an executor, and nothing else that outlives it.
struct SimulatedOperator: Hashable {
    /// A write that the executor works on.
    struct Job: Hashable {
        var intent: SimulatedWorld.Intent
        var outcome: WriteReport.Outcome
        /// The member's resource version as last read; nil before the first read.
        var read: Int?
        /// Objects that were looked at since the last read.
        var next = 0
    }

    let planner: RolloutPlanner
    var version = 0
    var heldEpoch: Int64?
    var jobs: [String: Job] = [:]
    var preflights: [String: PreflightReport] = [:]
    /// Evidence comes only from what was looked at by this process.
    var looked: Set<String> = []
    /// What status showed last.
    var view: RolloutView?

    init(planner: RolloutPlanner) { self.planner = planner }

    /// The process dies and another begins.
    mutating func restart() { self = SimulatedOperator(planner: planner) }

    /// Reads the host again; never an older version than one it has seen.
    mutating func sync(_ world: SimulatedWorld) { version = world.history.count - 1 }

    /// Looks at every member that answers.
    mutating func look(_ world: SimulatedWorld) { looked = Set(world.members.filter { $0.value.isUp }.keys) }

    func observe(_ world: SimulatedWorld) -> RolloutObservation {
        let state = world.history[version]
        var seen = RolloutObservation()
        (seen.wanted, seen.plans, seen.verbs) = (world.wanted, world.plans, world.verbs)
        (seen.isPaused, seen.isDeleting, seen.heldEpoch) = (world.isPaused, world.isDeleting, heldEpoch)
        for (target, member) in world.members {
            var facts = TargetObservation(isPlaced: member.isPlaced)
            facts.reachability = member.isUp ? (looked.contains(target) ? .reachable : .unknown) : .unreachable
            facts.assigned = world.assigned[target]
            facts.preflight = preflights[target]
            facts.report = jobs[target].map { WriteReport(stamp: $0.intent.stamp, outcome: $0.outcome) }
            if let assignment = state.assignment(of: target) {
                facts.evidence = evidence(target, member, assignment)
                facts.isDrifted = isDrifted(target, member, state)
            }
            seen.targets[target] = facts
        }
        return seen
    }

    private func evidence(_ target: String, _ member: SimulatedWorld.Member, _ revision: RevisionName) -> Evidence? {
        guard member.isUp else { return Evidence(revision: revision, finding: .cannotTell("unreachable")) }
        guard looked.contains(target) else { return nil }
        return Evidence(revision: revision, finding: member.holds(revision) ? member.finding : .bad("not stored"))
    }

    private func isDrifted(_ target: String, _ member: SimulatedWorld.Member, _ state: RolloutState) -> Bool {
        guard let revision = state.rows[target]?.revision, state.inFlight[target] == nil else { return false }
        return looked.contains(target) && member.isUp && !member.holds(revision)
    }

    /// One reconcile: decide, commit, act. A crash in between, or a reply that gets lost, is the caller's choice.
    mutating func reconcile(_ world: inout SimulatedWorld, losingReply: Bool = false, dyingBeforeActions: Bool = false)
    {
        let (state, seen) = (world.history[version], observe(world))
        let decision = planner.step(state, seen, now: world.now)
        guard !decision.isFenced else { return heldEpoch = nil }
        view = decision.view
        let checks = RolloutInvariants(from: state, to: decision, observed: seen, now: world.now)
        if decision.state != state {
            let isCommitted = world.commit(decision.state, over: version)
            if isCommitted { world.violations += checks.violations.map(\.description) }
            guard isCommitted, !losingReply else { return sync(world) }
            sync(world)
            if decision.state.epoch != state.epoch { heldEpoch = decision.state.epoch }
        }
        guard !dyingBeforeActions else { return restart() }
        for action in decision.actions { perform(action, &world) }
        jobs = jobs.filter { target, job in
            job.outcome == .writing || world.history[version].inFlight[target]?.stamp == job.intent.stamp
        }
    }

    private mutating func perform(_ action: RolloutAction, _ world: inout SimulatedWorld) {
        switch action {
        case .preflight(let target, let revision):
            guard let member = world.members[target] else { return }
            let former = preflights[target].flatMap { $0.revision == revision ? $0.attempts : nil } ?? 0
            preflights[target] = PreflightReport(
                revision: revision,
                result: !member.isUp ? .unreachable : member.refusesDryRun ? .refused("no") : .passed, time: world.now,
                attempts: former + 1)
        case .assign(let target, let revision): world.assigned[target] = revision
        case .apply(let target, let revision, let stamp): begin(target, .revision(revision), stamp)
        case .remove(let target, let stamp): begin(target, .absent, stamp)
        case .release(let target): world.assigned[target] = nil
        case .answer: break
        case .finalize:
            // Under the resource version of what was read, as the contract says.
            guard version == world.history.count - 1 else { return }
            let left = world.members.filter { !$0.value.holds(nil) && !world.state.abandoned.contains($0.key) }
            if !left.isEmpty, !world.hasOldLeaders {
                world.violations.append("S15: finalized while members hold objects")
            }
            world.isFinalized = true
        }
    }

    /// Takes a write on unless it is known; a new one waits until no request of the old one is outstanding.
    private mutating func begin(_ target: String, _ goal: Goal, _ stamp: WriteStamp) {
        let intent = SimulatedWorld.Intent(target: target, goal: goal, stamp: stamp)
        if let job = jobs[target], job.intent == intent || job.outcome == .writing { return }
        jobs[target] = Job(intent: intent, outcome: .writing)
    }

    /// One request of one job: a read, a write, or the discovery that all is in place.
    ///
    /// Whoever reads looks at the lease first, so that an old leader ends with what it has read before.
    mutating func work(
        on target: String, _ world: inout SimulatedWorld, isLeader: Bool = true, losingReply: Bool = false
    ) {
        guard var job = jobs[target], let member = world.members[target] else { return }
        defer { jobs[target] = job }
        switch job.outcome {
        case .done, .failed: return
        case .writing, .retrying: break
        }
        guard member.isUp else { return job.outcome = .retrying("no answer") }
        guard !member.refusesWrites else { return job.outcome = .failed("denied") }
        guard let read = job.read else {
            guard isLeader else { return job.outcome = .retrying("no longer the leader") }
            (job.read, job.next, job.outcome) = (member.resourceVersion, 0, .writing)
            return
        }
        let revision = job.intent.goal.revision
        while job.next < 2, member.objects[job.next] == revision { job.next += 1 }
        guard job.next < 2 else {
            // Nothing left to write: read once more unless nothing has happened since.
            if member.resourceVersion == read { job.outcome = .done } else { job.read = nil }
            looked.insert(target)
            return
        }
        let isStored = world.write(target, object: job.next, revision, by: job.intent, read: read)
        if !isStored || losingReply {
            (job.read, job.outcome) = (nil, .retrying(isStored ? "timeout" : "conflict"))
        } else {
            (job.read, job.next) = (read + 1, job.next + 1)
        }
    }
}
