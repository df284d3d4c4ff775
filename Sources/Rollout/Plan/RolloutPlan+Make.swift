public import AccessPointAPI
import KubeModel

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
    /// a step targets go by name. The other clusters of a zone go with their zone's target, and first in its step.
    ///
    /// - Parameters:
    ///   - policy: the rollout policy of the revision.
    ///   - targets: the facts of every target that gets the revision.
    ///   - leaving: targets that hold objects and are no longer placed, from a complete list: the step `remove`, in
    ///     this order.
    /// - Returns: the plan; it holds every target once.
    /// - Throws: ``PlanProblem`` if there is nothing to begin with.
    public static func make(
        policy: RolloutPolicy, targets: [TargetFacts], leaving: [String] = []
    ) throws(PlanProblem) -> RolloutPlan {
        var draft = PlanDraft(targets)
        guard !draft.left.isEmpty else { throw .noTargets }
        let canary = draft.take(matching: policy.canary.targets, most: max(1, policy.canary.count))
        guard !canary.isEmpty else { throw .canaryEmpty }
        var steps = [
            draft.step(
                PlanStep.canary, canary, gate: policy.canary.gate, soakSeconds: policy.canary.soakSeconds)
        ]
        for wave in policy.waves {
            let members = draft.take(matching: wave.targets, most: .max)
            var step = draft.step(wave.name, members, gate: wave.gate, soakSeconds: wave.soakSeconds)
            step.maxConcurrency = wave.concurrency(of: step.targets.count)
            steps.append(step)
        }
        steps.add(draft.rest)
        for index in steps.indices.dropFirst() {
            steps[index].maxFailures = policy.maxFailures.resolve(of: steps[index].targets.count)
        }
        if !leaving.isEmpty { steps.append(PlanStep(name: PlanStep.remove, targets: leaving, gate: .manual)) }
        return RolloutPlan(
            steps: steps, progressDeadlineSeconds: Int64(policy.progressDeadlineSeconds),
            failureResponse: FailureResponse(policy.failurePolicy))
    }
}

/// Targets on their way into the steps of a plan.
private struct PlanDraft {
    /// Targets that no step has taken yet, by name.
    var left: [TargetFacts]
    /// The other clusters of zones, which follow the target of theirs.
    var followers: [TargetFacts]

    init(_ targets: [TargetFacts]) {
        let sorted = targets.sorted { $0.name < $1.name }
        left = sorted.filter { $0.placement != .everyCluster }
        followers = sorted.filter { $0.placement == .everyCluster }
    }

    /// Takes the first targets that a selector matches.
    mutating func take(matching selector: TargetSelector?, most: Int) -> [TargetFacts] {
        let taken = Array(left.filter { selector?.matches($0) ?? true }.prefix(most))
        let names = Set(taken.map(\.name))
        left.removeAll { names.contains($0.name) }
        return taken
    }

    /// A step of targets, with those that follow them in front.
    mutating func step(_ name: String, _ members: [TargetFacts], gate: Gate, soakSeconds: Int) -> PlanStep {
        let front = followers.filter { follower in
            members.contains { $0.region == follower.region && $0.availabilityZone == follower.availabilityZone }
        }
        followers.removeAll { front.contains($0) }
        return PlanStep(
            name: name, targets: (front + members).map(\.name), gate: gate == .manual ? .manual : .automatic,
            soakSeconds: Int64(soakSeconds), lead: front.count)
    }

    /// What no step has taken.
    var rest: PlanStep {
        PlanStep(name: PlanStep.rest, targets: (followers + left).map(\.name), lead: followers.count)
    }
}

extension FailureResponse {
    fileprivate init(_ policy: FailurePolicy) {
        self =
            switch policy {
            case .pause: .pause
            case .rollback: .rollback
            case .carryOn: .carryOn
            }
    }
}

extension [PlanStep] {
    /// Adds what is left over to `rest`, or as `rest`.
    fileprivate mutating func add(_ rest: PlanStep) {
        guard !rest.targets.isEmpty else { return }
        guard let index = firstIndex(where: { $0.name == PlanStep.rest }) else { return append(rest) }
        let lead = rest.targets.prefix(rest.lead)
        self[index].targets = lead + self[index].targets + rest.targets.dropFirst(rest.lead)
        self[index].lead += rest.lead
    }
}
