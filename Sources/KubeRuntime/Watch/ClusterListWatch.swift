public import KubeClient
public import KubeModel

/// A collection of a cluster, seen through ``KubeClient/KubeClient``.
public struct ClusterListWatch: ListWatching {
    private let client: KubeClient
    private let resource: GroupVersionResource
    private let namespace: String?
    private let labelSelector: String?
    private let fieldSelector: String?
    private let pageSize: Int

    /// The collection of `resource`.
    ///
    /// - Parameters:
    ///   - client: whom to ask.
    ///   - resource: what to list.
    ///   - namespace: only in this namespace; `nil`: in all, or cluster-scoped.
    ///   - labelSelector: only objects with these labels, in the API's syntax.
    ///   - fieldSelector: only objects with these fields, in the API's syntax.
    ///   - pageSize: objects in one page.
    public init(
        client: KubeClient, resource: GroupVersionResource, namespace: String? = nil, labelSelector: String? = nil,
        fieldSelector: String? = nil, pageSize: Int = KubeClient.pageSize
    ) {
        self.client = client
        self.resource = resource
        self.namespace = namespace
        self.labelSelector = labelSelector
        self.fieldSelector = fieldSelector
        self.pageSize = pageSize
    }

    /// Reads one page with a quorum.
    public func page(continueToken: String?) async throws(ReadFailure) -> ListPage<KubeObject> {
        let list: ObjectList
        do {
            list = try await client.list(
                resource, namespace: namespace, labelSelector: labelSelector, fieldSelector: fieldSelector,
                limit: pageSize, continueToken: continueToken)
        } catch {
            throw ReadFailure(error)
        }
        for object in list.items { try Self.check(object, resource, namespace) }
        return ListPage(
            objects: list.items, resourceVersion: list.resourceVersion, continueToken: list.continueToken)
    }

    /// Opens a watch.
    public func watch(from resourceVersion: String, timeout: Duration) async throws(ReadFailure) -> any WatchSignals {
        do {
            let stream = try await client.watch(
                resource, namespace: namespace, labelSelector: labelSelector, fieldSelector: fieldSelector,
                resourceVersion: resourceVersion, timeoutSeconds: Int(timeout.components.seconds))
            return Signals(stream: stream, events: stream.makeAsyncIterator(), resource: resource, namespace: namespace)
        } catch {
            throw ReadFailure(error)
        }
    }

    /// A proxy or a wrong address may answer with objects of another collection, which must not empty or fill this one.
    private static func check(
        _ object: KubeObject, _ resource: GroupVersionResource, _ namespace: String?
    ) throws(ReadFailure) {
        guard object.apiVersion == resource.apiVersion, !object.name.isEmpty,
            namespace == nil || object.namespace == namespace
        else {
            throw ReadFailure(
                .malformed, "cannot use what the server sent for \(resource): it holds \(object.gvk) \(object.key)")
        }
    }

    private struct Signals: WatchSignals {
        let stream: WatchStream
        var events: WatchStream.Iterator
        let resource: GroupVersionResource
        let namespace: String?

        mutating func next() async throws(ReadFailure) -> [WatchSignal<KubeObject>]? {
            let batch: [WatchEvent]?
            do {
                batch = try await events.next()
            } catch {
                // Silence is how a half-open connection shows; the next watch uses another one.
                if error.transport?.kind == .idle { return nil }
                throw ReadFailure(error)
            }
            guard let batch else { return nil }
            var signals: [WatchSignal<KubeObject>] = []
            for event in batch { signals.append(try signal(event)) }
            return signals
        }

        func abandon() { stream.abandon() }

        private func signal(_ event: WatchEvent) throws(ReadFailure) -> WatchSignal<KubeObject> {
            switch event {
            case .added(let object), .modified(let object):
                try ClusterListWatch.check(object, resource, namespace)
                return .upsert(object, resourceVersion: object.resourceVersion ?? "")
            case .deleted(let object):
                try ClusterListWatch.check(object, resource, namespace)
                return .delete(object, resourceVersion: object.resourceVersion ?? "")
            case .bookmark(let resourceVersion, _):
                return .bookmark(resourceVersion: resourceVersion)
            case .error(let status):
                return .failure(ReadFailure(watchOf: resource, status))
            }
        }
    }
}
