public import JSONValue

/// One entry of `metadata.ownerReferences`: the object whose deletion takes this one along.
public struct OwnerReference: Sendable, Hashable {
    /// The owner's `apiVersion`.
    public var apiVersion: String
    /// The owner's kind.
    public var kind: String
    /// The owner's name, in the same namespace or cluster-scoped.
    public var name: String
    /// The owner's uid.
    public var uid: String
    /// Whether the owner is the one controller of the object.
    public var isController: Bool
    /// Whether foreground deletion of the owner waits for the object.
    public var blocksOwnerDeletion: Bool

    /// Makes a reference from its members.
    public init(
        apiVersion: String, kind: String, name: String, uid: String, isController: Bool = false,
        blocksOwnerDeletion: Bool = false
    ) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.name = name
        self.uid = uid
        self.isController = isController
        self.blocksOwnerDeletion = blocksOwnerDeletion
    }

    /// Reads a reference; nil if one of its four required members is not a string.
    public init?(_ json: JSONValue) {
        guard let apiVersion = json["apiVersion"]?.stringValue, let kind = json["kind"]?.stringValue,
            let name = json["name"]?.stringValue, let uid = json["uid"]?.stringValue
        else { return nil }
        self.init(
            apiVersion: apiVersion, kind: kind, name: name, uid: uid,
            isController: json["controller"]?.boolValue ?? false,
            blocksOwnerDeletion: json["blockOwnerDeletion"]?.boolValue ?? false)
    }

    /// The reference as a member of `metadata.ownerReferences`.
    public var json: JSONValue {
        var members: JSONObject = [
            "apiVersion": .string(apiVersion), "kind": .string(kind), "name": .string(name), "uid": .string(uid),
        ]
        if isController { members["controller"] = .bool(true) }
        if blocksOwnerDeletion { members["blockOwnerDeletion"] = .bool(true) }
        return .object(members)
    }
}
