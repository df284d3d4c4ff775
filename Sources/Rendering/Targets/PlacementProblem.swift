/// Why it is not clear to which clusters an AccessPoint belongs, or what a person should know of it.
public struct PlacementProblem: Error, Sendable, Hashable {
    /// The closed list of what can be wrong.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// No cluster is chosen at all.
        case placementEmpty = "PlacementEmpty"
        /// A zone has no gateway cluster.
        case gatewayMissing = "GatewayMissing"
        /// A zone has more than one gateway cluster.
        case gatewayAmbiguous = "GatewayAmbiguous"
        /// The scope names a cluster that is not registered.
        case clusterUnknown = "ClusterUnknown"
        /// The scope names a zone of which no cluster is registered.
        case availabilityZoneUnknown = "AvailabilityZoneUnknown"
        /// The scope names a region of which no cluster is registered.
        case regionUnknown = "RegionUnknown"
        /// Something is excluded that would not be chosen anyway.
        case excludedUnknown = "ExcludedUnknown"
    }

    /// What is wrong.
    public let code: Code
    /// Whether the targets cannot be told; else it is only reported.
    public let isError: Bool
    /// The field of the AccessPoint.
    public let path: String
    /// What is wrong and what to do.
    public let message: String

    init(_ code: Code, isError: Bool = true, path: String, _ message: String) {
        self.code = code
        self.isError = isError
        self.path = path
        self.message = message
    }
}

extension PlacementProblem: CustomStringConvertible {
    /// `path: message`.
    public var description: String { "\(path): \(message)" }
}
