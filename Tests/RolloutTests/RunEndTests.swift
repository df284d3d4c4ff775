import KubeModel
import Rollout
import Testing

@Suite("How runs ended, and the way back to what was before")
struct RunEndTests {
    @Test("a run that went through is recorded with its times")
    func completed() {
        var scene = Scene.rolledOut(plan: .three)
        let start = scene.now
        scene.run()
        scene.now = scene.now.adding(seconds: 60)
        scene.say(.resume, "r7/canary")
        scene.run()
        #expect(
            scene.state.lastRun
                == RunEnd(
                    revision: Scene.name(7), outcome: .completed, startTime: start, endTime: start.adding(seconds: 60)))
    }

    @Test("an aborted one names the word; it ends when the last target is back")
    func aborted() {
        var scene = Scene.rolledOut(plan: .three)
        scene.run()
        scene.say(.abort, "r7")
        scene.conduct["a"]?.write = .writing
        scene.run()
        #expect(scene.state.lastRun?.revision == Scene.name(6))
        scene.conduct["a"]?.write = .done
        scene.observed.targets["a"]?.report = nil
        scene.run()
        #expect(scene.state.lastRun?.outcome == .aborted)
        #expect(scene.state.lastRun?.cause == "a person set accesspoint.io/abort=r7")
        #expect(scene.state.lastRun?.revision == Scene.name(7))
    }

    @Test(
        "a superseded one says by what",
        arguments: [(8, "revision 8 took its place"), (6, "the spec asks for the stable revision 6 again")])
    func superseded(next: Int64, cause: String) {
        var scene = Scene.rolledOut(plan: .three)
        scene.run()
        scene.want(next)
        scene.run()
        #expect(scene.state.lastRun?.revision == Scene.name(7))
        #expect(scene.state.lastRun?.outcome == .superseded)
        #expect(scene.state.lastRun?.cause == cause)
    }

    @Test("an abort that a new spec cuts short is still an abort")
    func abortCutShort() {
        var scene = Scene.rolledOut(plan: .three)
        scene.run()
        scene.conduct["a"]?.isUnreachable = true
        scene.say(.abort, "r7")
        scene.run()
        scene.want(8)
        scene.run()
        #expect(scene.state.updateRevision == Scene.name(8))
        #expect(scene.state.lastRun?.revision == Scene.name(7))
        #expect(scene.state.lastRun?.outcome == .aborted)
    }

    @Test("a spec equal to an older revision than the stable one is a new revision: it starts at the canary")
    func undo() {
        var scene = Scene.rolledOut(5, then: 6, plan: .three.ungated)
        scene.run()
        #expect(scene.revisions == "a6 b6 c6")
        scene.writes = []
        let older = RevisionName(number: 7, hash: Scene.name(5).hash)
        scene.observed.plans[older] = .three
        scene.observed.wanted = older
        scene.run()
        #expect(scene.writes == ["a=7"])
        #expect(scene.view.gate == "r7/canary")
        #expect(scene.state.stableRevision == Scene.name(6))
        #expect(scene.violations == [])
    }
}
