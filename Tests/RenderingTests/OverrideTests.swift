import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import Testing

@Suite struct OverrideTests {
    private func merge(
        _ name: String, _ patch: JSONValue, targets: TargetSelector? = nil, resources: [ResourceSelector] = []
    ) -> Override {
        Override(name: name, targets: targets, resources: resources, change: .mergePatch(patch))
    }

    private func patch(_ name: String, _ operations: JSONValue, resources: [ResourceSelector] = []) -> Override {
        Override(name: name, resources: resources, change: .jsonPatch(operations))
    }

    private let west = TargetSelector(regions: ["us-west"])

    @Test("an override reaches the targets and objects that it names, and no other")
    func reach() throws {
        let timeout = merge("timeout", ["spec": ["x": 1]], targets: west, resources: [ResourceSelector(template: "t1")])
        let rendering = Samples.rendering([Samples.gateway, Samples.route], overrides: [timeout])
        let values = rendering.sets.map { $0.objects.map { $0.body.value("spec", "x") } }
        #expect(values == [[nil, 1], [nil, nil]])
        let report = try #require(rendering.overrides.first)
        #expect([report.targets, report.objects, report.changed] == [1, 1, 1])
        #expect(rendering.problems.isEmpty)
    }

    @Test(
        "resources are chosen by template, group, kind and name: fields ANDed, entries ORed",
        arguments: [
            ([], ["t0", "t1", "t2"]),
            ([ResourceSelector(template: "t1")], ["t1"]),
            ([ResourceSelector(kind: "Gateway")], ["t0"]),
            ([ResourceSelector(group: "networking.istio.io")], ["t0", "t1"]),
            ([ResourceSelector(group: "")], ["t2"]),
            ([ResourceSelector(kind: "Gateway", name: "checkout")], ["t0"]),
            ([ResourceSelector(kind: "Gateway", name: "other")], []),
            ([ResourceSelector(kind: "Service"), ResourceSelector(template: "t0")], ["t0", "t2"]),
            ([ResourceSelector(kind: "gateway")], []),
        ] as [([ResourceSelector], [String])])
    func resources(selectors: [ResourceSelector], expected: [String]) {
        let mark = merge("mark", ["metadata": ["annotations": ["mark": "x"]]], resources: selectors)
        let rendering = Samples.rendering([Samples.gateway, Samples.route, Samples.vip], overrides: [mark])
        let marked = rendering.sets.first?.objects.filter { $0.body.value("metadata", "annotations", "mark") != nil }
        #expect(Set((marked ?? []).map(\.template)) == Set(expected))
    }

    @Test("overrides apply in the order of the list, and the last one wins")
    func order() throws {
        let one = merge("one", ["spec": ["x": 1]])
        let two = merge("two", ["spec": ["x": 2]])
        #expect(try Samples.body(Samples.gateway, overrides: [one, two]).value("spec", "x") == 2)
        #expect(try Samples.body(Samples.gateway, overrides: [two, one]).value("spec", "x") == 1)
    }

    @Test(
        "an override that writes over what an earlier one wrote for the same target is told, once for all targets",
        arguments: [
            (["spec": ["x": 1]], ["spec": ["x": 2]], ["spec.x"]),
            (["spec": ["x": 1]], ["spec": ["y": 2]], []),
            (["spec": ["x": 1]], ["spec": ["x": 1, "y": 2]], []),
            (["spec": ["x": 1]], ["spec": ["x": .null]], ["spec.x"]),
            (["spec": ["hosts": ["a.example.com"]]], ["spec": ["hosts": ["b.example.com"]]], ["spec.hosts[0]"]),
        ] as [(JSONValue, JSONValue, [String])])
    func overlap(first: JSONValue, second: JSONValue, places: [String]) {
        let rendering = Samples.rendering(
            [Samples.gateway, Samples.route],
            overrides: [
                merge("one", first, resources: [ResourceSelector(template: "t1")]),
                merge("two", second, resources: [ResourceSelector(template: "t1")]),
            ])
        #expect(rendering.sets.count == 2)
        #expect(rendering.problems.map(\.code) == places.map { _ in .overridesOverlap })
        #expect(rendering.problems.map(\.path) == places)
        #expect(rendering.problems.allSatisfy { $0.override == "two" && $0.severity == .warning && $0.target == nil })
        #expect(rendering.problems.allSatisfy { $0.message.contains("override one") })
    }

    /// Two overrides of one object, and where the second writes over the first.
    struct Meeting: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var inTemplate: JSONValue = [:]
        let first: OverrideChange
        let second: OverrideChange
        var places: [String] = []
    }

    private static func operations(_ operations: JSONValue...) -> OverrideChange { .jsonPatch(.array(operations)) }

    private static func add(_ path: String, _ value: JSONValue) -> JSONValue {
        ["op": "add", "path": .string(path), "value": value]
    }

    private static func replace(_ path: String, _ value: JSONValue) -> JSONValue {
        ["op": "replace", "path": .string(path), "value": value]
    }

    private static let detection = OverrideChange.mergePatch(["spec": ["outlierDetection": ["interval": "5s"]]])
    private static let red = OverrideChange.mergePatch(["metadata": ["annotations": ["pool": "red"]]])
    private static let retries = operations(add("/spec/http/0/retries", ["attempts": 2, "retryOn": "5xx"]))

    @Test(
        "an override that writes into a value that an earlier one made, or takes it away, is told; one beside it is not",
        arguments: [
            Meeting(
                testDescription: "a member of annotations that the first created", first: red,
                second: .mergePatch(["metadata": ["annotations": ["pool": "blue"]]]),
                places: ["metadata.annotations.pool"]),
            Meeting(
                testDescription: "a member of an added object", first: retries,
                second: operations(replace("/spec/http/0/retries/attempts", 3)),
                places: ["spec.http[0].retries.attempts"]),
            Meeting(
                testDescription: "the same setting", first: detection,
                second: .mergePatch(["spec": ["outlierDetection": ["interval": "9s", "maxEjectionPercent": 100]]]),
                places: ["spec.outlierDetection.interval"]),
            Meeting(
                testDescription: "an element of an added list", first: .mergePatch(["spec": ["exportTo": ["a", "b"]]]),
                second: operations(replace("/spec/exportTo/1", "c")), places: ["spec.exportTo[1]"]),
            Meeting(
                testDescription: "the whole of what the first wrote into",
                first: .mergePatch(["metadata": ["annotations": ["pool": "red", "team": "a"]]]),
                second: operations(["op": "remove", "path": "/metadata/annotations"]),
                places: ["metadata.annotations"]),
            Meeting(
                testDescription: "an element that the first wrote into", first: retries,
                second: operations(["op": "remove", "path": "/spec/http/0"]), places: ["spec.http[0]"]),
            Meeting(
                testDescription: "a plain value in place of an object", first: detection,
                second: .mergePatch(["spec": ["outlierDetection": "off"]]), places: ["spec.outlierDetection"]),
            Meeting(
                testDescription: "what the first removed as a whole", inTemplate: ["timeouts": ["idle": "1s"]],
                first: operations(["op": "remove", "path": "/spec/timeouts"]),
                second: .mergePatch(["spec": ["timeouts": ["connect": "2s"]]]), places: ["spec.timeouts"]),
            Meeting(
                testDescription: "the template's own value, said by a merge patch", inTemplate: ["timeout": "5s"],
                first: .mergePatch(["metadata": ["annotations": ["pool": "red"]], "spec": ["timeout": "5s"]]),
                second: .mergePatch(["spec": ["timeout": "9s"]]), places: ["spec.timeout"]),
            Meeting(
                testDescription: "the template's own value, said by an operation", inTemplate: ["timeout": "5s"],
                first: operations(replace("/spec/timeout", "5s"), add("/spec/x", 1)),
                second: .mergePatch(["spec": ["timeout": "9s"]]), places: ["spec.timeout"]),
            Meeting(
                testDescription: "the template's own list",
                first: .mergePatch([
                    "metadata": ["annotations": ["pool": "red"]], "spec": ["hosts": ["checkout.shop.example.com"]],
                ]), second: .mergePatch(["spec": ["hosts": ["b.example.com"]]]), places: ["spec.hosts[0]"]),
            Meeting(
                testDescription: "another member of an object that the first created", first: red,
                second: .mergePatch(["metadata": ["annotations": ["team": "a"]]])),
            Meeting(
                testDescription: "another member of an added object", first: retries,
                second: operations(add("/spec/http/0/retries/perTryTimeout", "1s"))),
            Meeting(
                testDescription: "the same value in an object that the first created", first: detection,
                second: .mergePatch(["spec": ["outlierDetection": ["interval": "5s", "baseEjectionTime": "9s"]]])),
            Meeting(
                testDescription: "an element before those of an added list",
                first: .mergePatch(["spec": ["exportTo": ["a", "b"]]]), second: operations(add("/spec/exportTo/0", "c"))
            ),
            Meeting(
                testDescription: "a new element, with what the first took out of the one that stood there",
                first: operations(["op": "remove", "path": "/spec/http/0/route"]),
                second: operations(add("/spec/http/0", ["route": [["destination": ["host": "other"]]]]))),
            Meeting(
                testDescription: "the sibling of a value that only a test names", inTemplate: ["timeout": "5s"],
                first: operations(["op": "test", "path": "/spec/timeout", "value": "5s"], add("/spec/x", 1)),
                second: .mergePatch(["spec": ["timeout": "9s"]])),
            Meeting(
                testDescription: "what a whole list of the first had to say again",
                first: .mergePatch([
                    "spec": ["http": [["route": [["destination": ["host": "checkout"]]], "timeout": "1s"]]]
                ]), second: operations(replace("/spec/http/0/route/0/destination/host", "other"))),
        ])
    func meeting(_ meeting: Meeting) {
        var route = Samples.route
        for (key, value) in meeting.inTemplate.objectValue?.map({ ($0.key, $0.value) }) ?? [] {
            route.set(value, at: ["spec", key])
        }
        let overrides = [("one", meeting.first), ("two", meeting.second)].map { name, change in
            Override(name: name, targets: west, change: change)
        }
        let rendering = Samples.rendering([route], overrides: overrides)
        #expect(rendering.sets.count == 2)
        #expect(rendering.codes == meeting.places.map { "OverridesOverlap \($0)" })
        #expect(
            rendering.problems.allSatisfy {
                $0.override == "two" && $0.target == Samples.west.name && $0.message.contains("override one")
            })
    }

    @Test("the override that is named is the last one that wrote there")
    func lastWriter() {
        func writers(_ overrides: Override...) -> [String] {
            var route = Samples.route
            route.set(["z": 0], at: ["spec", "a"])
            return Samples.rendering([route], overrides: overrides).problems.map { problem in
                let earlier = overrides.map(\.name).filter { problem.message.contains("override \($0) ") }
                return "\(problem.code.rawValue) \(problem.path): \(earlier.joined(separator: ", "))"
            }
        }
        let (one, two) = (merge("one", ["spec": ["a": ["x": 1, "y": 1]]]), merge("two", ["spec": ["a": ["x": 2]]]))
        #expect(
            writers(one, two, merge("three", ["spec": ["a": ["x": 3, "y": 3]]])) == [
                "OverridesOverlap spec.a.x: one", "OverridesOverlap spec.a.x: two", "OverridesOverlap spec.a.y: one",
            ])
        #expect(
            writers(
                one, patch("two", [Self.replace("/spec/a", "off")]),
                patch("three", [Self.replace("/spec/a", ["x": 1])]),
                merge("four", ["spec": ["a": ["x": 4]]])) == [
                    "OverridesOverlap spec.a: one", "OverridesOverlap spec.a: two", "OverridesOverlap spec.a.x: three",
                ])
    }

    @Test("of two overrides that rewrite one long list only the first places are told")
    func longOverlap() {
        func hosts(_ name: String) -> JSONValue {
            ["spec": ["hosts": .array((0..<40).map { .string("\(name)\($0).example.com") })]]
        }
        let rendering = Samples.rendering(
            [Samples.route], overrides: [merge("one", hosts("a")), merge("two", hosts("b"))])
        #expect(rendering.problems.map(\.code) == Array(repeating: .overridesOverlap, count: 16))
    }

    @Test("overrides of different targets or objects do not overlap, nor do elements that have moved in a list")
    func noOverlap() {
        let (east, template) = (TargetSelector(regions: ["us-east"]), [ResourceSelector(template: "t1")])
        func insert(_ host: JSONValue) -> JSONValue { [["op": "add", "path": "/spec/hosts/0", "value": host]] }
        for overrides in [
            [merge("one", ["spec": ["x": 1]], targets: west), merge("two", ["spec": ["x": 2]], targets: east)],
            [
                merge("one", ["spec": ["x": 1]], resources: [ResourceSelector(template: "t0")]),
                merge("two", ["spec": ["x": 2]], resources: template),
            ],
            [
                patch("one", insert("a.example.com"), resources: template),
                patch("two", insert("b.example.com"), resources: template),
            ],
        ] {
            #expect(Samples.rendering([Samples.gateway, Samples.route], overrides: overrides).problems.isEmpty)
        }
    }

    @Test("all six operations of RFC 6902 work on an object")
    func jsonPatch() throws {
        let all = patch(
            "all",
            [
                ["op": "test", "path": "/spec/gateways/0", "value": "checkout"],
                ["op": "add", "path": "/spec/hosts/-", "value": "b.example.com"],
                ["op": "copy", "from": "/spec/hosts/0", "path": "/spec/hosts/0"],
                ["op": "replace", "path": "/spec/hosts/1", "value": "c.example.com"],
                ["op": "move", "from": "/spec/gateways", "path": "/spec/exportTo"],
                ["op": "remove", "path": "/spec/http/0"],
            ])
        let body = try Samples.body(Samples.route, overrides: [all])
        #expect(
            body["spec"] == [
                "hosts": ["checkout.shop.example.com", "c.example.com", "b.example.com"], "exportTo": ["checkout"],
                "http": [],
            ])
    }

    @Test("an omitted object is not in the set, and later overrides do not see it")
    func omit() throws {
        let omit = Override(
            name: "omit", targets: west, resources: [ResourceSelector(kind: "VirtualService")], change: .omit)
        let after = merge(
            "after", ["spec": ["x": 1]], targets: west, resources: [ResourceSelector(kind: "VirtualService")])
        let rendering = Samples.rendering([Samples.gateway, Samples.route], overrides: [omit, after])
        #expect(rendering.sets.map { $0.objects.map(\.template) } == [["t0"], ["t0", "t1"]])
        #expect(rendering.codes == ["OverrideUnmatched spec.overrides[1].resources"])
        #expect(rendering.isAccepted)
    }

    @Test("to omit everything is refused: a cluster is left by placement")
    func omitAll() {
        let omit = Override(name: "omit", targets: west, change: .omit)
        let rendering = Samples.rendering([Samples.gateway, Samples.route], overrides: [omit])
        #expect(rendering.problems.map(\.code) == [.nothingLeft])
        #expect(rendering.problems.map(\.target) == ["us-west-az1-k1"])
        #expect(rendering.sets.isEmpty)
    }

    @Test("an override that matches nothing is a warning, not an error and not silence")
    func unmatched() {
        let nowhere = merge("nowhere", ["spec": ["x": 1]], targets: TargetSelector(regions: ["mars"]))
        let nothing = merge("nothing", ["spec": ["x": 1]], resources: [ResourceSelector(template: "t9")])
        let rendering = Samples.rendering([Samples.gateway], overrides: [nowhere, nothing])
        #expect(
            rendering.codes == [
                "OverrideUnmatched spec.overrides[0].targets", "OverrideUnmatched spec.overrides[1].resources",
            ])
        #expect(rendering.problems.allSatisfy { $0.severity == .warning })
        #expect(rendering.sets.count == 2)
    }

    @Test(
        "an override that matches but changes nothing anywhere is an error",
        arguments: [
            .mergePatch(["spec": ["selector": ["istio": "ingressgateway"]]]), .mergePatch(["spec": ["gone": .null]]),
            .mergePatch([:]), .jsonPatch([["op": "test", "path": "/kind", "value": "Gateway"]]),
            .jsonPatch([["op": "add", "path": "/spec/x", "value": .null]]),
            .mergePatch(["metadata": ["labels": [:]]]),
        ] as [OverrideChange])
    func noEffect(change: OverrideChange) throws {
        let rendering = Samples.rendering([Samples.gateway], overrides: [Override(name: "idle", change: change)])
        #expect(rendering.codes == ["OverrideNoEffect spec.overrides[0]"])
        #expect(try #require(rendering.problems.first).remedy.contains("op remove"))
        #expect(rendering.sets.isEmpty)
    }

    @Test("it is enough that an override changes one object of one target")
    func someEffect() {
        var gateway = Samples.gateway
        gateway.set("$(REGION)", at: ["spec", "x"])
        let rendering = Samples.rendering([gateway], overrides: [merge("set", ["spec": ["x": "us-west"]])])
        #expect(rendering.isAccepted)
        #expect(rendering.overrides.first?.objects == 2)
        #expect(rendering.overrides.first?.changed == 1)
    }

    @Test(
        "no override may change what an object is",
        arguments: [
            (["metadata": ["name": "other"]], "metadata.name"),
            (["metadata": ["namespace": "other"]], "metadata.namespace"),
            (["metadata": ["name": .null]], "metadata.name"), (["kind": "Secret"], "kind"),
            (["apiVersion": "networking.istio.io/v1beta1"], "apiVersion"),
            (["metadata": ["namespace": .null]], "metadata.namespace"),
        ] as [(JSONValue, String)])
    func identity(change: JSONValue, path: String) throws {
        let rendering = Samples.rendering([Samples.gateway], overrides: [merge("steal", change)])
        let problem = try #require(rendering.problems.first)
        #expect(rendering.codes == ["IdentityChanged \(path)"])
        #expect(problem.override == "steal")
        #expect(problem.template == "t0")
    }

    @Test(
        "a patch that replaces the whole object, or its metadata, is seen through",
        arguments: [
            [["op": "replace", "path": "", "value": 5]], [["op": "replace", "path": "/metadata", "value": "x"]],
            [["op": "add", "path": "", "value": ["kind": "Gateway"]]], [["op": "remove", "path": "/metadata"]],
            [["op": "move", "from": "/metadata", "path": "/spec/metadata"]],
        ] as [JSONValue])
    func wholeObject(operations: JSONValue) {
        let rendering = Samples.rendering([Samples.gateway], overrides: [patch("whole", operations)])
        #expect(!rendering.isAccepted)
        #expect(rendering.problems.contains { $0.code == .identityChanged })
    }

    @Test(
        "an override is held to the same rules as a template",
        arguments: [
            (["metadata": ["ownerReferences": [["kind": "X"]]]], "FieldNotAllowed metadata.ownerReferences"),
            (
                ["metadata": ["labels": ["accesspoint.io/uid": "mine"]]],
                "ReservedName metadata.labels[\"accesspoint.io/uid\"]"
            ),
            (["metadata": ["labels": ["x": 1]]], "InvalidObject metadata.labels.x"),
            (["status": ["loadBalancer": ["ingress": [["ip": "1.1.1.1"]]]]], "FieldNotAllowed status"),
            (["spec": ["externalIPs": ["1.1.1.1"]]], "FieldNotAllowed spec.externalIPs"),
            (["spec": ["type": "ExternalName"]], "FieldNotAllowed spec.type"),
        ] as [(JSONValue, String)])
    func rules(change: JSONValue, expected: String) throws {
        let rendering = Samples.rendering([Samples.vip], overrides: [merge("bad", change)])
        #expect(rendering.codes == [expected])
        #expect(rendering.problems.first?.override == "bad")
    }

    @Test("a patch that fails names override, operation, place, template and target")
    func failing() throws {
        let wrong = patch(
            "wrong",
            [["op": "add", "path": "/spec/x", "value": 1], ["op": "replace", "path": "/spec/gone", "value": 1]],
            resources: [ResourceSelector(template: "t1")])
        let problem = try #require(
            Samples.rendering([Samples.gateway, Samples.route], overrides: [wrong], targets: [Samples.west]).problems
                .first)
        #expect(problem.code == .patchFailed)
        #expect(problem.override == "wrong")
        #expect(problem.operation == 1)
        #expect(problem.template == "t1")
        #expect(problem.target == "us-west-az1-k1")
        #expect(problem.path == "spec.overrides[0].jsonPatch[1]")
        #expect(problem.message.contains("/spec/gone"))
        #expect(!problem.remedy.isEmpty)
    }

    @Test(
        "a malformed patch is refused once, whatever the targets",
        arguments: [
            "x", [["op": "add", "path": "/spec/x"]], [["op": "fly", "path": "/a"]], [5],
            [["op": "move", "path": "/a"]], [["path": "/a"]], [["op": "remove", "path": "a"]],
        ] as [JSONValue])
    func malformed(operations: JSONValue) throws {
        let rendering = Samples.rendering([Samples.gateway], overrides: [patch("bad", operations)])
        #expect(rendering.problems.map(\.code) == [.patchFailed])
        #expect(rendering.problems.first?.target == nil)
        #expect(rendering.problems.first?.path.hasPrefix("spec.overrides[0].jsonPatch") ?? false)
    }

    @Test("one failing override does not make the others report errors of its making")
    func noCascade() {
        let bad = patch("bad", [["op": "remove", "path": "/spec/gone"]])
        let idle = merge("idle", ["spec": ["x": 1]], resources: [ResourceSelector(template: "t0")])
        let rendering = Samples.rendering([Samples.gateway], overrides: [bad, idle])
        #expect(rendering.problems.filter { $0.severity == .error }.map(\.override) == ["bad"])
    }

    @Test("an override of an entry that is broken itself adds nothing to its problems")
    func brokenTemplate() {
        let set = merge("set", ["spec": ["x": 1]], resources: [ResourceSelector(template: "t1")])
        var broken = Samples.route
        broken.set("UPPER", at: ["metadata", "name"])
        let rendering = Samples.rendering([Samples.gateway, broken], overrides: [set])
        #expect(rendering.problems.map(\.code) == [.invalidName])
    }

    @Test("an override cannot make an object nest deeper than a template may")
    func depth() {
        var deep: JSONValue = "x"
        for _ in 0..<RenderBudget.depth { deep = ["a": deep] }
        #expect(
            Samples.rendering([Samples.gateway], overrides: [merge("deep", ["spec": deep])]).codes == [
                "ObjectTooLarge "
            ])
    }

    @Test("copies cannot make an object grow without bound")
    func growth() {
        var operations: [JSONValue] = [
            ["op": "add", "path": "/spec/a", "value": .string(String(repeating: "x", count: 1000))]
        ]
        for _ in 0..<199 { operations.append(["op": "copy", "from": "/spec", "path": "/spec/a"]) }
        let rendering = Samples.rendering([Samples.gateway], overrides: [patch("bomb", .array(operations))])
        #expect(rendering.problems.map(\.code) == [.patchFailed])
        // On the way to a small object a patch may put in more than an object holds, and no more than 1 MiB.
        for (copies, isAccepted) in [(20, true), (60, false)] {
            operations = [["op": "add", "path": "/spec/a", "value": .string(String(repeating: "x", count: 20_000))]]
            for _ in 0..<copies {
                operations += [
                    ["op": "copy", "from": "/spec/a", "path": "/spec/b"], ["op": "remove", "path": "/spec/b"],
                ]
            }
            let way = Samples.rendering([Samples.gateway], overrides: [patch("way", .array(operations))])
            #expect(way.problems.isEmpty == isAccepted, "\(copies)")
            #expect(isAccepted || way.problems.first?.message.contains("more than 1048576 bytes") == true)
        }
        let many = (0..<60).map { index in
            merge("m\(index)", ["spec": ["f\(index)": .string(String(repeating: "x", count: 20_000))]])
        }
        #expect(Samples.rendering([Samples.gateway], overrides: many).problems.map(\.code).contains(.objectTooLarge))
    }
}
