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
    private var rules: [HostName: [Rule]] = [:]
    /// How long the hosts of rules for many hosts are, the longest first.
    private var wildcardLengths: [Int] = []
    private var entries: [HostName: [(object: TrafficObject, exportTo: ExportTo)]] = [:]
    private var workloads: [(object: TrafficObject, spec: Field, references: WorkloadEntryReferences)] = []

    /// A DestinationRule.
    typealias Rule = (object: TrafficObject, spec: Field, exportTo: ExportTo)

    /// A host to which gateways of a namespace send.
    struct Sending: Hashable {
        let host: HostName
        let namespace: String
    }

    /// Where the Gateways of the set send to, as far as it is a host of a rule or an entry of the set; each once.
    private(set) var sendings: [Sending] = []

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
        for (rule, read) in zip(all(.destinationRule), references.destinationRules) {
            rules[read.host, default: []].append((rule.object, rule.spec, read.exportTo))
        }
        wildcardLengths = Set(rules.keys.filter(\.isWildcard).map(\.text.utf8.count)).sorted(by: >)
        for (workload, read) in zip(all(.workloadEntry), references.workloadEntries) {
            workloads.append((workload.object, workload.spec, read))
        }
        for object in objects where object.kind == .serviceEntry {
            let entry = ServiceEntryReferences(object.body, key: object.key)
            for host in Set(entry.hosts) { entries[host, default: []].append((object, entry.exportTo)) }
        }
        sendings = findSendings()
    }

    private func findSendings() -> [Sending] {
        var namespaces: [ObjectKey: String] = [:]
        for gateway in references.gateways {
            let found = GatewayNamespace.resolve(
                gatewaySelector: gateway.selector, rendered: references.services, live: [])
            if case .found(let namespace) = found { namespaces[gateway.key] = namespace }
        }
        var sendings: Set<Sending> = []
        for route in references.virtualServices {
            let hosts = Set(route.destinations.map(\.value.host)).filter { rules[$0] != nil || entries[$0] != nil }
            for namespace in Set(route.gatewayKeys.compactMap { namespaces[$0.value] }) {
                for host in hosts { sendings.insert(Sending(host: host, namespace: namespace)) }
            }
        }
        return sendings.sorted { $0.host != $1.host ? $0.host < $1.host : $0.namespace < $1.namespace }
    }

    /// An object of the set.
    func object(_ kind: TrafficKind, _ key: ObjectKey) -> TrafficObject? {
        byKey[kind]?[key]
    }

    /// The objects of a kind, each with its spec.
    func all(_ kind: TrafficKind) -> [(object: TrafficObject, spec: Field)] {
        objects.filter { $0.kind == kind }.map { ($0, Field($0.body)["spec"]) }
    }

    /// The host of a DestinationRule, a short name resolved.
    func host(of rule: (object: TrafficObject, spec: Field)) -> HostName {
        .resolving(rule.spec["host"].text, namespace: rule.object.key.namespace ?? "", clusterDomain: clusterDomain)
    }

    /// The DestinationRules of the set for exactly this host.
    func destinationRules(for host: HostName) -> [Rule] { rules[host] ?? [] }

    /// The subsets that the set defines for a host of which it has a DestinationRule; nil: it has none, and the one of the
    /// host may live in the cluster.
    ///
    /// A namespace's rule for the host itself leaves nothing to its wildcards (`MostSpecificHostMatch` of Istio's
    /// `pilot/pkg/model/config.go`); one of another namespace may count where that of the host does not.
    func subsets(of host: HostName) -> Set<[UInt8]>? {
        guard !destinationRules(for: host).isEmpty else { return nil }
        let own = references.destinationRules.filter { $0.host == host }
        let namespaces = Set(own.map(\.key.namespace))
        let wider = references.destinationRules.filter {
            $0.host != host && !namespaces.contains($0.key.namespace) && host.isCovered(by: $0.host)
        }
        return Set((own + wider).flatMap(\.subsets).map { Array($0.utf8) })
    }

    /// The DestinationRules of the set that proxies may take for a ServiceEntry, for each of its hosts.
    ///
    /// A namespace's rules for the host itself come before those of its wildcards, of which the longest counts: so does
    /// `MostSpecificHostMatch` of Istio's `pilot/pkg/model/config.go` choose. A rule that not all who see the entry see
    /// leaves others to a wider one. Rules are taken from the namespaces that see the entry, from its own, and where this
    /// has none for all, from the root namespace.
    func destinationRules(of entry: TrafficObject) -> [[Rule]] {
        let shown = ServiceEntryReferences(entry.body, key: entry.key)
        return Set(shown.hosts).sorted().map { destinationRules(for: $0, of: entry, shownTo: shown.exportTo) }
    }

    private func destinationRules(for host: HostName, of entry: TrafficObject, shownTo viewers: ExportTo) -> [Rule] {
        let name = host.text.utf8.dropFirst(host.isWildcard ? 1 : 0)
        let wildcards = wildcardLengths.filter { $0 <= name.count + 1 }.map { length in
            HostName("*" + String(decoding: name.suffix(length - 1), as: UTF8.self))
        }
        var settled: Set<String> = []
        var found: [Rule] = []
        for choice in (host.isWildcard ? [] : [host]) + wildcards {
            let rules = self.rules[choice, default: []].filter { rule in
                let namespace = rule.object.key.namespace ?? ""
                return !settled.contains(namespace)
                    && (namespace == entry.key.namespace || namespace == rootNamespace || viewers.includes(namespace))
            }
            found += rules
            for rule in rules where rule.exportTo.includesAll(of: viewers) && rule.spec["workloadSelector"].isAbsent {
                settled.insert(rule.object.key.namespace ?? "")
            }
        }
        guard settled.contains(entry.key.namespace ?? "") else { return found }
        return found.filter { $0.object.key.namespace != rootNamespace || entry.key.namespace == rootNamespace }
    }

    /// The ServiceEntries of the set with exactly this host.
    func serviceEntries(for host: HostName) -> [(object: TrafficObject, exportTo: ExportTo)] { entries[host] ?? [] }

    /// The endpoints of a ServiceEntry that the set holds: those inline, or the WorkloadEntries that it selects.
    func endpoints(of entry: TrafficObject) -> [(object: TrafficObject, workload: Field)] {
        let spec = Field(entry.body)["spec"]
        guard spec["workloadSelector"].isPresent else { return spec["endpoints"].items.map { (entry, $0) } }
        let selecting = ServiceEntryReferences(entry.body, key: entry.key)
        return workloads.filter { selecting.selects($0.references) }.map { ($0.object, $0.spec) }
    }
}
