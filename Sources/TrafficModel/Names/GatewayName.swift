public import KubeModel

/// A name in a VirtualService's `gateways`.
public enum GatewayName: Sendable, Hashable {
    /// The sidecars of the mesh.
    case mesh
    /// A Gateway object.
    case gateway(ObjectKey)

    /// Resolves a name in an object of `namespace`, as `resolveGatewayName` in Istio's `pilot/pkg/model/config.go` does.
    ///
    /// `mesh` is reserved; `namespace/name` is taken as it is; `./name` and `name` are in the object's own namespace; a
    /// name with dots is the old form `name.namespace[.svc.domain]`.
    public init(_ text: String, namespace: String) {
        if text == "mesh" {
            self = .mesh
            return
        }
        let bytes = text.utf8
        if let slash = bytes.firstIndex(of: UInt8(ascii: "/")) {
            let name = String(text[bytes.index(after: slash)...])
            let owner = String(text[..<slash])
            self = .gateway(ObjectKey(namespace: owner == "." ? namespace : owner, name: name))
            return
        }
        let labels = bytes.split(separator: UInt8(ascii: "."), maxSplits: 2, omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        guard let name = labels.first, labels.count > 1 else {
            self = .gateway(ObjectKey(namespace: namespace, name: text))
            return
        }
        self = .gateway(ObjectKey(namespace: labels.dropFirst().first, name: name))
    }
}
