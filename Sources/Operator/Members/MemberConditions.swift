import AccessPointAPI
import KubeModel
import TrafficModel

/// What a member is able to do, besides to answer: the conditions of a MemberCluster that stand beside Ready.
struct MemberConditions: Sendable, Hashable {
    /// The kinds that it serves; nil: that was not looked at yet.
    var served: [TrafficKind: String]?
    /// The kinds that AccessPoints have there.
    var used: Set<TrafficKind> = []
    /// The version of Istio there; nil: that was not looked at yet, empty: it cannot be told.
    var istioVersion: String?
    /// What its credential may do; nil: that was not looked at yet.
    var rights: MemberRights?

    /// The longest message: the rules that mend what is missing must not be cut in a usual case.
    private static let messageLimit = 4096

    /// The two conditions, without their transition times.
    ///
    /// - Parameters:
    ///   - ready: the condition Ready.
    ///   - isReachable: whether it answers.
    ///   - isUnasked: whether this process has not asked it yet.
    ///   - old: the conditions before, which stand until there is news.
    ///   - generation: `metadata.generation`.
    /// - Returns: the conditions.
    func conditions(ready: Condition, isReachable: Bool, isUnasked: Bool, old: ConditionSet, generation: Int64)
        -> [Condition]
    {
        [("APIsAvailable", apis), ("Authorized", authorization)].map { type, verdict in
            if isReachable, let verdict {
                return Self.condition(type, verdict, generation)
            }
            // Until it has been looked at, what was found before of the same spec stands.
            if isReachable || isUnasked, let before = old[type], before.observedGeneration == generation {
                return before
            }
            let why: Verdict =
                isReachable || isUnasked
                ? Verdict(.unknown, .connecting, "Not looked at yet")
                : Verdict(.unknown, .named(ready.reason, else: .clusterUnreachable), "See the condition Ready")
            return Self.condition(type, why, generation)
        }
    }

    private static func condition(_ type: String, _ verdict: Verdict, _ generation: Int64) -> Condition {
        Condition(
            type: type, status: verdict.status, reason: verdict.reason.rawValue,
            message: verdict.text(limit: messageLimit), observedGeneration: generation)
    }

    private var apis: Verdict? {
        guard let served else { return nil }
        let absent = TrafficKind.allCases.filter { served[$0] == nil }
        let wanted = absent.filter(used.contains)
        let names = { (kinds: [TrafficKind]) in kinds.map { "\($0.plural)\($0.group.isEmpty ? "" : "." + $0.group)" } }
        guard wanted.isEmpty else {
            return Verdict(
                .false, .kindMissing,
                "The cluster does not serve \(names(wanted).joined(separator: ", ")), which AccessPoints have here"
                    + "; install the CRDs of Istio (its chart base) in a version that has them")
        }
        let versions = Set(served.map { $0.key.apiVersion($0.value) }).sorted().joined(separator: ", ")
        let others = names(absent).joined(separator: ", ")
        return Verdict(
            .true, .apisServed,
            "Used are \(versions)" + (others.isEmpty ? "" : "; not served, and not used here: \(others)"))
    }

    private var authorization: Verdict? {
        guard let rights, rights.isWhole else { return nil }
        if !rights.missing.isEmpty {
            return Verdict(
                .false, .forbidden,
                "The credential lacks \(rights.description). To mend it, bind its account to \(rights.remedy)")
        }
        if let doubt = rights.doubt {
            return Verdict(.unknown, .rightsUnknown, "What the credential may do cannot be told: \(doubt)")
        }
        return Verdict(.true, .authorized, "The credential may do all that is needed")
    }
}
