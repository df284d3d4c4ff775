import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import Rendering
import Rollout
import Testing
import TrafficModel

@testable import Operator

@Suite("What a set refers to is looked up before it is written")
struct PreflightReferencesTests {

    /// The shop with this route, and with a DestinationRule that defines these subsets of its backend.
    private func set(host: String = "backend", subset: String? = nil, subsets: [String]? = nil, front: Bool = false)
        throws -> RenderedSet
    {
        var scene = try EvidenceScene.shop()
        var destination: JSONObject = ["host": .string(host), "port": ["number": 8080]]
        if let subset { destination["subset"] = .string(subset) }
        let first: JSONValue = ["match": [["uri": ["exact": "/"]]], "directResponse": ["status": 200]]
        let last: JSONValue = ["route": [["destination": .object(destination)]]]
        var route = EvidenceScene.virtualService
        route.set(.array(front ? [first, last] : [last]), at: ["spec", "http"])
        scene.template[2] = EvidenceScene.entry("route", route)
        if let subsets {
            let rule: JSONValue = [
                "apiVersion": "networking.istio.io/v1", "kind": "DestinationRule", "metadata": ["name": "backend"],
                "spec": [
                    "host": "backend",
                    "subsets": .array(subsets.map { ["name": .string($0), "labels": ["version": .string($0)]] }),
                ],
            ]
            scene.template.append(EvidenceScene.entry("rule", rule))
        }
        return try scene.set()
    }

    private func check(
        _ next: RenderedSet, over held: RenderedSet? = nil, stable: RenderedSet? = nil, isAlone: Bool = true
    ) -> PreflightReferences {
        PreflightReferences(
            next: next, held: held, isFirst: held == nil, stable: stable, owner: EvidenceScene.uid,
            zoneHasOneCluster: isAlone,
            gatewayNamespaces: ["istio-ingress"], now: EvidenceScene.now)
    }

    /// What is read for both sets in the member of the shop, which has its Secret, a backend with port 8080, and nothing
    /// else.
    private func facts(_ check: PreflightReferences, _ change: (inout [FactQuery: FactAnswer]) -> Void = { _ in })
        throws -> [FactQuery: FactAnswer]
    {
        var there = try EvidenceScene.shop().facts
        change(&there)
        var facts: [FactQuery: FactAnswer] = [:]
        for _ in 0..<8 {
            let ofHeld = check.held.map {
                TargetEvidence.queries(of: $0, facts: facts, gatewayNamespaces: check.gatewayNamespaces)
            }
            for query in check.queries(facts: facts).union(ofHeld ?? []) {
                if case .list = query {
                    facts[query] = there[query] ?? .objects([])
                } else {
                    facts[query] = there[query] ?? .notFound
                }
            }
        }
        return facts
    }

    private func outcome(
        _ check: PreflightReferences, _ change: (inout [FactQuery: FactAnswer]) -> Void = { _ in }
    ) throws -> PreflightReferences.Outcome {
        let facts = try facts(check, change)
        return check.outcome(facts: facts) { _ in Set(facts.keys) }
    }

    /// What is missing, in words; nil where something else is the case.
    private func missing(
        _ check: PreflightReferences, _ change: (inout [FactQuery: FactAnswer]) -> Void = { _ in }
    ) throws -> [String]? {
        guard case .missing(let failures) = try outcome(check, change) else { return nil }
        return failures.map(\.description)
    }

    /// A Gateway of the shop with these servers: the hosts and the Secret of each.
    private func gateway(_ servers: [(hosts: [String], secret: String)]) throws -> RenderedSet {
        var scene = try EvidenceScene.shop()
        var gateway = EvidenceScene.gateway
        let list = servers.enumerated().map { index, server -> JSONValue in
            [
                "port": [
                    "number": .integer(Int64(8443 + index)), "name": .string("https-\(index)"), "protocol": "HTTPS",
                ],
                "tls": ["mode": "SIMPLE", "credentialName": .string(server.secret)],
                "hosts": .array(server.hosts.map { .string($0) }),
            ]
        }
        gateway.set(.array(list), at: ["spec", "servers"])
        scene.template[1] = EvidenceScene.entry("gateway", gateway)
        return try scene.set()
    }

    @Test("what is all there holds nothing; before it was read, or where that is too long ago, nothing is told")
    func resolved() throws {
        let check = check(try set())
        #expect(check.outcome(facts: [:]) { _ in [] } == .pending)
        #expect(try outcome(check) == .resolved)
        let facts = try facts(check)
        #expect(check.outcome(facts: facts) { _ in Set(facts.keys).subtracting([EvidenceScene.backend]) } == .pending)
    }

    @Test("a backend that is not there is named with its object, its field and what to do")
    func backend() throws {
        guard case .missing(let failures) = try outcome(check(try set(host: "nobody"))) else {
            Issue.record("nothing is missed")
            return
        }
        #expect(failures.map(\.reason) == [.referenceUnresolved])
        #expect(failures.first?.template == "route")
        #expect(
            failures.first?.description
                == "VirtualService shop/checkout spec.http[0].route[0].destination: no Service or ServiceEntry of host "
                + "nobody.shop.svc.cluster.local was found in this cluster; create Service shop/nobody or correct the host"
        )
    }

    @Test("what may be in another cluster of the zone, is not served or may not be read holds nothing")
    func unknown() throws {
        #expect(try outcome(check(try set(host: "nobody"), isAlone: false)) == .resolved)
        for answer in [FactAnswer.denied("no"), .notServed("no")] {
            #expect(try outcome(check(try set())) { $0[EvidenceScene.backend] = answer } == .resolved)
        }
    }

    @Test("what could not be read is no pass, unless all is found without it")
    func unread() throws {
        let lost = FactAnswer.unreadable("connection reset")
        guard case .unread(let failure) = try outcome(check(try set()), { $0[EvidenceScene.backend] = lost }) else {
            Issue.record("it is no matter")
            return
        }
        #expect(failure.reason == .clusterUnreachable && failure.key == EvidenceScene.route)
        #expect(
            failure.message.hasSuffix("Service shop/backend cannot be read: connection reset"), "\(failure.message)")
        // What is missing for certain is told all the same.
        let secret = FactQuery.secret(ObjectKey(namespace: "istio-ingress", name: "checkout-tls"))
        let told = try missing(check(try set(host: "nobody"))) { $0[secret] = lost }
        #expect(told?.count == 1, "\(told ?? [])")
        // Of three namespaces where a rule may stand one is enough.
        let rules = FactQuery.list(.destinationRule, namespace: "istio-system")
        #expect(try outcome(check(try set(subset: "v1", subsets: ["v1"]))) { $0[rules] = lost } == .resolved)
    }

    @Test("what the set decides by itself is told by its rules, and is nothing that a cluster lacks")
    func ofSet() throws {
        let elsewhere = try gateway([(["elsewhere.example.com"], "checkout-tls")])
        #expect(try outcome(check(elsewhere)) == .resolved)
    }

    @Test(
        "a Secret that is not there holds what would lose the hosts that it serves, and no new host: it may need the gateway",
        arguments: [
            (["checkout.example.com"], "another", true), (["*.example.com"], "another", true),
            (["new.example.org"], "another", false), (["new.example.org", "checkout.example.com"], "another", true),
        ])
    func secret(hosts: [String], name: String, isHeld: Bool) throws {
        let held = try gateway([(["checkout.example.com"], "checkout-tls")])
        let next = try gateway([(["checkout.example.com"], "checkout-tls"), (hosts, name)])
        let told = try missing(check(next, over: held))
        #expect(try outcome(check(next)) == .resolved, "a first write loses nothing")
        if !isHeld { #expect(try outcome(check(next, over: held)) == .resolved) }
        if isHeld {
            #expect(told?.count == 1, "\(told ?? [])")
        }
        if isHeld { #expect(told?.first?.contains("Secret istio-ingress/another does not exist") == true) }
    }

    @Test("a Secret that two servers name is told at the first, and counts for the hosts of both")
    func sharedSecret() throws {
        let held = try gateway([(["checkout.example.com"], "checkout-tls")])
        let next = try gateway([(["new.example.org"], "another"), (["checkout.example.com"], "another")])
        #expect(try missing(check(next, over: held))?.count == 1)
        let secret = FactQuery.secret(ObjectKey(namespace: "istio-ingress", name: "checkout-tls"))
        #expect(try outcome(check(held, over: held)) { $0[secret] = .notFound } == .resolved, "it lacks already")
    }

    @Test("a host that moves to a certificate that already serves nobody else is lost anew, and held")
    func movedHost() throws {
        let bad = ObjectKey(namespace: "istio-ingress", name: "bad")
        let answer = try TestSecrets.answer(names: ["other.example.com"])
        let stored: (inout [FactQuery: FactAnswer]) -> Void = { $0[.secret(bad)] = answer }
        let held = try gateway([(["checkout.example.com"], "checkout-tls"), (["lost.example.com"], "bad")])
        #expect(try outcome(check(held, over: held), stored) == .resolved)
        let told = try missing(
            check(try gateway([(["lost.example.com", "checkout.example.com"], "bad")]), over: held), stored)
        #expect(told?.first?.contains("would take checkout.example.com out of service") == true, "\(told ?? [])")
        let same = try gateway([
            (["checkout.example.com", "other.example.com"], "checkout-tls"), (["lost.example.com"], "bad"),
        ])
        #expect(try outcome(check(same, over: held), stored) == .resolved, "a new host, and one that is lost already")
    }

    @Test("where the set that is held cannot be rendered any more, every host counts as served")
    func unrendered() throws {
        let next = try gateway([(["new.example.org"], "another")])
        let check = PreflightReferences(
            next: next, held: nil, isFirst: false, stable: nil, owner: EvidenceScene.uid, zoneHasOneCluster: true,
            gatewayNamespaces: ["istio-ingress"], now: EvidenceScene.now)
        #expect(try missing(check)?.count == 1)
    }

    @Test("an authority that vouches for nobody holds what would serve nobody by it")
    func authority() throws {
        var gateway = EvidenceScene.gateway
        let server: JSONValue = [
            "port": ["number": 8443, "name": "https", "protocol": "HTTPS"],
            "tls": ["mode": "MUTUAL", "credentialName": "checkout-tls"], "hosts": ["checkout.example.com"],
        ]
        gateway.set([server], at: ["spec", "servers"])
        var scene = try EvidenceScene.shop()
        scene.template[1] = EvidenceScene.entry("gateway", gateway)
        let beside = KubeObject(lenient: [
            "metadata": ["name": "checkout-tls-cacert", "namespace": "istio-ingress"],
            "data": ["cacert": .string(Base64.encode(Array("no certificate".utf8)))],
        ])
        let query = FactQuery.secret(ObjectKey(namespace: "istio-ingress", name: "checkout-tls-cacert"))
        let told = try missing(check(try scene.set(), over: try set())) { $0[query] = .found([beside], for: query) }
        #expect(told?.count == 1 && told?.first?.contains("out of service") == true, "\(told ?? [])")
    }

    @Test("what lacks for the set that is held holds nothing, wherever it stands in its object")
    func known() throws {
        let held = try set(host: "nobody")
        #expect(try outcome(check(try set(host: "nobody", front: true), over: held)) == .resolved)
        #expect(try missing(check(try set(host: "nobody2"), over: held))?.count == 1)
        // Before it is known what the held one lacks, nothing is told.
        let check = check(try set(host: "nobody2"), over: try set(host: "other"))
        var known = try facts(check)
        known[.object(.service, ObjectKey(namespace: "shop", name: "other"))] = nil
        #expect(check.outcome(facts: known) { _ in Set(known.keys) } == .pending)
    }

    @Test("an outage makes nothing pass, and what is known to lack goes on to hold; a new run makes both be read again")
    func renewed() throws {
        for (host, isMissing) in [("backend", false), ("nobody", true)] {
            let check = check(try set(host: host))
            let facts = try facts(check)
            let afterOutage = check.outcome(facts: facts) { $0 ? Set(facts.keys) : [] }
            if isMissing { #expect(try afterOutage == outcome(check)) } else { #expect(afterOutage == .pending) }
            #expect(check.outcome(facts: facts) { _ in [] } == .pending)
        }
    }

    @Test("a cluster that cannot take the stable revision either is passed by, and one that lacks something else holds")
    func unfit() throws {
        let (bare, other) = (try set(host: "nobody"), try set(host: "nobody2"))
        guard case .unfit(let failures) = try outcome(check(bare, stable: try set(host: "nobody", front: true))) else {
            Issue.record("it is held, or written")
            return
        }
        #expect(failures.count == 1 && failures.first?.description.contains("nobody.shop.svc") == true, "\(failures)")
        #expect(try missing(check(other, stable: bare))?.count == 1)
        #expect(try missing(check(bare, stable: try set()))?.count == 1)
        #expect(try missing(check(bare))?.count == 1, "of the first revision of all")
    }

    @Test("a Secret for a backend holds whatever serves the route, but no first write")
    func backendSecret() throws {
        func set(_ secret: String?) throws -> RenderedSet {
            var scene = try EvidenceScene.shop()
            var route = EvidenceScene.virtualService
            route.set(["shared/gateway"], at: ["spec", "gateways"])
            var rule: JSONValue = [
                "apiVersion": "networking.istio.io/v1", "kind": "DestinationRule", "metadata": ["name": "backend"],
                "spec": ["host": "backend"],
            ]
            if let secret {
                let tls: JSONValue = ["mode": "MUTUAL", "credentialName": .string(secret)]
                rule.set(tls, at: ["spec", "trafficPolicy", "tls"])
            }
            // The Gateway is somebody else's.
            scene.template = [EvidenceScene.entry("route", route), EvidenceScene.entry("rule", rule)]
            return try scene.set()
        }
        let shared = FactQuery.object(.gateway, ObjectKey(namespace: "shared", name: "gateway"))
        let services = FactQuery.list(.service, namespace: "istio-ingress")
        let stored: (inout [FactQuery: FactAnswer]) -> Void = {
            $0[shared] = .objects([
                [
                    "metadata": ["name": "gateway", "namespace": "shared"],
                    "spec": [
                        "selector": ["istio": "ingressgateway"],
                        "servers": [
                            ["port": ["number": 80, "name": "http", "protocol": "HTTP"], "hosts": ["*/*.example.com"]]
                        ],
                    ],
                ]
            ])
            $0[services] = .objects([
                [
                    "metadata": ["name": "ingress", "namespace": "istio-ingress"],
                    "spec": ["selector": ["istio": "ingressgateway"]],
                ]
            ])
        }
        #expect(try outcome(check(try set(nil)), stored) == .resolved)
        #expect(try outcome(check(try set("client")), stored) == .resolved)
        let told = try missing(check(try set("client"), over: try set(nil)), stored)
        #expect(told?.count == 1 && told?.first?.contains("Secret istio-ingress/client") == true, "\(told ?? [])")
    }

    @Test("what the write takes away counts as gone, whichever revision left it; what others have stays")
    func pruned() throws {
        let rules = FactQuery.list(.destinationRule, namespace: "shop")
        func stored(_ uid: String?) -> (inout [FactQuery: FactAnswer]) -> Void {
            var live: JSONValue = [
                "metadata": ["name": "backend", "namespace": "shop"],
                "spec": ["host": "backend", "subsets": [["name": "v1", "labels": ["version": "v1"]]]],
            ]
            if let uid { live.set(.string(uid), at: ["metadata", "labels", "accesspoint.io/uid"]) }
            let answer = FactAnswer.found([KubeObject(lenient: live)], for: rules)
            return { $0[rules] = answer }
        }
        for other in [nil, "another"] {
            #expect(try outcome(check(try set(subset: "v1")), stored(other)) == .resolved)
        }
        #expect(try outcome(check(try set(subset: "v1", subsets: ["v1"])), stored(EvidenceScene.uid)) == .resolved)
        let told = try missing(check(try set(subset: "v1")), stored(EvidenceScene.uid))
        #expect(told?.count == 1 && told?.first?.contains("subset v1") == true, "\(told ?? [])")
        #expect(
            told?.first?.hasSuffix("whose new spec takes it away: keep its template entry") == true, "\(told ?? [])")
        let never = try missing(check(try set(subset: "v1")))
        #expect(never?.first?.contains("takes it away") == false, "\(never ?? [])")
    }

    @Test(
        "a certificate that no client takes holds what would lose hosts by it, unless they are lost already",
        arguments: [
            (["other.example.com"], 90, ["checkout.example.com"], "does not cover host checkout.example.com"),
            (["checkout.example.com"], -1, ["checkout.example.com"], "the certificate ended"),
            (["checkout.example.com"], 90, ["checkout.example.com"], nil),
            // A host that is new loses nothing, also beside one that is served.
            (["checkout.example.com"], 90, ["checkout.example.com", "new.example.org"], nil),
            (["other.example.com"], 90, ["new.example.org"], nil),
        ] as [([String], Int64, [String], String?)])
    func certificate(names: [String], days: Int64, hosts: [String], words: String?) throws {
        let secret = ObjectKey(namespace: "istio-ingress", name: "another")
        let answer = try TestSecrets.answer(names: names, from: -10 * 86_400, to: days * 86_400)
        let stored: (inout [FactQuery: FactAnswer]) -> Void = { $0[.secret(secret)] = answer }
        let held = try gateway([(["checkout.example.com"], "checkout-tls")])
        let next = try gateway([(hosts, "another")])
        let told = try missing(check(next, over: held), stored)
        if words == nil { #expect(try outcome(check(next, over: held), stored) == .resolved) }
        if let words {
            #expect(told?.count == 1, "\(told ?? [])")
            let text = told?.first ?? ""
            let place = "Gateway shop/checkout spec.servers[0].tls would take checkout.example.com out of service: "
            #expect(text.hasPrefix("\(place)Secret istio-ingress/another"), "\(text)")
            #expect(text.contains(words), "\(text)")
        }
        #expect(try outcome(check(next, over: next), stored) == .resolved, "it is so already")
        #expect(try outcome(check(next), stored) == .resolved, "a first write loses nothing")
    }

    @Test("a Service of the set that the write takes away is no backend any more")
    func prunedService() throws {
        let labels: JSONValue = ["accesspoint.io/uid": .string(EvidenceScene.uid)]
        let own = KubeObject(
            lenient: [
                "metadata": ["name": "backend", "namespace": "shop", "labels": labels],
                "spec": ["ports": [["port": 8080]]],
            ])
        let told = try missing(check(try set())) {
            $0[EvidenceScene.backend] = .found([own], for: EvidenceScene.backend)
        }
        #expect(told?.count == 1 && told?.first?.contains("create Service shop/backend") == true, "\(told ?? [])")
    }

    @Test(
        "a dry run that passed waits until it is known what lacks, and is refused where something does; another end stays",
        arguments: [
            (.passed, .pending, .pending, 0), (.passed, .resolved, .passed, 0),
            (.passed, .unread(Self.failure), .unreachable, 1),
            (
                .passed, .missing([Self.failure]), .refused("it lacks what the revision refers to: Gateway a is amiss"),
                1
            ),
            (.refused("no"), .pending, .refused("no"), 0),
            (.refused("no"), .missing([Self.failure]), .refused("no"), 0),
            (.unreachable, .resolved, .unreachable, 0), (.pending, .missing([Self.failure]), .pending, 0),
        ] as [(PreflightReport.Result, PreflightReferences.Outcome, PreflightReport.Result, Int)])
    func weighed(
        result: PreflightReport.Result, references: PreflightReferences.Outcome, told: PreflightReport.Result,
        count: Int
    ) {
        var reports = MemberJobs.Reports()
        reports.preflight = PreflightReport(
            revision: RevisionName(number: 1, hash: "a"), result: result, time: EvidenceScene.now)
        reports.weigh(references)
        #expect(reports.preflight?.result == told)
        #expect(reports.refusals == Array(repeating: Self.failure, count: count))
    }

    private static let failure = ObjectFailure(
        template: "gateway", kind: "Gateway", key: ObjectKey(namespace: nil, name: "a"), reason: .referenceUnresolved,
        message: "is amiss")
}
