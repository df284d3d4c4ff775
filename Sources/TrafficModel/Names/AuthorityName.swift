public import JSONValue
public import KubeModel

/// Where a Gateway's server takes the authority from by which it judges its clients' certificates.
public enum AuthorityName: Sendable, Hashable {
    /// A name of its own, in `caCertCredentialName`.
    case named(CredentialName)
    /// None: it belongs to the credential of the server's certificate.
    case beside(CredentialName)

    private static let suffix = "-cacert"

    /// The Secrets in which it is looked for, for pods of a namespace: the first that exists counts, even if it holds none
    /// (`GetCaCert` in Istio's `pilot/pkg/credentials/kube/secrets.go`).
    ///
    /// - Parameter namespace: where the gateway's pods run.
    /// - Returns: the Secrets; none where it is in no Secret, in one of another namespace, or has a flaw.
    public func secrets(ofPodsIn namespace: String) -> [ObjectKey] {
        switch self {
        case .beside(let credential):
            guard let key = Self.own(credential, namespace) else { return [] }
            return [ObjectKey(namespace: namespace, name: key.name + Self.suffix), key]
        case .named(let name):
            guard let key = Self.own(name, namespace) else { return [] }
            guard key.name.hasSuffix(Self.suffix) else { return [] }
            return [key, ObjectKey(namespace: namespace, name: String(key.name.dropLast(Self.suffix.count)))]
        }
    }

    /// Why Istio takes no authority by this name, whatever the Secret of that name holds.
    ///
    /// By a name without `-cacert` at its end it sends a certificate with its key, never an authority (`generate` in
    /// Istio's `pilot/pkg/xds/sds.go`).
    ///
    /// - Parameter namespace: where the gateway's pods run.
    /// - Returns: what is wrong and what to do; nil: Istio looks for an authority.
    public func flaw(ofPodsIn namespace: String) -> String? {
        guard case .named(let name) = self, let key = Self.own(name, namespace) else { return nil }
        return Self.flaw(ofSecret: key.name).map { "\($0.problem); \($0.remedy)" }
    }

    /// The same of a `caCertCredentialName` that names no namespace, for which it does not matter where the pods run.
    static func flaw(ofName text: String) -> (problem: String, remedy: String)? {
        guard case .secret(let name) = CredentialName(text), !name.isEmpty else { return nil }
        return flaw(ofSecret: name)
    }

    private static func flaw(ofSecret name: String) -> (problem: String, remedy: String)? {
        guard !name.hasSuffix(suffix) else { return nil }
        let (bare, whole) = (excerpt(name), excerpt(name + suffix))
        return (
            "Istio takes no authority by the name \(bare), which does not end in \(suffix)",
            "write \(whole), and Istio takes the authority from Secret \(whole), or from \(bare) if that does not exist"
        )
    }

    private static func own(_ name: CredentialName, _ namespace: String) -> ObjectKey? {
        name.secret(ofPodsIn: namespace).flatMap { sameBytes($0.namespace ?? "", namespace) ? $0 : nil }
    }

    /// The names of the data in which a Secret holds an authority: the first that is there and not empty counts.
    private static let data = ["cacert", "ca.crt"]

    /// The name and content of the data in which a Secret holds an authority, in Base64 as it came; nil: it holds none.
    public static func data(of secret: JSONValue) -> (name: String, content: String)? {
        for name in data {
            guard let content = secret["data"]?[name]?.stringValue, !content.isEmpty else { continue }
            return (name, content)
        }
        return nil
    }

    /// What is to be done about a Secret that holds none.
    public static func remedy(_ secret: ObjectKey) -> String {
        let own = secret.name.hasSuffix(suffix) ? "" : ", or in a Secret \(excerpt(secret.name + suffix)) beside it"
        return "store it as data ca.crt\(own)"
    }
}
