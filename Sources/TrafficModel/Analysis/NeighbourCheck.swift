import JSONValue
import KubeModel

/// Checks whether a rendered set gets along with what others have in the same cluster: objects that no AccessPoint of this
/// host made, in the namespaces of the set and in those of gateways, and VirtualServices of any namespace that bind a
/// Gateway of another one.
///
/// All findings are warnings: which of two objects counts is left to their age or to the namespace of a proxy, and the
/// others may go at any time. What cannot be read is passed over.
public enum NeighbourCheck {
    /// All rules about neighbours.
    public static let all = [
        server, meshHost, gatewayHost, rule, ruleOfGateway, ruleHost, entryOfService, entryProtocol, sidecar,
        sourceNamespace,
    ]

    static let server = warn(
        "NeighbourServer", "IST0145", .gateway, from: "istio pilot/pkg/model/gateway.go mergeGateways")
    static let meshHost = warn(
        "NeighbourMeshHost", "IST0109", .virtualService,
        from: "istio pkg/config/analysis/analyzers/virtualservice/conflictingmeshgatewayhosts.go")
    static let gatewayHost = warn(
        "NeighbourGatewayHost", nil, .virtualService, from: "istio pilot/pkg/networking/core/gateway.go")
    static let rule = warn(
        "NeighbourRule", nil, .destinationRule, from: "istio pilot/pkg/model/destination_rule.go")
    static let ruleOfGateway = warn(
        "NeighbourRuleOfGateway", nil, .virtualService, from: "istio pilot/pkg/model/push_context.go destinationRule")
    static let ruleHost = warn(
        "RuleWithoutHost", "IST0174", .destinationRule, from: "istio pkg/config/analysis/msg/messages.yaml")
    static let entryOfService = warn(
        "NeighbourService", nil, .serviceEntry, from: "istio pilot/pkg/model/push_context.go")
    static let entryProtocol = warn(
        "NeighbourEntry", "IST0177", .serviceEntry, from: "istio pkg/config/analysis/msg/messages.yaml")
    static let sidecar = warn(
        "NeighbourSidecar", "IST0111", .sidecar,
        from: "istio pkg/config/analysis/analyzers/sidecar/defaultselector.go")

    static let sourceNamespace = warn(
        "SourceNamespaceMissing", "IST0101", .authorizationPolicy,
        from: "istio pkg/config/analysis/analyzers/authz/authorizationpolicies.go")

    private static func warn(_ name: String, _ code: String?, _ kind: TrafficKind, from source: String) -> TrafficRule {
        TrafficRule(
            name: name, code: code ?? TrafficRule.own(name), severity: .warning, kinds: [kind], source: source,
            check: nil)
    }

    /// Looks at a set among its neighbours.
    ///
    /// The check itself reads nothing: what it would like to know is in the report's `neededFacts`, and with the answers
    /// added to `facts` it sees further and may ask for more, until nothing is needed any longer: three rounds at most.
    /// - Parameters:
    ///   - objects: the rendered set of one target.
    ///   - facts: what is known of the cluster.
    /// - Returns: the findings, at most ``TrafficCheck/limit`` of them.
    public static func report(_ objects: [TrafficObject], facts: LiveFacts) -> NeighbourReport {
        guard let first = objects.first else { return NeighbourReport(findings: [], neededFacts: []) }
        var checker = NeighbourChecker(
            book: FactBook(set: References(objects, clusterDomain: facts.clusterDomain), facts: facts),
            objects: objects, breaches: Breaches(of: first, rule: server, limit: TrafficCheck.limit))
        checker.checkAll()
        return NeighbourReport(findings: checker.breaches.findings, neededFacts: checker.book.needed.sorted())
    }
}

/// The outcome of a look at the neighbours of a set.
public struct NeighbourReport: Sendable, Hashable {
    /// What does not get along, in the order of the rules.
    public let findings: [Finding]
    /// The reads whose answers would let the check see further, sorted; none when nothing more can be learnt.
    public let neededFacts: [FactQuery]
}

/// Collects findings.
struct NeighbourChecker {
    var book: FactBook
    var breaches: Breaches
    private let byKey: [TrafficKind: [ObjectKey: TrafficObject]]

    init(book: FactBook, objects: [TrafficObject], breaches: Breaches) {
        self.book = book
        self.breaches = breaches
        byKey = Dictionary(grouping: objects, by: \.kind).mapValues { objects in
            Dictionary(objects.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        }
    }

    mutating func checkAll() {
        checkServers()
        checkRoutes()
        checkRules()
        checkRulesOfGateways()
        checkRuleHosts()
        checkEntries()
        checkSidecars()
        checkPolicies()
    }

    /// The objects of the set of a kind, in the order of their names.
    func own(_ kind: TrafficKind) -> [TrafficObject] { (byKey[kind] ?? [:]).values.sorted { $0.key < $1.key } }

    /// What others have of a kind in these namespaces; what the set itself will replace is none of it.
    mutating func others(_ kind: TrafficKind, in namespaces: Set<String>) -> [TrafficObject] {
        namespaces.sorted().flatMap { book.foreign(kind, namespace: $0) }.filter(isOther)
    }

    /// Whether an object is none of those that the set will replace.
    private func isOther(_ object: TrafficObject) -> Bool { byKey[object.kind]?[object.key] == nil }

    /// The same in the namespaces of the set's own objects of the kind.
    mutating func othersBeside(_ kind: TrafficKind) -> [TrafficObject] {
        others(kind, in: Set(own(kind).map { $0.key.namespace ?? "" }))
    }

    /// VirtualServices of any namespace that bind a Gateway of another one.
    mutating func othersBindings() -> [TrafficObject] { book.foreignBindings().filter(isOther) }

    /// Adds a finding about an object of the set.
    mutating func add(
        _ rule: TrafficRule, _ kind: TrafficKind, _ key: ObjectKey, _ pointer: JSONPointer, _ message: String,
        _ remedy: String
    ) {
        guard let object = byKey[kind]?[key] else { return }
        (breaches.object, breaches.rule) = (object, rule)
        breaches.add(pointer, message, remedy)
    }
}
