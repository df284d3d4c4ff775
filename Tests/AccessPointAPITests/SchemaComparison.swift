import JSONValue

@testable import AccessPointAPI

/// Compares a field table with the schema of a CRD, keyword by keyword, and lists every difference.
struct SchemaComparison {
    private(set) var differences: [String] = []

    mutating func compare(_ table: FieldTable, _ schema: JSONValue, at path: String) {
        var rest = keywords(of: schema)
        expect(rest.take("type"), "object", "\(path): type")
        expect(
            rest.take("minProperties"), table.minimumMembers == 0 ? .none : number(table.minimumMembers),
            "\(path): minProperties")
        expect(
            rest.take("x-kubernetes-preserve-unknown-fields"), table.isOpen ? .some(true) : .none,
            "\(path): free content")
        let required = table.fields.filter(\.isRequired).map(\.name)
        expect(
            (rest.take("required")?.arrayValue ?? []).compactMap(\.stringValue).sorted(), required.sorted(),
            "\(path): required")
        expect(messages(rest.take("x-kubernetes-validations")).sorted(), table.rules.sorted(), "\(path): rules")
        let properties = rest.take("properties")?.objectValue ?? JSONObject()
        expect(properties.keys.sorted(), table.fields.map(\.name).sorted(), "\(path): fields")
        // Atomic or not only matters to a server-side apply by other people; types do not show it.
        _ = rest.take("x-kubernetes-map-type")
        reportUnknown(rest, path)
        for field in table.fields {
            guard let property = properties[field.name] else { continue }
            compare(field, property, at: "\(path).\(field.name)")
        }
    }

    private mutating func compare(_ field: FieldTable.Field, _ schema: JSONValue, at path: String) {
        expect(schema["description"] == nil, false, "\(path): a description is missing")
        expect(schema.objectValue?["default"], field.fallback, "\(path): default")
        if case .object(let table) = field.node { return compare(table, schema, at: path) }
        expect(messages(schema["x-kubernetes-validations"]).sorted(), field.rules.sorted(), "\(path): rules")
        compare(field.node, schema, at: path)
    }

    private mutating func compare(_ node: FieldTable.Node, _ schema: JSONValue, at path: String) {
        switch node {
        case .object(let table): compare(table, schema, at: path)
        case .value(let shape): compare(shape, schema, at: path)
        case .list(let item, let list): compare(item, list, schema, at: path)
        case .labels(let max):
            var rest = keywords(of: schema)
            expect(rest.take("type"), "object", "\(path): type")
            expect(rest.take("maxProperties"), number(max), "\(path): maxProperties")
            expect(rest.take("additionalProperties"), ["type": "string", "maxLength": 63], "\(path): values")
            reportUnknown(rest, path)
        }
    }

    private mutating func compare(_ item: FieldTable.Node, _ list: ListShape, _ schema: JSONValue, at path: String) {
        var rest = keywords(of: schema)
        expect(rest.take("type"), "array", "\(path): type")
        expect(rest.take("minItems"), list.min == 0 ? .none : number(list.min), "\(path): minItems")
        expect(rest.take("maxItems"), number(list.max), "\(path): maxItems")
        let kind: JSONValue = .string(list.isSet ? "set" : list.keys.isEmpty ? "atomic" : "map")
        expect(rest.take("x-kubernetes-list-type"), kind, "\(path): list type")
        let keys = (rest.take("x-kubernetes-list-map-keys")?.arrayValue ?? []).compactMap(\.stringValue)
        expect(keys, list.keys, "\(path): list keys")
        let items = rest.take("items") ?? .null
        reportUnknown(rest, path)
        compare(item, items, at: "\(path)[]")
    }

    private mutating func compare(_ shape: FieldShape, _ schema: JSONValue, at path: String) {
        var rest = keywords(of: schema)
        let numbers = shape.range.map { ($0.lowerBound, $0.upperBound) }
        expect(rest.take("minimum"), numbers.map { .integer($0.0) }, "\(path): minimum")
        expect(rest.take("maximum"), numbers.map { .integer($0.1) }, "\(path): maximum")
        expect(rest.take("pattern"), shape.pattern.map { .string($0.expression) }, "\(path): pattern")
        expect(rest.take("enum"), shape.choices.isEmpty ? .none : .array(shape.choices), "\(path): enum")
        expect(rest.take("nullable"), shape.isNullable ? .some(true) : .none, "\(path): nullable")
        let (unit, isText) = shape.kind == .freeObject ? ("Properties", false) : ("Length", true)
        let low = shape.length.map(\.lowerBound).flatMap { $0 == 0 ? nil : $0 }
        expect(rest.take("min\(unit)"), low.map(number), "\(path): min\(unit)")
        let high = isText ? shape.length.map(\.upperBound) : nil
        expect(rest.take("max\(unit)"), high.map(number), "\(path): max\(unit)")
        for (keyword, value) in typeKeywords(shape.kind) { expect(rest.take(keyword), value, "\(path): \(keyword)") }
        reportUnknown(rest, path)
    }

    private func typeKeywords(_ kind: FieldShape.Kind) -> [(String, JSONValue)] {
        switch kind {
        case .string: [("type", "string")]
        case .boolean: [("type", "boolean")]
        case .integer(let bits): [("type", "integer"), ("format", .string("int\(bits)"))]
        case .time: [("type", "string"), ("format", "date-time")]
        case .intOrPercent:
            [("x-kubernetes-int-or-string", true), ("anyOf", [["type": "integer"], ["type": "string"]])]
        case .freeObject: [("type", "object"), ("x-kubernetes-preserve-unknown-fields", true)]
        case .any: [("x-kubernetes-preserve-unknown-fields", true)]
        }
    }

    // MARK: - Parts

    private struct Keywords {
        var members: JSONObject
        mutating func take(_ name: String) -> JSONValue? {
            guard let value = members[name] else { return .none }
            members.removeValue(forKey: name)
            return value
        }
    }

    /// All keywords but those that are compared elsewhere.
    private func keywords(of schema: JSONValue) -> Keywords {
        var rest = Keywords(members: schema.objectValue ?? JSONObject())
        for name in ["description", "default"] { _ = rest.take(name) }
        if schema["type"]?.stringValue != "object" { _ = rest.take("x-kubernetes-validations") }
        return rest
    }

    private func messages(_ rules: JSONValue?) -> [String] {
        (rules?.arrayValue ?? []).compactMap { $0["message"]?.stringValue }
    }

    private func number(_ value: Int) -> JSONValue { .integer(Int64(value)) }

    private mutating func expect<Value: Equatable>(_ found: Value, _ wanted: Value, _ place: String) {
        if found != wanted { differences.append("\(place): the CRD has \(found), the code has \(wanted)") }
    }

    private mutating func expect(_ found: JSONValue?, _ wanted: JSONValue?, _ place: String) {
        if found == wanted { return }
        let text = { (value: JSONValue?) in value?.text() ?? "none" }
        differences.append("\(place): the CRD has \(text(found)), the code has \(text(wanted))")
    }

    private mutating func reportUnknown(_ rest: Keywords, _ path: String) {
        for member in rest.members { differences.append("\(path): the code does not know the keyword \(member.key)") }
    }
}
