/// What the objects of a set refer to and offer to each other, with Istio's rules for names.
public struct References: Sendable, Hashable {
    /// The Services.
    public private(set) var services: [ServiceReferences] = []
    /// The Gateways.
    public private(set) var gateways: [GatewayReferences] = []
    /// The VirtualServices.
    public private(set) var virtualServices: [VirtualServiceReferences] = []
    /// The DestinationRules.
    public private(set) var destinationRules: [DestinationRuleReferences] = []
    /// The ServiceEntries.
    public private(set) var serviceEntries: [ServiceEntryReferences] = []
    /// The WorkloadEntries.
    public private(set) var workloadEntries: [WorkloadEntryReferences] = []

    /// Reads the objects, each kind in the order given.
    /// - Parameters:
    ///   - objects: the objects of the set.
    ///   - clusterDomain: the DNS domain of the cluster, for short names.
    public init(_ objects: some Sequence<TrafficObject>, clusterDomain: String = "cluster.local") {
        for object in objects {
            switch object.kind {
            case .service: services.append(ServiceReferences(object.body, key: object.key))
            case .gateway: gateways.append(GatewayReferences(object.body, key: object.key))
            case .virtualService:
                virtualServices.append(
                    VirtualServiceReferences(object.body, key: object.key, clusterDomain: clusterDomain))
            case .destinationRule:
                destinationRules.append(
                    DestinationRuleReferences(object.body, key: object.key, clusterDomain: clusterDomain))
            case .serviceEntry: serviceEntries.append(ServiceEntryReferences(object.body, key: object.key))
            case .workloadEntry: workloadEntries.append(WorkloadEntryReferences(object.body, key: object.key))
            case .sidecar, .authorizationPolicy, .peerAuthentication, .requestAuthentication: break
            }
        }
    }

    /// The host names that people use: those of Gateways and of VirtualServices bound to a Gateway, sorted, without
    /// wildcards and names of Services in the cluster.
    public func publicHosts(clusterDomain: String = "cluster.local") -> [HostName] {
        let bound = virtualServices.filter { !$0.gatewayKeys.isEmpty }
        let hosts = gateways.flatMap(\.hosts) + bound.flatMap { $0.hosts.map(\.value) }
        return Set(hosts).filter { !$0.isWildcard && $0.service(clusterDomain: clusterDomain) == nil }.sorted()
    }
}
