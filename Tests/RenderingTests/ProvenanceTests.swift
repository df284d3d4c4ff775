import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import Testing

@Suite("Provenance: who wrote which field")
struct ProvenanceTests {
    private func provenance(
        _ objects: [JSONValue], _ overrides: [Override] = [], target: TargetFacts = Samples.west
    ) -> Provenance {
        Renderer(
            identity: Samples.identity, spec: Samples.spec(objects, overrides: overrides), options: Samples.options
        ).provenance(of: target)
    }

    private func patch(_ name: String = "o", _ operations: JSONValue) -> Override {
        Override(name: name, change: .jsonPatch(operations))
    }

    /// The origins below `/spec` that are not the template's own words, and what was taken out.
    private func marks(_ overrides: [Override], of object: JSONValue = Samples.route) throws -> [String] {
        let provenance = provenance([object], overrides)
        let told = try #require(provenance.objects.first, "\(provenance.rendering.problems)")
        return told.fields.filter { !$0.origin.isPlain && $0.pointer.tokens.first == "spec" }
            .map { "\($0.pointer) \($0.origin)" } + told.removals.map { "-\($0.pointer) \($0.writer)" }
    }

    private static let route: JSONValue = [
        "apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": ["name": "checkout"],
        "spec": [
            "hosts": ["a.$(REGION).example.com", "b.example.com"], "gateways": ["checkout"],
            "http": [
                ["name": "first", "timeout": "1s", "route": [["destination": ["host": "checkout"]]]],
                ["name": "second", "route": [["destination": ["host": "checkout"]]]],
            ],
        ],
    ]

    @Test(
        "each writer of a field is named",
        arguments: [
            ("a template without variables", [], []),
            (
                "add",
                [["op": "add", "path": "/spec/http/0/retries", "value": ["attempts": 3, "perTryTimeout": "1s"]]],
                [
                    "/spec/http/0/retries/attempts override o (jsonPatch add)",
                    "/spec/http/0/retries/perTryTimeout override o (jsonPatch add)",
                ]
            ),
            (
                "an empty container", [["op": "add", "path": "/spec/http/0/fault", "value": [:]]],
                ["/spec/http/0/fault override o (jsonPatch add)"]
            ),
            (
                "replace with a variable",
                [["op": "replace", "path": "/spec/http/0/timeout", "value": "$(LABEL:network)-$(REGION)"]],
                ["/spec/http/0/timeout override o (jsonPatch replace) with $(LABEL:network), $(REGION)"]
            ),
            (
                "an escape", [["op": "replace", "path": "/spec/http/0/timeout", "value": "$$(X)"]],
                ["/spec/http/0/timeout override o (jsonPatch replace) with $$( for $("]
            ),
            (
                "an insertion shifts what comes after it",
                [
                    ["op": "replace", "path": "/spec/http/0/timeout", "value": "2s"],
                    ["op": "add", "path": "/spec/http/0", "value": ["name": "new"]],
                ],
                [
                    "/spec/http/0/name override o (jsonPatch add)",
                    "/spec/http/1/timeout override o (jsonPatch replace)",
                ]
            ),
            (
                "a removal shifts it back",
                [
                    ["op": "replace", "path": "/spec/http/1/name", "value": "other"],
                    ["op": "remove", "path": "/spec/http/0"],
                ],
                ["/spec/http/0/name override o (jsonPatch replace)", "-/spec/http/0 override o (jsonPatch remove)"]
            ),
            (
                "a move has written all that it moved",
                [["op": "move", "from": "/spec/http/0", "path": "/spec/http/1"]],
                [
                    "/spec/http/1/name override o (jsonPatch move)",
                    "/spec/http/1/route/0/destination/host override o (jsonPatch move)",
                    "/spec/http/1/timeout override o (jsonPatch move)",
                ]
            ),
            (
                "a copy to the end of a list, with the variable of its text",
                [["op": "copy", "from": "/spec/hosts/0", "path": "/spec/hosts/-"]],
                ["/spec/hosts/2 override o (jsonPatch copy) with $(REGION)"]
            ),
            (
                "a list whose last element is taken out is empty by that operation",
                [["op": "remove", "path": "/spec/gateways/0"]],
                [
                    "/spec/gateways override o (jsonPatch remove)",
                    "-/spec/gateways/0 override o (jsonPatch remove)",
                ]
            ),
            (
                "a test writes nothing", [["op": "test", "path": "/spec/http/0/timeout", "value": "1s"]], []
            ),
            (
                "the last writer wins",
                [
                    ["op": "replace", "path": "/spec/http/0/timeout", "value": "2s"],
                    ["op": "replace", "path": "/spec/http", "value": [["name": "only"]]],
                ],
                ["/spec/http/0/name override o (jsonPatch replace)"]
            ),
        ] as [(String, JSONValue, [String])])
    func jsonPatch(title: String, operations: JSONValue, expected: [String]) throws {
        // One operation more keeps an override that writes nothing from being refused.
        let found = try marks(
            [patch("o", operations), Override(name: "p", change: .mergePatch(["metadata": ["labels": ["a": "b"]]]))],
            of: Self.route)
        #expect(found.filter { !$0.hasPrefix("/spec/hosts/0 ") } == expected, "\(title)")
        #expect(found.contains("/spec/hosts/0 template with $(REGION)"))
    }

    @Test("a merge patch has written what it says, has taken out what it nulls, and leaves the rest alone")
    func mergePatch() throws {
        let merge = Override(
            name: "m",
            change: .mergePatch([
                "spec": ["gateways": .null, "exportTo": ["."], "hosts": ["$(NAME)"], "tcp": ["a": .null]]
            ]))
        #expect(
            try marks([merge], of: Self.route) == [
                "/spec/exportTo/0 override m (mergePatch)", "/spec/hosts/0 override m (mergePatch) with $(NAME)",
                "/spec/tcp override m (mergePatch)", "-/spec/gateways override m (mergePatch)",
            ])
    }

    @Test("what a later override writes into what an earlier one wrote is told apart")
    func layers() throws {
        let found = try marks([
            patch(
                "one",
                [["op": "add", "path": "/spec/http/0/retries", "value": ["attempts": 3, "perTryTimeout": "1s"]]]),
            patch("two", [["op": "replace", "path": "/spec/http/0/retries/attempts", "value": 4]]),
        ])
        #expect(
            found == [
                "/spec/http/0/retries/attempts override two (jsonPatch replace)",
                "/spec/http/0/retries/perTryTimeout override one (jsonPatch add)",
            ])
    }

    @Test("an override that changes nothing in an object has written nothing in it")
    func unchanged() throws {
        let same = Override(name: "same", change: .mergePatch(["spec": ["hosts": ["checkout.shop.example.com"]]]))
        let provenance = provenance([Samples.route], [same])
        #expect(provenance.objects.first?.fields.contains { "\($0.origin)".contains("same") } == false)
        #expect(provenance.overrides.first?.entries.map(\.effect) == [.unchanged])
    }

    @Test("labels, the namespace and defaults of ports are the operator's own")
    func operatorsOwn() throws {
        var vip = Samples.vip
        vip.set(.array([["name": "https", "port": 443, "protocol": ""]]), at: ["spec", "ports"])
        vip.set("", at: ["metadata", "namespace"])
        let told = try #require(provenance([vip]).objects.first)
        let own = told.fields.filter { $0.origin.writer == .renderer }.map { "\($0.pointer)" }
        #expect(
            own == [
                "/metadata/annotations/accesspoint.io~1hash", "/metadata/annotations/accesspoint.io~1template",
                "/metadata/labels/accesspoint.io~1accesspoint", "/metadata/labels/accesspoint.io~1hub",
                "/metadata/labels/accesspoint.io~1namespace", "/metadata/labels/accesspoint.io~1uid",
                "/metadata/labels/app.kubernetes.io~1managed-by", "/metadata/namespace", "/spec/ports/0/protocol",
                "/spec/ports/0/targetPort",
            ])
        #expect(told.fields.filter { $0.origin.writer == .renderer }.allSatisfy { $0.origin.source == nil })
    }

    @Test("a field points at its text in the AccessPoint")
    func source() throws {
        let override = Override(
            name: "o", resources: [ResourceSelector(template: "t1")],
            change: .jsonPatch([["op": "add", "path": "/spec/http/0/retries", "value": ["attempts": 3]]]))
        let told = try #require(provenance([Samples.vip, Samples.route], [override]).objects.last)
        let sources = Dictionary(told.fields.map { ("\($0.pointer)", $0.origin.source) }, uniquingKeysWith: { $1 })
        #expect(
            sources["/spec/hosts/0"]??.description == "/spec/trafficTemplate/1/object/spec/hosts/0")
        #expect(
            sources["/spec/http/0/retries/attempts"]??.description
                == "/spec/overrides/0/jsonPatch/0/value/attempts")
    }

    @Test(
        "an override says for each object whether it matched, and which field of its selectors did or did not",
        arguments: [
            (nil, [], nil, ["t0 Changed every target; every object", "t1 Changed every target; every object"]),
            (
                TargetSelector(regions: ["us-west"]), [ResourceSelector(kind: "Service")], nil,
                ["t0 Changed region us-west; kind Service", "t1 - resources: kind Service ≠ VirtualService"]
            ),
            (
                TargetSelector(regions: ["us-east", "eu"], availabilityZones: ["us-west-az1"]), [],
                "targets: region us-east, eu ≠ us-west", []
            ),
            (
                TargetSelector(clusters: ["a", "b", "c", "d", "e"]), [],
                "targets: cluster a, b, c or 2 more ≠ us-west-az1-k1", []
            ),
            (
                TargetSelector(clusterSelector: LabelSelector(matchLabels: ["network": "intranet", "tier": "1"])), [],
                "targets: label network=intranet ≠ internet, label tier=1 ≠ <unset>", []
            ),
            (
                nil, [ResourceSelector(template: "t1", kind: "Gateway"), ResourceSelector(name: "x")], nil,
                [
                    "t0 - resources: template t1 ≠ t0, kind Gateway ≠ Service, nor name x ≠ checkout-vip",
                    "t1 - resources: kind Gateway ≠ VirtualService, nor name x ≠ checkout",
                ]
            ),
        ] as [(TargetSelector?, [ResourceSelector], String?, [String])])
    func why(targets: TargetSelector?, resources: [ResourceSelector], mismatch: String?, entries: [String]) throws {
        let override = Override(
            name: "o", targets: targets, resources: resources,
            change: .mergePatch(["metadata": ["labels": ["a": "b"]]]))
        let account = try #require(provenance([Samples.vip, Samples.route], [override]).overrides.first)
        #expect(account.mismatch == mismatch)
        #expect(account.entries.map { "\($0.template) \($0.effect?.rawValue ?? "-") \($0.why)" } == entries)
    }

    @Test("an object that is omitted is told once, and to later overrides it is gone")
    func omitted() {
        let omit = Override(name: "out", resources: [ResourceSelector(template: "t1")], change: .omit)
        let later = patch("late", [["op": "add", "path": "/metadata/labels", "value": ["a": "b"]]])
        let provenance = provenance([Samples.vip, Samples.route], [omit, later])
        #expect(provenance.objects.map(\.object.template) == ["t0"])
        #expect(provenance.overrides[0].entries.map(\.effect) == [nil, .omitted])
        #expect(provenance.overrides[1].entries.map(\.effect) == [.changed, nil])
        #expect(provenance.overrides[1].entries[1].why == "the object is gone already, by override out")
    }

    @Test("where the rendering has an error there are no objects, and the override at fault is told")
    func refused() {
        let wrong = patch("wrong", [["op": "remove", "path": "/spec/nothing"]])
        let late = patch("late", [["op": "add", "path": "/metadata/labels", "value": ["a": "b"]]])
        let unknown = patch("unknown", [["op": "add", "path": "/metadata/labels", "value": "$(NO)"]])
        let provenance = provenance([Samples.route], [unknown, wrong, late])
        #expect(provenance.rendering.set == nil && provenance.objects.isEmpty)
        #expect(provenance.overrides.map { $0.entries.map(\.effect) } == [[.refused], [.refused], [nil]])
        #expect(provenance.rendering.problems.map(\.code) == [.unknownVariable, .patchFailed])
    }
}
