public import TrafficModel

/// What a set claims at the gateways of its cluster.
public struct GatewayClaims: Sendable {
    /// The hosts, each with the object that claims it, such as `Gateway shop/web`.
    public let hosts: [HostClaim: String]
    /// The servers that end TLS.
    public let servers: Set<ServerClaim>

    /// Reads what a set claims.
    public init(_ set: RenderedSet) {
        let objects = set.objects.map(\.traffic)
        hosts = HostClaim.claims(of: objects).mapValues { "\($0.kind.kind) \($0.key)" }
        servers = ServerClaim.claims(of: objects)
    }

    /// What is claimed in a cluster.
    public func identities(in cluster: String) -> [ClaimIdentity] {
        hosts.keys.map { .init(cluster: cluster, host: $0) } + servers.map { .init(cluster: cluster, server: $0) }
    }
}
