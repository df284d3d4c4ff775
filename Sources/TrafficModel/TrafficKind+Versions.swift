public import KubeModel

extension TrafficKind {
    /// The versions that we know, newest first.
    ///
    /// Istio serves v1 from 1.22 on; older members have only the versions behind it.
    public var versions: [String] {
        switch self {
        case .service: ["v1"]
        case .authorizationPolicy, .peerAuthentication, .requestAuthentication: ["v1", "v1beta1"]
        default: ["v1", "v1beta1", "v1alpha3"]
        }
    }

    /// The newest version that both we and a cluster know; nil when there is none.
    /// - Parameter served: the versions of this kind that the cluster's discovery lists, in any order.
    /// - Returns: the version, such as `v1`.
    public func newestVersion(servedBy served: [String]) -> String? {
        versions.first { version in served.contains { $0.utf8.elementsEqual(version.utf8) } }
    }

    /// What the `apiVersion` member of an object of this kind says for `version`.
    public func apiVersion(_ version: String) -> String { resource(version).apiVersion }

    /// The collection of this kind in `version`.
    public func resource(_ version: String) -> GroupVersionResource {
        GroupVersionResource(group: group, version: version, resource: plural)
    }
}
