public import JSONValue
import KubeModel

/// In which namespace the pods of a Gateway run, and with them the Secrets that its TLS settings name.
public enum GatewayNamespace: Sendable, Hashable {
    /// The namespace.
    case found(String)
    /// It cannot be told; the reason says why and what to do.
    case unknown(String)

    /// The namespace of the Services whose selector contains the Gateway's: first those of the set, then live ones.
    ///
    /// A Service and its pods share a namespace, so a Service that selects at least what the Gateway selects stands
    /// where the Gateway's pods are. Services of more than one namespace leave it open.
    /// - Parameters:
    ///   - gatewaySelector: the Gateway's `spec.selector`.
    ///   - rendered: the Services of the rendered set.
    ///   - live: Services that exist in gateway namespaces.
    /// - Returns: the namespace, or why it is unknown.
    public static func resolve(
        gatewaySelector: JSONObject, rendered: [ServiceReferences], live: [ServiceReferences]
    ) -> GatewayNamespace {
        guard !gatewaySelector.isEmpty else {
            return .unknown("its selector is empty, which means every gateway; select the labels of one gateway")
        }
        for services in [rendered, live] {
            let matching = services.filter { $0.selector.contains(all: gatewaySelector) }
            let namespaces = Set(matching.compactMap(\.key.namespace)).sorted()
            guard let first = namespaces.first else { continue }
            if namespaces.count == 1 { return .found(first) }
            return .unknown(
                "Services of several namespaces (\(namespaces.joined(separator: ", "))) select its labels"
                    + "; use a selector that only one gateway has")
        }
        return .unknown(
            "no Service of the template or of a gateway namespace selects its labels; add a Service for the gateway"
                + " or correct the selector")
    }
}
