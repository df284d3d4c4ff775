import JSONValue
import KubeModel

/// A host that an object takes for itself at a gateway of its cluster: two objects of different owners that take the same
/// one answer the same requests, and which of them does is left to their age.
///
/// Only the same name is taken twice: of a wildcard and a host that it covers, proxies serve the more special one.
///
/// A VirtualService takes its hosts at each Gateway that it is bound to, a Gateway those of its servers on their ports of
/// the pods that it selects: the cases of the set rules `GatewayHostTwice` and `ServerShadowed`, across owners.
public struct HostClaim: Sendable, Hashable {
    /// Where, such as `Gateway shop/web`, or `port 443 of the pods with istio=ingressgateway`.
    public let place: String
    /// The host, perhaps a wildcard.
    public let host: HostName

    /// Makes a claim.
    public init(place: String, host: HostName) {
        self.place = place
        self.host = host
    }

    /// The most claims of one target: a VirtualService of many hosts takes each of them at each of its Gateways.
    public static let limit = 4096

    /// What the objects of one target claim, the first ``limit`` of it.
    /// - Parameters:
    ///   - objects: the rendered set of one target.
    ///   - clusterDomain: the DNS domain of the cluster, for short names.
    /// - Returns: the claims, each with the object that makes it first.
    public static func claims(
        of objects: [TrafficObject], clusterDomain: String = "cluster.local"
    ) -> [HostClaim: TrafficObject] {
        var claims: [HostClaim: TrafficObject] = [:]
        for object in objects {
            let spec = Field(object.body)["spec"]
            let found =
                switch object.kind {
                case .virtualService: routes(spec, object.key, clusterDomain)
                case .gateway: servers(spec, object.key)
                default: [HostClaim]()
                }
            for claim in found where claims[claim] == nil && claims.count < limit { claims[claim] = object }
        }
        return claims
    }

    private static func routes(_ spec: Field, _ key: ObjectKey, _ clusterDomain: String) -> [HostClaim] {
        let namespace = key.namespace ?? ""
        let hosts = spec["hosts"].texts.map {
            HostName.resolving($0.text, namespace: namespace, clusterDomain: clusterDomain)
        }
        var claims: [HostClaim] = []
        for (text, _) in spec["gateways"].texts where claims.count < limit {
            guard case .gateway(let gateway) = GatewayName(text, namespace: namespace) else { continue }
            claims += hosts.map { HostClaim(place: "Gateway \(gateway)", host: $0) }
        }
        return claims
    }

    private static func servers(_ spec: Field, _ key: ObjectKey) -> [HostClaim] {
        let selector = spec["selector"].members.map { "\($0.key)=\($0.field.text)" }.sorted().joined(separator: ",")
        return spec["servers"].items.flatMap { server -> [HostClaim] in
            guard let port = server["port"]["number"].number else { return [] }
            let isTLS = TrafficProtocol(server["port"]["protocol"].text)?.isTLS ?? false
            let bind = server["bind"].text.isEmpty ? "" : " at \(server["bind"].text)"
            // Whole: what differs at its end alone is another place.
            let place = "port \(port)\(bind) of \(selector.isEmpty ? "all gateway pods" : "the pods with \(selector)")"
            return server["hosts"].texts.compactMap { text, _ in
                let host = GatewayReferences.ServerHost(text, gatewayNamespace: key.namespace ?? "").host
                // Plain servers for every host are merged by Istio, and take nothing from each other.
                return host.text == "*" && !isTLS ? nil : HostClaim(place: place, host: host)
            }
        }
    }
}

extension HostClaim: CustomStringConvertible {
    /// `host a.example.com at Gateway shop/web`, cut where it is long.
    public var description: String { "host \(host) at \(excerpt(place, limit: 160))" }
}
