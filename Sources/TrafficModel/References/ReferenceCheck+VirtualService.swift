import KubeModel

extension ReferenceChecker {
    mutating func check(_ route: VirtualServiceReferences) {
        proxies = nil
        addUnreadable(route.unreadable, .virtualService, route.key)
        let binding = checkGateways(of: route)
        checkHosts(of: route, binding)
        checkExport(of: route, binding)
        for delegate in route.delegates { checkDelegate(delegate, of: route) }
        for destination in route.destinations { check(destination, of: route, binding) }
    }

    /// What a VirtualService is bound to.
    struct Binding {
        /// The Gateways that were found, with the place where each is named.
        var gateways: [Located<GatewayReferences>] = []
        /// Whether a gateway is missing or unknown, so that conclusions about all of them cannot be drawn.
        var isIncomplete = false
        /// The ports on which the gateways listen.
        var listeners: Set<Int64> = []
    }

    private func place(_ route: VirtualServiceReferences, _ located: Located<some Any>) -> Place {
        Place(kind: .virtualService, key: route.key, pointer: located.pointer)
    }

    private mutating func checkGateways(of route: VirtualServiceReferences) -> Binding {
        var binding = Binding()
        for name in route.gatewayKeys {
            if let gateway = findGateway(name, of: route) {
                checkSelector(of: gateway, at: place(route, name))
                binding.gateways.append(Located(gateway, at: name.pointer))
                binding.listeners.formUnion(gateway.servers.compactMap(\.port))
            } else {
                binding.isIncomplete = true
            }
        }
        var seen = Set(route.gateways.map(\.value))
        for name in route.matchGateways where seen.insert(name.value).inserted {
            guard case .gateway(let key) = name.value else { continue }
            _ = findGateway(Located(key, at: name.pointer), of: route)
        }
        return binding
    }

    private mutating func findGateway(
        _ name: Located<ObjectKey>, of route: VirtualServiceReferences
    ) -> GatewayReferences? {
        switch book.gateway(name.value) {
        case .found(let gateway): return gateway
        case .notFound:
            add(
                .false, .gatewayNotFound, at: place(route, name),
                "Gateway \(excerpt(name.value)) exists neither in the template nor in this cluster"
                    + "; correct the name or add the Gateway")
        case .unknown(let reason): add(.unknown, .referenceUnknown, at: place(route, name), reason)
        }
        return nil
    }

    private mutating func checkHosts(of route: VirtualServiceReferences, _ binding: Binding) {
        guard !route.isDelegate else { return }
        let namespace = route.key.namespace ?? ""
        var isServedByAll = true
        for gateway in binding.gateways
        where !route.hosts.contains(where: { gateway.value.serves($0.value, of: namespace) }) {
            isServedByAll = false
            add(
                .false, .gatewayHostMismatch, at: place(route, gateway),
                "Gateway \(gateway.value.key) serves none of this VirtualService's hosts (it serves "
                    + "\(list(gateway.value.served))); add the host to a server of the Gateway")
        }
        // What is bound to the mesh may have hosts for the mesh alone; what no gateway serves was said above.
        guard !route.isInMesh, !binding.isIncomplete, isServedByAll else { return }
        for host in route.hosts where !binding.gateways.contains(where: { $0.value.serves(host.value, of: namespace) })
        {
            add(
                .false, .hostNotServed, at: place(route, host),
                "no gateway of this VirtualService serves \(excerpt(host.value))"
                    + "; add the host to a server of a Gateway, or remove it here")
        }
    }

    private mutating func checkExport(of route: VirtualServiceReferences, _ binding: Binding) {
        guard !route.exportTo.isEverywhere, !route.isDelegate else { return }
        for gateway in binding.gateways {
            switch book.gatewayNamespace(of: gateway.value) {
            case .found(let namespace):
                guard !route.exportTo.includes(namespace) else { continue }
                add(
                    .false, .notExported, at: place(route, gateway),
                    "the gateway's pods run in \(namespace), to which spec.exportTo does not show this VirtualService"
                        + "; add \(namespace) to spec.exportTo")
            case .unknown(let reason):
                add(
                    .unknown, .gatewayNamespaceUnknown, at: place(route, gateway),
                    "the namespace of the gateway's pods is unknown: \(reason)")
            }
        }
    }

    private mutating func checkDelegate(_ delegate: Located<ObjectKey>, of route: VirtualServiceReferences) {
        switch book.virtualService(delegate.value) {
        case .found(let target):
            guard !target.isDelegate else { return }
            add(
                .false, .delegateInvalid, at: place(route, delegate),
                "VirtualService \(excerpt(delegate.value)) has hosts of its own, so that nothing can be delegated to it"
                    + "; remove its spec.hosts and spec.gateways")
        case .notFound:
            add(
                .false, .delegateNotFound, at: place(route, delegate),
                "VirtualService \(excerpt(delegate.value)) exists neither in the template nor in this cluster"
                    + "; correct the name or add it")
        case .unknown(let reason): add(.unknown, .referenceUnknown, at: place(route, delegate), reason)
        }
    }

    private func list(_ hosts: ServedHosts) -> String {
        let shown = hosts.few.map { excerpt($0) }.joined(separator: ", ")
        let further = hosts.count - hosts.few.count
        return further > 0 ? "\(shown) and \(further) more" : shown.isEmpty ? "nothing" : shown
    }
}
