public import KubeModel

/// The choice of targets inside the scope.
public struct Placement: Sendable, Hashable {
    /// The ways of choosing.
    public enum Choice: String, Sendable, Hashable, CaseIterable, FieldChoice {
        /// The whole scope.
        case all = "All"
        /// What `clusterSelector` matches.
        case selector = "Selector"
    }

    /// Places that are left out.
    public struct Exclusion: Sendable, Hashable {
        /// Availability zones.
        public var availabilityZones: [String]
        /// Clusters, by MemberCluster name.
        public var clusters: [String]

        /// Makes an exclusion; without arguments it leaves nothing out.
        public init(availabilityZones: [String] = [], clusters: [String] = []) {
            self.availabilityZones = availabilityZones
            self.clusters = clusters
        }
    }

    /// The way of choosing.
    public var type: Choice
    /// Labels of MemberClusters; set exactly when the type is `selector`.
    public var clusterSelector: LabelSelector?
    /// Places that are left out; nil: none.
    public var exclude: Exclusion?

    /// Makes a placement without checking it.
    public init(type: Choice = .all, clusterSelector: LabelSelector? = nil, exclude: Exclusion? = nil) {
        self.type = type
        self.clusterSelector = clusterSelector
        self.exclude = exclude
    }

    /// Whether a cluster inside the scope is chosen.
    public func chooses(_ facts: TargetFacts) -> Bool {
        if let exclude {
            if exclude.availabilityZones.lists(facts.availabilityZone) || exclude.clusters.lists(facts.name) {
                return false
            }
        }
        return switch type {
        case .all: true
        // Without its selector, which validation demands, the type chooses nothing rather than everything.
        case .selector: clusterSelector?.matches(facts.labels) ?? false
        }
    }
}

extension Placement: FieldObject {
    init() { self.init(type: .all) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.choice("type", &type, .defaulted)
        fields.selector("clusterSelector", &clusterSelector)
        fields.object("exclude", &exclude)
        fields.rule(
            "clusterSelector must be set when type is Selector, and may not be set otherwise", .schema,
            (type == .selector) == (clusterSelector != nil))
    }
}

extension Placement.Exclusion: FieldObject {
    init() { self.init(clusters: []) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.names("availabilityZones", &availabilityZones, 0...64)
        fields.names("clusters", &clusters, 0...512)
    }
}
