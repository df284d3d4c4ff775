extension JSONValue {
    /// Whether this is `null`.
    public var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The boolean, nil if this is something else.
    public var boolValue: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    /// The number as a 64-bit integer, nil unless it is exactly one (`1.0` and `1e0` are 1).
    public var integerValue: Int64? {
        switch self {
        case .integer(let integer): integer
        case .number(let number): number.integer
        default: nil
        }
    }

    /// The nearest `Double` of a number, nil if this is something else.
    public var doubleValue: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .number(let number): number.double
        default: nil
        }
    }

    /// The string, nil if this is something else.
    public var stringValue: String? {
        if case .string(let string) = self { string } else { nil }
    }

    /// The elements, nil if this is not an array.
    public var arrayValue: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The object, nil if this is something else.
    public var objectValue: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// The member `key` of an object, nil if there is none or this is no object.
    ///
    /// Setting works on an object and on null, which becomes an object; setting nil removes the member. On any
    /// other value setting has no effect.
    public subscript(key: String) -> JSONValue? {
        get {
            if case .object(let object) = self { object[key] } else { nil }
        }
        set {
            guard newValue != nil || !isNull, var object = takeObject() else { return }
            object[key] = newValue
            self = .object(object)
        }
    }

    /// The element `index` of an array, nil if there is none or this is no array.
    public subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// The value at the end of a path of member keys, nil if a step is missing or is no object.
    public func value(_ path: String...) -> JSONValue? {
        value(at: path)
    }

    /// The value at the end of a path of member keys, nil if a step is missing or is no object.
    ///
    /// The empty path gives the value itself.
    public func value(at path: [String]) -> JSONValue? {
        var current = self
        for key in path {
            guard let next = current[key] else { return nil }
            current = next
        }
        return current
    }

    /// Sets or (with nil) removes the value at the end of a path of member keys.
    ///
    /// Objects that are missing on the way, or null, are created, unless the value is nil. No effect if a step is
    /// neither an object nor null, or if the path has more than 512 keys. The empty path replaces the value itself.
    ///
    /// - Parameters:
    ///   - value: the new value; nil removes the member.
    ///   - path: the keys from this value down.
    public mutating func set(_ value: JSONValue?, at path: [String]) {
        guard path.count <= JSONLimits.hardDepth else { return }
        guard let last = path.last else {
            self = value ?? .null
            return
        }
        var descent = JSONDescent(from: self)
        self = .null  // The way down owns the document and changes it in place.
        for key in path.dropLast() {
            guard let index = descent.current.memberIndex(key, inserting: value != nil) else {
                self = descent.finish()
                return
            }
            descent.enter(index)
        }
        descent.current[last] = value
        self = descent.finish()
    }

    /// The place of the member `key`; a missing one is added as null if `inserting`, and null becomes an object.
    private mutating func memberIndex(_ key: String, inserting: Bool) -> Int? {
        if case .object(let object) = self {
            let place = object.position(of: key)
            if place.found { return place.index }
        }
        guard inserting, var object = takeObject() else { return nil }
        object[key] = .some(.null)
        self = .object(object)
        return object.position(of: key).index
    }

    /// Moves the object out, so that it can change without a copy; null counts as empty. Puts null in its place.
    private mutating func takeObject() -> JSONObject? {
        switch self {
        case .null: return JSONObject()
        case .object(let object):
            self = .null
            return object
        default: return nil
        }
    }
}
