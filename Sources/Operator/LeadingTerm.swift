import AccessPointAPI
import DNSClient
import JSONValue
import KubeClient
import KubeModel
import KubeRuntime
import Logging
import Synchronization

/// What a process does while it leads: the controllers of MemberClusters and AccessPoints, and the members' sessions.
final class LeadingTerm: Sendable {
    private let host: HostStores
    private let client: KubeClient
    private let transport: any HTTPTransport
    private let elector: LeaderElector
    private let recorder: EventRecorder
    private let options: OperatorOptions
    private let hubID: String
    private let timeline: Timeline
    private let clock: HostClock
    private let logger: Logger
    private let metrics: OperatorMetrics
    private let registry = MemberRegistry()
    private let identities: ClusterIdentities
    private let claims = ObjectClaims()
    private let readings = ConcurrencyLimit(ReadingLine.total)
    private let looking: ProbeLine
    private let isStopping = Mutex(false)
    private let accessPoints: WorkQueue<ObjectKey>
    private let members: WorkQueue<ObjectKey>
    private let names: WorkQueue<ObjectKey>
    private let lookups: WorkQueue<String>

    init(
        host: HostStores, client: KubeClient, transport: any HTTPTransport, elector: LeaderElector,
        looking: ProbeLine, recorder: EventRecorder, options: OperatorOptions, hubID: String, timeline: Timeline,
        clock: HostClock, logger: Logger, metrics: OperatorMetrics
    ) {
        self.host = host
        identities = ClusterIdentities(host.memberClusters)
        self.client = client
        self.transport = transport
        self.looking = looking
        self.elector = elector
        self.recorder = recorder
        self.options = options
        self.hubID = hubID
        self.timeline = timeline
        self.clock = clock
        self.logger = logger
        self.metrics = metrics
        // Namespaces take turns, so that one with many AccessPoints does not hold up the others.
        accessPoints = WorkQueue(timeline: timeline, group: { $0.namespace ?? "" })
        members = WorkQueue(timeline: timeline)
        names = WorkQueue(timeline: timeline, group: { $0.namespace ?? "" })
        lookups = WorkQueue(timeline: timeline)
    }

    /// Time within which a request to a member is answered or given up; it must end before another process may lead.
    private var requestTimeout: Duration { min(.seconds(30), options.leaseDuration / 2) }

    /// Whether a mutating request may be sent to a member now.
    private func mayWrite() -> Bool {
        !isStopping.withLock { $0 } && elector.permitsWrite(timeout: requestTimeout)
    }

    /// Leads until cancelled, then ends the sessions; no request is begun after the cancellation.
    func lead(_ leadership: Leadership) async throws {
        try await host.waitUntilReady()
        let subscriptions = subscribe()
        defer { withExtendedLifetime(subscriptions) {} }
        let reconciler = accessPointReconciler()
        reconciler.claimHeld()
        metrics.census.count(CensusMetrics.Source(host, registry, elector, clock))
        let accessPointController = controller(
            "accesspoint", reconciler, accessPoints, workers: options.accessPointConcurrency)
        let memberController = controller("membercluster", memberReconciler(), members, workers: 4)
        let lookup = nameLookup()
        let nameReconciler = nameServiceReconciler(lookup)
        let nameController = controller("nameservice", nameReconciler, names, workers: 4)
        // A worker only waits, and for seconds where a resolver is dead: many keep the names that are left fresh.
        let lookupController = controller("lookup", lookup, lookups, workers: 64)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await memberController.run() }
            group.addTask { try await accessPointController.run() }
            group.addTask { try await nameController.run() }
            group.addTask { try await lookupController.run() }
            group.addTask { [names] in names.add(contentsOf: await nameReconciler.written()) }
            try await withTaskCancellationHandler {
                try await group.waitForAll()
            } onCancel: {
                isStopping.withLock { $0 = true }
            }
        }
        isStopping.withLock { $0 = true }
        await registry.stop()
    }

    private func controller<R: Reconciler>(
        _ name: String, _ reconciler: R, _ queue: WorkQueue<R.Key>, workers: Int
    ) -> Controller<R> {
        metrics.controllers.begin(name, workers: workers) { queue.figures }
        return Controller(name: name, reconciler: reconciler, queue: queue, workers: workers, timeline: timeline) {
            [logger, metrics] report in
            metrics.controllers.count(name, report)
            let about = Self.logging(report.item.key)
            switch report.outcome {
            case .done, .requeue: break
            case .retry(let error):
                logger.warning("Reconcile is tried again", metadata: about.merging(["error": "\(error)"]) { $1 })
            case .terminal(let error):
                logger.error("Reconcile waits for a change", metadata: about.merging(["error": "\(error)"]) { $1 })
            }
        }
    }
}

extension LeadingTerm {
    /// What a log line about the key of a queue carries, beside its ``ReconcileScope``.
    private static func logging(_ key: some Hashable & Sendable) -> Logger.Metadata {
        guard let object = key as? ObjectKey else { return ["key": "\(key)"] }
        var about: Logger.Metadata = ["name": "\(object.name)"]
        if let namespace = object.namespace { about["namespace"] = "\(namespace)" }
        return about
    }

    private func accessPointReconciler() -> AccessPointReconciler {
        AccessPointReconciler(
            host: host, client: client, registry: registry, claims: claims, recorder: recorder, options: options,
            hubID: hubID, timeline: timeline, now: { [clock] in clock.now },
            mayWrite: { [weak self] in self?.mayWrite() ?? false },
            wake: { [accessPoints] in accessPoints.add(contentsOf: $0) }, logger: logger, metrics: metrics.rollouts)
    }

    private func memberReconciler() -> MemberClusterReconciler {
        MemberClusterReconciler(
            host: host, client: client, registry: registry, options: options,
            pace: ObservationPace(timeline: timeline), now: { [clock] in clock.now },
            mayWrite: { [weak self] in self?.mayWrite() ?? false },
            open: {
                [
                    weak self, accessPoints, members, claims, connect, identities, readings, looking, options, hubID,
                    timeline, clock, logger, metrics
                ] name, endpoint, knownUID in
                MemberSession(
                    name: name, client: connect(name, endpoint), knownUID: knownUID, options: options, hubID: hubID,
                    timeline: timeline, now: { clock.now },
                    listener: MemberSession.Listener(
                        accessPointsChanged: { [accessPoints] in accessPoints.add(contentsOf: $0) },
                        objectsGone: { [accessPoints, claims] in
                            accessPoints.add(contentsOf: claims.waiters(of: $0))
                        },
                        healthChanged: { [weak self] in self?.healthChanged($0) },
                        conditionsChanged: { [members] in members.add(ObjectKey(namespace: nil, name: $0)) },
                        looked: { [metrics] in metrics.outside.count($0, $1, after: $2, in: name) }),
                    readings: readings, looking: looking, holder: { identities.holder(of: $0, other: name) },
                    logger: logger)
            },
            connect: connect, membersChanged: { [weak self] in self?.wakeAll() })
    }

    private func nameLookup() -> NameLookup {
        let client = DNSClient(servers: options.resolvers)
        return NameLookup(
            shortest: options.lookupInterval, now: { [clock] in clock.now },
            resolve: { question in
                do throws(DNSFailure) {
                    return .success(try await client.answer(to: question))
                } catch {
                    return .failure(error)
                }
            }, changed: { [names] in names.add(contentsOf: $0) },
            looked: { [metrics] in metrics.outside.count(lookup: $0) })
    }

    private func nameServiceReconciler(_ lookup: NameLookup) -> NameServiceReconciler {
        NameServiceReconciler(
            host: host, client: client, lookup: lookup, ask: { [lookups] in lookups.add(contentsOf: $0) },
            say: { [recorder] in recorder.record($0, on: $1) }, options: options,
            pace: ObservationPace(timeline: timeline), now: { [clock] in clock.now },
            mayWrite: { [weak self] in self?.mayWrite() ?? false })
    }

    private var connect: @Sendable (String, ClusterEndpoint) -> KubeClient {
        { [transport, requestTimeout] name, endpoint in
            KubeClient(
                endpoint: endpoint, transport: transport, clusterName: name, userAgent: "accesspoint-operator"
            ).with(timeout: requestTimeout)
        }
    }

    private func healthChanged(_ name: String) {
        members.add(ObjectKey(namespace: nil, name: name))
        wakeAll()
    }

    private func wakeAll() { accessPoints.add(contentsOf: host.accessPoints.list().map(\.key)) }

    /// What makes which object be looked at again.
    private func subscribe() -> [StoreSubscription] {
        [
            host.accessPoints.feed(accessPoints) { [$0.key] },
            host.targets.feed(accessPoints) { Self.owners(of: $0) },
            host.revisions.feed(accessPoints) { Self.owners(of: $0) },
            host.accessPoints.feed(names) { [host] in host.names(concernedBy: $0, of: AccessPoint.self) },
            host.nameServices.feed(names) { [host] in host.names(concernedBy: $0, of: NameService.self) },
            host.nameServices.feed(accessPoints) { change in
                let references = [change.before, change.after].compactMap {
                    $0?.spec?.value("targetRef", "name")?.stringValue
                }
                return Set([change.key.name] + references).map {
                    ObjectKey(namespace: change.key.namespace, name: $0)
                }
            },
            host.memberClusters.feed(members) { [$0.key] },
            host.memberClusters.feed(accessPoints) { [host] change in
                // What we write into a status moves no target; health is told by the session.
                Self.placement(change.before) == Self.placement(change.after)
                    ? [] : host.accessPoints.list().map(\.key)
            },
            host.accessPoints.feed(members) { change in
                // What it needs of a cluster changes with its template, and with the clusters that it is placed in.
                let (old, new) = (HostStores.clusters(of: change.before), HostStores.clusters(of: change.after))
                let isOtherTemplate = change.before?.spec?["trafficTemplate"] != change.after?.spec?["trafficTemplate"]
                guard isOtherTemplate || old != new else { return [] }
                return Set(old + new).map { ObjectKey(namespace: nil, name: $0) }
            },
            host.targets.feed(members) { change in
                // Nothing of a status counts there, and it changes with every step.
                guard change.before?.spec != change.after?.spec else { return [] }
                return [change.before, change.after].compactMap { $0?.spec?["clusterName"]?.stringValue }
                    .map { ObjectKey(namespace: nil, name: $0) }
            },
        ]
            + host.secrets.map { namespace, store in
                store.feed(members) { [host, options] change in
                    host.memberClusters.list().filter { cluster in
                        let reference = cluster.spec?.value("access", "secretRef")
                        return reference?["name"]?.stringValue == change.key.name
                            && (reference?["namespace"]?.stringValue ?? options.namespace) == namespace
                    }.map(\.key)
                }
            }
    }

    /// What of a MemberCluster may place targets elsewhere.
    private static func placement(_ cluster: KubeObject?) -> [JSONValue?] {
        [
            cluster?.spec, cluster?.json.value("metadata", "labels"), cluster?.json.value("metadata", "uid"),
            cluster?.json.value("metadata", "deletionTimestamp"), cluster?.status?["clusterUID"],
        ]
    }

    private static func owners(of change: StoreChange<KubeObject>) -> [ObjectKey] {
        [change.before, change.after].compactMap { object in
            guard let object, let name = object.label(Names.Label.accessPoint) else { return nil }
            return ObjectKey(namespace: object.namespace, name: name)
        }
    }
}
