import JSONValue
import KubeModel
import KubeRuntime
import TrafficModel

/// Who has a target in one member, or wants one, and what for.
struct MemberUsers: Sendable {
    /// The AccessPoints that have one.
    private(set) var accessPoints: Set<ObjectKey> = []
    /// Their namespaces, and those of AccessPoints whose dry run may be refused there for want of a right or a kind.
    private(set) var namespaces: Set<String> = []
    /// The kinds that the templates of all of them have there.
    private(set) var kinds: Set<TrafficKind> = []

    /// Reads them out of the stores of the host.
    init(of cluster: String, _ host: HostStores) {
        for target in host.targets.list(indexedBy: HostStores.index(cluster: cluster)) {
            let key = ObjectKey(
                namespace: target.namespace, name: target.spec?["accessPointName"]?.stringValue ?? "")
            accessPoints.insert(key)
            namespaces.insert(key.namespace ?? "")
            // A target of its own kind gets only the entries of its placement; any other gets all.
            add(kindsOf: host.accessPoints.get(key), placement: target.spec?["placement"])
        }
        for object in host.accessPoints.list(indexedBy: HostStores.index(cluster: cluster))
        where !accessPoints.contains(object.key) {
            namespaces.insert(object.namespace ?? "")
            add(kindsOf: object, placement: nil)
        }
    }

    private mutating func add(kindsOf object: KubeObject?, placement: JSONValue?) {
        for entry in object?.spec?["trafficTemplate"]?.arrayValue ?? [] {
            guard placement == nil || entry["placement"] == placement,
                let kind = entry["object"]?["kind"]?.stringValue.flatMap(TrafficKind.init(rawValue:))
            else { continue }
            kinds.insert(kind)
        }
    }
}
