import KubeModel
import Rollout
import Testing

/// Each guard with a story that ends well with it and does harm without it.
@Suite("Every guard is missed when it is gone")
struct GuardTests {
    @Test("with the guard no harm is done, without it harm is done", arguments: Guards.Guard.allCases)
    func missed(guarded: Guards.Guard) {
        #expect(Self.harm(of: guarded, with: .full) == nil)
        let harm = Self.harm(of: guarded, with: Guards(without: guarded))
        #expect(harm != nil)
        print("without \(guarded.rawValue): \(harm ?? "no harm")")
    }

    /// What goes wrong in the story of a guard; nil if nothing does.
    static func harm(of guarded: Guards.Guard, with guards: Guards) -> String? {
        switch guarded {
        case .journal: journal(guards)
        case .epoch: epoch(guards)
        case .exactReport: exactReport(guards)
        case .exactEvidence: exactEvidence(guards)
        case .tokenBinding: token("true", alreadyThere: false, guards)
        case .tokenOnce: token("r7/canary", alreadyThere: true, guards)
        case .deadlinePause: deadlinePause(guards)
        case .soakRestart: soakRestart(guards)
        case .frontier: frontier(guards)
        case .concurrency: concurrency(guards)
        case .preflight: preflight(guards)
        case .userPause: userPause(guards)
        case .supersede: supersede(guards)
        case .deletionOrder: deletionOrder(guards)
        case .failureLimit: failureLimit(guards)
        case .queue: queue(guards)
        case .driftBrake: driftBrake(guards)
        case .deletionTimeout: deletionTimeout(guards)
        }
    }

    /// Revision 6 everywhere, 7 wanted, and a planner that lacks something.
    static func scene(_ plan: RolloutPlan, _ guards: Guards) -> Scene {
        var scene = Scene.rolledOut(plan: plan)
        scene.planner = RolloutPlanner(guards: guards)
        return scene
    }

    private static func journal(_ guards: Guards) -> String? {
        var scene = scene(.three, guards)
        scene.run()
        return scene.violations.first { $0.rule == "S5" }?.description
    }

    private static func epoch(_ guards: Guards) -> String? {
        var scene = scene(.three, guards)
        scene.run()
        let old = scene.observed.heldEpoch
        scene.state.epoch += 1
        scene.observed.heldEpoch = old
        scene.say(.resume, "r7/canary")
        scene.step()
        return scene.violations.first { $0.rule == "S5" }?.description
    }

    private static func exactReport(_ guards: Guards) -> String? {
        var scene = scene(.three, guards)
        scene.conduct["a"]?.write = .writing
        scene.run()
        scene.observed.targets["a"]?.report = WriteReport(stamp: WriteStamp(epoch: 1, sequence: 1), outcome: .done)
        scene.content["a"] = Scene.name(7)
        scene.step()
        return scene.violations.first?.description
    }

    private static func exactEvidence(_ guards: Guards) -> String? {
        var scene = scene(.three, guards)
        scene.conduct["a"]?.finding = .cannotTell("?")
        scene.run()
        var seen = scene.seen
        seen.targets["a"]?.evidence = Evidence(revision: Scene.name(6), finding: .good)
        let decision = scene.planner.step(scene.state, seen, now: scene.now)
        return decision.state.pause?.reason == .canaryGate ? "an observation of revision 6 spoke for revision 7" : nil
    }

    private static func token(_ value: String, alreadyThere: Bool, _ guards: Guards) -> String? {
        var scene = scene(.three, guards)
        if alreadyThere { scene.say(.resume, value) }
        scene.run()
        scene.say(.resume, value)
        scene.run()
        return scene.writes.count > 1 ? "the gate was opened: \(scene.writes)" : nil
    }

    private static func deadlinePause(_ guards: Guards) -> String? {
        var scene = scene(.three, guards)
        scene.conduct["a"]?.finding = .cannotTell("?")
        scene.run()
        scene.pass(seconds: 3600)
        return scene.pause == nil ? "stuck for an hour and nobody was asked" : nil
    }

    private static func soakRestart(_ guards: Guards) -> String? {
        var scene = scene(RolloutPlan.three.ungated.soaking(60), guards)
        scene.run()
        scene.pass(seconds: 50)
        scene.conduct["a"]?.finding = .bad("ill")
        scene.run()
        scene.conduct["a"]?.finding = .good
        scene.pass(seconds: 10)
        return scene.writes.count > 1 ? "ten good seconds counted for sixty: \(scene.writes)" : nil
    }

    private static func frontier(_ guards: Guards) -> String? {
        var scene = scene(.waves, guards)
        scene.conduct["a"]?.isUnreachable = true
        scene.run()
        scene.conduct["a"]?.isUnreachable = false
        scene.conduct["a"]?.finding = .bad("ill")
        for _ in 0..<5 { scene.pass(seconds: 20) }
        var ill = Scene.rolledOut(plan: RolloutPlan.waves.ungated.soaking(60))
        ill.planner = RolloutPlanner(guards: guards)
        ill.run()
        ill.pass(seconds: 60)
        ill.conduct["a"]?.finding = .bad("ill")
        ill.pass(seconds: 60)
        return (scene.violations + ill.violations).first { $0.rule == "S2" || $0.rule == "S3" }?.description
    }

    private static func concurrency(_ guards: Guards) -> String? {
        var scene = scene(RolloutPlan.three.ungated, guards)
        for target in ["b", "c"] { scene.conduct[target]?.write = .writing }
        scene.run()
        return scene.violations.first { $0.rule == "S1" }?.description
    }

    private static func preflight(_ guards: Guards) -> String? {
        var scene = scene(.three, guards)
        scene.conduct["c"]?.dryRun = .refused("no namespace")
        scene.run()
        return scene.writes.isEmpty ? nil : "written although c refuses: \(scene.writes)"
    }

    private static func userPause(_ guards: Guards) -> String? {
        var scene = scene(.three, guards)
        scene.observed.isPaused = true
        scene.run()
        return scene.violations.first?.description
    }

    private static func supersede(_ guards: Guards) -> String? {
        var plan = RolloutPlan.three
        plan.steps[0].maxConcurrency = 2
        var scene = scene(plan, guards)
        scene.conduct["a"]?.write = .writing
        scene.run()
        scene.want(8)
        scene.run()
        return scene.violations.first { $0.rule == "S18" }?.description
    }

    private static func deletionOrder(_ guards: Guards) -> String? {
        var scene = scene(.three, guards)
        scene.observed.isDeleting = true
        scene.conduct["c"]?.write = .retrying("403")
        scene.run()
        return scene.violations.first { $0.rule == "S15" }?.description
    }
}
