public import AccessPointAPI

/// What placement has to know of a registered cluster.
public struct MemberFacts: Sendable, Hashable {
    /// Name, region, zone and labels.
    public var facts: TargetFacts
    /// Whether the cluster runs the gateways of its zone.
    public var role: MemberClusterSpec.Role

    /// Takes the facts apart from the object.
    public init(facts: TargetFacts, role: MemberClusterSpec.Role) {
        self.facts = facts
        self.role = role
    }

    /// The facts of a registered cluster.
    public init(_ cluster: MemberCluster) { self.init(facts: cluster.facts, role: cluster.spec.role) }
}
