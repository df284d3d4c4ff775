import JSONValue
import KubeModel

/// Checks whether what Gateways and VirtualServices of a rendered set refer to exists, in the set or in the cluster.
///
/// This is the base level of route state: objects are looked up by Istio's rules, but no proxy is asked. Not judged are
/// a DestinationRule that another one shadows for a proxy, hosts that two Gateways claim, and certificates beyond the
/// existence of their Secret.
public enum ReferenceCheck {
    /// Checks the Gateways and VirtualServices of `set`.
    ///
    /// The check itself reads nothing. What it would like to know is in the report's `neededFacts`; with the answers
    /// added to `facts` it sees further and may ask for more, until nothing is needed any longer: three rounds at most.
    public static func report(_ set: some Sequence<TrafficObject>, facts: LiveFacts) -> ReferenceReport {
        let references = References(set, clusterDomain: facts.clusterDomain)
        var checker = ReferenceChecker(book: FactBook(set: references, facts: facts))
        for gateway in references.gateways { checker.check(gateway) }
        for route in references.virtualServices { checker.check(route) }
        return ReferenceReport(findings: checker.findings, neededFacts: checker.book.needed.sorted())
    }
}

/// Collects findings.
struct ReferenceChecker {
    var book: FactBook
    private(set) var findings: [ReferenceFinding] = []
    /// The namespaces of the proxies of the route that is being checked, once they were asked for.
    var proxies: (namespaces: [String], isComplete: Bool)?

    init(book: FactBook) { self.book = book }

    /// The field of an object that a finding is about.
    struct Place {
        let kind: TrafficKind
        let key: ObjectKey
        let pointer: JSONPointer
    }

    mutating func add(
        _ status: Condition.Status, _ reason: ReferenceFinding.Reason, at place: Place, _ problem: String
    ) {
        findings.append(
            ReferenceFinding(
                kind: place.kind, key: place.key, pointer: place.pointer, status: status, reason: reason,
                problem: problem))
    }

    mutating func addUnreadable(_ pointers: [JSONPointer], _ kind: TrafficKind, _ key: ObjectKey) {
        for pointer in pointers {
            add(
                .unknown, .fieldUnreadable, at: Place(kind: kind, key: key, pointer: pointer),
                "is of the wrong type; write it as Istio's reference says")
        }
    }

    // MARK: Gateways

    mutating func check(_ gateway: GatewayReferences) {
        addUnreadable(gateway.unreadable, .gateway, gateway.key)
        let credentials = gateway.servers.flatMap(\.credentials)
        if credentials.isEmpty {
            checkSelector(
                of: gateway,
                at: Place(kind: .gateway, key: gateway.key, pointer: JSONPointer(tokens: ["spec", "selector"])))
        }
        var seen: Set<CredentialName> = []
        for credential in credentials where seen.insert(credential.value).inserted {
            check(
                credential.value, of: gateway,
                at: Place(kind: .gateway, key: gateway.key, pointer: credential.pointer))
        }
        var judged: Set<AuthorityName> = []
        for authority in gateway.servers.compactMap(\.authority) where judged.insert(authority.value).inserted {
            check(
                authority.value, of: gateway,
                at: Place(kind: .gateway, key: gateway.key, pointer: authority.pointer))
        }
    }

    /// The authority by which clients' certificates are judged; what is wrong with the credential beside it is said by
    /// the check of that one.
    private mutating func check(_ authority: AuthorityName, of gateway: GatewayReferences, at place: Place) {
        guard case .found(let namespace) = book.gatewayNamespace(of: gateway) else { return }
        if case .named(let name) = authority {
            guard let key = name.secret(ofPodsIn: namespace) else {
                return add(
                    .unknown, .credentialElsewhere, at: place,
                    "the authority does not come from a Secret and cannot be looked into; name a Secret to have it checked"
                )
            }
            guard sameBytes(key.namespace ?? "", namespace) else {
                return require(key, ofPodsIn: namespace, at: place)
            }
        }
        if let flaw = authority.flaw(ofPodsIn: namespace) {
            return add(.false, .authorityMissing, at: place, flaw)
        }
        let secrets = authority.secrets(ofPodsIn: namespace)
        switch book.authority(in: secrets) {
        case .found((_, true)): break
        case .found((let key, false)):
            add(
                .false, .authorityMissing, at: place,
                "Secret \(excerpt(key)) holds no authority to judge clients' certificates by; "
                    + AuthorityName.remedy(key))
        case .notFound:
            if case .named = authority, let key = secrets.first { require(key, ofPodsIn: namespace, at: place) }
        case .unknown(let reason): add(.unknown, .referenceUnknown, at: place, reason)
        }
    }

    /// Pods that no Service leads to are none, as far as can be told: a misspelt selector looks like this.
    mutating func checkSelector(of gateway: GatewayReferences, at place: Place) {
        guard book.isSelected(gateway) == false else { return }
        add(
            .unknown, .gatewayNamespaceUnknown, at: place,
            "no Service of the template or of a gateway namespace selects the labels of Gateway \(gateway.key), so that it"
                + " may have no pods; correct spec.selector, or add a Service for the gateway")
    }

    private mutating func check(_ credential: CredentialName, of gateway: GatewayReferences, at place: Place) {
        if case .elsewhere(let scheme) = credential {
            return add(
                .unknown, .credentialElsewhere, at: place,
                "the certificate comes from \(excerpt(scheme)), which cannot be looked into; name a Secret to have it checked"
            )
        }
        let namespace: String
        switch book.gatewayNamespace(of: gateway) {
        case .found(let found): namespace = found
        case .unknown(let reason):
            return add(
                .unknown, .gatewayNamespaceUnknown, at: place,
                "the namespace of the gateway's pods is unknown: \(reason)")
        }
        guard let key = credential.secret(ofPodsIn: namespace) else { return }
        require(key, ofPodsIn: namespace, at: place)
    }

    /// Asks for a Secret that pods of a namespace take, and says where they cannot.
    ///
    /// - Parameters:
    ///   - key: the Secret.
    ///   - namespace: where the pods run.
    ///   - place: what is said to be wrong then.
    ///   - rule: the DestinationRule that names it; nil: the object at `place` does.
    mutating func require(_ key: ObjectKey, ofPodsIn namespace: String, at place: Place, by rule: ObjectKey? = nil) {
        let named = rule.map { ", which DestinationRule \($0) names," } ?? ""
        guard sameBytes(key.namespace ?? "", namespace) else {
            return add(
                .false, .secretDenied, at: place,
                "the gateway's pods run in \(namespace) and may not read Secret \(excerpt(key))\(named.dropLast())"
                    + "; put the Secret into \(namespace) and name it without a namespace")
        }
        switch book.secret(key) {
        case .found: break
        case .notFound:
            add(
                .false, .secretNotFound, at: place,
                "Secret \(excerpt(key))\(named) does not exist in this cluster; create it in the namespace of the gateway's"
                    + " pods")
        case .unknown(let reason): add(.unknown, .referenceUnknown, at: place, reason)
        }
    }
}

/// At most so many printable ASCII characters of something that a message repeats.
func excerpt(_ value: some CustomStringConvertible, limit: Int = 80) -> String {
    let bytes = value.description.utf8.prefix(limit).map { (0x20..<0x7f).contains($0) ? $0 : UInt8(ascii: "?") }
    return String(decoding: bytes, as: UTF8.self)
}
