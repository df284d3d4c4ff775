public import JSONValue

/// A member of an object, together with its place.
struct Field {
    let value: JSONValue?
    private let trail: Trail?

    /// The object itself.
    init(_ root: JSONValue) { self.init(value: root, trail: nil) }

    private init(value: JSONValue?, trail: Trail?) {
        self.value = value
        self.trail = trail
    }

    /// A member of it.
    subscript(key: String) -> Field { Field(value: value?[key], trail: Trail(.key(key), after: trail)) }

    /// An element of it.
    func element(_ index: Int) -> Field { Field(value: value?[index], trail: Trail(.index(index), after: trail)) }

    /// The same place with another value in it.
    func holding(_ value: JSONValue) -> Field { Field(value: value, trail: trail) }

    /// Its place; made when somebody asks for it, which few do.
    var pointer: JSONPointer { JSONPointer(tokens: trail?.tokens ?? []) }

    var isAbsent: Bool { value.map(\.isNull) ?? true }
}

/// The way from an object to a field, written backwards so that fields share it.
private final class Trail {
    enum Step {
        case key(String)
        case index(Int)
    }

    let step: Step
    let former: Trail?

    init(_ step: Step, after former: Trail?) {
        self.step = step
        self.former = former
    }

    var tokens: [String] {
        var tokens: [String] = []
        var trail: Trail? = self
        while let present = trail {
            switch present.step {
            case .key(let key): tokens.append(key)
            case .index(let index): tokens.append(String(index))
            }
            trail = present.former
        }
        return tokens.reversed()
    }
}

/// Reads fields and keeps in mind which of them are there but of the wrong type.
struct FieldReading {
    private(set) var unreadable: [JSONPointer] = []

    mutating func string(_ field: Field) -> String? { read(field) { $0.stringValue } }

    mutating func integer(_ field: Field) -> Int64? { read(field) { $0.integerValue } }

    mutating func object(_ field: Field) -> JSONObject? { read(field) { $0.objectValue } }

    mutating func elements(_ field: Field) -> [Field] {
        (read(field) { $0.arrayValue } ?? []).indices.map(field.element)
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
