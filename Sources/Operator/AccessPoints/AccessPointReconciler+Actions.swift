import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import KubeRuntime
import Rendering
import Rollout

extension AccessPointReconciler {
    /// Writes to the host under way at once for one AccessPoint.
    static let hostWrites = 8

    /// Performs what was committed: work in members is only handed over, writes to the host are awaited.
    ///
    /// Targets do not wait for each other. Within one, what the host has to know is written before the member is: an
    /// assignment is never older than what its target holds, and what is done is always assigned.
    func perform(_ actions: [RolloutAction], _ scene: AccessPointScene) async throws(APIError) {
        let targets = Dictionary(grouping: actions.filter { $0.target != nil }, by: \.target).values
        try await onHost(Array(targets)) { [self] actions throws(APIError) in
            for action in actions {
                switch action {
                case .assign(let target, let revision): try await assign(target, revision, scene)
                case .release(let target): try await release(target, scene)
                default: handOver(action, scene)
                }
            }
        }
        // The last: what it lets go of must have been told to the host.
        if actions.contains(.finalize) { try await finalize(scene) }
    }

    /// Does a piece of work on the host for each item, several at a time. All are tried; then the first error is thrown.
    func onHost<Item: Sendable>(_ items: [Item], _ work: @escaping @Sendable (Item) async throws(APIError) -> Void)
        async throws(APIError)
    {
        let errors = await items.mapConcurrently(atMost: Self.hostWrites) { item in
            do throws(APIError) {
                try await work(item)
                return nil as APIError?
            } catch {
                return error
            }
        }
        if let error = errors.compactMap({ $0 }).first { throw error }
    }

    private func handOver(_ action: RolloutAction, _ scene: AccessPointScene) {
        switch action {
        case .preflight(let target, let revision):
            guard let (session, set) = work(target, revision, scene) else { return }
            session.jobs.preflight(revision, set, for: scene.key, with: writer(session, scene, revision))
        case .apply(let target, let revision, let stamp):
            guard let (session, set) = work(target, revision, scene) else { return }
            session.jobs.write(stamp, .set(set), for: scene.key, with: writer(session, scene, revision))
        case .remove(let target, let stamp):
            guard let session = scene.members[target]?.session, session.isReady else { return }
            session.jobs.write(
                stamp, scene.orphansObjects ? .released : .nothing, for: scene.key, with: writer(session, scene))
        case .assign, .release, .answer, .finalize: break
        }
    }

    private func finalize(_ scene: AccessPointScene) async throws(APIError) {
        if let patched = try await client.keepFinalizer(present: false, on: scene.object, Names.accessPoints) {
            host.accessPoints.observe(written: patched)
            // It has changed meanwhile, and is decided about anew.
            if patched.finalizers.contains(Names.finalizer) { return }
        }
        forget(uid: scene.uid, scene.key)
    }

    /// The session and the set for a write; nil where the member has no usable credentials, or where another cluster
    /// answers in its place: then nothing is sent.
    private func work(_ target: String, _ revision: RevisionName, _ scene: AccessPointScene) -> (
        MemberSession, RenderedSet
    )? {
        guard let session = scene.members[target]?.session, session.isReady,
            let record = scene.records[revision], let facts = scene.facts(of: target, in: record),
            let set = renders.set(record, scene.identity, facts: facts)
        else { return nil }
        return (session, set)
    }

    private func writer(_ session: MemberSession, _ scene: AccessPointScene, _ revision: RevisionName? = nil)
        -> MemberWriter
    {
        MemberWriter(
            connection: { [session] in session.client }, cache: session.cache, owner: scene.uid,
            fence: { [mayWrite, session] in mayWrite() && session.health.isReachable },
            rights: TakeoverRights(
                resolution: scene.runtimePolicy.conflictResolution,
                owner: { [host] uid, key in host.owner(uid: uid, key: key) }),
            revisions: .init(written: revision, completed: scene.state.stableRevision),
            say: { [recorder, object = scene.object] in recorder.record($0, on: object) },
            wrote: { [metrics] in metrics.count($0) })
    }

    /// Writes the assigned revision and the facts that it was rendered with into the AccessPointTarget.
    private func assign(_ target: String, _ revision: RevisionName, _ scene: AccessPointScene) async throws(APIError) {
        let facts =
            scene.facts(of: target, in: scene.records[revision])
            ?? TargetFacts(name: target, region: "", availabilityZone: "")
        let spec = AccessPointTargetSpec(
            accessPointName: scene.metadata.name, clusterName: target, region: facts.region,
            availabilityZone: facts.availabilityZone, labels: facts.labels, placement: facts.placement,
            revision: revision.description)
        let key = ObjectKey(namespace: scene.key.namespace, name: Names.target(of: scene.metadata.name, in: target))
        if let known = scene.assigned[target] {
            if known.spec == spec { return }
        } else if let leftover = host.targets.get(key) {
            try await removeLeftover(leftover, Names.accessPointTargets, host.targets)
        }
        var body: JSONValue = [
            "apiVersion": .string(Names.apiVersion), "kind": .string(Names.accessPointTarget.kind),
            "metadata": [
                "name": .string(key.name), "labels": .object(scene.hostLabels),
                "ownerReferences": [scene.ownerReference],
            ], "spec": spec.json,
        ]
        body.set(.string(key.namespace ?? ""), at: ["metadata", "namespace"])
        // "1" is taken only where there is none: what another leader has written meanwhile is never overwritten.
        let version = scene.assigned[target]?.metadata.resourceVersion ?? "1"
        body.set(.string(version), at: ["metadata", "resourceVersion"])
        let written = try await client.apply(
            body, resource: Names.accessPointTargets, key: key, fieldManager: Names.fieldManager, force: true)
        host.targets.observe(written: written.object)
    }

    private func release(_ target: String, _ scene: AccessPointScene) async throws(APIError) {
        guard let known = scene.assigned[target], let stored = host.targets.get(known.metadata.key) else { return }
        try await removeLeftover(stored, Names.accessPointTargets, host.targets)
    }
}

extension RolloutAction {
    /// The target that it is about; nil if it is about none.
    fileprivate var target: String? {
        switch self {
        case .preflight(let target, _), .assign(let target, _), .apply(let target, _, _), .remove(let target, _),
            .release(let target):
            target
        case .answer, .finalize: nil
        }
    }
}

extension AccessPointScene {
    /// The rules for the time between changes; the defaults while the spec cannot be read.
    var runtimePolicy: RuntimePolicy { (try? spec.get())?.policy.runtime ?? AccessPointSpec.Policy().runtime }

    /// Whether what is taken away now stays in the member, without our marks.
    ///
    /// Read from the object as it is: whatever else is wrong with the spec is no reason to delete.
    var orphansObjects: Bool {
        let policy = object.spec?.value("policy", "runtime", "deletion", "policy") ?? .null
        return metadata.isBeingDeleted && !policy.isNull
            && policy != .string(RuntimePolicy.Deletion.Policy.delete.rawValue)
    }

    /// Labels of the objects that the operator keeps on the host for this AccessPoint.
    var hostLabels: JSONObject {
        [
            Names.Label.managedBy: .string(Names.managedBy), Names.Label.accessPoint: .string(metadata.name),
            Names.Label.uid: .string(uid),
        ]
    }

    /// The owner reference of those objects: the host's garbage collector takes them away with the AccessPoint.
    var ownerReference: JSONValue {
        [
            "apiVersion": .string(Names.apiVersion), "kind": .string(Names.accessPoint.kind),
            "name": .string(metadata.name), "uid": .string(uid), "controller": true, "blockOwnerDeletion": true,
        ]
    }
}
