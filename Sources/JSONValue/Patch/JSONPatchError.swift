/// Why a patch cannot be read or applied: which operation, where, what was wrong and what to do.
public struct JSONPatchError: Error, Hashable, Sendable {
    /// The classes of refusal.
    public enum Reason: Error, Hashable, Sendable {
        /// The patch document is no array.
        case notAnArray(found: String)
        /// An element of the patch document is no object.
        case operationNotAnObject(found: String)
        /// A member that the operation needs is absent.
        case memberMissing(String)
        /// A member that must be a string is something else.
        case memberNotAString(String, found: String)
        /// An `op` that RFC 6902 does not define.
        case unknownOperation(String)
        /// `path` or `from` is not a JSON Pointer.
        case invalidPointer(String, JSONPointerError)
        /// More operations than the limit.
        case tooManyOperations(Int, limit: Int)
        /// There is no value at the pointer.
        case nothingAt(JSONPointer)
        /// A step into a value that has no members or elements.
        case notAContainer(JSONPointer, found: String)
        /// A step into an array that is no index.
        case invalidIndex(String, JSONPointer)
        /// An index beyond the end of an array.
        case indexOutOfRange(Int, count: Int, JSONPointer)
        /// The value differs from the one that test demands.
        case testFailed(found: String)
        /// `from` is an ancestor of `path`.
        case movesIntoItself
        /// The whole document cannot be removed.
        case removesDocument
        /// The result would nest too deep.
        case tooDeep(limit: Int)
        /// The patch would put in too much.
        case tooLarge(limit: Int)
    }

    /// The position of the operation in the patch, from 0; nil when the patch as a whole is refused.
    public let operationIndex: Int?
    /// The `op` of the operation as written, if it has one.
    public let op: String?
    /// The `path` of the operation as written, if it has one.
    public let path: String?
    /// What is wrong.
    public let reason: Reason

    init(operationIndex: Int? = nil, op: String? = nil, path: String? = nil, _ reason: Reason) {
        self.operationIndex = operationIndex
        self.op = op
        self.path = path
        self.reason = reason
    }
}

extension JSONPatchError {
    /// What is wrong, and the remedy, without the operation.
    public var message: String {
        switch reason {
        case .notAnArray(let found): "a JSON Patch is an array of operations, not \(found)"
        case .operationNotAnObject(let found): "an operation is an object with \"op\" and \"path\", not \(found)"
        case .memberMissing("value"):
            "the member \"value\" is missing (kubectl apply drops a null); give a value, or use op \"remove\""
        case .memberMissing(let member): "the member \"\(member)\" is missing; add it"
        case .memberNotAString(let member, let found): "the member \"\(member)\" must be a string, not \(found)"
        case .unknownOperation(let name):
            "the op \"\(name)\" is unknown; use one of add, remove, replace, move, copy, test"
        case .invalidPointer(let member, let error): "the member \"\(member)\" is no JSON Pointer: \(error.message)"
        case .tooManyOperations(let count, let limit): "\(count) operations are more than \(limit); split the patch"
        case .nothingAt(let pointer): "there is nothing at \"\(pointer)\"; correct the pointer or add it first"
        case .notAContainer(let pointer, let found):
            "\"\(pointer)\" is \(found), which has no members or elements; correct the pointer"
        case .invalidIndex(let token, let pointer):
            "\"\(token)\" is no index of the array \"\(pointer)\"; use digits without leading zeros"
                + " (only add, and the path of move and copy, may end in \"-\")"
        case .indexOutOfRange(let index, let count, let pointer):
            "the array \"\(pointer)\" has \(count) elements, index \(index) is beyond its end; correct the index"
        case .testFailed(let found): "the value there is \(found), which differs from the one demanded"
        case .movesIntoItself: "a value cannot be moved into itself; use copy"
        case .removesDocument: "the whole document cannot be removed; name a member"
        case .tooDeep(let limit): "the result would nest deeper than \(limit) levels; add less deep values"
        case .tooLarge(let limit): "the patch would put in more than \(limit) bytes; use smaller values or fewer copies"
        }
    }
}

extension JSONPatchError: CustomStringConvertible {
    /// What was attempted, on what, why it failed, and what to do.
    public var description: String {
        guard let operationIndex else { return "cannot use the JSON Patch: \(message)" }
        let act = [op, path.map { "\"\($0)\"" }].compactMap { $0 }.joined(separator: " ")
        let place = act.isEmpty ? "" : " (\(act))"
        return "cannot use JSON Patch operation \(operationIndex)\(place): \(message)"
    }
}
