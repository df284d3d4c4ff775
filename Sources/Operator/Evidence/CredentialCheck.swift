import JSONValue
import KubeModel
import Rendering
import TrafficModel

/// Finds the Secrets of Gateways where the gateways' pods run, and judges their certificates.
struct CredentialCheck {
    /// The Services of the rendered set.
    let services: [ServiceReferences]
    let facts: [FactQuery: FactAnswer]
    let gatewayNamespaces: [String]
    let now: Timestamp
    let warningSeconds: Int64

    /// A certificate source of a Gateway, found or not.
    private enum Source: Hashable {
        case secret(ObjectKey)
        /// No Secret can be looked into, and why.
        case none(String, CertificateEvidence.State, String)
    }

    /// One entry per certificate that the Gateways among the objects name, with the hosts of all servers that name it.
    ///
    /// A server that asks its clients for certificates serves nobody without the authority to judge them by, whatever its
    /// own certificate is.
    func evidence(of objects: [RenderedObject]) -> [CertificateEvidence] {
        var order: [Source] = []
        var hosts: [Source: [String]] = [:]
        var servers: [Source: [CertificateEvidence.Server]] = [:]
        var authorities: [Source: [(name: AuthorityName, namespace: String, isForAll: Bool)]] = [:]
        for object in objects where object.kind == .gateway {
            let gateway = GatewayReferences(object.body, key: object.key)
            let namespace = gatewayNamespace(of: gateway)
            for (index, server) in gateway.servers.enumerated() {
                for credential in server.credentials {
                    let written = object.body.value(at: credential.pointer)?.stringValue ?? ""
                    let source = source(credential.value, written: written, gateway, namespace)
                    if hosts[source] == nil { order.append(source) }
                    let names = server.hosts.map(\.value.host.text)
                    let known = hosts[source, default: []]
                    hosts[source] = known + names.filter { !known.contains($0) }
                    servers[source, default: []].append(.init(gateway: object.key, index: index))
                    if let authority = server.authority?.value, case .found(let namespace) = namespace {
                        authorities[source, default: []].append(
                            (
                                name: authority, namespace: namespace,
                                isForAll: server.mode == "MUTUAL" && !server.admitsUntrusted
                            ))
                    }
                }
            }
        }
        return order.map { source in
            var evidence = judge(source, hosts: hosts[source] ?? [])
            evidence.servers = servers[source] ?? []
            let weighed = (authorities[source] ?? []).map { name, namespace, isForAll in
                var weighed = evidence
                weighed.weighAuthority(from: name, ofPodsIn: namespace, isForAll: isForAll, facts, now: now)
                return weighed
            }
            // Of several servers the one that is worst off decides, whatever their order.
            return weighed.min { $0.state < $1.state } ?? evidence
        }
    }

    private func judge(_ source: Source, hosts: [String]) -> CertificateEvidence {
        switch source {
        case .secret(let key):
            .judge(
                key, hosts: hosts, facts: facts[.secret(key)]?.secretFacts, issuance: issuance(of: key), now: now,
                warningSeconds: warningSeconds)
        case .none(let name, let state, let message):
            CertificateEvidence(name: name, hosts: hosts, state: state, message: message)
        }
    }

    /// What cert-manager says of a Secret: nothing where the Certificate that the Secret names fills another one, as in a
    /// copy of it.
    private func issuance(of secret: ObjectKey) -> IssuanceFacts? {
        facts[.secret(secret)]?.certificateQuery(secret).flatMap { facts[$0]?.issuanceFacts }
            .flatMap { $0.secretName == secret.name ? $0 : nil }
    }

    private func source(
        _ credential: CredentialName, written: String, _ gateway: GatewayReferences, _ namespace: GatewayNamespace
    ) -> Source {
        let name = Text.cut(Text.clean(written), to: 253)
        if case .elsewhere = credential {
            return .none(
                name, .elsewhere,
                "Gateway \(gateway.key): \(name) is no Secret and cannot be looked into; name a Secret to have it checked"
            )
        }
        guard case .found(let namespace) = namespace else {
            guard case .unknown(let why) = namespace else { return .none(name, .namespaceUnknown, "") }
            return .none(
                name, .namespaceUnknown,
                "Gateway \(gateway.key): the namespace of the gateway's pods is unknown: \(why)")
        }
        switch credential {
        case .qualified(let key) where key != ObjectKey(namespace: namespace, name: key.name):
            return .none(
                name, .denied,
                "Gateway \(gateway.key): the gateway's pods run in \(namespace) and may not read Secret \(key)"
                    + "; put it into \(namespace) and name it without a namespace")
        case .qualified(let key): return .secret(key)
        case .secret(let secret): return .secret(ObjectKey(namespace: namespace, name: secret))
        case .elsewhere: return .none(name, .elsewhere, "")
        }
    }

    /// The namespace of the Service whose selector contains the Gateway's: of the set, else of a gateway namespace.
    private func gatewayNamespace(of gateway: GatewayReferences) -> GatewayNamespace {
        let rendered = GatewayNamespace.resolve(gatewaySelector: gateway.selector, rendered: services, live: [])
        if case .found = rendered { return rendered }
        guard !gateway.selector.isEmpty else { return rendered }
        var live: [ServiceReferences] = []
        for namespace in gatewayNamespaces {
            switch facts[.list(.service, namespace: namespace)] {
            case nil: return .unknown("the Services of namespace \(namespace) have not been read yet")
            case .unreadable(let why)?, .denied(let why)?, .notServed(let why)?:
                return .unknown("the Services of namespace \(namespace) cannot be read: \(why)")
            case .objects(let objects)?:
                live += objects.map { ServiceReferences($0, key: KubeObject(lenient: $0).key) }
            case .notFound?, .secret?, .certificate?: break
            }
        }
        return .resolve(gatewaySelector: gateway.selector, rendered: services, live: live)
    }
}
