import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import KubeRuntime
import Logging
import Rendering
import Rollout
import Synchronization
import TrafficModel

/// Brings one AccessPoint forward: reads the scene, decides, commits the decision, and only then acts on it.
///
/// It never waits for a member. What members do comes back as reports and makes the AccessPoint be looked at again.
final class AccessPointReconciler: Reconciler {
    let host: HostStores
    let client: KubeClient
    let registry: MemberRegistry
    let recorder: EventRecorder
    let options: OperatorOptions
    let hubID: String
    let timeline: Timeline
    let now: @Sendable () -> Timestamp
    let mayWrite: @Sendable () -> Bool
    /// Makes other AccessPoints be looked at again.
    let wake: @Sendable (Set<ObjectKey>) -> Void
    let renders: RenderMemo
    let claims: ObjectClaims
    /// The epochs that this term of leadership has committed, by uid; lost with it.
    let heldEpochs = Mutex<[String: Int64]>([:])
    /// What the repairs that are under way put back, by uid.
    let repairs = Mutex<[String: RepairedDrift]>([:])
    /// The runs that are under way, by uid.
    let progressions = Mutex<[String: RunProgression]>([:])
    let pace: ObservationPace
    let logger: Logger
    let metrics: RolloutMetrics
    private let planner = RolloutPlanner()

    init(
        host: HostStores, client: KubeClient, registry: MemberRegistry, claims: ObjectClaims, recorder: EventRecorder,
        options: OperatorOptions, hubID: String, timeline: Timeline, now: @escaping @Sendable () -> Timestamp,
        mayWrite: @escaping @Sendable () -> Bool, wake: @escaping @Sendable (Set<ObjectKey>) -> Void, logger: Logger,
        metrics: RolloutMetrics
    ) {
        self.host = host
        self.client = client
        self.registry = registry
        self.claims = claims
        self.recorder = recorder
        self.options = options
        self.hubID = hubID
        self.timeline = timeline
        self.now = now
        self.mayWrite = mayWrite
        self.wake = wake
        self.logger = logger
        pace = ObservationPace(timeline: timeline)
        self.metrics = metrics
        renders = RenderMemo(
            options: RenderOptions(
                gatewayNamespaces: options.gatewayNamespaces, allowedServiceFields: options.allowedServiceFields))
    }

    func reconcile(_ key: ObjectKey) async -> Outcome {
        guard let object = host.accessPoints.get(key) else {
            forget(key)
            return .done
        }
        do {
            return try await advance(object)
        } catch let error as APIError {
            return .retry(Setback("\(error)"))
        } catch let error as StoredFieldError {
            let text =
                "status.rollout cannot be read, so nothing is decided: \(error)"
                + "; or remove status.rollout to have it rebuilt from the AccessPointTargets"
            recorder.record(
                Announcement(isWarning: true, reason: "StatusUnreadable", action: "Read", note: text), on: object)
            return .terminal(Setback("AccessPoint \(key): \(text)"))
        } catch {
            return .retry(Setback("\(error)"))
        }
    }

    private func advance(_ object: KubeObject) async throws -> Outcome {
        // What a process has seen that was stopped meanwhile is as old as its lease.
        guard mayWrite() else { return .retry(Setback("this process no longer leads")) }
        let scene = try AccessPointScene(object, host: host, registry: registry, hubID: hubID, now: now())
        // One of the same name may have gone and this one come without anybody having looked in between.
        for uid in renders.forget(scene.key, but: scene.uid) { forget(uid: uid, scene.key) }
        var evaluation = AccessPointEvaluation(scene, renders: renders, claims: claims, owner: host.owner)
        if !evaluation.freed.isEmpty { wake(evaluation.freed) }
        guard let wanted = try await wantedRevision(scene, &evaluation) else { return .requeue(after: .zero) }
        var observation = AccessPointObservation(
            scene, evaluation, wanted: wanted.name, heldEpoch: heldEpochs.withLock { $0[scene.uid] },
            renders: renders, options: options)
        let decision = observation.decide(planner, scene.state, now: scene.now) { revision in
            // What was read before may have gone by now as well.
            for session in registry.sessions {
                session.jobs.forgetDryRun(of: revision, for: scene.uid)
                session.facts.renew(for: scene.key)
            }
        }
        if decision.isFenced {
            // Stored is another epoch than this process committed last. If it still leads, its own commit may have
            // been the one whose answer was lost: it takes over anew. If it does not, it must not decide anything.
            if mayWrite() { heldEpochs.withLock { $0[scene.uid] = nil } }
            return .retry(Setback("AccessPoint \(scene.key) carries another epoch than this process committed"))
        }
        if try await keepFinalizer(scene, decision) { return .requeue(after: .zero) }
        var wait: Duration?
        switch try await commit(scene, evaluation, observation, decision) {
        case .committed: wait = nil
        case .deferred(let left): wait = left
        case .lost: return .retry(Setback("AccessPoint \(scene.key) was changed by somebody else meanwhile"))
        }
        announce(scene, observation, decision)
        // Whoever leads now has decided anew; what this process still has in mind is no longer its to do.
        guard mayWrite() else { return .retry(Setback("this process no longer leads")) }
        try await perform(decision.actions, scene)
        if wait == nil { wait = try await describe(scene, observation, decision) }
        try await tidy(scene, decision.state)
        return .requeue(after: next(scene, decision, wait))
    }

    /// When to look again: what the planner asks for, what was put off, and the resync, whichever comes first.
    private func next(_ scene: AccessPointScene, _ decision: RolloutDecision, _ wait: Duration?) -> Duration {
        let checks = [decision.nextCheck.map { max($0 - scene.now, .milliseconds(10)) }, wait]
        return checks.compactMap { $0 }.reduce(options.resyncInterval, min)
    }

    private func forget(_ key: ObjectKey) {
        wake(claims.forget(key))
        for session in registry.sessions { session.withdraw(key) }
        for uid in renders.forget(key) { forget(uid: uid, key) }
    }

    /// Drops everything that is remembered of an AccessPoint that is gone.
    func forget(uid: String, _ key: ObjectKey) {
        heldEpochs.withLock { $0[uid] = nil }
        repairs.withLock { $0[uid] = nil }
        progressions.withLock { $0[uid] = nil }
        renders.forget(uid)
        registry.forget(owner: uid, key: key)
    }

    /// Claims for every AccessPoint what it holds, before the first of them is evaluated: at the start of a term no
    /// member has been looked into yet, and who comes first must not take what another one has.
    func claimHeld() {
        for object in host.accessPoints.list() {
            guard
                let scene = try? AccessPointScene(object, host: host, registry: registry, hubID: hubID, now: now())
            else { continue }
            _ = claims.claim(HeldObjects.of(scene, renders: renders), for: scene.key)
        }
    }
}

extension AccessPointReconciler {
    /// A revision that the spec asks for; its name is nil while the spec is not accepted.
    struct Wanted: Sendable {
        var name: RevisionName?
    }

    /// Finds or makes the revision that the present spec asks for.
    ///
    /// - Returns: nil where one was just made: the scene has to be read again.
    private func wantedRevision(_ scene: AccessPointScene, _ evaluation: inout AccessPointEvaluation)
        async throws(APIError) -> Wanted?
    {
        guard evaluation.isAccepted, let outcome = evaluation.outcome, var plan = evaluation.plan,
            let choice = evaluation.choice, let spec = try? scene.spec.get()
        else { return Wanted(name: nil) }
        switch choice {
        case .existing(let name): return Wanted(name: name)
        case .new(let number):
            if let growth = Growth(scene, to: outcome.sets, renders: renders) { plan = plan.asking(growth.description) }
            let revision: Revision
            do {
                revision = try Revision(
                    number: number, inputs: RevisionRecord.inputs(spec, plan, targets: evaluation.placed))
            } catch {
                evaluation.refusal = .init(reason: error.code.rawValue, messages: [error.description])
                return Wanted(name: nil)
            }
            try await keep(revision, scene, evaluation)
            return nil
        }
    }

    private func keep(_ revision: Revision, _ scene: AccessPointScene, _ evaluation: AccessPointEvaluation)
        async throws(APIError)
    {
        let object = RevisionRecord.object(revision, for: scene)
        do {
            let made = try await client.create(object, resource: Revision.resource, fieldManager: Names.fieldManager)
            host.revisions.observe(written: made)
            for said in Announcement.made(revision, scene, evaluation) { recorder.record(said, on: scene.object) }
        } catch {
            guard error.disposition == .conflict else { throw error }
            let known = try await client.get(Revision.resource, object.key)
            if known.label(Names.Label.uid) == scene.uid {
                // Made by an earlier attempt whose answer was lost, or that the watch has not brought yet.
                host.revisions.observe(written: known)
            } else {
                try await removeLeftover(known, Revision.resource, host.revisions)
            }
        }
    }

    /// Deletes what belonged to an AccessPoint that had the same name before and is gone: the garbage collector would
    /// do so too, but not before this one needs the name.
    func removeLeftover(
        _ object: KubeObject, _ resource: GroupVersionResource, _ store: ObjectStore<KubeObject>
    ) async throws(APIError) {
        do {
            try await client.delete(
                resource, object.key,
                preconditions: Preconditions(uid: object.uid, resourceVersion: object.resourceVersion))
        } catch {
            guard error.disposition == .notFound(.object) else { throw error }
        }
        store.apply(.changes([.delete(store.stored(object))]))
    }

    /// The finalizer stands before the first journal entry, on the AccessPoint and on the MemberClusters that are
    /// written to: neither goes unseen while objects are left.
    private func keepFinalizer(_ scene: AccessPointScene, _ decision: RolloutDecision) async throws(APIError) -> Bool {
        guard !scene.metadata.isBeingDeleted, !decision.state.inFlight.isEmpty else { return false }
        for target in decision.state.inFlight.keys.sorted() where scene.state.inFlight[target] == nil {
            guard let member = host.memberClusters.get(ObjectKey(namespace: nil, name: target)),
                let patched = try await client.keepFinalizer(present: true, on: member, Names.memberClusters)
            else { continue }
            host.memberClusters.observe(written: patched)
            // It has changed meanwhile, or is being deleted: nothing is journaled for it yet.
            guard patched.finalizers.contains(Names.finalizer) else { return true }
        }
        guard !scene.metadata.finalizers.contains(Names.finalizer) else { return false }
        if let patched = try await client.keepFinalizer(present: true, on: scene.object, Names.accessPoints) {
            host.accessPoints.observe(written: patched)
        }
        return true
    }
}
