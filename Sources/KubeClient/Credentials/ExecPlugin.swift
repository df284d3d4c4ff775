import JSONValue
import KubeModel

/// A program that prints credentials, as the `exec` section of a user's own kubeconfig names it.
///
/// Source: KEP-541, `client.authentication.k8s.io/v1` and `v1beta1`.
struct ExecPlugin: Sendable {
    /// The versions of the protocol that are spoken.
    static let versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]
    /// Longer than any healthy plugin takes, shorter than a person waits.
    static let timeout: Duration = .seconds(30)
    /// Credentials are asked for anew this long before they expire (kube-rs does the same).
    static let leeway: Duration = .seconds(60)

    var apiVersion: String
    var command: String
    var arguments: [String]
    var environment: [String: String]
    /// `spec.cluster` of the input; nil unless the plugin asks for it.
    var cluster: JSONValue?
    /// Wall-clock time, for expiry.
    var now: @Sendable () -> Timestamp = { Timestamp.ofSystem }

    /// A source that runs the program when its last credentials are about to expire or were refused.
    var source: CredentialSource {
        .renewable(CredentialCache { () async throws(CredentialError) in try await run() })
    }

    func run() async throws(CredentialError) -> CredentialCache.Loaded {
        var spec: JSONObject = ["interactive": false]
        spec["cluster"] = cluster
        let input: JSONValue = [
            "apiVersion": .string(apiVersion), "kind": "ExecCredential", "spec": .object(spec),
        ]
        var variables = environment
        variables["KUBERNETES_EXEC_INFO"] = input.text()
        let output: [UInt8]
        do {
            output = try await ChildProcess.output(
                [command] + arguments, environment: variables, timeout: Self.timeout, limit: 1 << 20)
        } catch {
            throw CredentialError("the exec plugin \(command) \(Self.words(error))")
        }
        return try read(output)
    }

    /// Reads what the program printed.
    func read(_ output: [UInt8]) throws(CredentialError) -> CredentialCache.Loaded {
        guard let reply = try? JSONValue(parsing: output), reply["kind"]?.stringValue == "ExecCredential" else {
            throw fault("printed no ExecCredential")
        }
        guard reply["apiVersion"]?.stringValue == apiVersion else {
            throw fault("answered in another version than \(apiVersion), which the kubeconfig names")
        }
        let status = reply["status"]
        var credentials = RequestCredentials()
        if let token = status?["token"]?.stringValue, !token.isEmpty { credentials.bearerToken = Secret(token) }
        switch (status?["clientCertificateData"]?.stringValue, status?["clientKeyData"]?.stringValue) {
        case (let chain?, let key?):
            credentials.clientCertificate = try ClientCertificate(checking: Array(chain.utf8), key: Secret(key))
        case (nil, nil): break
        default: throw fault("gave a certificate without a key, or a key without a certificate")
        }
        guard credentials != RequestCredentials() else { throw fault("gave neither a token nor a certificate") }
        guard let text = status?["expirationTimestamp"]?.stringValue else {
            return CredentialCache.Loaded(credentials, freshFor: nil, goodFor: nil)
        }
        guard let expiry = Timestamp(text) else { throw fault("gave an expirationTimestamp that is no date") }
        let left = max(.zero, expiry - now())
        return CredentialCache.Loaded(credentials, freshFor: max(left - Self.leeway, left / 2), goodFor: left)
    }

    private func fault(_ text: String) -> CredentialError { CredentialError("the exec plugin \(command) \(text)") }

    private static func words(_ failure: ChildProcess.Failure) -> String {
        switch failure {
        case .notStarted(let code): "cannot be started (error \(code)); is it installed and in PATH?"
        case .timedOut: "did not end within \(timeout)"
        case .tooMuchOutput: "printed more than 1 MiB"
        case .failed(let status): "ended with status \(status)"
        }
    }
}
