import AccessPointAPI
import JSONValue
import KubeModel
import KubeRuntime
import Synchronization

/// Which MemberCluster a cluster is known as, so that two that point at one cluster never both write to it.
///
/// What the status of a MemberCluster records holds; until it is recorded, the first that was heard of in this process.
/// Where two have recorded the same cluster, the older MemberCluster has it.
final class ClusterIdentities: Sendable {
    private let memberClusters: ObjectStore<KubeObject>
    /// uid of a cluster, and the MemberCluster under which it was first heard of.
    private let heard = Mutex<[String: String]>([:])

    /// Identities among the MemberClusters of a store.
    init(_ memberClusters: ObjectStore<KubeObject>) {
        self.memberClusters = memberClusters
    }

    /// Takes a cluster for a MemberCluster.
    ///
    /// - Parameters:
    ///   - uid: uid of the kube-system namespace of the cluster that answered.
    ///   - name: the MemberCluster through which it answered.
    /// - Returns: the MemberCluster that has the cluster already; nil where it is `name`.
    func holder(of uid: String, other name: String) -> String? {
        let clusters = memberClusters.list()
        let recorded = clusters.filter { $0.status?["clusterUID"]?.stringValue == uid }.sorted(by: Self.isOlder)
        return heard.withLock { heard in
            if let first = recorded.first {
                heard[uid] = first.name
            } else if let known = heard[uid], !clusters.contains(where: { $0.name == known && $0.isOpen }) {
                // It is gone, or has turned out to be another cluster.
                heard[uid] = nil
            }
            let holder = heard[uid] ?? name
            heard[uid] = holder
            return holder == name ? nil : holder
        }
    }

    private static func isOlder(_ left: KubeObject, _ right: KubeObject) -> Bool {
        let times = [left, right].map { $0.creationTimestamp ?? Timestamp(secondsSince1970: 0) }
        return (times[0], left.name) < (times[1], right.name)
    }
}

extension KubeObject {
    /// Whether it is not recorded yet which cluster a MemberCluster is.
    fileprivate var isOpen: Bool { status?["clusterUID"]?.stringValue?.isEmpty ?? true }
}
