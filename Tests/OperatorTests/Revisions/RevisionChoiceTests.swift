import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import Rollout
import Testing

@testable import Operator

@Suite("Which revision a spec asks for")
struct RevisionChoiceTests {
    let one = RevisionName(number: 1, hash: "aaaa")
    let two = RevisionName(number: 2, hash: "bbbb")

    /// What a spec with this VirtualService timeout renders for a target.
    func set(_ timeout: String, _ target: String) throws -> RenderedSet {
        let object: JSONValue = [
            "apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": ["name": "checkout"],
            "spec": [
                "hosts": ["checkout.example.com"],
                "http": [["timeout": .string(timeout), "route": [["destination": ["host": "checkout"]]]]],
            ],
        ]
        let spec = AccessPointSpec(scope: Scope(), trafficTemplate: [TemplateEntry(name: "route", object: object)])
        let renderer = Renderer(
            identity: RenderIdentity(namespace: "shop", name: "checkout", uid: "u", hub: "h"), spec: spec,
            options: RenderOptions(gatewayNamespaces: []))
        return try #require(renderer.render(TargetFacts(name: target, region: "r", availabilityZone: "z")).set)
    }

    func choose(
        _ wanted: [String: RenderedSet], leaving: Set<String> = [], candidates: [RevisionName],
        plans: [RevisionName: RolloutPlan], sets: [RevisionName: [String: RenderedSet]]
    ) -> RevisionChoice {
        RevisionChoice.choose(
            .init(
                wanted: wanted, leaving: leaving, candidates: candidates, highest: candidates.map(\.number).max() ?? 0),
            plan: { plans[$0] }, set: { sets[$0]?[$1] })
    }

    func plan(_ targets: [String], removing: [String] = []) -> RolloutPlan {
        var steps = [PlanStep(name: PlanStep.canary, targets: targets)]
        if !removing.isEmpty { steps.append(PlanStep(name: PlanStep.remove, targets: removing, gate: .manual)) }
        return RolloutPlan(steps: steps)
    }

    @Test("the first spec is revision 1")
    func first() throws {
        #expect(choose(["a": try set("3s", "a")], candidates: [], plans: [:], sets: [:]) == .new(number: 1))
    }

    @Test("a spec that renders the same is no new revision")
    func same() throws {
        let sets = ["a": try set("3s", "a")]
        #expect(choose(sets, candidates: [one], plans: [one: plan(["a"])], sets: [one: sets]) == .existing(one))
    }

    @Test("a spec that renders one target differently is the next number")
    func different() throws {
        let choice = choose(
            ["a": try set("5s", "a")], candidates: [two, one], plans: [one: plan(["a"]), two: plan(["a"])],
            sets: [one: ["a": try set("3s", "a")], two: ["a": try set("4s", "a")]])
        #expect(choice == .new(number: 3))
    }

    @Test("a spec that is the stable one again is that revision, not a new one")
    func back() throws {
        let choice = choose(
            ["a": try set("3s", "a")], candidates: [two, one], plans: [one: plan(["a"]), two: plan(["a"])],
            sets: [one: ["a": try set("3s", "a")], two: ["a": try set("4s", "a")]])
        #expect(choice == .existing(one))
    }

    @Test("a target that leaves asks for a plan that removes it")
    func leaves() throws {
        let sets = ["a": try set("3s", "a")]
        #expect(
            choose(sets, leaving: ["b"], candidates: [one], plans: [one: plan(["a", "b"])], sets: [one: sets])
                == .new(number: 2))
        #expect(
            choose(
                sets, leaving: ["b"], candidates: [two], plans: [two: plan(["a"], removing: ["b"])], sets: [two: sets])
                == .existing(two))
    }

    @Test("a target that came back is not served by a plan that removes it")
    func returns() throws {
        let sets = ["a": try set("3s", "a"), "b": try set("3s", "b")]
        #expect(
            choose(sets, candidates: [two], plans: [two: plan(["a"], removing: ["b"])], sets: [two: sets])
                == .new(number: 3))
    }

    @Test("a revision whose plan cannot be read is not chosen")
    func unreadable() throws {
        let sets = ["a": try set("3s", "a")]
        #expect(choose(sets, candidates: [one], plans: [:], sets: [one: sets]) == .new(number: 2))
    }
}
