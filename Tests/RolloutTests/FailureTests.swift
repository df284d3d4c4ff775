import KubeModel
import Rollout
import Testing

@Suite("How many targets may fail, and what happens when more do")
struct FailureTests {
    /// Canary `a`, then `b` to `e` in `rest`, of which some may fail.
    static func plan(_ maxFailures: Int, _ response: FailureResponse = .pause, concurrency: Int = 1) -> RolloutPlan {
        RolloutPlan(
            steps: [
                PlanStep(name: "canary", targets: ["a"]),
                PlanStep(
                    name: "rest", targets: ["b", "c", "d", "e"], maxConcurrency: concurrency, maxFailures: maxFailures
                ),
            ], progressDeadlineSeconds: 100, failureResponse: response)
    }

    private func scene(_ maxFailures: Int, _ response: FailureResponse = .pause) -> Scene {
        Scene.rolledOut(plan: Self.plan(maxFailures, response))
    }

    @Test("a target that refuses its write is gone past if as many may fail; the run completes and tells it apart")
    func refused() {
        var scene = scene(1)
        scene.conduct["b"]?.write = .failed("denied")
        scene.run()
        #expect(scene.writes == ["a=7", "c=7", "d=7", "e=7"])
        #expect(scene.state.isComplete)
        #expect(scene.pause == nil)
        #expect(scene.state.lastRun?.outcome == .completed)
        #expect(scene.state.lastRun?.cause == "1 target failed, as may be: b")
        #expect(scene.view.targets["b"]?.phase == .failed)
        #expect(scene.violations == [])
    }

    @Test("what a completed run has left behind is tried again every ten minutes, without a person")
    func leftBehind() {
        var scene = scene(1)
        scene.conduct["b"]?.write = .failed("denied")
        scene.run()
        scene.conduct["b"]?.write = .done
        #expect(scene.view.tokens == [:])
        scene.pass(seconds: 590)
        #expect(scene.revisions == "a7 b6 c7 d7 e7")
        scene.pass(seconds: 10)
        #expect(scene.revisions == "a7 b7 c7 d7 e7")
        #expect(scene.violations == [])
    }

    @Test("what a completed run has left half written gets the next revision in its turn, not the old one first")
    func nextRevision() {
        var scene = scene(1)
        scene.conduct["b"]?.write = .failed("denied")
        scene.run()
        scene.conduct["b"]?.write = .done
        scene.writes = []
        scene.want(8)
        scene.run()
        #expect(scene.writes == ["a=8", "b=8", "c=8", "d=8", "e=8"])
        #expect(scene.state.isComplete)
        #expect(scene.violations == [])
    }

    @Test("a write that is still under way when its run completes is not begun anew, and arrives")
    func stillWriting() {
        var scene = scene(1)
        scene.conduct["b"]?.write = .writing
        scene.run()
        scene.pass(seconds: 100)
        #expect(scene.state.isComplete)
        let stamp = scene.state.inFlight["b"]?.stamp
        #expect(scene.state.inFlight["b"]?.purpose == .join)
        scene.pass(seconds: 3600)
        #expect(scene.state.inFlight["b"]?.stamp == stamp)
        scene.conduct["b"]?.write = .done
        scene.observed.targets["b"]?.report = nil
        scene.run()
        #expect(scene.revisions == "a7 b7 c7 d7 e7")
        #expect(scene.violations == [])
    }

    @Test("one more than may fail, and nothing new begins; the message counts them")
    func exceeded() {
        var scene = scene(1)
        for target in ["b", "c"] { scene.conduct[target]?.write = .failed("denied") }
        scene.run()
        #expect(scene.writes == ["a=7"])
        #expect(scene.pause == .failuresExceeded)
        #expect(
            scene.view.message == "2 targets of step rest have failed, 1 may: b cannot be written: denied")
        scene.conduct["c"]?.write = .done
        scene.say(.retry, scene.view.tokens[.retry])
        scene.run()
        #expect(scene.writes == ["a=7", "c=7", "d=7", "e=7"])
        #expect(scene.state.isComplete)
        #expect(scene.violations == [])
    }

    @Test("bad health counts at the deadline, not before, and then gives its place to the next")
    func badHealth() {
        var scene = scene(1)
        scene.conduct["b"]?.finding = .bad("no route")
        scene.run()
        scene.pass(seconds: 90)
        #expect(scene.writes == ["a=7", "b=7"])
        scene.pass(seconds: 10)
        #expect(scene.writes == ["a=7", "b=7", "c=7", "d=7", "e=7"])
        #expect(scene.state.isComplete)
        #expect(scene.violations == [])
    }

    @Test("a target that does not answer counts when its turn has come; it joins when it is back")
    func unreachable() {
        var scene = scene(1)
        scene.conduct["c"]?.isUnreachable = true
        scene.run()
        #expect(scene.writes == ["a=7", "b=7", "d=7", "e=7"])
        #expect(scene.state.isComplete)
        scene.conduct["c"]?.isUnreachable = false
        scene.pass(seconds: 60)
        #expect(scene.revisions == "a7 b7 c7 d7 e7")
        #expect(scene.violations == [])
    }

    @Test(
        "no failure of the canary may be, whatever the policy says",
        arguments: [(4, FailureResponse.pause), (0, .carryOn), (4, .carryOn)])
    func canary(maxFailures: Int, response: FailureResponse) {
        var plan = Self.plan(maxFailures, response)
        plan.steps[0].maxFailures = maxFailures
        var scene = Scene.rolledOut(plan: plan)
        scene.conduct["a"]?.finding = .bad("no route")
        scene.run()
        scene.pass(seconds: 1000)
        #expect(scene.writes == ["a=7"])
        #expect(scene.pause == .deadlineExceeded)
        #expect(scene.violations == [])
    }

    @Test("a gate after failures that may be says how many there were")
    func gate() {
        var plan = Self.plan(1)
        plan.steps.insert(
            PlanStep(name: "us", targets: ["b", "c"], maxConcurrency: 2, gate: .manual, maxFailures: 1), at: 1)
        plan.steps[2].targets = ["d", "e"]
        var scene = Scene.rolledOut(plan: plan)
        scene.conduct["b"]?.write = .failed("denied")
        scene.run()
        #expect(scene.pause == .waveGate)
        #expect(scene.view.message == "step us is done, but 1 target failed: b")
        #expect(scene.writes == ["a=7", "c=7"])
    }

    @Test("Continue goes past any number of bad targets after the canary, and waits at the end if more failed than may")
    func carryOn() {
        var scene = scene(1, .carryOn)
        for target in ["b", "c"] { scene.conduct[target]?.write = .failed("denied") }
        scene.run()
        #expect(scene.writes == ["a=7", "d=7", "e=7"])
        #expect(!scene.state.isComplete)
        #expect(scene.pause == .failuresExceeded)
        #expect(scene.view.message.contains("2 targets of step rest have failed, 1 may"))
        #expect(scene.view.tokens == [.abort: "r7", .retry: "r7/1"])
        scene.conduct["b"]?.write = .done
        scene.say(.retry, "r7/1")
        scene.run()
        #expect(scene.state.isComplete)
        #expect(scene.writes == ["a=7", "d=7", "e=7", "b=7"])
        #expect(scene.violations == [])
    }

    @Test("Continue goes past what cannot be told only as far as may fail: then a person is asked")
    func carryOnUnknown() {
        var scene = scene(1, .carryOn)
        for target in ["b", "c"] { scene.conduct[target]?.finding = .cannotTell("no address") }
        scene.run()
        scene.pass(seconds: 100)
        #expect(scene.writes == ["a=7", "b=7", "c=7"])
        scene.pass(seconds: 100)
        #expect(scene.pause == .deadlineExceeded)
        #expect(scene.view.tokens[.resume] == "r7/rest/b")
        #expect(scene.writes == ["a=7", "b=7", "c=7"])
        scene.say(.resume, "r7/rest/b")
        scene.run()
        #expect(scene.writes == ["a=7", "b=7", "c=7", "d=7", "e=7"])
        #expect(scene.violations == [])
    }

    @Test("Rollback takes the touched targets back by itself, in reverse order, and says why")
    func rollback() {
        var scene = scene(0, .rollback)
        scene.conduct["c"]?.finding = .bad("no route")
        scene.run()
        scene.writes = []
        scene.pass(seconds: 90)
        #expect(scene.writes == [])
        scene.pass(seconds: 10)
        #expect(scene.writes == ["c=6", "b=6", "a=6"])
        #expect(scene.state.isAborted)
        #expect(scene.view.phase == .degraded)
        #expect(scene.view.message == "revision 7 was rolled back: c is not healthy: no route")
        #expect(scene.state.lastRun?.outcome == .rolledBack)
        #expect(scene.state.lastRun?.cause == "c is not healthy: no route")
        scene.pass(seconds: 3600)
        #expect(scene.writes == ["c=6", "b=6", "a=6"])
        scene.conduct["c"]?.finding = .good
        scene.say(.retry, "r7/1")
        scene.run()
        #expect(scene.state.isComplete)
        #expect(scene.state.rollbackCause == nil)
        #expect(scene.violations == [])
    }

    @Test("Rollback applies to the canary and to the first revision too: what did not exist before is gone")
    func rollbackOfFirst() {
        var scene = Scene(1, plan: Self.plan(2, .rollback))
        scene.conduct["a"]?.finding = .bad("no route")
        scene.run()
        scene.pass(seconds: 100)
        #expect(scene.writes == ["a=1", "a=0"])
        #expect(scene.state.isAborted)
        #expect(scene.state.rows.isEmpty)
        #expect(scene.violations == [])
    }

    @Test("what cannot be told never rolls back: a person is asked")
    func unknownIsNoReason() {
        var scene = scene(0, .rollback)
        scene.conduct["b"]?.finding = .cannotTell("no address")
        scene.run()
        scene.pass(seconds: 1000)
        #expect(scene.writes == ["a=7", "b=7"])
        #expect(scene.pause == .deadlineExceeded)
        #expect(scene.view.tokens[.resume] == "r7/rest/b")
    }

    @Test("Rollback begins and goes on only while the spec does not say paused")
    func rollbackWhilePaused() {
        var scene = scene(0, .rollback)
        scene.conduct["c"]?.write = .failed("denied")
        scene.observed.isPaused = false
        while scene.state.inFlight["c"] == nil { scene.step() }
        scene.observed.isPaused = true
        scene.run()
        #expect(scene.writes == ["a=7", "b=7"])
        #expect(scene.pause == .userPaused)
        scene.observed.isPaused = false
        scene.conduct["c"]?.write = .done
        scene.step()
        #expect(scene.state.rollbackCause != nil)
        scene.observed.isPaused = true
        scene.run()
        #expect(scene.pause == .userPaused)
        #expect(scene.writes == ["a=7", "b=7", "c=6"])
        scene.observed.isPaused = false
        scene.run()
        #expect(scene.revisions == "a6 b6 c6 d6 e6")
        #expect(scene.violations == [])
    }

    @Test("a target that fails may be counted while another one gets well: the number is of now, not of ever")
    func recovers() {
        var scene = scene(1)
        scene.conduct["b"]?.finding = .bad("no route")
        scene.run()
        scene.pass(seconds: 90)
        scene.conduct["c"]?.write = .failed("denied")
        scene.pass(seconds: 10)
        #expect(scene.pause == .failuresExceeded)
        scene.conduct["b"]?.finding = .good
        scene.run()
        #expect(scene.pause == nil)
        #expect(scene.writes == ["a=7", "b=7", "d=7", "e=7"])
        #expect(scene.state.isComplete)
        #expect(scene.violations == [])
    }

    @Test("what may fail on the way forth may not on the way back: a person is told", arguments: [1, 4])
    func wayBack(maxFailures: Int) {
        var scene = Scene.rolledOut(plan: Self.plan(maxFailures, .carryOn))
        scene.conduct["e"]?.finding = .bad("no route")
        scene.run()
        scene.conduct["c"]?.write = .failed("denied")
        scene.say(.abort, "r7")
        scene.run()
        #expect(scene.pause == .targetFailed)
        #expect(scene.view.tokens[.retry] != nil)
        scene.conduct["c"]?.write = .done
        scene.say(.retry, scene.view.tokens[.retry])
        scene.run()
        #expect(scene.state.isAborted)
        #expect(scene.revisions == "a6 b6 c6 d6 e6")
    }
}
