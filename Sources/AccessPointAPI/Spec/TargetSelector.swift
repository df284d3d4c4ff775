public import KubeModel

/// Chooses targets by place and by the labels of their MemberClusters.
public struct TargetSelector: Sendable, Hashable {
    /// Regions; empty: any.
    public var regions: [String]
    /// Availability zones; empty: any.
    public var availabilityZones: [String]
    /// Clusters, by MemberCluster name; empty: any.
    public var clusters: [String]
    /// Labels of the MemberCluster; nil: any.
    public var clusterSelector: LabelSelector?

    /// Makes a selector; without arguments it matches every target.
    public init(
        regions: [String] = [], availabilityZones: [String] = [], clusters: [String] = [],
        clusterSelector: LabelSelector? = nil
    ) {
        self.regions = regions
        self.availabilityZones = availabilityZones
        self.clusters = clusters
        self.clusterSelector = clusterSelector
    }

    /// Whether a target is chosen. The fields are ANDed, the entries of a list are ORed.
    public func matches(_ facts: TargetFacts) -> Bool {
        regions.allows(facts.region) && availabilityZones.allows(facts.availabilityZone)
            && clusters.allows(facts.name) && clusterSelector?.matches(facts.labels) ?? true
    }
}

extension TargetSelector: FieldObject {
    init() { self.init(regions: []) }

    static var minimumMembers: Int { 1 }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.names("regions", &regions, 1...32)
        fields.names("availabilityZones", &availabilityZones, 1...64)
        fields.names("clusters", &clusters, 1...512)
        fields.selector("clusterSelector", &clusterSelector)
    }
}

extension [String] {
    /// Whether `name` is listed, byte for byte. A list without entries sets no bound.
    func allows(_ name: String) -> Bool { isEmpty || lists(name) }

    /// Whether `name` is listed, byte for byte: Swift's own comparison takes a Kelvin sign for the letter K.
    func lists(_ name: String) -> Bool { contains { $0.utf8.elementsEqual(name.utf8) } }
}
