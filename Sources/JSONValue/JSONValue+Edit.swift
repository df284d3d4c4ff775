/// One change of a child of an array or object, as JSON Patch defines it.
enum JSONEdit {
    case add(JSONValue)
    case replace(JSONValue)
    case remove
}

extension JSONValue {
    /// The value at `pointer`, or the reason why there is none.
    func existing(_ pointer: JSONPointer) throws(JSONPatchError.Reason) -> JSONValue {
        var current = self
        for level in pointer.tokens.indices {
            let index = try current.childIndex(pointer, level)
            current = current.child(index)
        }
        return current
    }

    /// Applies `edit` at `pointer`, which must not be empty; after an error the value is spoilt.
    mutating func apply(_ edit: JSONEdit, at pointer: JSONPointer) throws(JSONPatchError.Reason) {
        var descent = JSONDescent(from: self)
        self = .null  // The way down owns the document and changes it in place.
        for level in pointer.tokens.indices.dropLast() {
            descent.enter(try descent.current.childIndex(pointer, level))
        }
        try descent.current.applyHere(edit, pointer, pointer.tokens.count - 1)
        self = descent.finish()
    }

    /// Applies `edit` to the child that the token `level` names.
    private mutating func applyHere(
        _ edit: JSONEdit, _ pointer: JSONPointer, _ level: Int
    ) throws(JSONPatchError.Reason) {
        switch (self, edit) {
        case (.object(var object), .add(let value)):
            self = .null  // The members have one owner and change in place.
            object[pointer.tokens[level]] = value
            self = .object(object)
        case (.array(var elements), .add(let value)):
            let index = try Self.insertionIndex(pointer, level, elements.count)
            self = .null
            elements.insert(value, at: index)
            self = .array(elements)
        case (_, .add): throw notAContainer(pointer, level)
        case (_, .replace(let value)):
            var descent = JSONDescent(from: self)
            descent.enter(try childIndex(pointer, level))
            descent.current = value
            self = descent.finish()
        case (_, .remove): removeChild(try childIndex(pointer, level))
        }
    }

    /// The index of the child that the token `level` names, or the reason why there is none.
    private func childIndex(_ pointer: JSONPointer, _ level: Int) throws(JSONPatchError.Reason) -> Int {
        let token = pointer.tokens[level]
        switch self {
        case .object(let object):
            let place = object.position(of: token)
            guard place.found else { throw .nothingAt(pointer.prefix(level + 1)) }
            return place.index
        case .array(let elements):
            return try Self.index(pointer, level, elements.count, end: elements.count)
        default: throw notAContainer(pointer, level)
        }
    }

    /// Where the token `level` inserts into an array: RFC 6902 section 4.1 allows the place behind the last
    /// element, also as "-".
    private static func insertionIndex(
        _ pointer: JSONPointer, _ level: Int, _ count: Int
    ) throws(JSONPatchError.Reason) -> Int {
        if pointer.tokens[level].hasSameBytes(as: "-") { return count }
        return try index(pointer, level, count, end: count + 1)
    }

    /// The index that the token `level` spells, which must be below `end`, in an array of `count` elements.
    private static func index(
        _ pointer: JSONPointer, _ level: Int, _ count: Int, end: Int
    ) throws(JSONPatchError.Reason) -> Int {
        let token = pointer.tokens[level]
        guard let index = JSONPointer.arrayIndex(token) else { throw .invalidIndex(token, pointer.prefix(level)) }
        guard index < end else { throw .indexOutOfRange(index, count: count, pointer.prefix(level)) }
        return index
    }

    private func notAContainer(_ pointer: JSONPointer, _ level: Int) -> JSONPatchError.Reason {
        .notAContainer(pointer.prefix(level), found: kindDescription)
    }

    /// The child at `index`, which must exist.
    private func child(_ index: Int) -> JSONValue {
        switch self {
        case .object(let object): object[index].value
        case .array(let elements): elements[index]
        default: .null
        }
    }

    /// Removes the child at `index`, which must exist.
    private mutating func removeChild(_ index: Int) {
        switch self {
        case .object(var object):
            self = .null
            object.remove(at: index)
            self = .object(object)
        case .array(var elements):
            self = .null
            elements.remove(at: index)
            self = .array(elements)
        default: break
        }
    }
}
