import AccessPointAPI
import KubeModel
import TrafficModel

/// How one VirtualService of one target stands.
struct RouteEvidence: Sendable, Hashable {
    /// The template entry that it comes from.
    var template: String
    /// Its namespace and name.
    var key: ObjectKey
    /// The level that was reached: stored as rendered, beyond that with every reference resolved, and beyond that seen
    /// to be served; nil: none of them.
    var level: RouteStatus.Evidence?
    /// Whether it routes, as far as can be told without asking a proxy.
    var verdict: Verdict

    /// Judges a VirtualService by what is stored and by what it refers to.
    static func judge(_ object: ObjectEvidence, references: ReferenceReport) -> RouteEvidence {
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
        return route
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
