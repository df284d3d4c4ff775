import KubeModel

/// A kind of object that a traffic template may hold; the list is closed.
///
/// Groups, versions and scope are those of Istio's `manifests/charts/base/files/crd-all.gen.yaml`; all these kinds are
/// namespaced, and the schemas of all served versions of a kind are identical (`conversion: None`).
public enum TrafficKind: String, Sendable, Hashable, CaseIterable {
    case service = "Service"
    case workloadEntry = "WorkloadEntry"
    case serviceEntry = "ServiceEntry"
    case destinationRule = "DestinationRule"
    case sidecar = "Sidecar"
    case authorizationPolicy = "AuthorizationPolicy"
    case peerAuthentication = "PeerAuthentication"
    case requestAuthentication = "RequestAuthentication"
    case gateway = "Gateway"
    case virtualService = "VirtualService"

    /// How a live object is judged against its rendering.
    public enum Comparison: Sendable, Hashable {
        /// The server adds nothing: the whole spec must be as rendered.
        case exactSpec
        /// The server fills in defaults and allocations: what was rendered must be there.
        case renderedFields
    }

    /// Where objects of a kind may be placed.
    public enum NamespaceRule: Sendable, Hashable {
        /// Only in the namespace of the AccessPoint.
        case own
        /// In the namespace of the AccessPoint or in a gateway namespace.
        case ownOrGateway
    }

    /// The kind of an object with this `apiVersion` and `kind`; nil if it is not in the list or the version not known.
    public init?(apiVersion: String, kind: String) {
        let gvk = GroupVersionKind(apiVersion: apiVersion, kind: kind)
        guard let known = Self(rawValue: kind), known.group == gvk.group, known.versions.contains(gvk.version) else {
            return nil
        }
        self = known
    }

    /// The kind as objects name it.
    public var kind: String { rawValue }

    /// The API group, empty for the core group.
    public var group: String {
        switch self {
        case .service: ""
        case .authorizationPolicy, .peerAuthentication, .requestAuthentication: "security.istio.io"
        default: "networking.istio.io"
        }
    }

    /// The lower-case plural of URLs.
    public var plural: String {
        switch self {
        case .service: "services"
        case .workloadEntry: "workloadentries"
        case .serviceEntry: "serviceentries"
        case .destinationRule: "destinationrules"
        case .sidecar: "sidecars"
        case .authorizationPolicy: "authorizationpolicies"
        case .peerAuthentication: "peerauthentications"
        case .requestAuthentication: "requestauthentications"
        case .gateway: "gateways"
        case .virtualService: "virtualservices"
        }
    }

    /// The order of applying: what is referred to comes before what refers to it; deletion goes the other way.
    public var applyRank: Int {
        switch self {
        case .service: 0
        case .workloadEntry: 1
        case .serviceEntry: 2
        case .destinationRule: 3
        case .sidecar, .authorizationPolicy, .peerAuthentication, .requestAuthentication: 4
        case .gateway: 5
        case .virtualService: 6
        }
    }

    /// How a live object of this kind is judged.
    public var comparison: Comparison { self == .service ? .renderedFields : .exactSpec }

    /// Where objects of this kind may be placed.
    public var namespaceRule: NamespaceRule { self == .service ? .ownOrGateway : .own }
}
