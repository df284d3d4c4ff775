import AccessPointAPI
import JSONValue
import KubeModel
import Rollout
import Testing
import TrafficModel

@testable import Operator

@Suite("Evidence: what is stored in a target")
struct StoredEvidenceTests {
    @Test("a target in which everything is as rendered is good")
    func good() throws {
        let evidence = try EvidenceScene.shop().evidence()
        #expect(evidence.finding == .good)
        #expect(evidence.stored == Verdict(.true, .stored))
        #expect(!evidence.isDrifted)
        #expect(evidence.resources.total == 3 && evidence.resources.applied == 3 && evidence.resources.ready == 3)
        #expect(evidence.inventory.map(\.applied) == [true, true, true])
        #expect(evidence.inventory.map(\.uid) == ["uid-vip", "uid-gateway", "uid-route"])
    }

    @Test("an object that is not there is bad and drift")
    func missing() throws {
        var scene = try EvidenceScene.shop()
        scene.absent = ["gateway"]
        let evidence = try scene.evidence()
        #expect(evidence.stored == Verdict(.false, .objectMissing, "Gateway shop/checkout does not exist"))
        #expect(evidence.isDrifted)
        #expect(evidence.finding == .bad("ObjectMissing: Gateway shop/checkout does not exist"))
        #expect(evidence.resources.applied == 2)
    }

    @Test("an object that was changed is bad and drift, and the first places are named")
    func changed() throws {
        var scene = try EvidenceScene.shop()
        scene.changes["route"] = { $0.set(["other.example.com"], at: ["spec", "hosts"]) }
        let evidence = try scene.evidence()
        #expect(evidence.objects.map(\.state).contains(.differs(["/spec/hosts/0"])))
        #expect(evidence.stored.reason == .objectDiffers)
        #expect(evidence.isDrifted)
        #expect(evidence.inventory.last?.applied == false)
        #expect(evidence.inventory.last?.reason == "ObjectDiffers")
    }

    @Test("each place that differs is listed with both values, who wrote it and since when, and keeps its time")
    func driftDetail() throws {
        var scene = try EvidenceScene.shop()
        let long = String(repeating: "x", count: 500)
        scene.changes["route"] = {
            $0.set(["other.example.com"], at: ["spec", "hosts"])
            $0.set(.string(long), at: ["spec", "exportTo"])
            $0.set(
                [
                    [
                        "manager": "kubectl-edit", "time": "2026-11-20T22:14:05Z",
                        "fieldsV1": ["f:spec": ["f:hosts": [:]]],
                    ]
                ], at: ["metadata", "managedFields"])
        }
        scene.absent = ["gateway"]
        let first = try scene.evidence().drift(after: [], now: scene.now)
        try #require(first.count == 3)
        #expect(first[0].kind == "Gateway" && first[0].pointer == "" && first[0].change == .missing)
        let hosts = try #require(first.first { $0.pointer == "/spec/hosts/0" })
        #expect(hosts.ours == "\"checkout.example.com\"" && hosts.live == "\"other.example.com\"")
        #expect(hosts.manager == "kubectl-edit" && hosts.change == .changed && hosts.firstSeenTime == scene.now)
        let extra = try #require(first.first { $0.pointer == "/spec/exportTo" })
        #expect(
            extra.change == .extra && extra.live.unicodeScalars.count <= DriftEntry.valueLimit && extra.manager == "")
        // Another value at the same place is no other place; what is new has its own time.
        scene.changes["route"] = { $0.set(["third.example.com"], at: ["spec", "hosts"]) }
        scene.absent = ["vip"]
        let later = scene.now.adding(seconds: 60)
        let second = try scene.evidence().drift(after: first, now: later)
        #expect(second.map(\.firstSeenTime) == [later, scene.now])
        #expect(try EvidenceScene.shop().evidence().drift(after: second, now: later).isEmpty)
    }

    @Test("what a repair puts back is named with the first place and who wrote it, without what could draw")
    func repairable() throws {
        var scene = try EvidenceScene.shop()
        #expect(try scene.evidence().objects.compactMap(\.repairable).isEmpty)
        let hosts = "VirtualService shop/checkout at /spec/hosts/0"
        for (manager, words) in [
            ("kubectl-edit", " (written by kubectl-edit)"), ("a\u{1b}[2J\nb", " (written by a [2J b)"),
            (String(repeating: "m", count: 500), " (written by \(String(repeating: "m", count: 63))…)"),
        ] {
            scene.changes["route"] = {
                $0.set(["other.example.com"], at: ["spec", "hosts"])
                let fields: JSONValue = ["f:spec": ["f:hosts": [:]]]
                $0.set([["manager": .string(manager), "fieldsV1": fields]], at: ["metadata", "managedFields"])
            }
            #expect(try scene.evidence().objects.compactMap(\.repairable) == [hosts + words])
        }
        scene.changes["route"] = { $0.set(["other.example.com"], at: ["spec", "hosts"]) }
        scene.absent = ["gateway"]
        #expect(
            try scene.evidence().objects.compactMap(\.repairable) == ["Gateway shop/checkout (was gone)", hosts])
    }

    @Test("no member can make the list long")
    func driftLimit() throws {
        var scene = try EvidenceScene.shop()
        scene.changes["route"] = { json in
            for index in 0..<100 { json.set(1, at: ["spec", "extra\(index)"]) }
        }
        let evidence = try scene.evidence()
        #expect(evidence.drift(after: [], now: scene.now).count == ObjectEvidence.listedDifferences)
        #expect(evidence.isDriftCut)
    }

    @Test("a list that was cut says so, and one that just fits does not", arguments: [8, 9])
    func driftCut(_ count: Int) throws {
        var scene = try EvidenceScene.shop()
        scene.changes["route"] = { json in
            for index in 0..<count { json.set(1, at: ["spec", "extra\(index)"]) }
        }
        var evidence = try scene.evidence()
        #expect(evidence.isDriftCut == (count > 8))
        #expect(evidence.drift(after: [], now: scene.now).count == 8)
        // Many objects with few differences each are too many for a target.
        let object = try #require(evidence.objects.first { !$0.differences.isEmpty })
        for (copies, isCut) in [(4, count > 8), (5, true)] {
            evidence.objects = Array(repeating: object, count: copies)
            #expect(evidence.isDriftCut == isCut)
            #expect(evidence.drift(after: [], now: scene.now).count == 32)
        }
    }

    @Test("an object of a revision that this host does not know is not put back, nor is anything beside it")
    func historyRegressed() throws {
        var scene = try EvidenceScene.shop()
        scene.changes["route"] = {
            $0.set(["newer.example.com"], at: ["spec", "hosts"])
            $0.set("0123456789abcdef", at: ["metadata", "annotations", Names.Annotation.hash])
        }
        scene.absent = ["gateway"]
        let evidence = try scene.evidence()
        #expect(!evidence.isDrifted)
        #expect(evidence.isStrange)
        #expect(evidence.drift?.reason == .historyRegressed)
        #expect(evidence.drift?.message.contains("0123456789abcdef") == true)
        guard case .bad = evidence.finding else { return #expect(Bool(false), "\(evidence.finding)") }
        // One that an older revision of this host renders is drift like any other.
        scene.knownHashes = ["0123456789abcdef"]
        #expect(try scene.evidence().isDrifted)
    }

    @Test("who changes an object by hand leaves the hash, and what was changed is put back")
    func editedByHand() throws {
        var scene = try EvidenceScene.shop()
        scene.changes["route"] = { $0.set(["other.example.com"], at: ["spec", "hosts"]) }
        #expect(try scene.evidence().isDrifted)
        #expect(try !scene.evidence().isStrange)
    }

    @Test("kinds that drift are told once each, and what is not put back is none of them")
    func kinds() throws {
        var scene = try EvidenceScene.shop()
        #expect(try scene.evidence().driftedKinds == [])
        scene.changes["route"] = { $0.set(["other.example.com"], at: ["spec", "hosts"]) }
        #expect(try scene.evidence().driftedKinds == ["VirtualService"])
        scene.absent = ["gateway"]
        let evidence = try scene.evidence()
        #expect(evidence.driftedKinds == ["Gateway", "VirtualService"])
        var twice = evidence
        twice.objects += evidence.objects
        #expect(twice.driftedKinds == ["Gateway", "VirtualService"])
        scene.changes["route"] = { $0.set(nil, at: ["metadata", "labels"]) }
        #expect(try scene.evidence().driftedKinds == ["Gateway"])
    }

    @Test("an object that is not ours is bad, and nothing that could be put back")
    func foreign() throws {
        var scene = try EvidenceScene.shop()
        scene.changes["route"] = { $0.set(nil, at: ["metadata", "labels"]) }
        let evidence = try scene.evidence()
        #expect(evidence.stored.reason == .objectExists)
        #expect(!evidence.isDrifted)
        guard case .bad = evidence.finding else { return #expect(Bool(false), "\(evidence.finding)") }
    }

    @Test("an object that is being deleted does not count as stored")
    func terminating() throws {
        var scene = try EvidenceScene.shop()
        scene.changes["route"] = { $0.set("2026-01-01T00:00:00Z", at: ["metadata", "deletionTimestamp"]) }
        let evidence = try scene.evidence()
        #expect(evidence.stored.reason == .objectTerminating)
        #expect(!evidence.isDrifted)
    }

    @Test("while the lists are not complete nothing counts as missing, and nothing can be told")
    func incomplete() throws {
        var scene = try EvidenceScene.shop()
        scene.isComplete = false
        scene.absent = ["vip", "gateway", "route"]
        let evidence = try scene.evidence()
        #expect(evidence.stored.status == .unknown)
        #expect(!evidence.isDrifted)
        guard case .cannotTell = evidence.finding else { return #expect(Bool(false), "\(evidence.finding)") }
        #expect(evidence.inventory.map(\.applied) == [nil, nil, nil])
    }

    @Test("while the lists are not complete a bad certificate does not decide either")
    func incompleteAndBad() throws {
        var scene = try EvidenceScene.shop(.notFound)
        scene.isComplete = false
        guard case .cannotTell = try scene.evidence().finding else { return #expect(Bool(false)) }
    }

    @Test("a set asks only for what it has", arguments: [["vip"], ["gateway"], ["route"], []])
    func asksOnly(for kept: [String]) throws {
        var scene = try EvidenceScene.shop()
        let backend: JSONValue = [
            "apiVersion": "v1", "kind": "Service", "metadata": ["name": "backend"],
            "spec": ["selector": ["app": "backend"], "ports": [["name": "http", "port": 8080]]],
        ]
        scene.template = scene.template.filter { kept.contains($0.name) } + [EvidenceScene.entry("backend", backend)]
        let evidence = try scene.evidence()
        #expect((evidence.addressesReady != nil) == kept.contains("vip"))
        #expect((evidence.certificatesReady != nil) == kept.contains("gateway"))
        #expect((evidence.routesReady != nil) == kept.contains("route"))
        #expect((evidence.references != nil) == (kept.contains("gateway") || kept.contains("route")))
        #expect(evidence.stored.status == .true)
    }

    @Test(
        "False beats Unknown beats True",
        arguments: [
            ([.true], .true), ([.true, .unknown], .unknown), ([.unknown, .true], .unknown),
            ([.unknown, .false], .false), ([.false, .unknown], .false), ([.true, .false, .unknown], .false),
            ([.true, .true], .true),
        ] as [([Condition.Status], Condition.Status)])
    func worst(_ statuses: [Condition.Status], _ worst: Condition.Status) {
        #expect(Verdict.worst(statuses.map { Verdict($0, .stored) })?.status == worst)
    }

    @Test("no verdict at all is none, and of equal ones the first is told")
    func ties() {
        #expect(Verdict.worst([]) == nil)
        let verdicts = [Verdict(.false, .expired), Verdict(.false, .objectMissing)]
        #expect(Verdict.worst(verdicts)?.reason == .expired)
    }

    /// Each aspect in each of three states, and what the gate must then be told.
    @Test(
        "the gate is told the worst of what was asked for",
        arguments: [Condition.Status.true, .unknown, .false], [Condition.Status.true, .unknown, .false])
    func gate(_ first: Condition.Status, _ second: Condition.Status) {
        let certificate = CertificateEvidence(
            name: "c", hosts: [], state: first == .true ? .ready : first == .false ? .expired : .unreadable,
            message: "certificate")
        let address = AddressEvidence(
            service: EvidenceScene.vip, values: [], verdict: Verdict(second, .addressPending, "address"))
        var evidence = TargetEvidence()
        (evidence.certificates, evidence.addresses) = ([certificate], [address])
        switch (first, second) {
        case (.true, .true): #expect(evidence.finding == .good)
        case (.false, _), (_, .false):
            guard case .bad = evidence.finding else { return #expect(Bool(false), "\(evidence.finding)") }
        default:
            guard case .cannotTell = evidence.finding else { return #expect(Bool(false), "\(evidence.finding)") }
        }
    }
}
