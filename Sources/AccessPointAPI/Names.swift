public import KubeModel

/// Every name that the API fixes: kinds, labels, annotations, and what we call ourselves.
///
/// The group is written once, here; all other names are made from it.
public enum Names {
    /// The API group of our kinds and the prefix of our labels and annotations.
    public static let group = "accesspoint.io"
    /// The version of the API that this code reads and writes.
    public static let version = "v1alpha1"
    /// `apiVersion` of our objects.
    public static let apiVersion = "\(group)/\(version)"

    /// The category that `kubectl get` takes for all our kinds.
    public static let category = "accesspoint-io"

    /// The finalizer of AccessPoints and MemberClusters.
    public static let finalizer = "\(group)/cleanup"
    /// The field manager of every apply; stable for ever, since it owns fields in other clusters.
    public static let fieldManager = "accesspoint-operator"
    /// The value of `app.kubernetes.io/managed-by` on objects in member clusters.
    public static let managedBy = "accesspoint-operator"
    /// The controller that Events name.
    public static let reportingController = "\(group)/operator"
}

extension Names {
    /// The kind that applications write.
    public static let accessPoint = GroupVersionKind(group: group, version: version, kind: "AccessPoint")
    /// The kind that registers a cluster.
    public static let memberCluster = GroupVersionKind(group: group, version: version, kind: "MemberCluster")
    /// The kind that holds the details of one target.
    public static let accessPointTarget = GroupVersionKind(group: group, version: version, kind: "AccessPointTarget")

    /// The kind that names the addresses of an AccessPoint, or others.
    public static let nameService = GroupVersionKind(group: group, version: version, kind: "NameService")

    /// The resource of AccessPoints.
    public static let accessPoints = GroupVersionResource(group: group, version: version, resource: "accesspoints")
    /// The resource of MemberClusters.
    public static let memberClusters = GroupVersionResource(group: group, version: version, resource: "memberclusters")
    /// The resource of AccessPointTargets.
    public static let accessPointTargets = GroupVersionResource(
        group: group, version: version, resource: "accesspointtargets")
    /// The resource of NameServices.
    public static let nameServices = GroupVersionResource(group: group, version: version, resource: "nameservices")
}

extension Names {
    /// Labels on objects in member clusters, and on our own objects on the host.
    public enum Label {
        /// Says which tool manages an object.
        public static let managedBy = "app.kubernetes.io/managed-by"
        /// Name of the AccessPoint that an object belongs to.
        public static let accessPoint = "\(group)/accesspoint"
        /// Namespace of that AccessPoint.
        public static let namespace = "\(group)/namespace"
        /// Identity of the host cluster, so that two hosts never take each other's objects for their own.
        public static let hub = "\(group)/hub"
        /// uid of the AccessPoint: the proof of ownership.
        public static let uid = "\(group)/uid"
        /// Name of the target, on objects of the host.
        public static let cluster = "\(group)/cluster"
        /// Those that mark an object in a member as ours.
        public static let marks = [managedBy, accessPoint, namespace, hub, uid]
    }

    /// Annotations on objects in member clusters.
    public enum Annotation {
        /// Template entry that an object was rendered from.
        public static let template = "\(group)/template"
        /// Hash of that object's rendering.
        public static let hash = "\(group)/hash"
        /// The revision with which an object that was not ours was taken over.
        public static let adopted = "\(group)/adopted"
        /// Those that we put on an object in a member.
        public static let marks = [template, hash, adopted]
        /// What a revision was made from: `namespace/name` and generation of the AccessPoint.
        public static let source = "\(group)/source"
    }

    /// Annotations on an AccessPoint by which a person commands its rollout; each value is consumed once.
    public enum Verb {
        /// Opens the gate that its value names, such as `r7/canary`.
        public static let resume = "\(group)/resume"
        /// Stops the rollout of the revision that its value names, such as `r7`.
        public static let abort = "\(group)/abort"
        /// Passes all gates that are left of the revision that its value names, such as `r7`.
        public static let promoteFull = "\(group)/promote-full"
        /// Starts a stopped rollout again.
        public static let retry = "\(group)/retry"
        /// Gives up the cluster that its value names during deletion: its objects are left behind.
        public static let abandon = "\(group)/abandon"
        /// All of them.
        public static let all = [resume, promoteFull, abort, retry, abandon]
    }

    /// The name of the target of an AccessPoint in a cluster.
    ///
    /// The first dot ends the AccessPoint's name, which has none, so no two pairs share a name.
    public static func target(of accessPoint: String, in cluster: String) -> String { "\(accessPoint).\(cluster)" }
}
