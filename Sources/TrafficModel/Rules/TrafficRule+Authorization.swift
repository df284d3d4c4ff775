import JSONValue
import KubeModel

extension TrafficRule {
    private static let source = "istio pkg/config/validation/validation.go ValidateAuthorizationPolicy"

    /// Rules about AuthorizationPolicies.
    static let authorization: [TrafficRule] = [
        refuse("ActionWithoutRules", .authorizationPolicy, from: source) { subject, breaches in
            let action = subject.spec["action"].text
            guard ["DENY", "CUSTOM"].contains(action), subject.spec["rules"].isAbsent else { return }
            breaches.add(
                subject.spec["rules"], "an action of \(action) without rules never happens",
                "add rules; [{}] means every request")
        },
        refuse("ProviderMissing", .authorizationPolicy, from: source) { subject, breaches in
            guard subject.spec["action"].text == "CUSTOM", subject.spec["rules"].isPresent,
                subject.spec["provider"]["name"].text.isEmpty
            else { return }
            breaches.add(
                subject.spec["provider"], "an action of CUSTOM needs a provider", "write provider: {name: ...}")
        },
        refuse("ProviderUnused", .authorizationPolicy, from: source) { subject, breaches in
            guard subject.spec["provider"].isPresent, subject.spec["action"].text != "CUSTOM" else { return }
            breaches.add(subject.spec["provider"], "goes with an action of CUSTOM alone", "remove it")
        },
        refuse("CustomByIdentity", .authorizationPolicy, from: source) { subject, breaches in
            guard subject.spec["action"].text == "CUSTOM" else { return }
            for source in sources(subject) {
                for name in identities where source[name].count > 0 {
                    breaches.add(source[name], "is not supported with CUSTOM", "remove it")
                }
            }
            for condition in conditions(subject) {
                let key = condition["key"].text
                guard identityKeys.contains(key) || key.utf8.starts(with: "request.auth.".utf8) else { continue }
                breaches.add(condition["key"], "\(excerpt(key)) is not supported with CUSTOM", "remove it")
            }
        },
        refuse("RulePartEmpty", .authorizationPolicy, from: source) { subject, breaches in
            for rule in subject.spec["rules"].items {
                for (list, part) in [("from", "source"), ("to", "operation")] {
                    if rule[list].isPresent, rule[list].count == 0 {
                        breaches.add(rule[list], "is empty", "add an element, or remove it")
                    }
                    for item in rule[list].items
                    where item[part].members.allSatisfy({ $0.field.count == 0 }) {
                        breaches.add(item[part], "says nothing", "add a field, or remove the element")
                    }
                }
            }
        },
        refuse("MatchValueEmpty", .authorizationPolicy, from: source) { subject, breaches in
            let lists =
                (sources(subject) + operations(subject)).flatMap { $0.members.map(\.field) }
                + conditions(subject).flatMap { [$0["values"], $0["notValues"]] }
            for list in lists {
                for (text, field) in list.texts where text.isEmpty {
                    breaches.add(field, "is empty", "write a value, or remove it")
                }
            }
        },
        refuse("MatchAddressInvalid", .authorizationPolicy, from: "istio pkg/config/security/security.go ValidateIPs") {
            subject, breaches in
            let lists =
                sources(subject).flatMap { source in
                    ["ipBlocks", "notIpBlocks", "remoteIpBlocks", "notRemoteIpBlocks"].map { source[$0] }
                }
                + values(of: ["source.ip", "remote.ip", "destination.ip"], subject)
            for list in lists {
                for (text, field) in list.texts where !text.isEmpty && !HostSyntax.isAddressOrSubnet(text) {
                    breaches.add(field, "\"\(excerpt(text))\" is no address", "write 10.0.0.1 or 10.0.0.0/8")
                }
            }
        },
        refuse("MatchPortInvalid", .authorizationPolicy, from: "istio pkg/config/security/security.go ValidatePorts") {
            subject, breaches in
            let lists =
                operations(subject).flatMap { [$0["ports"], $0["notPorts"]] }
                + values(of: ["destination.port"], subject)
            for list in lists {
                for (text, field) in list.texts where !text.isEmpty && !isPort(text) {
                    breaches.add(field, "\"\(excerpt(text))\" is no port", "write a number up to 65535, in quotes")
                }
            }
        },
        refuse(
            "MatchPathInvalid", .authorizationPolicy,
            from: "istio pkg/config/security/security.go CheckValidPathTemplate"
        ) {
            subject, breaches in
            for operation in operations(subject) {
                for (text, field) in operation["paths"].texts + operation["notPaths"].texts {
                    guard let problem = PathTemplate.problem(of: text) else { continue }
                    breaches.add(field, problem, "use {*} for one segment and a last {**} for all others")
                }
            }
        },
        refuse(
            "ServiceAccountInvalid", .authorizationPolicy,
            from: "istio pkg/config/security/security.go CheckServiceAccount"
        ) {
            subject, breaches in
            let lists =
                sources(subject).flatMap { [$0["serviceAccounts"], $0["notServiceAccounts"]] }
                + values(of: ["source.serviceAccount"], subject)
            for list in lists {
                for (text, field) in list.texts where !text.isEmpty && !isServiceAccount(text) {
                    breaches.add(field, "\"\(excerpt(text))\" is no service account", "write name or namespace/name")
                }
            }
        },
        refuse("ServiceAccountMixed", .authorizationPolicy, from: source) { subject, breaches in
            for source in sources(subject)
            where source["serviceAccounts"].count + source["notServiceAccounts"].count > 0 {
                for name in ["principals", "notPrincipals", "namespaces", "notNamespaces"] where source[name].count > 0
                {
                    breaches.add(source[name], "stands beside serviceAccounts", "keep one of them")
                }
            }
        },
        refuse(
            "TrustDomainInvalid", .authorizationPolicy,
            from: "istio pkg/config/security/security.go CheckTrustDomainValues"
        ) {
            subject, breaches in
            let domains = sources(subject).flatMap { $0["trustDomains"].texts + $0["notTrustDomains"].texts }
            // In conditions Istio looks at the wildcard alone.
            let conditions = values(of: ["source.trustDomain"], subject).flatMap(\.texts)
            let broken =
                domains.filter { $0.text.utf8.contains(UInt8(ascii: "/")) || !isPatternAtEnd($0.text) }
                + conditions.filter { !isPatternAtEnd($0.text) }
            for (text, field) in broken {
                breaches.add(
                    field, "\"\(excerpt(text))\" is no trust domain", "write a name, with * at one end at most")
            }
        },
        refuse("ConditionWithoutValues", .authorizationPolicy, from: source) { subject, breaches in
            for condition in conditions(subject)
            where !condition["key"].text.isEmpty && condition["values"].count + condition["notValues"].count == 0 {
                breaches.add(condition, "has neither values nor notValues", "add one")
            }
        },
        refuse(
            "ConditionKeyUnknown", .authorizationPolicy, from: "istio pkg/config/security/security.go ValidateAttribute"
        ) {
            subject, breaches in
            for condition in conditions(subject) where condition["key"].isPresent {
                let key = condition["key"].text
                guard !ConditionKey.isKnown(key) else { continue }
                breaches.add(
                    condition["key"], "\"\(excerpt(key))\" is no attribute of a request",
                    "use a key such as source.ip, request.headers[name] or request.auth.claims[name]")
            }
        },
        warn("DenyByHTTPAlone", .authorizationPolicy, from: source) { subject, breaches in
            guard subject.spec["action"].text == "DENY" else { return }
            for rule in subject.spec["rules"].items {
                let sources = rule["from"].items.map { $0["source"] }.filter(\.isPresent)
                let operations = rule["to"].items.map { $0["operation"] }.filter(\.isPresent)
                let hasPeer = sources.contains { source in peers.contains { source[$0].isPresent } }
                let hasPort = operations.contains { $0.hasAny("ports", "notPorts") }
                guard operations.isEmpty ? !sources.isEmpty && !hasPeer : !hasPort else { continue }
                breaches.add(
                    rule, "on TCP ports, where HTTP is not seen, this denies everything",
                    "name the ports that are meant")
            }
        },
    ]

    private static let identities = [
        "namespaces", "notNamespaces", "serviceAccounts", "notServiceAccounts", "trustDomains", "notTrustDomains",
        "principals", "notPrincipals", "requestPrincipals", "notRequestPrincipals",
    ]
    private static let identityKeys: Set<String> = [
        "source.namespace", "source.serviceAccount", "source.trustDomain", "source.principal",
    ]
    /// What is known of a peer without HTTP.
    private static let peers = [
        "principals", "notPrincipals", "ipBlocks", "notIpBlocks", "remoteIpBlocks", "notRemoteIpBlocks", "namespaces",
        "notNamespaces", "serviceAccounts", "notServiceAccounts",
    ]

    private static func sources(_ subject: RuleSubject) -> [Field] {
        subject.spec["rules"].items.flatMap { $0["from"].items.map { $0["source"] } }.filter(\.isPresent)
    }

    private static func operations(_ subject: RuleSubject) -> [Field] {
        subject.spec["rules"].items.flatMap { $0["to"].items.map { $0["operation"] } }.filter(\.isPresent)
    }

    private static func conditions(_ subject: RuleSubject) -> [Field] {
        subject.spec["rules"].items.flatMap { $0["when"].items }
    }

    /// The lists of the conditions about these attributes.
    private static func values(of keys: Set<String>, _ subject: RuleSubject) -> [Field] {
        conditions(subject).filter { keys.contains($0["key"].text) }.flatMap { [$0["values"], $0["notValues"]] }
    }

    private static func isPort(_ text: String) -> Bool {
        text.utf8.count <= 10 && text.utf8.allSatisfy(HostSyntax.isDigit) && Int(text) ?? 65536 <= 65535
    }

    private static func isServiceAccount(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return parts.count <= 2 && !parts.contains(where: \.isEmpty) && !text.utf8.contains(UInt8(ascii: "*"))
    }

    private static func isPatternAtEnd(_ text: String) -> Bool {
        let (stars, star) = (text.utf8.count { $0 == UInt8(ascii: "*") }, UInt8(ascii: "*"))
        return stars == 0 || (stars == 1 && (text.utf8.first == star || text.utf8.last == star))
    }
}

/// The attributes of requests that conditions may name.
enum ConditionKey {
    private static let plain: Set<String> = [
        "source.ip", "remote.ip", "source.namespace", "source.serviceAccount", "source.principal",
        "source.trustDomain", "request.auth.principal", "request.auth.audiences", "request.auth.presenter",
        "destination.ip", "destination.port", "connection.sni",
    ]
    private static let mapped = ["request.headers", "request.auth.claims", "experimental.envoy.filters."]

    static func isKnown(_ key: String) -> Bool {
        plain.contains(key)
            || mapped.contains { key.utf8.starts(with: $0.utf8) } && isMapped(key)
    }

    /// `a[b]`, neither part empty.
    private static func isMapped(_ key: String) -> Bool {
        let bytes = Array(key.utf8)
        guard bytes.last == UInt8(ascii: "]"), let open = bytes.firstIndex(of: UInt8(ascii: "[")) else { return false }
        return open > 0 && open < bytes.count - 2
    }
}

/// Paths with `{*}` and `{**}` in place of segments.
enum PathTemplate {
    /// What is wrong with a path; nil if nothing is.
    static func problem(of path: String) -> String? {
        let isTemplate = path.contains("{*}") || path.contains("{**}")
        var isEnded = false
        let slash = UInt8(ascii: "/")
        // Slashes at the ends do not count; two in a row are an empty segment, which a template may not hold.
        let inner = path.utf8.drop { $0 == slash }.reversed().drop { $0 == slash }.reversed()
        for segment in Array(inner).split(separator: slash, omittingEmptySubsequences: false) {
            let text = String(decoding: segment, as: UTF8.self)
            if text == "{*}" || text == "{**}" {
                if isEnded { return "has a template after {**}, which must be the last" }
                isEnded = text == "{**}"
                continue
            }
            if text.utf8.contains(where: { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }) {
                return "holds a brace that is no {*} or {**}"
            }
            if isTemplate, text.isEmpty { return "holds an empty segment beside a template" }
            if isTemplate,
                !text.utf8.allSatisfy({ HostSyntax.isAlphanumeric($0) || "-._~%!$&'()+,;:@=".utf8.contains($0) })
            {
                return "holds a character that no path has"
            }
        }
        return nil
    }
}
