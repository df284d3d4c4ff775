import KubeModel
import Rollout

// The stories of guards of policies.
extension GuardTests {
    static func failureLimit(_ guards: Guards) -> String? {
        var scene = scene(RolloutPlan.three.ungated, guards)
        scene.conduct["a"]?.write = .failed("denied")
        scene.run()
        return scene.writes.isEmpty ? nil : "went past a canary that failed: \(scene.writes)"
    }

    static func queue(_ guards: Guards) -> String? {
        var scene = scene(.three, guards)
        scene.run()
        scene.observed.queuesNewRevision = true
        scene.want(8)
        scene.run()
        return scene.state.updateRevision == Scene.name(7) ? nil : "what was queued took the run's place"
    }

    static func driftBrake(_ guards: Guards) -> String? {
        var scene = Scene.rolledOut(then: nil, plan: .three)
        scene.planner = RolloutPlanner(guards: guards)
        for target in ["a", "b", "c"] { scene.observed.targets[target]?.isDrifted = true }
        scene.pass(seconds: 60)
        return scene.writes.isEmpty ? nil : "repaired in a storm of drift: \(scene.writes)"
    }

    static func deletionTimeout(_ guards: Guards) -> String? {
        var scene = Scene.rolledOut(then: nil, plan: .three)
        scene.planner = RolloutPlanner(guards: guards)
        scene.conduct["c"]?.isUnreachable = true
        scene.observed.isDeleting = true
        scene.run()
        return scene.state.abandoned.isEmpty ? nil : "given up at once: \(scene.state.abandoned)"
    }
}
