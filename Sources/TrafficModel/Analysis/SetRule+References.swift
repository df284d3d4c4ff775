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
            for sending in set.sendings {
                for rule in set.destinationRules(for: sending.host) where !rule.exportTo.includes(sending.namespace) {
                    guard rule.spec["workloadSelector"].isAbsent else { continue }
                    breaches.object = rule.object
                    breaches.add(
                        rule.spec["exportTo"],
                        "gateways of namespace \(excerpt(sending.namespace)) send to this host without the rule",
                        "add \(excerpt(sending.namespace)) to spec.exportTo")
                }
            }
        },
        make(
            "RuleOutOfReach", .warning, .destinationRule, from: "istio pilot/pkg/model/push_context.go destinationRule"
        ) {
            set, breaches in
            for sending in set.sendings {
                guard let service = sending.host.service(clusterDomain: set.clusterDomain) else { continue }
                for rule in set.destinationRules(for: sending.host) {
                    let own = rule.object.key.namespace ?? ""
                    guard own != service.namespace, own != sending.namespace, own != set.rootNamespace else { continue }
                    breaches.object = rule.object
                    breaches.add(
                        rule.spec["host"],
                        "gateways look for rules of this host in \(excerpt(sending.namespace)) and \(excerpt(service.namespace ?? "")) alone",
                        "let the owner of the Service have the rule")
                }
            }
        },
        make("EntryNotExported", .warning, .serviceEntry, from: "istio pilot/pkg/model/push_context.go") {
            set, breaches in
            for sending in set.sendings {
                for entry in set.serviceEntries(for: sending.host) where !entry.exportTo.includes(sending.namespace) {
                    breaches.object = entry.object
                    breaches.add(
                        Field(entry.object.body)["spec"]["exportTo"],
                        "gateways of namespace \(excerpt(sending.namespace)) do not see this host",
                        "add \(excerpt(sending.namespace)) to spec.exportTo")
                }
            }
        },
    ]
}
