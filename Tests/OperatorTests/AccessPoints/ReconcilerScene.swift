import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import KubeRuntime
import Logging
import Rollout
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import Operator

/// The reconcilers of the host, against a host whose answers are written down beforehand.
///
/// In eu-1 there is the unfinished first revision of AccessPoint shop/checkout, which a person has aborted: the next
/// decision journals eu-1 without asking any member.
struct ReconcilerScene {
    let standing = Standing()
    let registry = MemberRegistry()
    let clock = TestClock()
    var accessPoint: KubeObject
    var member: KubeObject
    let revision: RevisionName

    var host: HostStores { standing.host }
    let key = ObjectKey(namespace: "shop", name: "checkout")

    init() throws {
        let record = try standing.revision()
        let name = String(record.name.dropFirst("checkout-".count))
        revision = RevisionName(name) ?? RevisionName(number: 1, hash: "none")
        accessPoint =
            try standing.scene(record) { object in
                object.json.set("r1", at: ["metadata", "annotations", Names.Verb.abort])
                object.json["status"] = [
                    "rollout": [
                        "updateRevision": .string(name), "epoch": 1, "sequence": 1, "course": "Update",
                        "passedSteps": 0,
                    ],
                    "clusters": [["name": "eu-1", "phase": "Available", "revision": .string(name)]],
                ]
            }.object
        member = try KubeObject([
            "apiVersion": .string(Names.apiVersion), "kind": "MemberCluster",
            "metadata": ["name": "eu-1", "resourceVersion": "5", "uid": "m1"],
            "spec": [
                "region": "eu", "availabilityZone": "eu-az1", "role": "Gateway",
                "access": ["secretRef": ["name": "eu-1"]],
            ],
        ])
    }

    /// Gives both objects the finalizer, as an earlier pass has done.
    mutating func keepFinalizers() {
        for object in [\ReconcilerScene.accessPoint, \.member] {
            self[keyPath: object].json.set([.string(Names.finalizer)], at: ["metadata", "finalizers"])
        }
    }

    /// The AccessPointTarget of eu-1.
    var target: KubeObject {
        get throws {
            try KubeObject([
                "apiVersion": .string(Names.apiVersion), "kind": "AccessPointTarget",
                "metadata": [
                    "name": .string(Names.target(of: "checkout", in: "eu-1")), "namespace": "shop", "uid": "t1",
                    "resourceVersion": "6",
                    "ownerReferences": [
                        [
                            "apiVersion": .string(Names.apiVersion), "kind": "AccessPoint", "uid": "u1",
                            "name": "checkout", "controller": true,
                        ]
                    ],
                ],
                "spec": [
                    "accessPointName": "checkout", "clusterName": "eu-1", "region": "eu",
                    "availabilityZone": "eu-az1", "revision": .string("\(revision)"),
                ],
            ])
        }
    }

    /// What the watches have brought.
    func fill(targets: [KubeObject] = []) {
        func fill(_ store: ObjectStore<KubeObject>, _ objects: [KubeObject]) {
            store.apply(.replace(objects.map(store.stored), resourceVersion: "9", isRebase: false))
        }
        fill(host.accessPoints, [accessPoint])
        fill(host.memberClusters, [member])
        fill(host.targets, targets)
    }

    func reconciler(
        _ client: KubeClient, now: @escaping @Sendable () -> Timestamp = { Self.now },
        mayWrite: @escaping @Sendable () -> Bool = { true }
    ) -> AccessPointReconciler {
        AccessPointReconciler(
            host: host, client: client, registry: registry, claims: ObjectClaims(),
            recorder: EventRecorder(
                controller: "c", instance: "i", sink: Silent(), timeline: Timeline(clock), date: { Self.now }),
            options: OperatorOptions(identity: "test"), hubID: "h", timeline: Timeline(clock), now: now,
            mayWrite: mayWrite, wake: { _ in }, logger: Logger(label: "test"),
            metrics: RolloutMetrics(MetricsRegistry()))
    }

    func memberReconciler(
        _ client: KubeClient, mayWrite: @escaping @Sendable () -> Bool
    ) -> MemberClusterReconciler {
        MemberClusterReconciler(
            host: host, client: client, registry: registry, options: OperatorOptions(identity: "test"),
            pace: ObservationPace(timeline: Timeline(clock)), now: { Self.now }, mayWrite: mayWrite,
            open: { [clock] name, _, _ in
                Issue.record("no session is to be opened to \(name)")
                return MemberSession(
                    name: name, client: client, knownUID: nil, options: OperatorOptions(identity: "test"), hubID: "h",
                    timeline: Timeline(clock), now: { Self.now },
                    listener: .init(accessPointsChanged: { _ in }, objectsGone: { _ in }, healthChanged: { _ in }),
                    logger: Logger(label: "test"))
            },
            connect: { _, _ in client }, membersChanged: {})
    }

    func scene() throws -> AccessPointScene {
        try AccessPointScene(accessPoint, host: host, registry: registry, hubID: "h", now: Self.now)
    }

    static let now = Timestamp(secondsSince1970: 1_800_000_000)

    private struct Silent: EventSink {
        func perform(_ write: EventLog.Write) async -> EventLog.Verdict { .stored }
    }
}

/// A lease that is held for so many questions, and lost then.
final class RunningOut: Sendable {
    private let left: Mutex<Int>

    init(after count: Int) { left = Mutex(count) }

    var mayWrite: Bool {
        left.withLock { left in
            defer { left -= 1 }
            return left > 0
        }
    }
}
