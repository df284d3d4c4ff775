import KubeModel
import Rollout
import Testing

@Suite("A new spec in mid-rollout")
struct SupersedeTests {
    @Test("it starts again at the canary, and targets that were done keep what they have until their turn")
    func restartsAtCanary() {
        var scene = Scene.rolledOut(plan: .waves)
        scene.run()
        scene.say(.resume, "r7/canary")
        scene.run()
        #expect(scene.revisions == "a7 b7 c6 d6")
        scene.want(8)
        scene.run()
        #expect(scene.revisions == "a8 b7 c6 d6")
        #expect(scene.pause == .canaryGate)
        #expect(scene.view.gate == "r8/canary")
        #expect(scene.state.stableRevision == Scene.name(6))
        scene.say(.resume, "r8/canary")
        scene.run()
        scene.say(.resume, "r8/us")
        scene.run()
        #expect(scene.revisions == "a8 b8 c8 d8")
        #expect(scene.violations == [])
    }

    @Test("a target that is being written is waited for before the new revision touches it")
    func waitsForInFlight() {
        var scene = Scene.rolledOut(plan: .three)
        scene.conduct["a"]?.write = .writing
        scene.run()
        scene.want(8)
        scene.run()
        #expect(scene.inFlight == ["a"])
        #expect(scene.state.inFlight["a"]?.goal == .revision(Scene.name(7)))
        finish(&scene, "a", with: .done)
        scene.run()
        #expect(scene.writes == ["a=8"])
        #expect(scene.violations == [])
    }

    @Test("a target that was left half written is led back to the stable revision first")
    func leadsBack() {
        var scene = Scene.rolledOut(plan: .three)
        scene.conduct["a"]?.write = .failed("denied")
        scene.run()
        #expect(scene.pause == .targetFailed)
        scene.conduct["a"]?.write = .done
        scene.want(8)
        scene.run()
        #expect(scene.writes == ["a=6", "a=8"])
        #expect(scene.pause == .canaryGate)
        #expect(scene.violations == [])
    }

    @Test("a half-written target of the first revision is emptied first")
    func leadsBackToNothing() {
        var scene = Scene(1, plan: .three)
        scene.conduct["a"]?.write = .retrying("server is ill")
        scene.run()
        scene.conduct["a"]?.write = .done
        scene.observed.targets["a"]?.assigned = nil
        scene.want(2)
        scene.run()
        #expect(scene.writes == ["a=0", "a=2"])
        #expect(scene.violations == [])
    }

    @Test("an unreachable target left in flight keeps its place until a person lets the new revision go on past it")
    func unreachableInFlight() {
        var scene = Scene.rolledOut(plan: .three.ungated)
        scene.conduct["b"]?.write = .retrying("no answer")
        scene.run()
        scene.conduct["b"]?.isUnreachable = true
        scene.want(8)
        scene.run()
        #expect(scene.writes == ["a=7"])
        scene.pass(seconds: 600)
        #expect(scene.pause == .clusterUnreachable)
        #expect(scene.view.tokens[.resume] == "r8/rest/b")
        scene.say(.resume, "r8/rest/b")
        scene.run()
        #expect(scene.writes == ["a=7", "a=8", "c=8"])
        scene.conduct["b"] = Scene.Conduct()
        scene.pass(seconds: 60)
        #expect(scene.writes == ["a=7", "a=8", "c=8", "b=6", "b=8"])
        #expect(scene.state.isComplete)
        #expect(scene.violations == [])
    }

    @Test("a spec equal to the stable revision goes back the fast way, last written first, without gates")
    func backToStable() {
        var scene = Scene.rolledOut(plan: .waves)
        scene.observed.plans[Scene.name(7)] = .waves.soaking(60)
        scene.run()
        scene.say(.resume, "r7/canary")
        scene.pass(seconds: 60)
        scene.say(.resume, "r7/us")
        scene.pass(seconds: 60)
        #expect(scene.revisions == "a7 b7 c7 d7")
        scene.writes = []
        scene.want(6)
        scene.step()
        #expect(scene.view.phase == .rollingBack)
        scene.run()
        #expect(Set(scene.writes.prefix(2)) == ["c=6", "d=6"])
        #expect(scene.writes.suffix(2) == ["b=6", "a=6"])
        #expect(scene.state.isComplete)
        #expect(scene.view.phase == .healthy)
        #expect(scene.state.stableRevision == Scene.name(6))
        #expect(scene.violations == [])
    }

    @Test("changed again during the way back, the way back ends first, then the canary begins")
    func changedAgain() {
        var scene = Scene.rolledOut(plan: .waves.ungated)
        scene.conduct["d"]?.write = .writing
        scene.run()
        #expect(scene.revisions == "a7 b7 c7 d6")
        scene.want(6)
        scene.step()
        scene.want(8)
        finish(&scene, "d", with: .done)
        scene.observed.plans[Scene.name(8)] = .waves
        scene.run()
        #expect(scene.revisions == "a8 b6 c6 d6")
        #expect(scene.violations == [])
    }

    @Test("a way back that a dead cluster holds up does not hold up the next revision")
    func deadClusterOnTheWayBack() {
        var scene = Scene.rolledOut(plan: .waves.ungated)
        scene.conduct["d"]?.write = .failed("denied")
        scene.run()
        scene.conduct["c"]?.isUnreachable = true
        scene.conduct["d"]?.write = .done
        scene.want(6)
        scene.run()
        #expect(scene.revisions == "a6 b6 c7 d6")
        #expect(scene.pause == .clusterUnreachable)
        scene.want(8)
        scene.run()
        #expect(scene.revisions == "a8 b8 c7 d8")
        #expect(scene.violations == [])
    }

    @Test("superseded twice, every target ends at the newest revision")
    func twice() {
        var scene = Scene.rolledOut(plan: .waves)
        scene.run()
        scene.want(8)
        scene.step()
        scene.want(9)
        scene.observed.plans[Scene.name(9)] = .waves.ungated
        scene.run()
        #expect(scene.revisions == "a9 b9 c9 d9")
        #expect(scene.state.stableRevision == Scene.name(9))
        #expect(scene.violations == [])
    }

    /// Ends a write that is under way, and lets the target write what comes next.
    private func finish(_ scene: inout Scene, _ target: String, with outcome: WriteReport.Outcome) {
        guard let entry = scene.state.inFlight[target] else { return }
        scene.conduct[target]?.write = .done
        scene.observed.targets[target]?.report = WriteReport(stamp: entry.stamp, outcome: outcome)
        if outcome == .done { scene.content[target] = entry.goal.revision }
    }
}
