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

extension MemberFacts {
    /// The facts of the cluster as a target of an AccessPoint of a level: where zones are the targets, a cluster that is
    /// not a gateway cluster gets only what goes to every cluster.
    public func target(at level: Scope.Level) -> TargetFacts {
        var target = facts
        target.placement = level == .availabilityZone && role != .gateway ? .everyCluster : nil
        return target
    }
}
