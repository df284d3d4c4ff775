import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import Testing
import TrafficModel

@Suite("The plan of a revision: what changes where")
struct RevisionPlanTests {
    private static let targets = [Samples.west, Samples.east]

    private func plan(
        _ old: [JSONValue], _ new: [JSONValue], overrides: [Override] = [], before: [TargetFacts] = targets,
        after: [TargetFacts] = targets
    ) throws -> RevisionPlan {
        let (first, second) = (
            Samples.rendering(old, targets: before), Samples.rendering(new, overrides: overrides, targets: after)
        )
        #expect(first.isAccepted && second.isAccepted, "\(first.problems) \(second.problems)")
        return RevisionPlan(from: first.sets, to: second.sets, facts: before + after)
    }

    private func route(_ change: (inout JSONValue) -> Void) -> JSONValue {
        var route = Samples.route
        change(&route)
        return route
    }

    @Test("the same rendering changes nothing")
    func same() throws {
        let plan = try plan([Samples.vip, Samples.route], [Samples.vip, Samples.route])
        #expect(plan.isEmpty && plan.groups.isEmpty)
        #expect(plan.targets.map(\.facts.name) == ["us-east-az1-k1", "us-west-az1-k1"])
        #expect(plan.radius.objects == 0 && plan.radius.percent == 0 && plan.radius.hosts == [])
    }

    @Test("a change of one field is told by its pointer with both values, and once for all targets that have it")
    func changed() throws {
        let plan = try plan([Samples.vip, Samples.route], [Samples.vip, route { $0.set("5s", at: ["spec", "x"]) }])
        let group = try #require(plan.groups.first)
        #expect(plan.groups.count == 1 && group.targets == ["us-east-az1-k1", "us-west-az1-k1"])
        #expect(group.objects.map(\.description) == ["VirtualService shop/checkout"])
        let change = try #require(group.objects.first)
        #expect(change.change == .changed && change.template == "t1")
        #expect(change.fields.map { "\($0.pointer)" } == ["/spec/x"])
        #expect(change.fields.first?.before == nil && change.fields.first?.after == "5s")
    }

    @Test("targets with different changes stand apart")
    func apart() throws {
        let override = Override(
            name: "o", targets: TargetSelector(regions: ["us-west"]),
            change: .jsonPatch([["op": "add", "path": "/spec/http/0/timeout", "value": "3s"]]))
        let plan = try plan([Samples.route], [Samples.route], overrides: [override])
        #expect(plan.groups.map(\.targets) == [["us-west-az1-k1"]])
        #expect(plan.radius.zones == ["us-west/us-west-az1"])
        #expect(plan.radius.touchedTargets == ["us-west-az1-k1"] && plan.radius.percent == 50)
    }

    @Test("objects that come and go are told whole, additions in apply order and removals in theirs")
    func addedAndRemoved() throws {
        var other = Samples.gateway
        other.set("other", at: ["metadata", "name"])
        let plan = try plan([Samples.gateway, Samples.route], [Samples.vip, other])
        let group = try #require(plan.groups.first)
        #expect(
            group.objects.map { "\($0.change.rawValue) \($0)" } == [
                "Added Service istio-ingress/checkout-vip", "Added Gateway shop/other",
                "Removed VirtualService shop/checkout", "Removed Gateway shop/checkout",
            ])
        #expect(group.objects.allSatisfy { $0.fields.count == 1 && $0.fields[0].pointer.tokens.isEmpty })
        #expect(group.objects[0].fields[0].after?.value("spec", "type") == "LoadBalancer")
        #expect(group.objects[3].fields[0].before?.value("kind") == "Gateway")
        #expect((plan.radius.added, plan.radius.changed, plan.radius.removed) == (4, 0, 4))
    }

    @Test("a target that joins gets all, one that leaves loses all, and both count")
    func joining() throws {
        let plan = try plan([Samples.route], [Samples.route], before: [Samples.west], after: [Samples.east])
        #expect(plan.targets.map { $0.objects.map(\.change) } == [[.added], [.removed]])
        #expect(plan.radius.targets == 2 && plan.radius.percent == 100)
        #expect(plan.radius.zones == ["us-east/us-east-az1", "us-west/us-west-az1"])
    }

    @Test(
        "hosts are those that changed objects name, before or after; an object that names none stands for all",
        arguments: [
            ("VirtualService", ["checkout.shop.example.com", "new.example.com"]),
            ("Gateway", ["*"]), ("Service", ["checkout.shop.example.com"]),
        ] as [(String, [String])])
    func hosts(kind: String, expected: [String]) throws {
        let change = Override(
            name: "o", resources: [ResourceSelector(kind: kind)],
            change: .mergePatch(
                kind == "VirtualService"
                    ? ["spec": ["hosts": ["new.example.com"]]] : ["metadata": ["labels": ["a": "b"]]]))
        let objects = [Samples.vip, Samples.gateway, Samples.route]
        #expect(try plan(objects, objects, overrides: [change]).radius.hosts == expected)
    }

    @Test("against live objects only what an apply would write, and what is left of ours, is a change")
    func live() throws {
        let new = Samples.rendering([Samples.vip, Samples.route, Samples.gateway])
        func stored(_ kind: TrafficKind, _ change: (inout JSONValue) -> Void) throws -> TrafficObject {
            let object = try #require(new.sets.first?.objects.first { $0.kind == kind })
            var body = object.body
            body.set("77", at: ["metadata", "resourceVersion"])
            body.set("old", at: ["metadata", "annotations", "accesspoint.io/hash"])
            change(&body)
            return TrafficObject(kind: kind, key: object.key, body: body)
        }
        // A server fills in what a Service leaves to it.
        let vip = try stored(.service) { $0.set("10.0.0.1", at: ["spec", "clusterIP"]) }
        let route = try stored(.virtualService) {
            $0.set(.array(["edited.example.com"]), at: ["spec", "hosts"])
            $0.set("someone", at: ["metadata", "labels", "owner"])
        }
        let left = TrafficObject(
            kind: .gateway, key: ObjectKey(namespace: "shop", name: "left"),
            body: ["metadata": ["annotations": ["accesspoint.io/template": "gone"]]])
        let plan = RevisionPlan(
            live: ["us-west-az1-k1": [left, vip, route], "us-east-az1-k1": [vip]], to: new.sets, facts: Self.targets)
        let west = try #require(plan.targets.last).objects
        #expect(
            west.map { "\($0.change.rawValue) \($0) \($0.template)" } == [
                "Added Gateway shop/checkout t2", "Changed VirtualService shop/checkout t1",
                "Removed Gateway shop/left gone",
            ])
        let change = try #require(west.dropFirst().first?.fields)
        #expect(change.map { "\($0.pointer)" } == ["/spec/hosts/0"])
        #expect(change.first?.before == "edited.example.com" && change.first?.after == "checkout.shop.example.com")
        #expect(plan.targets.first?.objects.map(\.change) == [.added, .added])
        #expect(plan.radius.hosts == ["*", "checkout.shop.example.com", "edited.example.com"])
    }

    @Test("the share is rounded up: one target of many is not nothing")
    func share() {
        let many = (0..<300).map {
            TargetFacts(name: "c\($0)", region: "r", availabilityZone: "z", labels: ["one": $0 == 7 ? "yes" : "no"])
        }
        let override = Override(
            name: "o", targets: TargetSelector(clusterSelector: LabelSelector(matchLabels: ["one": "yes"])),
            change: .mergePatch(["metadata": ["labels": ["a": "b"]]]))
        let (old, new) = (
            Samples.rendering([Samples.route], targets: many),
            Samples.rendering([Samples.route], overrides: [override], targets: many)
        )
        let plan = RevisionPlan(from: old.sets, to: new.sets, facts: many)
        #expect(plan.radius.percent == 1 && plan.radius.touchedTargets == ["c7"])
        #expect(
            plan.radius.description
                == "1 of 300 targets (1%); objects: 0 added, 1 changed, 0 removed; zones: r/z; "
                + "hosts: checkout.shop.example.com")
    }

    @Test(
        "lists are compared so that an insertion or a removal is one change",
        arguments: [
            ([1, 2, 3], [0, 1, 2, 3], ["+/0"]), ([1, 2, 3], [1, 3], ["-/1"]), ([1, 2], [1, 2, 3, 4], ["+/2", "+/3"]),
            ([1, 1, 1], [1, 1], ["-/2"]), ([1, 2, 3], [1, 5, 3], ["~/1"]), ([1, 2, 3], [], ["-/0", "-/1", "-/2"]),
            ([["a": 1, "b": 2], 2], [["a": 1, "b": 3], 2], ["~/0/b"]), ([1, 2], [2, 1], ["~/0", "~/1"]),
            (["a": [1]], ["a": ["x": 1]], ["~/a"]), (["a": .null], [:], ["-/a"]), (1, 1.0, []),
        ] as [(JSONValue, JSONValue, [String])])
    func lists(old: JSONValue, new: JSONValue, expected: [String]) {
        let found = FieldChange.between(old, and: new).map { change in
            (change.before == nil ? "+" : change.after == nil ? "-" : "~") + change.pointer.description
        }
        #expect(found == expected)
    }
}
