import JSONValue
import KubeModel

extension SetRule {
    /// Rules about hosts that several objects claim.
    static let hosts: [SetRule] = [
        make(
            "MeshHostTwice", .error, .virtualService, code: "IST0109",
            from: "istio pkg/config/analysis/analyzers/virtualservice/conflictingmeshgatewayhosts.go"
        ) {
            set, breaches in
            var owners: [HostName: [VirtualServiceReferences]] = [:]
            for route in set.references.virtualServices where route.isInMesh && !route.isDelegate {
                for host in route.hosts {
                    let rivals = owners[host.value] ?? []
                    owners[host.value, default: []].append(route)
                    guard
                        let rival = rivals.first(where: { $0.key != route.key && $0.exportTo.overlaps(route.exportTo) })
                    else { continue }
                    add(
                        .virtualService, route.key, host.pointer, in: set, &breaches,
                        "sidecars take the routes of one of this and VirtualService \(rival.key) alone",
                        "merge the two, or bind one to gateways")
                }
            }
        },
        make("GatewayHostTwice", .warning, .virtualService, from: "istio pilot/pkg/networking/core/gateway.go") {
            set, breaches in
            struct Place: Hashable {
                let gateway: ObjectKey
                let host: HostName
            }
            var owners: [Place: ObjectKey] = [:]
            for route in set.references.virtualServices {
                for gateway in route.gatewayKeys {
                    for host in route.hosts {
                        let place = Place(gateway: gateway.value, host: host.value)
                        guard let owner = owners[place], owner != route.key else {
                            owners[place] = route.key
                            continue
                        }
                        add(
                            .virtualService, route.key, host.pointer, in: set, &breaches,
                            "VirtualService \(owner) has the host on the same gateway; the older one's routes come first, "
                                + "which differs between clusters",
                            "merge the two, or delegate from one")
                    }
                }
            }
        },
        make(
            "SubsetUnusedAtGateway", .warning, .virtualService, code: "IST0140",
            from: "istio pkg/config/analysis/analyzers/virtualservice/destinationhosts.go"
        ) {
            set, breaches in
            var owners: [HostName: ObjectKey] = [:]
            for route in set.references.virtualServices where route.isInMesh {
                let hosts = Set(route.hosts.map(\.value))
                for destination in route.destinations
                where destination.value.subset != nil && hosts.contains(destination.value.host) {
                    owners[destination.value.host] = owners[destination.value.host] ?? route.key
                }
            }
            for route in set.references.virtualServices where !route.gatewayKeys.isEmpty {
                for destination in route.destinations where destination.value.subset == nil {
                    guard let owner = owners[destination.value.host], owner != route.key else { continue }
                    add(
                        .virtualService, route.key, destination.pointer, in: set, &breaches,
                        "VirtualService \(owner) divides this host among subsets for sidecars alone; requests of gateways go "
                            + "to all of it", "name the subset here too, or delegate from here")
                }
            }
        },
        // A warning, for a rule that lives in the cluster may add subsets to those of the set.
        make(
            "SubsetUndefined", .warning, .virtualService, code: "IST0101",
            from: "istio pkg/config/analysis/analyzers/virtualservice/destinationhosts.go"
        ) {
            set, breaches in
            var known: [HostName: Set<[UInt8]>?] = [:]
            for route in set.references.virtualServices {
                for destination in route.destinations {
                    guard let subset = destination.value.subset else { continue }
                    let host = destination.value.host
                    let subsets = known[host] ?? set.subsets(of: host)
                    known[host] = .some(subsets)
                    guard let subsets, !subsets.contains(Array(subset.utf8)) else { continue }
                    add(
                        .virtualService, route.key, destination.pointer, in: set, &breaches,
                        "no DestinationRule beside it defines subset \(excerpt(subset)) of this host, and requests for a "
                            + "subset that nobody defines fail",
                        "correct the name, or add the subset to the DestinationRule")
                }
            }
        },
        make("RulesOfOneHost", .warning, .destinationRule, from: "istio pilot/pkg/model/destination_rule.go") {
            set, breaches in
            var owners: [RuleScope: ObjectKey] = [:]
            for rule in set.all(.destinationRule) where rule.spec["trafficPolicy"].isPresent {
                guard let scope = RuleScope(rule, in: set) else { continue }
                guard let owner = owners[scope] else {
                    owners[scope] = rule.object.key
                    continue
                }
                breaches.object = rule.object
                breaches.add(
                    rule.spec["trafficPolicy"],
                    "DestinationRule \(owner) has a policy for the host too; the older one's counts, which differs between "
                        + "clusters", "merge the two")
            }
        },
        make("SubsetTwice", .error, .destinationRule, from: "istio pilot/pkg/model/destination_rule.go") {
            set, breaches in
            var owners: [RuleScope: [JSONValue: ObjectKey]] = [:]
            for rule in set.all(.destinationRule) {
                guard let scope = RuleScope(rule, in: set) else { continue }
                for subset in rule.spec["subsets"].items where !subset["name"].text.isEmpty {
                    let name = JSONValue.string(subset["name"].text)
                    guard let owner = owners[scope]?[name], owner != rule.object.key else {
                        owners[scope, default: [:]][name] = rule.object.key
                        continue
                    }
                    breaches.object = rule.object
                    breaches.add(
                        subset["name"],
                        "DestinationRule \(owner) defines the subset for the same host, and one is ignored",
                        "rename or remove one of them")
                }
            }
        },
        make("EntryOfService", .warning, .serviceEntry, from: "istio pilot/pkg/model/push_context.go") {
            set, breaches in
            for entry in set.all(.serviceEntry) {
                for (text, field) in entry.spec["hosts"].texts {
                    guard let key = HostName(text).service(clusterDomain: set.clusterDomain),
                        set.object(.service, key) != nil
                    else { continue }
                    breaches.object = entry.object
                    breaches.add(
                        field, "Service \(key) of the template has this host already", "use another host for the entry")
                }
            }
        },
        make(
            "EntryHostTwice", .warning, .serviceEntry, code: "IST0177",
            from: "istio pkg/config/analysis/msg/messages.yaml"
        ) {
            set, breaches in
            struct Place: Hashable {
                let host: HostName
                let port: Int64
            }
            var owners: [Place: (key: ObjectKey, protocol: String)] = [:]
            for entry in set.all(.serviceEntry) {
                for host in entry.spec["hosts"].texts {
                    for port in entry.spec["ports"].items {
                        guard let number = port["number"].number else { continue }
                        let place = Place(host: HostName(host.text), port: number)
                        let name = port["protocol"].text.lowercased()
                        guard let owner = owners[place] else {
                            owners[place] = (entry.object.key, name)
                            continue
                        }
                        guard owner.key != entry.object.key, owner.protocol != name else { continue }
                        breaches.object = entry.object
                        breaches.add(
                            port["protocol"],
                            "ServiceEntry \(owner.key) says another protocol for port \(number) of \(excerpt(host.text))",
                            "write the same protocol in both")
                    }
                }
            }
        },
        make(
            "SidecarTwice", .error, .sidecar, code: "IST0111",
            from: "istio pkg/config/analysis/analyzers/sidecar/defaultselector.go"
        ) {
            set, breaches in
            var owners: [JSONValue: ObjectKey] = [:]
            for sidecar in set.all(.sidecar) {
                let labels = sidecar.spec["workloadSelector"]["labels"].value ?? [:]
                guard let owner = owners[labels] else {
                    owners[labels] = sidecar.object.key
                    continue
                }
                breaches.object = sidecar.object
                breaches.add(
                    sidecar.spec["workloadSelector"], "Sidecar \(owner) selects the same workloads, and one is ignored",
                    "merge the two")
            }
        },
    ]

    static func add(
        _ kind: TrafficKind, _ key: ObjectKey, _ pointer: JSONPointer, in set: TrafficSet, _ breaches: inout Breaches,
        _ message: String, _ remedy: String
    ) {
        guard let object = set.object(kind, key) else { return }
        breaches.object = object
        breaches.add(pointer, message, remedy)
    }
}

/// For whom a DestinationRule counts; rules of one scope are merged by Istio.
private struct RuleScope: Hashable {
    private let host: HostName
    private let exportTo: Set<String>

    /// Nil for a rule that counts for chosen workloads only.
    init?(_ rule: (object: TrafficObject, spec: Field), in set: TrafficSet) {
        guard rule.spec["workloadSelector"].isAbsent else { return nil }
        host = set.host(of: rule)
        let names = rule.spec["exportTo"].texts.map(\.text)
        exportTo = names.isEmpty ? ["*"] : Set(names)
    }
}
