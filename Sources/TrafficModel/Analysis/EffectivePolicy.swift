import JSONValue

/// What a DestinationRule says about balancing for one cluster of a proxy, that is for one port of a host or of a subset.
///
/// So do `GetPortLevelTrafficPolicy` and `MergeSubsetTrafficPolicy` of Istio's `pilot/pkg/networking/util/util.go`
/// choose: the settings of a port stand for the whole policy and inherit nothing of it; the policy of a subset replaces
/// field by field what the host has at that port.
struct EffectivePolicy {
    let loadBalancer: Field
    let outlierDetection: Field

    private init(_ settings: Field) {
        (loadBalancer, outlierDetection) = (settings["loadBalancer"], settings["outlierDetection"])
    }

    /// The policies of a host with these ports, each once.
    /// - Parameters:
    ///   - spec: of the DestinationRule.
    ///   - ports: of the host; a host without any is asked for as a whole.
    /// - Returns: first that of all ports that have no settings of their own.
    static func ofHost(_ spec: Field, ports: Set<Int64>) -> [EffectivePolicy] {
        let policy = spec["trafficPolicy"]
        let own = settings(of: policy, for: ports)
        return (isWhole(own, ports) ? [EffectivePolicy(policy)] : []) + own.map(EffectivePolicy.init)
    }

    /// The load balancers of all clusters of a host and of its subsets, with or without outlier detection.
    /// - Parameters:
    ///   - spec: of the DestinationRule.
    ///   - ports: of the host.
    ///   - isDetecting: whether only those beside which outliers are detected count.
    /// - Returns: the fields, absent ones too; those of the host first.
    static func balancers(_ spec: Field, ports: Set<Int64>, isDetecting: Bool) -> [Field] {
        func counts(_ policy: EffectivePolicy) -> Bool { !isDetecting || policy.outlierDetection.isPresent }
        let host = ofHost(spec, ports: ports)
        let hostCounts = host.contains(where: counts)
        var balancers: [Field] = []
        var isInherited = false
        for subset in spec["subsets"].items {
            let own = settings(of: subset["trafficPolicy"], for: ports)
            balancers += own.map(EffectivePolicy.init).filter(counts).map(\.loadBalancer)
            guard isWhole(own, ports) else { continue }
            let policy = EffectivePolicy(subset["trafficPolicy"])
            if policy.loadBalancer.isAbsent {
                isInherited = isInherited || policy.outlierDetection.isPresent
            } else if hostCounts || counts(policy) {
                balancers.append(policy.loadBalancer)
            }
        }
        return host.filter { isInherited || counts($0) }.map(\.loadBalancer) + balancers
    }

    /// The settings of a policy for some of these ports; of two for one port the first counts.
    private static func settings(of policy: Field, for ports: Set<Int64>) -> [Field] {
        var left = ports
        return policy["portLevelSettings"].items.filter { settings in
            settings["port"]["number"].number.flatMap { left.remove($0) } != nil
        }
    }

    /// Whether some port has no settings of its own, so that those of all ports count.
    private static func isWhole(_ own: [Field], _ ports: Set<Int64>) -> Bool { own.count < max(ports.count, 1) }
}
