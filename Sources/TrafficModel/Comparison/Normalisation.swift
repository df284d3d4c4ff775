public import JSONValue

/// Brings a rendered object into the form in which it is written and hashed, without a change of meaning.
public enum Normalisation {
    /// The object without what says nothing, and with the defaults that an apply needs.
    ///
    /// - All kinds: members that are null (servers drop them), and empty labels, annotations and other members of
    ///   `metadata` and of the top level (`creationTimestamp: null`, `status: {}` of generated manifests).
    /// - Service: empty lists and maps of the spec, which make every apply a write on Kubernetes 1.20; the zero values
    ///   by which a field is left to the server (`clusterIP: ""`, `nodePort: 0`); `protocol` and `targetPort` of ports
    ///   are filled in: without a protocol an apply fails on 1.20 with 500, and a field that we do not send is not ours
    ///   to repair. The defaults are those of Kubernetes' `pkg/apis/core/v1/defaults.go`.
    /// - Istio's kinds: empty lists and maps *stay*, because there presence has meaning (`tls: {}` is mode DISABLE,
    ///   `rules: [{}]` allows everything). They would make every apply a write; comparing first prevents that.
    public static func normalised(_ object: JSONValue, kind: TrafficKind) -> JSONValue {
        guard let members = object.withoutNulls().objectValue else { return object }
        let telling = members.filter { $0.key == "spec" || !$0.value.isBlank }
        var result = JSONObject(telling.map { ($0.key, $0.value) })
        if let metadata = result["metadata"] { result["metadata"] = metadata.withoutBlanks() }
        if kind == .service, let spec = result["spec"] { result["spec"] = service(spec) }
        return .object(result)
    }

    /// Fields of a Service whose zero value means that the server chooses.
    private static let leftToServer = [
        "clusterIP", "externalName", "healthCheckNodePort", "ipFamilyPolicy", "loadBalancerIP", "sessionAffinity",
        "type",
    ]
    /// The same for the fields of a port.
    private static let portLeftToServer = ["name", "nodePort", "protocol", "targetPort"]

    private static func service(_ spec: JSONValue) -> JSONValue {
        guard var members = spec.withoutBlanks().objectValue else { return spec }
        for field in leftToServer where members[field].map(ServicePort.isZero) ?? false { members[field] = nil }
        if let ports = members["ports"]?.arrayValue { members["ports"] = .array(ports.map(port)) }
        return .object(members)
    }

    private static func port(_ port: JSONValue) -> JSONValue {
        guard var members = port.objectValue else { return port }
        for field in portLeftToServer where members[field].map(ServicePort.isZero) ?? false { members[field] = nil }
        if members["protocol"] == nil { members["protocol"] = .string(ServicePort.defaultProtocol) }
        if members["targetPort"] == nil { members["targetPort"] = members["port"] }
        return .object(members)
    }
}
