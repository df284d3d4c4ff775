import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import Rendering
import Rollout
import TrafficModel

/// Writes the objects of one AccessPoint into one member, each under the conditions of ``WriteDecision``.
///
/// It is handed only work that the journal already holds. It stops at the first object that fails, so that nothing
/// later in the apply order is written upon a set that is not whole.
struct MemberWriter: Sendable {
    /// The connection, asked for before each request: a write that is tried again goes through new credentials.
    let connection: @Sendable () -> KubeClient
    let cache: MemberCache
    /// uid of the AccessPoint.
    let owner: String
    /// Asked before every mutating request: does this process still lead?
    let fence: @Sendable () -> Bool
    /// What may be done with objects that are not the AccessPoint's.
    var rights = TakeoverRights()
    /// The revision that is written, and the last one that was completed: what was taken over by one that never was
    /// is given back instead of being deleted.
    var revisions = Revisions()
    /// What keeps the requests from doing harm; all of it but in tests.
    var guards = WriteGuards.full
    /// Told of objects that were taken over, given back or left behind.
    var say: @Sendable (Announcement) -> Void = { _ in }
    /// Told of every write of an object that has ended.
    var wrote: @Sendable (ObjectWrite) -> Void = { _ in }

    /// The revisions that a write has to know of.
    struct Revisions: Sendable, Hashable {
        var written: RevisionName?
        var completed: RevisionName?
    }

    var client: KubeClient { connection() }

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
                switch WriteDecision.decide(rendered: object, live: live, rights: rights) {
                case .none: return nil
                case .refuse(let failure): return failure
                case .create: return try await create(object, resource, dryRun: dryRun)
                case .update(let uid, let version, let removal, let takes):
                    let update = Update(
                        object: object, resource: resource, uid: uid, version: version, removal: removal,
                        adopted: takes ? revisions.written?.description : live?.annotation(Names.Annotation.adopted))
                    try await send(update, dryRun: dryRun)
                    if takes, !dryRun { say(.tookOver(object, in: client.clusterName, rights.resolution)) }
                    return nil
                }
            } catch {
                last = error
                // Whether it changed or went meanwhile, it is looked at anew.
                guard error.disposition == .conflict || error.disposition == .notFound(.object) else { break }
            }
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
    /// object stands there, whose fields are given back at once; unless it is what a delayed creation of ours made.
    private func create(_ object: RenderedObject, _ resource: GroupVersionResource, dryRun: Bool)
        async throws(APIError) -> ObjectFailure?
    {
        let plain = dryRun || (object.kind == .service && !cache.version.guardsServiceCreation)
        var body = self.body(object, resource)
        if !plain, guards.has(.resourceVersion) { body.set("1", at: ["metadata", "resourceVersion"]) }
        let result = try await send(body, resource, object.key, force: false, dryRun: dryRun)
        guard !dryRun else { return nil }
        if plain, !result.created, !Self.isMadeByUs(result.object) {
            try await release(object, resource)
            return ObjectFailure(
                object, reason: .objectExists,
                message: "appeared in \(client.clusterName) from elsewhere while it was being created"
                    + "; it was left as it is")
        }
        cache.observe(object.kind, result.object)
        return nil
    }

    /// Whether nobody but this operator has written what the object itself says: a creation that an earlier leader
    /// had sent arrived late. Everybody else who makes an object is named in its managedFields, of which `status`
    /// belongs to the member's own controllers.
    private static func isMadeByUs(_ object: KubeObject) -> Bool {
        let entries = object.json.value("metadata", "managedFields")?.arrayValue ?? []
        let others = entries.filter { $0["manager"]?.stringValue != Names.fieldManager || $0["operation"] != "Apply" }
        return others.count < entries.count
            && others.allSatisfy { $0["fieldsV1"]?.objectValue?.keys.allSatisfy { $0 == "f:status" } ?? false }
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

    /// An update of one object under what was read of it.
    private struct Update {
        var object: RenderedObject
        var resource: GroupVersionResource
        var uid: String
        var version: String
        /// The JSON Patch that goes first.
        var removal: JSONValue?
        /// The revision with which the object was, or is now, taken over; nil where it was made by us.
        var adopted: String?
    }

    private func send(_ update: Update, dryRun: Bool) async throws(APIError) {
        let (object, resource) = (update.object, update.resource)
        if let removal = update.removal, dryRun {
            // A server cannot try an apply upon a removal that was only tried: both are tried as one patch.
            _ = try await client.jsonPatch(
                Self.trial(of: object, after: removal), resource: resource, key: object.key,
                fieldManager: Names.fieldManager, dryRun: true,
                fieldValidation: cache.version.validatesFields ? .strict : nil)
            return
        }
        var version = update.version
        if let removal = update.removal, !dryRun {
            try guardLeadership(resource, object.key)
            let cleaned = try await client.jsonPatch(
                Self.whole(removal, for: object), resource: resource, key: object.key, fieldManager: Names.fieldManager)
            cache.observe(object.kind, cleaned)
            version = cleaned.resourceVersion ?? version
        }
        var body = self.body(object, resource)
        if guards.has(.uid) { body.set(.string(update.uid), at: ["metadata", "uid"]) }
        if guards.has(.resourceVersion) { body.set(.string(version), at: ["metadata", "resourceVersion"]) }
        if let adopted = update.adopted {
            body.set(.string(adopted), at: ["metadata", "annotations", Names.Annotation.adopted])
        }
        let result = try await send(body, resource, object.key, force: true, dryRun: dryRun)
        if !dryRun { cache.observe(object.kind, result.object) }
    }

    /// A removal in which the ports of a Service change at once: one without ports, or with two of a name, is refused.
    static func whole(_ removal: JSONValue, for object: RenderedObject) -> JSONValue {
        let operations = removal.arrayValue ?? []
        let others = operations.filter { !($0["path"]?.stringValue?.utf8.starts(with: "/spec/ports/".utf8) ?? false) }
        guard object.kind == .service, others.count < operations.count, let ports = object.body.value("spec", "ports")
        else { return removal }
        return .array(others + [["op": "replace", "path": "/spec/ports", "value": ports]])
    }

    /// A removal together with everything that the apply after it would set.
    static func trial(of object: RenderedObject, after removal: JSONValue) -> JSONValue {
        var operations = whole(removal, for: object).arrayValue ?? []
        for member in object.body["spec"]?.objectValue ?? JSONObject() {
            let path = JSONPointer(tokens: ["spec", member.key]).description
            operations.append(["op": "add", "path": .string(path), "value": member.value])
        }
        return .array(operations)
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
        let start = ContinuousClock.now
        func report(_ result: ObjectWrite.Result) {
            guard !dryRun else { return }
            wrote(
                ObjectWrite(
                    cluster: client.clusterName, kind: body["kind"]?.stringValue ?? "", result: result,
                    duration: start.duration(to: .now)))
        }
        do {
            let answer = try await client.apply(
                body, resource: resource, key: key, fieldManager: Names.fieldManager, force: force, dryRun: dryRun,
                fieldValidation: cache.version.validatesFields ? .strict : nil)
            report(answer.created ? .created : .updated)
            return answer
        } catch {
            report(error.disposition == .conflict ? .conflict : .failed)
            throw error
        }
    }

    /// Refuses to send once this process may no longer lead: a paused and resumed leader must not write.
    func guardLeadership(_ resource: GroupVersionResource, _ key: ObjectKey) throws(APIError) {
        guard fence() || !guards.has(.lease) else {
            throw APIError(
                APIOperation(.apply, resource, namespace: key.namespace, name: key.name), cluster: client.clusterName,
                .transport(TransportError(.cancelled, "this process no longer leads; nothing was sent")))
        }
    }
}
