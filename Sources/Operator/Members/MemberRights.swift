import KubeClient
import TrafficModel

/// What the operator needs to be allowed in a member, and what of it is missing.
struct MemberRights: Sendable, Hashable {
    /// A verb on a resource in a namespace.
    struct Need: Sendable, Hashable {
        var namespace: String
        var group: String
        var resource: String
        var verb: String

        /// The namespace to ask about: what is granted cluster-wide is granted in every one, and one need not exist to be
        /// asked about.
        var asked: String { namespace.isEmpty ? "default" : namespace }
    }

    /// What one namespace's rules are.
    enum Answer: Sendable, Hashable {
        case rules(AccessRules)
        /// It could not be asked; says why.
        case unreadable(String)
    }

    /// The namespace of what is needed cluster-wide.
    static let anywhere = ""
    /// The most namespaces that are asked about; the rights of more are as a rule those of the first.
    static let namespaceLimit = 16

    private static let written = ["get", "create", "patch", "delete"]

    /// What the operator does: it lists and watches every kind cluster-wide, writes it where AccessPoints are, and in
    /// gateway namespaces writes Services and reads TLS Secrets by name.
    ///
    /// - Parameters:
    ///   - kinds: the kinds that the member serves.
    ///   - namespaces: those of the AccessPoints that have a target there.
    ///   - gatewayNamespaces: those of its ingress gateways; empty where it runs none.
    /// - Returns: the needs in a fixed order.
    static func needs(of kinds: Set<TrafficKind>, in namespaces: [String], gatewayNamespaces: [String]) -> [Need] {
        let kinds = TrafficKind.allCases.filter(kinds.contains)
        func needs(_ kind: TrafficKind, _ namespace: String, _ verbs: [String]) -> [Need] {
            verbs.map { Need(namespace: namespace, group: kind.group, resource: kind.plural, verb: $0) }
        }
        let gateways = gatewayNamespaces.filter { !namespaces.contains($0) }.prefix(Self.namespaceLimit)
        return kinds.flatMap { needs($0, anywhere, ["list", "watch"]) }
            + namespaces.sorted().prefix(Self.namespaceLimit).flatMap { namespace in
                kinds.flatMap { needs($0, namespace, written) }
            }
            + (kinds.contains(.service) ? gateways.flatMap { needs(.service, $0, written) } : [])
            + gatewayNamespaces.prefix(Self.namespaceLimit).map {
                Need(namespace: $0, group: "", resource: "secrets", verb: "get")
            }
    }

    /// What is known to be missing.
    private(set) var missing: [Need] = []
    /// Why not all can be told; nil if it can.
    private(set) var doubt: String?
    /// Whether every namespace has been asked about.
    private(set) var isWhole = true

    /// Weighs needs against the answers by namespace.
    init(_ needs: [Need], _ answers: [String: Answer]) {
        for need in needs {
            switch answers[need.asked] {
            case nil: isWhole = false
            case .unreadable(let why)?: doubt = doubt ?? why
            case .rules(let rules)?:
                // Secrets are read by name, for which a rule that names some of them may be enough.
                let isEnough = rules.allows(
                    need.verb, group: need.group, resource: need.resource, ofSome: need.resource == "secrets")
                guard !isEnough else { continue }
                if rules.isIncomplete {
                    doubt = doubt ?? "the cluster has an authorizer that does not tell what it allows"
                } else {
                    missing.append(need)
                }
            }
        }
    }
}

extension MemberRights {
    /// Namespaces that are named; the others are counted.
    private static let namesLimit = 5

    /// What is missing, by namespace: `in shop: create, patch of gateways.networking.istio.io`.
    var description: String {
        lacks.flatMap { lack in
            let place = lack.isAnywhere ? "cluster-wide" : "in \(Text.list(lack.namespaces, most: Self.namesLimit))"
            return lack.items.map { item in
                let names = item.resources.map { item.group.isEmpty ? $0 : "\($0).\(item.group)" }
                return "\(place): \(item.verbs.joined(separator: ", ")) of \(names.joined(separator: ", "))"
            }
        }.joined(separator: "; ")
    }

    /// The rules of the Roles that mend it, in YAML: one ClusterRole for what is needed cluster-wide, and one Role for
    /// each namespace.
    var remedy: String {
        lacks.map { lack in
            let rules = lack.items.map { item in
                "{apiGroups: [\(item.group.isEmpty ? "\"\"" : item.group)],"
                    + " resources: [\(item.resources.joined(separator: ", "))],"
                    + " verbs: [\(item.verbs.joined(separator: ", "))]}"
            }
            let names = Text.list(lack.namespaces, most: Self.namesLimit)
            let kind =
                lack.isAnywhere
                ? "a ClusterRole" : "a Role in \(lack.namespaces.count > 1 ? "each of \(names)" : names)"
            return "\(kind) with rules: [\(rules.joined(separator: ", "))]"
        }.joined(separator: "; ")
    }

    /// Resources of one group that miss the same verbs.
    private struct Item: Hashable {
        var group: String
        var verbs: [String]
        var resources: [String]
    }

    /// Namespaces that lack the same.
    private struct Lack {
        var namespaces: [String]
        var items: [Item]
        var isAnywhere: Bool { namespaces == [MemberRights.anywhere] }
    }

    /// What is missing, in the order of the needs; namespaces that lack the same stand together.
    private var lacks: [Lack] {
        struct Place: Hashable {
            var namespace: String
            var group: String
            var resource: String
        }
        var order: [Place] = []
        var verbs: [Place: [String]] = [:]
        for need in missing {
            let place = Place(namespace: need.namespace, group: need.group, resource: need.resource)
            if verbs[place] == nil { order.append(place) }
            verbs[place, default: []].append(need.verb)
        }
        var namespaces: [String] = []
        var items: [String: [Item]] = [:]
        for place in order {
            let words = verbs[place] ?? []
            var known = items[place.namespace] ?? []
            if known.isEmpty { namespaces.append(place.namespace) }
            if let index = known.firstIndex(where: { $0.verbs == words && $0.group == place.group }) {
                known[index].resources.append(place.resource)
            } else {
                known.append(Item(group: place.group, verbs: words, resources: [place.resource]))
            }
            items[place.namespace] = known
        }
        return namespaces.reduce(into: []) { lacks, namespace in
            let own = items[namespace] ?? []
            let alike = lacks.firstIndex { $0.items == own && !$0.isAnywhere && namespace != Self.anywhere }
            if let alike {
                lacks[alike].namespaces.append(namespace)
            } else {
                lacks.append(Lack(namespaces: [namespace], items: own))
            }
        }
    }
}
