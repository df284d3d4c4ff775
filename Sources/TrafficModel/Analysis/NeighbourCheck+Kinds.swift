import JSONValue
import KubeModel

// What may clash, kind by kind.
extension NeighbourChecker {
    // MARK: Gateways

    /// Of two TLS servers for one host on the same port of the same pods the younger is skipped.
    mutating func checkServers() {
        let gateways = own(.gateway)
        let places = gateways.map { ($0, TLSServerPlace.all(in: $0)) }.filter { !$0.1.isEmpty }
        guard !places.isEmpty else { return }
        var owners: [TLSServerPlace: [TrafficObject]] = [:]
        let namespaces = Set(gateways.map { $0.key.namespace ?? "" }).union(book.facts.gatewayNamespaces)
        for other in others(.gateway, in: namespaces) {
            for (place, _) in TLSServerPlace.all(in: other) { owners[place, default: []].append(other) }
        }
        guard !owners.isEmpty else { return }
        for (gateway, servers) in places {
            for (place, field) in servers {
                guard let rival = owners[place]?.first(where: { TLSServerPlace.meet($0, gateway) }) else { continue }
                add(
                    NeighbourCheck.server, .gateway, gateway.key, field.pointer,
                    "Gateway \(excerpt(rival.key)), which is there already, serves \(excerpt(place.host)) on port \(place.port)"
                        + " of the same pods; the younger of the two is skipped without a word",
                    "serve the host in one place, or on another port, bind or gateway")
            }
        }
    }

    // MARK: VirtualServices

    mutating func checkRoutes() {
        let routes = book.set.virtualServices.filter { !$0.isDelegate }
        guard !routes.isEmpty else { return }
        var owners: [HostName: [VirtualServiceReferences]] = [:]
        let afar = routes.contains { !$0.gatewayKeys.isEmpty } ? othersBindings() : []
        for other in othersBeside(.virtualService) + afar {
            let read = VirtualServiceReferences(
                other.body, key: other.key, clusterDomain: book.facts.clusterDomain)
            for host in Set(read.hosts.map(\.value)) { owners[host, default: []].append(read) }
        }
        guard !owners.isEmpty else { return }
        for route in routes {
            for host in route.hosts {
                guard let rivals = owners[host.value] else { continue }
                if route.isInMesh,
                    let rival = rivals.first(where: { $0.isInMesh && $0.exportTo.overlaps(route.exportTo) })
                {
                    add(
                        NeighbourCheck.meshHost, .virtualService, route.key, host.pointer,
                        "VirtualService \(excerpt(rival.key)), which is there already, has the host in the mesh too; sidecars take "
                            + "the routes of one of the two alone", "merge the two, or bind one to gateways")
                }
                if let rival = rivals.first(where: { meet($0, route) }) {
                    add(
                        NeighbourCheck.gatewayHost, .virtualService, route.key, host.pointer,
                        "VirtualService \(excerpt(rival.key)), which is there already, has the host on the same gateway; the older "
                            + "one's routes come first", "merge the two, or delegate from one")
                }
            }
        }
    }

    /// Whether the pods of some Gateway take both; where they run is not always known.
    private mutating func meet(_ left: VirtualServiceReferences, _ right: VirtualServiceReferences) -> Bool {
        let gateways = Set(left.gatewayKeys.map(\.value))
        return right.gatewayKeys.contains { key in
            guard gateways.contains(key.value) else { return false }
            guard case .found(let gateway) = book.gateway(key.value),
                case .found(let namespace) = book.gatewayNamespace(of: gateway)
            else { return left.exportTo.overlaps(right.exportTo) }
            return left.exportTo.includes(namespace) && right.exportTo.includes(namespace)
        }
    }

    // MARK: DestinationRules

    /// Rules of one host in one namespace are merged, and the policy of the oldest counts.
    mutating func checkRules() {
        let others = othersBeside(.destinationRule)
        guard !others.isEmpty else { return }
        for rule in own(.destinationRule) where rule.isForAll {
            let read = references(rule)
            let rival = others.first { other in
                let theirs = references(other)
                return other.isForAll && other.key.namespace == rule.key.namespace && theirs.host == read.host
                    && theirs.exportTo.overlaps(read.exportTo)
            }
            guard let rival else { continue }
            add(
                NeighbourCheck.rule, .destinationRule, rule.key, Field(rule.body)["spec"]["host"].pointer,
                "DestinationRule \(excerpt(rival.key)), which is there already, is for the host too; the policy of the older one "
                    + "counts", "merge the two")
        }
    }

    /// A gateway takes the rules of its pods' namespace before those of the host's, even if theirs is for a wildcard.
    mutating func checkRulesOfGateways() {
        let ours = Set(book.set.destinationRules.map(\.host))
        guard !ours.isEmpty else { return }
        let gateways = Dictionary(book.set.gateways.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        for route in book.set.virtualServices {
            var namespaces: Set<String> = []
            for gateway in route.gatewayKeys.compactMap({ gateways[$0.value] }) {
                if case .found(let found) = book.gatewayNamespace(of: gateway) { namespaces.insert(found) }
            }
            // A rule of the set in that namespace is merged with theirs, which is told of above.
            namespaces.subtract(own(.destinationRule).map { $0.key.namespace ?? "" })
            // Istio does not look there first: rules of its root namespace are everybody's, and come last.
            namespaces.remove(book.facts.rootNamespace)
            let others = others(.destinationRule, in: namespaces).filter(\.isForAll)
                .map { ($0.key, references($0).host) }
            guard !others.isEmpty else { continue }
            var told: Set<HostName> = []
            for destination in route.destinations where ours.contains(destination.value.host) {
                let host = destination.value.host
                guard told.insert(host).inserted, let rival = others.first(where: { host.isCovered(by: $0.1) })
                else { continue }
                add(
                    NeighbourCheck.ruleOfGateway, .virtualService, route.key, destination.pointer,
                    "gateways take DestinationRule \(excerpt(rival.0)) of their own namespace for this host, and not the template's",
                    "write the rule into that namespace, or remove theirs")
            }
        }
    }

    /// A rule for a host that is nowhere has no effect; it may be before its host is, and where the zone has more clusters
    /// the host may be in another one.
    mutating func checkRuleHosts() {
        guard book.facts.zoneHasSingleCluster else { return }
        for rule in own(.destinationRule) {
            let host = references(rule).host
            guard !host.text.isEmpty, !host.isWildcard, case .notFound = lookUp(host, from: rule.key.namespace)
            else { continue }
            add(
                NeighbourCheck.ruleHost, .destinationRule, rule.key, Field(rule.body)["spec"]["host"].pointer,
                "no Service or ServiceEntry of host \(excerpt(host)) was found in this cluster, so that the rule has no effect",
                "correct the host, or add what has it")
        }
    }

    private mutating func lookUp(_ host: HostName, from namespace: String?) -> Lookup<Void> {
        let service = host.service(clusterDomain: book.facts.clusterDomain)
        if let service {
            switch book.service(service) {
            case .found: return .found(())
            case .unknown(let reason): return .unknown(reason)
            case .notFound: break
            }
        }
        for place in [namespace, nil] {
            switch book.serviceEntries(namespace: place) {
            case .found(let entries):
                if entries.contains(where: { $0.hosts.contains { host.isCovered(by: $0) } }) { return .found(()) }
            case .unknown(let reason): return .unknown(reason)
            case .notFound: break
            }
        }
        return .notFound
    }

    private func references(_ rule: TrafficObject) -> DestinationRuleReferences {
        DestinationRuleReferences(rule.body, key: rule.key, clusterDomain: book.facts.clusterDomain)
    }

    // MARK: ServiceEntries

    mutating func checkEntries() {
        struct Place: Hashable {
            let host: HostName
            let port: Int64
        }
        var owners: [Place: (key: ObjectKey, protocol: String)] = [:]
        func ports(_ entry: TrafficObject) -> [(place: Place, protocol: String, field: Field)] {
            let spec = Field(entry.body)["spec"]
            return spec["hosts"].texts.flatMap { host in
                spec["ports"].items.compactMap { port in
                    let name = port["protocol"]
                    return port["number"].number.map {
                        (Place(host: HostName(host.text), port: $0), name.text.lowercased(), name)
                    }
                }
            }
        }
        for other in othersBeside(.serviceEntry) {
            for port in ports(other) { owners[port.place] = owners[port.place] ?? (other.key, port.protocol) }
        }
        for entry in own(.serviceEntry) {
            for port in ports(entry) {
                guard let owner = owners[port.place], owner.protocol != port.protocol else { continue }
                add(
                    NeighbourCheck.entryProtocol, .serviceEntry, entry.key, port.field.pointer,
                    "ServiceEntry \(excerpt(owner.key)), which is there already, says another protocol for port \(port.place.port) of "
                        + "\(excerpt(port.place.host))", "write the same protocol in both")
            }
            for (text, field) in Field(entry.body)["spec"]["hosts"].texts {
                guard let key = HostName(text).service(clusterDomain: book.facts.clusterDomain),
                    book.ownService(key) == nil, case .found = book.service(key)
                else { continue }
                add(
                    NeighbourCheck.entryOfService, .serviceEntry, entry.key, field.pointer,
                    "Service \(excerpt(key)) of the cluster has this host already", "use another host for the entry")
            }
        }
    }

    // MARK: Sidecars

    mutating func checkSidecars() {
        let others = othersBeside(.sidecar)
        for sidecar in own(.sidecar) {
            let selector = Field(sidecar.body)["spec"]["workloadSelector"]
            let labels = selector["labels"].value ?? [:]
            let rival = others.first { other in
                other.key.namespace == sidecar.key.namespace
                    && Field(other.body)["spec"]["workloadSelector"]["labels"].value ?? [:] == labels
            }
            guard let rival else { continue }
            add(
                NeighbourCheck.sidecar, .sidecar, sidecar.key, selector.pointer,
                "Sidecar \(excerpt(rival.key)), which is there already, selects the same workloads, and one of the two is ignored",
                "merge the two")
        }
    }

    // MARK: AuthorizationPolicies

    /// The most namespaces that are asked for: each is a read of its own.
    static let namespaceLimit = 50

    /// A namespace that nobody calls from: most likely it is misspelt. Where the zone has more clusters, which are one
    /// mesh, it may be in another one.
    mutating func checkPolicies() {
        guard book.facts.zoneHasSingleCluster else { return }
        var asked: Set<String> = []
        for policy in own(.authorizationPolicy) {
            for rule in Field(policy.body)["spec"]["rules"].items {
                for source in rule["from"].items.map({ $0["source"] }) {
                    for (name, field) in source["namespaces"].texts + source["notNamespaces"].texts
                    where DNSNames.isLabel(name) {
                        guard asked.contains(name) || asked.count < Self.namespaceLimit else { return }
                        asked.insert(name)
                        guard case .notFound = book.namespace(name) else { continue }
                        add(
                            NeighbourCheck.sourceNamespace, .authorizationPolicy, policy.key, field.pointer,
                            "there is no namespace \(name) in this cluster, so that nobody calls from there",
                            "correct the name, or create the namespace")
                    }
                }
            }
        }
    }
}

extension TrafficObject {
    /// Whether a DestinationRule counts for all workloads, and not only for chosen ones.
    fileprivate var isForAll: Bool { Field(body)["spec"]["workloadSelector"].isAbsent }
}
