import JSONValue
import KubeModel

/// Checks whether what is rendered for the clusters of one zone fits together: they are one mesh, in which Services of one
/// name and namespace are one Service.
public enum ZoneCheck {
    /// All rules about several clusters.
    public static let all = [serviceDiffers]

    private static let serviceDiffers = TrafficRule(
        name: "ServiceDiffers", code: "IST0170", severity: .warning, kinds: [.service],
        source: "istio pkg/config/analysis/analyzers/multicluster/service.go", check: nil)

    /// What differs between clusters.
    /// - Parameter sets: the rendered sets of the clusters of one zone.
    /// - Returns: the findings, each with the cluster whose object is another than the first one's, at most
    ///   ``TrafficCheck/limit`` of them.
    public static func findings(_ sets: [(cluster: String, objects: [TrafficObject])]) -> [(
        cluster: String, finding: Finding
    )] {
        var firsts: [ObjectKey: (cluster: String, shape: Shape)] = [:]
        var found: [(cluster: String, finding: Finding)] = []
        for set in sets {
            for service in set.objects where service.kind == .service {
                let shape = Shape(Field(service.body)["spec"])
                guard let first = firsts[service.key] else {
                    firsts[service.key] = (set.cluster, shape)
                    continue
                }
                guard let difference = shape.difference(from: first.shape) else { continue }
                var breaches = Breaches(
                    of: service, rule: serviceDiffers, limit: found.count < TrafficCheck.limit ? 1 : 0)
                breaches.add(
                    Field(service.body)["spec"][difference],
                    "differs from that in \(first.cluster), which is in the same mesh, and takes both for one Service",
                    "render the same type and ports in all clusters of a zone")
                found += breaches.findings.map { (set.cluster, $0) }
            }
        }
        return found
    }

    /// What Istio takes from a Service of any cluster for all of them.
    private struct Shape {
        struct Port: Hashable {
            let name: JSONValue
            let number: Int64
            let `protocol`: JSONValue
            let appProtocol: JSONValue
        }

        let type: String
        let isHeadless: Bool
        let ports: Set<Port>

        init(_ spec: Field) {
            type = spec["type"].isPresent ? spec["type"].text : "ClusterIP"
            isHeadless = spec["clusterIP"].text == "None"
            ports = Set(
                spec["ports"].items.map { port in
                    Port(
                        name: .string(port["name"].text), number: port["port"].number ?? 0,
                        protocol: .string(port["protocol"].isPresent ? port["protocol"].text : "TCP"),
                        appProtocol: .string(port["appProtocol"].text))
                })
        }

        /// The field that makes the difference; nil for none.
        func difference(from other: Shape) -> String? {
            if !sameBytes(type, other.type) { return "type" }
            if isHeadless != other.isHeadless { return "clusterIP" }
            return ports == other.ports ? nil : "ports"
        }
    }
}
