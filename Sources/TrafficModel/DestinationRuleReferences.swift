public import JSONValue
public import KubeModel

/// What a DestinationRule refers to, and what routes refer to in it.
public struct DestinationRuleReferences: Sendable, Hashable {
    /// Namespace and name.
    public let key: ObjectKey
    /// The host, a short name resolved; perhaps a wildcard.
    public let host: HostName
    /// The names of the subsets.
    public let subsets: [String]
    /// Where the object is shown.
    public let exportTo: ExportTo

    /// Reads a DestinationRule.
    /// - Parameters:
    ///   - body: the whole object.
    ///   - key: its namespace and name.
    ///   - clusterDomain: the DNS domain of the cluster, for short names.
    public init(_ body: JSONValue, key: ObjectKey, clusterDomain: String) {
        let (spec, namespace) = (body["spec"], key.namespace ?? "")
        self.key = key
        host = HostName.resolving(
            spec?["host"]?.stringValue ?? "", namespace: namespace, clusterDomain: clusterDomain)
        subsets = (spec?["subsets"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
        exportTo = ExportTo((spec?["exportTo"]?.arrayValue ?? []).compactMap(\.stringValue), owner: namespace)
    }
}
