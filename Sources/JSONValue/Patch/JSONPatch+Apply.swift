extension JSONPatch {
    /// The document after all operations; the first one that fails is thrown and nothing is changed.
    ///
    /// - Parameters:
    ///   - document: the value to patch.
    ///   - limits: what the patch may cost at most.
    /// - Returns: the patched document.
    /// - Throws: `JSONPatchError` naming the operation, its path and what was wrong.
    public func applied(
        to document: JSONValue, limits: JSONPatchLimits = .default
    ) throws(JSONPatchError) -> JSONValue {
        guard operations.count <= limits.maxOperations else {
            throw JSONPatchError(.tooManyOperations(operations.count, limit: limits.maxOperations))
        }
        var application = JSONPatchApplication(document: document, limits: limits)
        for (index, operation) in operations.enumerated() {
            do {
                try application.apply(operation)
            } catch {
                throw JSONPatchError(
                    operationIndex: index, op: operation.op.rawValue, path: operation.path.description, error)
            }
        }
        return application.document
    }
}

/// A document on its way through a patch; after an error it is half changed and must be dropped.
private struct JSONPatchApplication {
    typealias Refusal = JSONPatchError.Reason

    private(set) var document: JSONValue
    private let limits: JSONPatchLimits
    private let maxDepth: Int
    /// Bytes that may still be put in.
    private var allowance: Int

    init(document: JSONValue, limits: JSONPatchLimits) {
        self.document = document
        self.limits = limits
        maxDepth = min(limits.maxDepth, JSONLimits.hardDepth)
        allowance = limits.maxGrowthBytes
    }

    mutating func apply(_ operation: JSONPatch.Operation) throws(Refusal) {
        let path = operation.path
        switch operation.op {
        case .add:
            let value = try Self.operand(operation)
            try charge(value, at: path)
            try put(.add(value), value, at: path)
        case .replace:
            let value = try Self.operand(operation)
            try charge(value, at: path)
            try put(.replace(value), value, at: path)
        case .remove:
            guard !path.tokens.isEmpty else { throw .removesDocument }
            try document.apply(.remove, at: path)
        case .move:
            try move(from: try Self.source(operation), to: path)
        case .copy:
            let value = try document.existing(try Self.source(operation))
            try charge(value, at: path)
            try put(.add(value), value, at: path)
        case .test:
            let operand = try Self.operand(operation)
            let found = try document.existing(path)
            guard found == operand else { throw .testFailed(found: Self.excerpt(found)) }
        }
    }

    private mutating func put(_ edit: JSONEdit, _ value: JSONValue, at path: JSONPointer) throws(Refusal) {
        if path.tokens.isEmpty { document = value } else { try document.apply(edit, at: path) }
    }

    private mutating func move(from source: JSONPointer, to path: JSONPointer) throws(Refusal) {
        let value = try document.existing(source)
        guard source != path else { return }
        guard !source.isPrefix(of: path) else { throw .movesIntoItself }
        if path.tokens.count > source.tokens.count {
            var measure = JSONMeasure(budget: .max, maxDepth: maxDepth)
            guard measure.fits(value, depth: path.tokens.count) else { throw .tooDeep(limit: maxDepth) }
        }
        try document.apply(.remove, at: source)
        try put(.add(value), value, at: path)
    }

    /// Takes the size of `value` at `path` from the allowance and checks its depth there.
    private mutating func charge(_ value: JSONValue, at path: JSONPointer) throws(Refusal) {
        var measure = JSONMeasure(budget: allowance, maxDepth: maxDepth)
        let key = path.tokens.last?.utf8.count ?? 0
        guard measure.fits(value, depth: path.tokens.count), measure.take(key) else {
            throw measure.isTooDeep ? .tooDeep(limit: maxDepth) : .tooLarge(limit: limits.maxGrowthBytes)
        }
        allowance = measure.remaining
    }

    private static func operand(_ operation: JSONPatch.Operation) throws(Refusal) -> JSONValue {
        guard let value = operation.value else { throw .memberMissing("value") }
        return value
    }

    private static func source(_ operation: JSONPatch.Operation) throws(Refusal) -> JSONPointer {
        guard let from = operation.from else { throw .memberMissing("from") }
        return from
    }

    /// The text of a short value, the kind of a long one.
    private static func excerpt(_ value: JSONValue) -> String {
        var measure = JSONMeasure(budget: 100, maxDepth: JSONLimits.hardDepth)
        return measure.fits(value, depth: 0) ? value.text() : value.kindDescription
    }
}
