import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import Rollout
import TrafficModel

/// What the present spec comes to, before anything is decided: its placement, its sets, and what is wrong with it.
struct AccessPointEvaluation: Sendable {
    /// Why the spec is not accepted.
    struct Refusal: Sendable, Hashable {
        var reason: String
        var messages: [String]
    }

    var placement: PlacementDecision?
    /// The targets that are placed now; the last ones where the placement is not certain.
    var placed: [TargetFacts] = []
    /// Targets that hold objects and are no longer placed, on proof.
    var leaving: Set<String> = []
    var outcome: RenderOutcome?
    var plan: RolloutPlan?
    /// The revision that the spec asks for, if it is accepted.
    var choice: RevisionChoice?
    var refusal: Refusal?
    /// Whether it is known for certain which targets are placed: only then does absence mean anything.
    var isCertain = false
    /// Why it is not certain, where that is not the placement's own doing.
    var doubt: String?
    /// AccessPoints that may have what this one no longer claims.
    var freed: Set<ObjectKey> = []

    /// Whether the spec may become, or is, a revision.
    var isAccepted: Bool { refusal == nil && isCertain }
}

extension AccessPointEvaluation {
    /// Evaluates the spec of a scene; pure but for the memo and the claims.
    ///
    /// `owner` finds the AccessPoint of this host that an object's uid label, or else its name labels, speak of.
    init(
        _ scene: AccessPointScene, renders: RenderMemo, claims: ObjectClaims,
        owner: (_ uid: String, _ key: ObjectKey) -> ObjectKey?
    ) {
        let known = Set(scene.assigned.keys)
        guard !scene.metadata.isBeingDeleted else {
            placed = scene.assigned.values.map(\.spec.facts)
            return
        }
        let spec: AccessPointSpec
        do {
            spec = try scene.spec.get()
        } catch {
            refuse("Invalid", error.errors, scene)
            return
        }
        // Servers without CEL take a change of what may not change.
        let changes = scene.former.map { spec.validate(replacing: $0) } ?? []
        guard changes.isEmpty else {
            refuse("Invalid", changes, scene)
            return
        }
        let placement = PlacementResolver.resolve(
            spec, members: scene.members.values.filter { !$0.isLeaving }.map(\.facts))
        self.placement = placement
        doubt = scene.doubt
        isCertain = placement.isCertain && doubt == nil
        guard isCertain else {
            placed = scene.assigned.values.map(\.spec.facts)
            return
        }
        placed = placement.targets
        leaving = known.subtracting(placed.map(\.name))
        let outcome = renders.present(
            spec, generation: scene.metadata.generation, scene.identity, targets: placed)
        self.outcome = outcome
        if !outcome.isValid {
            let errors = outcome.problems.filter { $0.severity == .error }
            refusal = Refusal(
                reason: errors.first?.code.rawValue ?? "Invalid", messages: errors.map(\.description))
            return
        }
        do {
            plan = try RolloutPlan.make(
                policy: spec.policy.rollout, targets: placed, leaving: scene.removalOrder(of: leaving))
        } catch {
            refusal = Refusal(reason: error == .canaryEmpty ? "CanaryEmpty" : "PlacementEmpty", messages: ["\(error)"])
            return
        }
        choice = RevisionChoice(scene, wanted: outcome.sets, leaving: leaving, renders: renders)
        refusal = judgement(outcome) ?? ownership(outcome, scene, renders, claims, owner)
    }

    /// Refuses sets that members would not take, where they would make a new revision.
    ///
    /// What a revision renders already stays accepted, whatever rules have come since it was made; what they say of it is
    /// a warning.
    private mutating func judgement(_ outcome: RenderOutcome) -> Refusal? {
        guard let first = outcome.findings.first else { return nil }
        guard case .new? = choice, first.severity == .error else {
            self.outcome?.problems += outcome.findings.map(\.asWarning)
            return nil
        }
        self.outcome?.problems += outcome.findings
        let errors = outcome.findings.filter { $0.severity == .error }
        return Refusal(reason: first.code.rawValue, messages: errors.map(\.description))
    }

    private mutating func refuse(_ reason: String, _ errors: [FieldError], _ scene: AccessPointScene) {
        refusal = Refusal(reason: reason, messages: errors.map(\.description))
        placed = scene.assigned.values.map(\.spec.facts)
    }

    /// Refuses what another AccessPoint has: seen in a member, or claimed and not written yet; and hosts at a gateway
    /// that another one has, where they would make a new revision.
    private mutating func ownership(
        _ outcome: RenderOutcome, _ scene: AccessPointScene, _ renders: RenderMemo, _ claims: ObjectClaims,
        _ owner: (_ uid: String, _ key: ObjectKey) -> ObjectKey?
    ) -> Refusal? {
        var messages: [String] = []
        var wanted: Set<ClaimIdentity> = []
        func other(_ object: RenderedObject, in target: String) -> ObjectKey? {
            scene.holder(of: object, in: target).flatMap { owner($0.uid, $0.key) }.flatMap {
                $0 == scene.key ? nil : $0
            }
        }
        for set in outcome.sets.values.sorted(by: { $0.target < $1.target }) {
            for object in set.objects {
                let identity = ClaimIdentity(cluster: set.target, kind: object.kind, key: object.key)
                // Whoever waits says so before it looks, so that the end of what it waits for cannot pass unseen.
                if let other = other(object, in: set.target) {
                    claims.wait(scene.key, for: other)
                }
                if let other = other(object, in: set.target) {
                    messages.append(Self.owned(identity, by: other))
                } else {
                    wanted.insert(identity)
                }
            }
            wanted.formUnion(renders.claims(of: set, scene.identity).identities(in: set.target))
        }
        let held = HeldObjects.of(scene, renders: renders)
        var isRolledOut = false
        if case .existing(let name)? = choice { isRolledOut = scene.isRolledOut(name) }
        let answer = claims.claim(
            messages.isEmpty ? wanted : held, for: scene.key, holding: held, isRolledOut: isRolledOut)
        freed = answer.freed
        messages += answer.conflicts.filter { $0.identity.host == nil }.map { Self.owned($0.identity, by: $0.owner) }
        guard messages.isEmpty else { return Refusal(reason: "ObjectOwned", messages: messages) }
        func problems(of conflicts: [ObjectClaims.Conflict]) -> [RenderProblem] {
            conflicts.compactMap { conflict in
                outcome.sets[conflict.identity.cluster].flatMap {
                    Self.taken(conflict, by: renders.claims(of: $0, scene.identity).hosts)
                }
            }
        }
        let taken = Self.once(problems(of: answer.conflicts))
        guard answer.conflicts.isEmpty || isRolledOut else {
            return Refusal(reason: "HostClaimed", messages: taken.map(\.description))
        }
        // What targets have already stays accepted, also for one that joins them.
        self.outcome?.problems += Self.once(problems(of: answer.conflicts + answer.shared)).map(\.asWarning)
        warn(of: answer.meetings)
        return nil
    }

    /// Warns of servers that meet those of others.
    private mutating func warn(of meetings: [ObjectClaims.Meeting]) {
        let problems = meetings.map { meeting in
            let problem = ClaimProblem(meeting.server, meets: meeting.rival, of: "\(meeting.owner)")
            return RenderProblem(problem, target: meeting.cluster)
        }
        outcome?.problems += Self.once(problems).map(\.asWarning)
    }

    /// The same problem of several targets once, with the number of the others.
    private static func once(_ problems: [RenderProblem]) -> [RenderProblem] {
        func general(_ problem: RenderProblem) -> RenderProblem {
            var problem = problem
            problem.target = nil
            return problem
        }
        let counts = Dictionary(grouping: problems, by: general).mapValues(\.count)
        var seen: Set<RenderProblem> = []
        return problems.filter { seen.insert(general($0)).inserted }.map { problem in
            var problem = problem
            let others = (counts[general(problem)] ?? 1) - 1
            if others > 0 { problem.target = problem.target.map { "\($0) and \(others) more" } }
            return problem
        }
    }

    /// What is wrong with a host at a gateway that another AccessPoint has; `hosts` says which object claims it.
    private static func taken(_ conflict: ObjectClaims.Conflict, by hosts: [HostClaim: String]) -> RenderProblem? {
        guard let claim = conflict.identity.host, let object = hosts[claim] else { return nil }
        return RenderProblem(
            ClaimProblem(claim, by: object, of: "\(conflict.owner)"), target: conflict.identity.cluster)
    }

    private static func owned(_ identity: ClaimIdentity, by owner: ObjectKey) -> String {
        guard case .object(let kind, let key) = identity.thing else { return "" }
        let problem = ClaimProblem(object: "\(kind.kind) \(key) in \(identity.cluster)", of: "\(owner)")
        return "\(problem.message); \(problem.remedy)"
    }
}

extension RenderProblem {
    /// What another AccessPoint has, or meets.
    fileprivate init(_ problem: ClaimProblem, target: String) {
        self.init(.trafficDoubtful, target: target, path: "", message: problem.message, remedy: problem.remedy)
    }
}

extension AccessPointScene {
    /// Targets in the order in which they lose their objects: the gateway cluster of a zone before its other clusters.
    fileprivate func removalOrder(of leaving: Set<String>) -> [String] {
        leaving.sorted { left, right in
            let ranks = [left, right].map { assigned[$0]?.spec.placement == nil ? 0 : 1 }
            return (ranks[0], left) < (ranks[1], right)
        }
    }

    /// Whether a revision is what the targets have, or are on the way to.
    fileprivate func isRolledOut(_ name: RevisionName) -> Bool {
        name == state.stableRevision || name == state.updateRevision && !state.isAborted
    }

    /// The spec of the revision that the present one would replace.
    fileprivate var former: AccessPointSpec? {
        (state.updateRevision ?? state.stableRevision).flatMap { records[$0]?.revision.inputs.spec }
    }

    /// The AccessPoint that the labels of a member's object at the place of a rendered one speak of: uid and key.
    fileprivate func holder(of object: RenderedObject, in target: String) -> (uid: String, key: ObjectKey)? {
        guard let live = members[target]?.session?.cache.object(object.kind, object.key),
            let uid = live.label(Names.Label.uid), uid != self.uid, let name = live.label(Names.Label.accessPoint),
            let namespace = live.label(Names.Label.namespace)
        else { return nil }
        return (uid, ObjectKey(namespace: namespace, name: name))
    }
}
