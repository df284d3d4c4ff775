import AccessPointAPI
import KubeModel
import Rollout

/// Everything that the status of one AccessPoint is made from, besides the status before it.
struct StatusInput: Sendable {
    /// Namespace and name of the AccessPoint, for the commands in messages.
    var key: ObjectKey
    /// `metadata.generation` of the spec that was evaluated.
    var generation: Int64
    /// Whether the AccessPoint has a deletion timestamp.
    var isDeleting = false
    /// Whether the spec is accepted.
    var acceptance: SpecAcceptance
    /// Whether it is clear which clusters are targets.
    var placement: PlacementState
    /// What was committed of the rollout; nil: it cannot be read, and what is stored stays as it is.
    var rollout: RolloutState?
    /// What the planner shows of it.
    var view: RolloutView?
    /// The plan of the update revision; it orders the rows and counts what is available in each step.
    var plan: RolloutPlan?
    /// The targets: those that are placed, and those that still hold objects.
    var targets: [TargetInput] = []
    /// The value of resume that a person has given before its gate waits; nil: none.
    var notedResume: String?
    /// Whether drift is put back.
    var correctsDrift = true
    /// How many targets must be in service.
    var minAvailable = IntOrPercent.count(1)
    /// What a person should know although nothing is refused, such as an override that matches nothing.
    var warnings: [SpecWarning] = []
    /// What NameServices that publish the targets show; nil: no name is asked for.
    var names: NamesSeen?
    /// Past revisions, newest first; nil: those of the status before.
    var history: [RevisionOutcome]?

    /// The input for an AccessPoint of which nothing else is known.
    init(key: ObjectKey, generation: Int64, acceptance: SpecAcceptance, placement: PlacementState) {
        self.key = key
        self.generation = generation
        self.acceptance = acceptance
        self.placement = placement
    }
}

/// What a person should know of a spec although it is accepted.
struct SpecWarning: Sendable, Hashable {
    /// The whole of it, with what to do.
    var text: String
    /// What is wrong in a few words, for messages that speak of something else.
    var brief: String
}

/// What status is told of one target.
struct TargetInput: Sendable {
    /// Name, region and zone.
    var facts: TargetFacts
    /// Whether the placement contains it; a target that has left is shown, but not counted.
    var isPlaced = true
    /// Whether its cluster answers.
    var reachability = TargetReachability.unknown
    /// What it shows of its assigned revision; nil: this process has not looked since its start or the last write.
    var evidence: TargetEvidence?
    /// Whether evidence that is not whole will soon be. Until then what was seen before stands, so that a start makes
    /// no difference; afterwards what could not be looked at is unknown.
    var isSettling = true
    /// What failed in its last dry run or write.
    var failures: [ObjectFailure] = []

    /// A target of which nothing else is known.
    init(_ facts: TargetFacts) { self.facts = facts }
}

/// Whether the cluster of a target can be looked into.
enum TargetReachability: Sendable, Hashable {
    /// This process has not tried yet; what was seen before stands until it has.
    case unknown
    /// It answers.
    case reachable
    /// It does not answer; with the host time of its last answer, if it ever gave one.
    case unreachable(lastSeen: Timestamp?)
    /// There are no credentials that could be used: why.
    case noAccess(String)
    /// It does not accept the credential.
    case unauthorised
    /// The credential may not read what identifies the cluster.
    case forbidden
    /// Another cluster than before answers.
    case identityChanged
    /// Another MemberCluster is the same cluster; nothing is written through this one.
    case duplicate

    /// When a cluster that does not answer last did, as far as this process knows.
    var lastAnswer: Timestamp? {
        guard case .unreachable(let time) = self else { return nil }
        return time?.wholeSeconds
    }

    /// The reachability that a member's health comes to.
    init(_ health: MemberHealth) {
        self =
            switch health.state {
            case .unknown: .unknown
            case .reachable: .reachable
            case .unreachable: .unreachable(lastSeen: health.lastSeen)
            case .unauthorised: .unauthorised
            case .forbidden: .forbidden
            case .identityChanged: .identityChanged
            case .duplicate: .duplicate
            }
    }
}

/// Whether the spec of an AccessPoint is accepted.
enum SpecAcceptance: Sendable, Hashable {
    /// It is; says what was tried.
    case accepted(String)
    /// It is being tried.
    case pending(String)
    /// It is not: why, and every problem, the worst first.
    case refused(ReasonCode, [String])
}

/// Whether it is clear which clusters are targets.
enum PlacementState: Sendable, Hashable {
    /// It is; says what was chosen.
    case placed(String)
    /// It is not, and the last targets are kept.
    case problem(ReasonCode, String)
    /// It is not known yet.
    case unknown(String)
}
