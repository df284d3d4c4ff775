import JSONValue

/// Writes an object field by field; what is empty is left out.
///
/// A text without a pattern is cut to the length that the schema allows: a message that is too long must not make
/// the API server refuse a status.
struct FieldEncoder: FieldVisitor {
    private var members = JSONObject()

    static func write<Object: FieldObject>(_ object: Object) -> JSONObject {
        var encoder = FieldEncoder()
        var copy = object
        copy.visit(&encoder)
        return encoder.members
    }

    mutating func value<Value: FieldValue>(
        _ name: String, _ value: inout Value, _ shape: FieldShape, _ presence: Presence
    ) {
        let json = clip(value.json, to: shape)
        if presence == .implied, json.stringValue?.isEmpty == true { return }
        members[name] = json
    }

    mutating func value<Value: FieldValue>(
        _ name: String, _ value: inout Value?, _ shape: FieldShape, isRequired: Bool
    ) {
        if let value { members[name] = clip(value.json, to: shape) }
    }

    mutating func values<Value: FieldValue>(
        _ name: String, _ values: inout [Value], each shape: FieldShape, _ list: ListShape
    ) {
        if !values.isEmpty { members[name] = .array(values.map { clip($0.json, to: shape) }) }
    }

    mutating func object<Object: FieldObject>(_ name: String, _ object: inout Object, _ presence: Presence) {
        let json = Self.write(object)
        if presence == .required || !json.isEmpty { members[name] = .object(json) }
    }

    mutating func object<Object: FieldObject>(_ name: String, _ object: inout Object?) {
        if let object { members[name] = .object(Self.write(object)) }
    }

    mutating func objects<Object: FieldObject>(
        _ name: String, _ objects: inout [Object], _ list: ListShape, isRequired: Bool
    ) {
        if isRequired || !objects.isEmpty { members[name] = .array(objects.map { .object(Self.write($0)) }) }
    }

    mutating func manifest<Checked: FieldObject>(_ name: String, _ json: inout JSONValue, as: Checked.Type) {
        members[name] = json
    }

    mutating func labels(_ name: String, _ labels: inout JSONObject, max: Int) {
        if !labels.isEmpty { members[name] = .object(labels) }
    }

    mutating func rule(_ message: String, _ site: RuleSite, on name: String?, holds: () -> Bool) {}

    private func clip(_ json: JSONValue, to shape: FieldShape) -> JSONValue {
        guard shape.kind == .string, shape.pattern == nil, let max = shape.length?.upperBound else { return json }
        // Bytes are at least as many as scalars, and counting them is cheap.
        guard let text = json.stringValue, text.utf8.count > max, text.unicodeScalars.count > max else { return json }
        return .string(String(String.UnicodeScalarView(text.unicodeScalars.prefix(max - 1))) + "…")
    }
}
