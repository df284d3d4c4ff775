import JSONValue
public import KubeModel

/// A host for which a Gateway ends TLS on a port of its pods, as it concerns other owners: of two such Gateways of the
/// same pods one is skipped.
///
/// Where both select the same labels, ``HostClaim`` tells for certain. Here one may ask for more labels than the other:
/// whatever pods it selects are the other's too, but it may have none.
public struct ServerClaim: Sendable, Hashable {
    /// The Gateway.
    public let gateway: ObjectKey
    /// The port and the host.
    public let place: TLSServerPlace
    let selector: JSONObject

    /// What the objects of one target claim, the first ``HostClaim/limit`` of it.
    public static func claims(of objects: [TrafficObject]) -> Set<ServerClaim> {
        var claims: Set<ServerClaim> = []
        for gateway in objects where gateway.kind == .gateway {
            let selector = TLSServerPlace.selector(gateway)
            for (place, _) in TLSServerPlace.all(in: gateway) where claims.count < HostClaim.limit {
                claims.insert(ServerClaim(gateway: gateway.key, place: place, selector: selector))
            }
        }
        return claims
    }

    /// Whether the pods of one are pods of the other, and both serve the same host there.
    public func meets(_ other: ServerClaim) -> Bool {
        place == other.place && TLSServerPlace.meet(selector, other.selector)
    }

    /// What is wrong where another Gateway meets this one, in the words of the set rule `ServerShadowed`.
    /// - Parameter rival: the other one in words, such as `Gateway shop/web`.
    /// - Returns: what is wrong, and what to do.
    public func shadow(of rival: String) -> (message: String, remedy: String) { place.shadow(of: rival) }
}
