import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import KubeRuntime
import X509Tools

/// How a member is reached, read out of the Secret that its MemberCluster names.
struct MemberAccess: Sendable {
    /// Why there is no access; the reason of the MemberCluster's Ready condition.
    struct Problem: Error, Sendable, Hashable {
        var reason: String
        var message: String

        /// The reason where the member answers, but not all of what has to be known of it can be read.
        static let unreadable = "ReadFailed"
    }

    var endpoint: ClusterEndpoint
    /// SHA-256 of the kubeconfig, to see whether it has changed; the text itself is not kept.
    var digest: String

    /// Finds the Secret, checks that it may be used, and reads its kubeconfig as untrusted input.
    static func read(
        _ reference: MemberClusterSpec.SecretReference, host: HostStores, options: OperatorOptions
    ) throws(Problem) -> MemberAccess {
        let namespace = reference.namespace ?? options.namespace
        guard let store = host.secrets[namespace] else {
            throw Problem(
                reason: "SecretNamespaceRefused",
                message: "access.secretRef.namespace: Secrets of namespace \(namespace) may not be used: only those of"
                    + " \(host.secrets.keys.sorted().joined(separator: ", ")); start the operator with"
                    + " --cluster-secret-namespaces \(namespace) to allow it")
        }
        guard let secret = store.get(ObjectKey(namespace: namespace, name: reference.name)) else {
            throw Problem(
                reason: "SecretMissing",
                message: "access.secretRef: Secret \(namespace)/\(reference.name) does not exist; create it with the"
                    + " member's kubeconfig under the key \(reference.key)")
        }
        guard let text = secret.json.value("data", reference.key)?.stringValue else {
            throw Problem(
                reason: "SecretKeyMissing",
                message: "access.secretRef.key: Secret \(namespace)/\(reference.name) has no data \(reference.key)")
        }
        guard let bytes = Base64.decode(text) else {
            throw Problem(
                reason: "KubeconfigInvalid",
                message: "Secret \(namespace)/\(reference.name), data \(reference.key): is not base64")
        }
        do {
            let endpoint = try Kubeconfig.member(
                bytes, allowLoopback: options.allowLoopbackMembers)
            return MemberAccess(endpoint: endpoint, digest: SHA256.hex(bytes))
        } catch {
            throw Problem(
                reason: "KubeconfigInvalid",
                message: "Secret \(namespace)/\(reference.name), data \(reference.key): \(error)")
        }
    }
}
