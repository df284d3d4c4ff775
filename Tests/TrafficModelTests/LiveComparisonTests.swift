import JSONValue
import SeededRandom
import Testing
import TrafficModel

@Suite struct LiveComparisonTests {
    private func differences(_ ours: JSONValue, _ live: JSONValue, _ kind: TrafficKind) -> [String] {
        LiveComparison.differences(rendered: ours, live: live, kind: kind).map(\.description)
    }

    @Test("our labels and annotations must be there, foreign ones are nobody's business")
    func metadata() {
        let ours: JSONValue = ["metadata": ["labels": ["a": "1", "b": "2"], "annotations": ["x/y": "z"]]]
        let live: JSONValue = [
            "metadata": ["labels": ["a": "1", "b": "3", "foreign": "4"], "annotations": ["foreign": "5"]]
        ]
        #expect(
            differences(ours, live, .gateway) == [
                "/metadata/labels/b changed", "/metadata/annotations/x~1y missing",
            ])
        #expect(differences(ours, ours, .gateway).isEmpty)
    }

    @Test(
        "specs of Istio's kinds that mean the same are equal",
        arguments: [
            (["weight": 1], ["weight": 1.0]),
            (["http": [["match": []]]], ["http": [[:]]]),
            (["selector": [:], "exportTo": []], [:]),
            ([:], ["trafficPolicy": ["tls": [:]]]),
            (["a": .null], [:]),
            (.null, [:]),
        ] as [(JSONValue, JSONValue)])
    func equal(ours: JSONValue, live: JSONValue) {
        #expect(differences(["spec": ours], ["spec": live], .virtualService) == [])
    }

    @Test(
        "every place where a spec of Istio's kinds differs is named",
        arguments: [
            (["host": "a"], ["host": "b"], ["/spec/host changed"]),
            (["host": "a"], [:], ["/spec/host missing"]),
            ([:], ["host": "a"], ["/spec/host extra"]),
            (["rules": [[:]]], [:], ["/spec/rules missing"]),
            (["rules": [[:]]], ["rules": [[:], [:]]], ["/spec/rules/1 changed"]),
            (["rules": [[:], [:]]], ["rules": [[:]]], ["/spec/rules/1 missing"]),
            (["rules": [[:]]], ["rules": [.null]], ["/spec/rules/0 changed"]),
            // Inside a list, which an apply replaces as a whole, an addition is just a change.
            (["http": [["name": "a"]]], ["http": [["name": "a", "timeout": "3s"]]], ["/spec/http/0/timeout changed"]),
            (["port": 80], ["port": "80"], ["/spec/port changed"]),
            (["a": ["b": 1]], ["a": [1]], ["/spec/a changed"]),
            (["n": 9_007_199_254_740_993], ["n": 9_007_199_254_740_992], ["/spec/n changed"]),
            (["s": "\u{e9}"], ["s": "e\u{301}"], ["/spec/s changed"]),
            (["hosts": ["a", "b"]], ["hosts": ["b", "a"]], ["/spec/hosts/0 changed", "/spec/hosts/1 changed"]),
        ] as [(JSONValue, JSONValue, [String])])
    func different(ours: JSONValue, live: JSONValue, expected: [String]) {
        #expect(differences(["spec": ours], ["spec": live], .virtualService) == expected)
    }

    @Test("ports of a ServiceEntry are told apart by name, as its schema says")
    func keyedPorts() {
        let ours: JSONValue = ["spec": ["ports": [["name": "http", "number": 80], ["name": "tls", "number": 443]]]]
        let reordered: JSONValue = [
            "spec": ["ports": [["name": "tls", "number": 443], ["name": "http", "number": 80]]]
        ]
        #expect(differences(ours, reordered, .serviceEntry).isEmpty)
        #expect(!differences(ours, reordered, .sidecar).isEmpty)
        let foreign: JSONValue = [
            "spec": ["ports": [["name": "x", "number": 1], ["name": "tls", "number": 444, "targetPort": 1]]]
        ]
        #expect(
            differences(ours, foreign, .serviceEntry) == [
                "/spec/ports/0 missing", "/spec/ports/1/number changed", "/spec/ports/1/targetPort extra",
                "/spec/ports/0 extra",
            ])
        let twice: JSONValue = ["spec": ["ports": [["name": "a"], ["name": "a"]]]]
        #expect(differences(twice, twice, .serviceEntry).isEmpty)
    }

    private let service: JSONValue = [
        "spec": [
            "type": "LoadBalancer", "selector": ["istio": "gw"],
            "ports": [["name": "https", "port": 443, "targetPort": 8443]], "clusterIP": "", "ipFamilies": ["IPv4"],
        ]
    ]

    private let stored: JSONValue = [
        "spec": [
            "type": "LoadBalancer", "selector": ["istio": "gw"], "clusterIP": "10.96.0.7", "clusterIPs": ["10.96.0.7"],
            "ports": [["name": "https", "port": 443, "targetPort": 8443, "protocol": "TCP", "nodePort": 31234]],
            "ipFamilies": ["IPv4", "IPv6"], "ipFamilyPolicy": "PreferDualStack", "sessionAffinity": "None",
            "externalTrafficPolicy": "Cluster", "allocateLoadBalancerNodePorts": true,
        ]
    ]

    @Test("what the server fills in or allocates in a Service is no difference")
    func serviceDefaults() {
        #expect(differences(service, stored, .service).isEmpty)
    }

    @Test(
        "what was rendered of a Service must be there",
        arguments: [
            ("type", "ClusterIP", ["/spec/type changed"]),
            ("type", .null, ["/spec/type missing"]),
            ("selector", ["istio": "other"], ["/spec/selector/istio changed"]),
            ("selector", ["istio": "gw", "app": "x"], ["/spec/selector/app extra"]),
            ("ipFamilies", ["IPv6"], ["/spec/ipFamilies changed"]),
            ("ports", [["port": 443, "targetPort": 9443, "name": "https"]], ["/spec/ports/0/targetPort changed"]),
            ("ports", [["port": 443, "targetPort": "8443", "name": "https"]], ["/spec/ports/0/targetPort changed"]),
            ("ports", [["port": 443, "targetPort": 8443]], ["/spec/ports/0/name missing"]),
            (
                "ports", [["port": 443, "protocol": "UDP", "targetPort": 8443, "name": "https"]],
                ["/spec/ports/0 missing", "/spec/ports/0 extra"]
            ),
            (
                "ports", [["port": 80], ["port": 443, "protocol": "TCP", "targetPort": 8443, "name": "https"]],
                ["/spec/ports/0 extra"]
            ),
            ("ports", .null, ["/spec/ports/0 missing"]),
            ("ports", "x", ["/spec/ports/0 missing"]),
            ("ports", [["port": 443], ["port": 443]], ["/spec/ports changed"]),
        ] as [(String, JSONValue, [String])])
    func serviceDrift(field: String, value: JSONValue, expected: [String]) {
        var live = stored
        live.set(value, at: ["spec", field])
        #expect(differences(service, live, .service) == expected)
    }

    @Test("a target port that was left out is the port itself")
    func targetPort() {
        let ours: JSONValue = ["spec": ["ports": [["port": 80]]]]
        #expect(differences(ours, ["spec": ["ports": [["port": 80, "targetPort": 80]]]], .service).isEmpty)
        #expect(
            differences(ours, ["spec": ["ports": [["port": 80, "targetPort": 81]]]], .service)
                == ["/spec/ports/0/targetPort changed"])
    }

    @Test("a false that the server leaves out is no difference, a true is one")
    func booleans() {
        let ours: JSONValue = ["spec": ["publishNotReadyAddresses": false]]
        #expect(differences(ours, ["spec": [:]], .service).isEmpty)
        #expect(!differences(ours, ["spec": ["publishNotReadyAddresses": true]], .service).isEmpty)
        #expect(!differences(["spec": ["publishNotReadyAddresses": true]], ["spec": [:]], .service).isEmpty)
    }

    @Test("what an apply would leave is removed by a patch that tests for the object that was compared")
    func removal() throws {
        let ours: JSONValue = [
            "metadata": ["uid": "u"], "spec": ["ports": [["name": "a", "number": 1]], "hosts": ["a"]],
        ]
        let live: JSONValue = [
            "metadata": ["uid": "u", "resourceVersion": "7"],
            "spec": [
                "ports": [["name": "x", "number": 2], ["name": "a", "number": 1], ["name": "y", "number": 3]],
                "hosts": ["a"], "exportTo": ["."],
            ],
        ]
        let found = LiveComparison.differences(rendered: ours, live: live, kind: .serviceEntry)
        let patch = try JSONPatch(try #require(LiveComparison.removal(of: found, from: live)))
        #expect(patch.operations.prefix(2).map(\.path.description) == ["/metadata/uid", "/metadata/resourceVersion"])
        #expect(try patch.applied(to: live)["spec"] == ours["spec"])
        #expect(LiveComparison.removal(of: [], from: live) == nil)
    }

    @Test("a live object that differs everywhere does not fill the memory")
    func bounded() {
        let members = JSONObject((0..<5000).map { ("m\($0)", .integer($0)) })
        let found = LiveComparison.differences(rendered: [:], live: ["spec": .object(members)], kind: .gateway)
        #expect(found.count == 100)
        let list: JSONValue = ["spec": ["hosts": .array((0..<5000).map { .integer($0) })]]
        #expect(LiveComparison.differences(rendered: [:], live: list, kind: .gateway).count == 1)
        let mine: JSONValue = ["spec": ["hosts": [:]], "metadata": ["labels": .object(members)]]
        #expect(LiveComparison.differences(rendered: mine, live: list, kind: .gateway).count == 100)
        let short: JSONValue = ["spec": ["hosts": [0]]]
        #expect(LiveComparison.differences(rendered: short, live: list, kind: .gateway).count == 100)
    }

    @Test("any object equals itself, and after removing extras and writing ours nothing is left to do")
    func repair() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let ours = JSONValue.object(["spec": .object(["x": .random(depth: 3, using: &random)])])
            let live = JSONValue.object(["spec": .object(["x": .random(depth: 3, using: &random)])])
            #expect(differences(ours, ours, .gateway).isEmpty, "seed \(seed)")
            let found = LiveComparison.differences(rendered: ours, live: live, kind: .gateway)
            guard let removal = LiveComparison.removal(of: found, from: live) else { continue }
            let pruned = try JSONPatch(removal).applied(to: live)
            let rest = LiveComparison.differences(rendered: ours, live: pruned, kind: .gateway)
            #expect(!rest.contains { $0.change == .extra }, "seed \(seed): \(ours) \(live)")
        }
    }
}
