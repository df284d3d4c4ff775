import JSONValue
import KubeModel

extension SetRule {
    private static let analyzer = "istio pkg/config/analysis/analyzers"

    /// A reference that cannot resolve; the words are those of ``ReferenceFinding``.
    private static func reference(
        _ name: String, _ severity: Finding.Severity, _ reason: ReferenceFinding.Reason, code: String? = nil,
        from source: String
    ) -> SetRule {
        make(name, severity, .virtualService, .gateway, code: code, from: source) { set, breaches in
            for finding in set.unresolved where finding.reason == reason {
                guard let object = set.object(finding.kind, finding.key) else { continue }
                breaches.object = object
                let parts = finding.problem.split(separator: "; ", maxSplits: 1).map(String.init)
                breaches.add(
                    finding.pointer, parts.first ?? finding.problem, parts.dropFirst().first ?? "correct the reference")
            }
        }
    }

    /// Rules about what routes refer to within the set.
    static let references: [SetRule] = [
        reference(
            "PortNotFound", .error, .portNotFound, code: "IST0101",
            from: "\(analyzer)/virtualservice/destinationhosts.go"),
        reference(
            "PortRequired", .error, .portRequired, code: "IST0112",
            from: "\(analyzer)/virtualservice/destinationhosts.go"),
        reference(
            "GatewayHostMismatch", .warning, .gatewayHostMismatch, code: "IST0132",
            from: "\(analyzer)/virtualservice/gateways.go"),
        reference(
            "HostNotServed", .warning, .hostNotServed, code: "IST0132", from: "\(analyzer)/virtualservice/gateways.go"),
        reference("NotExported", .error, .notExported, from: "istio pilot/pkg/model/push_context.go"),
        reference("DelegateInvalid", .error, .delegateInvalid, from: "istio pilot/pkg/model/virtualservice.go"),
        reference("SecretDenied", .error, .secretDenied, from: "istio pilot/pkg/xds/sds.go"),
        make(
            "RuleNotExported", .warning, .destinationRule, from: "istio pilot/pkg/model/push_context.go destinationRule"
        ) {
            set, breaches in
            forEachGatewayRoute(set) { _, destination, namespace in
                for rule in set.destinationRules(for: destination.host) {
                    let exportTo = DestinationRuleReferences(
                        rule.object.body, key: rule.object.key, clusterDomain: set.clusterDomain
                    ).exportTo
                    guard !exportTo.includes(namespace), rule.spec["workloadSelector"].isAbsent else { continue }
                    breaches.object = rule.object
                    breaches.add(
                        rule.spec["exportTo"],
                        "gateways of namespace \(excerpt(namespace)) send to this host without the rule",
                        "add \(excerpt(namespace)) to spec.exportTo")
                }
            }
        },
        make(
            "RuleOutOfReach", .warning, .destinationRule, from: "istio pilot/pkg/model/push_context.go destinationRule"
        ) {
            set, breaches in
            forEachGatewayRoute(set) { _, destination, namespace in
                guard let service = destination.host.service(clusterDomain: set.clusterDomain) else { return }
                for rule in set.destinationRules(for: destination.host) {
                    let own = rule.object.key.namespace ?? ""
                    guard own != service.namespace, own != namespace, own != set.rootNamespace else { continue }
                    breaches.object = rule.object
                    breaches.add(
                        rule.spec["host"],
                        "gateways look for rules of this host in \(excerpt(namespace)) and \(excerpt(service.namespace ?? "")) alone",
                        "let the owner of the Service have the rule")
                }
            }
        },
        make("EntryNotExported", .warning, .serviceEntry, from: "istio pilot/pkg/model/push_context.go") {
            set, breaches in
            forEachGatewayRoute(set) { _, destination, namespace in
                for entry in set.serviceEntries(for: destination.host) where !entry.exportTo.includes(namespace) {
                    breaches.object = entry.object
                    breaches.add(
                        Field(entry.object.body)["spec"]["exportTo"],
                        "gateways of namespace \(excerpt(namespace)) do not see this host",
                        "add \(excerpt(namespace)) to spec.exportTo")
                }
            }
        },
    ]

    /// Every destination of a VirtualService of the set, with each namespace of gateways from which it is sent to.
    private static func forEachGatewayRoute(
        _ set: TrafficSet, _ body: (TrafficObject, VirtualServiceReferences.Destination, String) -> Void
    ) {
        for object in set.objects where object.kind == .virtualService {
            let route = VirtualServiceReferences(object.body, key: object.key, clusterDomain: set.clusterDomain)
            let namespaces = set.gatewayNamespaces(of: route)
            for destination in Set(route.destinations.map(\.value)).sorted(by: { $0.host < $1.host }) {
                for namespace in namespaces.sorted() { body(object, destination, namespace) }
            }
        }
    }
}
