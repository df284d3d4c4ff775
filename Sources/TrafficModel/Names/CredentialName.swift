public import KubeModel

/// What `credentialName` of a Gateway's TLS settings names.
///
/// The rules of Istio's `pilot/pkg/model/credentials/resource.go`: an unqualified name is a Secret in the namespace
/// *and cluster* of the gateway's pods, and a name of another namespace is denied to Istio's own Gateways.
public enum CredentialName: Sendable, Hashable {
    /// A Secret in the namespace of the gateway's pods.
    case secret(String)
    /// A Secret in a namespace that is named.
    case qualified(ObjectKey)
    /// A source outside of Kubernetes Secrets, by its scheme (`sds`, `configmap`, `builtin`...).
    case elsewhere(scheme: String)

    /// Reads a credential name.
    public init(_ text: String) {
        var name = text[...]
        if let mark = text.firstRange(of: "://") {
            let scheme = String(text[..<mark.lowerBound])
            guard scheme == "kubernetes" || scheme == "kubernetes-gateway" else {
                self = .elsewhere(scheme: scheme)
                return
            }
            name = text[mark.upperBound...]
        }
        if let slash = name.utf8.firstIndex(of: UInt8(ascii: "/")) {
            let rest = name.utf8.index(after: slash)
            self = .qualified(ObjectKey(namespace: String(name[..<slash]), name: String(name[rest...])))
        } else {
            self = .secret(String(name))
        }
    }

    /// The Secret that it names for pods of a namespace; nil: it names none.
    func secret(ofPodsIn namespace: String) -> ObjectKey? {
        switch self {
        case .secret(let name): ObjectKey(namespace: namespace, name: name)
        case .qualified(let key): key
        case .elsewhere: nil
        }
    }
}
