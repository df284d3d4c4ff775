import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import Rollout
import TrafficModel

/// What was found out about the targets of one AccessPoint, and what the planner is told of it.
struct AccessPointObservation: Sendable {
    /// One target as it is seen now.
    struct Target: Sendable {
        var facts: TargetFacts
        var health: MemberHealth
        var reports: MemberJobs.Reports
        /// How well it serves its assigned revision; nil where it has none.
        var evidence: TargetEvidence?
    }

    var targets: [String: Target] = [:]
    var rollout = RolloutObservation()
}

extension AccessPointObservation {
    /// Decides on what is seen.
    ///
    /// A run that begins counts no dry run that was made before it: the same revision may have been tried long ago, and a
    /// cluster need not take again what it took then.
    /// - Parameters:
    ///   - planner: what decides.
    ///   - state: what is stored.
    ///   - now: host time.
    ///   - beginsRun: is called with the revision of a run that begins, so that what was found before is not seen again.
    /// - Returns: the decision.
    mutating func decide(
        _ planner: RolloutPlanner, _ state: RolloutState, now: Timestamp, beginsRun: (RevisionName) -> Void
    ) -> RolloutDecision {
        let decision = planner.step(state, rollout, now: now)
        guard decision.state.startTime != state.startTime, let revision = decision.state.updateRevision else {
            return decision
        }
        beginsRun(revision)
        // What is known of the run before stays, for that one may have ended by it.
        for name in rollout.targets.keys where rollout.targets[name]?.preflight?.revision == revision {
            rollout.targets[name]?.preflight = nil
            targets[name]?.reports.preflight = nil
            targets[name]?.reports.refusals = []
        }
        return planner.step(state, rollout, now: now)
    }

    /// Observes every target that is placed, journaled, remembered or assigned.
    init(
        _ scene: AccessPointScene, _ evaluation: AccessPointEvaluation, wanted: RevisionName?, heldEpoch: Int64?,
        renders: RenderMemo, options: OperatorOptions
    ) {
        let placed = Set(evaluation.placed.map(\.name))
        // A planned target that was never written and whose cluster left is known from the plan alone.
        let planned = scene.state.updateRevision.flatMap { scene.records[$0]?.plan.targets } ?? []
        let known = placed.union(scene.assigned.keys).union(scene.state.rows.keys).union(scene.state.inFlight.keys)
            .union(planned)
        let policy = (try? scene.spec.get())?.policy ?? AccessPointSpec.Policy()
        rollout.wanted = wanted
        rollout.isPaused = policy.rollout.paused
        rollout.queuesNewRevision = policy.rollout.onNewRevision == .queue
        rollout.isDeleting = scene.metadata.isBeingDeleted
        rollout.deletionTime = scene.object.deletionTimestamp
        rollout.orphansOnDeletion = scene.orphansObjects
        rollout.unreachableTimeoutSeconds = Int64(policy.runtime.deletion.unreachableTimeoutSeconds)
        rollout.heldEpoch = heldEpoch
        for name in [wanted, scene.state.updateRevision, scene.state.stableRevision].compactMap({ $0 }) {
            rollout.plans[name] = scene.records[name]?.plan
        }
        for verb in Verb.allCases {
            rollout.verbs[verb] = scene.metadata.annotation("\(Names.group)/\(verb.rawValue)")
        }
        for (name, member) in scene.members where !known.contains(name) { member.session?.withdraw(scene.key) }
        for name in known {
            let isLeft = evaluation.leaving.contains(name) || (evaluation.isCertain && !placed.contains(name))
            let target = Self.target(
                name, scene, isPlaced: !isLeft, policy: policy.runtime, renders: renders, options: options)
            targets[name] = target
            rollout.targets[name] = Self.told(
                name, target, isPlaced: !isLeft, scene, drift: policy.runtime.drift)
        }
    }

    private static func target(
        _ name: String, _ scene: AccessPointScene, isPlaced: Bool, policy: RuntimePolicy, renders: RenderMemo,
        options: OperatorOptions
    ) -> Target {
        let member = scene.members[name]
        let assignment = scene.state.assignment(of: name)
        let record = assignment.flatMap { scene.records[$0] }
        let facts =
            scene.facts(of: name, in: record) ?? TargetFacts(name: name, region: "", availabilityZone: "")
        var target = Target(
            facts: facts, health: member?.health ?? MemberHealth(uid: nil),
            reports: member?.session?.jobs.reports(of: scene.uid, under: policy.conflictResolution)
                ?? MemberJobs.Reports())
        guard let session = member?.session else { return target }
        let held = record.flatMap { renders.set($0, scene.identity, facts: facts) }
        let isAlone = scene.clusters(inZoneOf: name) <= 1
        let awaited = isPlaced ? Self.awaited(target.reports.preflight?.revision, by: name, scene, renders) : nil
        let references = awaited.map {
            PreflightReferences(
                next: $0, held: held, isFirst: assignment == nil,
                stable: assignment == nil ? Self.set(scene.state.stableRevision, in: name, scene, renders) : nil,
                owner: scene.uid, zoneHasOneCluster: isAlone,
                gatewayNamespaces: options.gatewayNamespaces, now: scene.now)
        }
        // One answer leads to the next question, so what is asked depends on all that has been answered so far.
        let answers = session.facts.answers
        let ofHeld = held.map {
            TargetEvidence.queries(
                of: $0, live: { session.cache.object($0, $1) }, facts: answers, zoneHasOneCluster: isAlone,
                gatewayNamespaces: options.gatewayNamespaces)
        }
        let known = session.facts.need(
            (ofHeld ?? []).union(references?.queries(facts: answers) ?? []), for: scene.key)
        if let references {
            target.reports.weigh(
                references.outcome(facts: known) { isOwn in
                    session.facts.current(Set(known.keys), for: scene.key, isOwn: isOwn)
                })
        }
        guard let set = held, let record else { return target }
        target.evidence = TargetEvidence.collect(
            set: set, live: { session.cache.object($0, $1) }, isComplete: session.cache.isComplete, facts: known,
            addressRanges: member?.addressRanges ?? [], allowsLoopback: options.allowLoopbackMembers,
            zoneHasOneCluster: isAlone, gatewayNamespaces: options.gatewayNamespaces,
            now: scene.now, certificateWarningSeconds: Int64(policy.certificateWarningSeconds),
            isKnown: { scene.knows($0, hash: $1, in: name, renders: renders) },
            probes: { references, evidence in
                session.probes(
                    policy.probe, references, evidence, for: scene.key,
                    since: Self.lastWrite(name, target, record.name, scene))
            })
        target.evidence?.trouble = session.cache.trouble
        return target
    }

    /// The set that a target would be written with after a dry run of this revision; nil: it has it, or none will be.
    ///
    /// On the way back nothing waits for a dry run, but what comes in the same decision as its end does.
    static func awaited(
        _ revision: RevisionName?, by name: String, _ scene: AccessPointScene, _ renders: RenderMemo
    ) -> RenderedSet? {
        guard revision != scene.state.assignment(of: name), !scene.metadata.isBeingDeleted,
            revision == scene.state.stableRevision || revision == scene.state.updateRevision
        else { return nil }
        return set(revision, in: name, scene, renders)
    }

    /// What a revision renders for a target.
    private static func set(
        _ revision: RevisionName?, in name: String, _ scene: AccessPointScene, _ renders: RenderMemo
    ) -> RenderedSet? {
        guard let record = revision.flatMap({ scene.records[$0] }), let facts = scene.facts(of: name, in: record)
        else { return nil }
        return renders.set(record, scene.identity, facts: facts)
    }

    /// Names what a look from outside has to come after: the last write that this process knows to be done, else the
    /// revision; nil: a write is not done, and what is seen now is neither old nor new.
    private static func lastWrite(
        _ name: String, _ target: Target, _ revision: RevisionName, _ scene: AccessPointScene
    ) -> String? {
        guard let report = target.reports.write else { return scene.state.inFlight[name] == nil ? "\(revision)" : nil }
        let isLast = scene.state.inFlight[name].map { $0.stamp == report.stamp } ?? true
        return isLast && report.outcome == .done ? "\(revision) \(report.stamp.epoch).\(report.stamp.sequence)" : nil
    }

    /// What the planner is told of a target: evidence only of the revision that is assigned, and while it is in flight
    /// only after the write that is journaled now has been reported as done.
    private static func told(
        _ name: String, _ target: Target, isPlaced: Bool, _ scene: AccessPointScene, drift: RuntimePolicy.Drift
    ) -> TargetObservation {
        var told = TargetObservation(isPlaced: isPlaced)
        let trouble = scene.members[name]?.session?.cache.trouble
        told.isLeading = target.facts.placement == .everyCluster
        switch scene.reachability(of: name) {
        case .unknown: told.reachability = .unknown
        // Until it is known what it serves and holds, it is neither there nor away.
        case .reachable where trouble == nil:
            told.reachability = scene.members[name]?.session?.isReady ?? false ? .reachable : .unknown
        case .reachable, .unreachable, .noAccess, .unauthorised, .forbidden, .identityChanged, .duplicate:
            told.reachability = .unreachable
        }
        told.assigned = scene.assigned[name]?.spec.revision.flatMap(RevisionName.init)
        told.preflight = target.reports.preflight
        told.report = target.reports.write
        guard let assignment = scene.state.assignment(of: name) else { return told }
        if told.reachability == .unreachable {
            told.evidence = Evidence(
                revision: assignment, finding: .cannotTell(trouble ?? "the cluster does not answer"))
        }
        guard told.reachability == .reachable, let evidence = target.evidence else { return told }
        if let entry = scene.state.inFlight[name] {
            guard let report = target.reports.write, report.stamp == entry.stamp, report.outcome == .done else {
                return told
            }
        } else {
            told.isDrifted = evidence.isDrifted && drift == .correct
        }
        told.evidence = Evidence(revision: assignment, finding: evidence.finding)
        return told
    }
}

extension AccessPointScene {
    /// Whether one of the revisions that exist renders an object with this hash for a target.
    fileprivate func knows(_ object: RenderedObject, hash: String, in target: String, renders: RenderMemo) -> Bool {
        records.values.contains { record in
            guard let facts = facts(of: target, in: record), let set = renders.set(record, identity, facts: facts)
            else {
                return false
            }
            return set.objects.contains { $0.kind == object.kind && $0.key == object.key && $0.hash == hash }
        }
    }
}
