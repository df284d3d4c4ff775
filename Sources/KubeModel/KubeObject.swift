public import JSONValue

/// A Kubernetes object: a view over its JSON that never traps, whatever the JSON is.
///
/// A member that is missing, null or of another type reads as `""` where every object has it (`apiVersion`, `kind`,
/// `name`), as empty where it is a collection, and as nil otherwise. Setters create `metadata` where it is missing.
public struct KubeObject: Sendable, Hashable {
    /// The whole object.
    public var json: JSONValue

    /// Views any JSON as an object, without a check; for items of lists, which carry no kind, and for tests.
    public init(lenient json: JSONValue) { self.json = json }

    /// Views JSON that is an object with `apiVersion`, `kind` and, if it has `metadata`, an object there.
    /// - Throws: `KubeModelError` with the path of the member that is missing or of the wrong type.
    public init(_ json: JSONValue) throws(KubeModelError) {
        guard let members = json.objectValue else {
            throw KubeModelError(path: "", message: "must be an object, found \(json.typeName)")
        }
        for member in ["apiVersion", "kind"] {
            guard let text = members[member]?.stringValue, !text.isEmpty else {
                throw KubeModelError(path: member, message: "must be a non-empty string")
            }
        }
        if let metadata = members["metadata"], metadata.objectValue == nil {
            throw KubeModelError(path: "metadata", message: "must be an object, found \(metadata.typeName)")
        }
        self.json = json
    }

    /// Makes an object of `kind` that has only its names.
    public init(_ kind: GroupVersionKind, _ key: ObjectKey) {
        var metadata = JSONObject()
        metadata["name"] = .string(key.name)
        if let namespace = key.namespace { metadata["namespace"] = .string(namespace) }
        var members = JSONObject()
        members["apiVersion"] = .string(kind.apiVersion)
        members["kind"] = .string(kind.kind)
        members["metadata"] = .object(metadata)
        json = .object(members)
    }

    /// The `apiVersion`, or `""`.
    public var apiVersion: String { json["apiVersion"]?.stringValue ?? "" }

    /// The `kind`, or `""`.
    public var kind: String { json["kind"]?.stringValue ?? "" }

    /// Group, version and kind together.
    public var gvk: GroupVersionKind { GroupVersionKind(apiVersion: apiVersion, kind: kind) }

    /// The `metadata`, empty if missing.
    public var metadata: JSONObject {
        get { json["metadata"]?.objectValue ?? JSONObject() }
        set { json["metadata"] = .object(newValue) }
    }

    /// The `spec`; nil if missing. Setting nil removes it.
    public var spec: JSONValue? {
        get { json["spec"] }
        set { json["spec"] = newValue }
    }

    /// The `status`; nil if missing. Setting nil removes it.
    public var status: JSONValue? {
        get { json["status"] }
        set { json["status"] = newValue }
    }
}

extension KubeObject: CustomStringConvertible {
    /// `Gateway istio-system/web`, the form that messages use.
    public var description: String { "\(kind.isEmpty ? "object" : kind) \(key)" }
}

extension JSONValue {
    /// What messages call a value of this type.
    var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
