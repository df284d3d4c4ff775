import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import Rendering
import Rollout
import TrafficModel

// What goes: objects that a set no longer has, and everything when a target is left.
extension MemberWriter {
    /// Removes every object of this AccessPoint, in reverse apply order; nil when nothing is left.
    ///
    /// What is left is told by the member itself, kind by kind: here the cache is proof of nothing.
    func removeAll() async -> ObjectFailure? { await clear(releasing: false) }

    /// Leaves every object of this AccessPoint where it is, without our marks; nil when none carries them any more.
    func releaseAll() async -> ObjectFailure? { await clear(releasing: true) }

    private func clear(releasing: Bool) async -> ObjectFailure? {
        if let failure = await unservedKind() { return failure }
        for kind in TrafficKind.allCases.sorted(by: { $0.applyRank > $1.applyRank }) {
            guard let resource = cache.resource(kind) else { continue }
            let place = Place(kind: kind, resource: resource)
            let found: [KubeObject]
            switch await owned(place) {
            case .failure(let failure): return failure
            case .success(let objects): found = objects
            }
            guard !found.isEmpty else { continue }
            if let failure = await take(
                found.filter { releasing || !$0.isBeingDeleted }, at: place, releasing: releasing)
            {
                return failure
            }
            // A second look: what a finalizer holds is not gone.
            switch await owned(place) {
            case .failure(let failure): return failure
            case .success(let left):
                if let held = left.first { return place.terminating(held) }
            }
        }
        return nil
    }

    /// Takes away what carries our uid and is not to be kept. The cache only says whether there is anything to look
    /// for; each deletion rests on a quorum list and on uid and resourceVersion preconditions.
    func prune(keeping kept: [RenderedObject]) async -> ObjectFailure? {
        for kind in TrafficKind.allCases.sorted(by: { $0.applyRank > $1.applyRank }) {
            guard let resource = cache.resource(kind) else { continue }
            let place = Place(kind: kind, resource: resource)
            guard let cached = cache.owned(kind, by: owner) else {
                return place.failure("the list of \(kind.plural) in \(client.clusterName) is not complete yet")
            }
            let keep = Set(kept.filter { $0.kind == kind }.map(\.key))
            guard cached.contains(where: { !keep.contains($0.key) }) else { continue }
            switch await owned(place) {
            case .failure(let failure): return failure
            case .success(let objects):
                let gone = objects.filter { !keep.contains($0.key) && !$0.isBeingDeleted }
                if let failure = await take(gone, at: place, releasing: false) { return failure }
            }
        }
        return nil
    }
}

extension MemberWriter {
    /// A kind as the member serves it.
    private struct Place {
        var kind: TrafficKind
        var resource: GroupVersionResource

        func failure(_ message: String, _ key: ObjectKey = ObjectKey(namespace: nil, name: "*")) -> ObjectFailure {
            ObjectFailure(template: "", kind: kind.kind, key: key, reason: .deleteFailed, message: message)
        }

        func terminating(_ object: KubeObject) -> ObjectFailure {
            let holders = object.finalizers.isEmpty ? "" : ", held by \(object.finalizers.joined(separator: ", "))"
            return ObjectFailure(
                template: "", kind: kind.kind, key: object.key, reason: .objectTerminating,
                message: "is still there\(holders); the removal is over when it is gone")
        }
    }

    /// What a quorum list shows of this AccessPoint's objects of a kind.
    private func owned(_ place: Place) async -> Result<[KubeObject], ObjectFailure> {
        do throws(APIError) {
            let list = try await client.listAll(place.resource, labelSelector: "\(Names.Label.uid)=\(owner)")
            return .success(
                list.items.filter { $0.label(Names.Label.uid) == owner || !guards.has(.deleteProof) })
        } catch {
            return .failure(place.failure("are not known, so nothing is deleted: \(error)"))
        }
    }

    /// Deletes objects, or gives them up: all of them where `releasing`, else those that were there before us and were
    /// taken over by a revision that was never completed.
    private func take(_ objects: [KubeObject], at place: Place, releasing: Bool) async -> ObjectFailure? {
        var released: [ObjectKey] = []
        defer {
            if !released.isEmpty {
                say(.gaveUp(released, place.kind, in: client.clusterName, isOrphaned: releasing))
            }
        }
        for object in objects {
            do throws(APIError) {
                try guardLeadership(place.resource, object.key)
                if releasing || isOnLoan(object) {
                    try await giveUp(object, place.resource)
                    released.append(object.key)
                } else {
                    try await client.delete(
                        place.resource, object.key,
                        preconditions: Preconditions(
                            uid: guards.has(.uid) ? object.uid : nil,
                            resourceVersion: guards.has(.resourceVersion) ? object.resourceVersion : nil))
                }
            } catch {
                guard error.disposition == .notFound(.object) else {
                    let what = releasing ? "released" : "deleted"
                    return place.failure("was not \(what): \(error)", object.key)
                }
            }
            cache.forget(place.kind, object)
        }
        return nil
    }

    /// Whether an object was somebody else's until a revision took it over that was never completed.
    private func isOnLoan(_ object: KubeObject) -> Bool {
        guard let taker = object.annotation(Names.Annotation.adopted).flatMap(RevisionName.init) else { return false }
        return taker.number > revisions.completed?.number ?? 0
    }

    /// Takes our marks off an object, and our name out of the list of those who own its fields, so that the next one
    /// to apply it meets no conflict with us.
    private func giveUp(_ object: KubeObject, _ resource: GroupVersionResource) async throws(APIError) {
        _ = try await client.jsonPatch(
            Self.release(of: object), resource: resource, key: object.key, fieldManager: Names.fieldManager)
    }

    /// The JSON Patch that takes our marks off an object, as it was read.
    static func release(of object: KubeObject) -> JSONValue {
        var operations: [JSONValue] = []
        func add(_ op: String, _ path: [String], _ value: String? = nil) {
            var operation: JSONValue = [
                "op": .string(op), "path": .string(JSONPointer(tokens: path).description),
            ]
            if let value { operation["value"] = .string(value) }
            operations.append(operation)
        }
        add("test", ["metadata", "uid"], object.uid ?? "")
        add("test", ["metadata", "resourceVersion"], object.resourceVersion ?? "")
        for key in Names.Label.marks where object.label(key) != nil { add("remove", ["metadata", "labels", key]) }
        for key in Names.Annotation.marks where object.annotation(key) != nil {
            add("remove", ["metadata", "annotations", key])
        }
        let managers = object.json.value("metadata", "managedFields")?.arrayValue ?? []
        let ours = managers.indices.filter {
            managers[$0]["manager"]?.stringValue == Names.fieldManager && managers[$0]["subresource"] == nil
        }
        if !ours.isEmpty, ours.count == managers.count {
            // An empty list counts as not sent; a list of one empty entry is how a server is told to forget all.
            operations.append(["op": "replace", "path": "/metadata/managedFields", "value": [[:]]])
        } else {
            // From the end, so that no removal moves the entries that later ones name.
            for index in ours.reversed() { add("remove", ["metadata", "managedFields", String(index)]) }
        }
        return .array(operations)
    }

    /// A kind that the member does not serve holds nothing, once a second look agrees: a server that has just started
    /// answers 404 for groups that it will serve.
    private func unservedKind() async -> ObjectFailure? {
        let missing = TrafficKind.allCases.filter { cache.resource($0) == nil }
        guard !missing.isEmpty else { return nil }
        guard let found = try? await MemberSession.discover(client) else {
            return ObjectFailure(
                template: "", kind: missing[0].kind, key: ObjectKey(namespace: nil, name: "*"), reason: .deleteFailed,
                message: "may exist: \(client.clusterName) does not say which kinds it serves")
        }
        guard let kind = missing.first(where: { found.kinds[$0] != nil }) else { return nil }
        return ObjectFailure(
            template: "", kind: kind.kind, key: ObjectKey(namespace: nil, name: "*"), reason: .deleteFailed,
            message: "may exist: \(client.clusterName) serves the kind now; it is looked for")
    }
}
