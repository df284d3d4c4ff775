public import JSONValue
public import KubeModel

/// What one AccessPoint has in one cluster; the operator alone writes it.
public struct AccessPointTarget: Sendable, Hashable {
    /// Name, namespace, uid and the rest of the metadata.
    public var metadata: ResourceMetadata
    /// What the target was given.
    public var spec: AccessPointTargetSpec
    /// What the operator sees.
    public var status: AccessPointTargetStatus

    /// Puts an AccessPointTarget together.
    public init(
        metadata: ResourceMetadata, spec: AccessPointTargetSpec,
        status: AccessPointTargetStatus = AccessPointTargetStatus()
    ) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }

    /// Reads and checks a whole AccessPointTarget.
    ///
    /// Fields that the type does not have are passed over, as in every object that only the operator writes.
    /// - Throws: every field that is wrong, in the order of the schema.
    public static func decode(_ json: JSONValue) throws(FieldErrors) -> AccessPointTarget {
        let object = KubeObject(lenient: json)
        var (spec, status) = (AccessPointTargetSpec(), AccessPointTargetStatus())
        var errors = FieldDecoder.read(json["spec"] ?? .object(JSONObject()), into: &spec, at: "spec", .lenient)
        if let json = json["status"], !json.isNull {
            errors += FieldDecoder.read(json, into: &status, at: "status", .lenient)
        }
        if let errors = FieldErrors(errors) { throw errors }
        return AccessPointTarget(metadata: ResourceMetadata(object), spec: spec, status: status)
    }
}

/// What a target was given: its facts as they were when its revision was assigned.
public struct AccessPointTargetSpec: Sendable, Hashable {
    /// The AccessPoint, in the same namespace.
    public var accessPointName: String
    /// The MemberCluster that the objects go to.
    public var clusterName: String
    /// Region of the cluster at that time.
    public var region: String
    /// Availability zone of the cluster at that time.
    public var availabilityZone: String
    /// Labels of the MemberCluster that the rendering read.
    public var labels: JSONObject
    /// The entries that it gets; nil: the whole template.
    public var placement: TemplateEntry.Placement?
    /// The revision that the target is assigned, as `<number>-<hash>`; nil: none yet.
    public var revision: String?

    /// Makes a spec.
    public init(
        accessPointName: String, clusterName: String, region: String = "", availabilityZone: String = "",
        labels: JSONObject = JSONObject(), placement: TemplateEntry.Placement? = nil, revision: String? = nil
    ) {
        self.accessPointName = accessPointName
        self.clusterName = clusterName
        self.region = region
        self.availabilityZone = availabilityZone
        self.labels = labels
        self.placement = placement
        self.revision = revision
    }

    /// The frozen facts.
    public var facts: TargetFacts {
        TargetFacts(
            name: clusterName, region: region, availabilityZone: availabilityZone, labels: labels, placement: placement)
    }

    /// The spec without its empty parts.
    public var json: JSONValue { .object(FieldEncoder.write(self)) }
}

/// What the operator sees of a target.
public struct AccessPointTargetStatus: Sendable, Hashable {
    /// `metadata.generation` that this status answers; nil before the first look.
    public var observedGeneration: Int64?
    /// The state of the target.
    public var phase: TargetPhase?
    /// The revision that the target runs, as `<number>-<hash>`.
    public var revision: String?
    /// The conditions, by type.
    public var conditions = ConditionSet()
    /// When what is listed here was last seen, at the latest; nil while it is looked at.
    public var lastSeenTime: Timestamp?
    /// Objects in the cluster that belong to the target.
    public var inventory: [InventoryEntry] = []
    /// The certificates that its Gateways name.
    public var certificates: [TargetCertificate] = []
    /// The most entries of ``certificates``.
    public static let certificateLimit = 64
    /// The first places where objects are not as rendered.
    public var drift: [DriftEntry] = []
    /// The most entries of ``drift``.
    public static let driftLimit = 32
    /// Whether there are more places than ``drift`` lists; nil: there are not.
    public var driftTruncated: Bool?

    /// Makes a status in which nothing is known.
    public init() {}

    /// The status without its empty parts; texts that are too long for the schema are cut.
    public var json: JSONValue { .object(FieldEncoder.write(self)) }
}

/// An object in a member cluster that belongs to a target.
public struct InventoryEntry: Sendable, Hashable {
    /// API group, `""` for the core group.
    public var group: String
    /// API version.
    public var version: String
    /// Kind.
    public var kind: String
    /// Namespace.
    public var namespace: String
    /// Name.
    public var name: String
    /// Hash of its rendering.
    public var hash = ""
    /// uid in the member cluster.
    public var uid = ""
    /// Whether it is stored as rendered; nil: unknown.
    public var applied: Bool?
    /// Whether it is in working order; nil: unknown.
    public var ready: Bool?
    /// The level that a VirtualService has reached; nil: none, or it is another kind.
    public var evidence: RouteStatus.Evidence?
    /// What failed, in one CamelCase word.
    public var reason = ""
    /// The same in a sentence.
    public var message = ""

    /// Makes an entry of which only the identity is known.
    public init(_ kind: GroupVersionKind, namespace: String, name: String) {
        group = kind.group
        version = kind.version
        self.kind = kind.kind
        self.namespace = namespace
        self.name = name
    }
}

extension AccessPointTargetSpec: FieldObject {
    init() { self.init(accessPointName: "", clusterName: "") }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("accessPointName", &accessPointName, .label, .required)
        fields.value("clusterName", &clusterName, .text(1...63), .required)
        fields.value("region", &region, .text(max: 63), .implied)
        fields.value("availabilityZone", &availabilityZone, .text(max: 63), .implied)
        fields.labels("labels", &labels, max: 64)
        fields.choice("placement", &placement)
        fields.value("revision", &revision, .text(max: 63))
    }
}

extension AccessPointTargetStatus: FieldObject {
    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("observedGeneration", &observedGeneration, .count64)
        fields.choice("phase", &phase)
        fields.value("revision", &revision, .text(max: 63))
        fields.conditions("conditions", &conditions)
        fields.value("lastSeenTime", &lastSeenTime, .time)
        fields.objects("inventory", &inventory, .keyed("group", "kind", "namespace", "name", count: 0...256))
        fields.objects("certificates", &certificates, .plain(0...Self.certificateLimit))
        fields.objects("drift", &drift, .plain(0...Self.driftLimit))
        fields.value("driftTruncated", &driftTruncated, .boolean)
    }
}

extension InventoryEntry: FieldObject {
    init() { self.init(GroupVersionKind(group: "", version: "", kind: ""), namespace: "", name: "") }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("group", &group, .text(max: 253), .required)
        fields.value("version", &version, .text(max: 63), .implied)
        fields.value("kind", &kind, .text(1...63), .required)
        fields.value("namespace", &namespace, .text(max: 63), .required)
        fields.value("name", &name, .text(1...253), .required)
        fields.value("hash", &hash, .text(max: 64), .implied)
        fields.value("uid", &uid, .text(max: 64), .implied)
        fields.value("applied", &applied, .boolean)
        fields.value("ready", &ready, .boolean)
        fields.choice("evidence", &evidence)
        fields.value("reason", &reason, .text(max: 128), .implied)
        fields.value("message", &message, .text(max: 512), .implied)
    }
}
