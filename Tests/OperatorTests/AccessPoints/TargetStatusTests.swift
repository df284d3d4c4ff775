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

    @Test("tells once when its objects were last seen, lists them as they were, and no longer when they are seen again")
    func away() async throws {
        let (scene, member) = (try Self.settled(), MemberSessionTests.Member())
        let target = try scene.target
        scene.fill(targets: [target])
        let (clock, store) = (scene.clock, scene.host.targets)
        let session = try MemberSessionTests.session(member, clock)
        defer { session.stop() }
        session.start()
        await clock.advance { session.isReady }
        let renders = RenderMemo(options: RenderOptions(gatewayNamespaces: ["istio-ingress"]))
        let set = renders.present(
            scene.standing.spec, generation: 1, try scene.scene().identity, targets: scene.standing.targets
        ).sets["eu-1"]
        session.cache.observe(.virtualService, Rendered.stored(try #require(set?.objects.first)))

        let folder = "/apis/\(Names.apiVersion)/namespaces/shop"
        let path = "\(folder)/accesspointtargets/\(target.name)"
        let revision = try scene.standing.revision()
        let host = WrittenHost(
            clock,
            [
                path: target.json, "\(folder)/accesspoints/checkout": scene.accessPoint.json,
                "/apis/apps/v1/namespaces/shop/controllerrevisions/\(revision.name)": revision.json,
            ])
        let transport = FakeTransport { request throws(TransportError) in try host.answer(request) }
        let start = clock.now
        let reconciler = scene.reconciler(
            try transport.client(), now: { ReconcilerScene.now + start.duration(to: clock.now) })
        func look() async throws -> AccessPointTargetStatus {
            clock.advance(by: .seconds(60))
            _ = await reconciler.reconcile(scene.key)
            return try AccessPointTarget.decode(try #require(store.get(target.key)).json).status
        }

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
        var changed = Rendered.stored(try #require(set?.objects.first))
        changed.json.set(["other.example.com"], at: ["spec", "hosts"])
        changed.resourceVersion = "99"
        session.cache.observe(.virtualService, changed)
        #expect(try await look().phase == .degraded)
        #expect(host.others == [])
    }
}
