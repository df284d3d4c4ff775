import AccessPointAPI
import Foundation
import JSONValue
import Rendering
import Testing
import TrafficModel
import YAMLFormat

@Suite("Findings in rendered sets")
struct FindingsTests {
    private static let gateway: JSONValue = [
        "apiVersion": "networking.istio.io/v1", "kind": "Gateway", "metadata": ["name": "checkout"],
        "spec": [
            "selector": ["istio": "ingressgateway"],
            "servers": [
                [
                    "port": ["number": 443, "name": "https", "protocol": "HTTPS"], "hosts": ["*"],
                    "tls": ["mode": "SIMPLE", "credentialName": "checkout"],
                ]
            ],
        ],
    ]

    private func findings(
        _ objects: [JSONValue], overrides: [Override] = [], targets: [TargetFacts] = [Samples.west, Samples.east]
    ) -> (rendering: Rendering, problems: [RenderProblem]) {
        let renderer = Renderer(
            identity: Samples.identity, spec: Samples.spec(objects, overrides: overrides), options: Samples.options)
        let rendering = renderer.render(all: targets)
        return (rendering, renderer.findings(in: rendering.sets, of: targets))
    }

    private func route(_ change: (inout JSONValue) -> Void) -> JSONValue {
        var route = Samples.route
        route.set(JSONValue.array([["route": [["destination": ["host": "checkout"]]]]]), at: ["spec", "http"])
        change(&route)
        return route
    }

    @Test("objects as they are meant have none")
    func clean() {
        let found = findings([Samples.vip, Self.gateway, Samples.route])
        #expect(found.rendering.isAccepted && found.problems == [])
    }

    @Test(
        "what is wrong for all targets is told once, with template, field and Istio's code; the set is rendered all the same"
    )
    func everywhere() throws {
        let found = findings([Samples.vip, Self.gateway, route { $0.set(1, at: ["spec", "hots"]) }])
        #expect(found.rendering.isAccepted && found.rendering.sets.count == 2)
        let problem = try #require(found.problems.first)
        #expect(found.problems.count == 1)
        #expect(problem.code == .trafficInvalid && problem.severity == .error)
        #expect(problem.target == nil && problem.template == "t2" && problem.path == "spec.hots")
        #expect(problem.message == "unknown field; did you mean hosts? (IST0106 UnknownField)")
    }

    @Test("what an override spoils in one target names that target")
    func oneTarget() throws {
        let spoiled = Override(
            name: "o", targets: TargetSelector(regions: ["us-west"]),
            resources: [ResourceSelector(kind: "VirtualService")],
            change: .mergePatch(["spec": ["exportTo": ["."]]]))
        let found = findings([Samples.vip, Self.gateway, Samples.route], overrides: [spoiled])
        let problem = try #require(found.problems.first)
        #expect(found.problems.count == 1)
        #expect(problem.code == .trafficBroken && problem.target == "us-west-az1-k1" && problem.template == "t2")
        #expect(problem.message.hasSuffix("(AP-NotExported NotExported)"))
    }

    @Test("objects of which one is refused by itself are not looked at together")
    func refusedAlone() {
        let broken: JSONValue = ["."]
        let changed = route { $0.set(broken, at: ["spec", "exportTo"]) }
        #expect(findings([Samples.vip, Self.gateway, changed]).problems.map(\.code) == [.trafficBroken])
        var unknown = changed
        unknown.set(1, at: ["spec", "hots"])
        #expect(findings([Samples.vip, Self.gateway, unknown]).problems.map(\.code) == [.trafficInvalid])
    }

    @Test("a warning comes after the errors and hinders nothing; what is only worth knowing is not told")
    func warning() {
        var gateway = Self.gateway
        gateway.set([:], at: ["spec", "selector"])
        let service: JSONValue = [
            "apiVersion": "v1", "kind": "Service", "metadata": ["name": "a"],
            "spec": ["selector": ["app": "a"], "ports": [["port": 80]]],
        ]
        let found = findings([gateway, route { $0.set(1, at: ["spec", "hots"]) }, service])
        #expect(found.problems.map(\.code) == [.trafficInvalid, .trafficDoubtful])
        #expect(found.problems.map(\.severity) == [.error, .warning])
    }

    @Test("a Service that an override makes another one in one cluster of a zone is told of, with that cluster")
    func zone() throws {
        let override = Override(
            name: "port", targets: TargetSelector(clusters: ["us-west-az1-k2"]),
            resources: [ResourceSelector(kind: "Service")],
            change: .jsonPatch([["op": "replace", "path": "/spec/ports/0/port", "value": 8443]]))
        let other = TargetFacts(name: "us-west-az1-k2", region: "us-west", availabilityZone: "us-west-az1")
        let found = findings([Samples.vip], overrides: [override], targets: [Samples.west, other, Samples.east])
        let problem = try #require(found.problems.first)
        #expect(found.problems.count == 1)
        #expect(problem.code == .trafficDoubtful && problem.target == "us-west-az1-k2" && problem.template == "t0")
        #expect(problem.path == "spec.ports" && problem.message.contains("IST0170 ServiceDiffers"))
        let alone = findings([Samples.vip], overrides: [override], targets: [other, Samples.east])
        #expect(alone.problems == [])
    }

    @Test("the samples have neither errors nor warnings", arguments: ["quickstart", "full"])
    func samples(name: String) throws {
        let top = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let bytes = try [UInt8](Data(contentsOf: top.appending(path: "samples/\(name).yaml")))
        let document = try #require(try YAML.documents(bytes).first { $0["kind"] == "AccessPoint" })
        let spec = try AccessPointSpec.decode(document["spec"] ?? .null, at: "spec")
        let renderer = Renderer(identity: Samples.identity, spec: spec, options: Samples.options)
        let targets = ["us-west", "us-east", "eu-central"].map {
            TargetFacts(
                name: "\($0)-az1-k1", region: $0, availabilityZone: "\($0)-az1", labels: ["network": "internet"])
        }
        let rendering = renderer.render(all: targets)
        #expect(rendering.isAccepted, "\(rendering.problems)")
        #expect(renderer.findings(in: rendering.sets, of: targets) == [])
    }
}
