import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import KubeRuntime
import Logging

/// Keeps a member's session in step with its MemberCluster and Secret, and its health in the MemberCluster's status.
struct MemberClusterReconciler: Reconciler {
    let host: HostStores
    let client: KubeClient
    let registry: MemberRegistry
    let options: OperatorOptions
    let pace: ObservationPace
    let now: @Sendable () -> Timestamp
    /// Whether this process may still write: what it has seen before it was stopped is as old as its lease.
    let mayWrite: @Sendable () -> Bool
    /// Makes a session that has not begun yet.
    let open: @Sendable (_ name: String, _ endpoint: ClusterEndpoint, _ knownUID: String?) -> MemberSession
    /// A client for a member, to try new credentials with.
    let connect: @Sendable (_ name: String, _ endpoint: ClusterEndpoint) -> KubeClient
    /// Called when a session appeared or went: every AccessPoint may be placed differently.
    let membersChanged: @Sendable () -> Void

    func reconcile(_ key: ObjectKey) async -> Outcome {
        guard let object = host.memberClusters.get(key) else {
            registry.remove(key.name)
            membersChanged()
            return .done
        }
        let member: MemberCluster
        do {
            member = try MemberCluster.decode(object.json)
        } catch {
            return await write(
                object, session: nil, problem: MemberAccess.Problem(reason: "Invalid", message: "\(error)"))
        }
        if let outcome = await keepFinalizer(object) { return outcome }
        var problem: MemberAccess.Problem?
        do {
            problem = try await keepSession(member)
        } catch {
            problem = error
            if registry.session(key.name)?.health.isReachable ?? false {
                problem?.message += "; the old credentials stay in use"
            }
        }
        if registry.note(problem, of: key.name) { membersChanged() }
        let outcome = await write(object, session: registry.session(key.name), problem: problem)
        // New credentials that do not work yet may work later, without any event on the host.
        if problem != nil, case .done = outcome { return .requeue(after: options.probeInterval) }
        return outcome
    }

    /// Opens the session, or takes it over to new credentials once these are seen to work.
    private func keepSession(_ member: MemberCluster) async throws(MemberAccess.Problem) -> MemberAccess.Problem? {
        let name = member.metadata.name
        let access = try MemberAccess.read(member.spec.access.secretRef, host: host, options: options)
        if registry.isCurrent(name, digest: access.digest) { return nil }
        guard let session = registry.session(name) else {
            let session = open(name, access.endpoint, member.status.clusterUID)
            registry.put(session, digest: access.digest)
            session.start()
            membersChanged()
            return nil
        }
        let client = connect(name, access.endpoint)
        var health = MemberHealth(uid: session.health.uid)
        health.observe(await MemberSession.probe(client.with(timeout: .seconds(5))), now: now())
        guard health.isReachable else {
            // What works is kept for as long as the new credentials do not; a session that does not work has
            // nothing to lose.
            if session.health.isReachable {
                let condition = health.ready(observedGeneration: 0)
                return MemberAccess.Problem(
                    reason: condition.reason,
                    message: "the new credentials in Secret \(member.spec.access.secretRef.name) do not work, the old"
                        + " credentials stay in use: \(condition.message)")
            }
            session.replace(client: client)
            registry.put(session, digest: access.digest)
            return nil
        }
        session.replace(client: client)
        registry.put(session, digest: access.digest)
        return nil
    }

    /// A MemberCluster stays while a target refers to it, so that nothing is left behind in it unseen.
    private func keepFinalizer(_ object: KubeObject) async -> Outcome? {
        let isUsed =
            !host.targets.list(indexedBy: HostStores.index(cluster: object.name)).isEmpty
            || object.isBeingDeleted && host.isJournaled(object.name)
        do throws(APIError) {
            guard
                let patched = try await client.keepFinalizer(present: isUsed, on: object, Names.memberClusters)
            else { return nil }
            host.memberClusters.observe(written: patched)
            return .requeue(after: .zero)
        } catch {
            return .retry(Setback("\(error)"))
        }
    }

    private func write(_ object: KubeObject, session: MemberSession?, problem: MemberAccess.Problem?) async
        -> Outcome
    {
        let old: MemberClusterStatus
        do { old = try MemberClusterStatus.decode(object.status) } catch { return .terminal(Setback("\(error)")) }
        let users = MemberUsers(of: object.name, host)
        let status = MemberClusterStatus.next(
            after: old, generation: object.generation ?? 0, health: session?.health,
            problem: problem ?? session?.readProblem,
            abilities: session.map { abilities(of: $0, object, users) } ?? MemberConditions(),
            latency: session?.latency, accessPoints: users.accessPoints.count, now: now())
        guard let patch = StatusPatch.merge(from: old.json, to: status.json) else { return .done }
        // How many use it changes with every AccessPoint that comes or goes, and nobody waits for the number.
        if status.differs(from: old, onlyIn: \.accessPoints), let wait = pace.wait(object.name) {
            return .requeue(after: wait)
        }
        guard mayWrite() else { return .retry(Setback("this process no longer leads")) }
        var body: JSONValue = ["status": patch]
        body.set(.string(object.resourceVersion ?? ""), at: ["metadata", "resourceVersion"])
        do throws(APIError) {
            let written = try await client.mergePatch(
                body, resource: Names.memberClusters, key: object.key, fieldManager: Names.fieldManager,
                subresource: "status")
            host.memberClusters.observe(written: written)
            pace.note(object.name)
            return .done
        } catch {
            return .retry(Setback("\(error)"))
        }
    }
}

extension MemberClusterReconciler {
    /// What is known of what a member is able to do; asks for what is not known yet.
    private func abilities(of session: MemberSession, _ object: KubeObject, _ users: MemberUsers) -> MemberConditions {
        var abilities = MemberConditions()
        abilities.used = users.kinds
        abilities.served = session.cache.discoveredKinds
        abilities.istioVersion = session.cache.istioVersion
        guard let served = abilities.served else { return abilities }
        let runsGateways = object.spec?["role"]?.stringValue == MemberClusterSpec.Role.gateway.rawValue
        let needs = MemberRights.needs(
            of: Set(served.keys), in: Array(users.namespaces),
            gatewayNamespaces: runsGateways ? options.gatewayNamespaces : [])
        let answers = session.rights.need(Set(needs.map(\.asked)), for: object.key)
        let rights = MemberRights(needs, answers)
        session.note(lacksRights: !rights.missing.isEmpty)
        abilities.rights = rights
        return abilities
    }
}

extension MemberClusterStatus {
    /// Whether two statuses are equal but for one field.
    fileprivate func differs<Value>(from other: Self, onlyIn field: WritableKeyPath<Self, Value>) -> Bool {
        var same = self
        same[keyPath: field] = other[keyPath: field]
        return same.json == other.json
    }

    /// The status that follows from what is known now; nothing in it changes while nothing is learnt.
    static func next(
        after old: MemberClusterStatus, generation: Int64, health: MemberHealth?, problem: MemberAccess.Problem?,
        abilities: MemberConditions = MemberConditions(), latency: Int? = nil, accessPoints: Int, now: Timestamp
    ) -> MemberClusterStatus {
        var status = old
        status.observedGeneration = generation
        status.accessPoints = accessPoints
        let health = health ?? MemberHealth(uid: nil)
        var ready = health.ready(observedGeneration: generation)
        // Until it has been looked at, what the process before this one has found of the same spec stands: a new leader
        // has no news. What was wrong may have been mended since.
        if health.state == .unknown, let known = old.conditions["Ready"], known.observedGeneration == generation,
            known.status != .false
        {
            ready = known
        }
        if let problem {
            // Old credentials that still work keep the cluster in service; the message says that new ones do not.
            let works = health.isReachable && problem.reason != MemberAccess.Problem.unreadable
            ready = Condition(
                type: "Ready", status: works ? .true : .false, reason: problem.reason, message: problem.message,
                observedGeneration: generation)
        }
        status.conditions.set(ready, now: now.wholeSeconds)
        for condition in abilities.conditions(
            ready: ready, isReachable: health.isReachable, isUnasked: health.state == .unknown, old: old.conditions,
            generation: generation)
        {
            status.conditions.set(condition, now: now.wholeSeconds)
        }
        // Of a member that does not answer it is not known; until it has answered often enough what was known stands.
        if health.isReachable {
            status.latencyMilliseconds = latency ?? old.latencyMilliseconds
        } else if health.state != .unknown {
            status.latencyMilliseconds = nil
        }
        if let version = health.version { status.kubernetesVersion = version }
        if let istio = abilities.istioVersion { status.istioVersion = istio.isEmpty ? nil : istio }
        // The identity is written down at first contact and never replaced by another.
        if status.clusterUID == nil { status.clusterUID = health.uid }
        status.lastSeenTime = health.isReachable ? nil : health.lastSeen?.wholeSeconds ?? old.lastSeenTime
        return status
    }
}
