import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import Testing

@Suite struct VariableTests {
    private func host(_ text: String, target: TargetFacts = Samples.west) -> Rendering {
        var gateway = Samples.gateway
        gateway.set(.string(text), at: ["metadata", "annotations", "note"])
        return Samples.rendering([gateway], targets: [target])
    }

    @Test(
        "a variable is replaced, and what it yields is not looked at again",
        arguments: [
            ("plain", "plain"), ("", ""), ("$(CLUSTER)", "us-west-az1-k1"), ("$(REGION)", "us-west"),
            ("a-$(AVAILABILITY_ZONE)-b", "a-us-west-az1-b"), ("$(NAMESPACE)/$(NAME)", "shop/checkout"),
            ("$(LABEL:network)", "internet"), ("$(CLUSTER)$(CLUSTER)", "us-west-az1-k1us-west-az1-k1"),
            ("$$(CLUSTER)", "$(CLUSTER)"), ("$$$(REGION)", "$us-west"), ("$$$$(REGION)", "$$(REGION)"),
            ("$5 and $$ and $", "$5 and $$ and $"), ("cost$", "cost$"), ("$ (REGION)", "$ (REGION)"),
            ("^/a$|(b)", "^/a$|(b)"), (")$(REGION)(", ")us-west("), ("$$(", "$("), ("é$(REGION)é", "éus-westé"),
        ])
    func replaced(text: String, expected: String) throws {
        let rendering = host(text)
        let body = try #require(rendering.sets.first?.objects.first, "\(rendering.problems)").body
        #expect(body.value("metadata", "annotations", "note") == .string(expected))
    }

    @Test(
        "a text that names no variable is an error, never an empty string",
        arguments: [
            ("$(date)", "UnknownVariable"), ("$()", "UnknownVariable"), ("$(cluster)", "UnknownVariable"),
            ("$( CLUSTER)", "UnknownVariable"), ("$($(CLUSTER))", "UnknownVariable"), ("$(LABEL:)", "UnknownVariable"),
            ("$(LABEL)", "UnknownVariable"), ("$(CLUSTER", "UnclosedVariable"), ("$(", "UnclosedVariable"),
            ("$$$(", "UnclosedVariable"), ("$(LABEL:gone)", "LabelMissing"), ("$(LABEL:a b)", "LabelMissing"),
        ])
    func unknown(text: String, code: String) {
        let rendering = host(text)
        #expect(rendering.codes == ["\(code) spec.trafficTemplate[0].object.metadata.annotations.note"])
        #expect(rendering.sets.isEmpty)
    }

    @Test("the error of a shell command in a text says how to keep it")
    func hint() throws {
        let problem = try #require(host("$(date)").problems.first)
        #expect(problem.remedy.contains("write $$(date) to keep the text"))
        #expect(problem.remedy.contains("$(LABEL:key)"))
    }

    @Test("a label that a target lacks hinders that target by name; an empty one is a value")
    func labels() throws {
        var gateway = Samples.gateway
        gateway.set("x$(LABEL:tier)", at: ["metadata", "annotations", "note"])
        var labelled = Samples.west
        labelled.labels["tier"] = ""
        let rendering = Samples.rendering([gateway], targets: [labelled, Samples.east])
        #expect(rendering.problems.map(\.target) == ["us-east-az1-k1"])
        #expect(Samples.rendering([gateway], targets: [labelled]).isAccepted)
    }

    @Test("a value that looks like a variable stays what it is")
    func once() throws {
        var target = Samples.west
        target.labels["trick"] = "$(REGION)"
        let rendering = host("$(LABEL:trick)", target: target)
        #expect(rendering.sets.first?.objects.first?.body.value("metadata", "annotations", "note") == "$(REGION)")
    }

    @Test("names and labels may hold variables, keys may not")
    func places() throws {
        var gateway = Samples.gateway
        gateway.set("web-$(REGION)", at: ["metadata", "name"])
        gateway.set("$(REGION)", at: ["metadata", "labels", "region"])
        gateway.set(["$(REGION)": "$(REGION)"], at: ["spec", "selector"])
        let body = try Samples.body(gateway)
        #expect(body.value("metadata", "name") == "web-us-west")
        #expect(body.value("metadata", "labels", "region") == "us-west")
        #expect(body.value("spec", "selector") == ["$(REGION)": "us-west"])
    }

    @Test("override values are replaced before the patch, its paths and keys are not")
    func overrides() throws {
        let merge = Override(
            name: "m", change: .mergePatch(["metadata": ["annotations": ["$(X)": "pool-$(REGION)", "y": "$$(NAME)"]]]))
        let patch = Override(
            name: "p", change: .jsonPatch([["op": "add", "path": "/spec/$(Y)", "value": ["a": ["$(CLUSTER)"]]]]))
        // The key of the merge patch is no valid annotation, which the rules say.
        let refused = Samples.rendering([Samples.gateway], overrides: [merge])
        #expect(refused.codes.contains("InvalidName metadata.annotations[\"$(X)\"]"))
        let body = try Samples.body(Samples.gateway, overrides: [patch])
        #expect(body["spec"]?["$(Y)"] == ["a": ["us-west-az1-k1"]])
        let wrong = Override(
            name: "w", change: .jsonPatch([["op": "add", "path": "/spec/x", "value": ["k": "$(NO)"]]]))
        let problem = try #require(Samples.rendering([Samples.gateway], overrides: [wrong]).problems.first)
        #expect(problem.path == "spec.overrides[0].jsonPatch[0].value.k")
        #expect(problem.override == "w")
        #expect(problem.operation == 0)
        #expect(problem.target == nil)
    }

    @Test("the labels that a spec reads are those of its variables and selectors")
    func labelsRead() {
        func selector(_ key: String) -> TargetSelector {
            TargetSelector(clusterSelector: .init(requirements: [.init(key: key, comparison: .exists)]))
        }
        var gateway = Samples.gateway
        gateway.set("$(LABEL:b) $$(LABEL:not) $(LABEL:a/x)", at: ["metadata", "annotations", "note"])
        var spec = Samples.spec(
            [gateway],
            overrides: [
                Override(name: "x", targets: selector("c"), change: .mergePatch(["spec": ["v": ["$(LABEL:d)"]]])),
                Override(name: "y", change: .jsonPatch([["op": "add", "path": "/spec/v", "value": "$(LABEL:e)"]])),
                Override(name: "z", change: .omit),
            ])
        spec.policy.rollout.canary.targets = selector("f")
        spec.policy.rollout.waves = [WavePolicy(name: "w", targets: selector("g")), WavePolicy(name: "rest")]
        spec.policy.placement = Placement(type: .selector, clusterSelector: selector("h").clusterSelector)
        #expect(Renderer.labelsRead(by: spec) == ["a/x", "b", "c", "d", "e", "f", "g", "h"])
        var target = Samples.west
        target.labels = ["b": "1", "h": "", "not": "2"]
        #expect(Renderer.frozen(target, for: spec).labels == ["b": "1", "h": ""])
    }
}
