import JSONValue
import KubeModel

extension TrafficRule {
    private static let source = "istio pkg/config/validation/validation.go"

    /// Rules about PeerAuthentications and RequestAuthentications, and about what policies are attached to.
    static let policies: [TrafficRule] = [
        refuse(
            "TargetInvalid", .authorizationPolicy, .requestAuthentication,
            from: "\(source) validatePolicyTargetReference"
        ) {
            subject, breaches in
            for target in [subject.spec["targetRef"]] + subject.spec["targetRefs"].items where target.isPresent {
                if !target["namespace"].text.isEmpty {
                    breaches.add(target["namespace"], "a target is in the policy's own namespace", "remove it")
                }
                let (group, kind) = (target["group"].text, target["kind"])
                let isKnown = targets.contains { sameBytes($0.kind, kind.text) && $0.groups.contains(group) }
                guard kind.isPresent, !isKnown else { continue }
                breaches.add(
                    kind, "\"\(excerpt(group))\" \"\(excerpt(kind.text))\" takes no policy",
                    "use a Service, a ServiceEntry, or a Gateway or GatewayClass of gateway.networking.k8s.io; for a "
                        + "Gateway of Istio use selector")
            }
        },
        warn(
            "SelectorOfKubernetesGateway", .authorizationPolicy, .requestAuthentication, code: "IST0166",
            from: "istio pkg/config/analysis/analyzers/k8sgateway/workloadselector.go"
        ) {
            subject, breaches in
            guard subject.spec["targetRef"].isAbsent, subject.spec["targetRefs"].count == 0 else { return }
            let labels = subject.spec["selector"]["matchLabels"]
            for label in labels.members where sameBytes(label.key, "gateway.networking.k8s.io/gateway-name") {
                breaches.add(
                    label.field, "pods of a Gateway of gateway.networking.k8s.io need not heed a selector",
                    "name the Gateway in targetRefs")
            }
        },
        refuse("PortModesWithoutSelector", .peerAuthentication, from: "\(source) ValidatePeerAuthentication") {
            subject, breaches in
            let ports = subject.spec["portLevelMtls"]
            guard ports.count > 0, subject.spec["selector"]["matchLabels"].count == 0 else { return }
            breaches.add(ports, "goes with a selector alone", "add selector.matchLabels")
        },
        refuse("PortModeKeyInvalid", .peerAuthentication, from: "\(source) ValidatePeerAuthentication") {
            subject, breaches in
            for port in subject.spec["portLevelMtls"].members {
                let isNumber = port.key.utf8.allSatisfy(HostSyntax.isDigit) && port.key.utf8.first != UInt8(ascii: "0")
                guard !isNumber || !(1...65535).contains(Int(port.key) ?? 0) else { continue }
                breaches.add(port.field, "the key is no port", "write a number from 1 to 65535")
            }
        },
        refuse("IssuerMissing", .requestAuthentication, from: "\(source) validateJwtRule") { subject, breaches in
            for rule in subject.spec["jwtRules"].items
            where rule["issuer"].text.isEmpty && rule["jwksUri"].text.isEmpty && rule["jwks_uri"].text.isEmpty {
                breaches.add(rule, "has neither issuer nor jwksUri", "write the issuer of the tokens")
            }
        },
        refuse("KeysURIInvalid", .requestAuthentication, from: "istio pkg/config/security/security.go ParseJwksURI") {
            subject, breaches in
            for rule in subject.spec["jwtRules"].items {
                for name in ["jwksUri", "jwks_uri"] where !rule[name].text.isEmpty && !isWebURI(rule[name].text) {
                    breaches.add(rule[name], "is no http or https URI of a host", "write https://host/path")
                }
            }
        },
        refuse("KeysInvalid", .requestAuthentication, from: "RFC 7517 section 5") { subject, breaches in
            for rule in subject.spec["jwtRules"].items where !rule["jwks"].text.isEmpty {
                guard WebKeys.keys(in: rule["jwks"].text) == nil else { continue }
                breaches.add(rule["jwks"], "is no set of JSON web keys", "write {\"keys\": [{\"kty\": ...}]}")
            }
        },
        warn("KeysPrivate", .requestAuthentication, from: "\(source) warnPrivateJwksKeys") { subject, breaches in
            for rule in subject.spec["jwtRules"].items {
                guard let keys = WebKeys.keys(in: rule["jwks"].text), keys.contains(where: WebKeys.isPrivate) else {
                    continue
                }
                breaches.add(
                    rule["jwks"], "holds a private key, for every reader of the object", "keep the public part")
            }
        },
        refuse("ClaimHeaderInvalid", .requestAuthentication, from: "\(source) ValidateStrictHTTPHeaderName") {
            subject, breaches in
            for rule in subject.spec["jwtRules"].items {
                for claim in rule["outputClaimToHeaders"].items {
                    let header = claim["header"]
                    guard !header.text.isEmpty, !isStrictHeader(header.text) else { continue }
                    breaches.add(
                        header, "\"\(excerpt(header.text))\" is no name of a header", "use letters, digits, '-' and '_'"
                    )
                }
            }
        },
    ]

    private static let targets: [(kind: String, groups: [String])] = [
        ("Service", ["", "core"]), ("ServiceEntry", ["networking.istio.io"]),
        ("Gateway", ["gateway.networking.k8s.io"]), ("GatewayClass", ["gateway.networking.k8s.io"]),
    ]

    private static func isStrictHeader(_ text: String) -> Bool {
        text.utf8.allSatisfy { HostSyntax.isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    }

    /// `http(s)://host[:port][/...]`, as RFC 3986 section 3 splits it.
    private static func isWebURI(_ text: String) -> Bool {
        for scheme in ["http://", "https://"] where text.lowercased().utf8.starts(with: scheme.utf8) {
            let rest = text.utf8.dropFirst(scheme.utf8.count)
            guard rest.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return false }
            let authority = rest.prefix { !"/?#".utf8.contains($0) }
            let host = authority.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false).last ?? authority
            if host.first == UInt8(ascii: "[") { return host.contains(UInt8(ascii: "]")) }
            let parts = host.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            guard let name = parts.first, !name.isEmpty, parts.count <= 2 else { return false }
            return parts.dropFirst().allSatisfy { port in
                port.allSatisfy(HostSyntax.isDigit) && (port.isEmpty || Int(String(Substring(port))) ?? 65536 <= 65535)
            }
        }
        return false
    }
}

/// Sets of JSON web keys (RFC 7517).
enum WebKeys {
    /// The keys of a text that is a key or a set of keys; nil if it is neither.
    static func keys(in text: String) -> [JSONValue]? {
        guard !text.isEmpty, let value = try? JSONValue(parsing: text) else { return nil }
        let keys = value["keys"]?.arrayValue ?? [value]
        return keys.allSatisfy { $0["kty"]?.stringValue.map { !$0.isEmpty } ?? false } ? keys : nil
    }

    /// Whether a key can sign: a symmetric one, or one with its private part.
    static func isPrivate(_ key: JSONValue) -> Bool { key["kty"] == "oct" || key["d"] != nil }
}
