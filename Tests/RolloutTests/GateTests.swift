import KubeModel
import Rollout
import Testing

@Suite("A gate is opened by its own token, once")
struct GateTests {
    @Test(
        "any other value opens nothing and is answered with the right one, once",
        arguments: ["true", "r6/canary", "r8/canary", "r7/us", "r7", "R7/canary", " r7/canary", "r7/canary/"])
    func wrongToken(value: String) {
        var scene = Scene.rolledOut(plan: .waves)
        scene.run()
        scene.say(.resume, value)
        scene.run()
        scene.pass(seconds: 100)
        #expect(scene.writes == ["a=7"])
        #expect(
            scene.answers == [VerbAnswer(verb: .resume, value: value, reason: .wrongValue, right: "r7/canary")])
        scene.say(.resume, "r7/canary")
        scene.run()
        #expect(scene.writes == ["a=7", "b=7"])
    }

    @Test("a value of any length is answered once and kept short")
    func longValue() {
        var scene = Scene.rolledOut(plan: .waves)
        scene.run()
        scene.say(.resume, "r7/canary" + String(repeating: "e\u{301}", count: 100_000))
        scene.run()
        scene.pass(seconds: 100)
        #expect(scene.writes == ["a=7"])
        #expect(scene.answers.count == 1)
        #expect(scene.state.seen[.resume]?.unicodeScalars.count == 256)
    }

    @Test("a value that stays on the object is consumed once, also across revisions and restarts")
    func staysOnObject() {
        var scene = Scene.rolledOut(plan: .waves)
        scene.run()
        scene.say(.resume, "r7/canary")
        scene.run()
        scene.restart()
        scene.run()
        #expect(scene.pause == .waveGate)
        scene.want(8)
        scene.run()
        #expect(scene.writes.last == "a=8")
        #expect(scene.pause == .canaryGate)
        #expect(scene.answers == [])
    }

    @Test("a value that was there when its step began is inert, and the person is told")
    func alreadyThere() {
        var scene = Scene.rolledOut(then: nil, plan: .three)
        scene.say(.resume, "r7/canary")
        scene.run()
        #expect(scene.answers.map(\.reason) == [.wrongValue])
        scene.want(7)
        scene.run()
        #expect(scene.writes == ["a=7"])
        #expect(scene.pause == .canaryGate)
        #expect(scene.view.inert == [.resume])
        scene.say(.resume, nil)
        scene.run()
        scene.say(.resume, "r7/canary")
        scene.run()
        #expect(scene.state.isComplete)
    }

    @Test("a value set together with the spec that it speaks of is inert, and the person is told")
    func togetherWithSpec() {
        var scene = Scene.rolledOut(plan: .three)
        scene.say(.resume, "r7/canary")
        scene.run()
        #expect(scene.writes == ["a=7"])
        #expect(scene.pause == .canaryGate)
        #expect(
            scene.answers == [
                VerbAnswer(verb: .resume, value: "r7/canary", reason: .alreadyThere, right: "r7/canary")
            ])
    }

    @Test("a resume during the soak takes effect at its end")
    func duringSoak() {
        var scene = Scene.rolledOut(plan: .three)
        scene.observed.plans[Scene.name(7)] = .three.soaking(60)
        scene.run()
        scene.say(.resume, "r7/canary")
        scene.pass(seconds: 50)
        #expect(scene.writes == ["a=7"])
        scene.pass(seconds: 10)
        #expect(scene.writes == ["a=7", "b=7"])
        #expect(scene.answers == [])
        #expect(scene.violations == [])
    }

    @Test("a resume during the soak that is taken back before its end opens nothing")
    func takenBack() {
        var scene = Scene.rolledOut(plan: .three)
        scene.observed.plans[Scene.name(7)] = .three.soaking(60)
        scene.run()
        scene.say(.resume, "r7/canary")
        scene.pass(seconds: 30)
        scene.say(.resume, nil)
        scene.pass(seconds: 60)
        #expect(scene.pause == .canaryGate)
        #expect(scene.writes == ["a=7"])
    }

    @Test("a resume while the spec says paused takes effect when it no longer does")
    func whilePaused() {
        var scene = Scene.rolledOut(plan: .three)
        scene.run()
        scene.observed.isPaused = true
        scene.say(.resume, "r7/canary")
        scene.run()
        #expect(scene.writes == ["a=7"])
        #expect(scene.pause == .userPaused)
        #expect(scene.view.message.hasSuffix("changed; after that CanaryGate: step canary is done"))
        scene.observed.isPaused = false
        scene.run()
        #expect(scene.state.isComplete)
    }

    @Test("a resume that races with a new spec does not open the new revision's gate")
    func racesWithSpec() {
        var scene = Scene.rolledOut(plan: .three)
        scene.run()
        scene.want(8)
        scene.say(.resume, "r7/canary")
        scene.run()
        #expect(scene.writes == ["a=7", "a=8"])
        #expect(scene.pause == .canaryGate)
        #expect(scene.view.gate == "r8/canary")
    }

    @Test("a resume set while the operator was down counts when it is back")
    func whileDown() {
        var scene = Scene.rolledOut(plan: .three)
        scene.run()
        scene.restart()
        scene.say(.resume, "r7/canary")
        scene.run()
        #expect(scene.state.isComplete)
        #expect(scene.violations == [])
    }

    @Test("no later target of a step begins before those that lead it are over, however many may be written at once")
    func lead() {
        var plan = RolloutPlan(steps: [
            PlanStep(name: "canary", targets: ["a"]),
            PlanStep(name: "rest", targets: ["b", "c", "d", "e"], maxConcurrency: 4, soakSeconds: 30, lead: 2),
        ])
        plan.progressDeadlineSeconds = 10_000
        var scene = Scene.rolledOut(plan: plan)
        scene.conduct["c"]?.finding = .cannotTell("?")
        scene.run()
        scene.pass(seconds: 60)
        #expect(scene.writes == ["a=7", "b=7", "c=7"])
        scene.conduct["c"]?.finding = .good
        scene.pass(seconds: 30)
        #expect(scene.writes == ["a=7", "b=7", "c=7"])
        scene.pass(seconds: 10)
        #expect(scene.writes == ["a=7", "b=7", "c=7", "d=7", "e=7"])
        #expect(scene.violations == [])
    }

    @Test("of targets that join, those that lead are written first")
    func leadingJoins() {
        var scene = Scene.rolledOut(then: nil, plan: .three)
        for target in ["x", "y", "z"] { scene.conduct[target] = Scene.Conduct() }
        var leading = TargetObservation()
        leading.isLeading = true
        scene.observed.targets["z"] = leading
        scene.run()
        #expect(scene.writes == ["z=6", "x=6", "y=6"])
    }

    @Test("a leading target that does not answer pauses its step, and a person's word goes on past it")
    func leadIsAway() {
        var scene = Scene.rolledOut(
            plan: RolloutPlan(steps: [
                PlanStep(name: "canary", targets: ["a"]),
                PlanStep(name: "rest", targets: ["b", "c", "d"], lead: 1),
            ]))
        scene.conduct["b"]?.isUnreachable = true
        scene.run()
        #expect(scene.pause == .clusterUnreachable)
        #expect(scene.revisions == "a7 b6 c6 d6")
        scene.say(.resume, scene.view.tokens[.resume])
        scene.run()
        #expect(scene.revisions == "a7 b6 c7 d7")
        scene.conduct["b"]?.isUnreachable = false
        scene.run()
        #expect(scene.state.isComplete)
        #expect(scene.violations == [])
    }
}
