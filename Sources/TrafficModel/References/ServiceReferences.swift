public import JSONValue
public import KubeModel

/// What other objects refer to in a Service.
public struct ServiceReferences: Sendable, Hashable {
    /// Namespace and name.
    public let key: ObjectKey
    /// `ClusterIP` unless the spec says otherwise.
    public let type: String
    /// The labels that a pod must have; empty when the Service selects none.
    public let selector: JSONObject
    /// The ports that could be read.
    public let ports: [ServicePort]

    /// Reads a Service.
    public init(_ body: JSONValue, key: ObjectKey) {
        self.key = key
        let spec = body["spec"]
        let type = spec?["type"]?.stringValue ?? ""
        self.type = type.isEmpty ? "ClusterIP" : type
        selector = spec?["selector"]?.objectValue ?? JSONObject()
        ports = (spec?["ports"]?.arrayValue ?? []).compactMap(ServicePort.init)
    }
}
