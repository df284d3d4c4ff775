import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import Rollout
import Testing
import TrafficModel

@testable import Operator

@Suite("Evidence: what is seen under the VIPs of a target")
struct ProbeEvidenceTests {
    private static func good(_ query: ProbeQuery) -> Verdict {
        if case .certificate = query.expectation { Verdict(.true, .serving) } else { Verdict(.true, .routesServed) }
    }

    private func scene(_ http: HTTPProbe? = HTTPProbe()) throws -> EvidenceScene {
        var scene = try EvidenceScene.shop()
        scene.probe = ProbePolicy(http: http)
        scene.seen = Self.good
        return scene
    }

    @Test("without a probe nothing is looked at, and the levels are those without")
    func none() throws {
        let evidence = try EvidenceScene.shop().evidence()
        #expect(evidence.certificatesReady == Verdict(.true, .secretReady))
        #expect(evidence.routesReady == Verdict(.true, .routesResolved) && evidence.isWhole)
    }

    @Test("what is seen raises certificate and route to their highest levels")
    func served() throws {
        let evidence = try scene().evidence()
        #expect(evidence.certificates.map(\.state) == [.serving])
        #expect(evidence.certificatesReady == Verdict(.true, .serving))
        #expect(evidence.routes.map(\.level) == [.served])
        #expect(evidence.routesReady == Verdict(.true, .routesServed))
        #expect(evidence.finding == .good && evidence.isWhole)
    }

    @Test("until it was looked at often enough it is pending: not good for the gate, and not whole for the status")
    func pending() throws {
        var scene = try scene()
        scene.seen = { _ in nil }
        let evidence = try scene.evidence()
        #expect(evidence.certificatesReady?.reason == .probePending)
        #expect(evidence.routesReady?.reason == .probePending)
        #expect(!evidence.isWhole)
        guard case .cannotTell = evidence.finding else { return #expect(Bool(false)) }
    }

    @Test(
        "bad is bad for gate, route, certificate and object, and no answer is neither good nor bad",
        arguments: [
            (.false, .certificateNotServed), (.false, .servedExpired), (.false, .servedNotYetValid),
            (.false, .servedHostNotCovered), (.false, .handshakeFailed), (.unknown, .probeInconclusive),
        ] as [(Condition.Status, ReasonCode)])
    func bad(status: Condition.Status, reason: ReasonCode) throws {
        var scene = try scene(nil)
        scene.seen = { _ in Verdict(status, reason, "words") }
        let evidence = try scene.evidence()
        #expect(evidence.certificatesReady == Verdict(status, reason, "words"))
        #expect(evidence.objects.first { $0.kind == .gateway }?.working.reason == reason)
        switch evidence.finding {
        case .bad: #expect(status == .false)
        case .cannotTell: #expect(status == .unknown)
        case .good: #expect(Bool(false))
        }
    }

    @Test("a route that answers otherwise is bad, its object and its host are not ready")
    func route() throws {
        var scene = try scene()
        scene.seen = { query in
            if case .answer = query.expectation { return Verdict(.false, .probeFailed, "503") }
            return Self.good(query)
        }
        let evidence = try scene.evidence()
        #expect(evidence.routesReady == Verdict(.false, .probeFailed, "503"))
        #expect(evidence.routes.map(\.level) == [.resolved])
        #expect(evidence.objects.first { $0.kind == .virtualService }?.working.reason == .probeFailed)
        #expect(evidence.hosts.first?.verdict?.reason == .probeFailed)
        guard case .bad = evidence.finding else { return #expect(Bool(false)) }
    }

    @Test("an answer proves more than a backend that cannot be found, and does not hide what is known to be wrong")
    func precedence() throws {
        var scene = try scene()
        scene.zoneHasOneCluster = false
        scene.facts[EvidenceScene.backend] = .notFound
        scene.facts[.list(.serviceEntry, namespace: "shop")] = .objects([])
        scene.facts[.list(.serviceEntry, namespace: nil)] = .objects([])
        #expect(try scene.evidence().routesReady == Verdict(.true, .routesServed))
        scene.zoneHasOneCluster = true
        #expect(try scene.evidence().routesReady?.reason == .backendNotFound)
    }

    @Test("a certificate that ends soon still says so, and a Secret that is bad is not looked for")
    func secret() throws {
        var ending = try scene()
        ending.facts[.secret(EvidenceScene.secret)] = try TestSecrets.answer(to: 86_400)
        #expect(try ending.evidence().certificates.map(\.state) == [.expiringSoon])
        ending.seen = { _ in Verdict(.false, .certificateNotServed, "") }
        #expect(try ending.evidence().certificates.map(\.state) == [.notServed])
        var missing = try scene(nil)
        missing.facts[.secret(EvidenceScene.secret)] = .notFound
        #expect(try missing.evidence().certificates.map(\.state) == [.missing])
        #expect(try missing.plan().queries.isEmpty)
    }

    @Test("of several routes the weakest level counts")
    func weakest() throws {
        let levels = ReasonCode.routeLevels
        func worst(_ verdicts: Verdict...) -> Verdict? { Verdict.worst(verdicts, ladder: levels) }
        for (index, weaker) in levels.enumerated() {
            for stronger in levels[index...] {
                #expect(worst(Verdict(.true, stronger), Verdict(.true, weaker)) == Verdict(.true, weaker))
                #expect(worst(Verdict(.true, weaker), Verdict(.true, stronger)) == Verdict(.true, weaker))
            }
        }
        #expect(worst(Verdict(.true, .routesServed), Verdict(.false, .probeFailed))?.reason == .probeFailed)
        #expect(worst() == nil)
    }
}

@Suite("Probes: what is looked at")
struct ProbePlanTests {
    private func scene() throws -> EvidenceScene {
        var scene = try EvidenceScene.shop()
        scene.probe = ProbePolicy(http: HTTPProbe(path: "/healthz"), intervalSeconds: 7, timeoutSeconds: 2)
        return scene
    }

    private func change(_ scene: inout EvidenceScene, _ template: String, _ path: [String], _ value: JSONValue) {
        scene.template = scene.template.map { entry in
            var entry = entry
            if entry.name == template { entry.object.set(value, at: path) }
            return entry
        }
    }

    @Test("the host of a server is looked at under the address of the Service, at the port that leads to the server")
    func shop() throws {
        let plan = try scene().plan()
        #expect(plan.queries.count == 2)
        for query in plan.queries {
            #expect(query.address == "198.51.100.10" && query.port == 443 && query.host == "checkout.example.com")
            #expect(query.isTLS && query.intervalSeconds == 7 && query.timeoutSeconds == 2 && query.since == "1-a")
        }
        #expect(plan.routes.keys.map(\.name) == ["checkout"] && plan.certificates.count == 1)
    }

    /// Ports of the Service, the port of the server, and the ports at which it is looked at.
    @Test(
        "the port is found as Istio finds it",
        arguments: [
            ([["port": 443, "targetPort": 8443]], 8443, [443]), ([["port": 443, "targetPort": 8443]], 443, [443]),
            ([["port": 443, "targetPort": "https"]], 443, [443]), ([["port": 443, "targetPort": "https"]], 8443, []),
            ([["port": 8443]], 8443, [8443]), ([["port": 443, "targetPort": 9443]], 8443, []),
            (
                [["port": 443, "targetPort": 8443], ["port": 8443, "targetPort": 9999]], 8443, [8443]
            ), ([["port": 443, "targetPort": 8443], ["port": 444, "targetPort": 8443]], 443, [443, 444]),
            ([["port": 443, "targetPort": 8443, "protocol": "UDP"]], 8443, []),
        ] as [([JSONValue], Int64, [Int])])
    func ports(ports: [JSONValue], server: Int64, found: [Int]) throws {
        var scene = try scene()
        let named = ports.enumerated().map { index, port in
            var port = port
            port.set(.string("p\(index)"), at: ["name"])
            return port
        }
        change(&scene, "vip", ["spec", "ports"], .array(named))
        var servers = EvidenceScene.gateway["spec"]?["servers"]?.arrayValue ?? []
        servers[0].set(.integer(server), at: ["port", "number"])
        change(&scene, "gateway", ["spec", "servers"], .array(servers))
        #expect(Set(try scene.plan().queries.map(\.port)).sorted() == found)
    }

    @Test(
        "neither a wildcard nor a host that the policy leaves out is looked at, and a wildcard covers one that it names"
    )
    func hosts() throws {
        var scene = try scene()
        let wildcard: JSONValue = ["*.example.com"]
        change(&scene, "route", ["spec", "hosts"], wildcard)
        var servers = EvidenceScene.gateway["spec"]?["servers"]?.arrayValue ?? []
        servers[0].set(wildcard, at: ["hosts"])
        change(&scene, "gateway", ["spec", "servers"], .array(servers))
        scene.facts[.secret(EvidenceScene.secret)] = try TestSecrets.answer(names: ["*.example.com"])
        #expect(try scene.plan().queries.isEmpty)
        scene.probe?.http?.hosts = ["a.example.com", "a.example.org"]
        #expect(try scene.plan().queries.map(\.host) == ["a.example.com"])
    }

    /// Protocol and TLS of the server, and how many requests are made to it.
    @Test(
        "a request is made only to a server that answers it itself, to whoever asks",
        arguments: [
            ("HTTP", nil, [false]), ("HTTP", ["httpsRedirect": true], []), ("HTTP2", nil, [false]),
            ("HTTPS", ["mode": "SIMPLE", "credentialName": "checkout-tls"], [true]),
            ("HTTPS", ["mode": "MUTUAL", "credentialName": "checkout-tls"], []),
            ("TLS", ["mode": "PASSTHROUGH"], []), ("TCP", nil, []),
        ] as [(String, JSONValue?, [Bool])])
    func protocols(name: String, tls: JSONValue?, found: [Bool]) throws {
        var scene = try scene()
        let server: JSONValue = [
            "port": ["number": 8443, "name": "p", "protocol": .string(name)], "hosts": ["checkout.example.com"],
        ]
        var servers = [server]
        if let tls { servers[0].set(tls, at: ["tls"]) }
        change(&scene, "gateway", ["spec", "servers"], .array(servers))
        let answers = try scene.plan().queries.filter { query in
            if case .answer = query.expectation { true } else { false }
        }
        #expect(answers.map(\.isTLS) == found)
    }

    @Test("with tls off no certificate is looked at, without an address nothing is")
    func off() throws {
        var scene = try scene()
        scene.probe?.tls = false
        #expect(try scene.plan().certificates.isEmpty && scene.plan().queries.count == 1)
        scene.changes = [:]
        #expect(try scene.plan().queries.isEmpty)
    }

    @Test("no target is looked at in more than so many places, and what was left out is not claimed")
    func limit() throws {
        var scene = try scene()
        let hosts = JSONValue.array((0..<40).map { .string("h\($0).example.com") })
        change(&scene, "route", ["spec", "hosts"], hosts)
        var servers = EvidenceScene.gateway["spec"]?["servers"]?.arrayValue ?? []
        servers[0].set(hosts, at: ["hosts"])
        change(&scene, "gateway", ["spec", "servers"], .array(servers))
        scene.facts[.secret(EvidenceScene.secret)] = try TestSecrets.answer(names: ["*.example.com"])
        #expect(try scene.plan().queries.count == ProbePlan.limit)
        scene.seen = { _ in Verdict(.true, .serving) }
        #expect(try scene.evidence().certificates.map(\.state) == [.ready])
        #expect(try scene.evidence().routes.map(\.level) == [.resolved])
    }

    @Test("what is expected and what it comes after are part of the question, so that no older look answers it")
    func identity() throws {
        let scene = try scene()
        let references = References(try scene.set().objects.map(\.traffic))
        let evidence = try scene.evidence()
        let policy = try #require(scene.probe)
        let plan = ProbePlan(policy, references, evidence, since: "1-a")
        #expect(plan.queries.isDisjoint(with: ProbePlan(policy, references, evidence, since: "1-a 1.2").queries))
        var renewed = scene
        renewed.facts[.secret(EvidenceScene.secret)] = try TestSecrets.answer(to: 91 * 86_400)
        #expect(try renewed.plan().queries.intersection(plan.queries).count == 1)
    }
}
