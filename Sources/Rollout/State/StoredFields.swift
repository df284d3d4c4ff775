import JSONValue
import KubeModel

/// A stored state or plan that cannot be read.
public struct StoredFieldError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where, such as `inFlight[0].epoch`.
    public let path: String
    /// What was expected there.
    public let expected: String

    /// What was attempted, where, and what to do.
    public var description: String {
        "cannot read the stored rollout at \(path): expected \(expected); "
            + "it is written by the operator alone, restore it or let an administrator remove it"
    }
}

/// Reads the members of a stored object, with the path in every error.
struct StoredFields {
    let json: JSONValue
    let path: String

    init(_ json: JSONValue, path: String = "") throws(StoredFieldError) {
        guard json.objectValue != nil else { throw StoredFieldError(path: path, expected: "an object") }
        (self.json, self.path) = (json, path)
    }

    func optional<Value>(
        _ key: String, _ expected: String, _ read: (JSONValue) -> Value?
    ) throws(StoredFieldError) -> Value? {
        guard let member = json[key], !member.isNull else { return nil }
        guard let value = read(member) else { throw StoredFieldError(path: path(key), expected: expected) }
        return value
    }

    func required<Value>(
        _ key: String, _ expected: String, _ read: (JSONValue) -> Value?
    ) throws(StoredFieldError) -> Value {
        guard let value = try optional(key, expected, read) else {
            throw StoredFieldError(path: path(key), expected: expected)
        }
        return value
    }

    func text(_ key: String) throws(StoredFieldError) -> String? { try optional(key, "a string", \.stringValue) }

    func count(_ key: String) throws(StoredFieldError) -> Int64 {
        try optional(key, "an integer from 0") { $0.integerValue.flatMap { $0 >= 0 ? $0 : nil } } ?? 0
    }

    func time(_ key: String) throws(StoredFieldError) -> Timestamp? {
        try optional(key, "an RFC 3339 time") { $0.stringValue.flatMap { Timestamp($0) } }
    }

    func requiredTime(_ key: String) throws(StoredFieldError) -> Timestamp {
        try required(key, "an RFC 3339 time") { $0.stringValue.flatMap { Timestamp($0) } }
    }

    func revision(_ key: String) throws(StoredFieldError) -> RevisionName? {
        try optional(key, "a revision such as 7-6c9f8d4b7") { $0.stringValue.flatMap { RevisionName($0) } }
    }

    func object(_ key: String) throws(StoredFieldError) -> StoredFields? {
        guard let member = json[key], !member.isNull else { return nil }
        return try StoredFields(member, path: path(key))
    }

    func objects(_ key: String) throws(StoredFieldError) -> [StoredFields] {
        let items = try optional(key, "a list", \.arrayValue) ?? []
        var fields: [StoredFields] = []
        for (index, item) in items.enumerated() {
            fields.append(try StoredFields(item, path: "\(path(key))[\(index)]"))
        }
        return fields
    }

    func texts(_ key: String) throws(StoredFieldError) -> [String] {
        let items = try optional(key, "a list", \.arrayValue) ?? []
        var texts: [String] = []
        for (index, item) in items.enumerated() {
            guard let text = item.stringValue else {
                throw StoredFieldError(path: "\(path(key))[\(index)]", expected: "a string")
            }
            texts.append(text)
        }
        return texts
    }

    func path(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}

extension JSONObject {
    mutating func set(_ key: String, _ text: String?) { self[key] = text.map { .string($0) } }
    mutating func set(_ key: String, _ time: Timestamp?) { self[key] = time.map { .string($0.description) } }
    mutating func set(_ key: String, _ revision: RevisionName?) { self[key] = revision.map { .string($0.description) } }

    /// A count that is left out while it is zero.
    mutating func set(_ key: String, _ count: Int64) {
        if count != 0 { self[key] = .integer(count) }
    }

    /// A list that is left out while it is empty.
    mutating func set(_ key: String, _ items: [JSONValue]) {
        if !items.isEmpty { self[key] = .array(items) }
    }

    /// An object that is left out while it is empty.
    mutating func set(_ key: String, _ members: JSONObject) {
        if !members.isEmpty { self[key] = .object(members) }
    }
}
