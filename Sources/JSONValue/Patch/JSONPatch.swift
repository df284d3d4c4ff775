/// A JSON Patch (RFC 6902): operations that are applied in order, all of them or none.
public struct JSONPatch: Sendable, Hashable {
    /// One step of a patch.
    public struct Operation: Sendable, Hashable {
        /// The six operations of RFC 6902 section 4.
        public enum Kind: String, Sendable, Hashable, CaseIterable {
            /// Inserts into an array, or adds or replaces a member.
            case add
            /// Removes what must exist.
            case remove
            /// Replaces what must exist.
            case replace
            /// Removes at `from` and adds at `path`.
            case move
            /// Adds at `path` what is at `from`.
            case copy
            /// Fails unless the value at `path` equals `value`.
            case test
        }

        /// What is done.
        public var op: Kind
        /// Where it is done.
        public var path: JSONPointer
        /// The source of move and copy.
        public var from: JSONPointer?
        /// The operand of add, replace and test; nil is an absent member, `.null` a present null.
        public var value: JSONValue?

        /// Makes an operation.
        public init(op: Kind, path: JSONPointer, from: JSONPointer? = nil, value: JSONValue? = nil) {
            self.op = op
            self.path = path
            self.from = from
            self.value = value
        }
    }

    /// The operations in order.
    public var operations: [Operation]

    /// Makes a patch of operations.
    public init(operations: [Operation]) {
        self.operations = operations
    }

    /// Reads a patch document (`application/json-patch+json`); members that RFC 6902 does not define are ignored.
    ///
    /// - Parameter json: an array of operation objects.
    /// - Throws: `JSONPatchError` naming the first operation that is malformed.
    public init(_ json: JSONValue) throws(JSONPatchError) {
        guard case .array(let elements) = json else {
            throw JSONPatchError(.notAnArray(found: json.kindDescription))
        }
        operations = []
        for (index, element) in elements.enumerated() {
            operations.append(try Operation(element, index: index))
        }
    }

    /// The patch document.
    public var json: JSONValue { .array(operations.map(\.json)) }
}

extension JSONPatch.Operation {
    init(_ json: JSONValue, index: Int) throws(JSONPatchError) {
        func failure(_ reason: JSONPatchError.Reason) -> JSONPatchError {
            JSONPatchError(operationIndex: index, op: json["op"]?.stringValue, path: json["path"]?.stringValue, reason)
        }
        func text(_ member: String) throws(JSONPatchError) -> String {
            guard let value = json[member] else { throw failure(.memberMissing(member)) }
            guard let text = value.stringValue else {
                throw failure(.memberNotAString(member, found: value.kindDescription))
            }
            return text
        }
        func pointer(_ member: String) throws(JSONPatchError) -> JSONPointer {
            let text = try text(member)
            do { return try JSONPointer(text) } catch { throw failure(.invalidPointer(member, error)) }
        }
        guard json.objectValue != nil else { throw failure(.operationNotAnObject(found: json.kindDescription)) }
        let name = try text("op")
        guard let kind = Kind(rawValue: name) else { throw failure(.unknownOperation(name)) }
        op = kind
        path = try pointer("path")
        switch kind {
        case .add, .replace, .test:
            guard let operand = json["value"] else { throw failure(.memberMissing("value")) }
            value = operand
        case .move, .copy: from = try pointer("from")
        case .remove: break
        }
    }

    /// The operation as an object of a patch document.
    public var json: JSONValue {
        var object: JSONObject = ["op": .string(op.rawValue), "path": .string(path.description)]
        if let from { object["from"] = .string(from.description) }
        if let value { object["value"] = value }
        return .object(object)
    }
}
