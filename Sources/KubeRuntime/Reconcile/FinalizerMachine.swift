public import JSONValue
public import KubeModel

/// Decides what a controller may do with an object so that cleaning up is never skipped.
///
/// Guarantee (kube-rs `finalizer.rs`): if ``Step/apply`` was ever answered, the object stays until a clean-up has
/// succeeded. Clean-up must cope with an apply that never ran. The patches fail if the object is another one by now (its
/// uid is tested) or if its finalizers have changed; API servers answer that with 422, upon which the object is to be read
/// again.
public struct FinalizerMachine: Sendable, Hashable {
    /// What to do with the object as it is now.
    public enum Step: Sendable, Hashable {
        /// Send this patch, then wait for the change to arrive: do not apply yet.
        case add(JSONPatch)
        /// Bring about what the object asks for.
        case apply
        /// Clean up; when everything is gone, and only then, send this patch.
        case cleanUp(thenRemove: JSONPatch)
        /// The object goes away and nothing is held.
        case nothing
    }

    /// The name of the finalizer, `domain/name`.
    public let finalizer: String

    /// A machine for the finalizer of that name.
    public init(finalizer: String) { self.finalizer = finalizer }

    /// What to do with `object`, which must be its newest known state.
    public func step(for object: KubeObject) -> Step {
        let present = object.finalizers
        let place = present.firstIndex { Array($0.utf8) == Array(finalizer.utf8) }
        switch (place, object.isBeingDeleted) {
        case (nil, false): return .add(addition(to: present, of: object))
        case (_?, false): return .apply
        case (let place?, true): return .cleanUp(thenRemove: removal(at: place, of: object))
        case (nil, true): return .nothing
        }
    }

    private func addition(to present: [String], of object: KubeObject) -> JSONPatch {
        let name = JSONValue.string(finalizer)
        guard !present.isEmpty else {
            // API servers take a test against null as "is absent" (evanphx/json-patch), which makes this safe.
            return patch(object, [operation(.test, [], .null), operation(.add, [], .array([name]))])
        }
        let list = JSONValue.array(present.map { .string($0) })
        return patch(object, [operation(.test, [], list), operation(.add, ["-"], name)])
    }

    private func removal(at place: Int, of object: KubeObject) -> JSONPatch {
        let item = [String(place)]
        return patch(object, [operation(.test, item, .string(finalizer)), operation(.remove, item, nil)])
    }

    private func patch(_ object: KubeObject, _ operations: [JSONPatch.Operation]) -> JSONPatch {
        let path = JSONPointer(tokens: ["metadata", "uid"])
        let identity = object.uid.map { JSONPatch.Operation(op: .test, path: path, value: .string($0)) }
        return JSONPatch(operations: (identity.map { [$0] } ?? []) + operations)
    }

    private func operation(
        _ kind: JSONPatch.Operation.Kind, _ tokens: [String], _ value: JSONValue?
    ) -> JSONPatch.Operation {
        JSONPatch.Operation(op: kind, path: JSONPointer(tokens: ["metadata", "finalizers"] + tokens), value: value)
    }
}
