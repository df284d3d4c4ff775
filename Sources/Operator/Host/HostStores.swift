import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import KubeRuntime
import Rendering

/// What the operator knows of the host cluster, kept current by watches and by its own writes.
final class HostStores: Sendable {
    static let secrets = GroupVersionResource(group: "", version: "v1", resource: "secrets")

    /// AccessPoints, found by uid and by the `cluster:name` of each row of their status: a target has a row before it
    /// has an AccessPointTarget.
    let accessPoints = ObjectStore<KubeObject>(index: { object in
        (object.uid.map { [$0] } ?? []) + HostStores.clusters(of: object).map(HostStores.index(cluster:))
    })
    let memberClusters = ObjectStore<KubeObject>()
    /// AccessPointTargets, found by `namespace/accessPointName` and by `cluster:name`.
    let targets = ObjectStore<KubeObject>(index: { object in
        let spec = object.spec
        guard let owner = spec?["accessPointName"]?.stringValue, let cluster = spec?["clusterName"]?.stringValue else {
            return []
        }
        return [
            HostStores.index(ObjectKey(namespace: object.namespace, name: owner)), HostStores.index(cluster: cluster),
        ]
    })
    /// ControllerRevisions of ours, found by the uid of their AccessPoint.
    let revisions = ObjectStore<KubeObject>(index: { $0.label(Names.Label.uid).map { [$0] } ?? [] })
    /// NameServices, found by hostname and by the AccessPoint that they publish.
    let nameServices = ObjectStore<KubeObject>(index: { HostStores.indices(ofNameService: $0) })
    /// Secrets of the namespaces that MemberClusters may name.
    let secrets: [String: ObjectStore<KubeObject>]

    init(secretNamespaces: [String]) {
        var secrets: [String: ObjectStore<KubeObject>] = [:]
        for namespace in secretNamespaces { secrets[namespace] = ObjectStore() }
        self.secrets = secrets
    }

    static func index(_ accessPoint: ObjectKey) -> String { "\(accessPoint)" }

    static func index(cluster: String) -> String { "cluster:\(cluster)" }

    /// The clusters that the status of an AccessPoint has a row of.
    static func clusters(of accessPoint: KubeObject?) -> [String] {
        (accessPoint?.status?["clusters"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
    }

    /// Whether the journal of any AccessPoint names a cluster: objects may be on their way to it.
    func isJournaled(_ cluster: String) -> Bool {
        accessPoints.list().contains { accessPoint in
            accessPoint.status?.value("rollout", "inFlight")?.arrayValue?
                .contains { $0["target"]?.stringValue == cluster } ?? false
        }
    }

    /// Every watch that fills these stores: resource, namespace and label selector.
    var watches: [(ObjectStore<KubeObject>, GroupVersionResource, namespace: String?, selector: String?)] {
        let ours = "\(Names.Label.managedBy)=\(Names.managedBy)"
        return [
            (accessPoints, Names.accessPoints, nil, nil),
            (memberClusters, Names.memberClusters, nil, nil),
            (targets, Names.accessPointTargets, nil, nil),
            (revisions, Revision.resource, nil, ours),
            (nameServices, Names.nameServices, nil, nil),
        ] + secrets.map { ($0.value, Self.secrets, $0.key, nil) }
    }

    /// What has not been listed completely yet, in words.
    var missing: [String] {
        watches.filter { !$0.0.isReady }.map { watch in
            watch.1.resource + (watch.namespace.map { " of namespace \($0)" } ?? "")
        }
    }

    /// The AccessPoint of this host that has a uid, or else a name; nil: there is none.
    func owner(uid: String, key: ObjectKey) -> ObjectKey? {
        accessPoints.list(indexedBy: uid).first?.key ?? accessPoints.get(key)?.key
    }

    /// Waits until every first list is complete.
    func waitUntilReady() async throws {
        for watch in watches { try await watch.0.waitUntilReady() }
    }
}
