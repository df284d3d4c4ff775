import KubeModel

/// What a destination's host turned out to be.
struct Backend {
    /// `Service shop/web`, for messages.
    let name: String
    /// The namespace, in which a DestinationRule for it may stand.
    let namespace: String
    /// The port numbers.
    let ports: Set<Int64>
    /// Whether a destination need not say which port.
    let hasSinglePort: Bool
}

extension ReferenceChecker {
    mutating func check(
        _ destination: Located<VirtualServiceReferences.Destination>, of route: VirtualServiceReferences,
        _ binding: Binding
    ) {
        let place = Place(kind: .virtualService, key: route.key, pointer: destination.pointer)
        switch backend(destination.value.host, of: route, binding) {
        case .found(let backend):
            checkPort(of: destination.value, backend, route, binding, at: place)
            if let subset = destination.value.subset {
                check(subset, of: destination.value.host, backend, route, binding, at: place)
            }
            checkCredentials(for: destination.value.host, binding, at: place)
        case .notFound:
            let isAlone = book.facts.zoneHasSingleCluster
            add(
                isAlone ? .false : .unknown, .backendNotFound, at: place,
                "no Service or ServiceEntry of host \(excerpt(destination.value.host)) was found in this cluster"
                    + (isAlone ? "" : "; it may be in another cluster of the zone")
                    + "; \(remedy(for: destination.value))")
        case .unknown(let reason): add(.unknown, .referenceUnknown, at: place, reason)
        }
    }

    private func remedy(for destination: VirtualServiceReferences.Destination) -> String {
        let domain = book.facts.clusterDomain
        let labels = destination.written.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        // The trap of names that look short but hold a dot.
        if labels.count == 2 || (labels.count == 3 && destination.written.hasSuffix(".svc")) {
            let service = labels.prefix(2).map { String(Substring($0)) }.joined(separator: ".")
            return "a host with a dot is taken literally: for a Service write \(excerpt(service)).svc.\(domain)"
        }
        if let service = destination.host.service(clusterDomain: domain) {
            return "create Service \(excerpt(service)) or correct the host"
        }
        return "add a ServiceEntry with exactly this host, or correct the host"
    }

    // MARK: Host

    /// Looks in the order of cost: the set, the Service by name, ServiceEntries of the namespace, then of all.
    private mutating func backend(
        _ host: HostName, of route: VirtualServiceReferences, _ binding: Binding
    ) -> Lookup<Backend> {
        let service = host.service(clusterDomain: book.facts.clusterDomain)
        if let service, let found = book.ownService(service) { return .found(Backend(found)) }
        if let entry = entry(host, among: book.ownEntries(host), route, binding) { return .found(entry) }
        if let service {
            switch book.service(service) {
            case .found(let found): return .found(Backend(found))
            case .unknown(let reason): return .unknown(reason)
            case .notFound: break
            }
        }
        for namespace in [route.key.namespace, nil] {
            switch book.serviceEntries(namespace: namespace) {
            case .found(let entries):
                if let entry = entry(host, among: entries, route, binding) { return .found(entry) }
            case .unknown(let reason): return .unknown(reason)
            case .notFound: break
            }
        }
        return .notFound
    }

    /// A wildcard host of a ServiceEntry makes no cluster for a route, so only the exact host counts.
    ///
    /// Istio merges entries of one host, so that each has the ports of all; whether it merges these depends on more than
    /// is looked at here, so that one port is enough for a destination that names none.
    private mutating func entry(
        _ host: HostName, among entries: [ServiceEntryReferences], _ route: VirtualServiceReferences,
        _ binding: Binding
    ) -> Backend? {
        var shown: [ServiceEntryReferences] = []
        for entry in entries where entry.hosts.contains(host) && isShown(entry.exportTo, to: route, binding) {
            shown.append(entry)
        }
        guard let first = shown.first else { return nil }
        return Backend(
            name: "ServiceEntry \(first.key)", namespace: first.key.namespace ?? "",
            ports: Set(shown.flatMap(\.ports)), hasSinglePort: shown.contains { Set($0.ports).count == 1 })
    }

    private mutating func isShown(
        _ exportTo: ExportTo, to route: VirtualServiceReferences, _ binding: Binding
    ) -> Bool {
        guard !exportTo.isEverywhere else { return true }
        let (namespaces, isComplete) = proxyNamespaces(of: route, binding)
        return !isComplete || namespaces.contains(where: exportTo.includes)
    }

    /// The namespaces of the proxies that carry the route, and whether these are all of them.
    private mutating func proxyNamespaces(
        of route: VirtualServiceReferences, _ binding: Binding
    ) -> (namespaces: [String], isComplete: Bool) {
        // A delegate is carried by whatever carries those that delegate to it.
        guard !route.isDelegate else { return ([], false) }
        if let proxies { return proxies }
        var namespaces = route.isInMesh ? [route.key.namespace ?? ""] : []
        var isComplete = !binding.isIncomplete
        for gateway in binding.gateways {
            switch book.gatewayNamespace(of: gateway.value) {
            case .found(let namespace): if !namespaces.contains(namespace) { namespaces.append(namespace) }
            case .unknown: isComplete = false
            }
        }
        proxies = (namespaces, isComplete)
        return (namespaces, isComplete)
    }

    // MARK: Port

    private mutating func checkPort(
        of destination: VirtualServiceReferences.Destination, _ backend: Backend, _ route: VirtualServiceReferences,
        _ binding: Binding, at place: Place
    ) {
        var known: String { backend.ports.sorted().prefix(10).map(String.init).joined(separator: ", ") }
        if let port = destination.port {
            guard !backend.ports.contains(port) else { return }
            return add(
                .false, .portNotFound, at: place,
                "\(backend.name) has no port \(port) (it has \(known.isEmpty ? "none" : known)); correct port.number")
        }
        guard !backend.hasSinglePort else { return }
        // Without a number the port of the listener is taken.
        let isListenedAlike = binding.listeners.isSubset(of: backend.ports)
        let isListened = !binding.isIncomplete && !route.isDelegate && isListenedAlike
        let isOwnHost = !route.isInMesh || route.hosts.contains { $0.value == destination.host }
        guard backend.ports.isEmpty || !isListened || !isOwnHost else { return }
        let isCertain = backend.ports.isEmpty || (!isListenedAlike && !route.isDelegate)
        add(
            isCertain ? .false : .unknown, backend.ports.isEmpty ? .portNotFound : .portRequired, at: place,
            "\(backend.name) has the ports \(known.isEmpty ? "none" : known); say which with port.number")
    }

    // MARK: Credentials

    /// Secrets that a rule of the set gives the route's gateways for TLS to a host must exist where their pods run; an
    /// authority may be in a Secret of its own, with `-cacert` behind its name (Istio's `pilot/pkg/xds/sds.go`).
    private mutating func checkCredentials(for host: HostName, _ binding: Binding, at place: Place) {
        for rule in book.set.destinationRules where rule.host == host {
            for credential in rule.credentials {
                for gateway in binding.gateways {
                    guard case .found(let namespace) = book.gatewayNamespace(of: gateway.value) else { continue }
                    // A ConfigMap, or a source of its own, is not looked into.
                    guard let key = credential.name.secret(ofPodsIn: namespace) else { continue }
                    let authority = ObjectKey(namespace: namespace, name: key.name + "-cacert")
                    let isOwn = sameBytes(key.namespace ?? "", namespace)
                    if isOwn, !credential.isOfClient {
                        let beside = book.secret(authority)
                        if case .found = beside { continue }
                        // While that is not known, the other one need not be there.
                        if case .unknown(let reason) = beside, case .notFound = book.secret(key) {
                            add(.unknown, .referenceUnknown, at: place, reason)
                            continue
                        }
                    }
                    require(key, ofPodsIn: namespace, at: place, by: rule.key)
                }
            }
        }
    }

    // MARK: Subset

    /// A subset counts if a DestinationRule defines it that the route's proxies can see: in their own namespace, in that
    /// of the backend, or in Istio's root namespace (`destinationRule` in Istio's `pilot/pkg/model/push_context.go`).
    private mutating func check(
        _ subset: String, of host: HostName, _ backend: Backend, _ route: VirtualServiceReferences, _ binding: Binding,
        at place: Place
    ) {
        let (proxies, isComplete) = proxyNamespaces(of: route, binding)
        var namespaces = [backend.namespace]
        for namespace in proxies + [book.facts.rootNamespace] where !namespaces.contains(namespace) {
            namespaces.append(namespace)
        }
        func defines(_ rule: DestinationRuleReferences) -> Bool {
            host.isCovered(by: rule.host) && rule.subsets.contains { sameBytes($0, subset) }
        }
        func counts(_ rule: DestinationRuleReferences) -> Bool {
            defines(rule) && namespaces.contains(rule.key.namespace ?? "")
                && (!isComplete || proxies.contains(where: rule.exportTo.includes))
        }
        if book.set.destinationRules.contains(where: counts) { return }
        var failure: String?
        for namespace in namespaces {
            switch book.destinationRules(namespace: namespace) {
            case .found(let rules): if rules.contains(where: counts) { return }
            case .notFound: break
            case .unknown(let reason): failure = failure ?? reason
            }
        }
        if let failure { return add(.unknown, .referenceUnknown, at: place, failure) }
        let misplaced = book.set.destinationRules.first(where: defines)
        add(
            isComplete ? .false : .unknown, .subsetNotFound, at: place,
            "subset \(excerpt(subset)) of \(backend.name) is defined by no DestinationRule that counts for this route; "
                + (misplaced.map { "DestinationRule \($0.key) does not: put it into namespace \(backend.namespace)" }
                    ?? "add it to the DestinationRule of the host"))
    }
}

extension Backend {
    /// A Service as a backend.
    init(_ service: ServiceReferences) {
        let ports = Set(service.ports.map(\.number))
        self.init(
            name: "Service \(service.key)", namespace: service.key.namespace ?? "", ports: ports,
            hasSinglePort: ports.count == 1)
    }
}
