import AccessPointAPI
import KubeModel
import TrafficModel

/// How one VirtualService of one target stands.
struct RouteEvidence: Sendable, Hashable {
    /// The template entry that it comes from.
    var template: String
    /// Its namespace and name.
    var key: ObjectKey
    /// The level that was reached: stored as rendered, beyond that with every reference resolved, beyond that looked at
    /// by Istio without an error, and beyond that seen to be served; nil: none of them.
    var level: RouteStatus.Evidence?
    /// Whether it routes, as far as can be told without asking a proxy.
    var verdict: Verdict

    /// Judges a VirtualService by what is stored, by what it refers to and by what Istio says of it.
    ///
    /// - Parameters:
    ///   - object: how it is stored.
    ///   - references: the check of the set that it belongs to.
    ///   - lost: what it refers to in that set and is gone.
    /// - Returns: the evidence.
    static func judge(
        _ object: ObjectEvidence, references: ReferenceReport, lost: Verdict? = nil
    ) -> RouteEvidence {
        let stored = object.stored
        var route = RouteEvidence(template: object.template, key: object.key, level: nil, verdict: stored)
        guard stored.status == .true else { return route }
        let findings = references.findings.filter { $0.kind == .virtualService && $0.key == object.key }
        let decisive = findings.first { $0.status == .false } ?? findings.first
        route.level = decisive == nil ? .resolved : .stored
        switch decisive?.status {
        case nil: route.verdict = Verdict(.true, .routesResolved)
        case .false?:
            route.verdict = Verdict(
                .false, decisive.map { ReasonCode($0.reason) } ?? .referenceUnknown,
                decisive?.message ?? "")
        // The reason names the level that was reached; the message says what keeps it from the next.
        default: route.verdict = Verdict(.unknown, .routesStored, decisive?.message ?? "")
        }
        if let lost, route.verdict.status != .false { (route.level, route.verdict) = (.stored, lost) }
        route.weigh(object.istio, refusal: object.refusal)
        return route
    }

    /// Takes in what Istio says: an error is bad, silence is nothing.
    private mutating func weigh(_ istio: IstioStatus?, refusal: Verdict?) {
        guard let istio, verdict.status != .false else { return }
        if let refusal {
            // What may be in another cluster of the zone is not missing because Istio does not find it in this one.
            guard verdict.status == .unknown, istio.missesReferencesAlone else { return verdict = refusal }
            verdict.message += "; \(refusal.message)"
        } else if level == .resolved, istio.isSettled {
            level = .notRejected
            verdict = Verdict(.true, .routesNotRejected)
        }
    }

    /// Takes in what was seen under the VIPs: an answer as expected proves more than any reference, and whatever else is
    /// known to be wrong stays wrong.
    mutating func weigh(_ seen: Verdict?) {
        guard let seen, level != nil, verdict.status != .false else { return }
        verdict = seen
        if seen.status == .true { level = .served }
    }
}

/// Whether one host name is served in one target.
struct HostEvidence: Sendable, Hashable {
    /// The host name.
    var hostname: String
    /// Whether its routes work and the gateway has an address; nil where neither is asked for.
    var verdict: Verdict?
}
