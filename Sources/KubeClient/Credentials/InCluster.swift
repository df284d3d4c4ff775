/// The cluster that this process runs in, as a pod's service account sees it.
public enum InCluster {
    /// Where Kubernetes mounts a service account's files.
    public static let folder = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// The API server of the cluster, with the token file read again each minute.
    /// - Parameters:
    ///   - folder: where the files are.
    ///   - variable: looks up an environment variable.
    /// - Returns: the endpoint.
    /// - Throws: `KubeconfigError` if this process does not run in a pod, or the files are missing.
    public static func endpoint(
        folder: String = folder, variable: (String) -> String? = ProcessEnvironment.variable
    ) throws(KubeconfigError) -> ClusterEndpoint {
        guard let host = variable("KUBERNETES_SERVICE_HOST"), let text = variable("KUBERNETES_SERVICE_PORT"),
            let port = Int(text)
        else {
            throw KubeconfigError(
                "the pod's environment", "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set",
                "run in a pod, or give --kubeconfig")
        }
        let files = CredentialFiles(tokenFile: folder + "/token")
        do {
            let server = try ServerURL(scheme: .https, host: host, port: port)
            let authority = try LocalFile.read(folder + "/ca.crt")
            return ClusterEndpoint(
                connection: ConnectionSettings(server: server, certificateAuthority: authority),
                credentials: try files.source)
        } catch {
            throw KubeconfigError("the service account", "\(error)", "mount the service account's token into the pod")
        }
    }

    /// The namespace of the pod; nil outside of one.
    public static func namespace(folder: String = folder) -> String? {
        guard let bytes = try? LocalFile.read(folder + "/namespace", limit: 1024) else { return nil }
        let name = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
        return name.isEmpty ? nil : name
    }
}
