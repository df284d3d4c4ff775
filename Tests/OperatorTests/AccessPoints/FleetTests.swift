import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import KubeRuntime
import Logging
import Rendering
import Rollout
import Synchronization
import Telemetry
import TestSupport
import Testing
import TrafficModel

@testable import Operator

/// A host that stores what is written to it, and when.
final class WrittenHost: Sendable {
    private struct State {
        var objects: [String: JSONValue] = [:]
        var writes: [(path: String, time: TestClock.Instant)] = []
        var version: Int64 = 1000
        var others: [String] = []
        var largest = 0
    }

    private let state = Mutex(State())
    private let clock: TestClock

    init(_ clock: TestClock, _ objects: [String: JSONValue]) {
        self.clock = clock
        state.withLock { $0.objects = objects }
    }

    /// When the object at a path was written.
    func writes(of path: String) -> [TestClock.Instant] {
        state.withLock { $0.writes.filter { $0.path == path }.map(\.time) }
    }

    /// Requests that are no write of an object that is there.
    var others: [String] { state.withLock { $0.others } }
    /// The bytes of the largest object.
    var largest: Int { state.withLock { $0.largest } }

    func answer(_ request: HTTPRequest) throws(TransportError) -> FakeTransport.Answer {
        let path = String(request.target.prefix { $0 != "?" })
        let patch = request.body.flatMap { try? JSONValue(parsing: $0) }
        return state.withLock { state in
            let owner = path.hasSuffix("/status") ? String(path.dropLast("/status".count)) : path
            guard request.method == .patch, let patch, let object = state.objects[owner] else {
                state.others.append("\(request.method.rawValue) \(path)")
                return .status(500, "InternalError")
            }
            guard object.value("metadata", "resourceVersion") == patch.value("metadata", "resourceVersion") else {
                return .status(409, "Conflict")
            }
            state.version += 1
            var next = object.mergePatched(with: patch)
            next.set(.string("\(state.version)"), at: ["metadata", "resourceVersion"])
            state.objects[owner] = next
            state.writes.append((owner, clock.now))
            state.largest = max(state.largest, next.bytes().count)
            return .json(next)
        }
    }
}

@Suite("An AccessPoint with 500 targets", .timeLimit(.minutes(5)))
struct FleetTests {
    static let count = 500
    let clock = TestClock()
    let standing: Standing
    let registry = MemberRegistry()
    let key = ObjectKey(namespace: "shop", name: "checkout")

    init() throws {
        var standing = Standing(
            others: (2...Self.count).map {
                TargetFacts(name: "eu-\($0)", region: "eu", availabilityZone: "eu-az\($0 % 3 + 1)")
            })
        standing.spec.scope = Scope(level: .cluster)
        standing.spec.policy.runtime.drift = .report
        self.standing = standing
    }

    private func path(_ resource: String, _ name: String) -> String {
        "/apis/\(Names.apiVersion)/namespaces/shop/\(resource)/\(name)"
    }

    /// The route of a target as its member stores it.
    private func stored(_ set: RenderedSet?, version: String, timeout: String? = nil) throws -> KubeObject {
        var object = Rendered.stored(try #require(set?.objects.first), version: version)
        if let timeout, var routes = object.json.value("spec", "http")?.arrayValue {
            routes[0]["timeout"] = .string(timeout)
            object.json.set(.array(routes), at: ["spec", "http"])
        }
        return object
    }

    @Test("news of its targets are told in one write a second, of at most 256 KiB, and none when there are none")
    func writeRate() async throws {
        let revision = try standing.revision()
        let name = String(revision.name.dropFirst("checkout-".count))
        let scene = try standing.scene(revision)
        var object = scene.object
        let sets = RenderMemo(options: RenderOptions(gatewayNamespaces: ["istio-ingress"]))
            .present(standing.spec, generation: 1, scene.identity, targets: standing.targets).sets
        object.json.set([.string(Names.finalizer)], at: ["metadata", "finalizers"])
        let targets = try standing.targets.map { facts in
            try KubeObject([
                "apiVersion": .string(Names.apiVersion), "kind": "AccessPointTarget",
                "metadata": [
                    "name": .string(Names.target(of: "checkout", in: facts.name)), "namespace": "shop",
                    "uid": .string("t-\(facts.name)"), "resourceVersion": "6",
                    "ownerReferences": [
                        [
                            "apiVersion": .string(Names.apiVersion), "kind": "AccessPoint", "uid": "u1",
                            "name": "checkout", "controller": true,
                        ]
                    ],
                ],
                "spec": [
                    "accessPointName": "checkout", "clusterName": .string(facts.name), "region": "eu",
                    "availabilityZone": .string(facts.availabilityZone), "revision": .string(name),
                ],
            ])
        }
        let members = try standing.targets.map { facts in
            try KubeObject([
                "apiVersion": .string(Names.apiVersion), "kind": "MemberCluster",
                "metadata": [
                    "name": .string(facts.name), "resourceVersion": "5", "uid": .string("m-\(facts.name)"),
                    "finalizers": [.string(Names.finalizer)],
                ],
                "spec": [
                    "region": "eu", "availabilityZone": .string(facts.availabilityZone),
                    "access": ["secretRef": ["name": "eu"]],
                ],
            ])
        }
        func fill(_ store: ObjectStore<KubeObject>, _ objects: [KubeObject]) {
            store.apply(.replace(objects.map(store.stored), resourceVersion: "9", isRebase: false))
        }
        fill(standing.host.accessPoints, [object])
        fill(standing.host.targets, targets)
        fill(standing.host.memberClusters, members)

        let member = MemberSessionTests.Member()
        let transport = FakeTransport { request throws(TransportError) in try member.answer(request) }
        var sessions: [String: MemberSession] = [:]
        for facts in standing.targets {
            let session = try MemberSessionTests.session(transport, clock, name: facts.name)
            sessions[facts.name] = session
            session.start()
        }
        defer { for session in sessions.values { session.stop() } }
        await clock.advance { sessions.values.allSatisfy(\.isReady) }
        for (name, session) in sessions {
            session.cache.observe(.virtualService, try stored(sets[name], version: "10"))
            registry.put(session, digest: "d")
        }

        var objects = Dictionary(uniqueKeysWithValues: targets.map { (path("accesspointtargets", $0.name), $0.json) })
        let own = path("accesspoints", "checkout")
        objects[own] = object.json
        objects["/apis/apps/v1/namespaces/shop/controllerrevisions/\(revision.name)"] = revision.json
        let host = WrittenHost(clock, objects)
        let reconciler = AccessPointReconciler(
            host: standing.host,
            client: try FakeTransport { request throws(TransportError) in
                try host.answer(request)
            }.client(), registry: registry, claims: ObjectClaims(),
            recorder: EventRecorder(
                controller: "c", instance: "i", sink: Silent(), timeline: Timeline(clock),
                date: { ReconcilerScene.now }),
            options: OperatorOptions(identity: "test"), hubID: "h", timeline: Timeline(clock),
            now: { ReconcilerScene.now }, mayWrite: { true }, wake: { _ in }, logger: Logger(label: "test"),
            metrics: RolloutMetrics(MetricsRegistry()))

        // At first what is there is told, and then nothing.
        _ = await reconciler.reconcile(key)
        clock.advance(by: .seconds(2))
        _ = await reconciler.reconcile(key)
        clock.advance(by: .seconds(2))
        let before = host.writes(of: own).count
        _ = await reconciler.reconcile(key)
        #expect(host.writes(of: own).count == before)

        // Then one target after the other shows something else, four of them a second.
        let start = clock.now
        for round in 0..<12 {
            let target = standing.targets[round * 40].name
            sessions[target]?.cache.observe(
                .virtualService,
                try stored(sets[target], version: "\(20 + round)", timeout: "\(10 + round)s"))
            _ = await reconciler.reconcile(key)
            clock.advance(by: .milliseconds(250))
        }
        clock.advance(by: .seconds(1))
        _ = await reconciler.reconcile(key)
        let told = host.writes(of: own).filter { $0 >= start }
        #expect((3...4).contains(told.count), "\(told)")
        for (one, next) in zip(told, told.dropFirst()) { #expect(one.duration(to: next) >= .seconds(1)) }
        #expect(host.others == [])
        #expect(host.largest <= 256 << 10, "\(host.largest)")
        let status = try AccessPointStatus.decode(standing.host.accessPoints.get(key)?.status)
        #expect(status.clusters.count == Self.count)
        #expect(status.clusters.count { $0.reason == "ObjectDiffers" } == 12, "\(status.clusters.map(\.reason))")
    }

    private struct Silent: EventSink {
        func perform(_ write: EventLog.Write) async -> EventLog.Verdict { .stored }
    }
}
