import AccessPointAPI
import KubeModel
import Rollout

/// One target as status sees it: what was committed of it, what is known of it now, and what was shown before.
struct TargetSight {
    /// An aspect of a target that has a condition of its own, or none (`stored`).
    enum Aspect: CaseIterable {
        case stored, references, addresses, certificates, routes
    }

    /// What a target says about an aspect.
    enum Answer {
        /// Its set does not ask for it, or it has none.
        case notAsked
        /// It was not looked at since the start of the process or the last write: what was said before stands.
        case pending
        case verdict(Verdict)
    }

    let input: TargetInput
    /// The row before.
    let previous: ClusterRow?
    /// What the planner shows.
    let shown: RolloutView.Target?
    /// The revision that it was last brought to.
    let revision: RevisionName?
    /// What is being written into it now, or was when the process before ended.
    let entry: JournalEntry?
    /// Whether objects of a revision belong in it.
    let isAssigned: Bool
    /// The revision and the words for which a person let the rollout go past it.
    let acceptance: Acceptance?
    /// Whether it has the update revision.
    let isUpdated: Bool

    init(_ target: TargetInput, _ input: StatusInput, previous: ClusterRow?) {
        let name = target.facts.name
        self.input = target
        self.previous = previous
        shown = input.view?.targets[name]
        entry = input.rollout?.inFlight[name]
        acceptance = input.rollout?.rows[name]?.accepted
        if let state = input.rollout {
            revision = state.rows[name]?.revision
            isAssigned = state.assignment(of: name) != nil
            isUpdated = shown?.isUpdated ?? (revision != nil && revision == state.updateRevision)
        } else {
            revision = previous?.revision.flatMap { RevisionName($0) }
            isAssigned = revision != nil
            isUpdated = previous?.updated ?? false
        }
    }

    var name: String { input.facts.name }

    /// Why the cluster cannot be looked into; nil: it can, or it was not tried yet.
    var blindness: Verdict? {
        switch input.reachability {
        case .unknown, .reachable: nil
        case .unreachable:
            Verdict(.unknown, .clusterUnreachable, "the cluster does not answer; see \(described)")
        case .unauthorised:
            Verdict(.unknown, .credentialInvalid, "the cluster does not accept the credential; see \(described)")
        case .forbidden:
            Verdict(.unknown, .forbidden, "the credential may not read who the cluster is; see \(described)")
        case .identityChanged:
            Verdict(.unknown, .identityChanged, "another cluster answers, nothing is written; see \(described)")
        }
    }

    private var described: String { "kubectl describe membercluster \(name)" }

    /// Whether a write is under way that has not met with trouble: what the target shows then is neither old nor new.
    private var isBeingWritten: Bool {
        guard entry != nil, let shown, shown.reason == nil else { return false }
        return shown.phase == .applying || shown.phase == .removing
    }

    /// What the target says about an aspect.
    ///
    /// - Parameter wasAsked: whether the aspect was shown before, which decides where the target itself cannot tell.
    func answer(_ aspect: Aspect, wasAsked: Bool) -> Answer {
        guard isAssigned else { return .notAsked }
        let verdict = input.evidence.flatMap { $0.verdict(aspect) }
        let isAsked = input.evidence == nil ? wasAsked : verdict != nil
        guard isAsked else { return .notAsked }
        if let blindness { return .verdict(blindness) }
        guard let verdict, !isBeingWritten || input.evidence?.finding == .good else { return .pending }
        return .verdict(verdict)
    }

    /// Whether it was not looked at although it could be.
    var isPending: Bool {
        guard isAssigned, blindness == nil else { return false }
        guard let evidence = input.evidence else { return true }
        return isBeingWritten && evidence.finding != .good
    }

    /// Whether it is in service; nil: that cannot be told.
    var isInService: Bool? {
        guard isAssigned else { return false }
        guard blindness == nil else { return nil }
        guard let evidence = input.evidence else { return previous?.wasInService }
        return isBeingWritten && evidence.finding != .good ? nil : evidence.overall.status.bool
    }

    /// An object that someone changed or took away, while nothing of ours is changing it to another revision.
    var drift: Verdict? {
        guard blindness == nil, entry == nil || entry?.purpose == .repair else { return nil }
        return input.evidence?.drift
    }
}

extension TargetEvidence {
    func verdict(_ aspect: TargetSight.Aspect) -> Verdict? {
        switch aspect {
        case .stored: stored
        case .references: references
        case .addresses: addressesReady
        case .certificates: certificatesReady
        case .routes: routesReady
        }
    }
}

extension ClusterRow {
    /// What a row that was written before says about service, for the time until the target is looked at again.
    var wasInService: Bool? {
        switch phase {
        case .soaking: true
        case .available: reason.isEmpty || ReasonCode(rawValue: reason)?.isWordOfRollout ?? false ? true : nil
        case .degraded: ReasonCode(rawValue: reason)?.isWarning ?? false
        case .pending, .applying, .verifying, .failed, .unreachable, .removing: nil
        }
    }
}

extension ReasonCode {
    /// Whether it turns a condition False but closes neither Ready nor a gate.
    var isWarning: Bool { self == .expiringSoon || self == .certificateStale }

    /// Whether a row says it of what goes on with a target, and not of the service that it gives.
    fileprivate var isWordOfRollout: Bool {
        self == .left || self == .passedOver || ObjectFailure.Reason(rawValue: rawValue) != nil
    }
}
