import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import KubeRuntime
import Rollout
import Synchronization
import TestSupport
import Testing
import TrafficModel

@testable import Operator

/// The order of what is written to the host, and who may write there.
@Suite("Writes to the host", .timeLimit(.minutes(1)))
struct ReconcilerTests {
    static let accessPoint = "/apis/accesspoint.io/v1alpha1/namespaces/shop/accesspoints/checkout"
    static let member = "/apis/accesspoint.io/v1alpha1/memberclusters/eu-1"

    /// The object under another version.
    static func newer(_ object: KubeObject) -> (Int, JSONValue) {
        var object = object
        object.json.set("77", at: ["metadata", "resourceVersion"])
        return (200, object.json)
    }

    static func isRetry(_ outcome: Outcome) -> Bool { if case .retry = outcome { true } else { false } }

    // MARK: The lease

    @Test("a process whose lease has run out looks at nothing and writes nothing")
    func leaseAtStart() async throws {
        let scene = try ReconcilerScene()
        scene.fill()
        let script = ScriptedMember([Self.newer(scene.member)])
        let reconciler = scene.reconciler(try script.writer().client, mayWrite: { false })
        #expect(Self.isRetry(await reconciler.reconcile(scene.key)))
        #expect(script.lines == [])
    }

    @Test(
        "a lease that runs out while it is decided stops the next write to the host",
        arguments: [(1, []), (2, ["PATCH \(accessPoint)/status"])])
    func lease(_ questions: Int, _ lines: [String]) async throws {
        var scene = try ReconcilerScene()
        scene.keepFinalizers()
        scene.fill()
        let script = ScriptedMember([Self.newer(scene.accessPoint)])
        let lease = RunningOut(after: questions)
        let reconciler = scene.reconciler(try script.writer().client, mayWrite: { lease.mayWrite })
        #expect(Self.isRetry(await reconciler.reconcile(scene.key)))
        #expect(script.lines == lines)
    }

    @Test("the status of a MemberCluster is written only under the lease", arguments: [true, false])
    func leaseOfMember(_ mayWrite: Bool) async throws {
        let scene = try ReconcilerScene()
        scene.fill()
        let script = ScriptedMember([Self.newer(scene.member)])
        let reconciler = scene.memberReconciler(try script.writer().client, mayWrite: { mayWrite })
        #expect(Self.isRetry(await reconciler.reconcile(ObjectKey(namespace: nil, name: "eu-1"))) != mayWrite)
        #expect(script.lines == (mayWrite ? ["PATCH \(Self.member)/status"] : []))
    }

    // MARK: The finalizer before the journal

    @Test(
        "nothing is journaled in the pass in which the finalizer of a MemberCluster or AccessPoint met a change",
        arguments: [422, 409], [true, false])
    func finalizer(_ code: Int, _ isMembers: Bool) async throws {
        var scene = try ReconcilerScene()
        let (object, path) = isMembers ? (scene.member, Self.member) : (scene.accessPoint, Self.accessPoint)
        if !isMembers {
            scene.keepFinalizers()
            scene.accessPoint = object
        }
        scene.fill()
        let script = ScriptedMember([
            ScriptedMember.failure(code, "Conflict"), Self.newer(object), Self.newer(object), Self.newer(object),
        ])
        let reconciler = scene.reconciler(try script.writer().client)
        guard case .requeue(after: .zero) = await reconciler.reconcile(scene.key) else {
            Issue.record("it is not looked at again at once")
            return
        }
        #expect(script.lines == ["PATCH \(path)", "GET \(path)"])
    }

    @Test("with both finalizers in place the target is journaled")
    func journaled() async throws {
        var scene = try ReconcilerScene()
        scene.keepFinalizers()
        scene.fill()
        let script = ScriptedMember([Self.newer(scene.accessPoint)])
        _ = await scene.reconciler(try script.writer().client).reconcile(scene.key)
        #expect(script.lines.first == "PATCH \(Self.accessPoint)/status")
        let entry = script.body(0)?.value("status", "rollout", "inFlight")?.arrayValue?.first
        #expect(entry?["target"] == "eu-1" && entry?["purpose"] == "Return")
    }

    @Test("a run that begins has everything read anew that the AccessPoint refers to, and it alone")
    func renewed() async throws {
        var scene = try ReconcilerScene()
        scene.keepFinalizers()
        scene.accessPoint.json.set(nil, at: ["metadata", "annotations"])
        scene.accessPoint.json.set(nil, at: ["status"])
        scene.fill()
        let session = try MemberSessionTests.session(MemberSessionTests.Member(), scene.clock)
        scene.registry.put(session, digest: "d")
        let query = FactQuery.namespace("shop")
        for key in [scene.key, ObjectKey(namespace: "shop", name: "other")] {
            _ = session.facts.need([query], for: key)
        }
        _ = session.facts.answered([query: .notFound])
        func isCurrent(_ name: String) -> Bool {
            !session.facts.current([query], for: ObjectKey(namespace: "shop", name: name)).isEmpty
        }
        let script = ScriptedMember([Self.newer(scene.accessPoint)])
        let reconciler = scene.reconciler(try script.writer().client)
        _ = await reconciler.reconcile(scene.key)
        #expect(script.body(0)?.value("status", "rollout", "startTime") != nil)
        #expect(!isCurrent("checkout") && isCurrent("other"))
    }

    // MARK: The order of actions

    @Test("within one target nothing is handed over before its assignment is stored", arguments: [200, 500])
    func assignment(_ code: Int) async throws {
        var scene = try ReconcilerScene()
        scene.accessPoint.json.set(nil, at: ["metadata", "annotations"])
        scene.fill()
        let session = try MemberSessionTests.session(MemberSessionTests.Member(), scene.clock)
        defer { session.stop() }
        session.start()
        await scene.clock.advance { session.isReady }
        scene.registry.put(session, digest: "d")
        let isHandedOver: @Sendable () -> Bool = { session.jobs.reports(of: "u1", under: .abort).write != nil }
        let early = Mutex<[Bool]>([])
        let target = try scene.target
        let api = FakeTransport { request throws(TransportError) in
            early.withLock { $0.append(isHandedOver()) }
            return code == 200 ? .json(target.json) : .status(code, "InternalError")
        }
        let actions: [RolloutAction] = [
            .assign(target: "eu-1", revision: scene.revision),
            .apply(target: "eu-1", revision: scene.revision, stamp: WriteStamp(epoch: 1, sequence: 2)),
        ]
        let reconciler = scene.reconciler(try api.client())
        try? await reconciler.perform(actions, scene.scene())
        #expect(early.withLock { $0 } == [false])
        #expect(isHandedOver() == (code == 200))
    }

    @Test(
        "the finalizer goes after every AccessPointTarget is released, and stays while one is not",
        arguments: [200, 500])
    func finalize(_ code: Int) async throws {
        var scene = try ReconcilerScene()
        scene.keepFinalizers()
        scene.accessPoint.json.set("2026-01-31T08:00:00Z", at: ["metadata", "deletionTimestamp"])
        scene.fill(targets: [try scene.target])
        let (status, body) = code == 200 ? (200, try scene.target.json) : ScriptedMember.failure(code, "InternalError")
        let script = ScriptedMember([(status, body), Self.newer(scene.accessPoint)])
        let reconciler = scene.reconciler(try script.writer().client)
        try? await reconciler.perform([.finalize, .release(target: "eu-1")], scene.scene())
        let released =
            "DELETE /apis/accesspoint.io/v1alpha1/namespaces/shop/accesspointtargets/\(try scene.target.name)"
        #expect(script.lines == [released] + (code == 200 ? ["PATCH \(Self.accessPoint)"] : []))
    }
}
