import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import SeededRandom
import Testing
import TrafficModel

/// Random patches that apply; each failure prints the seed that makes it again.
@Suite("Provenance explains every rendering")
struct ProvenancePropertyTests {
    private static let words: [JSONValue] = [
        "a", "$(REGION)", "$$(X)", "x-$(LABEL:network)-$(CLUSTER)", 1, 2.5, true, [:], [], .null, "b",
    ]

    private static func value(_ depth: Int, _ random: inout SplitMix64) -> JSONValue {
        guard depth > 0, Bool.random(using: &random) else { return words.randomElement(using: &random) ?? .null }
        let count = Int.random(in: 1..<4, using: &random)
        if Bool.random(using: &random) { return .array((0..<count).map { _ in value(depth - 1, &random) }) }
        return .object(
            JSONObject(
                (0..<count).map { _ in (String(Int.random(in: 0..<4, using: &random)), value(depth - 1, &random)) }))
    }

    /// Every place in a value, itself included.
    private static func places(_ value: JSONValue, _ pointer: JSONPointer) -> [JSONPointer] {
        switch value {
        case .object(let members): [pointer] + members.flatMap { places($0.value, pointer.appending($0.key)) }
        case .array(let elements):
            [pointer] + elements.enumerated().flatMap { places($0.element, pointer.appending(String($0.offset))) }
        default: [pointer]
        }
    }

    /// Operations on the spec, each of which applies after those before it.
    private static func operations(_ document: JSONValue, _ random: inout SplitMix64) -> JSONValue {
        var (document, operations) = (document, [JSONPatch.Operation]())
        let spec = JSONPointer(tokens: ["spec"])
        for _ in 0..<Int.random(in: 1..<7, using: &random) {
            let all = places(document["spec"] ?? .null, spec)
            let place = all.randomElement(using: &random) ?? spec
            let other = all.randomElement(using: &random) ?? spec
            let token = ["0", "1", "-", "x", "y"].randomElement(using: &random) ?? "x"
            let target = Bool.random(using: &random) ? other : other.appending(token)
            let kind = JSONPatch.Operation.Kind.allCases.randomElement(using: &random) ?? .add
            var operation = JSONPatch.Operation(op: kind, path: target)
            switch kind {
            case .add, .replace: operation.value = value(3, &random)
            case .test: operation.value = document.value(at: target)
            case .move, .copy: operation.from = place
            case .remove: operation.path = place
            }
            guard operation.path != spec, operation.from != spec,
                let next = try? JSONPatch(operations: [operation]).applied(to: document),
                next["spec"]?.objectValue != nil
            else { continue }
            (document, operations) = (next, operations + [operation])
        }
        return .array(operations.map(\.json))
    }

    private static func override(_ index: Int, _ document: JSONValue, _ random: inout SplitMix64) -> Override {
        let isMerge = Int.random(in: 0..<3, using: &random) == 0
        let merge: JSONValue = [
            "spec": .object(
                JSONObject(
                    ["hosts", "http", "x", "y"].filter { _ in
                        Bool.random(using: &random)
                    }.map { ($0, value(3, &random)) }))
        ]
        return Override(
            name: "o\(index)", targets: Bool.random(using: &random) ? nil : TargetSelector(regions: ["us-west"]),
            resources: Bool.random(using: &random) ? [] : [ResourceSelector(template: "t0")],
            change: isMerge ? .mergePatch(merge) : .jsonPatch(operations(document, &random)))
    }

    private static func leaves(_ value: JSONValue) -> [JSONPointer] {
        places(value, JSONPointer(tokens: [])).filter { place in
            switch value.value(at: place) {
            case .object(let members)?: members.isEmpty
            case .array(let elements)?: elements.isEmpty
            default: true
            }
        }
    }

    /// What the operator may write of its own: what it marks, what was left out, and what remains of nulls.
    private static func isOperators(_ field: Provenance.Field) -> Bool {
        let text = "\(field.pointer)"
        return text.hasPrefix("/metadata/labels/") || text.hasPrefix("/metadata/annotations/accesspoint.io~1")
            || text == "/metadata/namespace" || text.hasSuffix("/protocol") || text.hasSuffix("/targetPort")
            || field.value == [:]
    }

    /// The text of a field as a person would replace its variables.
    private static func replaced(_ value: JSONValue?, _ target: TargetFacts) -> JSONValue? {
        guard let text = value?.stringValue else { return value }
        let replacements = [
            ("$$(X)", "$(X)"), ("$(REGION)", target.region), ("$(CLUSTER)", target.name),
            ("$(LABEL:network)", target.labels["network"]?.stringValue ?? ""),
        ]
        return .string(replacements.reduce(text) { $0.replacing($1.0, with: $1.1) })
    }

    private func expectExplained(_ provenance: Provenance, _ source: JSONValue, _ target: TargetFacts, _ seed: String) {
        for told in provenance.objects {
            #expect(Set(told.fields.map(\.pointer)) == Set(Self.leaves(told.object.body)), "\(seed)")
            for field in told.fields {
                #expect(told.object.body.value(at: field.pointer) == field.value, "\(seed) \(field.pointer)")
                guard let place = field.origin.source else {
                    // A container without a text was emptied by an override.
                    let isEmptied = field.value == [:] || field.value == []
                    let isExplained = field.origin.writer == .renderer ? Self.isOperators(field) : isEmptied
                    #expect(isExplained && field.origin.writer != .template, "\(seed) \(field)")
                    continue
                }
                var text = source.value(at: place)
                // The nulls of a merge patch take out what is there, and leave nothing themselves.
                if case .mergePatch = field.origin.writer, let patch = text, patch.objectValue != nil {
                    text = ([:] as JSONValue).mergePatched(with: patch)
                }
                #expect(Self.replaced(text, target) == field.value, "\(seed) \(field)")
                #expect((field.origin.variables == nil) == (text == field.value), "\(seed) \(field)")
                if field.origin.writer == .template {
                    #expect(place.tokens.prefix(2) == ["spec", "trafficTemplate"], "\(seed) \(field)")
                }
                guard case .jsonPatch(let name, let operation, let kind) = field.origin.writer else { continue }
                let index = Int(name.dropFirst()) ?? -1
                let patch = source.value("spec", "overrides")?[index]?["jsonPatch"]
                #expect(patch?[operation]?["op"]?.stringValue == kind.rawValue, "\(seed) \(field)")
            }
        }
    }

    @Test("every leaf is the template's text, or has a writer whose text it is; what is told is what was rendered")
    func explained() {
        let number = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: number)
        var (explained, patched) = (0, 0)
        for round in 0..<400 {
            let seed = "seed \(number) round \(round)"
            let objects = [Samples.route, Samples.gateway]
            let overrides = (0..<Int.random(in: 1..<4, using: &random)).map {
                Self.override($0, Samples.route, &random)
            }
            let renderer = Renderer(
                identity: Samples.identity, spec: Samples.spec(objects, overrides: overrides),
                options: Samples.options)
            let source: JSONValue = [
                "spec": [
                    "trafficTemplate": .array(objects.map { ["object": $0] }),
                    "overrides": .array(
                        overrides.map { override in
                            switch override.change {
                            case .jsonPatch(let patch): ["jsonPatch": patch]
                            case .mergePatch(let patch): ["mergePatch": patch]
                            case .omit: [:]
                            }
                        }),
                ]
            ]
            for target in [Samples.west, Samples.east] {
                let provenance = renderer.provenance(of: target)
                #expect(provenance.rendering == renderer.render(target), "\(seed)")
                expectExplained(provenance, source, target, seed)
                expectAccounts(provenance, seed)
                explained += provenance.objects.count
                patched += provenance.objects.count {
                    $0.fields.contains { !$0.origin.isPlain && $0.origin.source != nil }
                }
            }
        }
        // The generator is of use only if much of what it makes is rendered and changed.
        #expect(explained > 200 && patched > 100, "seed \(number): \(explained) \(patched)")
    }

    /// What is told of overrides is what the renderer counted.
    private func expectAccounts(_ provenance: Provenance, _ seed: String) {
        guard provenance.rendering.set != nil else { return }
        for (account, report) in zip(provenance.overrides, provenance.rendering.overrides) {
            #expect((account.mismatch == nil) == (report.targets == 1), "\(seed)")
            #expect(account.entries.count { $0.effect != nil } == report.objects, "\(seed)")
            let changed = account.entries.count { $0.effect == .changed || $0.effect == .omitted }
            #expect(changed == report.changed, "\(seed)")
        }
    }

    @Test("the changes between two values, applied to the older one, make the newer one")
    func changes() throws {
        let number = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: number)
        for round in 0..<1000 {
            let old: JSONValue = ["spec": Self.value(5, &random)]
            var new: JSONValue = ["spec": Self.value(5, &random)]
            // Half of the pairs are alike but for a few edits.
            if round.isMultiple(of: 2), old["spec"]?.objectValue != nil {
                new = (try? JSONPatch(Self.operations(old, &random)).applied(to: old)) ?? new
            }
            let changes = FieldChange.between(old, and: new)
            func operations(_ op: JSONPatch.Operation.Kind, _ chosen: (FieldChange) -> Bool) -> [JSONPatch.Operation] {
                changes.filter(chosen).map { JSONPatch.Operation(op: op, path: $0.pointer, value: $0.after) }
            }
            let patch = JSONPatch(
                operations: operations(.replace) { $0.before != nil && $0.after != nil }
                    + operations(.remove) { $0.after == nil }.reversed() + operations(.add) { $0.before == nil })
            #expect(try patch.applied(to: old) == new, "seed \(number) round \(round)")
            #expect(changes.isEmpty == (old == new), "seed \(number) round \(round)")
        }
    }
}
