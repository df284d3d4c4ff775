import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import SeededRandom
import Testing
import TrafficModel

/// Random overrides and templates; each failure prints the seed that makes it again.
@Suite struct RenderingPropertyTests {
    private static let objects = [gateway, Samples.route, Samples.vip]

    /// The gateway of the samples with nothing wrong in it.
    private static let gateway: JSONValue = {
        var gateway = Samples.gateway
        let tls: JSONValue = ["mode": "SIMPLE", "credentialName": "checkout"]
        var servers = gateway.value("spec", "servers")?.arrayValue ?? []
        for index in servers.indices { servers[index].set(tls, at: ["tls"]) }
        gateway.set(.array(servers), at: ["spec", "servers"])
        return gateway
    }()

    private static func value(_ depth: Int, _ random: inout SplitMix64) -> JSONValue {
        let leaves: [JSONValue] = [
            .null, true, 0, 1, 443, 1.5, "", "x", "$(REGION)", "$$(X)", "$(", "$(NO)", "$(LABEL:network)", [], [:],
            "ExternalName", "other", "é", "e\u{301}",
        ]
        guard depth > 0, Bool.random(using: &random) else { return leaves.randomElement(using: &random) ?? .null }
        if Bool.random(using: &random) {
            return .array((0..<Int.random(in: 0..<3, using: &random)).map { _ in value(depth - 1, &random) })
        }
        return .object(
            JSONObject(
                (0..<Int.random(in: 0..<4, using: &random)).map { _ in
                    (token(&random), value(depth - 1, &random))
                }))
    }

    private static func token(_ random: inout SplitMix64) -> String {
        [
            "metadata", "spec", "kind", "apiVersion", "name", "namespace", "labels", "annotations", "http", "hosts",
            "0",
            "1", "-", "x", "accesspoint.io/uid", "é", "e\u{301}", "", "~", "type", "externalIPs", "status", "ports",
        ].randomElement(using: &random) ?? "x"
    }

    private static func pointer(_ random: inout SplitMix64) -> JSONValue {
        let tokens = (0..<Int.random(in: 0..<4, using: &random)).map { _ in token(&random) }
        return .string(JSONPointer(tokens: tokens).description)
    }

    private static func override(_ index: Int, _ random: inout SplitMix64) -> Override {
        let change: OverrideChange
        switch Int.random(in: 0..<6, using: &random) {
        case 0: change = .omit
        case 1: change = .mergePatch(value(4, &random))
        case 2:
            change = .mergePatch(["metadata": value(3, &random), "spec": value(3, &random)])
        case 3:
            // Most of what it makes is rendered, and wrong.
            let path = JSONPointer(tokens: ["spec", token(&random)]).description
            change = .jsonPatch([["op": "add", "path": .string(path), "value": value(2, &random)]])
        default:
            change = .jsonPatch(
                .array(
                    (0..<Int.random(in: 0..<6, using: &random)).map { _ in
                        let op =
                            ["add", "remove", "replace", "move", "copy", "test"].randomElement(using: &random) ?? "add"
                        return [
                            "op": .string(op), "path": pointer(&random), "from": pointer(&random),
                            "value": value(3, &random),
                        ]
                    }))
        }
        let resources = Bool.random(using: &random) ? [] : [ResourceSelector(template: "t\(index % 4)")]
        let targets = Bool.random(using: &random) ? nil : TargetSelector(regions: ["us-west"])
        return Override(name: "o\(index)", targets: targets, resources: resources, change: change)
    }

    @Test("no list of overrides, however wild, changes what an object is or who owns it, or passes with an error in it")
    func identity() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        let plain = Samples.rendering(Self.objects)
        var (rendered, passed) = (0, 0)
        for round in 0..<400 {
            let overrides = (0..<Int.random(in: 1..<4, using: &random)).map { Self.override($0, &random) }
            let renderer = Renderer(
                identity: Samples.identity, spec: Samples.spec(Self.objects, overrides: overrides),
                options: Samples.options)
            for (index, target) in [Samples.west, Samples.east].enumerated() {
                let rendering = renderer.render(target)
                let hasError = rendering.problems.contains { $0.severity == .error }
                #expect((rendering.set == nil) == hasError, "seed \(seed) round \(round)")
                guard let set = rendering.set else { continue }
                rendered += 1
                let traffic = set.objects.map(\.traffic)
                let errors =
                    (traffic.flatMap { TrafficCheck.findings($0) }
                    + SetCheck.findings(traffic, gatewayNamespaces: Samples.options.gatewayNamespaces)).filter {
                        $0.severity == .error
                    }
                let judged = renderer.findings(in: [set], of: [target])
                let hasPassed = judged.allSatisfy { $0.severity != .error }
                #expect(errors.isEmpty == hasPassed, "seed \(seed) round \(round): \(errors)")
                passed += hasPassed ? 1 : 0
                for object in set.objects {
                    let first = plain.sets[index].objects.first { $0.template == object.template }
                    #expect(object.kind == first?.kind && object.key == first?.key, "seed \(seed) round \(round)")
                    let view = KubeObject(lenient: object.body)
                    let same = ["apiVersion", "kind"].allSatisfy { object.body[$0] == first?.body[$0] }
                    #expect(same && view.key == object.key, "seed \(seed) round \(round)")
                    #expect(view.label("accesspoint.io/uid") == "6c1f-uid", "seed \(seed) round \(round)")
                    #expect(view.annotation("accesspoint.io/hash") == object.hash, "seed \(seed) round \(round)")
                    #expect(
                        object.body.objectValue?.keys.allSatisfy {
                            ["apiVersion", "kind", "metadata", "spec"].contains($0)
                        } ?? false)
                    let metadata = object.body["metadata"]?.objectValue?.keys ?? []
                    #expect(metadata.allSatisfy { ["name", "namespace", "labels", "annotations"].contains($0) })
                    // What is rendered may still be wrong, as a text in place of the list: then it is refused.
                    guard hasPassed, let addresses = object.body.value("spec", "externalIPs") else { continue }
                    #expect(addresses == .null || addresses == [], "seed \(seed) round \(round)")
                }
            }
        }
        // The generator is of use only if part of what it makes is accepted.
        #expect(rendered > 30 && passed > 5 && passed < rendered, "seed \(seed): \(passed) of \(rendered)")
    }

    @Test("rendering is deterministic, and one target's set does not depend on the others")
    func deterministic() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        for round in 0..<100 {
            let overrides = (0..<3).map { Self.override($0, &random) }
            let spec = Samples.spec(Self.objects, overrides: overrides)
            let one = Renderer(identity: Samples.identity, spec: spec, options: Samples.options)
            let two = Renderer(identity: Samples.identity, spec: spec, options: Samples.options)
            let all = one.render(all: [Samples.west, Samples.east])
            #expect(all == two.render(all: [Samples.west, Samples.east]), "seed \(seed) round \(round)")
            for (set, target) in zip(all.sets, [Samples.west, Samples.east]) {
                #expect(two.render(target).set == set, "seed \(seed) round \(round)")
            }
        }
    }

    @Test("whatever stands in a template, rendering ends with sets or problems, never with a trap")
    func wildTemplates() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        for round in 0..<300 {
            var object = Self.objects.randomElement(using: &random) ?? .null
            for _ in 0..<Int.random(in: 1..<4, using: &random) {
                let path = (0..<Int.random(in: 0..<4, using: &random)).map { _ in Self.token(&random) }
                object.set(Self.value(4, &random), at: path)
            }
            let rendering = Samples.rendering([object, Self.value(4, &random)].shuffled(using: &random))
            #expect(rendering.sets.isEmpty != rendering.isAccepted, "seed \(seed) round \(round)")
            for problem in rendering.problems { #expect(!problem.description.isEmpty) }
        }
    }
}
