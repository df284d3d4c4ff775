public import JSONValue
public import KubeModel

/// What the server does with fields that the schema does not know; servers before 1.25 ignore the choice.
public enum FieldValidation: String, Sendable {
    /// Drops them silently.
    case ignore = "Ignore"
    /// Drops them with a warning.
    case warn = "Warn"
    /// Refuses the request.
    case strict = "Strict"
}

/// What a delete insists on: each that is set must equal the live object's, else 409.
public struct Preconditions: Sendable, Hashable {
    /// The uid that the object must have.
    public var uid: String?
    /// The version that the object must have.
    public var resourceVersion: String?

    /// Makes preconditions.
    public init(uid: String?, resourceVersion: String?) {
        self.uid = uid
        self.resourceVersion = resourceVersion
    }
}

/// The object after an apply, and whether the apply made it.
public struct ApplyResult: Sendable {
    /// The object as stored, or as it would be stored after a dry run.
    public var object: KubeObject
    /// Whether it did not exist before (201).
    public var created: Bool
}

extension KubeClient {
    /// Creates an object in the namespace that it names.
    public func create(
        _ object: KubeObject, resource: GroupVersionResource, fieldManager: String? = nil, dryRun: Bool = false,
        fieldValidation: FieldValidation? = nil
    ) async throws(APIError) -> KubeObject {
        let operation = APIOperation(
            .create, resource, namespace: object.namespace, name: object.name.isEmpty ? nil : object.name,
            dryRun: dryRun)
        let query = writeQuery(fieldManager, dryRun, fieldValidation)
        let target = resource.path(namespace: object.namespace) + query.text
        return try self.object(operation, try await perform(operation, .post, target, body: (.json, object.json)))
    }

    /// Server-side apply: makes the object, or changes the fields that `body` holds.
    ///
    /// `body` has `apiVersion`, `kind`, `metadata.name` and the fields to own, without `managedFields`; a
    /// `resourceVersion` in it is an optimistic lock, a `uid` forbids making the object anew. `fieldManager` has at
    /// most 128 bytes. `force` takes fields over from other managers instead of failing with 409.
    public func apply(
        _ body: JSONValue, resource: GroupVersionResource, key: ObjectKey, fieldManager: String, force: Bool = false,
        dryRun: Bool = false, fieldValidation: FieldValidation? = nil, subresource: String? = nil
    ) async throws(APIError) -> ApplyResult {
        let operation = APIOperation(
            .apply, resource, namespace: key.namespace, name: key.name, subresource: subresource, dryRun: dryRun)
        var query = writeQuery(fieldManager, dryRun, fieldValidation)
        query.add("force", if: force)
        let target = resource.path(key, subresource: subresource) + query.text
        let response = try await perform(operation, .patch, target, body: (.apply, body))
        return ApplyResult(object: try object(operation, response), created: response.head.status == 201)
    }

    /// Changes an object by an RFC 7386 merge patch.
    public func mergePatch(
        _ body: JSONValue, resource: GroupVersionResource, key: ObjectKey, fieldManager: String? = nil,
        dryRun: Bool = false, fieldValidation: FieldValidation? = nil, subresource: String? = nil
    ) async throws(APIError) -> KubeObject {
        try await patch((.mergePatch, body), resource, key, fieldManager, dryRun, fieldValidation, subresource)
    }

    /// Changes an object by an RFC 6902 patch, an array of operations that the server takes all or none.
    public func jsonPatch(
        _ body: JSONValue, resource: GroupVersionResource, key: ObjectKey, fieldManager: String? = nil,
        dryRun: Bool = false, fieldValidation: FieldValidation? = nil, subresource: String? = nil
    ) async throws(APIError) -> KubeObject {
        try await patch((.jsonPatch, body), resource, key, fieldManager, dryRun, fieldValidation, subresource)
    }

    /// Replaces an object (PUT); its `resourceVersion`, if set, must be the stored one.
    public func replace(
        _ object: KubeObject, resource: GroupVersionResource, fieldManager: String? = nil, dryRun: Bool = false,
        fieldValidation: FieldValidation? = nil, subresource: String? = nil
    ) async throws(APIError) -> KubeObject {
        let operation = APIOperation(
            .replace, resource, namespace: object.namespace, name: object.name, subresource: subresource,
            dryRun: dryRun)
        let query = writeQuery(fieldManager, dryRun, fieldValidation)
        let target = resource.path(object.key, subresource: subresource) + query.text
        return try self.object(operation, try await perform(operation, .put, target, body: (.json, object.json)))
    }

    /// Deletes one object, in the background for what it owns.
    ///
    /// Gives the object if it still waits for finalizers, nil if it is gone or the server does not say.
    @discardableResult
    public func delete(
        _ resource: GroupVersionResource, _ key: ObjectKey, preconditions: Preconditions? = nil, dryRun: Bool = false
    ) async throws(APIError) -> KubeObject? {
        let operation = APIOperation(
            .delete, resource, namespace: key.namespace, name: key.name, dryRun: dryRun)
        var options: JSONObject = [
            "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background",
        ]
        if let preconditions {
            var conditions = JSONObject()
            conditions["uid"] = preconditions.uid.map { .string($0) }
            conditions["resourceVersion"] = preconditions.resourceVersion.map { .string($0) }
            options["preconditions"] = .object(conditions)
        }
        if dryRun { options["dryRun"] = ["All"] }
        let response = try await perform(operation, .delete, resource.path(key), body: (.json, .object(options)))
        let reply = try json(operation, response)
        guard reply["kind"]?.stringValue != "Status" else { return nil }
        let object = try object(operation, response)
        return object.finalizers.isEmpty ? nil : object
    }

    private func patch(
        _ body: (Content, JSONValue), _ resource: GroupVersionResource, _ key: ObjectKey, _ fieldManager: String?,
        _ dryRun: Bool, _ fieldValidation: FieldValidation?, _ subresource: String?
    ) async throws(APIError) -> KubeObject {
        let operation = APIOperation(
            .patch, resource, namespace: key.namespace, name: key.name, subresource: subresource, dryRun: dryRun)
        let query = writeQuery(fieldManager, dryRun, fieldValidation)
        let target = resource.path(key, subresource: subresource) + query.text
        return try object(operation, try await perform(operation, .patch, target, body: body))
    }

    private func writeQuery(_ fieldManager: String?, _ dryRun: Bool, _ validation: FieldValidation?) -> Query {
        var query = Query()
        query.add("fieldManager", fieldManager)
        query.add("dryRun", dryRun ? "All" : nil)
        query.add("fieldValidation", validation?.rawValue)
        return query
    }
}
