import KubeModel
import KubeRuntime
import TrafficModel
import X509Tools

extension CensusMetrics.Source {
    /// What the process knows of the host and of its members, while it leads.
    init(_ host: HostStores, _ registry: MemberRegistry, _ elector: LeaderElector, _ clock: HostClock) {
        accessPoints = {
            elector.leadership == nil ? nil : AccessPointCensus(host.accessPoints.list(), now: clock.now)
        }
        members = {
            let names = host.memberClusters.list().map {
                ($0.name, registry.session($0.name)?.health.isReachable ?? false)
            }
            return Dictionary(names) { first, _ in first }
        }
        names = { CensusMetrics.names(host.nameServices.list()) }
        certificates = {
            registry.sessions.flatMap { session in
                session.facts.answers.compactMap { ServedCertificate(session.name, $0.key, $0.value) }
            }
        }
    }
}

extension ServedCertificate {
    /// The certificate that a member's answer tells of; nil if it tells of none.
    init?(_ cluster: String, _ query: FactQuery, _ answer: FactAnswer) {
        guard case .secret(let key) = query, let leaf = answer.secretFacts?.certificate else { return nil }
        self.init(cluster: cluster, secret: key, end: Timestamp(secondsSince1970: leaf.notAfter))
    }
}

extension SecretFacts {
    /// The certificate, whether or not it can be served with.
    fileprivate var certificate: Certificate? {
        switch self {
        case .usable(let leaf, _), .keyMismatch(let leaf, _): leaf
        case .missing, .unreadable, .invalid: nil
        }
    }
}
