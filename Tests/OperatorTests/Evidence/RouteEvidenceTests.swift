import AccessPointAPI
import JSONValue
import KubeModel
import Rollout
import Testing
import TrafficModel
import X509Tools

@testable import Operator

@Suite("Evidence: routes and references of a target")
struct RouteEvidenceTests {
    @Test("a stored route whose references are found reaches the level Resolved")
    func resolved() throws {
        let evidence = try EvidenceScene.shop().evidence()
        #expect(evidence.routes.map(\.level) == [.resolved])
        #expect(evidence.routesReady == Verdict(.true, .routesResolved))
        #expect(evidence.references == Verdict(.true, .resolvedRefs))
    }

    @Test("a backend that is not found is bad where the zone has one cluster")
    func backendMissing() throws {
        var scene = try EvidenceScene.shop()
        scene.facts[EvidenceScene.backend] = .notFound
        scene.facts[.list(.serviceEntry, namespace: "shop")] = .objects([])
        scene.facts[.list(.serviceEntry, namespace: nil)] = .objects([])
        let evidence = try scene.evidence()
        #expect(evidence.routesReady?.reason == .backendNotFound)
        #expect(evidence.routes.map(\.level) == [.stored])
        guard case .bad = evidence.finding else { return #expect(Bool(false)) }
    }

    @Test("a backend that is not found is unknown where the zone has more, and the reason names the level Stored")
    func backendElsewhere() throws {
        var scene = try EvidenceScene.shop()
        scene.zoneHasOneCluster = false
        scene.facts[EvidenceScene.backend] = .notFound
        scene.facts[.list(.serviceEntry, namespace: "shop")] = .objects([])
        scene.facts[.list(.serviceEntry, namespace: nil)] = .objects([])
        let evidence = try scene.evidence()
        #expect(evidence.routesReady?.status == .unknown)
        #expect(evidence.routesReady?.reason == .routesStored)
        #expect(evidence.routes.map(\.level) == [.stored])
        #expect(evidence.references?.reason == .backendNotFound && evidence.references?.status == .unknown)
        guard case .cannotTell = evidence.finding else { return #expect(Bool(false)) }
    }

    @Test("a route that is not stored as rendered reaches no level")
    func notStored() throws {
        var scene = try EvidenceScene.shop()
        scene.absent = ["route"]
        let evidence = try scene.evidence()
        #expect(evidence.routes.map(\.level) == [nil])
        #expect(evidence.routesReady?.reason == .objectMissing)
    }

    @Test("a route that is stored, but whose Gateway is gone, does not route, and its host is not served")
    func gatewayGone() throws {
        var scene = try EvidenceScene.shop()
        scene.absent = ["gateway"]
        let evidence = try scene.evidence()
        let gone = Verdict(.false, .objectMissing, "Gateway shop/checkout does not exist")
        #expect(evidence.routes.map(\.level) == [.stored])
        #expect(evidence.routesReady == gone)
        #expect(evidence.hosts.map(\.verdict) == [gone])
        #expect(evidence.inventory.last?.ready == false)
        #expect(evidence.references == gone, "what it refers to is not there")
        // What cannot be told beside it makes it no better.
        var doubtful = scene
        doubtful.facts[EvidenceScene.backend] = .denied("no")
        #expect(try doubtful.evidence().references == gone)
        // It is there, though changed: what it refers to exists.
        scene.absent = []
        scene.changes["gateway"] = { $0.set(nil, at: ["spec", "selector"]) }
        #expect(try scene.evidence().routesReady == Verdict(.true, .routesResolved))
    }

    @Test("a route depends on the backend and the subset of its own set, and on nothing that others refer to")
    func partsGone() throws {
        var scene = try EvidenceScene.shop()
        scene.template[2].object.set(
            [["route": [["destination": ["host": "backend", "subset": "v1"]]]]], at: ["spec", "http"])
        scene.template += [
            EvidenceScene.entry(
                "backend",
                [
                    "apiVersion": "v1", "kind": "Service", "metadata": ["name": "backend", "namespace": "shop"],
                    "spec": ["selector": ["app": "backend"], "ports": [["name": "http", "port": 8080]]],
                ]),
            EvidenceScene.entry(
                "subsets",
                [
                    "apiVersion": "networking.istio.io/v1", "kind": "DestinationRule", "metadata": ["name": "backend"],
                    "spec": ["host": "backend", "subsets": [["name": "v1", "labels": ["version": "v1"]]]],
                ]),
            EvidenceScene.entry(
                "other",
                [
                    "apiVersion": "networking.istio.io/v1", "kind": "DestinationRule", "metadata": ["name": "other"],
                    "spec": ["host": "other.shop.svc.cluster.local"],
                ]),
        ]
        scene.facts[EvidenceScene.backend] = nil
        #expect(try scene.evidence().routesReady == Verdict(.true, .routesResolved))
        for (template, name) in [("backend", "Service shop/backend"), ("subsets", "DestinationRule shop/backend")] {
            scene.absent = [template]
            #expect(
                try scene.evidence().routesReady == Verdict(.false, .objectMissing, "\(name) does not exist"),
                "\(template)")
        }
        for template in ["other", "vip"] {
            scene.absent = [template]
            #expect(try scene.evidence().routesReady == Verdict(.true, .routesResolved), "\(template)")
        }
    }

    @Test("host names that people use are listed, with what serves them")
    func hosts() throws {
        var scene = try EvidenceScene.shop()
        #expect(
            try scene.evidence().hosts
                == [HostEvidence(hostname: "checkout.example.com", verdict: Verdict(.true, .routesResolved))])
        scene.changes["vip"] = nil
        #expect(try scene.evidence().hosts.map(\.verdict?.reason) == [.addressPending])
    }

    @Test("of a certificate nothing follows where a more special server serves the host, nor of another Gateway's")
    func specialCertificate() throws {
        var scene = try EvidenceScene.shop()
        func server(_ port: Int64, _ secret: String, _ host: String) -> JSONValue {
            [
                "port": ["number": .integer(port), "name": .string("https-\(port)"), "protocol": "HTTPS"],
                "tls": ["mode": "SIMPLE", "credentialName": .string(secret)], "hosts": [.string(host)],
            ]
        }
        scene.facts[.secret(ObjectKey(namespace: "istio-ingress", name: "lost"))] = .notFound
        scene.template[1].object.set(
            [server(8443, "checkout-tls", "checkout.example.com"), server(8443, "lost", "*.example.com")],
            at: ["spec", "servers"])
        #expect(try scene.evidence().hosts.map(\.verdict?.reason) == [.routesResolved])
        // The other way round the lost one is what a client gets.
        scene.template[1].object.set(
            [server(8443, "checkout-tls", "*.example.com"), server(8443, "lost", "checkout.example.com")],
            at: ["spec", "servers"])
        #expect(try scene.evidence().hosts.map(\.verdict?.reason) == [.secretNotFound])
        // What a client gets on one port says nothing of another.
        scene.template[1].object.set(
            [server(8443, "checkout-tls", "checkout.example.com"), server(9443, "lost", "*.example.com")],
            at: ["spec", "servers"])
        #expect(try scene.evidence().hosts.map(\.verdict?.reason) == [.secretNotFound])
        var other = EvidenceScene.gateway
        other.set("other", at: ["metadata", "name"])
        other.set([server(9443, "lost", "checkout.example.com")], at: ["spec", "servers"])
        scene.template[1].object.set([server(8443, "checkout-tls", "checkout.example.com")], at: ["spec", "servers"])
        scene.template.append(EvidenceScene.entry("other", other))
        #expect(try scene.evidence().hosts.map(\.verdict?.reason) == [.routesResolved])
    }

    @Test(
        "a host whose certificate cannot serve is not served; of one that cannot be looked into nothing follows",
        arguments: [(FactAnswer.notFound, ReasonCode.secretNotFound), (.unreadable("no"), .routesResolved)])
    func certificate(answer: FactAnswer, reason: ReasonCode) throws {
        var scene = try EvidenceScene.shop(answer)
        #expect(try scene.evidence().hosts.map(\.verdict?.reason) == [reason])
        // Of another host's certificate nothing follows either.
        scene.template[1].object.set(
            [
                [
                    "port": ["number": 8443, "name": "https", "protocol": "HTTPS"],
                    "tls": ["mode": "SIMPLE", "credentialName": "checkout-tls"], "hosts": ["other.example.com"],
                ],
                ["port": ["number": 8080, "name": "http", "protocol": "HTTP"], "hosts": ["checkout.example.com"]],
            ], at: ["spec", "servers"])
        let host = try scene.evidence().hosts.first { $0.hostname == "checkout.example.com" }
        #expect(host?.verdict?.reason == .routesResolved)
    }
}

@Suite("Evidence: what Istio says of the objects")
struct IstioEvidenceTests {
    /// The shop, with a status that Istio has written into one of its objects.
    private func scene(
        _ messages: [(level: String, code: String)] = [], in template: String = "route", observed: JSONValue = "2"
    ) throws -> EvidenceScene {
        var scene = try EvidenceScene.shop()
        let list = messages.map { message -> JSONValue in
            ["type": ["code": .string(message.code)], "level": .string(message.level)]
        }
        scene.changes[template] = { object in
            object.set(2, at: ["metadata", "generation"])
            object["status"] = ["observedGeneration": observed, "validationMessages": .array(list)]
        }
        return scene
    }

    private func isBad(_ evidence: TargetEvidence) -> Bool {
        if case .bad = evidence.finding { true } else { false }
    }

    @Test("a route in which Istio finds no error reaches the level NotRejected")
    func notRejected() throws {
        let evidence = try scene().evidence()
        #expect(evidence.routes.map(\.level) == [.notRejected])
        #expect(evidence.routesReady == Verdict(.true, .routesNotRejected))
        #expect(evidence.inventory.map(\.evidence) == [nil, nil, .notRejected])
        #expect(evidence.finding == .good)
    }

    @Test("an error is bad, and the message has Istio's code; the level stays the one that was reached")
    func rejected() throws {
        let evidence = try scene([("ERROR", "IST0145"), ("ERROR", "IST0109")]).evidence()
        #expect(evidence.routes.map(\.level) == [.resolved])
        #expect(evidence.routesReady?.reason == .rejectedByIstio)
        #expect(
            evidence.routesReady?.message
                == "VirtualService shop/checkout: Istio finds IST0145 ConflictingGateways: another Gateway of the same"
                + " pods has the same port and host; and IST0109")
        #expect(isBad(evidence))
        // It may serve all the same: no name is taken from it for that alone.
        #expect(evidence.isInService == nil)
        #expect(evidence.inventory.last?.reason == "RejectedByIstio" && evidence.inventory.last?.ready == false)
    }

    @Test("what Istio said of another generation tells nothing", arguments: [1, "1", 3] as [JSONValue])
    func stale(_ observed: JSONValue) throws {
        let evidence = try scene([("ERROR", "IST0145")], observed: observed).evidence()
        #expect(evidence.routes.map(\.level) == [.resolved])
        #expect(evidence.finding == .good)
    }

    @Test("a warning is told, and holds nothing")
    func warning() throws {
        let evidence = try scene([("WARNING", "IST0132")]).evidence()
        #expect(evidence.routes.map(\.level) == [.notRejected] && evidence.finding == .good)
        #expect(
            evidence.neighbours?.map(\.description) == [
                "VirtualService shop/checkout: Istio warns that a host of it is none of its Gateway's; see its status in"
                    + " that cluster (IST0132 VirtualServiceHostNotFoundInGateway)"
            ])
    }

    @Test("an error in an object that routes rest on is bad for the routes, also where there is none of them")
    func otherKinds() throws {
        var scene = try scene([("ERROR", "IST0101")], in: "gateway")
        let evidence = try scene.evidence()
        #expect(evidence.routesReady?.reason == .rejectedByIstio)
        #expect(evidence.routesReady?.message.contains("Gateway shop/checkout") == true)
        #expect(evidence.objects.map(\.working.status) == [.true, .false, .true])
        #expect(evidence.routes.map(\.verdict.status) == [.true])
        #expect(evidence.isInService == nil)
        scene.template.removeLast()
        #expect(try scene.evidence().routesReady?.reason == .rejectedByIstio && isBad(scene.evidence()))
        scene.changes["gateway"] = nil
        #expect(try scene.evidence().routesReady == nil)
    }

    @Test("an object that is not as rendered is not judged by what Istio says of it")
    func differing() throws {
        var scene = try scene([("ERROR", "IST0145"), ("WARNING", "IST0132")])
        let change = scene.changes["route"]
        scene.changes["route"] = { object in
            change?(&object)
            object.set(["other.example.com"], at: ["spec", "hosts"])
        }
        let evidence = try scene.evidence()
        #expect(evidence.routesReady?.reason == .objectDiffers && evidence.neighbours == [])
    }

    @Test("a reference that may be in another cluster of the zone is not missing because Istio does not find it here")
    func otherCluster() throws {
        var scene = try scene([("ERROR", "IST0101")])
        scene.facts[EvidenceScene.backend] = .notFound
        scene.facts[.list(.serviceEntry, namespace: "shop")] = .objects([])
        scene.facts[.list(.serviceEntry, namespace: nil)] = .objects([])
        scene.zoneHasOneCluster = false
        let evidence = try scene.evidence()
        #expect(evidence.routesReady?.status == .unknown && evidence.routesReady?.reason == .routesStored)
        #expect(evidence.routesReady?.message.contains("Istio finds IST0101") == true)
        let change = scene.changes["route"]
        scene.changes["route"] = { object in
            change?(&object)
            object["status"]?["validationMessages"] = [["type": ["code": "IST0145"], "level": "ERROR"]]
        }
        #expect(try scene.evidence().routesReady?.reason == .rejectedByIstio)
        scene.zoneHasOneCluster = true
        #expect(try scene.evidence().routesReady?.reason == .backendNotFound)
    }

    @Test("an answer as expected proves more, and makes no error good")
    func probed() throws {
        var good = try scene()
        good.probe = ProbePolicy(http: HTTPProbe())
        good.seen = { $0.expectation.isAnswer ? Verdict(.true, .routesServed) : Verdict(.true, .serving) }
        #expect(try good.evidence().routes.map(\.level) == [.served])
        var bad = try scene([("ERROR", "IST0145")])
        (bad.probe, bad.seen) = (good.probe, good.seen)
        #expect(try bad.evidence().routesReady?.reason == .rejectedByIstio)
    }
}

extension ProbeQuery.Expectation {
    fileprivate var isAnswer: Bool {
        if case .answer = self { true } else { false }
    }
}

@Suite("Evidence: the health of WorkloadEntries")
struct WorkloadHealthEvidenceTests {
    /// The shop with an upstream, whose health is watched, and what its status says of it.
    private func scene(_ conditions: JSONValue?, annotation: JSONValue = "true") throws -> EvidenceScene {
        var scene = try EvidenceScene.shop()
        scene.template.append(
            EvidenceScene.entry(
                "upstream",
                [
                    "apiVersion": "networking.istio.io/v1", "kind": "WorkloadEntry",
                    "metadata": [
                        "name": "up", "annotations": ["proxy.istio.io/health-checks-enabled": annotation],
                    ],
                    "spec": ["address": "up.az1.vip.example.com"],
                ]))
        // What a list has of an object names no kind.
        scene.changes["upstream"] = { object in
            object["kind"] = nil
            if let conditions { object["status"] = ["conditions": conditions] }
        }
        return scene
    }

    @Test("one that Istio leaves out is a warning, which holds nothing")
    func leftOut() throws {
        let exit: JSONValue = [["type": "Healthy", "status": "False", "reason": "RegionExit"]]
        for (conditions, words) in [(exit, "Healthy is False (RegionExit)"), (nil, "nobody says so")] {
            let evidence = try scene(conditions).evidence()
            let finding = try #require(evidence.neighbours?.first?.description)
            #expect(finding.contains(words) && finding.hasSuffix("(AP-WorkloadLeftOut WorkloadLeftOut)"), "\(finding)")
            #expect(evidence.neighbours?.count == 1 && evidence.warnings == finding)
            #expect(evidence.finding == .good && evidence.isInService == true)
            #expect(evidence.references == Verdict(.true, .resolvedRefs))
        }
    }

    @Test("an endpoint is no finding: one that is well, or whose health is not watched")
    func endpoint() throws {
        #expect(try scene([["type": "Healthy", "status": "True"]]).evidence().neighbours == [])
        #expect(try scene(nil, annotation: "false").evidence().neighbours == [])
    }

    @Test("where the stored object is another than ours, or is not known, nothing can be told")
    func cannotTell() throws {
        var scene = try scene(nil)
        let change = scene.changes["upstream"]
        scene.changes["upstream"] = { object in
            change?(&object)
            object.set("other.example.com", at: ["spec", "address"])
        }
        #expect(try scene.evidence().neighbours == [])
        scene.changes["upstream"] = change
        scene.isComplete = false
        #expect(try scene.evidence().neighbours == [])
        scene.isComplete = true
        scene.absent = ["upstream"]
        #expect(try scene.evidence().neighbours == [])
    }
}

@Suite("Evidence: what must be read in a member")
struct FactQueryTests {
    private func queries(_ scene: EvidenceScene) throws -> Set<FactQuery> {
        TargetEvidence.queries(of: try scene.set(), facts: scene.facts, gatewayNamespaces: ["istio-ingress"])
    }

    @Test("what is answered is still needed, for the answers of others are dropped")
    func keepsNeeding() throws {
        let scene = try EvidenceScene.shop()
        #expect(
            try queries(scene)
                == Set(EvidenceScene.neighbours).union([.secret(EvidenceScene.secret), EvidenceScene.backend]))
    }

    @Test("the Secret is asked for once the gateway's namespace is known")
    func rounds() throws {
        var scene = try EvidenceScene.shop()
        scene.template.removeFirst()
        scene.facts = [:]
        let services = FactQuery.list(.service, namespace: "istio-ingress")
        #expect(try queries(scene).contains(services))
        #expect(try !queries(scene).contains(.secret(EvidenceScene.secret)))
        scene.facts[services] = .objects([
            [
                "metadata": ["namespace": "istio-ingress", "name": "gw"],
                "spec": ["selector": ["istio": "ingressgateway"]],
            ]
        ])
        #expect(try queries(scene).isSuperset(of: [services, .secret(EvidenceScene.secret)]))
    }

    @Test("evidence is whole once everything was looked at, be it in vain")
    func whole() throws {
        var scene = try EvidenceScene.shop(.unreadable("forbidden"))
        #expect(try scene.evidence().isWhole)
        scene.isComplete = false
        #expect(try !scene.evidence().isWhole)
        scene.isComplete = true
        scene.facts[EvidenceScene.backend] = nil
        #expect(try !scene.evidence().isWhole)
    }

    @Test("what gets not along with objects of others is told, and is no verdict")
    func neighbours() throws {
        var scene = try EvidenceScene.shop()
        #expect(try scene.evidence().neighbours == [])
        var other = EvidenceScene.gateway
        other.set(["name": "other", "namespace": "istio-ingress"], at: ["metadata"])
        let query = FactQuery.foreign(.gateway, namespace: "istio-ingress")
        scene.facts[query] = .found([KubeObject(lenient: other)], for: query)
        let evidence = try scene.evidence()
        #expect(evidence.neighbours?.map(\.rule) == ["NeighbourServer"])
        #expect(evidence.overall.status == .true && evidence.isWhole)
        // Nothing waits for it: the evidence is whole without, and a gate opens.
        scene.facts[query] = nil
        let early = try scene.evidence()
        #expect(early.isWhole && early.finding == .good && early.neighbours == nil)
        scene.facts[query] = .unreadable("forbidden")
        #expect(try scene.evidence().isWhole && scene.evidence().neighbours == [])
    }

    @Test("a set that refers to nothing has a verdict on its references while there is something to warn of")
    func neighbourOfRule() throws {
        let rule: JSONValue = [
            "apiVersion": "networking.istio.io/v1", "kind": "DestinationRule", "metadata": ["name": "up"],
            "spec": ["host": "up.internal", "trafficPolicy": ["tls": ["mode": "SIMPLE"]]],
        ]
        var scene = EvidenceScene(template: [EvidenceScene.entry("rule", rule)])
        let query = FactQuery.foreign(.destinationRule, namespace: "shop")
        scene.facts[query] = .objects([])
        scene.facts[.list(.serviceEntry, namespace: "shop")] = .objects([["spec": ["hosts": ["up.internal"]]]])
        #expect(try scene.evidence().references == nil)
        var other = rule
        other.set(["name": "other", "namespace": "shop"], at: ["metadata"])
        scene.facts[query] = .found([KubeObject(lenient: other)], for: query)
        let evidence = try scene.evidence()
        #expect(evidence.references == Verdict(.true, .resolvedRefs))
        #expect(evidence.warnings?.contains("NeighbourRule") == true)
    }

    @Test("of objects of others only what is looked at is kept")
    func others() throws {
        func route(_ name: String, timeout: String, gateways: JSONValue = []) -> KubeObject {
            KubeObject(
                lenient: [
                    "metadata": ["name": .string(name), "namespace": "shop", "labels": ["a": "b"]],
                    "spec": [
                        "hosts": ["a.example.com"], "gateways": gateways, "http": [["timeout": .string(timeout)]],
                    ],
                ])
        }
        func kept(_ name: String, _ gateways: JSONValue = []) -> JSONValue {
            [
                "metadata": ["name": .string(name), "namespace": "shop"],
                "spec": ["hosts": ["a.example.com"], "gateways": gateways],
            ]
        }
        let query = FactQuery.foreign(.virtualService, namespace: "shop")
        let answer = FactAnswer.found([route("b", timeout: "1s"), route("a", timeout: "1s")], for: query)
        #expect(answer == .objects([kept("a"), kept("b")]))
        #expect(answer == .found([route("a", timeout: "2s"), route("b", timeout: "2s")], for: query))
        let bindings = [
            route("a", timeout: "1s", gateways: ["mesh", "own", "shop/own", "./own"]),
            route("b", timeout: "1s", gateways: ["edge/web"]), route("c", timeout: "1s", gateways: 7),
        ]
        #expect(FactAnswer.found(bindings, for: .foreignBindings) == .objects([kept("b", ["edge/web"])]))
    }

    @Test("what was read ends up without key material, and equal where nothing that matters has changed")
    func reduced() throws {
        let issued = try TestSecrets.issue()
        let secret = TestSecrets.secret(certificate: issued.chainPEM, key: issued.privateKeyPEM)
        let answer = FactAnswer.found([secret], for: .secret(EvidenceScene.secret))
        var text = ""
        dump(answer, to: &text)
        let key = try #require(secret.json.value("data", "tls.key")?.stringValue)
        #expect(!text.contains(key) && !text.contains("PRIVATE"))
        func service(_ version: String) -> KubeObject {
            KubeObject(
                lenient: [
                    "metadata": [
                        "name": "a", "namespace": "b", "resourceVersion": .string(version), "labels": ["x": "y"],
                    ],
                    "spec": ["ports": []],
                    "status": ["loadBalancer": ["ingress": [["ip": .string("10.0.0.\(version)")]]]],
                ])
        }
        let query = FactQuery.list(.service, namespace: "b")
        #expect(FactAnswer.found([service("1")], for: query) == .found([service("2")], for: query))
        #expect(FactAnswer.found([], for: EvidenceScene.backend) == .notFound)
        #expect(FactAnswer.found([], for: .secret(EvidenceScene.secret)) == .notFound)
    }
}
