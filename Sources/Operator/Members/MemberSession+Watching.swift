import KubeClient
import KubeModel
import KubeRuntime
import Logging
import TrafficModel

extension MemberSession {
    /// Time between two looks at which kinds the member serves.
    static let discoveryInterval: Duration = .seconds(60)

    /// Watches our objects of every kind that the member serves, and looks for kinds that are installed later.
    func keepWatching(_ client: KubeClient) async {
        await withDiscardingTaskGroup { group in
            var watched: [TrafficKind: String] = [:]
            var istioDue = Moment.start
            while !Task.isCancelled {
                let isReachable = health.isReachable
                let isNews = isReachable ? await look(client) : false
                guard !Task.isCancelled else { return }
                let served = cache.served
                // A version that is served no longer is watched in vain: everything is read anew.
                if watched.contains(where: { served[$0.key] ?? $0.value != $0.value }) {
                    return reconnect()
                }
                for (kind, version) in served where watched[kind] == nil {
                    watched[kind] = version
                    group.addTask { await self.watch(kind, version, client) }
                    group.addTask { await self.tellWhenComplete(kind) }
                }
                // Only shown, so that no watch waits for it.
                if isReachable, isNews || timeline.now >= istioDue, await lookAtIstio(client) {
                    istioDue = timeline.now.advanced(by: options.neighbourInterval)
                }
                await watchNow.wait(atMost: watched.isEmpty ? options.probeInterval : Self.discoveryInterval, timeline)
            }
        }
    }

    /// Looks at what the member is and serves; returns whether that is news.
    private func look(_ client: KubeClient) async -> Bool {
        do throws(APIError) {
            let found = try await Self.discover(client)
            let (version, kinds) = (cache.version, cache.discoveredKinds)
            cache.version = found.version
            cache.discovered(found.kinds)
            let isOther = cache.discoveredKinds != kinds
            if isOther {
                listener.conditionsChanged(name)
                readSoon()
            }
            note(nil, of: .discovery)
            return isOther || found.version != version
        } catch {
            note("\(error)", of: .discovery)
            return false
        }
    }

    /// Looks at the version of Istio, which is only shown: where it cannot be read, what was known of it stands.
    /// Returns whether it could be.
    private func lookAtIstio(_ client: KubeClient) async -> Bool {
        guard let istio = try? await Self.istioVersion(client) else { return false }
        if istio != cache.istioVersion {
            cache.istioVersion = istio
            listener.conditionsChanged(name)
        }
        return true
    }

    private func note(_ failure: String?, of subject: ReadTroubles.Subject) {
        if cache.noted(failure, of: subject, now: timeline.now) { listener.healthChanged(name) }
    }

    private func watch(_ kind: TrafficKind, _ version: String, _ client: KubeClient) async {
        guard let store = cache.stores[kind] else { return }
        let restored = Signal()
        let source = ClusterListWatch(
            client: client, resource: kind.resource(version), labelSelector: Self.selector(hub: hubID))
        let reflector = Reflector(source: source, store: store, timeline: timeline) { [weak self] failure in
            guard let self else { return }
            note(failure?.description, of: .objects(kind))
            guard let failure else { return }
            logger.debug("A watch failed", metadata: ["kind": "\(kind.kind)", "error": "\(failure)"])
            if case .regressed = failure.kind { restored.raise() }
            if failure.kind == .unreachable || failure.kind == .unauthorized { probeNow.raise() }
        }
        await withDiscardingTaskGroup { group in
            group.addTask { await reflector.run() }
            group.addTask { await self.acceptRestores(of: kind, reflector, when: restored, client) }
        }
    }

    /// Takes over the older history of a member that was restored from a backup, once it has shown that it still is the
    /// same cluster: what it holds is read anew, and what differs from the assigned revisions is drift.
    private func acceptRestores(
        of kind: TrafficKind, _ reflector: Reflector<KubeObject>, when restored: Signal, _ client: KubeClient
    ) async {
        await Self.accept(
            when: restored,
            if: {
                guard case .answered(let uid, _) = await Self.probe(client) else { return false }
                return uid == self.health.uid && self.health.isReachable
            }
        ) {
            self.logger.warning(
                "The history of the cluster has gone back, as after a restore: its objects are read anew",
                metadata: ["kind": "\(kind.kind)"])
            reflector.acceptRegression()
        }
    }

    /// Accepts a restore each time that one is seen and the member is confirmed to be the same cluster.
    static func accept(
        when restored: Signal, if isSame: @Sendable () async -> Bool, _ accept: @Sendable () -> Void
    ) async {
        while !Task.isCancelled {
            await restored.wait()
            if await isSame(), !Task.isCancelled { accept() }
        }
    }

    /// An empty list changes no object; who waits for the lists to be complete has to be told.
    private func tellWhenComplete(_ kind: TrafficKind) async {
        do { try await cache.stores[kind]?.waitUntilReady() } catch { return }
        if cache.isComplete { listener.healthChanged(name) }
    }

    /// The versions of Istio that the labels of istiod's Services give, with commas between them; empty: they give none.
    ///
    /// Services are what the operator may list in a member anyway. Istio's charts label them since 1.24 (`istio.labels` of
    /// `manifests/charts`), istioctl did so before.
    static func istioVersion(_ client: KubeClient) async throws(APIError) -> String {
        let services = GroupVersionResource(group: "", version: "v1", resource: "services")
        // Out of the server's cache: with a limit it would be read from etcd, page by page.
        let found = try await client.list(services, labelSelector: "app=istiod", limit: 0, resourceVersion: "0")
        let labels = ["app.kubernetes.io/version", "operator.istio.io/version"]
        let versions = found.items.prefix(16).compactMap { service in labels.compactMap { service.label($0) }.first }
        return Text.cut(Set(versions.map(Text.clean)).sorted().joined(separator: ", "), to: 64)
    }

    /// What a server is and serves; throws where it cannot say it, or is not ready to.
    ///
    /// A server that has just started answers 404 for groups that it will serve a moment later, so the answer counts
    /// only when it calls itself ready.
    static func discover(_ client: KubeClient) async throws(APIError) -> (
        version: MemberCache.Version, kinds: [TrafficKind: String]
    ) {
        _ = try await client.getRaw("/readyz")
        let version = try await client.serverVersion()
        var kinds: [TrafficKind: String] = [:]
        for group in Set(TrafficKind.allCases.map(\.group)) {
            // A group that is not installed has none; readiness was asked before.
            let served = try await client.servedResources(group)
            for kind in TrafficKind.allCases where kind.group == group {
                let versions = served.filter { $0.kind == kind.kind && $0.verbs.contains("watch") }
                    .map(\.resource.version)
                kinds[kind] = kind.newestVersion(servedBy: versions)
            }
        }
        return (MemberCache.Version(major: version.major, minor: version.minor), kinds)
    }
}
