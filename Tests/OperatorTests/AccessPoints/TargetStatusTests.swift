import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import KubeRuntime
import Rendering
import TestSupport
import Testing
import TrafficModel

@testable import Operator

@Suite("The AccessPointTarget of a cluster that is away", .timeLimit(.minutes(1)))
struct TargetStatusTests {
    /// AccessPoint shop/checkout, whose only revision is rolled out in eu-1 and whose drift is only told.
    private static func settled() throws -> ReconcilerScene {
        var scene = try ReconcilerScene()
        scene.keepFinalizers()
        scene.accessPoint.json.set(nil, at: ["metadata", "annotations"])
        scene.accessPoint.json.set("Report", at: ["spec", "policy", "runtime", "drift"])
        let name = JSONValue.string("\(scene.revision)")
        scene.accessPoint.json.set(name, at: ["status", "rollout", "stableRevision"])
        scene.accessPoint.json.set(1, at: ["status", "rollout", "passedSteps"])
        return scene
    }

    /// Its member, the session with it, which is up and holds the route that was rolled out, and the host.
    private struct Stage {
        let scene: ReconcilerScene
        let member = MemberSessionTests.Member()
        let session: MemberSession
        let host: WrittenHost
        let target: KubeObject
        let path: String
        let reconciler: AccessPointReconciler
        /// The route as the member stores it.
        let route: KubeObject

        init() async throws {
            scene = try TargetStatusTests.settled()
            target = try scene.target
            scene.fill(targets: [target])
            let clock = scene.clock
            let session = try MemberSessionTests.session(member, clock)
            self.session = session
            session.start()
            await clock.advance { session.isReady }
            let renders = RenderMemo(options: RenderOptions(gatewayNamespaces: ["istio-ingress"]))
            let set = renders.present(
                scene.standing.spec, generation: 1, try scene.scene().identity, targets: scene.standing.targets
            ).sets["eu-1"]
            route = Rendered.stored(try #require(set?.objects.first))
            session.cache.observe(.virtualService, route)

            let folder = "/apis/\(Names.apiVersion)/namespaces/shop"
            path = "\(folder)/accesspointtargets/\(target.name)"
            let revision = try scene.standing.revision()
            let host = WrittenHost(
                clock,
                [
                    path: target.json, "\(folder)/accesspoints/checkout": scene.accessPoint.json,
                    "/apis/apps/v1/namespaces/shop/controllerrevisions/\(revision.name)": revision.json,
                ])
            self.host = host
            let transport = FakeTransport { request throws(TransportError) in try host.answer(request) }
            let start = clock.now
            reconciler = scene.reconciler(
                try transport.client(), now: { ReconcilerScene.now + start.duration(to: clock.now) })
        }

        /// What the AccessPointTarget says after another look.
        func look(after time: Duration = .seconds(60)) async throws -> AccessPointTargetStatus {
            scene.clock.advance(by: time)
            _ = await reconciler.reconcile(scene.key)
            return try AccessPointTarget.decode(try #require(scene.host.targets.get(target.key)).json).status
        }

        /// Has somebody write another host into the route, in the member.
        func edit(_ name: String, version: Int) {
            var changed = route
            changed.json.set([.string(name)], at: ["spec", "hosts"])
            changed.resourceVersion = "\(version)"
            session.cache.observe(.virtualService, changed)
        }
    }

    @Test(
        "of a member whose objects are changed all the time it is written once a second, and what was last ends up there"
    )
    func paced() async throws {
        let stage = try await Stage()
        defer { stage.session.stop() }
        stage.scene.registry.put(stage.session, digest: "d")
        _ = try await stage.look()
        // The AccessPoint names the place that differs, which stays the same.
        stage.edit("h0.example.com", version: 100)
        _ = try await stage.look()
        let before = stage.host.writes(of: stage.path).count
        for number in 1...30 {
            stage.edit("h\(number).example.com", version: 100 + number)
            _ = try await stage.look(after: .milliseconds(100))
        }
        let last = try await stage.look(after: .seconds(1))
        #expect(last.drift.first?.live.contains("h30.example.com") == true, "\(last.drift)")
        let writes = stage.host.writes(of: stage.path).dropFirst(before)
        #expect((3...5).contains(writes.count), "\(writes)")
        for (one, next) in zip(writes, writes.dropFirst()) { #expect(one.duration(to: next) >= .seconds(1)) }
        #expect(stage.host.others == [])
    }

    @Test("tells once when its objects were last seen, lists them as they were, and no longer when they are seen again")
    func away() async throws {
        let stage = try await Stage()
        let (scene, member, session, host, path) = (
            stage.scene, stage.member, stage.session, stage.host, stage.path
        )
        let clock = scene.clock
        defer { session.stop() }
        func look() async throws -> AccessPointTargetStatus { try await stage.look() }

        // Where nothing was ever seen there is no time at which it was.
        let missing = MemberAccess.Problem(reason: "SecretMissing", message: "no Secret")
        _ = scene.registry.note(missing, of: "eu-1")
        let unseen = try await look()
        #expect(unseen.conditions["Ready"]?.status == .unknown)
        #expect(unseen.inventory.isEmpty && unseen.lastSeenTime == nil)
        scene.registry.put(session, digest: "d")

        let seen = try await look()
        #expect(seen.inventory.map(\.name) == ["checkout"] && seen.inventory.map(\.applied) == [true])
        #expect(seen.lastSeenTime == nil)

        member.isDown = true
        await clock.advance { !session.health.isReachable }
        let before = host.writes(of: path).count
        for _ in 0..<4 {
            let away = try await look()
            // When it last answered, and not when that was noticed.
            #expect(away.lastSeenTime == session.health.lastSeen && away.lastSeenTime == ReconcilerScene.now)
            #expect(away.inventory == seen.inventory)
            #expect(away.conditions["Ready"]?.status == .unknown)
            #expect(away.conditions["Ready"]?.reason == "ClusterUnreachable")
        }
        #expect(host.writes(of: path).count == before + 1)

        // Another process, that has not met it yet, knows nothing better.
        scene.registry.put(
            try MemberSessionTests.session(MemberSessionTests.Member(), clock), digest: "other")
        #expect(try await look().lastSeenTime == ReconcilerScene.now)
        scene.registry.remove("eu-1")
        _ = scene.registry.note(missing, of: "eu-1")
        #expect(try await look().lastSeenTime == ReconcilerScene.now)

        scene.registry.put(session, digest: "d")
        member.isDown = false
        await clock.advance { session.isReady && session.cache.isComplete }
        #expect(try await look().lastSeenTime == nil)

        // Where it belongs, and not as it should be.
        #expect(seen.phase == .available)
        stage.edit("other.example.com", version: 99)
        #expect(try await look().phase == .degraded)
        #expect(host.others == [])
    }
}
