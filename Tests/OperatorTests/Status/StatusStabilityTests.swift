import AccessPointAPI
import JSONValue
import KubeModel
import Testing

@testable import Operator
@testable import Rollout

@Suite("Status: nothing changes while nothing changes")
struct StatusStabilityTests {
    static let later = StatusScene.now.adding(seconds: 86_400)

    static let scenes: [(String, StatusScene)] = [
        ("done", .done()), ("canary gate", .canaryGate()),
        (
            "ending soon and stale",
            changed { scene in
                scene.input.targets[0].evidence?.certificates = [StatusScene.certificate(.expiringSoon, days: 3)]
                scene.input.targets[2].evidence?.certificates = [
                    StatusScene.certificate(.ready, version: "41d0aa9c1be2")
                ]
            }
        ),
        ("bad", changed { $0.set(.routes, .false, of: 1) }),
        ("unknown", changed { $0.set(.addresses, .unknown, of: 1) }),
        ("drifted", changed { $0.set(.stored, .false, of: 1) }),
        (
            "unreachable",
            changed { scene in
                scene.input.targets[1].reachability = .unreachable(lastSeen: StatusScene.now.adding(seconds: -9))
                scene.shown["us-east-1"]?.phase = .unreachable
            }
        ),
    ]

    private static func changed(_ change: (inout StatusScene) -> Void) -> StatusScene {
        var scene = StatusScene.done()
        change(&scene)
        return scene
    }

    @Test("the same again, a day later, is the same JSON", arguments: scenes.indices)
    func twice(_ index: Int) throws {
        var scene = Self.scenes[index].1
        let first = scene.json()
        try scene.store()
        #expect(StatusPatch.merge(from: first, to: scene.json(at: Self.later)) == nil, "\(Self.scenes[index].0)")
    }

    @Test("after a restart, what was seen before stands until it is looked at anew", arguments: scenes.indices)
    func restart(_ index: Int) throws {
        var scene = Self.scenes[index].1
        let first = scene.json()
        try scene.store()
        for target in scene.input.targets.indices {
            scene.input.targets[target].evidence = nil
            scene.input.targets[target].reachability = .unknown
            let name = scene.input.targets[target].facts.name
            if scene.shown[name]?.phase == .unreachable { scene.shown[name]?.phase = .available }
        }
        #expect(StatusPatch.merge(from: first, to: scene.json(at: Self.later)) == nil, "\(Self.scenes[index].0)")
    }

    @Test("evidence that is not whole yet changes nothing, and is unknown once it should be", arguments: [true, false])
    func settling(_ isSettling: Bool) throws {
        var scene = StatusScene.done()
        let first = scene.json()
        try scene.store()
        for target in scene.input.targets.indices {
            scene.set(.stored, .unknown, of: target)
            scene.input.targets[target].evidence?.isWhole = false
            scene.input.targets[target].isSettling = isSettling
        }
        let change = StatusPatch.merge(from: first, to: scene.json(at: Self.later))
        #expect((change == nil) == isSettling)
        #expect(try scene.status().said("Ready") == (isSettling ? "True TargetsReady" : "Unknown ObservationPending"))
        #expect(try scene.status().clusters.allSatisfy { ($0.resources == nil) == !isSettling })
    }

    @Test("a cluster that this process has not tried yet says nothing, whatever was cached")
    func untried() throws {
        var scene = StatusScene.done()
        let first = scene.json()
        try scene.store()
        scene.set(.stored, .false, of: 1)
        scene.input.targets[1].reachability = .unknown
        #expect(StatusPatch.merge(from: first, to: scene.json(at: Self.later)) == nil)
    }

    @Test("after a restart, one target at a time is looked at anew without a change between", arguments: [0, 1, 2, 3])
    func restartByAndBy(_ index: Int) throws {
        var scene = Self.scenes[index].1
        let full = scene.input.targets
        let first = scene.json()
        try scene.store()
        for isForward in [true, false] {
            for known in 0...full.count {
                for target in full.indices {
                    let isKnown = isForward ? target < known : target >= full.count - known
                    scene.input.targets[target].evidence = isKnown ? full[target].evidence : nil
                }
                let change = StatusPatch.merge(from: first, to: scene.json(at: Self.later))
                #expect(change == nil, "\(known) targets looked at, \(isForward)")
            }
        }
    }

    @Test("what turns out to be bad is said at once, though other targets have not been looked at")
    func badNews() throws {
        var scene = StatusScene.done()
        try scene.store()
        scene.set(.routes, .false, of: 1)
        scene.input.targets[0].evidence = nil
        scene.input.targets[2].evidence = nil
        #expect(try scene.status().said("RoutesReady") == "False BackendNotFound")
        #expect(try scene.status().said("Ready") == "False BackendNotFound")
    }

    @Test("a rollout that ends before all targets were looked at is not Ready on the word of before")
    func notBetterThanSeen() throws {
        var scene = StatusScene.canaryGate()
        try scene.store()
        let done = StatusScene.done()
        (scene.state, scene.phase, scene.shown, scene.gate) = (done.state, .healthy, done.shown, nil)
        scene.input.targets[2].evidence = nil
        #expect(try scene.status().said("Ready") == "Unknown ObservationPending")
    }

    @Test("a warning of before does not keep Ready from being Unknown")
    func warningOfBefore() throws {
        var scene = StatusScene.canaryGate()
        scene.input.targets[2].evidence?.certificates = [StatusScene.certificate(.expiringSoon, days: 3)]
        try scene.store()
        let done = StatusScene.done()
        (scene.state, scene.phase, scene.shown, scene.gate) = (done.state, .healthy, done.shown, nil)
        scene.input.targets[2].evidence = nil
        #expect(try scene.status().said("CertificatesReady") == "False ExpiringSoon")
        #expect(try scene.status().said("Ready") == "Unknown ObservationPending")
    }

    @Test("the time of transition moves with the status alone")
    func transition() throws {
        var scene = StatusScene.done()
        try scene.store()
        scene.set(.addresses, .unknown, of: 1)
        var status = try scene.status(at: Self.later)
        #expect(status.conditions["AddressesReady"]?.lastTransitionTime == Self.later)
        #expect(status.conditions["RoutesReady"]?.lastTransitionTime == StatusScene.now)
        #expect(status.conditions["Available"]?.lastTransitionTime == StatusScene.now)
        try scene.store(at: Self.later)
        scene.set(.addresses, .unknown, of: 2)
        status = try scene.status(at: Self.later.adding(seconds: 5))
        #expect(status.conditions["AddressesReady"]?.lastTransitionTime == Self.later)
        #expect(status.message("AddressesReady").hasSuffix("(and 1 more)"))
    }

    @Test("the time of transition of a row moves with its phase alone")
    func rowTransition() throws {
        var scene = StatusScene.done()
        try scene.store()
        scene.set(.routes, .false, of: 1)
        try scene.store(at: Self.later)
        #expect(scene.previous.row("us-east-1")?.lastTransitionTime == Self.later)
        #expect(scene.previous.row("us-west-1")?.lastTransitionTime == StatusScene.now)
        scene.set(.addresses, .false, of: 1)
        let status = try scene.status(at: Self.later.adding(seconds: 5))
        #expect(status.row("us-east-1")?.reason == "AddressRefused")
        #expect(status.row("us-east-1")?.lastTransitionTime == Self.later)
    }

    @Test("a condition that is no longer true is taken away")
    func negative() throws {
        var scene = StatusScene.canaryGate()
        try scene.store()
        #expect(scene.previous.said("Reconciling") != nil)
        let done = StatusScene.done()
        (scene.state, scene.phase, scene.shown, scene.gate) = (done.state, .healthy, done.shown, nil)
        #expect(try scene.status().said("Reconciling") == nil)
    }

    @Test("a row keeps when its cluster was last seen, though a new process never saw it")
    func lastSeen() throws {
        var scene = Self.scenes[6].1
        try scene.store()
        scene.input.targets[1].reachability = .unreachable(lastSeen: nil)
        #expect(try scene.status(at: Self.later).row("us-east-1")?.lastSeenTime == StatusScene.now.adding(seconds: -9))
    }
}
