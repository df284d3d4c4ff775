import JSONValue
import KubeModel
import Rollout
import Testing

@Suite("A new revision that waits its turn")
struct QueueTests {
    /// Revision 7 at its canary's gate, 8 wanted with the policy Queue.
    private func queued() -> Scene {
        var scene = Scene.rolledOut(plan: .three)
        scene.run()
        scene.observed.queuesNewRevision = true
        scene.want(8)
        scene.run()
        return scene
    }

    @Test("it touches nothing until the present run has completed, and status shows it")
    func waits() {
        var scene = queued()
        #expect(scene.writes == ["a=7"])
        #expect(scene.pause == .canaryGate)
        #expect(scene.view.gate == "r7/canary")
        #expect(scene.view.queued == Scene.name(8))
        #expect(scene.view.fields["queuedRevision"] == "8-h8")
        #expect(scene.view.message == "step canary is done; revision 8 waits for the end of this one")
        scene.say(.resume, "r7/canary")
        scene.run()
        #expect(scene.writes == ["a=7", "b=7", "c=7", "a=8"])
        #expect(scene.state.stableRevision == Scene.name(7))
        #expect(scene.view.gate == "r8/canary")
        #expect(scene.view.queued == nil)
        #expect(scene.violations == [])
    }

    @Test("an abort of the present run lets it begin, from the stable revision")
    func aborted() {
        var scene = queued()
        scene.say(.abort, "r7")
        scene.run()
        #expect(scene.writes == ["a=7", "a=6", "a=8"])
        #expect(scene.state.lastRun?.outcome == .aborted)
        #expect(scene.pause == .canaryGate)
        #expect(scene.violations == [])
    }

    @Test("only the newest waits: one that was queued before is passed over")
    func newest() {
        var scene = queued()
        scene.want(9)
        scene.run()
        #expect(scene.view.queued == Scene.name(9))
        scene.say(.resume, "r7/canary")
        scene.run()
        #expect(scene.writes == ["a=7", "b=7", "c=7", "a=9"])
        #expect(scene.violations == [])
    }

    @Test("the spec of the present run again ends the wait, and nothing is written")
    func takenBack() {
        var scene = queued()
        scene.want(7)
        scene.run()
        #expect(scene.view.queued == nil)
        #expect(scene.writes == ["a=7"])
        #expect(scene.pause == .canaryGate)
    }

    @Test("a spec equal to the stable revision waits for nothing: it is the fast way back")
    func backToStable() {
        var scene = queued()
        scene.want(6)
        scene.run()
        #expect(scene.writes == ["a=7", "a=6"])
        #expect(scene.state.isComplete)
        #expect(scene.state.lastRun?.outcome == .superseded)
    }

    @Test("Restart in the spec lets what was queued take the run's place at once")
    func restart() {
        var scene = queued()
        scene.observed.queuesNewRevision = false
        scene.run()
        #expect(scene.writes == ["a=7", "a=8"])
        #expect(scene.view.gate == "r8/canary")
        #expect(scene.state.lastRun?.outcome == .superseded)
        #expect(scene.violations == [])
    }

    @Test("a run that has touched nothing, for a dry run is refused, is not waited for")
    func refused() {
        var scene = Scene.rolledOut(plan: .three)
        scene.observed.queuesNewRevision = true
        scene.conduct["c"]?.dryRun = .refused("no")
        scene.run()
        #expect(scene.view.phase == .blocked)
        scene.conduct["c"]?.dryRun = .passed
        scene.want(8)
        scene.run()
        #expect(scene.writes == ["a=8"])
        #expect(scene.violations == [])
    }

    @Test("it waits also while the present run has failed, until a person retries or aborts")
    func failed() {
        var scene = Scene.rolledOut(plan: .three.ungated)
        scene.observed.queuesNewRevision = true
        scene.conduct["b"]?.write = .failed("denied")
        scene.run()
        scene.want(8)
        scene.pass(seconds: 3600)
        #expect(scene.pause == .targetFailed)
        #expect(scene.writes == ["a=7"])
        scene.conduct["b"]?.write = .done
        scene.say(.retry, scene.view.tokens[.retry])
        scene.run()
        #expect(scene.state.stableRevision == Scene.name(8))
        #expect(scene.violations == [])
    }

    @Test("killed at any step it still waits")
    func restarts() {
        var scene = Scene.rolledOut(plan: .three)
        scene.observed.queuesNewRevision = true
        for step in 0..<30 {
            if step == 8 { scene.want(8) }
            scene.restart()
            scene.step()
            scene.step()
        }
        #expect(!scene.writes.contains("a=8"))
        #expect(scene.state.updateRevision == Scene.name(7))
    }
}
