import AccessPointAPI
import CurlTransport
public import KubeClient
import KubeModel
import KubeRuntime
public import Logging
import Synchronization

/// One operator process: watches the host, takes the Lease, and while it leads brings AccessPoints forward.
public struct OperatorProcess: Sendable {
    private static let namespaces = GroupVersionResource(group: "", version: "v1", resource: "namespaces")
    private static let agent = "accesspoint-operator"

    private let options: OperatorOptions
    private let endpoint: ClusterEndpoint
    private let logger: Logger
    private let metrics: OperatorMetrics
    private let health: OperatorHealth
    private let end: @Sendable () -> Void

    /// A process that does not run yet.
    ///
    /// - Parameters:
    ///   - options: how it runs.
    ///   - host: how the host cluster is reached.
    ///   - logger: where it writes what it does.
    ///   - metrics: where it counts what it does.
    ///   - health: where it tells how it is.
    ///   - end: ends the process at once; called where work still goes on when the lease has run out, for somebody
    ///     else may lead from then on.
    public init(
        options: OperatorOptions, host: ClusterEndpoint, logger: Logger, metrics: OperatorMetrics,
        health: OperatorHealth, end: @escaping @Sendable () -> Void
    ) {
        self.options = options
        endpoint = host
        self.logger = logger
        self.metrics = metrics
        self.health = health
        self.end = end
    }

    /// Runs until the task is cancelled; then writes under way are finished and the Lease is given back.
    ///
    /// - Throws: where the host cannot be used, or where leadership was lost: this process must not go on then.
    public func run() async throws {
        let settings = try LeaseSettings(
            leaseDuration: options.leaseDuration, renewDeadline: options.renewDeadline,
            retryPeriod: options.retryPeriod)
        let network = try CurlTransport()
        let transport = MeasuredTransport(base: network, metrics: metrics.requests)
        let looking = ProbeLine { probe in
            do throws(TransportError) {
                return .success(try await network.probe(probe))
            } catch {
                return .failure(error)
            }
        }
        let timeline = Timeline()
        let client = KubeClient(
            endpoint: endpoint, transport: transport, clusterName: "host", userAgent: Self.agent)
        do {
            try await health.beating(timeline) { try await run(client, transport, looking, settings, timeline) }
        } catch {
            await transport.shutdown()
            if error is CancellationError { return }
            throw error
        }
        await transport.shutdown()
    }

    private func run(
        _ client: KubeClient, _ transport: MeasuredTransport, _ looking: ProbeLine, _ settings: LeaseSettings,
        _ timeline: Timeline
    ) async throws {
        let clock = HostClock(timeline: timeline)
        let hubID = try await hubID(client, timeline)
        let host = HostStores(
            secretNamespaces: Set([options.namespace] + options.clusterSecretNamespaces).sorted())
        let elector = LeaderElector(
            identity: options.identity, settings: settings,
            leases: ClusterLease(
                client: client, key: ObjectKey(namespace: options.namespace, name: Self.agent)),
            timeline: timeline, date: { clock.now },
            notice: { [logger, health] notice in
                if case .lost = notice { health.lostLease() }
                Self.log(notice, logger)
            })
        health.watches { host.missing }
        metrics.lease.show(Self.agent) { [elector] in elector.leadership != nil }
        // A rollout of a fleet has more to tell than the recorder's defaults allow one object, and the answer to a person
        // must not be the one that is dropped.
        var events = EventLog.Settings()
        (events.burst, events.refill) = (200, .seconds(20))
        let recorder = EventRecorder(
            controller: Names.reportingController, instance: options.identity, sink: ClusterEvents(client: client),
            timeline: timeline, date: { clock.now }, settings: events)
        let term = LeadingTerm(
            host: host, client: client, transport: transport, elector: elector, looking: looking, recorder: recorder,
            options: options, hubID: hubID, timeline: timeline, clock: clock, logger: logger, metrics: metrics)
        let restored = Signal()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                await restored.wait()
                try Task.checkCancellation()
                throw HostRestored()
            }
            for watch in host.watches {
                let source = ClusterListWatch(
                    client: client, resource: watch.1, namespace: watch.namespace, labelSelector: watch.selector)
                let reflector = Reflector(source: source, store: watch.0, timeline: timeline) { [logger] failure in
                    guard let failure else { return }
                    logger.warning("A watch of the host failed", metadata: ["error": "\(failure)"])
                    if case .regressed = failure.kind { restored.raise() }
                }
                group.addTask {
                    await reflector.run()
                    return false
                }
            }
            group.addTask {
                await recorder.run()
                return false
            }
            group.addTask {
                try await elector.run(overdue: end) { leadership in try await term.lead(leadership) }
                return true
            }
            // The end of leading is the end of the process, and so is an error of any of them.
            while let isOver = try await group.next(), !isOver {}
            group.cancelAll()
        }
    }

    /// The mark of this host on objects in members; asked until the host answers.
    private func hubID(_ client: KubeClient, _ timeline: Timeline) async throws -> String {
        if let id = options.hubID { return id }
        var backoff = Backoff(.watch)
        var random = SystemRandomNumberGenerator()
        while true {
            do throws(APIError) {
                let system = try await client.get(Self.namespaces, ObjectKey(namespace: nil, name: "kube-system"))
                if let uid = system.uid { return uid }
            } catch {
                if error.disposition == .denied || error.disposition == .identity { throw error }
                logger.warning("The host does not answer yet", metadata: ["error": "\(error)"])
            }
            try await timeline.sleep(for: backoff.fail(now: timeline.now, using: &random))
        }
    }

    private static func log(_ notice: LeaderElector.Notice, _ logger: Logger) {
        switch notice {
        case .acquired: logger.info("Took the lease")
        case .lost(let loss): logger.error("Lost the lease", metadata: ["loss": "\(loss)"])
        case .holder(let holder): logger.info("Another replica leads", metadata: ["holder": "\(holder)"])
        case .failed(let error): logger.warning("A lease request failed", metadata: ["error": "\(error)"])
        }
    }
}

/// The history of the host has gone back: what this process has decided on no longer exists there.
///
/// It must not go on with what it remembers. A new process reads everything anew; what the members hold of a history
/// that the host no longer knows is then told as HistoryRegressed and not put back by itself.
struct HostRestored: Error, CustomStringConvertible {
    var description: String {
        "the host shows an older history than before, as after a restore from a backup: this process ends, so that the"
            + " next one reads everything anew"
    }
}
