import Foundation
import Rollout
import Testing

/// `ROLLOUT_DISTURBANCES=2 swift test -c release --filter ModelCheckTests` looks at more states.
@Suite("Exhaustive check of the small model")
struct ModelCheckTests {
    static let disturbances = ProcessInfo.processInfo.environment["ROLLOUT_DISTURBANCES"].flatMap { Int($0) }

    static let two = RolloutPlan(steps: [
        PlanStep(name: "canary", targets: ["a"], gate: .manual), PlanStep(name: "rest", targets: ["b"]),
    ])
    static let three = RolloutPlan(steps: [
        PlanStep(name: "canary", targets: ["a"], gate: .manual),
        PlanStep(name: "rest", targets: ["b", "c"], maxConcurrency: 2),
    ])

    @Test(
        "in every state that can be reached no rule is broken, and from it the goal is reached",
        arguments: [(two, 1), (three, 0)])
    func exhaustive(plan: RolloutPlan, disturbances: Int) {
        let disturbances = Self.disturbances ?? disturbances
        let result = Exploration(from: Model(plan: plan, disturbances: disturbances)).run(limit: 5_000_000)
        #expect(result.failures == [])
        #expect(result.states > 20)
        print(
            "\(plan.targets.count) targets, 3 revisions, \(disturbances) disturbance(s) a path: "
                + "\(result.states) states, \(result.transitions) transitions")
    }
}

/// A breadth-first walk through everything that can happen.
struct Exploration {
    struct Result {
        var states = 0
        var transitions = 0
        var failures: [String] = []
    }

    let start: Model

    init(from start: Model) { self.start = start }

    func run(limit: Int) -> Result {
        var result = Result()
        var known: Set<Model> = [start]
        var wave = [start]
        var fine: Set<Model> = []
        while !wave.isEmpty, known.count < limit, result.failures.isEmpty {
            var next: [Model] = []
            for model in wave {
                if let failure = failure(to: model, &fine) { result.failures.append(failure) }
                for event in model.events {
                    result.transitions += 1
                    let after = model.after(event)
                    result.failures += after.world.violations.map { "\(event): \($0)" }
                    if known.insert(after).inserted { next.append(after) }
                }
                guard result.failures.isEmpty else { break }
            }
            wave = next
        }
        result.states = known.count
        return result
    }

    /// Follows the way to the goal until it meets a state that is known to lead there.
    private func failure(to model: Model, _ fine: inout Set<Model>) -> String? {
        var path: [Model] = []
        var model = model
        while !model.isAtGoal, !fine.contains(model) {
            path.append(model)
            model = model.healed
            guard model.world.violations.isEmpty else { return "on the way to the goal: \(model.world.violations)" }
            guard path.count < 100 else { return "L1: the goal is not reached from \(path[0].world)" }
        }
        fine.formUnion(path)
        return nil
    }
}
