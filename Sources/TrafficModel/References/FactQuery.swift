public import JSONValue
public import KubeModel

/// One read of a member cluster that a check of references needs.
public enum FactQuery: Sendable, Hashable {
    /// One object, by name.
    case object(TrafficKind, ObjectKey)
    /// All objects of a kind in a namespace, in all namespaces if it is nil.
    case list(TrafficKind, namespace: String?)
    /// What others have of a kind in a namespace: objects that no AccessPoint of this host made.
    case foreign(TrafficKind, namespace: String)
    /// The VirtualServices of others, in all namespaces, that bind a Gateway of another namespace than their own.
    case foreignBindings
    /// Whether a namespace exists.
    case namespace(String)
    /// Whether a Secret exists, and whether it holds an authority; its contents are not wanted.
    case secret(ObjectKey)
    /// What the Events of a Service say last.
    case events(service: ObjectKey)
    /// What cert-manager says of a Certificate.
    case certificate(ObjectKey)
}

/// What a member answered.
public enum FactAnswer: Sendable, Hashable {
    /// The object, or the complete list of objects.
    case objects([JSONValue])
    /// The Secret exists, and holds an authority if it is asked for one.
    case exists
    /// The Secret exists, and holds no authority.
    case lacksAuthority
    /// The member's API server said that there is no such object.
    case notFound
    /// It could not be read (unreachable, kind not installed...), and why.
    case unknown(String)
    /// The member's API server does not let it be read, and what it said.
    case denied(String)
}

extension FactAnswer {
    /// What is left of an answer once some objects are gone.
    ///
    /// - Parameters:
    ///   - query: what it answers.
    ///   - isGone: whether an object of a kind, by its key and as it was read, will not be there.
    /// - Returns: the answer without them; any other than that of objects as it is.
    public func remaining(to query: FactQuery, without isGone: (TrafficKind, ObjectKey, JSONValue) -> Bool)
        -> FactAnswer
    {
        guard case .objects(let objects) = self else { return self }
        switch query {
        case .object(let kind, let key): return objects.contains { isGone(kind, key, $0) } ? .notFound : self
        case .list(let kind, _): return .objects(objects.filter { !isGone(kind, KubeObject(lenient: $0).key, $0) })
        default: return self
        }
    }
}

extension FactQuery {
    /// Whether the answer is only warned of: nothing waits for it, and it is read seldom.
    public var isOfNeighbours: Bool {
        switch self {
        case .foreign, .foreignBindings, .namespace: true
        case .object, .list, .secret, .events, .certificate: false
        }
    }
}

extension FactQuery: CustomStringConvertible {
    /// What is read, as messages say it: `Service shop/web`, `ServiceEntries of all namespaces`.
    public var description: String {
        switch self {
        case .object(let kind, let key): "\(kind.kind) \(key)"
        case .list(let kind, let namespace?): "\(kind.plural) of namespace \(namespace)"
        case .list(let kind, nil): "\(kind.plural) of all namespaces"
        case .foreign(let kind, let namespace): "\(kind.plural) of others in namespace \(namespace)"
        case .foreignBindings: "\(TrafficKind.virtualService.plural) of others in all namespaces"
        case .namespace(let name): "Namespace \(name)"
        case .secret(let key): "Secret \(key)"
        case .events(let key): "Events of Service \(key)"
        case .certificate(let key): "Certificate \(key)"
        }
    }
}

extension FactQuery: Comparable {
    private var order: [String] {
        switch self {
        case .object(let kind, let key): ["0", kind.rawValue, key.namespace ?? "", key.name]
        case .list(let kind, let namespace): ["1", kind.rawValue, namespace ?? "", ""]
        case .foreign(let kind, let namespace): ["2", kind.rawValue, namespace, ""]
        case .foreignBindings: ["3", "", "", ""]
        case .namespace(let name): ["4", "", "", name]
        case .secret(let key): ["5", "", key.namespace ?? "", key.name]
        case .events(let key): ["6", "", key.namespace ?? "", key.name]
        case .certificate(let key): ["7", "", key.namespace ?? "", key.name]
        }
    }

    /// A fixed order: objects, lists, those of others, namespaces, Secrets, Events, Certificates; then by kind and names.
    public static func < (left: FactQuery, right: FactQuery) -> Bool {
        left.order.lexicographicallyPrecedes(right.order) { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
