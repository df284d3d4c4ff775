/// The names under which addresses are published, and how.
public struct NameRecords: Sendable, Hashable {
    /// A share of traffic for some targets.
    public struct Weight: Sendable, Hashable {
        /// Regions; empty: any.
        public var regions: [String]
        /// Availability zones; empty: any.
        public var availabilityZones: [String]
        /// Clusters, by MemberCluster name; empty: any.
        public var clusters: [String]
        /// The share, in proportion to those of the other targets.
        public var weight: Int

        /// Makes a weight.
        public init(
            regions: [String] = [], availabilityZones: [String] = [], clusters: [String] = [], weight: Int
        ) {
            self.regions = regions
            self.availabilityZones = availabilityZones
            self.clusters = clusters
            self.weight = weight
        }

        fileprivate func matches(_ facts: TargetFacts) -> Bool {
            TargetSelector(regions: regions, availabilityZones: availabilityZones, clusters: clusters).matches(facts)
        }
    }

    /// The weight of a target for which none is given.
    public static let defaultWeight = 100
    /// The provider that is meant where none is named.
    public static let defaultProvider = "external-dns"
    /// The most names.
    public static let hostnameLimit = 16

    /// Full DNS names in lower case; the first label may be `*`.
    public var hostnames: [String]
    /// For how long resolvers may remember an answer.
    public var ttlSeconds: Int
    /// The backend, by the name that the operator knows it under.
    public var provider: String
    /// Shares of traffic; of those that match a target the first counts.
    public var weights: [Weight]

    /// Makes records without checking them.
    public init(
        hostnames: [String], ttlSeconds: Int = 60, provider: String = defaultProvider, weights: [Weight] = []
    ) {
        self.hostnames = hostnames
        self.ttlSeconds = ttlSeconds
        self.provider = provider
        self.weights = weights
    }

    /// The share of a target.
    public func weight(of facts: TargetFacts) -> Int {
        weights.first { $0.matches(facts) }?.weight ?? Self.defaultWeight
    }
}

extension NameRecords: FieldObject {
    init() { self.init(hostnames: []) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.values("hostnames", &hostnames, each: .text(1...253, .hostName), .set(1...Self.hostnameLimit))
        fields.value("ttlSeconds", &ttlSeconds, .integer(1...86_400), .defaulted)
        fields.value("provider", &provider, .label, .defaulted)
        fields.objects("weights", &weights, .plain(0...64))
        fields.rule("hostnames must be set", .schema, !hostnames.isEmpty)
    }
}

extension NameRecords.Weight: FieldObject {
    /// What external-dns passes on to the providers that know weights.
    static let range: ClosedRange<Int64> = 0...255

    init() { self.init(weight: 0) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.names("regions", &regions, 1...32)
        fields.names("availabilityZones", &availabilityZones, 1...64)
        fields.names("clusters", &clusters, 1...512)
        fields.value("weight", &weight, .integer(Self.range), .required)
    }
}
