import JSONValue
import KubeModel

/// The objects of one target, and what they say to each other.
struct TrafficSet {
    let objects: [TrafficObject]
    let references: References
    /// What of the references is false whatever the cluster holds: no fact of it was given.
    let unresolved: [ReferenceFinding]
    let clusterDomain: String
    let rootNamespace: String
    private let byKey: [TrafficKind: [ObjectKey: TrafficObject]]
    private var rules: [HostName: [(object: TrafficObject, spec: Field)]] = [:]
    private var entries: [HostName: [(object: TrafficObject, exportTo: ExportTo)]] = [:]

    init(_ objects: [TrafficObject], gatewayNamespaces: [String]) {
        let facts = LiveFacts(zoneHasSingleCluster: false, gatewayNamespaces: gatewayNamespaces)
        self.objects = objects
        clusterDomain = facts.clusterDomain
        rootNamespace = facts.rootNamespace
        byKey = Dictionary(grouping: objects, by: \.kind).mapValues { objects in
            Dictionary(objects.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        }
        references = References(objects, clusterDomain: facts.clusterDomain)
        unresolved = ReferenceCheck.report(objects, facts: facts).findings.filter { $0.status == .false }
        for rule in all(.destinationRule) { rules[host(of: rule), default: []].append(rule) }
        for object in objects where object.kind == .serviceEntry {
            let entry = ServiceEntryReferences(object.body, key: object.key)
            for host in Set(entry.hosts) { entries[host, default: []].append((object, entry.exportTo)) }
        }
    }

    /// An object of the set.
    func object(_ kind: TrafficKind, _ key: ObjectKey) -> TrafficObject? {
        byKey[kind]?[key]
    }

    /// The objects of a kind, each with its spec.
    func all(_ kind: TrafficKind) -> [(object: TrafficObject, spec: Field)] {
        objects.filter { $0.kind == kind }.map { ($0, Field($0.body)["spec"]) }
    }

    /// The namespaces of the pods of the Gateways of the set that a VirtualService is bound to, where the set tells.
    func gatewayNamespaces(of route: VirtualServiceReferences) -> Set<String> {
        let keys = Set(route.gatewayKeys.map(\.value))
        return Set(
            references.gateways.filter { keys.contains($0.key) }
                .compactMap { gateway in
                    let found = GatewayNamespace.resolve(
                        gatewaySelector: gateway.selector, rendered: references.services, live: [])
                    if case .found(let namespace) = found { return namespace }
                    return nil
                })
    }

    /// The host of a DestinationRule, a short name resolved.
    func host(of rule: (object: TrafficObject, spec: Field)) -> HostName {
        .resolving(rule.spec["host"].text, namespace: rule.object.key.namespace ?? "", clusterDomain: clusterDomain)
    }

    /// The DestinationRules of the set for exactly this host.
    func destinationRules(for host: HostName) -> [(object: TrafficObject, spec: Field)] { rules[host] ?? [] }

    /// The ServiceEntries of the set with exactly this host.
    func serviceEntries(for host: HostName) -> [(object: TrafficObject, exportTo: ExportTo)] { entries[host] ?? [] }

    /// The endpoints of a ServiceEntry that the set holds: those inline, or the WorkloadEntries that it selects.
    func endpoints(of entry: TrafficObject) -> [(object: TrafficObject, workload: Field)] {
        let spec = Field(entry.body)["spec"]
        guard spec["workloadSelector"].isPresent else { return spec["endpoints"].items.map { (entry, $0) } }
        let selecting = ServiceEntryReferences(entry.body, key: entry.key)
        return all(.workloadEntry).filter {
            selecting.selects(WorkloadEntryReferences($0.object.body, key: $0.object.key))
        }.map { ($0.object, $0.spec) }
    }
}
