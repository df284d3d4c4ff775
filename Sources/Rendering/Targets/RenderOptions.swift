public import TrafficModel

/// What the operator's configuration permits to templates.
public struct RenderOptions: Sendable, Hashable {
    /// Namespaces beside the AccessPoint's own in which a Service may stand.
    public var gatewayNamespaces: [String]
    /// What a Service may do although it is dangerous.
    public var allowedServiceFields: Set<ServiceDanger>
    /// Whether a Service may stand in any namespace.
    private(set) var allowsAnyNamespace = false

    /// The same for a revision that was accepted: what was permitted then stays so, or nobody could repair or undo it.
    public var ofAcceptedRevision: RenderOptions {
        var options = self
        options.allowedServiceFields = Set(ServiceDanger.allCases)
        options.allowsAnyNamespace = true
        return options
    }

    /// Makes options.
    public init(gatewayNamespaces: [String], allowedServiceFields: Set<ServiceDanger> = []) {
        self.gatewayNamespaces = gatewayNamespaces
        self.allowedServiceFields = allowedServiceFields
    }
}
