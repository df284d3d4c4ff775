import AccessPointAPI
import KubeClient
import KubeModel
import KubeRuntime
import Logging
import Synchronization
import TrafficModel

/// The connection to one member cluster: its client, its health, what it holds, and the work that it does.
///
/// Everything here belongs to this member alone, so that a slow, dead or hostile one delays no other.
final class MemberSession: Sendable {
    /// What the session tells the rest of the operator.
    struct Listener: Sendable {
        /// An object, a fact or a report of these AccessPoints changed.
        var accessPointsChanged: @Sendable (Set<ObjectKey>) -> Void
        /// An object that belonged to one of these AccessPoints is gone.
        var objectsGone: @Sendable (Set<ObjectKey>) -> Void
        /// Health or identity changed.
        var healthChanged: @Sendable (String) -> Void
        /// Something changed that moves no AccessPoint and is told in the MemberCluster's status alone.
        var conditionsChanged: @Sendable (String) -> Void = { _ in }
        /// A VIP was looked at from outside, for so long.
        var looked: @Sendable (ProbeQuery, Verdict, Duration) -> Void = { _, _, _ in }
    }

    private struct State {
        var client: KubeClient
        var health: MemberHealth
        var connection: Task<Void, Never>?
        var isStopped = false
        var lacksRights = false
        var latency = MemberLatency()
    }

    let name: String
    let cache = MemberCache()
    let facts: FactBook<FactQuery, FactAnswer>
    /// What the credential may do, by namespace.
    let rights: FactBook<String, MemberRights.Answer>
    let jobs: MemberJobs
    /// What is seen under the VIPs of its targets, from outside.
    let looks: FactBook<ProbeQuery, Verdict>
    let looking: ProbeLine
    let lookNow = Signal()

    private let state: Mutex<State>
    let options: OperatorOptions
    let hubID: String
    let timeline: Timeline
    let now: @Sendable () -> Timestamp
    let listener: Listener
    /// What all members share while they are read.
    private let readings: ConcurrencyLimit
    /// The other MemberCluster that is known to be the cluster of this uid; nil: there is none.
    private let holder: @Sendable (_ uid: String) -> String?
    let logger: Logger
    let probeNow = Signal()
    let readNow = Signal()
    let neighboursNow = Signal()
    let watchNow = Signal()
    let rightsNow = Signal()
    /// How often something was denied.
    let denials = Signal()
    private let subscriptions = Mutex<[StoreSubscription]>([])

    /// A session that has not begun: `client` is the connection to begin with, `knownUID` the uid of the kube-system
    /// namespace from earlier contact, `readings` and `looking` what all members share while they and their VIPs are
    /// looked at.
    init(
        name: String, client: KubeClient, knownUID: String?, options: OperatorOptions, hubID: String,
        timeline: Timeline, now: @escaping @Sendable () -> Timestamp, listener: Listener,
        readings: ConcurrencyLimit = ConcurrencyLimit(ReadingLine.total), looking: ProbeLine = .closed,
        holder: @escaping @Sendable (_ uid: String) -> String? = { _ in nil }, logger: Logger
    ) {
        self.name = name
        self.options = options
        self.hubID = hubID
        self.timeline = timeline
        self.now = now
        self.listener = listener
        self.readings = readings
        self.looking = looking
        self.holder = holder
        var logger = logger
        logger[metadataKey: "cluster"] = "\(name)"
        self.logger = logger
        state = Mutex(State(client: client, health: MemberHealth(uid: knownUID)))
        facts = FactBook(wake: { [readNow, neighboursNow] in
            readNow.raise()
            neighboursNow.raise()
        })
        rights = FactBook(wake: { [rightsNow] in rightsNow.raise() })
        looks = FactBook(wake: { [lookNow] in lookNow.raise() })
        jobs = MemberJobs(
            concurrency: options.memberConcurrency, timeline: timeline, now: now,
            changed: { listener.accessPointsChanged([$0]) }, suspect: { [probeNow] in probeNow.raise() },
            denied: { [denials, rightsNow] in
                denials.raise()
                rightsNow.raise()
            })
    }

    var health: MemberHealth { state.withLock { $0.health } }

    /// How long it takes to answer, as it is shown; nil: that is not known yet.
    var latency: Int? { state.withLock { $0.latency.milliseconds } }

    /// Whether it answers and is known well enough to be given work: what it serves and what of ours it holds.
    var isReady: Bool { health.isReachable && cache.isComplete }

    /// Why it cannot be read although it answers; nil while it can, or soon will.
    var readProblem: MemberAccess.Problem? {
        guard health.isReachable, let trouble = cache.trouble else { return nil }
        return MemberAccess.Problem(
            reason: MemberAccess.Problem.unreadable,
            message: "\(trouble); nothing is written while that lasts. If access is denied, grant the rights of"
                + " samples/member-rbac.yaml")
    }

    var client: KubeClient { state.withLock { $0.client } }

    /// Whether the credential lacks something, so that it is soon looked at again: somebody may be mending it.
    var lacksRights: Bool { state.withLock { $0.lacksRights } }

    /// Takes note that the member has denied something: what the credential may do is looked at soon, and not only when
    /// that is due.
    func denied() {
        denials.raise()
        rightsNow.raise()
    }

    /// Notes whether the credential lacks something.
    func note(lacksRights: Bool) {
        let isNews = state.withLock { state in
            defer { state.lacksRights = lacksRights }
            return lacksRights && !state.lacksRights
        }
        if isNews { rightsNow.raise() }
    }

    /// Begins to probe, to watch and to read.
    func start() {
        subscriptions.withLock {
            $0 = cache.subscribe(changed: listener.accessPointsChanged, gone: listener.objectsGone)
        }
        connect(nil)
    }

    /// Ends everything that this session does.
    func stop() {
        state.withLock { state in
            state.isStopped = true
            return state.connection
        }?.cancel()
        jobs.stop()
        subscriptions.withLock { $0 = [] }
    }

    /// Goes over to another client: the old one serves until this call, the caches keep what they hold and are
    /// brought up to date by a complete list through the new one.
    func replace(client: KubeClient) { connect(client) }

    /// What one AccessPoint had asked for is asked no longer.
    func withdraw(_ key: ObjectKey) {
        facts.withdraw(key)
        looks.withdraw(key)
    }

    /// Reads everything anew through the present client.
    func reconnect() { connect(nil) }

    /// Looks at the member again at once, for somebody has seen a request fail.
    func probe() { probeNow.raise() }

    /// Selects the objects of this host's operator.
    static func selector(hub: String) -> String {
        "\(Names.Label.managedBy)=\(Names.managedBy),\(Names.Label.hub)=\(hub)"
    }

    private func connect(_ client: KubeClient?) {
        let old = state.withLock { state in
            guard !state.isStopped else { return nil as Task<Void, Never>? }
            if let client { state.client = client }
            defer {
                // It finds the client of this call, for it cannot read it before the lock is free; it is no part of the
                // reconcile that opens it.
                state.connection = ReconcileScope.$current.withValue(nil) {
                    Task { [weak self] in
                        guard let self else { return }
                        await self.run()
                    }
                }
            }
            return state.connection
        }
        old?.cancel()
    }
}

extension MemberSession {
    private func run() async {
        let client = self.client
        let reading = client.through { ReadingLine($0, sharing: readings) }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.keepProbing(client) }
            group.addTask { await self.keepReading(reading) }
            group.addTask { await self.keepReadingNeighbours(reading) }
            group.addTask { await self.keepWatching(reading) }
            group.addTask { await self.keepReviewing(reading) }
            group.addTask { await self.keepLooking() }
        }
    }

    // MARK: Health

    /// Probes at the probe interval, or at once when a request got no answer; a member that is down is asked ever more
    /// seldom, up to ``MemberHealth/longestWait``.
    private func keepProbing(_ client: KubeClient) async {
        let client = client.with(timeout: min(options.probeInterval, .seconds(5)))
        var breaker = Breaker(
            .init(
                threshold: MemberHealth.threshold,
                open: BackoffPolicy(base: options.probeInterval / 2, cap: MemberHealth.longestWait, jitter: 0.2)))
        var random = SystemRandomNumberGenerator()
        while !Task.isCancelled {
            if case .refused(let until) = breaker.permit(now: timeline.now) {
                guard (try? await timeline.sleep(until: until)) != nil else { return }
                continue
            }
            let start = timeline.now
            let probe = await Self.probe(client)
            guard !Task.isCancelled else { return }
            if case .failed = probe {
                breaker.failed(now: timeline.now, using: &random)
            } else {
                breaker.answered()
            }
            take(probe)
            // It consists of two requests, one after the other.
            if case .answered = probe { note(latency: start.duration(to: timeline.now) / 2) }
            if case .closed = breaker.state { await probeNow.wait(atMost: options.probeInterval, timeline) }
        }
    }

    /// One look at a member: who it is and whether it accepts the credential.
    static func probe(_ client: KubeClient) async -> MemberHealth.Probe {
        do throws(APIError) {
            let namespaces = GroupVersionResource(group: "", version: "v1", resource: "namespaces")
            let system = try await client.get(namespaces, ObjectKey(namespace: nil, name: "kube-system"))
            let version = try await client.serverVersion()
            return .answered(uid: system.uid ?? "", version: version.gitVersion)
        } catch {
            return switch error.disposition {
            case .identity: .unauthorised("\(error)")
            case .denied: .forbidden("\(error)")
            default: .failed("\(error)")
            }
        }
    }

    private func note(latency time: Duration) {
        let (before, after) = state.withLock { state in
            let before = state.latency.milliseconds
            state.latency.note(time)
            return (before, state.latency.milliseconds)
        }
        if before != after { listener.conditionsChanged(name) }
    }

    private func take(_ probe: MemberHealth.Probe) {
        let now = self.now()
        var probe = probe
        if case .answered(let uid, _) = probe, let other = holder(uid) { probe = .taken(uid: uid, by: other) }
        let (before, after) = state.withLock { state in
            let before = state.health
            state.health.observe(probe, now: now)
            return (before, state.health)
        }
        guard before.state != after.state || before.uid != after.uid || before.version != after.version else { return }
        logger.info("Member health changed", metadata: ["state": "\(after.state)"])
        listener.healthChanged(name)
        guard after.isReachable else { return }
        cache.forgive()
        readSoon()
        watchNow.raise()
        rightsNow.raise()
        // After an outage every watch waits for its next attempt, for longer and longer; nobody has to wait for that.
        if !before.isReachable, before.state != .unknown { reconnect() }
    }
}
