import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import KubeRuntime

/// Brings the names of one NameService forward: hands its records to external-dns, and tells whether they resolve.
///
/// It also keeps the NameService that an AccessPoint asks for in `spec.dns`, which has the AccessPoint's own name.
struct NameServiceReconciler: Reconciler {
    let host: HostStores
    let client: KubeClient
    let lookup: NameLookup
    /// Makes names be looked up.
    let ask: @Sendable (Set<String>) -> Void
    /// Says something about a NameService as an Event.
    let say: @Sendable (Announcement, KubeObject) -> Void
    let options: OperatorOptions
    let pace: ObservationPace
    let now: @Sendable () -> Timestamp
    /// Whether this process may still write: what it has seen before it was stopped is as old as its lease.
    let mayWrite: @Sendable () -> Bool

    /// Time until records that could not be handed over are tried again: nothing tells when external-dns is installed.
    private static let patience: Duration = .seconds(15)
    /// Time between two looks at a DNSEndpoint, which is read and not watched: the host may not serve the kind.
    private static let glance: Duration = .seconds(60)
    private static let notLeading = Setback("this process no longer leads")

    func reconcile(_ key: ObjectKey) async -> Outcome {
        guard mayWrite() else { return .retry(Self.notLeading) }
        do throws(APIError) {
            try await keepOwn(key)
            guard let object = host.nameServices.get(key) else {
                _ = lookup.book.need([], for: key)
                try await removeEndpoint(of: key)
                return .done
            }
            guard !object.isBeingDeleted else { return .done }
            return try await publish(object)
        } catch {
            return .retry(Setback("\(error)"))
        }
    }

    /// Hands the records over, compares them with what resolves, and writes the status.
    private func publish(_ object: KubeObject) async throws(APIError) -> Outcome {
        let scene = NameScene(object, host: host, providers: options.nameProviders)
        let failure = try await handOver(scene)
        let now = now()
        let isChanged = failure == nil && scene.isChanged
        let recordsTime = isChanged ? now.wholeSeconds : scene.status.recordsTime
        let expectations = scene.expectations(
            failure == nil ? scene.records : scene.status.records, now: now, recordsTime: recordsTime)
        let questions = scene.records.isEmpty ? [] : Set(expectations.flatMap(\.questions))
        let answers = lookup.book.need(questions, for: object.key)
        ask(questions.subtracting(answers.keys))
        let next = scene.next(
            failure: failure, recordsTime: recordsTime, .init(expectations, answers), now: now)
        var waits = [Self.glance]
        if failure != nil { waits.append(Self.patience) }
        if let end = scene.settling(recordsTime), end > now { waits.append(end - now) }
        guard let patch = StatusPatch.merge(from: scene.status.json, to: next.json) else {
            return .requeue(after: waits.min() ?? Self.glance)
        }
        // The records before are what stays where nothing is known: news of them are never put off.
        if !isChanged, let wait = pace.wait("\(object.key)") { return .requeue(after: wait) }
        guard mayWrite() else { return .retry(Self.notLeading) }
        var body: JSONValue = ["status": patch]
        body.set(.string(object.resourceVersion ?? ""), at: ["metadata", "resourceVersion"])
        let written = try await client.mergePatch(
            body, resource: Names.nameServices, key: object.key, fieldManager: Names.fieldManager, subresource: "status"
        )
        host.nameServices.observe(written: written)
        pace.note("\(object.key)")
        for said in Announcement.ofNames(scene.status.conditions, next.conditions) { say(said, object) }
        return .requeue(after: waits.min() ?? Self.glance)
    }
}

// MARK: The DNSEndpoint

extension NameServiceReconciler {
    /// Writes the DNSEndpoint where it is another than it should be.
    ///
    /// - Returns: why it could not be written; nil where it is as it should be.
    private func handOver(_ scene: NameScene) async throws(APIError) -> Verdict? {
        guard scene.plan != nil else { return nil }
        let endpoints = scene.endpoints(scene.records)
        let key = scene.object.key
        let present: KubeObject?
        do {
            present = try await client.get(DNSEndpoint.resource, key)
        } catch {
            switch error.disposition {
            case .notFound(.object): present = nil
            default: return try Self.verdict(on: error)
            }
        }
        if let present, present.label(Names.Label.managedBy) != Names.managedBy {
            return Verdict(
                .false, .dnsEndpointForeign,
                "DNSEndpoint \(key) is not this operator's and stays as it is: rename the NameService, or delete the"
                    + " DNSEndpoint")
        }
        guard !endpoints.isEmpty else {
            // That there is no record is no reason to take any away; that no name is left is one.
            if scene.hostnames.isEmpty, let present, mayWrite() { try await delete(DNSEndpoint.resource, present) }
            return nil
        }
        let uid = scene.object.uid ?? ""
        if let present, present.spec?["endpoints"]?.arrayValue == endpoints, present.label(Names.Label.uid) == uid,
            present.ownerReferences.contains(where: { $0.uid == uid })
        {
            return nil
        }
        guard mayWrite() else { return nil }
        var body: JSONValue = [
            "apiVersion": .string(DNSEndpoint.kind.apiVersion), "kind": .string(DNSEndpoint.kind.kind),
            "metadata": [
                "name": .string(key.name), "namespace": .string(key.namespace ?? ""),
                "labels": [
                    Names.Label.managedBy: .string(Names.managedBy), Names.Label.uid: .string(uid),
                ],
                "ownerReferences": [Self.owner(Names.nameService, scene.object)],
            ], "spec": ["endpoints": .array(endpoints)],
        ]
        // "1" is taken only where there is none: what somebody else has written meanwhile is never overwritten.
        body.set(.string(present?.resourceVersion ?? "1"), at: ["metadata", "resourceVersion"])
        do {
            _ = try await client.apply(
                body, resource: DNSEndpoint.resource, key: key, fieldManager: Names.fieldManager, force: true)
            return nil
        } catch {
            return try Self.verdict(on: error)
        }
    }

    /// What a refusal means for a person; what may pass by itself is thrown.
    private static func verdict(on error: APIError) throws(APIError) -> Verdict {
        switch error.disposition {
        case .notFound(.resource):
            Verdict(
                .false, .dnsEndpointsNotServed,
                "the host serves no DNSEndpoints: install external-dns with its CRD dnsendpoints.externaldns.k8s.io and"
                    + " --source=crd")
        case .denied: Verdict(.false, .forbidden, "DNSEndpoints may not be written: \(error)")
        case .permanent: Verdict(.false, .applyFailed, "the DNSEndpoint was refused: \(error)")
        default: throw error
        }
    }

    /// The DNSEndpoints that this operator has written, for those of NameServices that went while it did not run.
    func written() async -> [ObjectKey] {
        let ours = "\(Names.Label.managedBy)=\(Names.managedBy)"
        return (try? await client.listAll(DNSEndpoint.resource, labelSelector: ours).items.map(\.key)) ?? []
    }

    /// Takes away the DNSEndpoint of a NameService that is gone: the garbage collector would do so too.
    private func removeEndpoint(of key: ObjectKey) async throws(APIError) {
        do throws(APIError) {
            let present = try await client.get(DNSEndpoint.resource, key)
            guard present.label(Names.Label.managedBy) == Names.managedBy else { return }
            guard try await live(Names.nameServices, key) == nil, mayWrite() else { return }
            try await delete(DNSEndpoint.resource, present)
        } catch {
            guard case .notFound = error.disposition else { throw error }
        }
    }

    /// The object as the API server has it now; nil: it is proven to be gone.
    ///
    /// That something is not in a store is no proof: its watch may be behind.
    private func live(_ resource: GroupVersionResource, _ key: ObjectKey) async throws(APIError) -> KubeObject? {
        do {
            return try await client.get(resource, key)
        } catch {
            guard error.disposition == .notFound(.object) else { throw error }
            return nil
        }
    }

    private func delete(_ resource: GroupVersionResource, _ object: KubeObject) async throws(APIError) {
        do {
            try await client.delete(
                resource, object.key,
                preconditions: Preconditions(uid: object.uid, resourceVersion: object.resourceVersion))
        } catch {
            guard error.disposition == .notFound(.object) else { throw error }
        }
    }

    private static func owner(_ kind: GroupVersionKind, _ object: KubeObject) -> JSONValue {
        [
            "apiVersion": .string(Names.apiVersion), "kind": .string(kind.kind), "name": .string(object.name),
            "uid": .string(object.uid ?? ""), "controller": true, "blockOwnerDeletion": true,
        ]
    }
}

// MARK: The NameService of an AccessPoint

extension NameServiceReconciler {
    /// Makes, changes or takes away the NameService that the AccessPoint of this name asks for; one that is not ours
    /// stays as it is, and the AccessPoint says so.
    private func keepOwn(_ key: ObjectKey) async throws(APIError) {
        let present = host.nameServices.get(key)
        guard let accessPoint = host.accessPoints.get(key) else {
            // One whose AccessPoint is gone, as a whole or in favour of another of the same name.
            guard let present, present.ownerUID != nil else { return }
            return try await remove(present)
        }
        if let present, let owner = present.ownerUID, owner != accessPoint.uid {
            return try await remove(present)
        }
        // What it asks for cannot be told, or no longer matters: its names stay until it is gone.
        guard !accessPoint.isBeingDeleted, let spec = try? AccessPoint.decode(accessPoint.json).spec else { return }
        guard let names = spec.dns else {
            guard let present, present.ownerUID != nil else { return }
            return try await remove(present)
        }
        let wanted = NameServiceSpec(names: names, targetRef: .init(name: key.name))
        if let present {
            guard present.ownerUID != nil, !present.isBeingDeleted else { return }
            if let spec = try? NameService.decode(present.json).spec, spec == wanted { return }
        }
        guard mayWrite() else { return }
        if var object = present {
            // Server-side apply would leave what others have added: further names of the set, weights.
            object.spec = wanted.json
            let written = try await client.replace(
                object, resource: Names.nameServices, fieldManager: Names.fieldManager)
            host.nameServices.observe(written: written)
            return
        }
        var body: JSONValue = [
            "apiVersion": .string(Names.apiVersion), "kind": .string(Names.nameService.kind),
            "metadata": [
                "name": .string(key.name), "namespace": .string(key.namespace ?? ""),
                "labels": [
                    Names.Label.managedBy: .string(Names.managedBy), Names.Label.accessPoint: .string(key.name),
                    Names.Label.uid: .string(accessPoint.uid ?? ""),
                ],
                "ownerReferences": [Self.owner(Names.accessPoint, accessPoint)],
            ], "spec": wanted.json,
        ]
        // "1" is taken only where there is none.
        body.set(.string("1"), at: ["metadata", "resourceVersion"])
        let written = try await client.apply(
            body, resource: Names.nameServices, key: key, fieldManager: Names.fieldManager, force: true)
        host.nameServices.observe(written: written.object)
    }

    /// Takes away a NameService that was made for an AccessPoint, if that no longer asks for one.
    private func remove(_ object: KubeObject) async throws(APIError) {
        if let accessPoint = try await live(Names.accessPoints, object.key), accessPoint.uid == object.ownerUID {
            guard accessPoint.spec?["dns"].map(\.isNull) ?? true else { return }
        }
        guard mayWrite() else { return }
        try await delete(Names.nameServices, object)
        host.nameServices.apply(.changes([.delete(host.nameServices.stored(object))]))
    }
}

extension KubeObject {
    /// The uid of the AccessPoint for which the operator has made this object; nil: a person has made it.
    var ownerUID: String? { label(Names.Label.managedBy) == Names.managedBy ? label(Names.Label.uid) : nil }
}
