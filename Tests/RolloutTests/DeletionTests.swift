import KubeModel
import Rollout
import Testing

@Suite("Deletion of the AccessPoint")
struct DeletionTests {
    @Test("targets are cleaned one at a time, last in the plan first; then the finalizer goes")
    func reverseOrder() {
        var scene = Scene.rolledOut(then: nil, plan: .waves)
        scene.observed.isDeleting = true
        scene.run()
        #expect(scene.writes == ["d=0", "c=0", "b=0", "a=0"])
        #expect(scene.isFinalized)
        #expect(scene.state.rows.isEmpty)
        #expect(scene.violations == [])
    }

    @Test("every AccessPointTarget goes before the finalizer, also where the status was lost before anything completed")
    func released() {
        var scene = Scene.rolledOut(then: nil, plan: .three)
        scene.state = RolloutState.recovered(
            assigned: scene.observed.targets.compactMapValues(\.assigned), completed: nil, now: scene.now)
        scene.restart()
        scene.observed.isDeleting = true
        scene.run()
        #expect(scene.isFinalized)
        #expect(scene.content.isEmpty && scene.observed.targets.values.allSatisfy { $0.assigned == nil })
    }

    @Test("it stops at the first target that fails, and goes on when that one is clean")
    func stopsAtFailure() {
        var scene = Scene.rolledOut(then: nil, plan: .waves)
        scene.conduct["c"]?.write = .retrying("403 forbidden")
        scene.observed.isDeleting = true
        scene.run()
        #expect(scene.writes == ["d=0"])
        #expect(scene.pause == nil)
        scene.pass(seconds: 60)
        #expect(scene.pause == .targetFailed)
        #expect(scene.view.tokens == [.abandon: "c"])
        #expect(!scene.isFinalized)
        scene.conduct["c"]?.write = .done
        scene.run()
        #expect(scene.writes == ["d=0", "c=0", "b=0", "a=0"])
        #expect(scene.isFinalized)
    }

    @Test("a refused removal is tried again by a person's retry, or by itself after ten minutes")
    func refused() {
        var scene = Scene.rolledOut(then: nil, plan: .three)
        scene.conduct["c"]?.write = .failed("403 forbidden")
        scene.observed.isDeleting = true
        scene.run()
        #expect(scene.pause == .targetFailed)
        #expect(scene.view.tokens == [.abandon: "c", .retry: "r6/1"])
        scene.conduct["c"]?.write = .done
        var patient = scene
        scene.say(.retry, "r6/1")
        scene.run()
        #expect(scene.isFinalized)
        patient.pass(seconds: 590)
        #expect(!patient.isFinalized)
        patient.pass(seconds: 10)
        #expect(patient.isFinalized)
        #expect(patient.writes == ["c=0", "b=0", "a=0"])
    }

    @Test("paused: true holds it")
    func held() {
        var scene = Scene.rolledOut(then: nil, plan: .three)
        scene.observed.isPaused = true
        scene.observed.isDeleting = true
        scene.run()
        #expect(scene.writes == [])
        #expect(scene.pause == .userPaused)
        scene.observed.isPaused = false
        scene.run()
        #expect(scene.isFinalized)
    }

    @Test("a dead cluster is passed only by a person who names it, and that is recorded")
    func abandon() {
        var scene = Scene.rolledOut(then: nil, plan: .three)
        scene.conduct["b"]?.isUnreachable = true
        scene.say(.abandon, "b")
        scene.run()
        scene.observed.isDeleting = true
        scene.run()
        #expect(scene.writes == ["c=0"])
        #expect(scene.pause == .clusterUnreachable)
        #expect(scene.view.tokens == [.abandon: "b"])
        scene.say(.abandon, "a")
        scene.run()
        #expect(scene.writes == ["c=0"])
        scene.say(.abandon, "b")
        scene.run()
        #expect(scene.writes == ["c=0", "a=0"])
        #expect(scene.state.abandoned == ["b"])
        #expect(scene.state.handled[.abandon]?.value == "b")
        #expect(scene.isFinalized)
        #expect(scene.violations == [])
    }

    @Test("a dead cluster is passed after the time-out of the policy, and that is recorded")
    func timeout() {
        var scene = Scene.rolledOut(then: nil, plan: .three)
        scene.conduct["b"]?.isUnreachable = true
        scene.observed.isDeleting = true
        scene.observed.unreachableTimeoutSeconds = 300
        scene.run()
        #expect(scene.pause == .clusterUnreachable)
        #expect(
            scene.planner.step(scene.state, scene.seen, now: scene.now).nextCheck == scene.now.adding(seconds: 300))
        scene.pass(seconds: 290)
        #expect(scene.writes == ["c=0"])
        #expect(!scene.isFinalized)
        scene.pass(seconds: 10)
        #expect(scene.writes == ["c=0", "a=0"])
        #expect(scene.state.abandoned == ["b"])
        #expect(scene.state.handled[.abandon] == nil)
        #expect(scene.isFinalized)
        #expect(scene.violations == [])
    }

    @Test("the time-out begins anew when the cluster answers in between, and a restart neither ends nor begins it")
    func timeoutBeginsAnew() {
        var scene = Scene.rolledOut(then: nil, plan: .three)
        scene.conduct["c"]?.isUnreachable = true
        scene.observed.isDeleting = true
        scene.observed.unreachableTimeoutSeconds = 300
        scene.pass(seconds: 200)
        scene.conduct["c"]?.isUnreachable = false
        scene.conduct["c"]?.write = .retrying("timeout")
        scene.run()
        scene.conduct["c"]?.isUnreachable = true
        scene.run()
        scene.pass(seconds: 200)
        #expect(scene.state.abandoned.isEmpty)
        scene.restart()
        var blind = scene.seen
        blind.targets["c"]?.reachability = .unknown
        blind.targets["c"]?.evidence = nil
        let decision = scene.planner.step(scene.state, blind, now: scene.now.adding(seconds: 1000))
        #expect(decision.state.abandoned.isEmpty)
        #expect(decision.state.pause == scene.state.pause)
        scene.pass(seconds: 100)
        #expect(scene.state.abandoned == ["c"])
        #expect(scene.violations == [])
    }

    @Test("the time for which a rollout had waited for a cluster before the deletion does not count")
    func timeoutOfDeletion() {
        var scene = Scene.rolledOut(plan: .three.ungated)
        scene.conduct["c"]?.isUnreachable = true
        scene.run()
        scene.pass(seconds: 3600)
        #expect(scene.pause == .clusterUnreachable)
        scene.observed.isDeleting = true
        scene.observed.deletionTime = scene.now
        scene.observed.unreachableTimeoutSeconds = 300
        scene.pass(seconds: 290)
        #expect(scene.state.abandoned.isEmpty)
        scene.pass(seconds: 10)
        #expect(scene.state.abandoned == ["c"])
    }

    @Test("paused: true holds the time-out too, and what is written never counts as lost")
    func timeoutHeld() {
        var scene = Scene.rolledOut(then: nil, plan: .three)
        scene.conduct["c"]?.isUnreachable = true
        scene.observed.isDeleting = true
        scene.observed.unreachableTimeoutSeconds = 60
        scene.run()
        scene.observed.isPaused = true
        scene.pass(seconds: 600)
        #expect(scene.state.abandoned.isEmpty)
        scene.observed.isPaused = false
        scene.run()
        #expect(scene.state.abandoned.isEmpty)
        scene.observed.targets["c"]?.report = WriteReport(
            stamp: WriteStamp(epoch: 0, sequence: 0), outcome: .writing)
        scene.pass(seconds: 600)
        #expect(scene.state.abandoned.isEmpty)
        scene.observed.targets["c"]?.report = nil
        scene.run()
        #expect(scene.state.abandoned == ["c"])
    }

    @Test("with policy Orphan a dead cluster is not waited for; those that answer are left one by one as ever")
    func orphans() {
        var scene = Scene.rolledOut(then: nil, plan: .waves)
        for target in ["b", "d"] { scene.conduct[target]?.isUnreachable = true }
        scene.observed.isDeleting = true
        scene.observed.orphansOnDeletion = true
        scene.run()
        #expect(scene.writes == ["c=0", "a=0"])
        #expect(scene.state.abandoned == ["b", "d"])
        #expect(scene.isFinalized)
        #expect(scene.violations == [])
    }

    @Test("in mid-rollout it waits for the write that is under way and touches nothing else before")
    func midRollout() {
        var scene = Scene.rolledOut(plan: .waves.ungated)
        scene.conduct["b"]?.write = .writing
        scene.run()
        scene.observed.isDeleting = true
        scene.run()
        #expect(scene.writes == ["a=7", "d=0", "c=0"])
        scene.conduct["b"]?.write = .done
        let stamp = scene.state.inFlight["b"]?.stamp ?? WriteStamp(epoch: 0, sequence: 0)
        scene.observed.targets["b"]?.report = WriteReport(stamp: stamp, outcome: .retrying("timeout"))
        scene.run()
        #expect(scene.writes == ["a=7", "d=0", "c=0", "b=0", "a=0"])
        #expect(scene.isFinalized)
        #expect(scene.violations == [])
    }

    @Test("killed between any two steps, it ends the same, cleaning no target twice")
    func restarts() {
        var scene = Scene.rolledOut(then: nil, plan: .waves)
        scene.observed.isDeleting = true
        for _ in 0..<60 {
            scene.step()
            scene.restart()
        }
        scene.run()
        #expect(scene.isFinalized)
        #expect(Set(scene.writes) == ["d=0", "c=0", "b=0", "a=0"])
        #expect(scene.violations == [])
    }
}

@Suite("Targets that join, leave or drift")
struct JoiningTests {
    @Test("a target that joins gets the stable revision, also while a canary waits at its gate")
    func joins() {
        var scene = Scene.rolledOut(plan: .three)
        scene.run()
        scene.conduct["z"] = Scene.Conduct()
        scene.run()
        #expect(scene.writes == ["a=7", "z=6"])
        #expect(scene.pause == .canaryGate)
        scene.say(.resume, "r7/canary")
        scene.run()
        #expect(scene.writes == ["a=7", "z=6", "b=7", "c=7", "z=7"])
        #expect(scene.state.isComplete)
        #expect(scene.violations == [])
    }

    @Test("without a stable revision it waits for its place in rest")
    func joinsFirst() {
        var scene = Scene(1, plan: .three)
        scene.run()
        scene.conduct["z"] = Scene.Conduct()
        scene.run()
        #expect(scene.writes == ["a=1"])
        scene.say(.resume, "r1/canary")
        scene.run()
        #expect(scene.writes == ["a=1", "b=1", "c=1", "z=1"])
        #expect(scene.violations == [])
    }

    @Test(
        "a target that joins in mid-rollout and cannot be written holds nothing up, and is tried for one revision at a time"
    )
    func refusedInMidRollout() {
        var scene = Scene.rolledOut(plan: .three)
        scene.run()
        scene.conduct["z"] = Scene.Conduct(dryRun: .refused("no backend"))
        scene.run()
        #expect(scene.pause == .canaryGate)
        #expect(scene.observed.targets["z"]?.preflight?.revision.number == 6)
        scene.say(.resume, "r7/canary")
        scene.run()
        #expect(scene.writes == ["a=7", "b=7", "c=7"])
        #expect(scene.state.isComplete && scene.pause == nil)
        scene.conduct["z"]?.dryRun = .passed
        scene.pass(seconds: 600)
        scene.run()
        #expect(scene.writes == ["a=7", "b=7", "c=7", "z=7"])
        #expect(scene.violations == [])
    }

    @Test("after a rollout a joining target is written at once, and one that refuses the dry run harms nobody")
    func joinsAfter() {
        var scene = Scene.rolledOut(then: nil, plan: .three)
        scene.conduct["y"] = Scene.Conduct(dryRun: .refused("no namespace"))
        scene.conduct["z"] = Scene.Conduct()
        scene.run()
        #expect(scene.writes == ["z=6"])
        #expect(scene.state.isComplete)
        #expect(scene.pause == nil)
        #expect(scene.violations == [])
    }

    @Test("a join that is refused is tried again every ten minutes and holds up no other")
    func refusedJoin() {
        var scene = Scene.rolledOut(then: nil, plan: .three)
        scene.conduct["y"] = Scene.Conduct(write: .failed("quota"))
        scene.conduct["z"] = Scene.Conduct()
        scene.run()
        #expect(scene.writes == ["z=6"])
        #expect(scene.pause == nil)
        scene.conduct["y"]?.write = .done
        scene.pass(seconds: 590)
        #expect(scene.writes == ["z=6"])
        scene.pass(seconds: 10)
        #expect(scene.writes == ["z=6", "y=6"])
        #expect(scene.violations == [])
    }

    @Test("a target that leaves in mid-rollout is skipped and keeps what it has")
    func leaves() {
        var scene = Scene.rolledOut(plan: .waves)
        scene.run()
        scene.observed.targets["b"]?.isPlaced = false
        scene.say(.resume, "r7/canary")
        scene.run()
        #expect(scene.revisions == "a7 b6 c7 d7")
        #expect(scene.state.isComplete)
        #expect(scene.violations == [])
    }

    @Test("a target that left loses its objects in a last step with a gate of its own")
    func removeStep() {
        var plan = RolloutPlan.three.ungated
        var scene = Scene.rolledOut(then: nil, plan: plan)
        plan.steps[1].targets = ["b"]
        plan.steps.append(PlanStep(name: PlanStep.remove, targets: ["c"], gate: .manual))
        scene.observed.targets["c"]?.isPlaced = false
        scene.want(7, plan: plan)
        scene.run()
        #expect(scene.writes == ["a=7", "b=7"])
        #expect(scene.pause == .removeGate)
        #expect(scene.view.gate == "r7/remove")
        #expect(!scene.state.isComplete)
        scene.say(.resume, "r7/remove")
        scene.run()
        #expect(scene.writes == ["a=7", "b=7", "c=0"])
        #expect(scene.state.rows["c"] == nil)
        #expect(scene.observed.targets["c"]?.assigned == nil)
        #expect(scene.state.isComplete)
        #expect(scene.violations == [])
    }

    @Test("a target in the remove step that is placed again keeps its objects and gets the revision")
    func placedAgain() {
        var plan = RolloutPlan.three.ungated
        var scene = Scene.rolledOut(then: nil, plan: plan)
        plan.steps[1].targets = ["b"]
        plan.steps.append(PlanStep(name: PlanStep.remove, targets: ["c"], gate: .manual))
        scene.observed.targets["c"]?.isPlaced = false
        scene.want(7, plan: plan)
        scene.run()
        scene.observed.targets["c"]?.isPlaced = true
        scene.run()
        #expect(scene.writes == ["a=7", "b=7", "c=7"])
        #expect(scene.state.isComplete)
        #expect(scene.violations == [])
    }

    @Test("a cluster away while the spec changed three times gets the newest revision, and nothing is deleted")
    func awayAndBack() {
        var scene = Scene.rolledOut(then: nil, plan: .three.ungated)
        scene.conduct["b"]?.isUnreachable = true
        for revision in 7...9 as ClosedRange<Int64> {
            scene.want(revision)
            scene.pass(seconds: 1200)
        }
        scene.conduct["b"]?.isUnreachable = false
        scene.pass(seconds: 600)
        #expect(scene.revisions == "a9 b9 c9")
        #expect(!scene.writes.contains { $0.hasSuffix("=0") })
        #expect(scene.writes.filter { $0.hasPrefix("b") } == ["b=9"])
        #expect(scene.violations == [])
    }
}
