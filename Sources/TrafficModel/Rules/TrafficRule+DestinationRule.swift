import JSONValue
import KubeModel

extension TrafficRule {
    private static let source = "istio pkg/config/validation/validation.go"
    private static let analyzer = "istio pkg/config/analysis/analyzers/destinationrule/ca-certificates.go"

    /// Rules about DestinationRules, without those about load balancing.
    static let destinationRule: [TrafficRule] = [
        refuse("RuleHostInvalid", .destinationRule, from: "\(source) ValidateDestinationRule") { subject, breaches in
            let host = subject.spec["host"]
            guard host.isPresent, !HostSyntax.isWildcardDomain(host.text) else { return }
            breaches.add(host, "\"\(excerpt(host.text))\" is no host", "write a name, or *.example.com")
        },
        refuse("SubsetRepeated", .destinationRule, from: "\(source) ValidateDestinationRule") { subject, breaches in
            var names = DistinctTexts()
            for subset in subject.spec["subsets"].items {
                let name = subset["name"]
                guard !name.text.isEmpty, !names.insert(name.text) else { continue }
                breaches.add(name, "another subset has the name \(excerpt(name.text))", "rename one of them")
            }
        },
        refuse("PolicyEmpty", .destinationRule, from: "\(source) validateTrafficPolicy") { subject, breaches in
            for policy in policies(of: subject)
            where policy.isPresent && policy.members.allSatisfy({ $0.field.isAbsent }) {
                breaches.add(policy, "is empty", "set a field, or remove it")
            }
        },
        refuse("PortPolicyIncomplete", .destinationRule, from: "\(source) validatePortTrafficPolicies") {
            subject, breaches in
            for policy in policies(of: subject) {
                for port in policy["portLevelSettings"].items {
                    if port["port"]["number"].isAbsent {
                        breaches.add(port["port"], "is missing", "write port: {number: ...}")
                    }
                    if !port.hasAny("loadBalancer", "connectionPool", "outlierDetection", "tls") {
                        breaches.add(port, "says nothing of its port", "set a field, or remove it")
                    }
                }
            }
        },
        refuse("TunnelAndProxyProtocol", .destinationRule, from: "\(source) validateTrafficPolicy") {
            subject, breaches in
            for policy in policies(of: subject) where policy["tunnel"].isPresent && policy["proxyProtocol"].isPresent {
                breaches.add(policy["proxyProtocol"], "stands beside tunnel", "keep one of them")
            }
        },
        refuse("TunnelInvalid", .destinationRule, from: "\(source) validateTunnelSettings") { subject, breaches in
            for policy in policies(of: subject) where policy["tunnel"].isPresent {
                let (kind, host) = (policy["tunnel"]["protocol"], policy["tunnel"]["targetHost"])
                if !["", "CONNECT", "POST"].contains(kind.text) {
                    breaches.add(kind, "\"\(excerpt(kind.text))\" opens no tunnel", "write CONNECT or POST")
                }
                guard host.isPresent, !HostSyntax.isDomain(host.text), !HostSyntax.isAddress(host.text) else {
                    continue
                }
                breaches.add(host, "\"\(excerpt(host.text))\" is no host", "write a name or an IP address")
            }
        },
        refuse("ConnectionPoolEmpty", .destinationRule, .sidecar, from: "\(source) validateConnectionPool") {
            subject, breaches in
            for pool in pools(of: subject) where pool.isPresent && !pool.hasAny("tcp", "http") {
                breaches.add(pool, "has neither tcp nor http", "set one, or remove it")
            }
        },
        refuse("KeepaliveIncomplete", .destinationRule, .sidecar, from: "\(source) validateConnectionPool") {
            subject, breaches in
            for pool in pools(of: subject) {
                let keepalive = pool["http"]["http2KeepAlive"]
                for name in ["interval", "timeout"] where keepalive.isPresent && keepalive[name].isAbsent {
                    breaches.add(keepalive[name], "is missing", "write both interval and timeout")
                }
            }
        },
        refuse("UpgradeConflict", .destinationRule, .sidecar, from: "\(source) validateConnectionPool") {
            subject, breaches in
            for pool in pools(of: subject)
            where pool["http"]["h2UpgradePolicy"].text == "UPGRADE" && pool["http"]["useClientProtocol"].isTrue {
                breaches.add(
                    pool["http"]["useClientProtocol"], "contradicts h2UpgradePolicy: UPGRADE", "keep one of them")
            }
        },
        refuse("LocalFailuresUnsplit", .destinationRule, from: "\(source) validateOutlierDetection") {
            subject, breaches in
            for policy in portPolicies(of: subject) {
                let outlier = policy["outlierDetection"]
                let failures = outlier["consecutiveLocalOriginFailures"]
                guard failures.number ?? 0 > 0, !outlier["splitExternalLocalOriginErrors"].isTrue else { continue }
                breaches.add(
                    failures, "errors of our own are not counted apart", "set splitExternalLocalOriginErrors: true")
            }
        },
        warn("ConsecutiveErrorsOld", .destinationRule, from: "\(source) validateOutlierDetection") {
            subject, breaches in
            for policy in portPolicies(of: subject) {
                let errors = policy["outlierDetection"]["consecutiveErrors"]
                guard errors.number ?? 0 != 0 else { continue }
                breaches.add(errors, "is deprecated", "use consecutiveGatewayErrors or consecutive5xxErrors")
            }
        },
        refuse(
            "ClientCertificateMissing", .destinationRule,
            from: "istio pkg/config/validation/agent/validation.go ValidateTLS"
        ) {
            subject, breaches in
            for tls in clientTLS(subject) where tls["mode"].text == "MUTUAL" && tls["credentialName"].text.isEmpty {
                for name in ["clientCertificate", "privateKey"] where tls[name].text.isEmpty {
                    breaches.add(
                        tls[name], "mode MUTUAL needs a certificate and its key", "name a Secret in credentialName")
                }
            }
        },
        refuse(
            "ClientCredentialConflict", .destinationRule,
            from: "istio pkg/config/validation/agent/validation.go ValidateTLS"
        ) {
            subject, breaches in
            for tls in clientTLS(subject)
            where ["SIMPLE", "MUTUAL"].contains(tls["mode"].text) && !tls["credentialName"].text.isEmpty {
                for name in ["clientCertificate", "privateKey", "caCertificates", "caCrl"] where !tls[name].text.isEmpty
                {
                    breaches.add(tls[name], "stands beside credentialName, which holds all of it", "keep one of them")
                }
            }
        },
        refuse(
            "VerificationSkippedConflict", .destinationRule,
            from: "istio pkg/config/validation/agent/validation.go ValidateTLS"
        ) {
            subject, breaches in
            for tls in clientTLS(subject) where tls["insecureSkipVerify"].isTrue {
                let mode = tls["mode"].text
                guard mode == "SIMPLE" || mode == "MUTUAL" else { continue }
                for name in ["caCertificates", "subjectAltNames"] + (mode == "SIMPLE" ? ["credentialName"] : [])
                where !tls[name].isEmptyText {
                    breaches.add(tls[name], "is not looked at with insecureSkipVerify", "remove one of them")
                }
            }
        },
        refuse(
            "CredentialOfOtherNamespace", .destinationRule,
            from: "istio pkg/config/validation/agent/validation.go ValidateTLS"
        ) {
            subject, breaches in
            for tls in clientTLS(subject) {
                let name = tls["credentialName"]
                guard name.text.utf8.starts(with: "configmap://".utf8) else { continue }
                let parts = name.text.utf8.dropFirst(12).split(
                    separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
                guard
                    parts.count != 2 || parts.contains(where: \.isEmpty)
                        || !parts[0].elementsEqual(subject.namespace.utf8)
                else { continue }
                breaches.add(
                    name, "a ConfigMap is read from the rule's own namespace alone",
                    "write configmap://\(subject.namespace)/name")
            }
        },
        warn("ServerUnverified", .destinationRule, code: "IST0128", from: analyzer) { subject, breaches in
            for policy in policies(of: subject) { checkVerification(policy["tls"], &breaches) }
        },
        warn("PortServerUnverified", .destinationRule, code: "IST0129", from: analyzer) { subject, breaches in
            for policy in policies(of: subject).flatMap({ $0["portLevelSettings"].items }) {
                checkVerification(policy["tls"], &breaches)
            }
        },
        refuse("SelectedRuleExported", .destinationRule, from: "\(source) validateExportTo") { subject, breaches in
            guard subject.spec["workloadSelector"].isPresent else { return }
            for (text, field) in subject.spec["exportTo"].texts where text != "." && !sameBytes(text, subject.namespace)
            {
                breaches.add(field, "a rule for chosen workloads counts in its own namespace alone", "write [\".\"]")
            }
        },
    ]

    /// The policy of the host and those of its subsets.
    static func policies(of subject: RuleSubject) -> [Field] {
        [subject.spec["trafficPolicy"]] + subject.spec["subsets"].items.map { $0["trafficPolicy"] }
    }

    /// All policies, those of ports included.
    static func portPolicies(of subject: RuleSubject) -> [Field] {
        policies(of: subject).flatMap { [$0] + $0["portLevelSettings"].items }
    }

    private static func checkVerification(_ tls: Field, _ breaches: inout Breaches) {
        guard ["SIMPLE", "MUTUAL"].contains(tls["mode"].text), tls["caCertificates"].text.isEmpty,
            tls["credentialName"].text.isEmpty, !tls["insecureSkipVerify"].isTrue
        else { return }
        breaches.add(
            tls, "any certificate of a public authority is taken for the server's",
            "set caCertificates or credentialName")
    }

    private static func clientTLS(_ subject: RuleSubject) -> [Field] {
        portPolicies(of: subject).map { $0["tls"] }.filter(\.isPresent)
    }

    private static func pools(of subject: RuleSubject) -> [Field] {
        guard subject.object.kind == .sidecar else { return portPolicies(of: subject).map { $0["connectionPool"] } }
        return subject.spec["ingress"].items.map { $0["connectionPool"] } + [subject.spec["inboundConnectionPool"]]
    }
}
