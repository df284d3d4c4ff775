public import JSONValue
public import KubeModel

/// What a DestinationRule refers to, and what routes refer to in it.
public struct DestinationRuleReferences: Sendable, Hashable {
    /// A Secret with what proxies need for TLS to the host.
    public struct Credential: Sendable, Hashable {
        /// What `credentialName` names.
        public let name: CredentialName
        /// Whether it has a certificate of the client, and not an authority alone.
        public let isOfClient: Bool
    }

    /// Namespace and name.
    public let key: ObjectKey
    /// The host, a short name resolved; perhaps a wildcard.
    public let host: HostName
    /// The names of the subsets.
    public let subsets: [String]
    /// Where the object is shown.
    public let exportTo: ExportTo
    /// The Secrets that gateways take; none of a rule that is for some pods of its own namespace.
    public let credentials: [Credential]

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
        let policies = [spec?["trafficPolicy"]] + (spec?["subsets"]?.arrayValue ?? []).map { $0["trafficPolicy"] }
        let all = policies.flatMap { policy in
            [policy?["tls"]] + (policy?["portLevelSettings"]?.arrayValue ?? []).map { $0["tls"] }
        }
        let isForSome = spec?["workloadSelector"].map { !$0.isNull } ?? false
        credentials = isForSome ? [] : all.compactMap { Credential($0) }
    }
}

extension DestinationRuleReferences.Credential {
    /// Reads the TLS settings of a policy; nil where they name no Secret, or are of a mode that takes none (Istio's
    /// `pilot/pkg/networking/core/cluster_tls.go`).
    fileprivate init?(_ tls: JSONValue?) {
        guard let name = tls?["credentialName"]?.stringValue, !name.isEmpty,
            let mode = tls?["mode"]?.stringValue, mode == "SIMPLE" || mode == "MUTUAL"
        else { return nil }
        self.init(name: CredentialName(name), isOfClient: mode == "MUTUAL")
    }
}
