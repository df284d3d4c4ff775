import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import KubeRuntime

extension KubeClient {
    /// Puts our finalizer on an object, or takes it off one that is being deleted, on the condition that the object is
    /// still the one that was read: a stale view must neither hold it back nor let it go.
    ///
    /// - Parameters:
    ///   - present: whether it shall be there; it is never taken off an object that is not being deleted.
    ///   - object: the object as it was read.
    ///   - resource: its resource.
    /// - Returns: the object as it is now; nil where nothing was to be done, or where it is gone.
    /// - Throws: what the API server answered.
    func keepFinalizer(present: Bool, on object: KubeObject, _ resource: GroupVersionResource)
        async throws(APIError) -> KubeObject?
    {
        var patch: JSONPatch
        switch (FinalizerMachine(finalizer: Names.finalizer).step(for: object), present) {
        case (.add(let addition), true): patch = addition
        case (.cleanUp(let removal), false): patch = removal
        default: return nil
        }
        let version = JSONPointer(tokens: ["metadata", "resourceVersion"])
        patch.operations.insert(
            .init(op: .test, path: version, value: .string(object.resourceVersion ?? "")), at: 0)
        do {
            return try await jsonPatch(patch.json, resource: resource, key: object.key)
        } catch {
            if error.disposition == .notFound(.object) { return nil }
            // A test that fails is answered like a patch that is invalid; it was one only if the object has not changed.
            guard error.httpStatus == 422 || error.disposition == .conflict else { throw error }
            let present = try await get(resource, object.key)
            guard
                ResourceVersion.compare(object.resourceVersion ?? "", present.resourceVersion ?? "") == .older
            else { throw error }
            return present
        }
    }
}
