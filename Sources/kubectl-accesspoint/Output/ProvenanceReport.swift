import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import TrafficModel
import YAMLFormat

/// The provenance of one target in the words and data of the program.
struct ProvenanceReport {
    let target: TargetFacts
    let provenance: Provenance
    /// The only template entry that is told; nil: all.
    let template: String?

    private var objects: [Provenance.Object] { provenance.objects.filter { isTold($0.object.template) } }

    private func isTold(_ name: String) -> Bool { template.map { $0.utf8.elementsEqual(name.utf8) } ?? true }

    /// The overrides, and the objects with comments.
    var text: String {
        ([overrides] + objects.map(document)).joined(separator: "---\n")
    }

    /// A line for every field.
    var table: String {
        var table = TextTable("TEMPLATE", "FIELD", "FROM", "VALUE")
        for told in objects {
            for field in told.fields {
                table.add(told.object.template, field.pointer.fieldPath, "\(field.origin)", field.value.brief)
            }
            for removal in told.removals {
                table.add(told.object.template, removal.pointer.fieldPath, "\(removal.writer)", "<removed>")
            }
        }
        return table.text
    }

    private var overrides: String {
        guard !provenance.overrides.isEmpty else { return "# there are no overrides\n" }
        var table = TextTable("# OVERRIDE", "TEMPLATE", "MATCH", "WHY")
        for account in provenance.overrides {
            if let mismatch = account.mismatch { table.add("# \(account.name)", template ?? "<all>", "no", mismatch) }
            for entry in account.entries where isTold(entry.template) {
                let what = entry.effect?.note.map { "; \($0)" } ?? ""
                table.add(
                    "# \(account.name)", entry.template, entry.effect == nil ? "no" : "yes", entry.why + what)
            }
        }
        return table.text
    }

    private func document(_ told: Provenance.Object) -> String {
        let origins = Dictionary(told.fields.map { ($0.pointer, $0.origin) }, uniquingKeysWith: { first, _ in first })
        var text = "# \(told.object), template \(told.object.template)\n"
        for removal in told.removals {
            text += "# \(removal.pointer.fieldPath.onOneLine) removed by \(removal.writer)\n"
        }
        text += YAML.text(told.object.body) { pointer in
            origins[pointer].flatMap { $0.isPlain ? nil : "from \($0)" }
        }
        return text
    }

    /// Everything as data.
    var json: JSONValue {
        [
            "target": .string(target.name),
            "overrides": .array(provenance.overrides.map(json)),
            "objects": .array(objects.map(json)),
        ]
    }

    private func json(_ account: OverrideAccount) -> JSONValue {
        var json: JSONValue = ["name": .string(account.name), "matchesTarget": .bool(account.mismatch == nil)]
        json["why"] = account.mismatch.map { .string($0) }
        json["entries"] = .array(
            account.entries.filter { isTold($0.template) }.map { entry in
                var json: JSONValue = [
                    "template": .string(entry.template), "matches": .bool(entry.effect != nil),
                    "why": .string(entry.why),
                ]
                json["effect"] = entry.effect.map { .string($0.rawValue) }
                return json
            })
        return json
    }

    private func json(_ told: Provenance.Object) -> JSONValue {
        [
            "template": .string(told.object.template), "object": told.object.body,
            "fields": .array(
                told.fields.map { field in
                    var json = field.origin.writer.json
                    json["pointer"] = .string(field.pointer.description)
                    json["value"] = .some(field.value)
                    json["source"] = field.origin.source.map { .string($0.description) }
                    json["variables"] = field.origin.variables.map { .array($0.map { .string($0) }) }
                    return json
                }),
            "removals": .array(
                told.removals.map { removal in
                    var json = removal.writer.json
                    json["pointer"] = .string(removal.pointer.description)
                    return json
                }),
        ]
    }
}

extension OverrideAccount.Effect {
    fileprivate var note: String? {
        switch self {
        case .changed: nil
        case .unchanged: "nothing differed"
        case .omitted: "the object is omitted"
        case .refused: "it could not be applied"
        }
    }
}

extension FieldOrigin.Writer {
    fileprivate var json: JSONValue {
        switch self {
        case .template: ["writer": "Template"]
        case .jsonPatch(let override, let operation, let kind):
            [
                "writer": "Override", "override": .string(override), "change": "jsonPatch",
                "operation": .integer(Int64(operation)), "op": .string(kind.rawValue),
            ]
        case .mergePatch(let override): ["writer": "Override", "override": .string(override), "change": "mergePatch"]
        case .renderer: ["writer": "Operator"]
        }
    }
}
