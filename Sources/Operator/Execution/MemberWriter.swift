import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import Rendering
import TrafficModel

/// Writes the objects of one AccessPoint into one member, each under the conditions of ``WriteDecision``.
///
/// It is handed only work that the journal already holds. It stops at the first object that fails, so that nothing
/// later in the apply order is written upon a set that is not whole.
struct MemberWriter: Sendable {
    let client: KubeClient
    let cache: MemberCache
    /// uid of the AccessPoint.
    let owner: String
    /// Asked before every mutating request: does this process still lead?
    let fence: @Sendable () -> Bool

    /// Every object by `dryRun=All`; writes nothing. All failures are collected.
    func preflight(_ set: RenderedSet) async -> [ObjectFailure] {
        var failures: [ObjectFailure] = []
        for object in set.objects where !Task.isCancelled {
            if let failure = await bring(object, dryRun: true) { failures.append(failure) }
        }
        return failures
    }

    /// All objects in apply order, then the removal of what the set no longer has; nil when all is done.
    func apply(_ set: RenderedSet) async -> ObjectFailure? {
        for object in set.objects {
            if let failure = await bring(object, dryRun: false) { return failure }
        }
        return await prune(keeping: set.objects)
    }

    /// Removes every object of this AccessPoint, in reverse apply order; nil when nothing is left.
    func removeAll() async -> ObjectFailure? { await prune(keeping: []) }
}

extension MemberWriter {
    /// Brings one object into its rendered state. A conflict costs one read and a new decision, twice at most.
    private func bring(_ object: RenderedObject, dryRun: Bool) async -> ObjectFailure? {
        guard let resource = cache.resource(object.kind) else {
            return ObjectFailure(
                object, reason: .kindMissing,
                message: "is of a kind that \(client.clusterName) does not serve: install the CRD"
                    + " \(object.kind.plural).\(object.kind.group) there")
        }
        var last: APIError?
        for round in 0..<3 {
            do throws(APIError) {
                let known = round == 0 ? cache.object(object.kind, object.key) : nil
                let live: KubeObject?
                if let known { live = known } else { live = try await read(resource, object.key) }
                switch WriteDecision.decide(rendered: object, live: live, owner: owner) {
                case .none: return nil
                case .refuse(let failure): return failure
                case .create: return try await create(object, resource, dryRun: dryRun)
                case .update(let uid, let version, let removal):
                    try await update(object, resource, uid: uid, version: version, removal: removal, dryRun: dryRun)
                    return nil
                }
            } catch {
                last = error
                guard error.disposition == .conflict else { break }
            }
            guard last?.disposition == .conflict else { break }
        }
        return last.map { ObjectFailure(object, error: $0, dryRun: dryRun) }
    }

    /// A quorum read; nil where the server says that the object does not exist in a namespace that does.
    private func read(_ resource: GroupVersionResource, _ key: ObjectKey) async throws(APIError) -> KubeObject? {
        do {
            return try await client.get(resource, key)
        } catch {
            if error.disposition == .notFound(.object) { return nil }
            throw error
        }
    }

    /// Creates by an apply with resourceVersion "1": 201 when absent, 409 when something is there. Older servers
    /// answer 500 to that for a Service: there a plain apply, and an answer other than 201 means that another
    /// object stands there, whose fields are given back at once.
    private func create(_ object: RenderedObject, _ resource: GroupVersionResource, dryRun: Bool)
        async throws(APIError) -> ObjectFailure?
    {
        let plain = dryRun || (object.kind == .service && !cache.version.guardsServiceCreation)
        var body = self.body(object, resource)
        if !plain { body.set("1", at: ["metadata", "resourceVersion"]) }
        let result = try await send(body, resource, object.key, force: false, dryRun: dryRun)
        guard !dryRun else { return nil }
        if plain, !result.created {
            try await release(object, resource)
            return ObjectFailure(
                object, reason: .objectExists,
                message: "appeared in \(client.clusterName) from elsewhere while it was being created"
                    + "; it was left as it is")
        }
        cache.observe(object.kind, result.object)
        return nil
    }

    /// Gives back the fields of an object that turned out not to be ours: an apply without fields.
    private func release(_ object: RenderedObject, _ resource: GroupVersionResource) async throws(APIError) {
        var body: JSONValue = [
            "apiVersion": .string(
                GroupVersionKind(group: resource.group, version: resource.version, kind: "").apiVersion),
            "kind": .string(object.kind.kind),
        ]
        body.set(.string(object.key.name), at: ["metadata", "name"])
        if let namespace = object.key.namespace { body.set(.string(namespace), at: ["metadata", "namespace"]) }
        _ = try await send(body, resource, object.key, force: false, dryRun: false)
    }

    private func update(
        _ object: RenderedObject, _ resource: GroupVersionResource, uid: String, version: String, removal: JSONValue?,
        dryRun: Bool
    ) async throws(APIError) {
        var version = version
        if let removal, !dryRun {
            try guardLeadership(resource, object.key)
            let cleaned = try await client.jsonPatch(
                removal, resource: resource, key: object.key, fieldManager: Names.fieldManager)
            cache.observe(object.kind, cleaned)
            version = cleaned.resourceVersion ?? version
        }
        var body = self.body(object, resource)
        body.set(.string(uid), at: ["metadata", "uid"])
        body.set(.string(version), at: ["metadata", "resourceVersion"])
        let result = try await send(body, resource, object.key, force: true, dryRun: dryRun)
        if !dryRun { cache.observe(object.kind, result.object) }
    }

    private func body(_ object: RenderedObject, _ resource: GroupVersionResource) -> JSONValue {
        var body = object.body
        let kind = GroupVersionKind(group: resource.group, version: resource.version, kind: object.kind.kind)
        body.set(.string(kind.apiVersion), at: ["apiVersion"])
        return body
    }

    private func send(
        _ body: JSONValue, _ resource: GroupVersionResource, _ key: ObjectKey, force: Bool, dryRun: Bool
    ) async throws(APIError) -> ApplyResult {
        if !dryRun { try guardLeadership(resource, key) }
        return try await client.apply(
            body, resource: resource, key: key, fieldManager: Names.fieldManager, force: force, dryRun: dryRun,
            fieldValidation: cache.version.validatesFields ? .strict : nil)
    }

    /// Refuses to send once this process may no longer lead: a paused and resumed leader must not write.
    private func guardLeadership(_ resource: GroupVersionResource, _ key: ObjectKey) throws(APIError) {
        guard fence() else {
            throw APIError(
                APIOperation(.apply, resource, namespace: key.namespace, name: key.name), cluster: client.clusterName,
                .transport(TransportError(.cancelled, "this process no longer leads; nothing was sent")))
        }
    }
}

extension MemberWriter {
    /// Deletes what carries our uid and is not to be kept. The cache only says whether there is anything to look
    /// for; each deletion rests on a quorum list and on uid and resourceVersion preconditions.
    private func prune(keeping kept: [RenderedObject]) async -> ObjectFailure? {
        for kind in TrafficKind.allCases.sorted(by: { $0.applyRank > $1.applyRank }) {
            guard let resource = cache.resource(kind) else { continue }
            guard let cached = cache.owned(kind, by: owner) else {
                return ObjectFailure(
                    template: "", kind: kind.kind, key: ObjectKey(namespace: nil, name: "*"), reason: .deleteFailed,
                    message: "the list of \(kind.plural) in \(client.clusterName) is not complete yet")
            }
            let keep = Set(kept.filter { $0.kind == kind }.map(\.key))
            guard cached.contains(where: { !keep.contains($0.key) }) else { continue }
            if let failure = await delete(kind, resource, keep: keep) { return failure }
        }
        return nil
    }

    private func delete(_ kind: TrafficKind, _ resource: GroupVersionResource, keep: Set<ObjectKey>) async
        -> ObjectFailure?
    {
        var current = ObjectKey(namespace: nil, name: "*")
        do throws(APIError) {
            let list = try await client.listAll(resource, labelSelector: "\(Names.Label.uid)=\(owner)")
            for object in list.items where object.label(Names.Label.uid) == owner && !keep.contains(object.key) {
                current = object.key
                if object.isBeingDeleted { continue }
                try guardLeadership(resource, object.key)
                do throws(APIError) {
                    try await client.delete(
                        resource, object.key,
                        preconditions: Preconditions(uid: object.uid, resourceVersion: object.resourceVersion))
                    cache.forget(kind, object)
                } catch {
                    guard error.disposition == .notFound(.object) else { throw error }
                    cache.forget(kind, object)
                }
            }
            return nil
        } catch {
            return ObjectFailure(
                template: "", kind: kind.kind, key: current, reason: .deleteFailed, message: "was not deleted: \(error)"
            )
        }
    }
}
