import JSONValue
import KubeModel
import Rollout
import Testing

@Suite("A revision that has grown much waits for a person before its canary")
struct GrowthTests {
    private static let consent = "the set of a is more than twice as large as at the stable revision"
    private static let plan = RolloutPlan.waves.asking(consent)

    private static func waiting() -> Scene {
        var scene = Scene.rolledOut(plan: .waves)
        scene.observed.plans[Scene.name(7)] = plan
        scene.run()
        return scene
    }

    @Test("every set is dry-run, nothing is written, and the pause names growth, its size and its own token")
    func pauses() {
        let scene = Self.waiting()
        #expect(scene.writes == [])
        #expect(scene.pause == .growthGate)
        #expect(scene.state.preflightTime != nil)
        #expect(scene.view.gate == "r7/growth")
        #expect(scene.view.message == Self.consent)
        #expect(scene.view.tokens[.resume] == "r7/growth")
        #expect(scene.view.steps.map(\.phase) == [.paused, .pending, .pending, .pending])
        #expect(scene.view.phase == .paused)
        #expect(scene.violations == [])
    }

    @Test("its token lets the canary begin, and the gates after it are asked as ever")
    func resumed() {
        var scene = Self.waiting()
        scene.say(.resume, "r7/growth")
        scene.run()
        #expect(scene.writes == ["a=7"])
        #expect(scene.pause == .canaryGate)
        #expect(scene.view.steps.first?.phase == .completed)
        scene.say(.resume, "r7/canary")
        scene.run()
        scene.say(.resume, "r7/us")
        scene.run()
        #expect(scene.state.isComplete)
        #expect(scene.violations == [])
    }

    @Test(
        "nothing else does: no other value, and no promote-full",
        arguments: [
            (.resume, "r7/canary"), (.resume, "r6/growth"), (.resume, "true"), (.promoteFull, "r7"),
        ] as [(Verb, String)])
    func closed(verb: Verb, value: String) {
        var scene = Self.waiting()
        scene.say(verb, value)
        scene.run()
        #expect(scene.writes == [])
        #expect(scene.pause == .growthGate)
        #expect(scene.answers.map(\.verb) == [verb])
        #expect(scene.violations == [])
    }

    @Test("a promote-full that was given under a user's pause opens the gates after it, and not this one")
    func promoted() {
        var scene = Scene.rolledOut(plan: .waves)
        scene.observed.plans[Scene.name(7)] = Self.plan
        scene.observed.isPaused = true
        scene.run()
        scene.say(.promoteFull, "r7")
        scene.run()
        scene.observed.isPaused = false
        scene.run()
        #expect(scene.pause == .growthGate)
        #expect(scene.writes == [])
        scene.say(.resume, "r7/growth")
        scene.run()
        #expect(scene.state.isComplete)
        #expect(scene.violations == [])
    }

    @Test("a restart asks again, an abort ends it without a write, and a retry asks under the name of its run")
    func aborted() {
        var scene = Self.waiting()
        scene.restart()
        scene.run()
        #expect(scene.pause == .growthGate)
        scene.say(.abort, "r7")
        scene.run()
        #expect(scene.state.isAborted)
        scene.say(.retry, "r7/1")
        scene.run()
        #expect(scene.view.gate == "r7.2/growth")
        #expect(scene.writes == [])
        #expect(scene.violations == [])
    }

    @Test("a spec that would queue does not wait for one that has touched nothing, but for one that was agreed to")
    func queueing() {
        for isAgreed in [false, true] {
            var scene = Self.waiting()
            if isAgreed {
                scene.say(.resume, "r7/growth")
                scene.run()
            }
            scene.observed.queuesNewRevision = true
            scene.observed.plans[Scene.name(8)] = .waves
            scene.observed.wanted = Scene.name(8)
            scene.run()
            #expect(scene.state.updateRevision == Scene.name(isAgreed ? 7 : 8))
            #expect(scene.pause == .canaryGate)
            #expect(scene.violations == [])
        }
    }

    @Test("a set that is refused in the dry run is told first")
    func refused() {
        var scene = Scene.rolledOut(plan: .waves)
        scene.observed.plans[Scene.name(7)] = Self.plan
        scene.conduct["d"]?.dryRun = .refused("no")
        scene.run()
        #expect(scene.pause == .preflightRefused)
    }

    @Test("it is kept with the plan, and a plan that was stored without it is read as before")
    func stored() throws {
        #expect(try RolloutPlan(json: Self.plan.json) == Self.plan)
        let old = RolloutPlan.waves
        #expect(try RolloutPlan(json: old.json) == old)
        #expect(!old.json.text().contains("consent"))
    }

    @Test("a wave of the same name keeps its own token")
    func sameName() {
        var plan = RolloutPlan.waves
        plan.steps[1].name = "growth"
        #expect(plan.asking("x").steps.map(\.name) == ["growth-gate", "canary", "growth", "rest"])
    }
}
