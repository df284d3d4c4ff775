public import JSONValue

/// A field by which a Service takes or sends traffic that is not its own (CVE-2020-8554), refused unless an operator is
/// started to allow it.
public enum ServiceDanger: String, Sendable, Hashable, CaseIterable {
    /// Addresses whose traffic the Service takes in every node.
    case externalIPs
    /// The address that the load balancer is to have.
    case loadBalancerIP
    /// The type of a Service that is another name for a host.
    case externalName = "ExternalName"

    /// A field that is set, with what is wrong and what to do.
    public typealias Place = (field: String, message: String, remedy: String)

    /// The dangerous fields of a Service's spec that are set.
    /// - Parameters:
    ///   - spec: the spec; it may be anything.
    ///   - allowed: what is not looked at.
    /// - Returns: each field with what is wrong and what to do.
    public static func found(in spec: JSONValue, but allowed: Set<ServiceDanger>) -> [Place] {
        allCases.filter { !allowed.contains($0) }.compactMap { danger in
            danger.field(in: spec).map { (field: $0, message: danger.message, remedy: danger.remedy) }
        }
    }

    private func field(in spec: JSONValue) -> String? {
        func isSet(_ field: String) -> Bool { spec[field].map { !$0.isBlank && $0 != "" } ?? false }
        switch self {
        case .externalIPs, .loadBalancerIP: return isSet(rawValue) ? rawValue : nil
        case .externalName:
            return spec["type"] == "ExternalName" ? "type" : isSet("externalName") ? "externalName" : nil
        }
    }

    private var message: String {
        switch self {
        case .externalIPs, .loadBalancerIP: "with this field a Service takes the traffic of any address it names"
        case .externalName: "a Service of type ExternalName is another name for any host it names"
        }
    }

    private var remedy: String {
        let instead =
            switch self {
            case .externalIPs, .loadBalancerIP: "ask the load balancer for an address with its annotations"
            case .externalName: "use a ServiceEntry for the host"
            }
        return "remove it; \(instead) (whoever runs the operator can allow it: --allow-service-fields "
            + "\(rawValue), in the chart allowServiceFields)"
    }
}
