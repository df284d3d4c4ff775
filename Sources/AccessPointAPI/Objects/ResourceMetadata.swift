public import JSONValue
public import KubeModel

/// The parts of an object's metadata that the operator uses.
public struct ResourceMetadata: Sendable, Hashable {
    /// The name.
    public var name: String
    /// The namespace; nil for cluster-scoped kinds.
    public var namespace: String?
    /// The uid that the server gave; nil before creation.
    public var uid: String?
    /// The opaque version of the stored object; nil before creation.
    public var resourceVersion: String?
    /// The count of changes to the spec; 0 before creation.
    public var generation: Int64
    /// The labels.
    public var labels: JSONObject
    /// The annotations.
    public var annotations: JSONObject
    /// The finalizers, in order.
    public var finalizers: [String]
    /// When the object was stored first.
    public var creationTimestamp: Timestamp?
    /// Whether deletion was asked for.
    public var isBeingDeleted: Bool

    /// Reads the metadata of an object; what is missing is empty.
    public init(_ object: KubeObject) {
        name = object.name
        namespace = object.namespace
        uid = object.uid
        resourceVersion = object.resourceVersion
        generation = object.generation ?? 0
        labels = object.labels
        annotations = object.annotations
        finalizers = object.finalizers
        creationTimestamp = object.creationTimestamp
        isBeingDeleted = object.isBeingDeleted
    }

    /// Makes the metadata of an object that is not stored yet.
    public init(namespace: String? = nil, name: String) {
        self.init(
            KubeObject(GroupVersionKind(group: "", version: "", kind: ""), ObjectKey(namespace: namespace, name: name)))
    }

    /// Namespace and name together.
    public var key: ObjectKey { ObjectKey(namespace: namespace, name: name) }

    /// The value of one annotation; nil if missing or not a string.
    public func annotation(_ key: String) -> String? { annotations[key]?.stringValue }
}

extension ResourceMetadata {
    /// The longest name of an object whose name is also the value of a label.
    static let maxNameLength = 63
    static let nameIsTooLong = "metadata.name must be at most 63 characters"
    static let nameHasDots = "metadata.name may not contain dots"

    /// Reads the top level of an object of `kind` and reports what is wrong with it.
    static func read(_ json: JSONValue, _ kind: GroupVersionKind, into errors: inout [FieldError]) -> ResourceMetadata {
        let object = KubeObject(lenient: json)
        if object.apiVersion != kind.apiVersion {
            let found = Excerpt.of(object.apiVersion)
            errors.append(FieldError(path: "apiVersion", message: "must be \(kind.apiVersion), found \"\(found)\""))
        }
        if object.kind != kind.kind {
            let found = Excerpt.of(object.kind)
            errors.append(FieldError(path: "kind", message: "must be \(kind.kind), found \"\(found)\""))
        }
        let known = ["apiVersion", "kind", "metadata", "spec", "status"]
        for member in json.objectValue ?? JSONObject() where !known.lists(member.key) {
            let message = NearestName.unknownField(member.key, known: known)
            errors.append(FieldError(path: Excerpt.of(member.key), message: message))
        }
        if object.name.isEmpty { errors.append(FieldError(path: "metadata.name", message: "must be set")) }
        if object.name.unicodeScalars.count > maxNameLength {
            errors.append(FieldError(path: "", message: nameIsTooLong))
        }
        return ResourceMetadata(object)
    }
}
