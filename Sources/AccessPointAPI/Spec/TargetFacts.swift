public import JSONValue

/// What selectors and variables may know of a target: the facts of its MemberCluster.
public struct TargetFacts: Sendable, Hashable {
    /// Name of the MemberCluster, which is also the name of the target.
    public var name: String
    /// Region of the cluster.
    public var region: String
    /// Availability zone of the cluster.
    public var availabilityZone: String
    /// Labels of the MemberCluster.
    public var labels: JSONObject
    /// Which entries of the template it gets; nil: all of them, as every target of the level does.
    ///
    /// With `everyCluster` it is another cluster of a zone, which gets only the entries of that placement.
    public var placement: TemplateEntry.Placement?

    /// Makes the facts of one target.
    public init(
        name: String, region: String, availabilityZone: String, labels: JSONObject = JSONObject(),
        placement: TemplateEntry.Placement? = nil
    ) {
        self.name = name
        self.region = region
        self.availabilityZone = availabilityZone
        self.labels = labels
        self.placement = placement
    }
}
