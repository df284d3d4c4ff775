import AccessPointAPI
import JSONValue
import KubeModel
import TrafficModel

/// What a member answered to a ``FactQuery``: facts only, never the contents of a Secret.
///
/// Two answers are equal if nothing that is looked at has changed, so that a poll tells nobody of a new
/// resourceVersion or status.
enum FactAnswer: Sendable, Hashable {
    /// The object, or the complete list of objects in byte order of their names: names and `spec`, nothing else.
    case objects([JSONValue])
    /// The facts of the Secret's certificate and of the authority in it, and the Certificate of cert-manager that fills it,
    /// by name.
    case secret(SecretFacts, authority: AuthorityFacts = .missing, certificate: String? = nil)
    /// What cert-manager says of a Certificate.
    case certificate(IssuanceFacts)
    /// The member's API server said that there is no such object.
    case notFound
    /// It could not be read, which may pass (unreachable, throttled...); says why.
    case unreadable(String)
    /// The member does not serve its kind; says so.
    case notServed(String)
    /// The member's API server does not let it be read; says what it said.
    case denied(String)

    /// The answer that a successful read gives.
    ///
    /// - Parameters:
    ///   - objects: what was read: the one object, or all of a list.
    ///   - query: what was asked for; a Secret is reduced to its facts here, and its key is not kept.
    /// - Returns: the answer, reduced to what is looked at.
    static func found(_ objects: [KubeObject], for query: FactQuery) -> FactAnswer {
        switch query {
        case .secret:
            objects.first.map {
                .secret(.of(secret: $0), authority: .of(secret: $0), certificate: certificate(of: $0))
            } ?? .notFound
        case .certificate: objects.first.map { .certificate(.of(certificate: $0)) } ?? .notFound
        case .namespace: objects.first.map { .objects([reduced($0, to: [])]) } ?? .notFound
        case .object: objects.first.map { .objects([reduced($0)]) } ?? .notFound
        case .list: .objects(objects.sorted { $0.key < $1.key }.map { reduced($0) })
        case .foreign(let kind, _): others(objects, kind)
        case .foreignBindings: others(objects.filter(bindsElsewhere), .virtualService)
        case .events: .objects(objects.max { age($0) < age($1) }.map { [said($0)] } ?? [])
        }
    }

    private static func others(_ objects: [KubeObject], _ kind: TrafficKind) -> FactAnswer {
        .objects(objects.sorted { $0.key < $1.key }.map { reduced($0, to: foreignFields[kind] ?? []) })
    }

    /// Whether a VirtualService is bound to a Gateway of another namespace.
    private static func bindsElsewhere(_ route: KubeObject) -> Bool {
        (route.spec?["gateways"]?.arrayValue ?? []).contains { name in
            guard let text = name.stringValue,
                case .gateway(let key) = GatewayName(text, namespace: route.namespace ?? "")
            else { return false }
            return key.namespace != route.namespace
        }
    }

    /// What is looked at of objects of others; their routes, policies and endpoints are not.
    private static let foreignFields: [TrafficKind: [String]] = [
        .gateway: ["selector", "servers"], .virtualService: ["hosts", "gateways", "exportTo"],
        .destinationRule: ["host", "exportTo", "workloadSelector"], .serviceEntry: ["hosts", "ports"],
        .sidecar: ["workloadSelector"],
    ]

    /// cert-manager writes into a Secret whose it is.
    private static func certificate(of secret: KubeObject) -> String? {
        secret.annotation("cert-manager.io/certificate-name").flatMap { DNSNames.isSubdomain($0) ? $0 : nil }
    }

    /// Warnings come after what is normal, then the time counts; how often it was said is not looked at.
    private static func age(_ event: KubeObject) -> (Int, String) {
        let times = ["lastTimestamp", "eventTime", "firstTimestamp"].compactMap { event.json[$0]?.stringValue }
        return (event.json["type"] == "Warning" ? 1 : 0, times.first ?? "")
    }

    private static func said(_ event: KubeObject) -> JSONValue {
        ["reason": event.json["reason"] ?? "", "message": event.json["message"] ?? ""]
    }

    private static func reduced(_ object: KubeObject, to fields: [String]? = nil) -> JSONValue {
        var metadata: JSONObject = ["name": .string(object.name)]
        metadata["namespace"] = object.namespace.map { .string($0) }
        // Whose it is, where it is an AccessPoint's.
        metadata["labels"] = object.label(Names.Label.uid).map { [Names.Label.uid: .string($0)] }
        var members: JSONObject = ["metadata": .object(metadata)]
        members["spec"] =
            fields.map { fields in
                var spec = JSONObject()
                for field in fields { spec[field] = object.spec?[field] }
                return .object(spec)
            } ?? object.spec
        return .object(members)
    }
}

extension FactAnswer {
    /// The answer as the check of references takes it.
    var reference: TrafficModel.FactAnswer {
        switch self {
        case .objects(let objects): .objects(objects)
        case .secret(.missing, _, _), .notFound: .notFound
        case .secret(.unreadable(let why), _, _), .unreadable(let why), .notServed(let why): .unknown(why)
        case .denied(let why): .denied(why)
        case .secret(_, .missing, _): .lacksAuthority
        case .secret, .certificate: .exists
        }
    }

    /// The answer to a query for a Secret; nil if it answers something else.
    var secretFacts: SecretFacts? {
        switch self {
        case .secret(let facts, _, _): facts
        case .notFound: .missing
        case .unreadable(let why), .denied(let why), .notServed(let why): .unreadable(why)
        case .objects, .certificate: nil
        }
    }

    /// What cert-manager says; nil: nothing, as where it is not there or may not be read.
    var issuanceFacts: IssuanceFacts? {
        if case .certificate(let facts) = self { facts } else { nil }
    }

    /// What there is to ask of cert-manager about a Secret, once this is the answer to a query for it.
    func certificateQuery(_ secret: ObjectKey) -> FactQuery? {
        guard case .secret(_, _, let name?) = self else { return nil }
        return .certificate(ObjectKey(namespace: secret.namespace, name: name))
    }
}
