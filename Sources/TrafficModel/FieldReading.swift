public import JSONValue

/// A member of an object, together with its place.
struct Field {
    let value: JSONValue?
    let pointer: JSONPointer

    /// The object itself.
    init(_ root: JSONValue) {
        value = root
        pointer = JSONPointer(tokens: [])
    }

    init(value: JSONValue?, pointer: JSONPointer) {
        self.value = value
        self.pointer = pointer
    }

    /// A member of it.
    subscript(key: String) -> Field { Field(value: value?[key], pointer: pointer.appending(key)) }

    var isAbsent: Bool { value.map(\.isNull) ?? true }
}

/// Reads fields and keeps in mind which of them are there but of the wrong type.
struct FieldReading {
    private(set) var unreadable: [JSONPointer] = []

    mutating func string(_ field: Field) -> String? { read(field) { $0.stringValue } }

    mutating func integer(_ field: Field) -> Int64? { read(field) { $0.integerValue } }

    mutating func object(_ field: Field) -> JSONObject? { read(field) { $0.objectValue } }

    mutating func elements(_ field: Field) -> [Field] {
        (read(field) { $0.arrayValue } ?? []).enumerated().map {
            Field(value: $0.element, pointer: field.pointer.appending(String($0.offset)))
        }
    }

    mutating func strings(_ field: Field) -> [Located<String>] {
        var result: [Located<String>] = []
        for element in elements(field) {
            if let text = string(element) { result.append(Located(text, at: element.pointer)) }
        }
        return result
    }

    private mutating func read<Value>(_ field: Field, _ convert: (JSONValue) -> Value?) -> Value? {
        guard let value = field.value, !value.isNull else { return nil }
        if let converted = convert(value) { return converted }
        unreadable.append(field.pointer)
        return nil
    }
}

/// A value that was read from an object, with the place where it stands.
public struct Located<Value> {
    /// The value.
    public let value: Value
    /// Its place in the object.
    public let pointer: JSONPointer

    init(_ value: Value, at pointer: JSONPointer) {
        self.value = value
        self.pointer = pointer
    }
}

extension Located: Sendable where Value: Sendable {}
extension Located: Equatable where Value: Equatable {}
extension Located: Hashable where Value: Hashable {}
