import JSONValue

extension JSONValue {
    /// Whether any string in it, keys aside, satisfies the condition.
    func containsText(where condition: (String) -> Bool) -> Bool {
        switch self {
        case .string(let text): condition(text)
        case .array(let elements): elements.contains { $0.containsText(where: condition) }
        case .object(let members): members.contains { $0.value.containsText(where: condition) }
        default: false
        }
    }

    /// The value with every string in it, keys aside, replaced; the place of each is told.
    func mapText(at pointer: JSONPointer, _ transform: (String, JSONPointer) -> String) -> JSONValue {
        switch self {
        case .string(let text): return .string(transform(text, pointer))
        case .array(let elements):
            return .array(
                elements.enumerated().map { $0.element.mapText(at: pointer.appending(String($0.offset)), transform) })
        case .object(let members):
            var result = members
            for member in members {
                result[member.key] = member.value.mapText(at: pointer.appending(member.key), transform)
            }
            return .object(result)
        default: return self
        }
    }
}
