import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import Testing

@testable import KubeRuntime
@testable import Operator

@Suite("The NameService reconciler")
struct NameServiceReconcilerTests {
    private typealias Scene = NameServerScene
    private static let hostname = "x.example.com"
    private static let spec: JSONValue = [
        "hostnames": [.string(hostname)], "ttlSeconds": 60, "provider": "external-dns",
        "targetRef": ["name": "checkout"],
    ]
    private static let rows = [Scene.row("a", "198.51.100.1"), Scene.row("b", "198.51.100.2", inService: false)]
    private static let resolved = NameExpectationTests.answer(["198.51.100.1"])

    private static func endpoint(_ targets: JSONValue...) -> [JSONValue] {
        [["dnsName": .string(hostname), "recordType": "A", "recordTTL": 60, "targets": .array(targets)]]
    }

    @Test("makes the NameService that spec.dns asks for, and publishes the targets in service")
    func publishes() async throws {
        let scene = Scene([Scene.accessPoint(rows: Self.rows)])
        try await scene.settle()
        let made = try #require(scene.object(Names.nameServices))
        #expect(made["spec"] == Self.spec)
        #expect(made.value("metadata", "labels", Names.Label.uid) == "u1")
        #expect(made.value("metadata", "ownerReferences")?[0]?["uid"] == "u1")
        #expect(scene.endpoints == Self.endpoint("198.51.100.1"))
        let endpoint = try #require(scene.object(DNSEndpoint.resource))
        #expect(endpoint.value("metadata", "ownerReferences")?[0]?["uid"] == made.value("metadata", "uid"))
        #expect(scene.condition("Published")?.reason == "RecordsPublished")
        #expect(scene.condition("Ready")?.status == .unknown)
    }

    @Test("writes nothing while nothing changes")
    func quiet() async throws {
        let scene = Scene([Scene.accessPoint(rows: Self.rows)])
        try await scene.settle()
        scene.resolve(Self.hostname, Self.resolved)
        try await scene.settle()
        let fresh = Scene([
            Scene.accessPoint(rows: Self.rows), try #require(scene.object(Names.nameServices)),
            try #require(scene.object(DNSEndpoint.resource)),
        ])
        _ = fresh.lookup.book.need([Self.hostname], for: Scene.key)
        try await fresh.settle()
        #expect(fresh.writes == [])
        // And after a restart nothing is forgotten before it is looked up anew.
        #expect(fresh.condition("Ready") == scene.condition("Ready"))
    }

    @Test("never takes the last records away, whatever becomes of the targets")
    func never() async throws {
        let scene = Scene([Scene.accessPoint(rows: Self.rows)])
        try await scene.settle()
        let broken = [
            Scene.accessPoint(rows: [Scene.row("a", "198.51.100.1", inService: false)]), Scene.accessPoint(),
            Scene.accessPoint(rows: [["name": "a", "phase": "Unreachable"]]),
        ]
        for (index, accessPoint) in broken.enumerated() {
            let next = Scene([
                accessPoint, try #require(scene.object(Names.nameServices)),
                try #require(scene.object(DNSEndpoint.resource)),
            ])
            try await next.settle()
            #expect(next.endpoints == Self.endpoint("198.51.100.1"), "\(index)")
            #expect(next.condition("Published")?.reason == (index == 2 ? "RecordsPublished" : "RecordsHeld"))
            #expect(!next.writes.contains { $0.contains("dnsendpoints") }, "\(index)")
        }
    }

    @Test("keeps the records of a status that was lost, while no target is in service")
    func lostStatus() async throws {
        let endpoint: JSONValue = [
            "apiVersion": "externaldns.k8s.io/v1alpha1", "kind": "DNSEndpoint",
            "metadata": [
                "name": "checkout", "namespace": "shop", "uid": "e1", "resourceVersion": "3",
                "labels": [Names.Label.managedBy: .string(Names.managedBy), Names.Label.uid: "n1"],
            ], "spec": ["endpoints": .array(Self.endpoint("198.51.100.9"))],
        ]
        let scene = Scene([Scene.accessPoint(), Scene.nameService(Self.spec), endpoint])
        try await scene.settle()
        #expect(scene.endpoints == Self.endpoint("198.51.100.9"))
    }

    @Test("a DNSEndpoint that somebody deleted or changed is put right, and looked at each minute")
    func repaired() async throws {
        let scene = Scene([Scene.accessPoint(rows: Self.rows)])
        try await scene.settle()
        let made = [scene.object(Names.nameServices), scene.object(DNSEndpoint.resource)].compactMap(\.self)
        var changed = try #require(made.last)
        changed.set([], at: ["spec", "endpoints"])
        for left in [[made[0]], [made[0], changed]] {
            let next = Scene([Scene.accessPoint(rows: Self.rows)] + left)
            let outcome = await (try next.reconciler()).reconcile(Scene.key)
            #expect(next.endpoints == Self.endpoint("198.51.100.1"))
            guard case .requeue(after: let wait) = outcome else {
                Issue.record("it is not looked at again")
                continue
            }
            #expect(wait <= .seconds(60))
        }
    }

    @Test("leaves alone what a person has made under the same name")
    func foreign() async throws {
        let other: JSONValue = ["hostnames": ["y.example.com"], "addresses": [["name": "a", "value": "198.51.100.9"]]]
        let scene = Scene([Scene.accessPoint(rows: Self.rows), Scene.nameService(other, of: nil)])
        try await scene.settle()
        #expect(scene.object(Names.nameServices)?["spec"] == other)
        #expect(scene.endpoints?.first?["dnsName"] == "y.example.com")
        let accessPoint = try #require(scene.host.accessPoints.get(Scene.key))
        #expect(NamesSeen(accessPoint, host: scene.host)?.verdict.reason == .nameServiceForeign)

        let endpoint: JSONValue = [
            "apiVersion": "externaldns.k8s.io/v1alpha1", "kind": "DNSEndpoint",
            "metadata": ["name": "checkout", "namespace": "shop", "uid": "e1", "resourceVersion": "3"],
            "spec": ["endpoints": []],
        ]
        let second = Scene([Scene.accessPoint(rows: Self.rows), endpoint])
        try await second.settle()
        #expect(second.object(DNSEndpoint.resource) == endpoint)
        #expect(second.condition("Published")?.reason == "DNSEndpointForeign")
        #expect(second.host.nameServices.get(Scene.key)?.status?["records"] == nil)
    }

    @Test("tells that external-dns is not there, and looks again")
    func unserved() async throws {
        let scene = Scene([Scene.accessPoint(rows: Self.rows)], servesEndpoints: false)
        try await scene.settle()
        #expect(scene.condition("Published")?.reason == "DNSEndpointsNotServed")
        let reconciler = try scene.reconciler()
        guard case .requeue(after: let wait) = await reconciler.reconcile(Scene.key) else {
            Issue.record("it is not looked at again")
            return
        }
        #expect(wait <= .seconds(15))
        #expect(scene.events == ["DNSEndpointsNotServed"])
    }

    @Test("tells when a name stops to resolve to what is published, and when it does so again")
    func events() async throws {
        let first = Scene([Scene.accessPoint(rows: Self.rows)])
        try await first.settle()
        var service = try #require(first.object(Names.nameServices))
        service.set(.string(Scene.now.adding(seconds: -3600).rfc3339), at: ["status", "recordsTime"])
        let scene = Scene([
            Scene.accessPoint(rows: Self.rows), service, try #require(first.object(DNSEndpoint.resource)),
        ])
        _ = scene.lookup.book.need([Self.hostname], for: Scene.key)
        for (answer, events) in [
            (Self.resolved, [String]()), (NameExpectationTests.answer(["203.0.113.9"]), ["RecordsDiffer"]),
            (Self.resolved, ["RecordsDiffer", "RecordsResolved"]),
        ] {
            scene.resolve(Self.hostname, answer)
            try await scene.settle()
            #expect(scene.events == events)
        }
        #expect(first.events == [])
    }

    @Test("writes nothing once it no longer leads")
    func fenced() async throws {
        let scene = Scene([Scene.accessPoint(rows: Self.rows), Scene.nameService(Self.spec)])
        let lease = RunningOut(after: 1)
        let reconciler = try scene.reconciler { lease.mayWrite }
        _ = await reconciler.reconcile(Scene.key)
        #expect(scene.writes == [])
    }

    @Test("takes away what spec.dns no longer asks for, and what belonged to an AccessPoint that is gone")
    func removes() async throws {
        for accessPoint in [Scene.accessPoint(dns: nil), nil] {
            let scene = Scene([Scene.accessPoint(rows: Self.rows)])
            try await scene.settle()
            let left = [scene.object(Names.nameServices), scene.object(DNSEndpoint.resource), accessPoint]
            let next = Scene(left.compactMap { $0 })
            try await next.settle()
            #expect(next.object(Names.nameServices) == nil)
            #expect(next.object(DNSEndpoint.resource) == nil)
        }
        // A person's own is nobody's leftover.
        let own = Scene([Scene.nameService(Self.spec, of: nil)])
        try await own.settle()
        #expect(own.object(Names.nameServices) != nil)
        #expect(own.condition("Published")?.reason == "AccessPointNotFound")
    }

    @Test("what a watch has not brought yet is not gone: nothing is taken away before the API server has said so")
    func behind() async throws {
        let scene = Scene([Scene.accessPoint(rows: Self.rows)])
        try await scene.settle()
        let made = try #require(scene.object(Names.nameServices))
        let endpoint = try #require(scene.object(DNSEndpoint.resource))
        let asking = Scene.accessPoint(rows: Self.rows)
        var other = Scene.accessPoint(rows: Self.rows)
        other.set("u0", at: ["metadata", "uid"])
        for next in [
            Scene([made, endpoint], unseen: [asking]), Scene([asking, endpoint], unseen: [made]),
            Scene([endpoint], unseen: [asking, made]),
            Scene([Scene.accessPoint(dns: nil), made, endpoint], unseen: [asking]),
            Scene([other, made, endpoint], unseen: [asking]),
        ] {
            try await next.settle()
            #expect(!next.writes.contains { $0.hasPrefix("DELETE") }, "\(next.writes)")
            #expect(next.object(Names.nameServices) != nil && next.object(DNSEndpoint.resource) != nil)
        }
    }

    @Test("what spec.dns asks for takes the place of all that others have put into its NameService")
    func edited() async throws {
        var spec = Self.spec
        spec["hostnames"] = ["person.example.com", .string(Self.hostname)]
        spec["weights"] = [["regions": ["eu"], "weight": 7]]
        let scene = Scene([Scene.accessPoint(rows: Self.rows), Scene.nameService(spec)])
        try await scene.settle()
        #expect(scene.object(Names.nameServices)?["spec"] == Self.spec)
        // Server-side apply would merge; and it is published in the same turn.
        #expect(scene.writes.first?.hasPrefix("PUT") == true)
        #expect(scene.endpoints == Self.endpoint("198.51.100.1"))
    }

    @Test("records that could not be handed over are not what names are held against")
    func notHandedOver() async throws {
        let status: JSONValue = [
            "records": [["target": "a", "type": "A", "values": ["198.51.100.9"], "weight": 100]],
            "hostnames": [["hostname": .string(Self.hostname)]], "recordsTime": "2020-01-01T00:00:00Z",
        ]
        let scene = Scene(
            [Scene.accessPoint(rows: Self.rows), Scene.nameService(Self.spec, status: status)], servesEndpoints: false)
        scene.resolve(Self.hostname, NameExpectationTests.answer(["198.51.100.9"]))
        try await scene.settle()
        #expect(scene.condition("Published")?.status == .false)
        #expect(scene.condition("Resolved")?.reason == "RecordsResolved")
    }

    @Test("another zone of a target is news for names, whose weights go by it; other fields of its row are none")
    func concerned() throws {
        let host = Scene([Scene.accessPoint(), Scene.nameService(Self.spec)]).host
        func change(_ field: String) throws -> [ObjectKey] {
            func object(_ value: JSONValue) throws -> KubeObject {
                var row = Scene.row("a", "198.51.100.1")
                row[field] = value
                return try KubeObject(Scene.accessPoint(rows: [row]))
            }
            return host.names(
                concernedBy: StoreChange(key: Scene.key, before: try object("x"), after: try object("y")),
                of: AccessPoint.self)
        }
        for field in ["region", "availabilityZone"] {
            #expect(try change(field).contains(Scene.key), "\(field)")
        }
        #expect(try change("message") == [])
    }

    @Test("a hostname stays with the NameService that publishes it, or else goes to the oldest")
    func claims() async throws {
        func spec(_ address: String) -> JSONValue {
            ["hostnames": [.string(Self.hostname)], "addresses": [["name": "a", "value": .string(address)]]]
        }
        let published: JSONValue = ["hostnames": [["hostname": .string(Self.hostname)]]]
        func scene(_ status: JSONValue) -> Scene {
            Scene([
                Scene.nameService(spec("198.51.100.1"), name: "old", uid: "n1", of: nil, age: 100),
                Scene.nameService(spec("198.51.100.2"), name: "new", uid: "n2", of: nil, age: 50, status: status),
            ])
        }
        for (status, winner, loser) in [([:], "old", "new"), (published, "new", "old")] as [(JSONValue, String, String)]
        {
            let scene = scene(status)
            for name in [loser, winner] { try await scene.settle(ObjectKey(namespace: "shop", name: name)) }
            let (won, lost) = (ObjectKey(namespace: "shop", name: winner), ObjectKey(namespace: "shop", name: loser))
            #expect(scene.condition("Published", won)?.reason == "RecordsPublished")
            #expect(scene.condition("Published", lost)?.reason == "HostnameTaken")
            #expect(scene.condition("Ready", lost)?.message.contains("belongs to NameService shop/\(winner)") == true)
            #expect(scene.object(DNSEndpoint.resource, lost) == nil)
        }
    }

    @Test(
        "a spec that cannot be followed leaves the records as they are",
        arguments: [
            ("provider", JSONValue.string("nowhere"), "ProviderUnknown"), ("hostnames", .array(["X"]), "Invalid"),
            ("targetRef", .object(["name": "gone"]), "AccessPointNotFound"),
        ])
    func refused(field: String, value: JSONValue, reason: String) async throws {
        var spec = Self.spec
        spec[field] = value
        let status: JSONValue = [
            "records": [["target": "a", "type": "A", "values": ["198.51.100.1"], "weight": 100]],
            "hostnames": [["hostname": .string(Self.hostname), "ready": true]], "recordCount": 4,
        ]
        let scene = Scene([Scene.accessPoint(dns: nil), Scene.nameService(spec, of: nil, status: status)])
        try await scene.settle()
        #expect(scene.condition("Published")?.reason == reason)
        #expect(scene.condition("Ready")?.status == .false)
        #expect(scene.host.nameServices.get(Scene.key)?.status?["records"]?.arrayValue?.count == 1)
        #expect(scene.host.nameServices.get(Scene.key)?.status?["recordCount"] == 4)
        #expect(!scene.writes.contains { $0.contains("dnsendpoints") })
    }
}

@Suite("Names in the status of an AccessPoint")
struct NamesSeenTests {
    private static func seen(_ status: Condition.Status, _ reason: ReasonCode, ready: Bool?) -> NamesSeen {
        var seen = NamesSeen(Verdict(status, reason, "words"))
        for hostname in ["checkout.example.com", "other.example.com"] {
            var state = NameState(hostname: hostname)
            (state.ready, state.message) = (ready, ready == true ? "" : "words")
            seen.hostnames.append(("checkout", state))
        }
        return seen
    }

    @Test("count for Ready, and have a condition, where they are asked for")
    func condition() throws {
        for (status, reason) in [
            (Condition.Status.true, ReasonCode.recordsResolved), (.false, .recordsMissing),
            (.unknown, .resolverUnreachable),
        ] {
            var scene = StatusScene.done()
            scene.input.names = Self.seen(status, reason, ready: status.bool)
            let conditions = try scene.status().conditions
            #expect(conditions["DNSReady"]?.status == status)
            #expect(conditions["Ready"]?.status == status)
            #expect(conditions["Ready"]?.reason == (status == .true ? "TargetsReady" : reason.rawValue))
        }
        #expect(try StatusScene.done().status().conditions["DNSReady"] == nil)
    }

    @Test("while targets are looked at anew, what names said before is said anew and does not stand")
    func standing() throws {
        var before = StatusScene.done()
        before.input.names = Self.seen(.false, .recordsMissing, ready: false)
        var after = before
        after.previous = try before.status()
        #expect(after.previous.fqdns.map(\.ready) == [false, false])
        after.input.targets[0].evidence = nil
        after.input.names = Self.seen(.true, .recordsResolved, ready: true)
        let rows = try after.status().fqdns
        #expect(rows.map(\.hostname) == ["checkout.example.com", "other.example.com"])
        #expect(rows.map(\.ready) == [nil, true])
        #expect(rows.map(\.message) == ["", ""])
        // A name that no NameService has any more is gone.
        after.input.names = nil
        let last = try after.status().fqdns
        #expect(last.map(\.hostname) == ["checkout.example.com"])
    }

    @Test("a host that targets serve is ready when it also resolves, and one that none serves is shown too")
    func rows() {
        var served = HostnameStatus(hostname: "checkout.example.com")
        (served.ready, served.targets) = (true, 3)
        for (ready, expected) in [(true, true), (false, false), (nil, nil)] as [(Bool?, Bool?)] {
            let rows = Self.seen(.true, .recordsResolved, ready: ready).merged(into: [served])
            #expect(rows.map(\.hostname) == ["checkout.example.com", "other.example.com"])
            #expect(rows.allSatisfy { $0.ready == expected && $0.nameService == "checkout" })
            #expect(rows.first?.targets == 3 && rows.last?.targets == nil)
        }
        served.ready = false
        served.message = "no route"
        #expect(Self.seen(.true, .recordsResolved, ready: nil).merged(into: [served]).first?.message == "no route")
    }
}
