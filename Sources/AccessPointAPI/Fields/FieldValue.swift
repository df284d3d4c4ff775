import JSONValue
import KubeModel

/// A type of single values: how it is read from JSON that fits its shape, and written.
protocol FieldValue {
    static func read(_ json: JSONValue) -> Self?
    var json: JSONValue { get }
}

/// A closed set of words.
protocol FieldChoice: FieldValue, CaseIterable, RawRepresentable where RawValue == String {}

extension FieldChoice {
    static func read(_ json: JSONValue) -> Self? { json.stringValue.flatMap(Self.init(rawValue:)) }
    var json: JSONValue { .string(rawValue) }
}

extension String: FieldValue {
    static func read(_ json: JSONValue) -> String? { json.stringValue }
    var json: JSONValue { .string(self) }
}

extension Bool: FieldValue {
    static func read(_ json: JSONValue) -> Bool? { json.boolValue }
    var json: JSONValue { .bool(self) }
}

extension Int: FieldValue {
    static func read(_ json: JSONValue) -> Int? { json.integerValue.flatMap(Int.init(exactly:)) }
    var json: JSONValue { .integer(Int64(self)) }
}

extension Int64: FieldValue {
    static func read(_ json: JSONValue) -> Int64? { json.integerValue }
    var json: JSONValue { .integer(self) }
}

extension Timestamp: FieldValue {
    static func read(_ json: JSONValue) -> Timestamp? { json.stringValue.flatMap { Timestamp($0) } }
    /// With the fraction of a second if there is one: a soak must not begin earlier because it was stored.
    var json: JSONValue { .string(description) }
}

extension IntOrPercent: FieldValue {
    static func read(_ json: JSONValue) -> IntOrPercent? { IntOrPercent(json) }
}

extension JSONValue: FieldValue {
    static func read(_ json: JSONValue) -> JSONValue? { json }
    var json: JSONValue { self }
}
