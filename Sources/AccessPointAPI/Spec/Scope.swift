/// The outer bound of where an AccessPoint may exist.
public struct Scope: Sendable, Hashable {
    /// The unit of configuration.
    public enum Level: String, Sendable, Hashable, CaseIterable, FieldChoice {
        /// One target per zone: its gateway cluster.
        case availabilityZone = "AvailabilityZone"
        /// One target per cluster.
        case cluster = "Cluster"
    }

    /// The unit of configuration; never changes.
    public var level = Level.availabilityZone
    /// Regions to stay in; empty: any.
    public var regions: [String] = []
    /// Zones to stay in; empty: any.
    public var availabilityZones: [String] = []
    /// Clusters to stay in, by MemberCluster name; empty: any.
    public var clusters: [String] = []

    /// Makes a scope; without lists it takes in every cluster.
    public init(
        level: Level = .availabilityZone, regions: [String] = [], availabilityZones: [String] = [],
        clusters: [String] = []
    ) {
        self.level = level
        self.regions = regions
        self.availabilityZones = availabilityZones
        self.clusters = clusters
    }

    /// Whether a cluster lies inside. The fields are ANDed, the entries of a list are ORed.
    public func contains(_ facts: TargetFacts) -> Bool {
        TargetSelector(regions: regions, availabilityZones: availabilityZones, clusters: clusters).matches(facts)
    }
}

extension Scope: FieldObject {
    init() { self.init(level: .availabilityZone) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.choice("level", &level, .defaulted)
        fields.names("regions", &regions, 1...32)
        fields.names("availabilityZones", &availabilityZones, 1...64)
        fields.names("clusters", &clusters, 1...512)
    }
}
