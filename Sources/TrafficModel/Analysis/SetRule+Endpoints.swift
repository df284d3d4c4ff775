import JSONValue
import KubeModel

extension SetRule {
    private static let effective = "istio pilot/pkg/networking/core/loadbalancer GetEffectiveLbSetting"

    /// Rules about the endpoints of ServiceEntries and how load is spread over them.
    static let endpoints: [SetRule] = [
        make(
            "WeightsFlattened", .warning, .destinationRule,
            from: "istio pilot/pkg/networking/core/cluster_traffic_policy.go defaultLBAlgorithm"
        ) {
            set, breaches in
            forEachPolicy(set) { endpoints, rule, policy in
                let balancer = policy.loadBalancer
                guard endpoints.haveWeights, balancer["consistentHash"].isAbsent,
                    ["", "UNSPECIFIED", "LEAST_CONN", "LEAST_REQUEST"].contains(balancer["simple"].text),
                    balancer["localityLbSetting"]["distribute"].count == 0
                else { return }
                breaches.object = rule
                breaches.add(
                    balancer,
                    "least-request, the default, evens out the weights of the endpoints under load",
                    "write loadBalancer: {simple: ROUND_ROBIN}")
            }
        },
        make("LocalityTakesAll", .warning, .destinationRule, from: "istio pkg/config/mesh/mesh.go localityLbSetting") {
            set, breaches in
            forEachPolicy(set) { endpoints, rule, policy in
                let setting = policy.loadBalancer["localityLbSetting"]
                guard endpoints.haveLocalities, policy.outlierDetection.isPresent, setting["enabled"].value == nil,
                    setting["distribute"].count + setting["failover"].count + setting["failoverPriority"].count == 0,
                    policy.loadBalancer["zoneAwareLbSetting"].isAbsent
                else { return }
                breaches.object = rule
                breaches.add(
                    policy.outlierDetection,
                    "with it the endpoints of the proxy's own locality get all traffic, whatever their weights",
                    "write loadBalancer.localityLbSetting: {enabled: false}, or true where that is meant")
            }
        },
        make("ControlPlaneCrash", .error, .destinationRule, .serviceEntry, from: "istio issue 61857; \(effective)") {
            set, breaches in
            for entry in set.all(.serviceEntry)
            where ["DNS", "DNS_ROUND_ROBIN"].contains(entry.spec["resolution"].text) {
                guard Endpoints(set.endpoints(of: entry.object)).haveLocalities else { continue }
                let annotation = Field(entry.object.body)["metadata"]["annotations"][
                    "networking.istio.io/traffic-distribution"]
                let isSpread = spreads.contains(annotation.text)
                let ports = ports(of: entry.spec)
                let choices = set.destinationRules(of: entry.object)
                var safe: Set<ObjectKey> = []
                for rule in distinct(choices) {
                    // Without the annotation localities are in no order where nobody finds out failing endpoints.
                    let balancers = EffectivePolicy.balancers(rule.spec, ports: ports, isDetecting: !isSpread)
                    for setting in balancers.map({ $0["localityLbSetting"] })
                    where setting["failoverPriority"].count > 0 && !isImmune(setting) {
                        breaches.object = rule.object
                        breaches.add(
                            setting["failoverPriority"],
                            "for names in several localities this makes istiod from 1.30 on crash",
                            "use localityLbSetting with enabled: false or distribute, or resolution STATIC")
                    }
                    let whole = EffectivePolicy.ofHost(rule.spec, ports: ports)
                    guard whole.allSatisfy({ isImmune($0.loadBalancer["localityLbSetting"]) }) else { continue }
                    safe.insert(rule.object.key)
                }
                guard isSpread, choices.contains(where: { !$0.contains { safe.contains($0.object.key) } }) else {
                    continue
                }
                breaches.object = entry.object
                breaches.add(
                    annotation, "for names in several localities this makes istiod from 1.30 on crash",
                    "remove it, or add a DestinationRule with localityLbSetting: {enabled: false}")
            }
        },
        make("LocalityUnlisted", .warning, .destinationRule, from: "istio/api destination_rule.proto Distribute") {
            set, breaches in
            forEachPolicy(set) { endpoints, rule, policy in
                let setting = policy.loadBalancer["localityLbSetting"]
                guard setting["distribute"].count > 0, setting["enabled"].value != false else { return }
                let patterns = Set(
                    setting["distribute"].items.flatMap { $0["to"].members.map(\.key) }
                        .filter(LocalityPattern.isValid).map { LocalityPattern.entry($0).bytes })
                for locality in endpoints.localities where !locality.isEmpty {
                    // What holds it ends where one of its parts does.
                    let bytes = LocalityPattern.entry(locality).bytes
                    let ends = [0] + bytes.indices.filter { bytes[$0] == 0 }.map { $0 + 1 }
                    guard !ends.contains(where: { patterns.contains(Array(bytes.prefix($0))) }) else { continue }
                    breaches.object = rule
                    breaches.add(
                        setting["distribute"], "endpoints in \(excerpt(locality)) get no traffic from anywhere",
                        "add the locality with a weight, or remove the endpoints")
                }
            }
        },
        make(
            "EndpointsMissing", .warning, .serviceEntry, from: "istio pilot/pkg/networking/core/cluster.go buildCluster"
        ) {
            set, breaches in
            for entry in set.all(.serviceEntry)
            where entry.spec["resolution"].text == "STATIC" && entry.spec["workloadSelector"].isAbsent
                && entry.spec["endpoints"].count == 0
            {
                breaches.object = entry.object
                breaches.add(
                    entry.spec["endpoints"], "the entry has no endpoint, so that requests end with 503",
                    "add endpoints or a workloadSelector, or use resolution DNS")
            }
        },
        make(
            "AddressLeftOut", .warning, .workloadEntry,
            from: "istio pilot/pkg/serviceregistry/serviceentry/conversion.go services"
        ) {
            set, breaches in
            for entry in set.all(.serviceEntry) where entry.spec["workloadSelector"].isPresent {
                let resolution = entry.spec["resolution"].text
                guard !["DNS", "DNS_ROUND_ROBIN"].contains(resolution) else { continue }
                for (object, workload) in set.endpoints(of: entry.object) {
                    let address = workload["address"]
                    guard !address.text.isEmpty, !HostSyntax.isAddress(address.text) else { continue }
                    breaches.object = object
                    breaches.add(
                        address,
                        "it is no IP address, so that ServiceEntry \(entry.object.key) leaves the workload out: its resolution is "
                            + (resolution.isEmpty ? "NONE" : excerpt(resolution)),
                        "write an IP address here, or resolution: DNS there")
                }
            }
        },
        make(
            "AddressTwice", .warning, .workloadEntry, from: "istio pilot/pkg/serviceregistry/serviceentry/conversion.go"
        ) {
            set, breaches in
            for entry in set.all(.serviceEntry) where entry.spec["workloadSelector"].isPresent {
                var owners: [JSONValue: ObjectKey] = [:]
                for (object, workload) in set.endpoints(of: entry.object) where !workload["address"].text.isEmpty {
                    let address = JSONValue.string(workload["address"].text)
                    guard let owner = owners[address] else {
                        owners[address] = object.key
                        continue
                    }
                    breaches.object = object
                    breaches.add(
                        workload["address"],
                        "WorkloadEntry \(owner) has the address too, so that ServiceEntry \(entry.object.key) sends there twice",
                        "remove one of them")
                }
            }
        },
    ]

    /// The values of the annotation that order endpoints by locality.
    private static let spreads: Set<String> = ["PreferClose", "PreferSameZone", "PreferSameNode"]

    /// Whether a setting keeps localities from being put in an order.
    private static func isImmune(_ setting: Field) -> Bool {
        setting["enabled"].value == false || setting["distribute"].count > 0
    }

    private static func ports(of entry: Field) -> Set<Int64> {
        Set(entry["ports"].items.compactMap { $0["number"].number })
    }

    private static func distinct(_ choices: [[TrafficSet.Rule]]) -> [TrafficSet.Rule] {
        var seen: Set<ObjectKey> = []
        return choices.joined().filter { seen.insert($0.object.key).inserted }
    }

    /// Every policy for a whole port of a host of a ServiceEntry of the set, with the endpoints that the set holds.
    private static func forEachPolicy(
        _ set: TrafficSet, _ body: (_ endpoints: Endpoints, _ rule: TrafficObject, _ policy: EffectivePolicy) -> Void
    ) {
        for entry in set.all(.serviceEntry) {
            let rules = distinct(set.destinationRules(of: entry.object))
            guard !rules.isEmpty else { continue }
            let (endpoints, ports) = (Endpoints(set.endpoints(of: entry.object)), ports(of: entry.spec))
            for rule in rules {
                for policy in EffectivePolicy.ofHost(rule.spec, ports: ports) { body(endpoints, rule.object, policy) }
            }
        }
    }
}

/// What rules want to know of the endpoints of a ServiceEntry.
private struct Endpoints {
    /// Whether some get more than others.
    let haveWeights: Bool
    /// Whether they are in more than one locality.
    let haveLocalities: Bool
    /// The localities, sorted; an empty one for endpoints that name none.
    let localities: [String]

    init(_ endpoints: [(object: TrafficObject, workload: Field)]) {
        haveWeights = Set(endpoints.map { max($0.workload["weight"].number ?? 1, 1) }).count > 1
        haveLocalities = Set(endpoints.map { $0.workload["locality"].value ?? "" }).count > 1
        localities = Set(endpoints.map { $0.workload["locality"].text }).sorted()
    }
}
