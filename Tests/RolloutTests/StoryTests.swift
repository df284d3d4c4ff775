import KubeModel
import Rollout
import Testing

@Suite("A rollout from the first write to the last")
struct StoryTests {
    @Test("the canary is written, the rollout pauses by itself, a resume lets the others follow one by one")
    func story() {
        var scene = Scene(7, plan: .three)
        scene.run()
        #expect(scene.writes == ["a=7"])
        #expect(scene.pause == .canaryGate)
        #expect(scene.view.phase == .paused)
        #expect(scene.view.gate == "r7/canary")
        #expect(scene.view.tokens == [.resume: "r7/canary", .promoteFull: "r7", .abort: "r7"])

        scene.say(.resume, "r7/canary")
        scene.run()
        #expect(scene.writes == ["a=7", "b=7", "c=7"])
        #expect(scene.state.isComplete)
        #expect(scene.state.stableRevision == Scene.name(7))
        #expect(scene.state.handled[.resume]?.value == "r7/canary")
        #expect(scene.view.phase == .healthy)
        #expect(scene.view.tokens == [:])
        #expect(scene.state.inFlight.isEmpty)
        #expect(scene.violations == [])
        #expect(scene.answers == [])
    }

    @Test("with everything in place nothing is decided, whatever time passes")
    func quiet() {
        var scene = Scene.rolledOut(then: nil, plan: .three.soaking(60))
        let commits = scene.commits
        scene.pass(seconds: 3600)
        scene.restart()
        scene.pass(seconds: 3600)
        #expect(scene.commits == commits)
        #expect(scene.writes == [])
        #expect(scene.planner.step(scene.state, scene.seen, now: scene.now).actions == [])
        #expect(scene.planner.step(scene.state, scene.seen, now: scene.now).nextCheck == nil)
    }

    @Test("no more targets than maxConcurrency are unsettled at once")
    func concurrency() {
        var plan = RolloutPlan(steps: [
            PlanStep(name: "canary", targets: ["a"]),
            PlanStep(name: "rest", targets: ["b", "c", "d", "e", "f"], maxConcurrency: 2),
        ])
        plan.progressDeadlineSeconds = 10_000
        var scene = Scene(1, plan: plan)
        for target in ["b", "c", "d", "e", "f"] { scene.conduct[target]?.write = .writing }
        scene.run()
        #expect(scene.inFlight == ["b", "c"])
        scene.conduct["c"]?.write = .done
        scene.run()
        #expect(scene.inFlight == ["b", "d"])
        #expect(scene.violations == [])
    }

    @Test("a target that soaks keeps its place")
    func soakKeepsSlot() {
        var scene = Scene(1, plan: .three.ungated.soaking(60))
        scene.run()
        #expect(scene.writes == ["a=1"])
        scene.pass(seconds: 50)
        #expect(scene.writes == ["a=1"])
        scene.pass(seconds: 10)
        #expect(scene.writes == ["a=1", "b=1"])
        scene.pass(seconds: 120)
        #expect(scene.state.isComplete)
        #expect(scene.violations == [])
    }

    @Test("the next check is the end of the soak, then nothing until a person speaks")
    func nextCheck() {
        var scene = Scene(1, plan: .three.soaking(60))
        let start = scene.now
        scene.run()
        #expect(scene.planner.step(scene.state, scene.seen, now: scene.now).nextCheck == start.adding(seconds: 60))
        scene.pass(seconds: 60)
        #expect(scene.pause == .canaryGate)
        #expect(scene.planner.step(scene.state, scene.seen, now: scene.now).nextCheck == nil)
    }

    @Test("a gate with nothing after it is not asked")
    func lastGate() {
        let plan = RolloutPlan(steps: [
            PlanStep(name: "canary", targets: ["a"], gate: .manual),
            PlanStep(name: "none", targets: [], gate: .manual),
        ])
        var scene = Scene(1, plan: plan)
        scene.run()
        #expect(scene.state.isComplete)
        #expect(scene.violations == [])
    }

    @Test("each wave has a gate of its own, named after it")
    func waveGates() {
        var scene = Scene.rolledOut(plan: .waves)
        scene.run()
        scene.say(.resume, "r7/canary")
        scene.run()
        #expect(scene.pause == .waveGate)
        #expect(scene.view.gate == "r7/us")
        #expect(scene.writes == ["a=7", "b=7"])
        scene.say(.resume, "r7/us")
        scene.run()
        #expect(scene.writes == ["a=7", "b=7", "c=7", "d=7"])
        #expect(scene.view.steps.map(\.phase) == [.completed, .completed, .completed])
        #expect(scene.violations == [])
    }

    @Test("a decision is a fixed point: deciding again on its state decides nothing")
    func fixedPoint() {
        var scene = Scene.rolledOut(plan: .waves.soaking(20))
        for round in 0..<40 {
            if round == 10 { scene.say(.resume, "r7/canary") }
            if round == 20 { scene.say(.resume, "r7/us") }
            scene.step()
            let again = scene.planner.step(scene.state, scene.seen, now: scene.now)
            let twice = scene.planner.step(again.state, scene.seen, now: scene.now)
            var seen = scene.seen
            seen.heldEpoch = again.state.epoch
            #expect(scene.planner.step(again.state, seen, now: scene.now).state == again.state)
            #expect(twice.state.rows == again.state.rows)
            scene.now = scene.now.adding(seconds: 5)
        }
        #expect(scene.state.isComplete)
    }
}
