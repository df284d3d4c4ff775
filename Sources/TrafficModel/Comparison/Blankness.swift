import JSONValue

extension JSONValue {
    /// Whether the value says nothing: null, an empty list, or an object all of whose members say nothing.
    ///
    /// API servers drop such members or keep them as they please, so that they differ between what was sent and what
    /// is stored. An element of a list always says something: its place.
    var isBlank: Bool {
        switch self {
        case .null: true
        case .array(let elements): elements.isEmpty
        case .object(let members): members.allSatisfy { $0.value.isBlank }
        default: false
        }
    }

    /// The value; nil if it says nothing.
    var unlessBlank: JSONValue? {
        guard !isBlank else { return nil }
        return self
    }

    /// The value without members that are null, at any depth; elements of lists stay.
    func withoutNulls() -> JSONValue { filtered { $0.isNull } }

    /// The value without members that are blank, at any depth; elements of lists stay.
    func withoutBlanks() -> JSONValue { filtered { $0.isBlank } }

    private func filtered(_ dropped: (JSONValue) -> Bool) -> JSONValue {
        switch self {
        case .array(let elements): .array(elements.map { $0.filtered(dropped) })
        case .object(let members):
            .object(
                JSONObject(members.filter { !dropped($0.value) }.map { ($0.key, $0.value.filtered(dropped)) }))
        default: self
        }
    }
}
