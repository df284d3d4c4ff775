import AccessPointAPI
import JSONValue
import KubeModel
import KubeRuntime
import Logging
import Synchronization
import Testing

@testable import Operator

@Suite("One cluster, one MemberCluster", .timeLimit(.minutes(1)))
struct ClusterIdentitiesTests {
    let store = ObjectStore<KubeObject>()

    func put(_ clusters: (name: String, uid: String?, created: String)...) {
        let objects = clusters.map { cluster -> KubeObject in
            var object = KubeObject(Names.memberCluster, ObjectKey(namespace: nil, name: cluster.name))
            object.json.set(.string(cluster.name), at: ["metadata", "uid"])
            object.json.set(.string(cluster.uid == nil ? "1" : "2"), at: ["metadata", "resourceVersion"])
            object.json.set(.string(cluster.created), at: ["metadata", "creationTimestamp"])
            if let uid = cluster.uid { object.json.set(.string(uid), at: ["status", "clusterUID"]) }
            return object
        }
        store.apply(.replace(objects.map(store.stored), resourceVersion: "1", isRebase: false))
    }

    @Test("the first that is heard of has the cluster, as long as nothing is recorded")
    func first() {
        put(("a", nil, "2026-01-02T00:00:00Z"), ("b", nil, "2026-01-01T00:00:00Z"))
        let identities = ClusterIdentities(store)
        #expect(identities.holder(of: "u1", other: "a") == nil)
        #expect(identities.holder(of: "u1", other: "b") == "a")
        #expect(identities.holder(of: "u1", other: "a") == nil)
        #expect(identities.holder(of: "u2", other: "b") == nil)
    }

    @Test("what is recorded holds, whoever answers first after a start")
    func recorded() {
        put(("a", "u1", "2026-01-02T00:00:00Z"), ("b", nil, "2026-01-01T00:00:00Z"))
        let identities = ClusterIdentities(store)
        #expect(identities.holder(of: "u1", other: "b") == "a")
        #expect(identities.holder(of: "u1", other: "a") == nil)
    }

    @Test("of two that have recorded the same cluster the older one has it")
    func both() {
        put(("a", "u1", "2026-01-02T00:00:00Z"), ("b", "u1", "2026-01-01T00:00:00Z"))
        let identities = ClusterIdentities(store)
        #expect(identities.holder(of: "u1", other: "a") == "b")
        #expect(identities.holder(of: "u1", other: "b") == nil)
    }

    @Test("when the one that had the cluster is gone, the other has it")
    func gone() {
        put(("a", nil, "2026-01-01T00:00:00Z"), ("b", nil, "2026-01-01T00:00:00Z"))
        let identities = ClusterIdentities(store)
        #expect(identities.holder(of: "u1", other: "a") == nil)
        put(("b", nil, "2026-01-01T00:00:00Z"))
        #expect(identities.holder(of: "u1", other: "b") == nil)
    }

    @Test("one that has turned out to be another cluster holds none but that")
    func another() {
        put(("a", nil, "2026-01-01T00:00:00Z"), ("b", nil, "2026-01-01T00:00:00Z"))
        let identities = ClusterIdentities(store)
        #expect(identities.holder(of: "u1", other: "a") == nil)
        put(("a", "u9", "2026-01-01T00:00:00Z"), ("b", nil, "2026-01-01T00:00:00Z"))
        #expect(identities.holder(of: "u1", other: "b") == nil)
    }

    @Test("a member whose cluster another MemberCluster has is not reachable, names the other and records no identity")
    func health() {
        let now = Timestamp(secondsSince1970: 1_800_000_000)
        var health = MemberHealth(uid: nil)
        health.observe(.taken(uid: "u1", by: "eu-1"), now: now)
        #expect(health.state == .duplicate(of: "eu-1"))
        #expect(!health.isReachable)
        #expect(health.uid == nil)
        let ready = health.ready(observedGeneration: 1)
        #expect(ready.status == .false && ready.reason == "ClusterDuplicate")
        #expect(ready.message.contains("MemberCluster eu-1"))
        var known = MemberHealth(uid: "u2")
        known.observe(.taken(uid: "u1", by: "eu-1"), now: now)
        #expect(known.state == .identityChanged(expected: "u2", found: "u1"))
    }

    @Test("a session asks who has the cluster before it takes it")
    func session() async throws {
        let member = ScriptedMember([]) { line in
            line.hasSuffix("/version")
                ? (200, ["major": "1", "minor": "30", "gitVersion": "v1.30.0"])
                : (
                    200,
                    [
                        "apiVersion": "v1", "kind": "Namespace",
                        "metadata": ["name": "kube-system", "uid": "u1", "resourceVersion": "1"],
                    ]
                )
        }
        let (news, tell) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingOldest(10))
        let session = MemberSession(
            name: "eu-2", client: try member.writer().client, knownUID: nil,
            options: OperatorOptions(identity: "test"), hubID: "h", timeline: Timeline(),
            now: { Timestamp(secondsSince1970: 1_800_000_000) },
            listener: .init(accessPointsChanged: { _ in }, objectsGone: { _ in }, healthChanged: { _ in tell.yield() }),
            holder: { $0 == "u1" ? "eu-1" : nil }, logger: Logger(label: "test"))
        session.start()
        for await _ in news { break }
        #expect(session.health.state == .duplicate(of: "eu-1"))
        #expect(!session.isReady)
        session.stop()
    }
}
