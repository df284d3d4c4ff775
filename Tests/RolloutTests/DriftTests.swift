import KubeModel
import Rollout
import Testing

@Suite("Drift is repaired to the assigned revision, with a brake")
struct DriftTests {
    @Test("drift is corrected to the assigned revision, journaled, one target at a time, also while a gate waits")
    func repairs() {
        var scene = Scene.rolledOut(plan: .waves)
        scene.run()
        scene.observed.targets["a"]?.isDrifted = true
        scene.observed.targets["b"]?.isDrifted = true
        scene.writes = []
        scene.step()
        #expect(scene.inFlight == ["a"])
        #expect(scene.state.inFlight["a"]?.purpose == .repair)
        scene.observed.targets["a"]?.isDrifted = false
        scene.run()
        #expect(scene.writes == ["a=7", "b=6"])
        #expect(scene.pause == .canaryGate)
        #expect(scene.violations == [])
    }

    @Test("a drift that comes back is corrected at most every thirty seconds")
    func repairsRarely() {
        var scene = Scene.rolledOut(then: nil, plan: .three)
        scene.observed.targets["b"]?.isDrifted = true
        scene.pass(seconds: 300)
        #expect((9...11).contains(scene.writes.count), "\(scene.writes)")
    }

    /// Revision 6 on ten targets.
    private func ten(then next: Int64? = nil) -> Scene {
        let names = Array("abcdefghij").map(String.init)
        return Scene.rolledOut(
            then: next,
            plan: RolloutPlan(steps: [
                PlanStep(name: "canary", targets: ["a"], gate: .manual),
                PlanStep(name: "rest", targets: Array(names.dropFirst()), maxConcurrency: 9),
            ]))
    }

    /// Lets objects of targets be changed by somebody, or back.
    private func drift(_ targets: String, _ isDrifted: Bool = true, in scene: inout Scene) {
        for target in targets { scene.observed.targets[String(target)]?.isDrifted = isDrifted }
    }

    @Test("more than half of the targets at once: nothing is repaired, and a reason is shown")
    func brake() {
        var scene = ten()
        drift("abcdef", in: &scene)
        scene.pass(seconds: 3600)
        #expect(scene.writes == [])
        #expect(scene.state.brake?.isReleased == false)
        #expect(scene.view.brake?.message.hasPrefix("6 of 10 targets differ") == true)
        #expect(scene.view.tokens == [.retry: "r6/drift/1"])
        #expect(scene.violations == [])
    }

    @Test("exactly half is repaired, one target at a time")
    func half() {
        var scene = ten()
        drift("abcde", in: &scene)
        scene.step()
        #expect(scene.inFlight == ["a"])
        #expect(scene.state.brake == nil)
    }

    @Test("one target after the other within the window counts as at once; those repaired long ago do not")
    func window() {
        var scene = ten()
        for target in "abcde" {
            drift(String(target), in: &scene)
            scene.step()
            drift(String(target), false, in: &scene)
            scene.run()
            scene.pass(seconds: 60)
        }
        #expect(scene.writes.count == 5)
        var later = scene
        drift("f", in: &scene)
        scene.run()
        #expect(scene.writes.count == 5)
        #expect(scene.state.brake != nil)
        let message = "1 of 10 targets differs from the revision, and 5 more were put back a short time ago; "
        #expect(scene.view.brake?.message.hasPrefix(message) == true)
        later.pass(seconds: 400)
        drift("f", in: &later)
        later.step()
        #expect(later.inFlight == ["f"])
        #expect(later.state.brake == nil)
    }

    @Test("the end of the drift lifts the brake, and only when every target has been looked at again")
    func ends() {
        var scene = ten()
        drift("abcdef", in: &scene)
        scene.run()
        scene.restart()
        var blind = scene.seen
        blind.targets["a"]?.evidence = nil
        #expect(scene.planner.step(scene.state, blind, now: scene.now).state.brake != nil)
        drift("a", in: &scene)
        scene.run()
        #expect(scene.state.brake != nil)
        #expect(scene.writes == [])
        drift("a", false, in: &scene)
        scene.run()
        #expect(scene.state.brake == nil)
        drift("b", in: &scene)
        scene.step()
        #expect(scene.inFlight == ["b"])
    }

    @Test("a person's retry lets the repairs go on until the drift has ended; the next storm needs its own")
    func released() {
        var scene = ten()
        drift("abcdef", in: &scene)
        scene.run()
        scene.say(.retry, "r6/1")
        scene.run()
        #expect(scene.writes == [])
        #expect(scene.answers.last?.right == "r6/drift/1")
        scene.say(.retry, "r6/drift/1")
        scene.run()
        #expect(scene.writes == ["a=6", "b=6", "c=6", "d=6", "e=6", "f=6"])
        #expect(scene.state.handled[.retry]?.value == "r6/drift/1")
        drift("abcdef", false, in: &scene)
        scene.run()
        #expect(scene.state.brake == nil)
        drift("abcdef", in: &scene)
        scene.run()
        #expect(scene.view.tokens == [.retry: "r6/drift/2"])
        #expect(scene.writes.count == 6)
    }

    @Test("a single target is never a storm, and two are one")
    func small() {
        var one = Scene.rolledOut(then: nil, plan: RolloutPlan(steps: [PlanStep(name: "canary", targets: ["a"])]))
        one.observed.targets["a"]?.isDrifted = true
        one.step()
        #expect(one.inFlight == ["a"])
        var two = Scene.rolledOut(then: nil, plan: RolloutPlan(steps: [PlanStep(name: "canary", targets: ["a", "b"])]))
        for target in ["a", "b"] { two.observed.targets[target]?.isDrifted = true }
        two.run()
        #expect(two.state.brake != nil)
        #expect(two.writes == [])
    }

    @Test("the share and the window are given, not fixed")
    func given() {
        var scene = ten()
        scene.observed.driftBrake = DriftBrake(maxPercent: 10, windowSeconds: 60)
        drift("ab", in: &scene)
        scene.run()
        #expect(scene.state.brake != nil)
    }

    @Test("while the brake is on, an aborted revision still starts again by its own token")
    func abortedToo() {
        var scene = ten(then: 7)
        scene.run()
        scene.say(.abort, "r7")
        scene.run()
        drift("abcdef", in: &scene)
        scene.run()
        #expect(scene.view.tokens == [.retry: "r7/1"])
        #expect(scene.view.brake?.token == "r7/drift/1")
        var other = scene
        scene.say(.retry, "r7/drift/1")
        scene.step()
        #expect(scene.state.isAborted)
        #expect(scene.state.brake?.isReleased == true)
        other.say(.retry, "r7/1")
        other.step()
        #expect(!other.state.isAborted)
        #expect(other.state.brake?.isReleased == false)
    }

    @Test("a target that does not answer does not lift the brake: what it holds is not known")
    func unknownIsNoEnd() {
        var scene = ten()
        drift("abcdef", in: &scene)
        scene.run()
        drift("abcdef", false, in: &scene)
        for target in "abcdef" { scene.conduct[String(target)]?.isUnreachable = true }
        scene.run()
        #expect(scene.state.brake != nil)
        for target in "abcdef" { scene.conduct[String(target)]?.isUnreachable = false }
        scene.run()
        #expect(scene.state.brake == nil)
    }
}
