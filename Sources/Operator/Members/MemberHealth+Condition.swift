import KubeModel

extension MemberHealth {
    /// The Ready condition of the MemberCluster, without its transition time.
    func ready(observedGeneration: Int64) -> Condition {
        let (status, reason, message): (Condition.Status, String, String) =
            switch state {
            case .unknown: (.unknown, "Connecting", "No answer yet")
            case .reachable: (.true, "ClusterReachable", "The API server answers")
            case .unreachable(let text):
                (
                    .unknown, "ClusterUnreachable",
                    "\(text); it is asked again ever more seldom, at least every"
                        + " \(Self.longestWait.components.seconds) s"
                )
            case .unauthorised(let text):
                (.false, "CredentialInvalid", "\(text); renew the kubeconfig in the Secret of access.secretRef")
            case .forbidden(let text):
                (.false, "Forbidden", "\(text); grant get on namespaces (kube-system) as in samples/member-rbac.yaml")
            case .identityChanged(let expected, let found):
                (
                    .false, "IdentityChanged",
                    "another cluster answers: the uid of its kube-system namespace is \(found), not \(expected)"
                        + "; nothing is written there. Point the Secret at the right cluster, or register the new one under"
                        + " another name"
                )
            case .duplicate(let other):
                (
                    .false, "ClusterDuplicate",
                    "MemberCluster \(other) is this same cluster (the uid of its kube-system namespace is the same);"
                        + " nothing is written through this one. Delete one of the two, or point the Secret of"
                        + " access.secretRef at the right cluster"
                )
            }
        return Condition(
            type: "Ready", status: status, reason: reason, message: message, observedGeneration: observedGeneration)
    }
}
