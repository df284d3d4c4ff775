import JSONValue

// What rules read: a member of the wrong type is as good as absent, for the schema has reported it.
extension Field {
    var isPresent: Bool { !isAbsent }

    /// The string; empty if there is none.
    var text: String { value?.stringValue ?? "" }

    /// The whole number.
    var number: Int64? { value?.integerValue }

    /// Whether it is `true`.
    var isTrue: Bool { value?.boolValue ?? false }

    /// The elements of a list.
    var items: [Field] { (value?.arrayValue ?? []).indices.map(element) }

    /// How many elements or members there are.
    var count: Int { value?.arrayValue?.count ?? value?.objectValue?.count ?? 0 }

    /// The elements of a list of strings.
    var texts: [(text: String, field: Field)] {
        items.compactMap { item in item.value?.stringValue.map { ($0, item) } }
    }

    /// The members of an object, in the order of their keys.
    var members: [(key: String, field: Field)] {
        (value?.objectValue ?? JSONObject()).map { ($0.key, self[$0.key]) }
    }

    /// Whether one of these members is there.
    func hasAny(_ names: String...) -> Bool { names.contains { self[$0].isPresent } }
}
