import JSONValue
import KubeModel

/// Where a Gateway ends TLS for a host: pods listen there for one server only.
public struct TLSServerPlace: Sendable, Hashable, CustomStringConvertible {
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

    /// Whether two Gateways select the same pods, if they select any: one selects at least what the other does.
    static func meet(_ left: TrafficObject, _ right: TrafficObject) -> Bool { meet(selector(left), selector(right)) }

    /// The same of their selectors.
    static func meet(_ left: JSONObject, _ right: JSONObject) -> Bool {
        left.contains(all: right) || right.contains(all: left)
    }

    static func selector(_ gateway: TrafficObject) -> JSONObject {
        Field(gateway.body)["spec"]["selector"].value?.objectValue ?? JSONObject()
    }

    /// The place in words, for an order.
    public var description: String { "port \(port) \(bind.stringValue ?? "") \(host)" }

    /// What is wrong where another Gateway of the same pods has the place too, and what to do.
    func shadow(of rival: String) -> (message: String, remedy: String) {
        (
            "\(rival) serves \(excerpt(host)) on port \(port) of the same pods; one of the two is skipped without a word",
            "serve the host in one place, or on another port, bind or gateway"
        )
    }
}
