import KubeModel
import Rendering
import TrafficModel

/// What a set claims at the gateways of its cluster.
struct GatewayClaims: Sendable {
    /// The hosts, each with the object that claims it, such as `Gateway shop/web`.
    let hosts: [HostClaim: String]
    /// The servers that end TLS.
    let servers: Set<ServerClaim>

    init(_ set: RenderedSet) {
        let objects = set.objects.map(\.traffic)
        hosts = HostClaim.claims(of: objects).mapValues { "\($0.kind.kind) \($0.key)" }
        servers = ServerClaim.claims(of: objects)
    }

    /// What is claimed in a cluster.
    func identities(in cluster: String) -> [ObjectClaims.Identity] {
        hosts.keys.map { .init(cluster: cluster, host: $0) } + servers.map { .init(cluster: cluster, server: $0) }
    }
}
