package import Rollout

extension RolloutPlan {
    /// The plan of the model: a canary with a gate and a soak, then the other two at once.
    package static let model = RolloutPlan(
        steps: [
            PlanStep(name: "canary", targets: ["a"], gate: .manual, soakSeconds: 60),
            PlanStep(name: "rest", targets: ["b", "c"], maxConcurrency: 2),
        ], progressDeadlineSeconds: 600)

    /// A plan of three steps, one target each, two of them with gates.
    package static let modelOfWaves = RolloutPlan(
        steps: [
            PlanStep(name: "canary", targets: ["a"], gate: .manual, soakSeconds: 60),
            PlanStep(name: "wave", targets: ["b"], gate: .manual),
            PlanStep(name: "rest", targets: ["c"]),
        ], progressDeadlineSeconds: 600)

    /// Two targets, a canary with a gate and the rest: small enough to combine whatever may happen, two by two.
    package static let modelOfPairs = RolloutPlan(
        steps: [
            PlanStep(name: "canary", targets: ["a"], gate: .manual, soakSeconds: 60),
            PlanStep(name: "rest", targets: ["b"]),
        ], progressDeadlineSeconds: 600)

    /// A revision that a person has to agree to before its canary, which has no gate.
    package static let modelOfGrowth = RolloutPlan(
        steps: [
            PlanStep(name: "canary", targets: ["a"]), PlanStep(name: "rest", targets: ["b", "c"], maxConcurrency: 2),
        ], progressDeadlineSeconds: 600
    ).asking("it is much larger")

    /// No gates, and what fails turns back by itself.
    package static let modelOfRollback = RolloutPlan(
        steps: [
            PlanStep(name: "canary", targets: ["a"]), PlanStep(name: "rest", targets: ["b", "c"]),
        ], progressDeadlineSeconds: 600, failureResponse: .rollback)

    /// One of the last two may fail, and more do not stop the others.
    package static let modelOfTolerance = RolloutPlan(
        steps: [
            PlanStep(name: "canary", targets: ["a"], gate: .manual),
            PlanStep(name: "rest", targets: ["b", "c"], maxFailures: 1),
        ], progressDeadlineSeconds: 600, failureResponse: .carryOn)

    /// A canary without a gate, then the other two one after the other.
    package static let modelOfOneByOne = RolloutPlan(
        steps: [
            PlanStep(name: "canary", targets: ["a"]), PlanStep(name: "rest", targets: ["b", "c"]),
        ], progressDeadlineSeconds: 600)
}
