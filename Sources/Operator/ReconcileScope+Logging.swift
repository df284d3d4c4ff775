public import KubeRuntime
public import Logging

extension ReconcileScope {
    private static let kinds = [
        "accesspoint": "AccessPoint", "membercluster": "MemberCluster", "nameservice": "NameService",
    ]

    /// Puts `controller`, `controllerKind` and `reconcileID`, the keys of controller-runtime, into every log line that is
    /// written within a run of a reconciler; outside of one nothing.
    public static let logging = Logger.MetadataProvider {
        guard let scope = ReconcileScope.current else { return [:] }
        var metadata: Logger.Metadata = ["controller": "\(scope.controller)", "reconcileID": "\(scope.id)"]
        if let kind = kinds[scope.controller] { metadata["controllerKind"] = "\(kind)" }
        return metadata
    }
}
