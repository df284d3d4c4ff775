import AccessPointAPI
import JSONValue

/// The origins of all values of an object, carried through the patches that change it.
///
/// The tree is a document of the object's shape, in which each value is a node `{"o": origin, "c": children}`. A patch is
/// carried over by the very code that applies it, with its pointers and values put in this form: so whatever an insertion
/// shifts, a move takes along or a removal takes away, an origin stays with its value.
struct OriginTree {
    private static let originKey = "o"
    private static let childrenKey = "c"
    /// The patch was within its limits; in this form it is deeper and larger.
    private static let limits = JSONPatchLimits(maxGrowthBytes: .max, maxDepth: .max)

    private var root: JSONValue = .null
    private var origins: [FieldOrigin] = []
    /// What patches have taken out, in their order.
    private(set) var removals: [Provenance.Removal] = []

    /// The origins of a template's object.
    /// - Parameters:
    ///   - object: the object as the template writes it.
    ///   - place: where it stands in the AccessPoint.
    init(template object: JSONValue, at place: [String]) {
        root = node(object, .template, JSONPointer(tokens: place))
        // A namespace that says nothing is filled in.
        let namespace = ["metadata", "namespace"]
        if let written = object.value(at: namespace), written.isNull || written == "" {
            root.set(nil, at: Self.inner(namespace))
        }
    }

    /// Carries the origins through a JSON Patch that was applied to the object.
    /// - Parameters:
    ///   - patch: the patch, its variables not replaced yet.
    ///   - override: the name of its override.
    ///   - place: where the patch stands in the AccessPoint.
    mutating func apply(_ patch: JSONPatch, of override: String, at place: [String]) {
        for (index, operation) in patch.operations.enumerated() {
            let writer = FieldOrigin.Writer.jsonPatch(override: override, operation: index, operation.op)
            var step = operation
            step.path = Self.inner(operation.path)
            step.from = operation.from.map(Self.inner)
            switch operation.op {
            case .test: continue
            case .add, .replace:
                step.value = operation.value.map {
                    node($0, writer, JSONPointer(tokens: place + [String(index), "value"]))
                }
            case .remove:
                removals.append(Provenance.Removal(pointer: operation.path, writer: writer))
                empty(operation.path, writer)
            case .move: if let from = operation.from { empty(from, writer) }
            case .copy: break
            }
            apply(step)
            if operation.from != nil, operation.from != operation.path { rewrite(operation.path, writer) }
        }
    }

    /// Carries the origins through a merge patch that was applied to the object.
    mutating func apply(mergePatch patch: JSONValue, of override: String, at place: [String]) {
        let writer = FieldOrigin.Writer.mergePatch(override: override)
        noteRemovals(by: patch, JSONPointer(tokens: []), writer)
        root = root.mergePatched(with: mergeNode(patch, writer, JSONPointer(tokens: place)))
    }

    /// The origin of every leaf of the final object: of each value that is no container, and of each empty container.
    /// - Parameters:
    ///   - object: the final object.
    ///   - draft: the object after all patches. What is not the same there is the operator's own.
    /// - Returns: the leaves in the order of the document.
    func fields(of object: JSONValue, draft: JSONValue) -> [Provenance.Field] {
        var fields: [Provenance.Field] = []
        collect(object, draft, root, JSONPointer(tokens: []), &fields)
        return fields
    }

    private func collect(
        _ value: JSONValue, _ draft: JSONValue?, _ node: JSONValue?, _ pointer: JSONPointer,
        _ fields: inout [Provenance.Field]
    ) {
        let children = node?[Self.childrenKey]
        switch value {
        case .object(let members) where !members.isEmpty:
            for member in members {
                collect(
                    member.value, draft?[member.key], children?[member.key], pointer.appending(member.key), &fields)
            }
        case .array(let elements) where !elements.isEmpty:
            for (index, element) in elements.enumerated() {
                collect(element, draft?[index], children?[index], pointer.appending(String(index)), &fields)
            }
        default:
            let origin = draft == value ? node.flatMap(origin) : nil
            fields.append(
                Provenance.Field(pointer: pointer, value: value, origin: origin ?? FieldOrigin(.renderer)))
        }
    }
}

extension OriginTree {
    /// The place of a value's node.
    private static func inner(_ tokens: some Sequence<String>) -> [String] { tokens.flatMap { [childrenKey, $0] } }

    private static func inner(_ pointer: JSONPointer) -> JSONPointer { JSONPointer(tokens: inner(pointer.tokens)) }

    private func origin(_ node: JSONValue) -> FieldOrigin? {
        guard let index = node[Self.originKey]?.integerValue.flatMap({ Int(exactly: $0) }),
            origins.indices.contains(index)
        else { return nil }
        return origins[index]
    }

    private mutating func note(_ origin: FieldOrigin) -> JSONValue {
        origins.append(origin)
        return .integer(Int64(origins.count - 1))
    }

    /// A value as a node, with all that is in it.
    private mutating func node(
        _ value: JSONValue, _ writer: FieldOrigin.Writer, _ source: JSONPointer
    ) -> JSONValue {
        let origin = note(FieldOrigin(writer, of: value, at: source))
        switch value {
        case .object(let members):
            let children = members.map { ($0.key, node($0.value, writer, source.appending($0.key))) }
            return [Self.originKey: origin, Self.childrenKey: .object(JSONObject(children))]
        case .array(let elements):
            let children = elements.enumerated().map { node($0.element, writer, source.appending(String($0.offset))) }
            return [Self.originKey: origin, Self.childrenKey: .array(children)]
        default: return [Self.originKey: origin]
        }
    }

    /// A merge patch in the form of nodes: a null still removes a member, and whatever is no object takes the place of
    /// all that was there.
    private mutating func mergeNode(
        _ patch: JSONValue, _ writer: FieldOrigin.Writer, _ source: JSONPointer
    ) -> JSONValue {
        guard let members = patch.objectValue else {
            var whole = node(patch, writer, source)
            if whole[Self.childrenKey] == nil { whole[Self.childrenKey] = .some(.null) }
            return whole
        }
        let origin = note(FieldOrigin(writer, of: patch, at: source))
        let children = members.map { member in
            (
                member.key,
                member.value.isNull ? .null : mergeNode(member.value, writer, source.appending(member.key))
            )
        }
        return [Self.originKey: origin, Self.childrenKey: .object(JSONObject(children))]
    }

    private mutating func apply(_ operation: JSONPatch.Operation) {
        // The same operation has been applied to the object, which has the same shape.
        guard let changed = try? JSONPatch(operations: [operation]).applied(to: root, limits: Self.limits) else {
            return
        }
        root = changed
    }

    /// Says that an operation takes out what is at a place: if its container is empty then, that is the operation's doing.
    private mutating func empty(_ path: JSONPointer, _ writer: FieldOrigin.Writer) {
        let place = JSONPointer(tokens: Self.inner(path.tokens.dropLast()) + [Self.originKey])
        apply(JSONPatch.Operation(op: .replace, path: place, value: note(FieldOrigin(writer))))
    }

    /// Says that an operation has written all that is at a place now.
    private mutating func rewrite(_ path: JSONPointer, _ writer: FieldOrigin.Writer) {
        var place = Self.inner(path)
        if path.tokens.last == "-" {
            // Behind the last element when it was written, the last one now.
            place.tokens.removeLast()
            let count = root.value(at: place)?.arrayValue?.count ?? 0
            place.tokens.append(String(max(0, count - 1)))
        }
        guard let node = root.value(at: place) else { return }
        apply(JSONPatch.Operation(op: .replace, path: place, value: rewritten(node, writer)))
    }

    private mutating func rewritten(_ node: JSONValue, _ writer: FieldOrigin.Writer) -> JSONValue {
        var node = node
        if let origin = origin(node) { node[Self.originKey] = note(origin.rewritten(by: writer)) }
        switch node[Self.childrenKey] {
        case .object(let members):
            node[Self.childrenKey] = .object(JSONObject(members.map { ($0.key, rewritten($0.value, writer)) }))
        case .array(let elements): node[Self.childrenKey] = .array(elements.map { rewritten($0, writer) })
        default: break
        }
        return node
    }

    private mutating func noteRemovals(
        by patch: JSONValue, _ pointer: JSONPointer, _ writer: FieldOrigin.Writer
    ) {
        // A list is replaced as a whole, whatever the patch says of its elements.
        let present = root.value(at: Self.inner(pointer))?[Self.childrenKey]?.objectValue ?? JSONObject()
        for member in patch.objectValue ?? JSONObject() where present[member.key] != nil {
            let place = pointer.appending(member.key)
            if member.value.isNull {
                removals.append(Provenance.Removal(pointer: place, writer: writer))
            } else {
                noteRemovals(by: member.value, place, writer)
            }
        }
    }
}
