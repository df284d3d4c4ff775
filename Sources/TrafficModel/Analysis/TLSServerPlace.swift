import JSONValue
import KubeModel

/// Where a Gateway ends TLS for a host: pods listen there for one server only.
struct TLSServerPlace: Hashable {
    let port: Int64
    let bind: JSONValue
    let host: HostName

    /// The places of a Gateway, each with the host's field.
    static func all(in gateway: TrafficObject) -> [(place: TLSServerPlace, field: Field)] {
        Field(gateway.body)["spec"]["servers"].items.flatMap { server -> [(place: TLSServerPlace, field: Field)] in
            guard TrafficProtocol(server["port"]["protocol"].text)?.isTLS ?? false,
                let port = server["port"]["number"].number
            else { return [] }
            return server["hosts"].texts.map { text, field in
                let host = GatewayReferences.ServerHost(text, gatewayNamespace: gateway.key.namespace ?? "").host
                return (TLSServerPlace(port: port, bind: .string(server["bind"].text), host: host), field)
            }
        }
    }

    /// Whether two Gateways select the same pods for certain: one selects at least what the other does.
    static func meet(_ left: TrafficObject, _ right: TrafficObject) -> Bool {
        let (left, right) = (selector(left), selector(right))
        return left.contains(all: right) || right.contains(all: left)
    }

    private static func selector(_ gateway: TrafficObject) -> JSONObject {
        Field(gateway.body)["spec"]["selector"].value?.objectValue ?? JSONObject()
    }
}
