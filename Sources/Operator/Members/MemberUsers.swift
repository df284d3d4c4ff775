import JSONValue
import KubeModel
import KubeRuntime
import TrafficModel

/// Who has a target in one member, and what for.
struct MemberUsers: Sendable {
    /// The AccessPoints.
    private(set) var accessPoints: Set<ObjectKey> = []
    /// Their namespaces.
    private(set) var namespaces: Set<String> = []
    /// The kinds that their templates have there.
    private(set) var kinds: Set<TrafficKind> = []

    /// Reads them out of the stores of the host.
    init(of cluster: String, _ host: HostStores) {
        for target in host.targets.list(indexedBy: HostStores.index(cluster: cluster)) {
            let key = ObjectKey(
                namespace: target.namespace, name: target.spec?["accessPointName"]?.stringValue ?? "")
            accessPoints.insert(key)
            namespaces.insert(key.namespace ?? "")
            let placement = target.spec?["placement"]
            for entry in host.accessPoints.get(key)?.spec?["trafficTemplate"]?.arrayValue ?? [] {
                // A target of its own kind gets only the entries of its placement; any other gets all.
                guard placement == nil || entry["placement"] == placement,
                    let kind = entry["object"]?["kind"]?.stringValue.flatMap(TrafficKind.init(rawValue:))
                else { continue }
                kinds.insert(kind)
            }
        }
    }
}
