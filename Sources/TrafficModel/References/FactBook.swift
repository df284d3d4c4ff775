import JSONValue
import KubeModel

/// The outcome of looking for something.
enum Lookup<Value> {
    case found(Value)
    case notFound
    /// It cannot be told, and why.
    case unknown(String)
}

/// Looks things up, first in the rendered set, then among the live facts; keeps in mind which facts were missing.
struct FactBook {
    let set: References
    let facts: LiveFacts
    private(set) var needed: Set<FactQuery> = []
    private let gateways: [ObjectKey: GatewayReferences]
    private let services: [ObjectKey: ServiceReferences]
    private let entries: [HostName: [ServiceEntryReferences]]
    private var gatewayNamespaces: [ObjectKey: GatewayNamespace] = [:]

    init(set: References, facts: LiveFacts) {
        self.set = set
        self.facts = facts
        gateways = Dictionary(set.gateways.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        services = Dictionary(set.services.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        var entries: [HostName: [ServiceEntryReferences]] = [:]
        for entry in set.serviceEntries {
            for host in Set(entry.hosts) { entries[host, default: []].append(entry) }
        }
        self.entries = entries
    }

    /// A Service of the set.
    func ownService(_ key: ObjectKey) -> ServiceReferences? { services[key] }

    /// The ServiceEntries of the set with exactly this host.
    func ownEntries(_ host: HostName) -> [ServiceEntryReferences] { entries[host] ?? [] }

    mutating func service(_ key: ObjectKey) -> Lookup<ServiceReferences> {
        if let service = services[key] { return .found(service) }
        return object(.service, key) { ServiceReferences($0, key: key) }
    }

    mutating func gateway(_ key: ObjectKey) -> Lookup<GatewayReferences> {
        if let gateway = gateways[key] { return .found(gateway) }
        return object(.gateway, key) { GatewayReferences($0, key: key) }
    }

    mutating func virtualService(_ key: ObjectKey) -> Lookup<VirtualServiceReferences> {
        if let route = set.virtualServices.first(where: { $0.key == key }) { return .found(route) }
        let domain = facts.clusterDomain
        return object(.virtualService, key) { VirtualServiceReferences($0, key: key, clusterDomain: domain) }
    }

    mutating func secret(_ key: ObjectKey) -> Lookup<Void> { exists(.secret(key)) }

    mutating func namespace(_ name: String) -> Lookup<Void> { exists(.namespace(name)) }

    private mutating func exists(_ query: FactQuery) -> Lookup<Void> {
        switch answer(query) {
        case .objects, .exists, .lacksAuthority: .found(())
        case .notFound: .notFound
        case .unknown(let reason), .denied(let reason): .unknown(reason)
        }
    }

    /// The Secret that is taken for an authority, and whether it holds one: the first of them that exists.
    ///
    /// A Secret that the server does not let us read is most likely not there: who grants Secrets by name leaves out those
    /// that nobody has. It is passed over where the next one holds an authority, and leaves all unknown where not.
    mutating func authority(in secrets: [ObjectKey]) -> Lookup<(secret: ObjectKey, holdsOne: Bool)> {
        var hidden: String?
        for key in secrets {
            switch answer(.secret(key)) {
            case .objects, .exists: return .found((key, true))
            case .lacksAuthority:
                guard let hidden else { return .found((key, false)) }
                return .unknown("\(hidden); grant get on it, for Secret \(excerpt(key)) holds no authority")
            case .notFound: continue
            case .unknown(let reason): return .unknown(reason)
            case .denied(let reason): hidden = hidden ?? reason
            }
        }
        return hidden.map { .unknown($0) } ?? .notFound
    }

    /// ServiceEntries of a namespace, or of all; the set's own replace live ones of the same name.
    mutating func serviceEntries(namespace: String?) -> Lookup<[ServiceEntryReferences]> {
        let own = set.serviceEntries
        return list(.serviceEntry, namespace) { ServiceEntryReferences($0, key: $1) }.map { live in
            own + live.filter { entry in !own.contains { $0.key == entry.key } }
        }
    }

    /// DestinationRules of a namespace; the set's own replace live ones of the same name.
    mutating func destinationRules(namespace: String) -> Lookup<[DestinationRuleReferences]> {
        let (own, domain) = (set.destinationRules, facts.clusterDomain)
        return list(.destinationRule, namespace) {
            DestinationRuleReferences($0, key: $1, clusterDomain: domain)
        }.map { live in live.filter { rule in !own.contains { $0.key == rule.key } } }
    }

    /// What others have of a kind in a namespace; nothing where that cannot be read, for it is only warned of.
    mutating func foreign(_ kind: TrafficKind, namespace: String) -> [TrafficObject] {
        others(kind, .foreign(kind, namespace: namespace))
    }

    /// The VirtualServices of others that bind Gateways of other namespaces than theirs; nothing where that cannot be
    /// read.
    mutating func foreignBindings() -> [TrafficObject] { others(.virtualService, .foreignBindings) }

    private mutating func others(_ kind: TrafficKind, _ query: FactQuery) -> [TrafficObject] {
        guard case .objects(let objects) = answer(query) else { return [] }
        return objects.map { TrafficObject(kind: kind, key: KubeObject(lenient: $0).key, body: $0) }
    }

    /// In which namespace a Gateway's pods run.
    mutating func gatewayNamespace(of gateway: GatewayReferences) -> GatewayNamespace {
        if let known = gatewayNamespaces[gateway.key] { return known }
        let namespace = findNamespace(of: gateway)
        gatewayNamespaces[gateway.key] = namespace
        return namespace
    }

    /// Whether a Service selects the pods of a Gateway, in the set or in a gateway namespace; nil: that cannot be read.
    mutating func isSelected(_ gateway: GatewayReferences) -> Bool? {
        func selects(_ service: ServiceReferences) -> Bool { service.selector.contains(all: gateway.selector) }
        // An empty selector means the pods of every gateway.
        if gateway.selector.isEmpty || set.services.contains(where: selects) { return true }
        var isReadable = true
        for namespace in facts.gatewayNamespaces {
            switch list(.service, namespace, { ServiceReferences($0, key: $1) }) {
            case .found(let services): if services.contains(where: selects) { return true }
            case .notFound: break
            case .unknown: isReadable = false
            }
        }
        return isReadable ? false : nil
    }

    private mutating func findNamespace(of gateway: GatewayReferences) -> GatewayNamespace {
        let ofSet = GatewayNamespace.resolve(gatewaySelector: gateway.selector, rendered: set.services, live: [])
        let isOpen =
            !gateway.selector.isEmpty
            && !set.services.contains { $0.selector.contains(all: gateway.selector) }
        guard isOpen else { return ofSet }
        var live: [ServiceReferences] = []
        var failure: String?
        for namespace in facts.gatewayNamespaces {
            switch list(.service, namespace, { ServiceReferences($0, key: $1) }) {
            case .found(let services): live += services
            case .notFound: break
            case .unknown(let reason): failure = failure ?? reason
            }
        }
        if let failure { return .unknown(failure) }
        return .resolve(gatewaySelector: gateway.selector, rendered: [], live: live)
    }

    // MARK: Answers

    private mutating func answer(_ query: FactQuery) -> FactAnswer {
        if let answer = facts.answers[query] {
            switch answer {
            case .unknown(let reason): return .unknown("\(query) cannot be read: \(reason)")
            case .denied(let reason): return .denied("\(query) cannot be read: \(reason)")
            case .objects, .exists, .lacksAuthority, .notFound: return answer
            }
        }
        needed.insert(query)
        return .unknown("\(query) has not been read yet")
    }

    private mutating func object<Value>(
        _ kind: TrafficKind, _ key: ObjectKey, _ read: (JSONValue) -> Value
    ) -> Lookup<Value> {
        switch answer(.object(kind, key)) {
        case .objects(let objects): objects.first.map { .found(read($0)) } ?? .notFound
        case .notFound: .notFound
        case .exists, .lacksAuthority: .unknown("\(kind.kind) \(key) was not read as a whole")
        case .unknown(let reason), .denied(let reason): .unknown(reason)
        }
    }

    private mutating func list<Value>(
        _ kind: TrafficKind, _ namespace: String?, _ read: (JSONValue, ObjectKey) -> Value
    ) -> Lookup<[Value]> {
        switch answer(.list(kind, namespace: namespace)) {
        case .objects(let objects): .found(objects.map { read($0, KubeObject(lenient: $0).key) })
        case .notFound: .found([])
        case .exists, .lacksAuthority: .unknown("\(kind.plural) were not read as a whole")
        case .unknown(let reason), .denied(let reason): .unknown(reason)
        }
    }
}

extension Lookup {
    func map<Other>(_ transform: (Value) -> Other) -> Lookup<Other> {
        switch self {
        case .found(let value): .found(transform(value))
        case .notFound: .notFound
        case .unknown(let reason): .unknown(reason)
        }
    }
}
