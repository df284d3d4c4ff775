public import TrafficModel

/// What the operator's configuration permits to templates.
public struct RenderOptions: Sendable, Hashable {
    /// Namespaces beside the AccessPoint's own in which a Service may stand.
    public var gatewayNamespaces: [String]
    /// What a Service may do although it is dangerous.
    public var allowedServiceFields: Set<ServiceDanger>

    /// Makes options.
    public init(gatewayNamespaces: [String], allowedServiceFields: Set<ServiceDanger> = []) {
        self.gatewayNamespaces = gatewayNamespaces
        self.allowedServiceFields = allowedServiceFields
    }
}
