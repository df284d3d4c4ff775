/// One change of a child of an array or object, as JSON Patch defines it.
enum JSONEdit {
    case add(JSONValue)
    case replace(JSONValue)
    case remove
}

extension JSONValue {
    typealias Refusal = JSONPatchError.Reason

    /// Applies `edit` at `pointer`, which must name a child; after an error the value is spoilt.
    mutating func apply(_ edit: JSONEdit, at pointer: JSONPointer) throws(Refusal) {
        try apply(edit, pointer, level: 0)
    }

    /// The value at `pointer`, or the reason why there is none.
    func existing(_ pointer: JSONPointer) throws(Refusal) -> JSONValue {
        var current = self
        for (level, token) in pointer.tokens.enumerated() {
            switch current {
            case .object(let object):
                guard let next = object[token] else { throw .nothingAt(pointer.prefix(level + 1)) }
                current = next
            case .array(let elements):
                current = elements[try Self.index(token, elements.count, pointer.prefix(level))]
            default: throw .notAContainer(pointer.prefix(level), found: current.kindDescription)
            }
        }
        return current
    }

    fileprivate mutating func apply(_ edit: JSONEdit, _ pointer: JSONPointer, level: Int) throws(Refusal) {
        switch self {
        case .object(var object):
            self = .null  // The members have one owner and change in place.
            try object.apply(edit, pointer, level: level)
            self = .object(object)
        case .array(var elements):
            self = .null
            try Self.apply(edit, to: &elements, pointer, level: level)
            self = .array(elements)
        default: throw .notAContainer(pointer.prefix(level), found: kindDescription)
        }
    }

    private static func apply(
        _ edit: JSONEdit, to elements: inout [JSONValue], _ pointer: JSONPointer, level: Int
    ) throws(Refusal) {
        let token = pointer.tokens[level]
        guard level + 1 == pointer.tokens.count else {
            let index = try index(token, elements.count, pointer.prefix(level))
            return try elements[index].apply(edit, pointer, level: level + 1)
        }
        switch edit {
        case .add(let value):
            // RFC 6902 section 4.1: an index may be one past the last element, and "-" names that place.
            let isEnd = token.hasSameBytes(as: "-")
            let index = isEnd ? elements.count : try index(token, elements.count + 1, pointer.prefix(level))
            elements.insert(value, at: index)
        case .replace(let value):
            elements[try index(token, elements.count, pointer.prefix(level))] = value
        case .remove:
            elements.remove(at: try index(token, elements.count, pointer.prefix(level)))
        }
    }

    /// The index that `token` names, which must be below `count`.
    private static func index(_ token: String, _ count: Int, _ array: JSONPointer) throws(Refusal) -> Int {
        guard let index = JSONPointer.arrayIndex(token) else { throw .invalidIndex(token, array) }
        guard index < count else { throw .indexOutOfRange(index, count: count, array) }
        return index
    }
}

extension JSONObject {
    fileprivate mutating func apply(
        _ edit: JSONEdit, _ pointer: JSONPointer, level: Int
    ) throws(JSONPatchError.Reason) {
        let token = pointer.tokens[level]
        if level + 1 == pointer.tokens.count, case .add(let value) = edit {
            self[token] = value
            return
        }
        let place = position(of: token)
        guard place.found else { throw .nothingAt(pointer.prefix(level + 1)) }
        guard level + 1 == pointer.tokens.count else {
            return try update(at: place.index) { child throws(JSONPatchError.Reason) in
                try child.apply(edit, pointer, level: level + 1)
            }
        }
        switch edit {
        case .add(let value), .replace(let value): update(at: place.index) { $0 = value }
        case .remove: removeValue(forKey: token)
        }
    }
}
