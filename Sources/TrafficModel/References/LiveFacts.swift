/// What is known of a member cluster beyond the rendered set.
public struct LiveFacts: Sendable, Hashable {
    /// The answers so far.
    public var answers: [FactQuery: FactAnswer]
    /// Whether the zone of the cluster has no other cluster; only then is a backend that is missing here missing.
    public var zoneHasSingleCluster: Bool
    /// The DNS domain of the cluster.
    public var clusterDomain: String
    /// Istio's root namespace, whose DestinationRules count for everybody.
    public var rootNamespace: String
    /// The namespaces in which gateway pods may run.
    public var gatewayNamespaces: [String]

    /// Nothing is known yet.
    public init(
        zoneHasSingleCluster: Bool, gatewayNamespaces: [String], clusterDomain: String = "cluster.local",
        rootNamespace: String = "istio-system", answers: [FactQuery: FactAnswer] = [:]
    ) {
        self.zoneHasSingleCluster = zoneHasSingleCluster
        self.gatewayNamespaces = gatewayNamespaces
        self.clusterDomain = clusterDomain
        self.rootNamespace = rootNamespace
        self.answers = answers
    }
}
