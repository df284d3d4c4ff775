import JSONValue
import KubeModel
import SeededRandom
import Testing
import TrafficModel

@Suite struct ReferenceCheckTests {
    private let vip = JSONValue.object(
        "Service", "vip", namespace: "istio-ingress",
        ["type": "LoadBalancer", "selector": ["istio": "gw"], "ports": [["port": 443]]])
    private let backend = JSONValue.object("Service", "web", ["selector": ["app": "web"], "ports": [["port": 8080]]])
    private let gateway = JSONValue.object(
        "Gateway", "web",
        [
            "selector": ["istio": "gw"],
            "servers": [
                [
                    "port": ["number": 443, "name": "https", "protocol": "HTTPS"], "hosts": ["shop/shop.example.com"],
                    "tls": ["mode": "SIMPLE", "credentialName": "web-tls"],
                ]
            ],
        ])
    private let secret = FactQuery.secret(ObjectKey(namespace: "istio-ingress", name: "web-tls"))

    private func route(_ changes: (inout JSONValue) -> Void = { _ in }) -> JSONValue {
        var spec: JSONValue = [
            "hosts": ["shop.example.com"], "gateways": ["web"],
            "http": [["route": [["destination": ["host": "web", "port": ["number": 8080]]]]]],
        ]
        changes(&spec)
        return .object("VirtualService", "web", spec)
    }

    private func routeTo(_ destination: JSONValue) -> JSONValue {
        route { $0["http"] = [["route": [["destination": destination]]]] }
    }

    private func facts(_ answers: [FactQuery: FactAnswer] = [:], single: Bool = true) -> LiveFacts {
        var all = answers
        all[secret] = all[secret] ?? .exists
        return LiveFacts(zoneHasSingleCluster: single, gatewayNamespaces: ["istio-ingress"], answers: all)
    }

    /// Runs the check, answering every question that is not in `answers` with "not found".
    private func report(
        _ objects: [JSONValue], _ answers: [FactQuery: FactAnswer] = [:], single: Bool = true
    ) -> ReferenceReport {
        var facts = facts(answers, single: single)
        let set = objects.compactMap { TrafficObject($0) }
        for _ in 0..<4 {
            let report = ReferenceCheck.report(set, facts: facts)
            guard !report.neededFacts.isEmpty else { return report }
            for query in report.neededFacts { facts.answers[query] = .notFound }
        }
        Issue.record("the check asks without end")
        return ReferenceCheck.report(set, facts: facts)
    }

    private func verdicts(_ report: ReferenceReport) -> [String] {
        report.findings.map { "\($0.status.rawValue) \($0.reason.rawValue) \($0.pointer.fieldPath)" }
    }

    @Test("a complete set resolves, and needs to know only of the Secret")
    func complete() {
        let set = [vip, backend, gateway, route()].compactMap { TrafficObject($0) }
        let blank = LiveFacts(zoneHasSingleCluster: true, gatewayNamespaces: ["istio-ingress"])
        let first = ReferenceCheck.report(set, facts: blank)
        #expect(first.neededFacts == [secret])
        #expect(first.status == .unknown)
        let second = ReferenceCheck.report(set, facts: facts())
        #expect(second.status == .true)
        #expect(second.findings.isEmpty)
        #expect(second.neededFacts.isEmpty)
    }

    @Test("a gateway that does not exist is named, one that exists in the cluster is used")
    func gateways() {
        let other = route { $0["gateways"] = ["infra/shared"] }
        let missing = report([vip, backend, other])
        #expect(verdicts(missing) == ["False GatewayNotFound spec.gateways[0]"])
        #expect(
            missing.decisive?.message.hasPrefix("VirtualService shop/web spec.gateways[0]: Gateway infra/shared")
                ?? false)
        let query = FactQuery.object(.gateway, ObjectKey(namespace: "infra", name: "shared"))
        let live = JSONValue.object(
            "Gateway", "shared", namespace: "infra", ["servers": [["hosts": ["*.example.com"]]]])
        #expect(report([vip, backend, other], [query: .objects([live])]).status == .true)
        let foreign = JSONValue.object(
            "Gateway", "shared", namespace: "infra", ["servers": [["hosts": ["./shop.example.com"]]]])
        #expect(
            verdicts(report([vip, backend, other], [query: .objects([foreign])]))
                == ["False GatewayHostMismatch spec.gateways[0]"])
        #expect(
            verdicts(report([vip, backend, other], [query: .unknown("forbidden")]))
                == ["Unknown ReferenceUnknown spec.gateways[0]"])
        let matched = route { $0.set([["match": [["gateways": ["gone"]]]]], at: ["tcp"]) }
        #expect(
            verdicts(report([vip, backend, gateway, matched])) == [
                "False GatewayNotFound spec.tcp[0].match[0].gateways[0]"
            ])
    }

    @Test("a host that no gateway serves is named, unless the mesh may serve it")
    func hosts() {
        let both = route { $0["hosts"] = ["shop.example.com", "b.example.com"] }
        #expect(verdicts(report([vip, backend, gateway, both])) == ["False HostNotServed spec.hosts[1]"])
        let mesh = route {
            $0["hosts"] = ["shop.example.com", "web"]
            $0["gateways"] = ["mesh", "web"]
        }
        #expect(report([vip, backend, gateway, mesh]).status == .true)
        let none = route { $0["hosts"] = ["b.example.com"] }
        #expect(verdicts(report([vip, backend, gateway, none])) == ["False GatewayHostMismatch spec.gateways[0]"])
    }

    @Test("a VirtualService must be shown to the namespace of the gateway's pods")
    func export() {
        func exported(_ list: JSONValue) -> [String] {
            verdicts(report([vip, backend, gateway, route { $0["exportTo"] = list }]))
        }
        #expect(exported(["."]) == ["False NotExported spec.gateways[0]"])
        #expect(exported(["istio-ingress"]).isEmpty)
        #expect(exported(["*"]).isEmpty)
        let lone = report([backend, gateway, route { $0["exportTo"] = ["."] }])
        #expect(verdicts(lone).contains("Unknown GatewayNamespaceUnknown spec.gateways[0]"))
    }

    @Test("a missing backend is False only where no other cluster could have it")
    func backends() {
        let lost = routeTo(["host": "lost"])
        #expect(verdicts(report([vip, gateway, lost])) == ["False BackendNotFound spec.http[0].route[0].destination"])
        #expect(
            verdicts(report([vip, gateway, lost], single: false))
                == ["Unknown BackendNotFound spec.http[0].route[0].destination"])
        let query = FactQuery.object(.service, ObjectKey(namespace: "shop", name: "lost"))
        let live = JSONValue.object("Service", "lost", ["ports": [["port": 80]]])
        #expect(report([vip, gateway, lost], [query: .objects([live])]).status == .true)
        #expect(
            verdicts(report([vip, gateway, lost], [query: .unknown("forbidden")]))
                == ["Unknown ReferenceUnknown spec.http[0].route[0].destination"])
    }

    @Test("the remedy for a host with a dot names the trap")
    func dottedHosts() throws {
        let finding = try #require(report([vip, gateway, routeTo(["host": "web.prod"])]).decisive)
        #expect(finding.message.hasSuffix("for a Service write web.prod.svc.cluster.local"))
        let external = try #require(report([vip, gateway, routeTo(["host": "api.pay.example.com"])]).decisive)
        #expect(external.message.contains("ServiceEntry"))
    }

    @Test("a host of a ServiceEntry is found in the set, in the namespace and everywhere, if it is shown")
    func serviceEntries() {
        let external = routeTo(["host": "pay.example.com", "port": ["number": 443]])
        func entry(_ host: JSONValue = "pay.example.com", namespace: String = "shop", _ export: JSONValue = [])
            -> JSONValue
        {
            .object(
                "ServiceEntry", "pay", namespace: namespace,
                ["hosts": [host], "ports": [["number": 443, "name": "tls"]], "exportTo": export])
        }
        let own = FactQuery.list(.serviceEntry, namespace: "shop")
        let all = FactQuery.list(.serviceEntry, namespace: nil)
        #expect(report([vip, gateway, external, entry()]).status == .true)
        #expect(report([vip, gateway, external], [own: .objects([entry()])]).status == .true)
        let elsewhere = entry(namespace: "infra")
        #expect(report([vip, gateway, external], [own: .objects([]), all: .objects([elsewhere])]).status == .true)
        let hidden = entry(namespace: "infra", ["."])
        #expect(report([vip, gateway, external], [own: .objects([]), all: .objects([hidden])]).status == .false)
        let shown = entry(namespace: "infra", ["istio-ingress"])
        #expect(report([vip, gateway, external], [own: .objects([]), all: .objects([shown])]).status == .true)
        #expect(report([vip, gateway, external], [own: .objects([entry("*.example.com")])]).status == .false)
        #expect(report([vip, gateway, external], [own: .notFound, all: .unknown("forbidden")]).status == .unknown)
    }

    @Test("questions are asked from the cheapest to the dearest, and each only if needed")
    func rounds() {
        let set = [vip, gateway, routeTo(["host": "lost"])].compactMap { TrafficObject($0) }
        let service = FactQuery.object(.service, ObjectKey(namespace: "shop", name: "lost"))
        let own = FactQuery.list(.serviceEntry, namespace: "shop")
        #expect(ReferenceCheck.report(set, facts: facts()).neededFacts == [service])
        #expect(ReferenceCheck.report(set, facts: facts([service: .notFound])).neededFacts == [own])
        #expect(
            ReferenceCheck.report(set, facts: facts([service: .notFound, own: .objects([])])).neededFacts
                == [.list(.serviceEntry, namespace: nil)])
    }

    @Test(
        "a port that the backend lacks is named",
        arguments: [
            (["host": "web", "port": ["number": 80]], ["False PortNotFound spec.http[0].route[0].destination"]),
            (["host": "web"], []),
            (["host": "two", "port": ["number": 443]], []),
            (["host": "two"], ["False PortRequired spec.http[0].route[0].destination"]),
            (["host": "same"], []),
            (["host": "bare"], ["False PortNotFound spec.http[0].route[0].destination"]),
        ] as [(JSONValue, [String])])
    func ports(destination: JSONValue, expected: [String]) {
        let two = JSONValue.object("Service", "two", ["ports": [["port": 80], ["port": 443], ["port": 1]]])
        let same = JSONValue.object("Service", "same", ["ports": [["port": 444], ["port": 443]]])
        let bare = JSONValue.object("Service", "bare", [:])
        let wide = JSONValue.object(
            "Gateway", "wide",
            [
                "selector": ["istio": "gw"],
                "servers": [["hosts": ["*"], "port": ["number": destination["host"] == "same" ? 443 : 9]]],
            ])
        var bound = routeTo(destination)
        bound.set(["wide"], at: ["spec", "gateways"])
        #expect(verdicts(report([vip, backend, two, same, bare, wide, bound])) == expected)
    }

    @Test("a subset must be defined where the route's proxies look")
    func subsets() {
        func rule(_ namespace: String, _ host: JSONValue = "web.shop.svc.cluster.local", _ subset: JSONValue = "v1")
            -> JSONValue
        {
            .object("DestinationRule", "web", namespace: namespace, ["host": host, "subsets": [["name": subset]]])
        }
        let wanted = routeTo(["host": "web", "subset": "v1"])
        let missing = ["False SubsetNotFound spec.http[0].route[0].destination"]
        func live(_ namespace: String) -> FactQuery { .list(.destinationRule, namespace: namespace) }
        let base = [vip, backend, gateway, wanted]
        #expect(verdicts(report(base)) == missing)
        #expect(report(base + [rule("shop")]).status == .true)
        #expect(report(base + [rule("shop", "web")]).status == .true)
        #expect(report(base + [rule("shop", "*.shop.svc.cluster.local")]).status == .true)
        #expect(verdicts(report(base + [rule("shop", "web", "v2")])) == missing)
        #expect(verdicts(report(base + [rule("shop", "other")])) == missing)
        for namespace in ["shop", "istio-ingress", "istio-system"] {
            #expect(report(base, [live(namespace): .objects([rule(namespace)])]).status == .true, "\(namespace)")
        }
        #expect(report(base, [live("istio-system"): .unknown("forbidden")]).status == .unknown)
        // A rule beside the route, for a backend elsewhere, is seen by sidecars but not by gateway pods.
        let far = JSONValue.object("Service", "web", namespace: "prod", ["ports": [["port": 80]]])
        let query = FactQuery.object(.service, ObjectKey(namespace: "prod", name: "web"))
        let across = routeTo(["host": "web.prod.svc.cluster.local", "subset": "v1"])
        let beside = rule("shop", "web.prod.svc.cluster.local")
        let found = report([vip, gateway, across, beside], [query: .objects([far])])
        #expect(verdicts(found) == missing)
        #expect(found.decisive?.message.hasSuffix("put it into namespace prod") ?? false)
        var mesh = across
        mesh.set(nil, at: ["spec", "gateways"])
        #expect(report([mesh, beside], [query: .objects([far])]).status == .true)
    }

    @Test("a delegate must exist and have no hosts")
    func delegates() {
        let root = route { $0["http"] = [["delegate": ["name": "part"]]] }
        let part = JSONValue.object("VirtualService", "part", ["http": [["route": [["destination": ["host": "web"]]]]]])
        let whole = JSONValue.object("VirtualService", "part", ["hosts": ["web"], "http": []])
        #expect(verdicts(report([vip, backend, gateway, root])) == ["False DelegateNotFound spec.http[0].delegate"])
        #expect(report([vip, backend, gateway, root, part]).status == .true)
        #expect(
            verdicts(report([vip, backend, gateway, root, whole])) == ["False DelegateInvalid spec.http[0].delegate"])
        let query = FactQuery.object(.virtualService, ObjectKey(namespace: "shop", name: "part"))
        #expect(report([vip, backend, gateway, root], [query: .objects([part])]).status == .true)
    }

    @Test("a Secret must exist where the gateway's pods run")
    func secrets() {
        #expect(
            verdicts(report([vip, gateway], [secret: .notFound])) == [
                "False SecretNotFound spec.servers[0].tls.credentialName"
            ])
        #expect(
            verdicts(report([vip, gateway], [secret: .unknown("forbidden")]))
                == ["Unknown ReferenceUnknown spec.servers[0].tls.credentialName"])
        #expect(verdicts(report([gateway])) == ["Unknown GatewayNamespaceUnknown spec.servers[0].tls.credentialName"])
        let live = FactQuery.list(.service, namespace: "istio-ingress")
        // A gateway namespace that cannot be read might hold a second Service that fits.
        let other = FactQuery.list(.service, namespace: "edge")
        let half = ReferenceCheck.report(
            [gateway].compactMap { TrafficObject($0) },
            facts: LiveFacts(
                zoneHasSingleCluster: true, gatewayNamespaces: ["istio-ingress", "edge"],
                answers: [secret: .exists, live: .objects([vip]), other: .unknown("forbidden")]))
        #expect(verdicts(half) == ["Unknown GatewayNamespaceUnknown spec.servers[0].tls.credentialName"])
        #expect(report([gateway], [live: .objects([vip])]).status == .true)
        func named(_ name: JSONValue) -> [String] {
            var named = gateway
            named.set([["hosts": ["a"], "tls": ["mode": "SIMPLE", "credentialName": name]]], at: ["spec", "servers"])
            return verdicts(report([vip, named]))
        }
        #expect(named("istio-ingress/web-tls").isEmpty)
        #expect(named("shop/web-tls") == ["False SecretDenied spec.servers[0].tls.credentialName"])
        #expect(named("sds://vault") == ["Unknown CredentialElsewhere spec.servers[0].tls.credentialName"])
    }

    @Test(
        "a server that asks its clients for certificates needs an authority, from where Istio takes it",
        arguments: [
            ("MUTUAL", nil, [:], []),
            ("MUTUAL", nil, ["web-tls": .lacksAuthority], ["False AuthorityMissing credentialName"]),
            ("OPTIONAL_MUTUAL", nil, ["web-tls": .lacksAuthority], ["False AuthorityMissing credentialName"]),
            ("SIMPLE", nil, ["web-tls": .lacksAuthority], []),
            ("MUTUAL", nil, ["web-tls": .lacksAuthority, "web-tls-cacert": .exists], []),
            // A Secret of that name counts even if it holds none.
            ("MUTUAL", nil, ["web-tls-cacert": .lacksAuthority], ["False AuthorityMissing credentialName"]),
            // One that may not be read is most likely not there.
            ("MUTUAL", nil, ["web-tls-cacert": .denied("forbidden")], []),
            ("MUTUAL", nil, ["web-tls-cacert": .unknown("no answer")], ["Unknown ReferenceUnknown credentialName"]),
            (
                "MUTUAL", nil, ["web-tls": .lacksAuthority, "web-tls-cacert": .denied("forbidden")],
                ["Unknown ReferenceUnknown credentialName"]
            ),
            ("MUTUAL", nil, ["web-tls": .notFound], ["False SecretNotFound credentialName"]),
            ("MUTUAL", "clients-cacert", ["web-tls": .lacksAuthority, "clients-cacert": .exists], []),
            ("MUTUAL", "clients-cacert", [:], ["False SecretNotFound caCertCredentialName"]),
            ("MUTUAL", "clients-cacert", ["clients": .lacksAuthority], ["False AuthorityMissing caCertCredentialName"]),
            ("MUTUAL", "clients-cacert", ["clients": .exists], []),
            // Istio takes no authority by such a name, whatever the Secret holds.
            ("MUTUAL", "clients", ["clients": .exists], ["False AuthorityMissing caCertCredentialName"]),
            ("MUTUAL", "kubernetes://clients", ["clients": .exists], ["False AuthorityMissing caCertCredentialName"]),
            ("MUTUAL", "istio-ingress/clients", [:], ["False AuthorityMissing caCertCredentialName"]),
            ("MUTUAL", "shop/clients", [:], ["False SecretDenied caCertCredentialName"]),
            ("MUTUAL", "configmap://shop/clients", [:], ["Unknown CredentialElsewhere caCertCredentialName"]),
            ("SIMPLE", "clients", [:], []),
        ] as [(String, String?, [String: FactAnswer], [String])])
    func authorities(_ mode: String, _ named: String?, _ secrets: [String: FactAnswer], _ expected: [String]) {
        var tls: JSONValue = ["mode": .string(mode), "credentialName": "web-tls"]
        if let named { tls["caCertCredentialName"] = .string(named) }
        var mutual = gateway
        mutual.set([["hosts": ["a"], "tls": tls]], at: ["spec", "servers"])
        let answers = secrets.map { (FactQuery.secret(ObjectKey(namespace: "istio-ingress", name: $0.key)), $0.value) }
        let found = report([vip, mutual], Dictionary(uniqueKeysWithValues: answers))
        #expect(verdicts(found).map { $0.replacing("spec.servers[0].tls.", with: "") } == expected)
    }

    @Test("an authority's name that Istio takes none by is told with the one to write")
    func authorityName() {
        var mutual = gateway
        let tls: JSONValue = ["mode": "MUTUAL", "credentialName": "web-tls", "caCertCredentialName": "clients"]
        mutual.set([["hosts": ["a"], "tls": tls]], at: ["spec", "servers"])
        #expect(
            report([vip, mutual]).findings.map(\.problem) == [
                "Istio takes no authority by the name clients, which does not end in -cacert; write clients-cacert, and"
                    + " Istio takes the authority from Secret clients-cacert, or from clients if that does not exist"
            ])
    }

    @Test("an authority that may be in a Secret that cannot be read is told with the Secret to grant, once tried")
    func hiddenAuthority() {
        var mutual = gateway
        mutual.set(
            [["hosts": ["a"], "tls": ["mode": "MUTUAL", "credentialName": "web-tls"]]], at: ["spec", "servers"])
        let set = [vip, mutual].compactMap { TrafficObject($0) }
        let beside = FactQuery.secret(ObjectKey(namespace: "istio-ingress", name: "web-tls-cacert"))
        let first = ReferenceCheck.report(set, facts: facts())
        #expect(first.neededFacts == [beside] && first.status == .unknown)
        let tried = ReferenceCheck.report(set, facts: facts([secret: .lacksAuthority, beside: .denied("forbidden")]))
        #expect(
            tried.findings.map(\.problem) == [
                "Secret istio-ingress/web-tls-cacert cannot be read: forbidden; grant get on it, for Secret"
                    + " istio-ingress/web-tls holds no authority"
            ])
    }

    @Test("a Gateway that no Service leads to may have no pods, which holds its routes too")
    func selectors() {
        var plain = gateway
        plain.set([["hosts": ["*"], "port": ["number": 80, "protocol": "HTTP"]]], at: ["spec", "servers"])
        let live = FactQuery.list(.service, namespace: "istio-ingress")
        #expect(report([vip, backend, plain, route()]).status == .true)
        #expect(report([backend, plain, route()], [live: .objects([vip])]).status == .true)
        #expect(
            verdicts(report([backend, plain, route()])) == [
                "Unknown GatewayNamespaceUnknown spec.selector", "Unknown GatewayNamespaceUnknown spec.gateways[0]",
            ])
        // What may not be read tells nothing, and an empty selector means every gateway.
        #expect(report([backend, plain, route()], [live: .unknown("forbidden")]).status == .true)
        plain.set([:], at: ["spec", "selector"])
        #expect(report([backend, plain, route()]).status == .true)
        #expect(report([plain]).status == .true)
    }

    @Test("a Secret that a DestinationRule names for TLS to a backend must exist where the gateway's pods run")
    func backendSecrets() {
        func rule(_ tls: JSONValue, selector: JSONValue? = nil) -> JSONValue {
            var rule: JSONValue = [
                "apiVersion": "networking.istio.io/v1", "kind": "DestinationRule",
                "metadata": ["name": "web", "namespace": "shop"],
                "spec": [
                    "host": "web.shop.svc.cluster.local",
                    "trafficPolicy": ["portLevelSettings": [["port": ["number": 80], "tls": tls]]],
                ],
            ]
            if let selector { rule["spec"]?["workloadSelector"] = selector }
            return rule
        }
        func found(_ rule: JSONValue, _ answers: [FactQuery: FactAnswer] = [:]) -> [String] {
            verdicts(report([vip, backend, gateway, route(), rule], answers))
        }
        func secret(_ name: String) -> FactQuery { .secret(ObjectKey(namespace: "istio-ingress", name: name)) }
        let place = "spec.http[0].route[0].destination"
        let simple = rule(["mode": "SIMPLE", "credentialName": "corp-ca"])
        #expect(found(simple) == ["False SecretNotFound \(place)"])
        #expect(found(simple, [secret("corp-ca"): .exists]).isEmpty)
        #expect(found(simple, [secret("corp-ca-cacert"): .exists]).isEmpty)
        #expect(found(simple, [secret("corp-ca"): .unknown("forbidden")]) == ["Unknown ReferenceUnknown \(place)"])
        let isHidden = [secret("corp-ca-cacert"): FactAnswer.denied("forbidden")]
        #expect(found(simple, isHidden) == ["Unknown ReferenceUnknown \(place)"])
        #expect(found(simple, isHidden.merging([secret("corp-ca"): .exists]) { $1 }).isEmpty)
        let mutual = rule(["mode": "MUTUAL", "credentialName": "client"])
        #expect(found(mutual, [secret("client-cacert"): .exists]) == ["False SecretNotFound \(place)"])
        #expect(found(mutual, [secret("client"): .exists]).isEmpty)
        #expect(
            found(rule(["mode": "SIMPLE", "credentialName": "kubernetes://shop/corp-ca"])) == [
                "False SecretDenied \(place)"
            ])
        #expect(found(rule(["mode": "SIMPLE", "credentialName": "configmap://shop/ca"])).isEmpty)
        #expect(found(rule(["mode": "ISTIO_MUTUAL", "credentialName": "x"])).isEmpty)
        // A rule for some pods is none of the gateways'.
        #expect(found(rule(["mode": "SIMPLE", "credentialName": "x"], selector: ["matchLabels": ["a": "b"]])).isEmpty)
    }

    @Test("False beats Unknown beats True, for the set and for each object")
    func status() {
        let both = report([gateway, routeTo(["host": "lost"])])
        #expect(both.status == .false)
        #expect(both.status(of: .gateway, ObjectKey(namespace: "shop", name: "web")) == .unknown)
        #expect(both.status(of: .virtualService, ObjectKey(namespace: "shop", name: "web")) == .false)
        #expect(both.status(of: .service, ObjectKey(namespace: "shop", name: "web")) == .true)
        #expect(both.decisive?.reason == .backendNotFound)
    }

    @Test("a field of the wrong type is unknown, not fine")
    func unreadable() {
        let broken = report([vip, backend, gateway, route { $0["http"] = "x" }])
        #expect(verdicts(broken) == ["Unknown FieldUnreadable spec.http"])
    }

    @Test("text from a member never breaks a message")
    func hostileText() throws {
        let name = String(repeating: "x", count: 5000) + "\n\u{1b}[31m"
        let finding = try #require(report([vip, gateway, routeTo(["host": .string(name)])]).decisive)
        #expect(finding.message.utf8.count < 500)
        #expect(finding.message.utf8.allSatisfy { (0x20..<0x7f).contains($0) })
    }

    @Test("whatever the objects and answers are, the check ends and never traps")
    func random() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        let templates = [
            vip, backend, gateway, routeTo(["host": "web", "subset": "v1"]),
            route { $0["http"] = [["delegate": ["name": "p"]]] },
        ]
        for _ in 0..<300 {
            let objects = templates.map { $0.mutated(using: &random) }
            let set = objects.compactMap { TrafficObject($0) }
            var facts = LiveFacts(zoneHasSingleCluster: true, gatewayNamespaces: ["istio-ingress"])
            var rounds = 0
            while rounds < 6 {
                let needed = ReferenceCheck.report(set, facts: facts).neededFacts
                if needed.isEmpty { break }
                for query in needed {
                    let answers: [FactAnswer] = [
                        .notFound, .exists, .unknown("x"), .denied("x"), .objects(objects),
                        .objects([.random(depth: 3, using: &random)]),
                    ]
                    facts.answers[query] = answers.randomElement(using: &random)
                }
                rounds += 1
            }
            #expect(rounds < 6, "seed \(seed)")
        }
    }
}

extension JSONValue {
    /// The value with a part replaced or removed here and there.
    func mutated(using random: inout SplitMix64) -> JSONValue {
        if Int.random(in: 0..<12, using: &random) == 0 { return .random(depth: 2, using: &random) }
        switch self {
        case .array(let elements): return .array(elements.map { $0.mutated(using: &random) })
        case .object(let members):
            return .object(
                JSONObject(members.map { ($0.key, $0.key == "kind" ? $0.value : $0.value.mutated(using: &random)) }))
        default: return self
        }
    }
}
