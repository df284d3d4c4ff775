import Rollout
import RolloutSimulation
import Testing

/// A walk that ends soon, for whoever runs the tests alone; `make test` walks further with `rollout-proof check`.
@Suite("Exhaustive check of the small model")
struct ModelCheckTests {
    @Test(
        "in every state no rule is broken, and from it the goal is reached",
        arguments: [RolloutPlan.model, .modelOfWaves, .modelOfGrowth])
    func exhaustive(plan: RolloutPlan) {
        let bounds = ModelBounds(faults: 0, words: 0, edits: 0, switches: 0)
        let result = ModelCheck(plan: plan, bounds: bounds).run(limit: 1_000_000)
        #expect(result.failure == [])
        #expect(result.isComplete)
        print("\(plan.steps.count) steps, \(bounds): \(result.states) states, \(result.transitions) transitions")
    }

    @Test(
        "without a guard the walk finds the harm and shows the path to it",
        arguments: [Guards.Guard.journal, .frontier, .concurrency])
    func bites(guarded: Guards.Guard) {
        let bounds = ModelBounds(faults: 1, words: 0, edits: 0, switches: 0)
        let plan: RolloutPlan = guarded == .concurrency ? .modelOfOneByOne : .modelOfWaves
        let result = ModelCheck(plan: plan, bounds: bounds, guards: Guards(without: guarded)).run(limit: 20_000)
        #expect(!result.failure.isEmpty)
        print("without \(guarded.rawValue): \(result.failure.last ?? "nothing found")")
    }
}
