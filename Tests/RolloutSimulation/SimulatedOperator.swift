import KubeModel
package import Rollout

/// One operator process: a cache, an executor, and nothing else that outlives it.
package struct SimulatedOperator {
    /// A write that the executor works on.
    package struct Job {
        package var intent: SimulatedWorld.Intent
        package var outcome: WriteReport.Outcome
        /// The member's resource version as last read; nil before the first read.
        package var read: Int?
        /// Objects that were looked at since the last read.
        package var next = 0
    }

    /// How a reconcile ends.
    package enum Fate { case well, replyLost, diesBeforeActions }

    /// How a request ends.
    package enum Delivery { case answered, requestLost, replyLost }

    let planner: RolloutPlanner
    /// The AccessPoint as last read.
    package var host: SimulatedWorld.Host
    package var heldEpoch: Int64?
    package var jobs: [String: Job] = [:]
    package var preflights: [String: PreflightReport] = [:]
    /// Each member as last seen; it is forgotten when a write of this process ends, since it may be older than that.
    package var seen: [String: SimulatedWorld.Member] = [:]
    /// What status showed last.
    package var view: RolloutView?

    package init(planner: RolloutPlanner, host: SimulatedWorld.Host) {
        (self.planner, self.host) = (planner, host)
    }

    /// The process dies and another begins, with what it reads first.
    package mutating func restart(reading host: SimulatedWorld.Host) {
        self = SimulatedOperator(planner: planner, host: host)
    }

    /// Reads the AccessPoint again; never an older version than one it has seen.
    package mutating func sync(_ world: SimulatedWorld) { host = world.host }

    /// Looks at every member.
    package mutating func look(_ world: SimulatedWorld) { seen = world.members }

    /// Looks at one member.
    package mutating func look(at target: String, _ world: SimulatedWorld) { seen[target] = world.members[target] }

    func observe(_ world: SimulatedWorld, _ state: RolloutState) -> RolloutObservation {
        var observed = RolloutObservation()
        (observed.wanted, observed.plans, observed.verbs) = (host.wanted, world.plans, host.verbs)
        (observed.isPaused, observed.isDeleting, observed.heldEpoch) = (host.isPaused, host.isDeleting, heldEpoch)
        (observed.queuesNewRevision, observed.orphansOnDeletion) = (host.isQueueing, host.isOrphaning)
        observed.unreachableTimeoutSeconds = host.timeout
        for (target, member) in world.members {
            var facts = TargetObservation(isPlaced: member.isPlaced)
            let sight = seen[target]
            facts.reachability = sight.map { $0.isUp ? .reachable : .unreachable } ?? .unknown
            facts.assigned = host.assigned[target]?.revision
            facts.preflight = preflights[target]
            facts.report = jobs[target].map { WriteReport(stamp: $0.intent.stamp, outcome: $0.outcome) }
            if let sight, let assignment = state.assignment(of: target) {
                facts.evidence = evidence(sight, assignment)
                facts.isDrifted = isDrifted(target, sight, state)
            }
            observed.targets[target] = facts
        }
        return observed
    }

    private func evidence(_ member: SimulatedWorld.Member, _ revision: RevisionName) -> Evidence {
        guard member.isUp else { return Evidence(revision: revision, finding: .cannotTell("unreachable")) }
        return Evidence(revision: revision, finding: member.holds(revision) ? member.finding : .bad("not stored"))
    }

    private func isDrifted(_ target: String, _ member: SimulatedWorld.Member, _ state: RolloutState) -> Bool {
        guard let revision = state.rows[target]?.revision, state.inFlight[target] == nil else { return false }
        return member.isUp && !member.holds(revision)
    }

    /// One reconcile: decide, commit, act. Each write of an AccessPointTarget asks how it ends.
    package mutating func reconcile(
        _ world: inout SimulatedWorld, _ fate: Fate = .well, assigning delivery: () -> Delivery = { .answered }
    ) {
        let state = world.state(of: host)
        let observed = observe(world, state)
        let decision = planner.step(state, observed, now: world.now)
        view = decision.view
        guard !decision.isFenced else {
            heldEpoch = nil
            return sync(world)
        }
        if decision.state != state {
            let checks = RolloutInvariants(from: state, to: decision, observed: observed, now: world.now)
            let isCommitted = world.commit(decision.state, over: host.version)
            if isCommitted { world.violations += checks.violations.map(\.description) }
            guard isCommitted, fate != .replyLost else { return sync(world) }
            // The answer brings the AccessPoint; what became of its AccessPointTargets is heard later.
            let assigned = host.assigned
            sync(world)
            host.assigned = assigned
            if decision.state.epoch != state.epoch { heldEpoch = decision.state.epoch }
        }
        guard fate != .diesBeforeActions else { return restart(reading: host) }
        perform(decision.actions, &world, delivery)
        let journal = world.state(of: host).inFlight
        jobs = jobs.filter { target, job in job.outcome == .writing || journal[target]?.stamp == job.intent.stamp }
    }

    /// Targets do not wait for each other; within one, nothing follows a write to the host that failed, and the finalizer
    /// stays while one has.
    private mutating func perform(
        _ actions: [RolloutAction], _ world: inout SimulatedWorld, _ delivery: () -> Delivery
    ) {
        var failed: Set<String> = []
        for action in actions {
            switch action {
            case .preflight(let target, let revision): preflight(target, revision, world)
            case .assign(let target, let revision):
                if !assign(target, revision, &world, delivery()) { failed.insert(target) }
            case .release(let target):
                if !assign(target, nil, &world, delivery()) { failed.insert(target) }
            case .apply(let target, let revision, let stamp):
                if !failed.contains(target) { begin(target, .revision(revision), stamp) }
            case .remove(let target, let stamp): begin(target, .absent, stamp)
            case .answer: break
            case .finalize: if failed.isEmpty { finalize(&world) }
            }
        }
    }

    /// Writes an AccessPointTarget; whether this process knows that it is stored.
    private mutating func assign(
        _ target: String, _ revision: RevisionName?, _ world: inout SimulatedWorld, _ delivery: Delivery
    ) -> Bool {
        guard delivery != .requestLost else { return false }
        let isStored = world.assign(target, revision, read: host.assigned[target]?.version)
        guard isStored, delivery == .answered else { return false }
        host.assigned[target] = world.host.assigned[target]
        return true
    }

    private mutating func preflight(_ target: String, _ revision: RevisionName, _ world: SimulatedWorld) {
        guard let member = world.members[target] else { return }
        let former = preflights[target].flatMap { $0.revision == revision ? $0.attempts : nil } ?? 0
        let result: PreflightReport.Result =
            !member.isUp ? .unreachable : member.refusesDryRun ? .refused("no") : .passed
        preflights[target] = PreflightReport(revision: revision, result: result, time: world.now, attempts: former + 1)
    }

    /// Takes the finalizer off, under the resource version of what was read, as the contract says.
    private func finalize(_ world: inout SimulatedWorld) {
        guard host.version == world.host.version else { return }
        let left = world.members.filter { target, member in
            !member.holds(nil) && !world.abandoned.contains(target) && !world.tainted.contains(target)
        }
        if !left.isEmpty { world.violations.append("S15: finalized while \(left.keys.sorted()) hold objects") }
        if !host.assigned.isEmpty {
            world.violations.append("S15: finalized while \(host.assigned.keys.sorted()) have an AccessPointTarget")
        }
        world.isFinalized = true
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
    package mutating func work(
        on target: String, _ world: inout SimulatedWorld, isLeader: Bool = true, _ delivery: Delivery = .answered
    ) {
        guard var job = jobs[target], let member = world.members[target] else { return }
        defer { jobs[target] = job }
        switch job.outcome {
        case .done, .failed: return
        case .writing, .retrying: break
        }
        guard member.isUp, delivery != .requestLost else { return job.outcome = .retrying("no answer") }
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
            guard member.resourceVersion == read else { return job.read = nil }
            job.outcome = .done
            world.stored.insert(job.intent)
            if world.state.inFlight[target]?.stamp == job.intent.stamp { world.tainted.remove(target) }
            seen[target] = nil
            return
        }
        let isStored = world.write(target, object: job.next, revision, by: job.intent, read: read)
        if !isStored || delivery == .replyLost {
            (job.read, job.outcome) = (nil, .retrying(isStored ? "timeout" : "conflict"))
        } else {
            (job.read, job.next) = (read + 1, job.next + 1)
        }
    }
}
