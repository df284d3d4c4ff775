import KubeModel
import Rollout

/// An AccessPoint with its targets, an executor that does as it is told, and a clock that only moves by hand.
///
/// A target does what its ``Conduct`` says. Every step is checked against the invariants.
struct Scene {
    /// How a target answers.
    struct Conduct {
        var dryRun = PreflightReport.Result.passed
        var write = WriteReport.Outcome.done
        var finding = Evidence.Finding.good
        var isUnreachable = false
    }

    var state = RolloutState()
    var observed = RolloutObservation()
    var now = Timestamp(secondsSince1970: 1_800_000_000)
    var planner = RolloutPlanner()
    var conduct: [String: Conduct] = [:]
    /// What each target really holds.
    var content: [String: RevisionName] = [:]
    /// Every write that reached a target, in order: `b=7`, or `b=0` for a removal.
    var writes: [String] = []
    var answers: [VerbAnswer] = []
    var isFinalized = false
    var violations: [RolloutInvariants.Violation] = []
    /// How many commits there were.
    var commits = 0

    /// A scene in which a revision is wanted.
    init(_ revision: Int64 = 1, plan: RolloutPlan, guards: Guards = .full) {
        planner = RolloutPlanner(guards: guards)
        for target in plan.targets { conduct[target] = Conduct() }
        want(revision, plan: plan)
    }

    /// A scene in which a revision is rolled out completely and the next one is wanted.
    static func rolledOut(_ revision: Int64 = 6, then next: Int64? = 7, plan: RolloutPlan) -> Scene {
        var scene = Scene(revision, plan: plan.ungated)
        scene.run()
        scene.writes = []
        scene.observed.plans[name(revision)] = plan
        if let next { scene.want(next, plan: plan) }
        return scene
    }

    static func name(_ number: Int64) -> RevisionName { RevisionName(number: number, hash: "h\(number)") }

    var view: RolloutView { planner.step(state, seen, now: now).view }
    var pause: PauseReason? { state.pause?.reason }
    /// The revision number that each target was last brought to, `-` for none: `a7 b6 c-`.
    var revisions: String {
        content.keys.sorted().map { "\($0)\(state.rows[$0]?.revision?.number.description ?? "-")" }
            .joined(separator: " ")
    }
    var inFlight: [String] { state.inFlight.keys.sorted() }

    mutating func want(_ revision: Int64, plan: RolloutPlan? = nil) {
        let plan = plan ?? observed.wanted.flatMap { observed.plans[$0] }
        observed.wanted = Self.name(revision)
        if observed.plans[Self.name(revision)] == nil { observed.plans[Self.name(revision)] = plan }
    }

    mutating func say(_ verb: Verb, _ value: String?) { observed.verbs[verb] = value }

    /// What the planner gets to see now.
    var seen: RolloutObservation {
        var seen = observed
        for (target, conduct) in conduct {
            var facts = observed.targets[target] ?? TargetObservation()
            facts.reachability = conduct.isUnreachable ? .unreachable : .reachable
            if let assignment = state.assignment(of: target) {
                facts.evidence = evidence(target, conduct, assignment)
            }
            seen.targets[target] = facts
        }
        return seen
    }

    private func evidence(_ target: String, _ conduct: Conduct, _ assignment: RevisionName) -> Evidence {
        if conduct.isUnreachable { return Evidence(revision: assignment, finding: .cannotTell("unreachable")) }
        guard content[target] == assignment else {
            return Evidence(revision: assignment, finding: .bad("not stored as rendered"))
        }
        return Evidence(revision: assignment, finding: conduct.finding)
    }

    /// One decision: commit, then act. Says whether anything happened.
    @discardableResult
    mutating func step() -> Bool {
        let (before, seen) = (self.state, seen)
        let decision = planner.step(state, seen, now: now)
        violations += RolloutInvariants(from: state, to: decision, observed: seen, now: now).violations
        if decision.state != state {
            commits += 1
            state = decision.state
        }
        if state.epoch != before.epoch { observed.heldEpoch = state.epoch }
        let old = observed.targets
        for action in decision.actions { perform(action) }
        return state != before || observed.targets != old
    }

    /// Steps until nothing happens any more at this time.
    mutating func run() {
        var left = 500
        while left > 0, step() { left -= 1 }
    }

    /// Lets time pass in steps of ten seconds.
    mutating func pass(seconds: Int64) {
        var left = seconds
        while left > 0 {
            now = now.adding(seconds: min(left, 10))
            left -= 10
            run()
        }
    }

    /// The process dies and another takes over: what only it knew is lost.
    mutating func restart() {
        observed.heldEpoch = nil
        for target in observed.targets.keys {
            observed.targets[target]?.report = nil
            observed.targets[target]?.preflight = nil
            observed.targets[target]?.isDrifted = false
        }
    }

    private mutating func perform(_ action: RolloutAction) {
        switch action {
        case .preflight(let target, let revision): preflight(target, revision)
        case .assign(let target, let revision): observed.targets[target, default: .init()].assigned = revision
        case .apply(let target, let revision, let stamp): write(target, revision, stamp)
        case .remove(let target, let stamp): write(target, nil, stamp)
        case .release(let target): observed.targets[target]?.assigned = nil
        case .answer(let answer): answers.append(answer)
        case .finalize: isFinalized = true
        }
    }

    private mutating func preflight(_ target: String, _ revision: RevisionName) {
        let former = observed.targets[target]?.preflight
        let attempts = former?.revision == revision ? (former?.attempts ?? 0) + 1 : 1
        let conduct = conduct[target] ?? Conduct()
        observed.targets[target, default: .init()].preflight = PreflightReport(
            revision: revision, result: conduct.isUnreachable ? .unreachable : conduct.dryRun, time: now,
            attempts: attempts)
    }

    private mutating func write(_ target: String, _ revision: RevisionName?, _ stamp: WriteStamp) {
        let conduct = conduct[target] ?? Conduct()
        if let report = observed.targets[target]?.report, report.stamp == stamp {
            if case .retrying = report.outcome {} else if report.outcome != .writing { return }
        }
        let outcome = conduct.isUnreachable ? .retrying("no answer") : conduct.write
        observed.targets[target, default: .init()].report = WriteReport(stamp: stamp, outcome: outcome)
        guard outcome == .done else { return }
        content[target] = revision
        writes.append("\(target)=\(revision?.number ?? 0)")
    }
}

extension RolloutPlan {
    /// Canary `a`, then `b` and `c` in `rest`.
    static let three = RolloutPlan(steps: [
        PlanStep(name: "canary", targets: ["a"], gate: .manual), PlanStep(name: "rest", targets: ["b", "c"]),
    ])

    /// Canary `a`, wave `us` with a gate, then `rest`.
    static let waves = RolloutPlan(steps: [
        PlanStep(name: "canary", targets: ["a"], gate: .manual),
        PlanStep(name: "us", targets: ["b"], gate: .manual),
        PlanStep(name: "rest", targets: ["c", "d"], maxConcurrency: 2),
    ])

    /// The same plan without a word from people and without soaks.
    var ungated: RolloutPlan {
        var plan = self
        for index in plan.steps.indices { (plan.steps[index].gate, plan.steps[index].soakSeconds) = (.automatic, 0) }
        return plan
    }

    /// The same plan with a soak in every step.
    func soaking(_ seconds: Int64) -> RolloutPlan {
        var plan = self
        for index in plan.steps.indices { plan.steps[index].soakSeconds = seconds }
        return plan
    }
}
