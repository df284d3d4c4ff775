public import JSONValue

extension KubeObject {
    /// The name, or `""`.
    public var name: String { metadata("name")?.stringValue ?? "" }

    /// The namespace; nil if missing or empty.
    public var namespace: String? { text("namespace") }

    /// Namespace and name together.
    public var key: ObjectKey { ObjectKey(namespace: namespace, name: name) }

    /// The uid that the server gave; nil before creation.
    public var uid: String? { text("uid") }

    /// The opaque version of the stored object, good for equality only; nil before creation.
    public var resourceVersion: String? {
        get { text("resourceVersion") }
        set { set(newValue.map { .string($0) }, "resourceVersion") }
    }

    /// The count of changes to the spec; nil for kinds without one.
    public var generation: Int64? { metadata("generation")?.integerValue }

    /// When the server stored the object first.
    public var creationTimestamp: Timestamp? { time("creationTimestamp") }

    /// When deletion was asked for; an object that has it waits for its finalizers.
    public var deletionTimestamp: Timestamp? { time("deletionTimestamp") }

    /// Whether deletion was asked for, even if the time is not readable.
    public var isBeingDeleted: Bool { metadata("deletionTimestamp").map { !$0.isNull } ?? false }

    /// The labels, empty if missing.
    public var labels: JSONObject { metadata("labels")?.objectValue ?? JSONObject() }

    /// The annotations, empty if missing.
    public var annotations: JSONObject { metadata("annotations")?.objectValue ?? JSONObject() }

    /// The value of one label; nil if missing or not a string.
    public func label(_ key: String) -> String? { metadata("labels")?[key]?.stringValue }

    /// The value of one annotation; nil if missing or not a string.
    public func annotation(_ key: String) -> String? { metadata("annotations")?[key]?.stringValue }

    /// Sets one label, or removes it with nil; other labels stay.
    public mutating func setLabel(_ key: String, to value: String?) { setEntry(key, value, in: "labels") }

    /// Sets one annotation, or removes it with nil; other annotations stay.
    public mutating func setAnnotation(_ key: String, to value: String?) { setEntry(key, value, in: "annotations") }

    /// The finalizers, in order.
    public var finalizers: [String] {
        get { (metadata("finalizers")?.arrayValue ?? []).compactMap(\.stringValue) }
        set { set(newValue.isEmpty ? nil : .array(newValue.map { .string($0) }), "finalizers") }
    }

    /// The owners; entries without their required members are left out.
    public var ownerReferences: [OwnerReference] {
        get { (metadata("ownerReferences")?.arrayValue ?? []).compactMap(OwnerReference.init) }
        set { set(newValue.isEmpty ? nil : .array(newValue.map(\.json)), "ownerReferences") }
    }

    /// Removes `metadata.managedFields`, the largest part of a stored object and of no use to readers.
    public mutating func dropManagedFields() { set(nil, "managedFields") }

    /// Keeps of `metadata.managedFields` only what others have written into labels, annotations and spec: as a rule
    /// nothing, and just what tells whose a foreign change is.
    ///
    /// - Parameters:
    ///   - manager: the field manager whose entries are left out.
    ///   - limit: the most bytes that are kept of the list, else none of it is.
    public mutating func reduceManagedFields(besides manager: String, limit: Int) {
        let others = (metadata("managedFields")?.arrayValue ?? []).filter { entry in
            entry["manager"]?.stringValue.map { !ByteOrder.equal($0, manager) } ?? false
                && entry["subresource"] == nil
                && (entry.value("fieldsV1", "f:spec") != nil || entry.value("fieldsV1", "f:metadata") != nil)
        }
        let list = JSONValue.array(others)
        set(others.isEmpty || list.bytes().count > limit ? nil : list, "managedFields")
    }

    /// The field manager that wrote what stands at a place, as far as `metadata.managedFields` tells; of several the
    /// last.
    public func writer(of place: JSONPointer) -> String? {
        let writers = (metadata("managedFields")?.arrayValue ?? []).compactMap { entry -> (String, String)? in
            guard let name = entry["manager"]?.stringValue, Self.owns(entry["fieldsV1"], place.tokens) else {
                return nil
            }
            return (entry["time"]?.stringValue ?? "", name)
        }
        return writers.max { $0 < $1 }?.1
    }

    /// Whether a set of fields (`FieldsV1`, `f:NAME` for members, `k:{...}` for items of lists) holds a place, or the
    /// value or list that contains it as a whole.
    private static func owns(_ fields: JSONValue?, _ place: some Sequence<String>) -> Bool {
        guard var node = fields else { return false }
        var isBelowSection = false
        for (depth, token) in place.enumerated() {
            guard let next = node["f:\(token)"] else {
                let members = node.objectValue?.keys ?? []
                return isBelowSection && !members.contains { $0.utf8.starts(with: "f:".utf8) }
            }
            node = next
            isBelowSection = depth > 0
        }
        return isBelowSection
    }

    private func metadata(_ member: String) -> JSONValue? { json["metadata"]?[member] }

    private func text(_ member: String) -> String? {
        guard let text = metadata(member)?.stringValue, !text.isEmpty else { return nil }
        return text
    }

    private func time(_ member: String) -> Timestamp? { metadata(member)?.stringValue.flatMap { Timestamp($0) } }

    private mutating func set(_ value: JSONValue?, _ member: String) {
        var members = metadata
        if value == nil, members[member] == nil { return }
        members[member] = value
        metadata = members
    }

    private mutating func setEntry(_ key: String, _ value: String?, in member: String) {
        var entries = metadata(member)?.objectValue ?? JSONObject()
        if value == nil, entries[key] == nil { return }
        entries[key] = value.map { .string($0) }
        set(entries.isEmpty ? nil : .object(entries), member)
    }
}
