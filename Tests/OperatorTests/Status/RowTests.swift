import AccessPointAPI
import JSONValue
import KubeModel
import Testing

@testable import Operator
@testable import Rollout
@testable import TrafficModel

@Suite("Status: the row of a target")
struct RowTests {
    static let failure = ObjectFailure(
        template: "route", kind: "VirtualService", key: ObjectKey(namespace: "shop", name: "checkout"),
        reason: .applyFailed, message: "was refused: admission webhook \"validation.istio.io\" denied the request")

    @Test("a row shows where the target is, what it has and what it serves")
    func good() throws {
        var scene = StatusScene.done()
        scene.state.rows["us-west-1"]?.healthyTime = StatusScene.now
        let json = scene.json()
        let row = try #require(try scene.status().clusters.first)
        #expect(row.name == "us-west-1" && row.region == "r0" && row.availabilityZone == "r0-az1")
        #expect(row.phase == .available && row.reason.isEmpty && row.message.isEmpty)
        #expect(row.revision == "7-6c9f8d4b7" && row.updated == true)
        #expect(row.healthyTime == StatusScene.now)
        #expect(row.addresses == [TargetAddress(type: .ipAddress, value: "198.51.100.10", service: "checkout-vip")])
        #expect(row.resources == ResourceCounts(total: 3, applied: 3, ready: 3))
        #expect(
            row.certificates
                == CertificateCounts(
                    total: 1, ready: 1, earliestNotAfter: StatusScene.now.adding(seconds: 90 * 86_400)))
        #expect(row.routes == RouteCounts(total: 1, programmed: 1))
        #expect(row.lastTransitionTime == StatusScene.now)
        #expect(json["clusters"]?[0]?["lastSeenTime"] == nil)
    }

    @Test(
        "the phase is the planner's, until what is there is bad",
        arguments: [
            (.pending, .true, .pending), (.applying, .true, .applying), (.verifying, .unknown, .verifying),
            (.verifying, .false, .verifying), (.soaking, .true, .soaking), (.available, .true, .available),
            (.available, .unknown, .available), (.available, .false, .degraded), (.failed, .false, .failed),
            (.removing, .false, .removing), (.unreachable, .true, .unreachable),
        ] as [(RolloutView.Target.Phase, Condition.Status, TargetPhase)])
    func phases(_ shown: RolloutView.Target.Phase, _ routes: Condition.Status, _ phase: TargetPhase) throws {
        var scene = StatusScene.done()
        scene.shown["us-east-1"]?.phase = shown
        scene.set(.routes, routes, of: 1)
        let row = try #require(try scene.status().row("us-east-1"))
        #expect(row.phase == phase)
        if routes != .true, [.verifying, .available].contains(shown) {
            #expect(row.reason == (routes == .false ? "BackendNotFound" : "RoutesStored"))
            #expect(row.message == "route")
        }
    }

    @Test("the failure of an object is said before anything else", arguments: RolloutView.Target.Phase.allCases)
    func failure(_ phase: RolloutView.Target.Phase) throws {
        var scene = StatusScene.done()
        scene.shown["us-east-1"]?.phase = phase
        scene.input.targets[1].failures = Array(repeating: Self.failure, count: 7)
        let row = try #require(try scene.status().row("us-east-1"))
        #expect(row.reason == "ApplyFailed")
        #expect(row.message == Self.failure.description)
        #expect(row.failedResources.count == 5)
        #expect(
            row.failedResources.first
                == FailedResource(
                    kind: "VirtualService", name: "checkout", reason: "ApplyFailed", message: Self.failure.message))
    }

    @Test(
        "what the planner says of a settled target is put into words",
        arguments: [("Left", "step remove"), ("PassedOver", "VIP pending")])
    func words(_ reason: String, _ words: String) throws {
        var scene = StatusScene.done()
        scene.shown["us-east-1"]?.reason = reason
        scene.state.rows["us-east-1"]?.accepted = Acceptance(revision: StatusScene.new, reason: "VIP pending")
        let row = try #require(try scene.status().row("us-east-1"))
        #expect(row.phase == .available && row.reason == reason)
        #expect(row.message.contains(words))
    }

    @Test("a target that failed without an object says what the planner says")
    func failedAsAWhole() throws {
        var scene = StatusScene.done()
        scene.shown["us-east-1"] = RolloutView.Target(
            phase: .failed, isUpdated: false, reason: "certificate of the API server ended")
        let status = try scene.status()
        #expect(status.row("us-east-1")?.reason == "TargetFailed")
        #expect(status.summary.failed == 1 && status.summary.updated == 2)
    }

    @Test("a failed target stays failed although its cluster no longer answers")
    func failedAndUnreachable() throws {
        var scene = StatusScene.done()
        scene.shown["us-east-1"]?.phase = .failed
        scene.input.targets[1].reachability = .unreachable(lastSeen: StatusScene.now)
        #expect(try scene.status().row("us-east-1")?.phase == .failed)
    }

    @Test("control characters of a member never reach a terminal")
    func controls() throws {
        var scene = StatusScene.done()
        var failure = Self.failure
        failure.message = "bad\u{1B}[31m\r\nred\u{202E}gnp.exe"
        scene.input.targets[1].failures = [failure]
        scene.input.acceptance = .refused(.dryRunFailed, [failure.message])
        let text = scene.json().text()
        #expect(
            !text.contains("\\u001b") && !text.contains("\\n") && !text.contains("\\r") && !text.contains("\u{202E}"))
        #expect(text.contains("bad [31m red gnp.exe"))
    }

    @Test("of a long failure the beginning and the end are told: what could not be done, and what to do")
    func remedy() throws {
        var scene = StatusScene.done()
        var failure = Self.failure
        let middle = String(repeating: "system:serviceaccount:accesspoint-members:operator ", count: 9)
        failure.message = "cannot apply it: \(middle)-- grant the operator's user patch on virtualservices"
        scene.input.targets[1].failures = [failure]
        let row = try #require(try scene.status().row("us-east-1"))
        let told = try #require(row.failedResources.first?.message)
        #expect(told.hasPrefix("cannot apply it: system:") && told.contains("…"))
        #expect(told.hasSuffix("-- grant the operator's user patch on virtualservices"))
        #expect(told.unicodeScalars.count == 256)
        // What was wrong comes before it, and needs more room than that.
        #expect(told.hasPrefix(failure.message.prefix(170)))
        for limit in 0...300 {
            #expect(Text.squeezed(failure.message, to: limit).unicodeScalars.count <= limit)
        }
    }

    @Test("messages keep the length of the schema and whole characters")
    func lengths() throws {
        var scene = StatusScene.done()
        var failure = Self.failure
        failure.message = String(repeating: "👩‍👩‍👧‍👦", count: 200)
        scene.input.targets[1].failures = [failure]
        scene.shown["us-west-1"]?.phase = .verifying
        scene.state.rows["us-west-1"]?.accepted = Acceptance(
            revision: StatusScene.new, reason: String(repeating: "é", count: 300))
        scene.message = String(repeating: "x", count: 700)
        let json = scene.json()
        let row = try #require(json["clusters"]?.arrayValue?.first { $0["name"] == "us-east-1" })
        for message in [row["message"]?.stringValue, row["failedResources"]?[0]?["message"]?.stringValue] {
            let text = try #require(message)
            #expect(text.unicodeScalars.count <= 256 && text.count { $0 == "…" } == 1)
            #expect(text.allSatisfy { $0 != "\u{FFFD}" } && Set(text.unicodeScalars).count <= 40)
        }
        #expect(json["clusters"]?[0]?["acceptedReason"]?.stringValue?.unicodeScalars.count == 256)
        #expect(json.value("rollout", "message")?.stringValue?.unicodeScalars.count == 512)
    }

    // MARK: Order and counts

    @Test("rows are in the order of the plan, then of their names, however the targets come")
    func order() throws {
        var scene = StatusScene.done()
        scene.input.plan = RolloutPlan(steps: [PlanStep(name: "canary", targets: ["us-east-1"])])
        let expected = ["us-east-1", "eu-central-1", "us-west-1"]
        #expect(try scene.status().clusters.map(\.name) == expected)
        scene.input.targets.reverse()
        #expect(try scene.status().clusters.map(\.name) == expected)
    }

    @Test("a target that has left is shown and not counted")
    func left() throws {
        var scene = StatusScene.done()
        scene.input.targets[2].isPlaced = false
        scene.shown["eu-central-1"]?.reason = "Left"
        scene.set(.routes, .false, of: 2)
        let status = try scene.status()
        #expect(status.clusters.count == 3)
        #expect(status.summary.targets == 2 && status.summary.available == 2)
        #expect(status.said("RoutesReady") == "True RoutesResolved")
    }

    @Test("what the rollout remembers of a target nobody else knows keeps its row")
    func remembered() throws {
        var scene = StatusScene.done()
        scene.state.rows["gone-1"] = TargetRow(revision: StatusScene.old)
        scene.state.inFlight["half-1"] = JournalEntry(
            goal: .absent, purpose: .remove, stamp: WriteStamp(epoch: 3, sequence: 4))
        let json = scene.json()
        #expect(try RolloutState(status: json) == scene.state)
        #expect(try scene.status().summary.targets == 3)
        #expect(try scene.status().row("gone-1")?.revision == "6-5d7c8b9f4")
    }

    @Test("the summary counts, and shows the first address and host name with the number of others")
    func summary() throws {
        var scene = StatusScene.canaryGate()
        scene.input.targets[1].evidence?.hosts.append(HostEvidence(hostname: "pay.example.com", verdict: nil))
        let summary = try scene.status().summary
        #expect(summary.targets == 3 && summary.updated == 1 && summary.available == 3 && summary.failed == 0)
        #expect(summary.vips == "198.51.100.10 (+2)")
        #expect(summary.fqdn == "checkout.example.com (+1)")
        #expect(summary.truncated == nil)
    }

    @Test("the first address of the summary is one of a cluster that is there, as long as one is")
    func addressesOfAway() throws {
        var scene = StatusScene.done()
        try scene.store()
        let first = scene.previous.summary.vips
        for index in scene.input.targets.indices {
            scene.input.targets[index].reachability = .unreachable(lastSeen: StatusScene.now)
            let vips = try scene.status().summary.vips
            #expect(vips.hasSuffix(" (+2)"))
            #expect((vips == first) == (index == 2), "\(vips)")
        }
    }

    @Test("an address that a Service has lost is remembered until it has another, and counts for nothing")
    func lostAddress() throws {
        var scene = StatusScene.done()
        try scene.store()
        let lost = [TargetAddress(type: .ipAddress, value: "198.51.100.10", service: "checkout-vip")]
        scene.input.targets[0].evidence?.addresses[0].values = []
        func row() throws -> ClusterRow { try #require(try scene.status().row("us-west-1")) }
        // It stands for as long as the Service has none, whether the cluster can be seen or not.
        for _ in 0..<2 {
            let row = try row()
            #expect(row.addresses == [] && row.lostAddresses == lost)
            #expect(try scene.status().summary.vips == "198.51.100.11 (+1)")
            try scene.store()
        }
        scene.input.targets[0].reachability = .unreachable(lastSeen: StatusScene.now)
        try scene.store()
        #expect(try row().lostAddresses == lost)
        scene.input.targets[0].reachability = .reachable
        let evidence = scene.input.targets[0].evidence
        scene.input.targets[0].evidence = nil
        #expect(try row().lostAddresses == lost)
        scene.input.targets[0].evidence = evidence
        scene.input.targets[0].evidence?.isComplete = false
        #expect(try row().lostAddresses == lost)
        // A set without the Service has nothing to wait for, and another address takes its place.
        scene.input.targets[0].evidence = evidence
        scene.input.targets[0].evidence?.addresses = []
        #expect(try row().lostAddresses == [])
        scene.input.targets[0].evidence = evidence
        scene.input.targets[0].evidence?.addresses[0].values = [Address(kind: .ipAddress, value: "198.51.100.77")]
        let found = try row()
        #expect(found.lostAddresses == [] && found.addresses.map(\.value) == ["198.51.100.77"])
    }

    @Test("lost addresses are no more than a row takes, and those of one name are listed once")
    func lostAddresses() throws {
        var scene = StatusScene.done()
        func service(_ namespace: String, _ name: String, _ addresses: ClosedRange<Int>?) -> AddressEvidence {
            AddressEvidence(
                service: ObjectKey(namespace: namespace, name: name),
                values: addresses.map { $0.map { Address(kind: .ipAddress, value: "192.0.2.\($0)") } } ?? [],
                verdict: Verdict(.true, .addressesAssigned))
        }
        func look(_ services: [AddressEvidence]) throws -> ClusterRow {
            scene.input.targets[0].evidence?.addresses = services
            try scene.store()
            return try #require(scene.previous.row("us-west-1"))
        }
        _ = try look([service("edge", "a", 1...9), service("edge", "b", 11...19)])
        _ = try look([service("edge", "a", nil), service("edge", "b", 11...19)])
        let all = try look([service("edge", "a", nil), service("edge", "b", nil)])
        #expect(all.addresses.isEmpty && all.lostAddresses.count == 16)
        // A list that is not complete takes nothing away.
        _ = try look([service("edge", "a", 1...1), service("edge", "b", 2...2)])
        scene.input.targets[0].evidence?.isComplete = false
        for _ in 0..<2 {
            let part = try look([service("edge", "a", 3...3), service("edge", "b", nil)])
            #expect(part.addresses.map(\.value) == ["192.0.2.3", "192.0.2.2"] && part.lostAddresses.isEmpty)
        }
        scene.input.targets[0].evidence?.isComplete = true
        let gone = try look([service("edge", "a", 3...3), service("edge", "b", nil)])
        #expect(gone.addresses.count == 1 && gone.lostAddresses.map(\.value) == ["192.0.2.2"])
        // Of two of one name one is enough to have an address, and nothing is listed twice, however often it is looked.
        let one = try look([service("edge", "a", 1...1), service("shop", "a", nil)])
        #expect(one.addresses.count == 1 && one.lostAddresses.isEmpty)
        for _ in 0..<3 {
            let row = try look([service("edge", "a", nil), service("shop", "a", nil)])
            #expect(row.lostAddresses.map(\.value) == ["192.0.2.1"])
        }
    }

    @Test("an address that two targets share is counted once")
    func sharedAddress() throws {
        var scene = StatusScene.done()
        for index in 0..<3 { scene.input.targets[index].evidence = StatusScene.evidence(0) }
        #expect(try scene.status().summary.vips == "198.51.100.10")
    }

    @Test("each step shows how many of its targets are in service, with those that joined in rest")
    func steps() throws {
        var scene = StatusScene.done()
        scene.input.plan?.steps[1].targets = ["us-east-1"]
        scene.set(.routes, .false, of: 1)
        let steps = try scene.status().rollout.steps
        #expect(steps.map(\.name) == ["canary", "rest"])
        #expect(steps.map(\.available) == [1, 1])
    }

    // MARK: Lists

    @Test("a host name is ready when every target that serves it has route and address")
    func fqdns() throws {
        var scene = StatusScene.done()
        var hosts = try scene.status().fqdns
        #expect(hosts.map(\.hostname) == ["checkout.example.com"])
        #expect(hosts.first?.ready == true && hosts.first?.targets == 3 && hosts.first?.message.isEmpty == true)
        scene.input.targets[1].evidence?.hosts[0].verdict = Verdict(.unknown, .addressPending, "no address yet")
        hosts = try scene.status().fqdns
        #expect(hosts.first?.ready == nil && hosts.first?.message == "us-east-1: no address yet")
        scene.input.targets[2].evidence?.hosts[0].verdict = Verdict(.false, .backendNotFound, "no backend")
        hosts = try scene.status().fqdns
        #expect(hosts.first?.ready == false && hosts.first?.message == "eu-central-1: no backend")
    }

    @Test("routes are counted per template entry with the level of their evidence")
    func routes() throws {
        var scene = StatusScene.done()
        var route = try #require(try scene.status().routes.first)
        #expect(route.template == "route" && route.kind == "VirtualService" && route.name == "checkout")
        #expect(route.targets == 3 && route.programmed == 3 && route.evidence == .resolved)
        scene.set(.routes, .unknown, of: 1)
        route = try #require(try scene.status().routes.first)
        #expect(route.programmed == 2 && route.evidence == .stored && route.message == "us-east-1: route")
    }

    @Test("the level of routes is the weakest that a target has reached, and the condition names it")
    func levels() throws {
        let reasons: [RouteStatus.Evidence: ReasonCode] = [
            .resolved: .routesResolved, .notRejected: .routesNotRejected, .served: .routesServed,
        ]
        for weaker in RouteStatus.Evidence.allCases {
            for stronger in RouteStatus.Evidence.allCases where weaker <= stronger {
                guard let (one, other) = reasons[weaker].flatMap({ one in reasons[stronger].map { (one, $0) } }) else {
                    continue
                }
                var scene = StatusScene.done()
                for index in 0..<3 {
                    scene.input.targets[index].evidence?.routes[0].level = index == 1 ? weaker : stronger
                    scene.input.targets[index].evidence?.routes[0].verdict = Verdict(.true, index == 1 ? one : other)
                }
                let status = try scene.status()
                #expect(status.routes.first?.evidence == weaker, "\(weaker) \(stronger)")
                #expect(status.said("RoutesReady") == "True \(one.rawValue)", "\(weaker) \(stronger)")
            }
        }
    }

    @Test("the history before stands until another is given")
    func history() throws {
        var scene = StatusScene.done()
        scene.previous.history = [RevisionOutcome(revision: 6)]
        #expect(try scene.status().history.map(\.revision) == [6])
        scene.input.history = [RevisionOutcome(revision: 7), RevisionOutcome(revision: 6)]
        #expect(try scene.status().history.map(\.revision) == [7, 6])
    }
}
