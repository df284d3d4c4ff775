public import AccessPointAPI

/// Why no plan can be made.
public enum PlanProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// There is no target at all.
    case noTargets
    /// The canary's selector matches none of the targets.
    case canaryEmpty

    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .noTargets: "cannot plan a rollout: there is no target; widen spec.scope or register clusters"
        case .canaryEmpty:
            "cannot plan a rollout: spec.policy.rollout.canary.targets matches none of the targets; name one of them"
        }
    }
}

extension RolloutPlan {
    /// Puts targets into the steps that a policy asks for, each into the first step that takes it.
    ///
    /// The canary takes the first `count` targets that its selector matches, one at a time. A wave takes what its
    /// selector matches of those left; what no wave takes goes into `rest`, so that no target is ever dropped. Within
    /// a step targets go by name.
    ///
    /// - Parameters:
    ///   - policy: the rollout policy of the revision.
    ///   - targets: the facts of every target that gets the revision.
    ///   - leaving: targets that hold objects and are no longer placed, from a complete list: the step `remove`.
    /// - Returns: the plan; it holds every target once.
    /// - Throws: ``PlanProblem`` if there is nothing to begin with.
    public static func make(
        policy: RolloutPolicy, targets: [TargetFacts], leaving: [String] = []
    ) throws(PlanProblem) -> RolloutPlan {
        guard !targets.isEmpty else { throw .noTargets }
        var left = targets.sorted { $0.name < $1.name }
        let canary = Array(
            left.filter { policy.canary.targets?.matches($0) ?? true }.prefix(max(1, policy.canary.count)))
        guard !canary.isEmpty else { throw .canaryEmpty }
        left.removeAll { canary.contains($0) }
        var steps = [
            PlanStep(
                name: PlanStep.canary, targets: canary.map(\.name), gate: StepGate(policy.canary.gate),
                soakSeconds: Int64(policy.canary.soakSeconds))
        ]
        for wave in policy.waves {
            let members = left.filter { wave.targets?.matches($0) ?? true }
            left.removeAll { members.contains($0) }
            steps.append(PlanStep(wave: wave, targets: members.map(\.name)))
        }
        return RolloutPlan(
            steps: steps.adding(rest: left.map(\.name)).adding(leaving: leaving.sorted()),
            progressDeadlineSeconds: Int64(policy.progressDeadlineSeconds))
    }
}

extension PlanStep {
    fileprivate init(wave: WavePolicy, targets: [String]) {
        self.init(
            name: wave.name, targets: targets, maxConcurrency: wave.concurrency(of: targets.count),
            gate: StepGate(wave.gate), soakSeconds: Int64(wave.soakSeconds))
    }
}

extension StepGate {
    fileprivate init(_ gate: Gate) { self = gate == .manual ? .manual : .automatic }
}

extension [PlanStep] {
    fileprivate func adding(rest targets: [String]) -> [PlanStep] {
        RolloutPlan(steps: self).including(joined: targets).steps
    }

    fileprivate func adding(leaving targets: [String]) -> [PlanStep] {
        targets.isEmpty ? self : self + [PlanStep(name: PlanStep.remove, targets: targets, gate: .manual)]
    }
}
