import KubeModel
import Rollout
import Testing

@Suite("What makes a rollout wait, and what makes it go on")
struct PauseTests {
    @Test("paused: true lets no new target in, and what is in flight comes to rest")
    func userPause() {
        var scene = Scene(1, plan: .three.ungated)
        scene.conduct["a"]?.write = .writing
        scene.run()
        scene.observed.isPaused = true
        scene.conduct["a"]?.write = .done
        scene.run()
        #expect(scene.writes == ["a=1"])
        #expect(scene.inFlight == [])
        #expect(scene.pause == .userPaused)
        #expect(scene.view.message == "spec.policy.rollout.paused is true; no further target is changed")
        scene.observed.isPaused = false
        scene.run()
        #expect(scene.state.isComplete)
        #expect(scene.violations == [])
    }

    @Test("a change of the spec while paused waits: dry run yes, write no")
    func changeWhilePaused() {
        var scene = Scene.rolledOut(plan: .three)
        scene.observed.isPaused = true
        scene.run()
        #expect(scene.writes == [])
        #expect(scene.state.preflightTime != nil)
        #expect(scene.view.phase == .paused)
        scene.observed.isPaused = false
        scene.run()
        #expect(scene.writes == ["a=7"])
        #expect(scene.pause == .canaryGate)
    }

    @Test("a refused write pauses: no other target is touched, and no resume helps")
    func applyFailure() {
        var scene = Scene.rolledOut(plan: .three.ungated)
        scene.conduct["b"]?.write = .failed("webhook denied it")
        scene.run()
        #expect(scene.writes == ["a=7"])
        #expect(scene.pause == .targetFailed)
        #expect(scene.state.pause?.target == "b")
        #expect(scene.view.tokens == [.abort: "r7", .retry: "r7/1"])
        #expect(scene.view.targets["b"]?.phase == .failed)
        #expect(scene.view.message == "b cannot be written: webhook denied it")
        scene.pass(seconds: 3600)
        #expect(scene.writes == ["a=7"])
        #expect(scene.inFlight == ["b"])
    }

    @Test("a canary whose health cannot be told waits to the deadline, then pauses; a resume accepts it and says why")
    func acceptsUnknown() {
        var scene = Scene(1, plan: .three)
        scene.conduct["a"]?.finding = .cannotTell("no address yet")
        scene.run()
        scene.pass(seconds: 590)
        #expect(scene.pause == nil)
        #expect(scene.inFlight == ["a"])
        scene.pass(seconds: 10)
        #expect(scene.pause == .deadlineExceeded)
        #expect(scene.view.tokens[.resume] == "r1/canary/a")
        scene.say(.resume, "r1/canary/a")
        scene.run()
        #expect(scene.inFlight == [])
        #expect(scene.state.rows["a"]?.accepted?.revision == Scene.name(1))
        #expect(scene.state.rows["a"]?.accepted?.reason.contains("no address yet") == true)
        #expect(scene.pause == .canaryGate)
        scene.say(.resume, "r1/canary")
        scene.run()
        #expect(scene.state.isComplete)
        #expect(scene.violations == [])
    }

    @Test("bad health pauses at the deadline, is not accepted by any resume, and ends when it turns good")
    func badIsNotAccepted() {
        var scene = Scene(1, plan: .three)
        scene.conduct["a"]?.finding = .bad("route host not found")
        scene.run()
        #expect(scene.state.rows["a"]?.revision == Scene.name(1))
        scene.pass(seconds: 600)
        #expect(scene.pause == .deadlineExceeded)
        #expect(scene.view.tokens == [.abort: "r1", .retry: "r1/1"])
        scene.say(.resume, "r1/canary/a")
        scene.run()
        #expect(scene.answers.map(\.reason) == [.wrongValue])
        #expect(scene.pause == .deadlineExceeded)
        scene.conduct["a"]?.finding = .good
        scene.run()
        #expect(scene.pause == .canaryGate)
        #expect(scene.writes == ["a=1"])
    }

    @Test("what was accepted as unknown still stops the rollout when it turns bad")
    func acceptedTurnsBad() {
        var scene = Scene(1, plan: .waves)
        scene.conduct["a"]?.finding = .cannotTell("no address yet")
        scene.run()
        scene.pass(seconds: 600)
        scene.say(.resume, "r1/canary/a")
        scene.run()
        scene.conduct["a"]?.finding = .bad("certificate is for another host")
        scene.say(.resume, "r1/canary")
        scene.run()
        #expect(scene.writes == ["a=1"])
        #expect(scene.pause == .deadlineExceeded)
        #expect(scene.view.tokens[.resume] == nil)
    }

    @Test("the progress deadline does not run while the spec says paused")
    func deadlineStandsStill() {
        var scene = Scene(1, plan: .three)
        scene.conduct["a"]?.finding = .cannotTell("no address yet")
        scene.run()
        scene.pass(seconds: 500)
        scene.observed.isPaused = true
        scene.pass(seconds: 5000)
        #expect(scene.pause == .userPaused)
        scene.observed.isPaused = false
        scene.pass(seconds: 90)
        #expect(scene.pause == nil)
        scene.pass(seconds: 10)
        #expect(scene.pause == .deadlineExceeded)
    }

    @Test("evidence for another revision counts for nothing")
    func evidenceOfAnother() {
        var scene = Scene.rolledOut(plan: .three)
        scene.run()
        scene.state.rows["a"]?.healthyTime = nil
        var seen = scene.seen
        seen.targets["a"]?.evidence = Evidence(revision: Scene.name(6), finding: .good)
        let decision = scene.planner.step(scene.state, seen, now: scene.now)
        #expect(decision.state.pause == nil)
        #expect(decision.state.rows["a"]?.healthyTime == nil)
    }

    @Test("a loss of health restarts the soak, also while a gate waits")
    func soakRestarts() {
        var scene = Scene(1, plan: .three.soaking(60))
        scene.run()
        scene.pass(seconds: 50)
        scene.conduct["a"]?.finding = .bad("gone")
        scene.pass(seconds: 10)
        scene.conduct["a"]?.finding = .good
        scene.pass(seconds: 60)
        #expect(scene.pause == nil)
        scene.pass(seconds: 10)
        #expect(scene.pause == .canaryGate)
        scene.conduct["a"]?.finding = .cannotTell("cluster does not answer")
        scene.run()
        #expect(scene.pause == nil)
        scene.say(.resume, "r1/canary")
        scene.pass(seconds: 30)
        scene.conduct["a"]?.finding = .good
        scene.pass(seconds: 60)
        #expect(scene.writes == ["a=1"])
        scene.pass(seconds: 10)
        #expect(scene.writes == ["a=1", "b=1"])
        #expect(scene.violations == [])
    }

    @Test("a canary that turns bad during a later step stops the rollout there")
    func earlierTargetTurnsBad() {
        var scene = Scene(1, plan: .waves.ungated.soaking(60))
        scene.run()
        scene.pass(seconds: 60)
        #expect(scene.writes == ["a=1", "b=1"])
        scene.conduct["a"]?.finding = .bad("gone")
        scene.pass(seconds: 300)
        #expect(scene.writes == ["a=1", "b=1"])
        scene.pass(seconds: 400)
        #expect(scene.pause == .deadlineExceeded)
        #expect(scene.state.pause?.target == "a")
        scene.conduct["a"]?.finding = .good
        scene.pass(seconds: 400)
        #expect(scene.state.isComplete)
        #expect(scene.violations == [])
    }

    @Test("while the present spec is not accepted the revision before it goes no further")
    func specNotAccepted() {
        var scene = Scene.rolledOut(plan: .three)
        scene.run()
        scene.observed.wanted = nil
        scene.say(.resume, "r7/canary")
        scene.run()
        #expect(scene.writes == ["a=7"])
        #expect(scene.pause == .specNotAccepted)
        scene.observed.wanted = Scene.name(7)
        scene.run()
        #expect(scene.state.isComplete)
    }
}

@Suite("The dry run before the first write")
struct PreflightTests {
    @Test("one refusal anywhere keeps every target untouched, and is tried again ever more rarely")
    func refusal() {
        var scene = Scene.rolledOut(plan: .three)
        scene.conduct["c"]?.dryRun = .refused("namespace shop is missing; create it")
        scene.run()
        #expect(scene.writes == [])
        #expect(scene.view.phase == .blocked)
        #expect(scene.pause == .preflightRefused)
        #expect(scene.view.message.contains("namespace shop is missing"))
        scene.pass(seconds: 3600)
        let attempts = scene.observed.targets["c"]?.preflight?.attempts ?? 0
        #expect((8...14).contains(attempts), "\(attempts) dry runs")
        #expect(scene.observed.targets["b"]?.preflight?.attempts == 1)
        #expect(scene.writes == [])
        scene.conduct["c"]?.dryRun = .passed
        scene.pass(seconds: 600)
        #expect(scene.writes == ["a=7"])
        #expect(scene.violations == [])
    }

    @Test("a new spec replaces one that was refused")
    func replaced() {
        var scene = Scene.rolledOut(plan: .three)
        scene.conduct["c"]?.dryRun = .refused("no")
        scene.run()
        scene.conduct["c"]?.dryRun = .passed
        scene.want(8)
        scene.run()
        #expect(scene.writes == ["a=8"])
        #expect(scene.violations == [])
    }

    @Test("a target that does not answer is unknown: it goes to the end of its step and is dry-run before its write")
    func unreachable() {
        var plan = RolloutPlan.three
        plan.steps[1].targets = ["b", "c", "d"]
        var scene = Scene.rolledOut(plan: plan)
        scene.conduct["b"]?.isUnreachable = true
        scene.run()
        scene.say(.resume, "r7/canary")
        scene.run()
        #expect(scene.writes == ["a=7", "c=7", "d=7"])
        #expect(scene.inFlight == [])
        #expect(scene.pause == .clusterUnreachable)
        #expect(scene.view.targets["b"]?.phase == .unreachable)
        scene.conduct["b"]?.isUnreachable = false
        scene.conduct["b"]?.dryRun = .refused("quota")
        scene.pass(seconds: 60)
        #expect(scene.pause == .preflightRefused)
        #expect(scene.writes.count == 3)
        scene.conduct["b"]?.dryRun = .passed
        scene.pass(seconds: 600)
        #expect(scene.writes == ["a=7", "c=7", "d=7", "b=7"])
        #expect(scene.state.isComplete)
        #expect(scene.violations == [])
    }

    @Test("an unreachable canary pauses, and no resume leads past it")
    func unreachableCanary() {
        var scene = Scene.rolledOut(plan: .three)
        scene.conduct["a"]?.isUnreachable = true
        scene.run()
        #expect(scene.pause == .clusterUnreachable)
        #expect(scene.view.tokens[.resume] == nil)
        scene.say(.resume, "r7/canary/a")
        scene.run()
        #expect(scene.writes == [])
        #expect(scene.answers.map(\.value) == ["r7/canary/a"])
        scene.conduct["a"]?.isUnreachable = false
        scene.pass(seconds: 60)
        #expect(scene.writes == ["a=7"])
    }

    @Test("a person may let the rollout go on past an unreachable target; it follows when it is back")
    func passedOver() {
        var plan = RolloutPlan.waves.ungated
        plan.steps[2].maxConcurrency = 1
        var scene = Scene.rolledOut(plan: plan)
        scene.conduct["b"]?.isUnreachable = true
        scene.run()
        #expect(scene.view.tokens[.resume] == "r7/us/b")
        scene.say(.resume, "r7/us/b")
        scene.run()
        #expect(scene.writes == ["a=7", "c=7", "d=7"])
        #expect(!scene.state.isComplete)
        #expect(scene.pause == .clusterUnreachable)
        #expect(scene.view.tokens[.resume] == nil)
        scene.conduct["b"]?.isUnreachable = false
        scene.pass(seconds: 60)
        #expect(scene.writes == ["a=7", "c=7", "d=7", "b=7"])
        #expect(scene.state.isComplete)
        #expect(scene.violations == [])
    }

    @Test("a target lost in mid-write stays journaled; a person may let the others go on, and it is finished later")
    func lostInFlight() {
        var plan = RolloutPlan.three.ungated
        plan.steps[1].targets = ["b", "c", "d"]
        var scene = Scene.rolledOut(plan: plan)
        scene.conduct["b"]?.write = .writing
        scene.run()
        scene.conduct["b"]?.isUnreachable = true
        scene.conduct["b"]?.write = .done
        scene.pass(seconds: 600)
        #expect(scene.pause == .clusterUnreachable)
        #expect(scene.inFlight == ["b"])
        #expect(scene.writes == ["a=7"])
        scene.say(.resume, "r7/rest/b")
        scene.run()
        #expect(scene.writes == ["a=7", "c=7", "d=7"])
        #expect(scene.inFlight == ["b"])
        #expect(!scene.state.isComplete)
        scene.conduct["b"]?.isUnreachable = false
        scene.run()
        #expect(scene.writes == ["a=7", "c=7", "d=7", "b=7"])
        #expect(scene.state.isComplete)
        #expect(scene.violations == [])
    }
}
