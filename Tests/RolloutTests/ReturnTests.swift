import KubeModel
import Rollout
import Testing

@Suite("Abort and retry")
struct ReturnTests {
    @Test("an abort takes touched targets back in reverse order, and the same revision does not start again")
    func abort() {
        var scene = Scene.rolledOut(plan: .waves)
        scene.run()
        scene.say(.resume, "r7/canary")
        scene.run()
        scene.writes = []
        scene.say(.abort, "r7")
        scene.run()
        #expect(scene.writes == ["b=6", "a=6"])
        #expect(scene.state.isAborted)
        #expect(scene.view.phase == .degraded)
        #expect(scene.view.tokens == [.retry: "r7/1"])
        #expect(scene.state.handled[.abort]?.value == "r7")
        scene.pass(seconds: 3600)
        scene.restart()
        scene.pass(seconds: 3600)
        #expect(scene.writes == ["b=6", "a=6"])
        #expect(scene.violations == [])
    }

    @Test("an abort beats a resume that comes with it, and a user's pause")
    func abortBeatsAll() {
        var scene = Scene.rolledOut(plan: .waves)
        scene.run()
        scene.observed.isPaused = true
        scene.say(.resume, "r7/canary")
        scene.say(.abort, "r7")
        scene.run()
        #expect(scene.writes == ["a=7", "a=6"])
        #expect(scene.state.isAborted)
    }

    @Test("an abort of the first revision takes away what it wrote")
    func abortOfFirst() {
        var scene = Scene(1, plan: .three)
        scene.run()
        scene.say(.abort, "r1")
        scene.run()
        #expect(scene.writes == ["a=1", "a=0"])
        #expect(scene.state.rows.isEmpty)
        #expect(scene.observed.targets["a"]?.assigned == nil)
        #expect(scene.state.isAborted)
        #expect(scene.violations == [])
    }

    @Test("after an abort a retry starts at the canary with tokens of its own")
    func retryAfterAbort() {
        var scene = Scene.rolledOut(plan: .three)
        scene.run()
        scene.say(.resume, "r7/wrong")
        scene.say(.abort, "r7")
        scene.run()
        scene.say(.retry, "r7/1")
        scene.run()
        #expect(scene.revisions == "a7 b6 c6")
        #expect(scene.view.gate == "r7.2/canary")
        #expect(scene.view.tokens[.abort] == "r7.2")
        scene.say(.resume, "r7/canary")
        scene.run()
        #expect(scene.revisions == "a7 b6 c6")
        scene.say(.resume, "r7.2/canary")
        scene.run()
        #expect(scene.state.isComplete)
        #expect(scene.violations == [])
    }

    @Test("a retry writes what failed again, and only that; each attempt has a token of its own")
    func retryOfFailed() {
        var scene = Scene.rolledOut(plan: .three.ungated)
        scene.conduct["b"]?.write = .failed("denied")
        scene.run()
        scene.say(.retry, "r7/1")
        scene.run()
        #expect(scene.pause == .targetFailed)
        #expect(scene.view.tokens[.retry] == "r7/2")
        scene.conduct["b"]?.write = .done
        scene.pass(seconds: 100)
        #expect(scene.pause == .targetFailed)
        scene.say(.retry, "r7/2")
        scene.run()
        #expect(scene.writes == ["a=7", "b=7", "c=7"])
        #expect(scene.state.isComplete)
        #expect(scene.violations == [])
    }

    @Test("a retry gives bad health another deadline")
    func retryOfBadHealth() {
        var scene = Scene.rolledOut(plan: .three)
        scene.conduct["a"]?.finding = .bad("route not found")
        scene.run()
        scene.pass(seconds: 600)
        #expect(scene.pause == .deadlineExceeded)
        scene.say(.retry, "r7/1")
        scene.run()
        #expect(scene.pause == nil)
        scene.pass(seconds: 600)
        #expect(scene.pause == .deadlineExceeded)
        #expect(scene.violations == [])
    }

    @Test("a new spec after an abort starts at its canary; the stable one is healthy at once")
    func newSpecAfterAbort() {
        var scene = Scene.rolledOut(plan: .three)
        scene.run()
        scene.say(.abort, "r7")
        scene.run()
        var same = scene
        scene.want(8)
        scene.run()
        #expect(scene.revisions == "a8 b6 c6")
        same.want(6)
        same.run()
        #expect(same.state.isComplete)
        #expect(same.view.phase == .healthy)
    }

    @Test("an abort in mid-write waits for the write and leads back what did not end well")
    func abortInMidWrite() {
        var scene = Scene.rolledOut(plan: .three)
        scene.conduct["a"]?.write = .writing
        scene.run()
        scene.say(.abort, "r7")
        scene.run()
        #expect(scene.state.inFlight["a"]?.goal == .revision(Scene.name(7)))
        let stamp = scene.state.inFlight["a"]?.stamp ?? WriteStamp(epoch: 0, sequence: 0)
        scene.conduct["a"]?.write = .done
        scene.observed.targets["a"]?.report = WriteReport(stamp: stamp, outcome: .retrying("timeout"))
        scene.run()
        #expect(scene.writes == ["a=6"])
        #expect(scene.state.isAborted)
        #expect(scene.violations == [])
    }

    @Test("a target that refuses its way back holds up none of the others; it is tried again at a person's word")
    func refusedReturn() {
        var scene = Scene.rolledOut(plan: .waves.ungated)
        scene.conduct["c"]?.write = .writing
        scene.run()
        scene.observed.targets["c"]?.report = WriteReport(
            stamp: scene.state.inFlight["c"]?.stamp ?? WriteStamp(epoch: 0, sequence: 0), outcome: .failed("denied"))
        scene.conduct["c"]?.write = .failed("denied")
        scene.say(.abort, "r7")
        scene.run()
        #expect(scene.revisions == "a6 b6 c6 d6")
        #expect(scene.inFlight == ["c"])
        #expect(scene.pause == .targetFailed)
        #expect(scene.view.tokens == [.retry: "r7/1"])
        scene.conduct["c"]?.write = .done
        scene.say(.retry, "r7/1")
        scene.run()
        #expect(scene.state.isAborted)
        #expect(scene.violations == [])
    }

    @Test("an abort leads no half-written target back to a superseded revision: without a stable one it is emptied")
    func noWayBackToSuperseded() {
        var scene = Scene(1, plan: .three)
        scene.run()
        scene.conduct["a"]?.write = .failed("denied")
        scene.want(2)
        scene.run()
        #expect(scene.pause == .targetFailed)
        scene.conduct["a"]?.write = .done
        scene.writes = []
        scene.say(.abort, "r2")
        scene.run()
        #expect(scene.writes == ["a=0"])
        #expect(scene.state.isAborted)
        #expect(scene.violations == [])
    }

    @Test("a verb that nothing waits for is answered, once", arguments: Verb.allCases)
    func nothingWaits(verb: Verb) {
        var scene = Scene.rolledOut(then: nil, plan: .three)
        scene.say(verb, "r6")
        scene.run()
        scene.pass(seconds: 100)
        #expect(scene.answers == [VerbAnswer(verb: verb, value: "r6", reason: .wrongValue, right: nil)])
        #expect(scene.writes == [])
    }
}
