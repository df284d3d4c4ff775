public import JSONValue
public import KubeModel

/// What a VirtualService refers to.
public struct VirtualServiceReferences: Sendable, Hashable {
    /// A place to which requests are sent or mirrored.
    public struct Destination: Sendable, Hashable {
        /// The host as written.
        public let written: String
        /// The host that is meant.
        public let host: HostName
        /// The port number; nil if the route leaves it to the backend.
        public let port: Int64?
        /// The subset; nil if none is named.
        public let subset: String?
    }

    /// Namespace and name.
    public let key: ObjectKey
    /// The hosts, short names resolved; none for a delegate.
    public let hosts: [Located<HostName>]
    /// The gateways, `mesh` if the list is empty.
    public let gateways: [Located<GatewayName>]
    /// The gateways that matches name.
    public let matchGateways: [Located<GatewayName>]
    /// The destinations of all routes and mirrors; the place is that of the destination.
    public let destinations: [Located<Destination>]
    /// The VirtualServices to which routes delegate.
    public let delegates: [Located<ObjectKey>]
    /// Where the object is shown.
    public let exportTo: ExportTo
    /// The Gateway objects that it is bound to, each where it is named first.
    public let gatewayKeys: [Located<ObjectKey>]
    /// Whether the sidecars of the mesh take part.
    public let isInMesh: Bool
    /// Fields that are of the wrong type.
    public let unreadable: [JSONPointer]

    /// Reads a VirtualService.
    /// - Parameters:
    ///   - body: the whole object.
    ///   - key: its namespace and name.
    ///   - clusterDomain: the DNS domain of the cluster, for short names.
    public init(_ body: JSONValue, key: ObjectKey, clusterDomain: String) {
        var reader = RouteReader(namespace: key.namespace ?? "", clusterDomain: clusterDomain)
        let spec = Field(body)["spec"]
        self.key = key
        hosts = reader.fields.strings(spec["hosts"]).map { Located(reader.host($0.value), at: $0.pointer) }
        let named = reader.gateways(spec["gateways"])
        gateways = named.isEmpty ? [Located(.mesh, at: spec["gateways"].pointer)] : named
        isInMesh = gateways.contains { $0.value == .mesh }
        var seen: Set<ObjectKey> = []
        gatewayKeys = gateways.compactMap { gateway in
            guard case .gateway(let key) = gateway.value, seen.insert(key).inserted else { return nil }
            return Located(key, at: gateway.pointer)
        }
        for rule in ["http", "tls", "tcp"] { reader.readRules(spec[rule]) }
        exportTo = ExportTo(reader.fields.strings(spec["exportTo"]).map(\.value), owner: key.namespace ?? "")
        matchGateways = reader.matchGateways
        destinations = reader.destinations
        delegates = reader.delegates
        unreadable = reader.fields.unreadable
    }

    /// Whether this is a part that other VirtualServices delegate to: it has no hosts and is bound to nothing itself.
    public var isDelegate: Bool { hosts.isEmpty }
}

/// Walks the rules of a VirtualService.
private struct RouteReader {
    let namespace: String
    let clusterDomain: String
    var fields = FieldReading()
    var destinations: [Located<VirtualServiceReferences.Destination>] = []
    var delegates: [Located<ObjectKey>] = []
    var matchGateways: [Located<GatewayName>] = []

    func host(_ text: String) -> HostName {
        HostName.resolving(text, namespace: namespace, clusterDomain: clusterDomain)
    }

    mutating func gateways(_ field: Field) -> [Located<GatewayName>] {
        fields.strings(field).map { Located(GatewayName($0.value, namespace: namespace), at: $0.pointer) }
    }

    mutating func readRules(_ rules: Field) {
        for rule in fields.elements(rules) {
            for match in fields.elements(rule["match"]) { matchGateways += gateways(match["gateways"]) }
            for route in fields.elements(rule["route"]) { readDestination(route["destination"]) }
            readDestination(rule["mirror"])
            for mirror in fields.elements(rule["mirrors"]) { readDestination(mirror["destination"]) }
            readDelegate(rule["delegate"])
        }
    }

    private mutating func readDestination(_ field: Field) {
        guard fields.object(field) != nil else { return }
        let text = fields.string(field["host"]) ?? ""
        let subset = fields.string(field["subset"]) ?? ""
        destinations.append(
            Located(
                VirtualServiceReferences.Destination(
                    written: text, host: host(text), port: fields.integer(field["port"]["number"]),
                    subset: subset.isEmpty ? nil : subset),
                at: field.pointer))
    }

    private mutating func readDelegate(_ field: Field) {
        guard fields.object(field) != nil else { return }
        let owner = fields.string(field["namespace"]) ?? ""
        let name = fields.string(field["name"]) ?? ""
        delegates.append(
            Located(ObjectKey(namespace: owner.isEmpty ? namespace : owner, name: name), at: field.pointer))
    }
}
