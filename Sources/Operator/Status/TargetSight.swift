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
    var blindness: Verdict? { Self.blindness(of: name, input.reachability, lastSeen: lastSeen) }

    /// Why a cluster cannot be looked into; nil: it can, or it was not tried yet.
    static func blindness(of name: String, _ reachability: TargetReachability, lastSeen: Timestamp? = nil) -> Verdict? {
        let described = "kubectl describe membercluster \(name)"
        return switch reachability {
        case .unknown, .reachable: nil
        case .unreachable:
            Verdict(
                .unknown, .clusterUnreachable,
                "the cluster does not answer\(lastSeen.map { ", last seen at \($0.rfc3339)" } ?? ""); see \(described)")
        case .noAccess(let why):
            Verdict(.unknown, .credentialInvalid, Text.cut("there are no usable credentials: \(why)", to: 512))
        case .unauthorised:
            Verdict(.unknown, .credentialInvalid, "the cluster does not accept the credential; see \(described)")
        case .forbidden:
            Verdict(.unknown, .forbidden, "the credential may not read who the cluster is; see \(described)")
        case .identityChanged:
            Verdict(.unknown, .identityChanged, "another cluster answers, nothing is written; see \(described)")
        case .duplicate:
            Verdict(
                .unknown, .clusterDuplicate,
                "another MemberCluster is the same cluster, nothing is written; see \(described)")
        }
    }

    /// What was seen of it by this process and has to be believed; nil: nothing yet, and what was said before stands.
    var evidence: TargetEvidence? {
        guard blindness == nil, input.reachability != .unknown, let evidence = input.evidence else { return nil }
        return evidence.isWhole || !input.isSettling ? evidence : nil
    }

    /// Whether a write is under way that has not met with trouble: what the target shows then is neither old nor new.
    private var isBeingWritten: Bool {
        guard entry != nil, let shown, shown.reason == nil, evidence?.finding != .good else { return false }
        return shown.phase == .applying || shown.phase == .removing
    }

    /// What the target says about an aspect.
    ///
    /// Where it cannot tell itself whether it is asked, `otherwiseAsked` counts.
    func answer(_ aspect: Aspect, otherwiseAsked: Bool) -> Answer {
        guard isAssigned else { return .notAsked }
        // Whether it is asked follows from the set, whatever was seen.
        guard input.evidence.map({ $0.verdict(aspect) != nil }) ?? otherwiseAsked else { return .notAsked }
        if let blindness { return .verdict(blindness) }
        // What differs then is what could not be written.
        if aspect == .stored, entry != nil, let failure = input.failures.first, failure.reason == .webhookUnavailable {
            return .verdict(Verdict(.false, ReasonCode(failure.reason), failure.description))
        }
        guard !isBeingWritten, let verdict = evidence?.verdict(aspect) else { return .pending }
        return .verdict(verdict)
    }

    /// Whether it was not looked at although it could be.
    var isPending: Bool { isAssigned && blindness == nil && (evidence == nil || isBeingWritten) }

    /// Whether it is in service; nil: that cannot be told.
    var isInService: Bool? {
        guard isAssigned else { return false }
        guard blindness == nil else { return nil }
        guard let evidence else { return words(nil).isInService }
        return isBeingWritten ? nil : evidence.isInService
    }

    /// An object that someone changed or took away, while nothing of ours is changing it to another revision.
    var drift: Verdict? {
        entry == nil || entry?.purpose == .repair ? evidence?.drift : nil
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

extension ReasonCode {
    /// Whether it turns a condition False but closes neither Ready nor a gate.
    var isWarning: Bool {
        [.expiringSoon, .renewalFailed, .chainBroken, .authorityExpired, .certificateStale].contains(self)
    }

    /// Whether a target of which it is said may serve all the same, so that it is neither in service nor out of it.
    var isDoubtOfService: Bool { self == .objectDiffers || self == .rejectedByIstio }

    /// Whether a row says it of what goes on with a target, and not of the service that it gives.
    var isWordOfRollout: Bool {
        self == .left || self == .passedOver || ObjectFailure.Reason(rawValue: rawValue) != nil
    }
}
