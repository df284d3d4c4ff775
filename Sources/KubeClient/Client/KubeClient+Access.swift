import JSONValue
import KubeModel

extension KubeClient {
    /// Asks what this client's credential may do in a namespace, which need not exist.
    ///
    /// It is a POST that stores nothing (`authorization.k8s.io/v1 SelfSubjectRulesReview`), which Kubernetes lets
    /// everybody ask by its role `system:basic-user`.
    public func accessRules(in namespace: String) async throws(APIError) -> AccessRules {
        let reviews = GroupVersionResource(
            group: "authorization.k8s.io", version: "v1", resource: "selfsubjectrulesreviews")
        let review = KubeObject(
            lenient: [
                "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview",
                "spec": ["namespace": .string(namespace)],
            ])
        return AccessRules(try await create(review, resource: reviews).status)
    }
}
