import KubeModel
import Rollout
import Testing

@Suite("promote-full opens every gate that is left of one run")
struct PromotionTests {
    @Test("all remaining gates of exactly that revision are passed; it is recorded, and counts once")
    func promotes() {
        var scene = Scene.rolledOut(plan: .waves)
        scene.run()
        #expect(scene.view.tokens[.promoteFull] == "r7")
        scene.say(.promoteFull, "r7")
        scene.run()
        #expect(scene.writes == ["a=7", "b=7", "c=7", "d=7"])
        #expect(scene.state.isComplete)
        #expect(scene.state.handled[.promoteFull] == HandledVerb(value: "r7", time: scene.now))
        scene.want(8)
        scene.run()
        #expect(scene.pause == .canaryGate)
        #expect(!scene.state.isPromoted)
        #expect(scene.violations == [])
    }

    @Test(
        "any other value opens nothing and is answered with the right one",
        arguments: ["true", "r6", "r8", "7", "r7/canary", "R7"])
    func wrongToken(value: String) {
        var scene = Scene.rolledOut(plan: .waves)
        scene.run()
        scene.say(.promoteFull, value)
        scene.run()
        #expect(scene.writes == ["a=7"])
        #expect(scene.answers == [VerbAnswer(verb: .promoteFull, value: value, reason: .wrongValue, right: "r7")])
    }

    @Test("it shortens no soak and lets nothing begin that is not well")
    func soaks() {
        var scene = Scene.rolledOut(plan: .waves)
        scene.observed.plans[Scene.name(7)] = .waves.soaking(60)
        scene.run()
        scene.say(.promoteFull, "r7")
        scene.pass(seconds: 50)
        #expect(scene.writes == ["a=7"])
        scene.conduct["a"]?.finding = .bad("no route")
        scene.pass(seconds: 620)
        #expect(scene.writes == ["a=7"])
        #expect(scene.pause == .deadlineExceeded)
        #expect(scene.view.tokens[.promoteFull] == nil)
        scene.conduct["a"]?.finding = .good
        scene.pass(seconds: 70)
        #expect(scene.writes == ["a=7", "b=7"])
        #expect(scene.violations == [])
    }

    @Test("while something is wrong no word is taken for later")
    func wrong() {
        var scene = Scene.rolledOut(plan: .waves)
        scene.conduct["a"]?.write = .failed("denied")
        scene.run()
        scene.say(.promoteFull, "r7")
        scene.run()
        #expect(scene.answers.map(\.verb) == [.promoteFull])
        scene.conduct["a"]?.write = .done
        scene.say(.retry, "r7/1")
        scene.run()
        #expect(scene.pause == .canaryGate)
    }

    @Test("it never ends a user's pause: it takes effect when the spec no longer says paused")
    func userPause() {
        var scene = Scene.rolledOut(plan: .waves)
        scene.run()
        scene.observed.isPaused = true
        scene.say(.promoteFull, "r7")
        scene.run()
        #expect(scene.writes == ["a=7"])
        #expect(scene.pause == .userPaused)
        #expect(scene.state.isPromoted)
        scene.observed.isPaused = false
        scene.run()
        #expect(scene.state.isComplete)
        #expect(scene.violations == [])
    }

    @Test("it never lets targets lose their objects: the gate of the step remove is asked all the same")
    func remove() {
        var plan = RolloutPlan.waves
        var scene = Scene.rolledOut(then: nil, plan: plan)
        plan.steps[2].targets = ["c"]
        plan.steps.append(PlanStep(name: PlanStep.remove, targets: ["d"], gate: .manual))
        scene.observed.targets["d"]?.isPlaced = false
        scene.want(7, plan: plan)
        scene.run()
        scene.say(.promoteFull, "r7")
        scene.run()
        #expect(scene.writes == ["a=7", "b=7", "c=7"])
        #expect(scene.pause == .removeGate)
        #expect(scene.view.tokens[.promoteFull] == nil)
        scene.say(.resume, "r7/remove")
        scene.run()
        #expect(scene.writes.last == "d=0")
        #expect(scene.state.isComplete)
        #expect(scene.violations == [])
    }

    @Test("an abort beats it, before and after")
    func abort() {
        var scene = Scene.rolledOut(plan: .waves)
        scene.run()
        var together = scene
        together.say(.promoteFull, "r7")
        together.say(.abort, "r7")
        together.run()
        #expect(together.writes == ["a=7", "a=6"])
        #expect(together.state.isAborted)
        #expect(together.state.handled[.promoteFull] == nil)
        scene.conduct["b"]?.write = .writing
        scene.say(.promoteFull, "r7")
        scene.run()
        scene.say(.abort, "r7")
        scene.run()
        scene.conduct["b"]?.write = .done
        scene.observed.targets["b"]?.report = nil
        scene.run()
        #expect(scene.state.isAborted)
        #expect(scene.revisions == "a6 b6 c6 d6")
        scene.say(.retry, "r7/1")
        scene.run()
        #expect(scene.pause == .canaryGate)
        #expect(scene.view.tokens[.promoteFull] == "r7.2")
        #expect(scene.violations + together.violations == [])
    }

    @Test("a value that was there when the run began is inert, and the person is told")
    func alreadyThere() {
        var scene = Scene.rolledOut(plan: .waves)
        scene.say(.promoteFull, "r7")
        scene.run()
        #expect(scene.writes == ["a=7"])
        #expect(scene.pause == .canaryGate)
        #expect(scene.answers.map(\.reason) == [.alreadyThere])
        #expect(scene.view.inert == [.promoteFull])
        scene.restart()
        scene.run()
        #expect(scene.writes == ["a=7"])
    }

    @Test("without a gate ahead there is nothing to promote")
    func noGate() {
        var scene = Scene.rolledOut(plan: .waves.ungated)
        scene.conduct["a"]?.write = .writing
        scene.run()
        #expect(scene.view.tokens == [.abort: "r7"])
    }
}
