public import JSONValue
public import KubeModel

/// What the operator sees of an AccessPoint.
public struct AccessPointStatus: Sendable, Hashable {
    /// `metadata.generation` that this status answers; nil before the first look.
    public var observedGeneration: Int64?
    /// The conditions, by type.
    public var conditions = ConditionSet()
    /// Counts and ready-made words for `kubectl get`.
    public var summary = StatusSummary()
    /// Where the present rollout stands.
    public var rollout = RolloutStatus()
    /// One row per target.
    public var clusters: [ClusterRow] = []
    /// Host names that the Gateways and VirtualServices serve.
    public var fqdns: [HostnameStatus] = []
    /// Certificates that the Gateways name.
    public var certificates: [CertificateStatus] = []
    /// Route objects, by template entry.
    public var routes: [RouteStatus] = []
    /// Past revisions, newest first.
    public var history: [RevisionOutcome] = []

    /// Makes a status in which nothing is known.
    public init() {}
}

extension AccessPointStatus {
    /// Reads a status; nil and null read as one in which nothing is known.
    ///
    /// Fields that the type does not have are passed over: another version of the operator may have written them.
    /// - Throws: every field whose value cannot be what it says.
    public static func decode(_ json: JSONValue?, at path: String = "status") throws(FieldErrors) -> AccessPointStatus {
        var status = AccessPointStatus()
        guard let json, !json.isNull else { return status }
        if let errors = FieldErrors(FieldDecoder.read(json, into: &status, at: path, .lenient)) { throw errors }
        return status
    }

    /// The status without its empty parts; texts that are too long for the schema are cut.
    public var json: JSONValue { .object(FieldEncoder.write(self)) }
}

extension AccessPointStatus: FieldObject {
    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("observedGeneration", &observedGeneration, .count64)
        fields.conditions("conditions", &conditions)
        fields.object("summary", &summary, .implied)
        fields.object("rollout", &rollout, .implied)
        fields.objects("clusters", &clusters, .keyed("name", count: 0...Self.maxTargets))
        fields.objects("fqdns", &fqdns, .keyed("hostname", count: 0...Limit.hostnames))
        fields.objects("certificates", &certificates, .keyed("name", count: 0...Limit.certificates))
        fields.objects("routes", &routes, .keyed("template", count: 0...Limit.routes))
        fields.objects("history", &history, .keyed("revision", count: 0...Limit.history))
    }
}
