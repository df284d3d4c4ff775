import JSONValue
import KubeModel

extension TrafficRule {
    private static let source = "istio pkg/config/validation/validation.go ValidateVirtualService"

    /// Rules about what a VirtualService is bound to.
    static let virtualService: [TrafficRule] = [
        refuse("DelegateBound", .virtualService, from: source) { subject, breaches in
            let spec = subject.spec
            guard spec["hosts"].count == 0 else { return }
            for name in ["gateways", "tls", "tcp"] where spec[name].count > 0 {
                breaches.add(
                    spec[name], "a VirtualService without hosts is one to delegate to, and takes http alone",
                    "add hosts, or remove \(name)")
            }
        },
        refuse("RouteHostInvalid", .virtualService, from: source) { subject, breaches in
            let hosts = RouteHosts(subject)
            for (text, field) in subject.spec["hosts"].texts where !hosts.isHost(text) {
                breaches.add(
                    field, "\"\(excerpt(text))\" is no host",
                    "write a name, *.example.com with the wildcard first, or an IP address")
            }
        },
        refuse("MeshWildcard", .virtualService, from: source) { subject, breaches in
            guard RouteHosts(subject).isInMesh else { return }
            for (text, field) in subject.spec["hosts"].texts where text == "*" {
                breaches.add(
                    field, "sidecars take no route for every host", "name the hosts, or bind it to gateways alone")
            }
        },
        refuse("RouteHostsOverlap", .virtualService, from: source) { subject, breaches in
            let hosts = subject.spec["hosts"].texts
            for pair in HostName.covered(hosts.map { HostName($0.text) }) {
                breaches.add(
                    hosts[pair.covered].field,
                    "\(excerpt(hosts[pair.covered].text)) is one of \(excerpt(hosts[pair.by].text)), which is listed too",
                    "keep one of them, or use a VirtualService for each")
            }
        },
        refuse("RoutesMissing", .virtualService, from: source) { subject, breaches in
            let spec = subject.spec
            guard !["http", "tls", "tcp"].contains(where: { spec[$0].count > 0 }) else { return }
            breaches.add(spec["http"], "there is no route", "add a rule to http, tls or tcp")
        },
        refuse(
            "GatewayReferenceInvalid", .virtualService,
            from: "istio pkg/config/validation/validation.go validateGatewayNames"
        ) { subject, breaches in
            forEachGatewayList(subject) { list in
                for (text, field) in list.texts.prefix(readNames(of: list)) where !isGatewayName(text) {
                    breaches.add(
                        field, "\"\(excerpt(text))\" names no gateway", "write namespace/name, a name, or mesh")
                }
            }
        },
        warn(
            "GatewayReferenceUnread", .virtualService, code: own("GatewayReferenceUnread"),
            from: "istio pkg/config/validation/validation.go validateGatewayNames"
        ) { subject, breaches in
            forEachGatewayList(subject) { list in
                for (text, field) in list.texts.dropFirst(readNames(of: list)) where !isGatewayName(text) {
                    breaches.add(
                        field, "\"\(excerpt(text))\" names no gateway", "write namespace/name, a name, or mesh")
                }
            }
        },
        warn(
            "GatewayReferenceOld", .virtualService,
            from: "istio pkg/config/validation/validation.go validateGatewayNames"
        ) { subject, breaches in
            forEachGatewayList(subject) { list in
                for (text, field) in list.texts
                where !text.utf8.contains(UInt8(ascii: "/")) && text.utf8.contains(UInt8(ascii: ".")) {
                    breaches.add(field, "\(excerpt(text)) is the old form of a name", "write namespace/name")
                }
            }
        },
        warn(
            "GatewayReferenceInternal", .virtualService, code: "IST0165",
            from: "istio pkg/config/analysis/analyzers/virtualservice/gateways.go"
        ) { subject, breaches in
            forEachGatewayList(subject) { list in
                for (text, field) in list.texts
                where internalMarks.contains(where: { text.utf8.firstRange(of: $0.utf8) != nil }) {
                    breaches.add(
                        field, "\(excerpt(text)) is Istio's own name for a Gateway of gateway.networking.k8s.io",
                        "use an HTTPRoute for it, or a Gateway of Istio")
                }
            }
        },
        refuse("ClaimRouteInMesh", .virtualService, from: source) { subject, breaches in
            guard RouteHosts(subject).isInMesh else { return }
            for match in matches(subject) {
                for headers in [match["headers"], match["withoutHeaders"]] {
                    for header in headers.members where isClaim(header.key) {
                        breaches.add(
                            header.field, "claims of a token are matched by gateways alone",
                            "bind the VirtualService to gateways, without mesh")
                    }
                }
            }
        },
    ]

    /// All matches of http rules.
    static func matches(_ subject: RuleSubject) -> [Field] { subject.spec["http"].items.flatMap { $0["match"].items } }

    /// Whether a header stands for a claim of a JSON web token (`@request.auth.claims.x` or `...[x]`).
    ///
    /// Upper and lower case are the same, as for any header.
    static func isClaim(_ name: String) -> Bool { name.lowercased().utf8.starts(with: "@request.auth.claims".utf8) }

    /// What the names have in common that Istio gives to its own copies of Gateways of gateway.networking.k8s.io; the first
    /// since 1.26.
    private static let internalMarks = ["~istio-autogenerated-k8s-gateway~", "-istio-autogenerated-k8s-gateway-"]

    private static func forEachGatewayList(_ subject: RuleSubject, _ body: (Field) -> Void) {
        body(subject.spec["gateways"])
        for kind in ["http", "tls", "tcp"] {
            for rule in subject.spec[kind].items {
                for match in rule["match"].items { body(match["gateways"]) }
            }
        }
    }

    /// How many names of a list Istio looks at: it stops after the first without a namespace.
    private static func readNames(of list: Field) -> Int {
        let texts = list.texts
        return texts.firstIndex { !$0.text.utf8.contains(UInt8(ascii: "/")) }.map { $0 + 1 } ?? texts.count
    }

    private static func isGatewayName(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return HostSyntax.isDomain(text) }
        return parts.allSatisfy { HostSyntax.isLabel($0) }
    }
}

/// What hosts a VirtualService may have, by what it is bound to.
struct RouteHosts {
    /// Whether sidecars take part.
    let isInMesh: Bool
    private let hasServerNames: Bool

    init(_ subject: RuleSubject) {
        let gateways = subject.spec["gateways"].texts
        isInMesh = gateways.isEmpty || gateways.contains { $0.text == "mesh" }
        hasServerNames = subject.spec["tls"].items.contains { rule in
            rule["match"].items.contains { $0["sniHosts"].count > 0 }
        }
    }

    func isHost(_ text: String) -> Bool {
        if HostSyntax.isWildcardDomain(text) || HostSyntax.isAddress(text) { return true }
        return !isInMesh && hasServerNames && Self.isMeshServerName(text)
    }

    /// The names that proxies give to clusters of other networks: `outbound_.8080_._.host`.
    static func isMeshServerName(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
        guard parts.count >= 4, text.utf8.count <= 255, parts[0].elementsEqual("outbound".utf8) else { return false }
        return parts[1].contains(where: HostSyntax.isDigit) && parts[3].contains { HostSyntax.isAlphanumeric($0) }
    }
}
