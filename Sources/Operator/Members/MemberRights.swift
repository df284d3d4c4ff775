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
    }

    /// What one namespace's rules are.
    enum Answer: Sendable, Hashable {
        case rules(AccessRules)
        /// It could not be asked; says why.
        case unreadable(String)
    }

    /// Stands for the cluster: what is granted there is granted in every namespace, and a namespace need not exist to be
    /// asked about.
    static let anywhere = "default"
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
            switch answers[need.namespace] {
            case nil: isWhole = false
            case .unreadable(let why)?: doubt = doubt ?? why
            case .rules(let rules)?:
                guard !rules.allows(need.verb, group: need.group, resource: need.resource) else { continue }
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
    /// What is missing, by namespace: `in shop: create, patch of gateways.networking.istio.io`.
    var description: String {
        grouped.map { namespace, verbs, resources in
            let names = resources.map { $0.group.isEmpty ? $0.resource : "\($0.resource).\($0.group)" }
            let place = namespace == Self.anywhere ? "cluster-wide" : "in \(namespace)"
            return "\(place): \(verbs.joined(separator: ", ")) of \(names.joined(separator: ", "))"
        }.joined(separator: "; ")
    }

    /// The rules of the Roles that mend it, in YAML: one ClusterRole for what is needed cluster-wide, and one Role for
    /// each namespace.
    var remedy: String {
        var roles: [(String, [String])] = []
        for (namespace, verbs, resources) in grouped {
            let groups = Set(resources.map(\.group)).sorted().map { $0.isEmpty ? "\"\"" : $0 }
            let names = resources.map(\.resource).joined(separator: ", ")
            let rule =
                "{apiGroups: [\(groups.joined(separator: ", "))], resources: [\(names)],"
                + " verbs: [\(verbs.joined(separator: ", "))]}"
            if roles.last?.0 == namespace {
                roles[roles.count - 1].1.append(rule)
            } else {
                roles.append((namespace, [rule]))
            }
        }
        return roles.map { namespace, rules in
            let kind = namespace == Self.anywhere ? "a ClusterRole" : "a Role in \(namespace)"
            return "\(kind) with rules: [\(rules.joined(separator: ", "))]"
        }.joined(separator: "; ")
    }

    /// Namespace by namespace, the resources that miss the same verbs together.
    private var grouped: [(String, [String], [(group: String, resource: String)])] {
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
        var groups: [(String, [String], [(group: String, resource: String)])] = []
        for place in order {
            let words = verbs[place] ?? []
            let resource = (group: place.group, resource: place.resource)
            if let index = groups.firstIndex(where: {
                $0.0 == place.namespace && $0.1 == words && $0.2.first?.group == place.group
            }) {
                groups[index].2.append(resource)
            } else {
                groups.append((place.namespace, words, [resource]))
            }
        }
        return groups
    }
}
