import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import Rollout
import Testing

@testable import Operator

@Suite("An upgrade of the operator")
struct UpgradeTests {
    @Test("a revision that is rendered alike by both is gone on with: no new revision, no write")
    func equal() throws {
        let standing = Standing()
        let scene = try standing.scene(try standing.revision())
        let name = try #require(scene.state.stableRevision)
        #expect(try standing.choice(scene) == .existing(name))
        let memo = RenderMemo(options: RenderOptions(gatewayNamespaces: ["istio-ingress"]))
        let record = try #require(scene.records[name])
        let set = try #require(memo.set(record, scene.identity, facts: standing.target))
        for object in set.objects {
            #expect(WriteDecision.decide(rendered: object, live: Rendered.stored(object)) == .none)
        }
    }

    @Test("fields that the older operator did not know change neither the name of a revision nor what it renders")
    func olderFields() throws {
        let standing = Standing()
        let older = try standing.revision(without: [
            ["policy", "rollout", "maxFailures"], ["policy", "rollout", "failurePolicy"],
            ["policy", "rollout", "onNewRevision"], ["overrides"], ["scope", "level"],
        ])
        let scene = try standing.scene(older)
        #expect(scene.records.count == 1)
        #expect(try standing.choice(scene) == .existing(try #require(scene.state.stableRevision)))
    }

    @Test("one that is rendered differently is a new revision, and that starts at its canary")
    func different() throws {
        let standing = Standing()
        let scene = try standing.scene(try standing.revision(), present: Standing("5s").spec)
        #expect(try standing.choice(scene) == .new(number: 2))
        let next = RevisionName(number: 2, hash: "bbbbbbbbbb")
        var observed = RolloutObservation()
        observed.wanted = next
        observed.plans = [next: RolloutPlan(steps: [PlanStep(name: PlanStep.canary, targets: ["eu-1"], gate: .manual)])]
        observed.targets = ["eu-1": TargetObservation(reachability: .reachable)]
        let decision = RolloutPlanner().step(scene.state, observed, now: scene.now)
        #expect(decision.state.updateRevision == next)
        #expect(decision.state.passedSteps == 0)
        #expect(decision.state.inFlight.isEmpty)
    }

    @Test("a revision by rules that this operator does not know is never rendered, and its number is not given again")
    func unknownRules() throws {
        let standing = Standing()
        let scene = try standing.scene(try standing.revision(version: "0"))
        #expect(scene.records.isEmpty)
        #expect(try standing.choice(scene) == .new(number: 2))
        var numbered = try standing.revision(version: "0")
        numbered.json["revision"] = 41
        let later = try Standing().scene(numbered)
        #expect(try standing.choice(later) == .new(number: 42))
    }
}
