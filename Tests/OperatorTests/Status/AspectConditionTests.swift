import AccessPointAPI
import JSONValue
import KubeModel
import Testing

@testable import Operator
@testable import Rollout
@testable import TrafficModel

@Suite("Status: the conditions that rest on evidence")
struct AspectConditionTests {
    static let aspects = AspectWords.all.map(\.aspect)
    static let statuses: [Condition.Status] = [.true, .unknown, .false]

    @Test("False beats Unknown beats True, for each aspect and in whichever targets", arguments: aspects, statuses)
    func worst(_ aspect: TargetSight.Aspect, _ first: Condition.Status) throws {
        for second in Self.statuses {
            var scene = StatusScene.done()
            scene.set(aspect, first, of: 0)
            scene.set(aspect, second, of: 2)
            let status = try scene.status()
            let worst: Condition.Status =
                [first, second].contains(.false) ? .false : [first, second].contains(.unknown) ? .unknown : .true
            #expect(status.conditions["Ready"]?.status == worst, "\(aspect) \(first) \(second)")
            if let type = AspectWords.all.first(where: { $0.aspect == aspect })?.type {
                #expect(status.conditions[type]?.status == worst, "\(type) \(first) \(second)")
            }
        }
    }

    @Test("the message counts, and names the worst target and how many others there are")
    func message() throws {
        var scene = StatusScene.done()
        scene.set(.addresses, .unknown, of: 0)
        scene.set(.addresses, .false, of: 1)
        scene.set(.addresses, .false, of: 2)
        #expect(
            try scene.status().message("AddressesReady")
                == "0/3 targets have their addresses; us-east-1: address (and 1 more)")
    }

    @Test("what no target asks for has no condition")
    func notAsked() throws {
        var scene = StatusScene.done()
        for index in 0..<3 {
            scene.input.targets[index].evidence?.addresses = []
            scene.input.targets[index].evidence?.certificates = []
            scene.input.targets[index].evidence?.routes = []
            scene.input.targets[index].evidence?.references = nil
        }
        let status = try scene.status()
        for type in ["AddressesReady", "CertificatesReady", "RoutesReady", "ResolvedRefs"] {
            #expect(status.conditions[type] == nil, "\(type)")
        }
        #expect(status.said("Ready") == "True TargetsReady")
    }

    @Test("a target that holds nothing yet is not asked")
    func notAssigned() throws {
        var scene = StatusScene.canaryGate()
        for name in StatusScene.names.dropFirst() {
            scene.state.rows[name] = nil
            scene.shown[name] = RolloutView.Target(phase: .pending, isUpdated: false, reason: nil)
        }
        scene.input.targets[1].evidence = nil
        scene.input.targets[2].evidence = nil
        let status = try scene.status()
        #expect(status.said("AddressesReady") == "True AddressesAssigned")
        #expect(status.message("AddressesReady") == "1/1 targets have their addresses")
        #expect(status.clusters.map(\.phase) == [.available, .pending, .pending])
        #expect(status.said("Available") == "True MinimumTargetsAvailable")
        #expect(status.message("Available") == "1/3 targets in service")
    }

    // MARK: Warnings about certificates

    @Test("a certificate that ends soon turns CertificatesReady False and closes nothing")
    func expiringSoon() throws {
        var scene = StatusScene.done()
        scene.input.targets[2].evidence?.certificates = [StatusScene.certificate(.expiringSoon, days: 3)]
        let status = try scene.status()
        #expect(status.said("CertificatesReady") == "False ExpiringSoon")
        #expect(status.said("Ready") == "True TargetsReady")
        #expect(status.said("Available") == "True MinimumTargetsAvailable")
        #expect(status.summary.available == 3)
        #expect(status.row("eu-central-1")?.phase == .degraded)
        #expect(status.row("eu-central-1")?.reason == "ExpiringSoon")
    }

    @Test("targets with different versions of a certificate turn CertificatesReady False and close nothing")
    func stale() throws {
        var scene = StatusScene.done()
        scene.input.targets[2].evidence?.certificates = [
            StatusScene.certificate(.ready, version: "41d0aa9c1be2", days: 30)
        ]
        let status = try scene.status()
        #expect(status.said("CertificatesReady") == "False CertificateStale")
        #expect(
            status.message("CertificatesReady")
                == "eu-central-1: checkout-tls is version 41d0aa9c1be2, others have 9f2c51ab77e0")
        #expect(status.said("Ready") == "True TargetsReady")
        let certificate = try #require(status.certificates.first)
        #expect(certificate.version == "9f2c51ab77e0" && certificate.serial == "0A9f")
        #expect(certificate.staleClusters == ["eu-central-1"])
        #expect(certificate.targets == 3 && certificate.ready == 3)
        #expect(certificate.notAfter == StatusScene.now.adding(seconds: 30 * 86_400))
        #expect(status.row("eu-central-1")?.message == "checkout-tls is version 41d0aa9c1be2, others have 9f2c51ab77e0")
    }

    @Test("what was issued last is never what is stale, in however few targets, unless it does not serve")
    func renewed() throws {
        var scene = StatusScene.done()
        var new = StatusScene.certificate(.ready, version: "41d0aa9c1be2", days: 30)
        func staleClusters() throws -> [String] {
            scene.input.targets[2].evidence?.certificates = [new]
            return try #require(try scene.status().certificates.first).staleClusters
        }
        for index in 0..<2 {
            var old = StatusScene.certificate(.ready)
            old.notBefore = StatusScene.now.adding(seconds: -90 * 86_400)
            scene.input.targets[index].evidence?.certificates = [old]
        }
        new.notBefore = StatusScene.now.adding(seconds: -60)
        #expect(try staleClusters() == ["us-east-1", "us-west-1"])
        #expect(try scene.status().message("CertificatesReady").contains("is version 9f2c51ab77e0"))
        // A look at the VIP that came to nothing, or the only one that has it away, makes it no older.
        new.state = .probeInconclusive
        #expect(try staleClusters() == ["us-east-1", "us-west-1"])
        new.state = .ready
        #expect(try staleClusters() == ["us-east-1", "us-west-1"])
        try scene.store()
        scene.input.targets[2].reachability = .unreachable(lastSeen: nil)
        #expect(try staleClusters() == ["us-east-1", "us-west-1"])
        scene.input.targets[2].reachability = .reachable
        new.notBefore = StatusScene.now.adding(seconds: -91 * 86_400)
        #expect(try staleClusters() == ["eu-central-1"])
        new.notBefore = StatusScene.now.adding(seconds: 600)
        new.state = .notYetValid
        #expect(try staleClusters() == ["eu-central-1"])
    }

    @Test("a warning hides neither what is wrong in earnest nor, from Ready, what is unknown")
    func warningBesideWorse() throws {
        var scene = StatusScene.done()
        scene.input.targets[0].evidence?.certificates = [StatusScene.certificate(.expiringSoon, days: 3)]
        scene.set(.certificates, .unknown, of: 1)
        #expect(try scene.status().said("CertificatesReady") == "False ExpiringSoon")
        #expect(try scene.status().said("Ready") == "Unknown SecretUnreadable")
        scene.set(.certificates, .false, of: 2)
        #expect(try scene.status().said("CertificatesReady") == "False Expired")
        #expect(try scene.status().said("Ready") == "False Expired")
    }

    @Test("what does not get along with objects of others is told beside the references, and closes nothing")
    func neighbours() throws {
        var scene = StatusScene.done()
        let finding = Finding(
            rule: "NeighbourServer", code: "IST0145", severity: .warning, kind: .gateway,
            key: ObjectKey(namespace: "shop", name: "web"), pointer: JSONPointer(tokens: ["spec"]),
            message: "it clashes", remedy: "change it", source: "")
        scene.input.targets[1].evidence?.neighbours = [finding, finding]
        scene.input.targets[2].evidence?.neighbours = [finding]
        let status = try scene.status()
        #expect(status.said("ResolvedRefs") == "True ResolvedRefs")
        let name = StatusScene.names[1]
        #expect(
            status.message("ResolvedRefs")
                == "3/3 targets resolve all references; warning: \(name): Gateway shop/web spec: it clashes; change it "
                + "(IST0145 NeighbourServer) (and 2 more)")
        #expect(status.said("Ready") == "True TargetsReady")
        #expect(status.clusters.allSatisfy { $0.phase == .available })
        // After a restart what was said stands until all have been looked at anew.
        scene.previous = status
        var restarted = scene
        for index in scene.input.targets.indices { restarted.input.targets[index].evidence = nil }
        #expect(try restarted.status().message("ResolvedRefs") == status.message("ResolvedRefs"))
        // The same while the evidence is there and the neighbours of one target are not.
        scene.input.targets[1].evidence?.neighbours = nil
        #expect(try scene.status().message("ResolvedRefs") == status.message("ResolvedRefs"))
        scene.input.targets[1].evidence?.neighbours = []
        #expect(
            try scene.status().message("ResolvedRefs").hasPrefix(
                "3/3 targets resolve all references; warning: \(StatusScene.names[2]): Gateway"))
        scene.input.targets[2].evidence?.neighbours = []
        #expect(try scene.status().message("ResolvedRefs") == "3/3 targets resolve all references")
    }

    // MARK: Clusters that cannot be looked into

    @Test("the parts of a target that does not answer are Unknown, and its row tells when it was last seen")
    func unreachable() throws {
        var scene = StatusScene.done()
        try scene.store()
        let lastSeen = StatusScene.now.adding(seconds: -40)
        scene.input.targets[1].reachability = .unreachable(lastSeen: lastSeen)
        scene.shown["us-east-1"]?.phase = .unreachable
        let status = try scene.status(at: StatusScene.now.adding(seconds: 10))
        let row = try #require(status.row("us-east-1"))
        #expect(row.phase == .unreachable && row.reason == "ClusterUnreachable")
        #expect(row.lastSeenTime == lastSeen)
        #expect(row.lastTransitionTime == StatusScene.now.adding(seconds: 10))
        #expect(row.resources == nil && row.certificates == nil && row.routes == nil)
        // The last known addresses stay, so that on its return a change is seen.
        #expect(row.addresses.map(\.value) == ["198.51.100.11"])
        #expect(row.addresses == scene.previous.row("us-east-1")?.addresses)
        for type in ["AddressesReady", "CertificatesReady", "RoutesReady", "ResolvedRefs", "Ready"] {
            #expect(status.said(type) == "Unknown ClusterUnreachable", "\(type)")
            #expect(status.message(type).contains("last seen at \(lastSeen.rfc3339)"), "\(type)")
        }
        #expect(status.said("Available") == "True MinimumTargetsAvailable")
        #expect(status.summary.available == 2)
        #expect(status.fqdns.first?.ready == nil)
        #expect(status.row("us-west-1") == scene.previous.row("us-west-1"))
    }

    @Test("a target that cannot be looked into keeps its last addresses over restarts, one that holds nothing has none")
    func lastAddresses() throws {
        var scene = StatusScene.done()
        try scene.store()
        scene.input.targets[1].evidence = nil
        for reachability in [.unreachable(lastSeen: nil), .unknown, .unauthorised] as [TargetReachability] {
            scene.input.targets[1].reachability = reachability
            try scene.store()
            #expect(try scene.status().row("us-east-1")?.addresses.map(\.value) == ["198.51.100.11"])
        }
        // It answers again, and cannot be read yet.
        scene.input.targets[1].reachability = .reachable
        var blank = StatusScene.evidence(1)
        (blank.isComplete, blank.isWhole, blank.trouble) = (false, false, "forbidden")
        blank.addresses[0].values = []
        (scene.input.targets[1].evidence, scene.input.targets[1].isSettling) = (blank, false)
        #expect(try scene.status().row("us-east-1")?.addresses.map(\.value) == ["198.51.100.11"])
        scene.input.targets[1].reachability = .unreachable(lastSeen: nil)
        scene.state.rows["us-east-1"] = nil
        #expect(try scene.status().row("us-east-1")?.addresses.isEmpty == true)
    }

    @Test("it is the same without the evidence of before")
    func unreachableAndForgotten() throws {
        var scene = StatusScene.done()
        try scene.store()
        scene.input.targets[1].reachability = .unreachable(lastSeen: nil)
        scene.input.targets[1].evidence = nil
        let status = try scene.status()
        #expect(status.said("AddressesReady") == "Unknown ClusterUnreachable")
        #expect(status.said("Ready") == "Unknown ClusterUnreachable")
    }

    @Test(
        "each way of not being able to look has its reason, and only silence has a time",
        arguments: [
            (.unreachable(lastSeen: StatusScene.now), "ClusterUnreachable"), (.unauthorised, "CredentialInvalid"),
            (.forbidden, "Forbidden"), (.identityChanged, "IdentityChanged"),
        ] as [(TargetReachability, String)])
    func blind(_ reachability: TargetReachability, _ reason: String) throws {
        var scene = StatusScene.done()
        scene.input.targets[0].reachability = reachability
        let row = try #require(try scene.status().row("us-west-1"))
        #expect(row.phase == .unreachable && row.reason == reason)
        #expect((row.lastSeenTime != nil) == (reason == "ClusterUnreachable"))
        #expect(row.message.contains("kubectl describe membercluster us-west-1"))
    }

    // MARK: Available

    @Test(
        "Available asks for as many targets as the policy says",
        arguments: [
            (3, 0, .count(1), "True MinimumTargetsAvailable"), (1, 0, .count(1), "True MinimumTargetsAvailable"),
            (0, 0, .count(1), "False MinimumTargetsUnavailable"), (0, 3, .count(1), "Unknown AvailabilityUnknown"),
            (2, 0, .count(3), "False MinimumTargetsUnavailable"), (2, 1, .count(3), "Unknown AvailabilityUnknown"),
            (1, 0, .percent(50), "False MinimumTargetsUnavailable"),
            (2, 0, .percent(50), "True MinimumTargetsAvailable"), (0, 0, .count(0), "True MinimumTargetsAvailable"),
        ] as [(Int, Int, IntOrPercent, String)])
    func available(_ good: Int, _ unknown: Int, _ needed: IntOrPercent, _ said: String) throws {
        var scene = StatusScene.done()
        scene.input.minAvailable = needed
        for index in 0..<3 where index >= good {
            scene.set(.addresses, index < good + unknown ? .unknown : .false, of: index)
        }
        let status = try scene.status()
        #expect(status.said("Available") == said)
        #expect(status.summary.available == good)
    }

    @Test("a target that is not in service is named, with how many others are not")
    func unavailable() throws {
        var scene = StatusScene.done()
        scene.input.minAvailable = .count(3)
        for (index, more) in [(0, ""), (1, " (and 1 more)"), (2, " (and 2 more)")] {
            scene.set(.addresses, .false, of: index)
            #expect(try scene.status().message("Available").hasSuffix("us-west-1 is not\(more)"))
        }
    }

    @Test("while nothing is put back, Ready says so too, with what lets it go on")
    func braked() throws {
        var scene = StatusScene.done()
        scene.set(.stored, .false, of: 1)
        let plain = try scene.status().message("Ready")
        scene.brake = RolloutView.Brake(message: "2 of 3 targets differ", token: "r7/drift/1")
        let status = try scene.status()
        #expect(status.said("Drifted") == "True DriftBrake" && status.said("Ready") == "False ObjectMissing")
        #expect(status.message("Ready").hasPrefix("\(plain); 2 of 3 targets differ. To go on: "))
        #expect(status.message("Ready").contains("accesspoint.io/retry=r7/drift/1"))
    }

    @Test("without targets nothing is available")
    func noTargets() throws {
        var scene = StatusScene.done()
        (scene.input.targets, scene.state.rows, scene.shown) = ([], [:], [:])
        #expect(try scene.status().said("Available") == "False NoTargets")
    }

    // MARK: Drift

    @Test("Drifted is there only while an object of a settled target differs")
    func drifted() throws {
        var scene = StatusScene.done()
        scene.set(.stored, .false, of: 1)
        #expect(try scene.status().said("Drifted") == "True ObjectMissing")
        #expect(try scene.status().row("us-east-1")?.phase == .degraded)
        func flying(_ purpose: JournalEntry.Purpose) throws -> AccessPointStatus {
            var scene = scene
            scene.state.inFlight["us-east-1"] = JournalEntry(
                goal: .revision(StatusScene.new), purpose: purpose, stamp: WriteStamp(epoch: 1, sequence: 2))
            scene.shown["us-east-1"]?.phase = .applying
            return try scene.status()
        }
        #expect(try flying(.update).said("Drifted") == nil)
        #expect(try flying(.repair).said("Drifted") == "True ObjectMissing")
    }

    @Test("whether a target with an object that was changed by hand is in service cannot be told, unless more is wrong")
    func editedByHand() throws {
        var scene = StatusScene.done()
        scene.input.targets[1].evidence?.objects[2].state = .differs(["/spec/http/0/timeout"])
        scene.input.targets[1].evidence?.routes[0].verdict = Verdict(.false, .objectDiffers, "differs")
        var row = try scene.status().row("us-east-1")
        #expect(row?.phase == .degraded && row?.reason == "ObjectDiffers" && row?.inService == nil)
        // And so it stays until it is looked at after a restart.
        try scene.store()
        var restarted = scene
        restarted.input.targets[1].evidence = nil
        #expect(try restarted.status().row("us-east-1")?.inService == nil)
        let stood = try #require(scene.previous.clusters.firstIndex { $0.name == "us-east-1" })
        restarted.previous.clusters[stood].reason = "RejectedByIstio"
        #expect(try restarted.status().row("us-east-1")?.inService == nil)
        restarted.previous.clusters[stood].reason = "ObjectMissing"
        #expect(try restarted.status().row("us-east-1")?.inService == false)
        scene.set(.certificates, .false, of: 1)
        row = try scene.status().row("us-east-1")
        #expect(row?.inService == false)
    }

    @Test("while a target is being written, what was said before stands")
    func beingWritten() throws {
        var scene = StatusScene.done()
        try scene.store()
        let before = scene.previous
        scene.state.inFlight["us-east-1"] = JournalEntry(
            goal: .revision(StatusScene.new), purpose: .update, stamp: WriteStamp(epoch: 1, sequence: 2))
        scene.shown["us-east-1"] = RolloutView.Target(phase: .applying, isUpdated: false, reason: nil)
        for aspect in Self.aspects { scene.set(aspect, .false, of: 1) }
        let status = try scene.status()
        for type in ["AddressesReady", "CertificatesReady", "RoutesReady", "ResolvedRefs"] {
            #expect(status.conditions[type] == before.conditions[type], "\(type)")
        }
        #expect(status.summary.available == 2)
    }

    @Test("once a write meets with trouble, what the target shows counts")
    func troubled() throws {
        var scene = StatusScene.done()
        try scene.store()
        scene.state.inFlight["us-east-1"] = JournalEntry(
            goal: .revision(StatusScene.new), purpose: .update, stamp: WriteStamp(epoch: 1, sequence: 2))
        scene.shown["us-east-1"] = RolloutView.Target(phase: .applying, isUpdated: false, reason: "timed out")
        scene.set(.routes, .false, of: 1)
        let status = try scene.status()
        #expect(status.said("RoutesReady") == "False BackendNotFound")
        #expect(status.row("us-east-1")?.reason == "WriteRetrying")
        #expect(status.row("us-east-1")?.message == "timed out")
    }

    @Test("a write that waits for a webhook is what Ready tells, and not what the webhook keeps from being written")
    func waitsForWebhook() throws {
        var scene = StatusScene.done()
        try scene.store()
        scene.set(.stored, .false, of: 1)
        var failure = RowTests.failure
        func said(flying: Bool, _ reason: ObjectFailure.Reason) throws -> String? {
            var scene = scene
            failure.reason = reason
            scene.input.targets[1].failures = [failure]
            if flying {
                scene.state.inFlight["us-east-1"] = JournalEntry(
                    goal: .revision(StatusScene.new), purpose: .update, stamp: WriteStamp(epoch: 1, sequence: 2))
                scene.shown["us-east-1"] = RolloutView.Target(phase: .applying, isUpdated: false, reason: "again")
            }
            return try scene.status().said("Ready")
        }
        #expect(try said(flying: true, .webhookUnavailable) == "False WebhookUnavailable")
        #expect(try said(flying: true, .outcomeUnknown) == "False ObjectMissing")
        // A failure that is left of a write that is over explains nothing.
        #expect(try said(flying: false, .webhookUnavailable) == "False ObjectMissing")
    }
}
