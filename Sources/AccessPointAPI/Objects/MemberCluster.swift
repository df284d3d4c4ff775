public import JSONValue
public import KubeModel

/// A cluster that the operator may write to.
public struct MemberCluster: Sendable, Hashable {
    /// Name, labels, uid and the rest of the metadata.
    public var metadata: ResourceMetadata
    /// Where the cluster is, what it is for and how it is reached.
    public var spec: MemberClusterSpec
    /// What the operator sees.
    public var status: MemberClusterStatus

    /// Puts a MemberCluster together.
    public init(
        metadata: ResourceMetadata, spec: MemberClusterSpec, status: MemberClusterStatus = MemberClusterStatus()
    ) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }

    /// What selectors and variables may know of the cluster.
    public var facts: TargetFacts {
        TargetFacts(
            name: metadata.name, region: spec.region, availabilityZone: spec.availabilityZone, labels: metadata.labels)
    }

    /// Reads and checks a whole MemberCluster; absent fields of the spec get their defaults.
    /// - Throws: every field that is wrong, in the order of the schema.
    public static func decode(_ json: JSONValue) throws(FieldErrors) -> MemberCluster {
        var errors: [FieldError] = []
        let metadata = ResourceMetadata.read(json, Names.memberCluster, into: &errors)
        var (spec, status) = (MemberClusterSpec(), MemberClusterStatus())
        errors += FieldDecoder.read(json["spec"] ?? .object(JSONObject()), into: &spec, at: "spec", .strict)
        if let json = json["status"], !json.isNull {
            errors += FieldDecoder.read(json, into: &status, at: "status", .lenient)
        }
        if let errors = FieldErrors(errors) { throw errors }
        return MemberCluster(metadata: metadata, spec: spec, status: status)
    }
}

/// Where a cluster is, what it is for and how it is reached.
public struct MemberClusterSpec: Sendable, Hashable {
    /// The parts that a cluster plays in its zone.
    public enum Role: String, Sendable, Hashable, CaseIterable, FieldChoice {
        /// It runs the Istio primary and the ingress gateways.
        case gateway = "Gateway"
        /// Any other.
        case member = "Member"
    }

    /// How a cluster is reached.
    public struct Access: Sendable, Hashable {
        /// The Secret with the kubeconfig.
        public var secretRef: SecretReference

        /// Makes an access by Secret.
        public init(secretRef: SecretReference) { self.secretRef = secretRef }
    }

    /// A key of a Secret on the host cluster.
    public struct SecretReference: Sendable, Hashable {
        /// The namespace; nil: the operator's own.
        public var namespace: String?
        /// The name of the Secret.
        public var name: String
        /// The key of the kubeconfig.
        public var key: String

        /// Makes a reference.
        public init(namespace: String? = nil, name: String, key: String = "kubeconfig") {
            self.namespace = namespace
            self.name = name
            self.key = key
        }
    }

    /// Region of the cluster.
    public var region: String
    /// Availability zone of the cluster.
    public var availabilityZone: String
    /// The part that the cluster plays in its zone.
    public var role: Role
    /// How the cluster is reached.
    public var access: Access
    /// The blocks of addresses, in CIDR notation, in which the addresses of its load balancers lie; empty: anywhere.
    public var addressRanges: [String]

    /// Makes a spec without checking it.
    public init(
        region: String, availabilityZone: String, role: Role = .member, access: Access, addressRanges: [String] = []
    ) {
        self.region = region
        self.availabilityZone = availabilityZone
        self.role = role
        self.access = access
        self.addressRanges = addressRanges
    }

    /// The spec with all defaults written out.
    public var json: JSONValue { .object(FieldEncoder.write(self)) }
}

/// What the operator sees of a member cluster.
public struct MemberClusterStatus: Sendable, Hashable {
    /// `metadata.generation` that this status answers; nil before the first look.
    public var observedGeneration: Int64?
    /// The conditions, by type.
    public var conditions = ConditionSet()
    /// The version that the cluster's API server reports.
    public var kubernetesVersion: String?
    /// The version of Istio, as the labels of istiod's Services give it; several with commas between them.
    public var istioVersion: String?
    /// AccessPoints that have a target here.
    public var accessPoints: Int?
    /// uid of the cluster's namespace kube-system, from first contact.
    public var clusterUID: String?
    /// When the cluster last answered; nil while it does.
    public var lastSeenTime: Timestamp?
    /// Within what time the cluster answers as a rule, in coarse steps; nil: it is not known.
    public var latencyMilliseconds: Int?

    /// Makes a status in which nothing is known.
    public init() {}

    /// Reads a status; nil and null read as one in which nothing is known.
    ///
    /// Fields that the type does not have are passed over: another version of the operator may have written them.
    /// - Throws: every field whose value cannot be what it says.
    public static func decode(_ json: JSONValue?) throws(FieldErrors) -> MemberClusterStatus {
        var status = MemberClusterStatus()
        guard let json, !json.isNull else { return status }
        if let errors = FieldErrors(FieldDecoder.read(json, into: &status, at: "status", .lenient)) { throw errors }
        return status
    }

    /// The status without its empty parts; texts that are too long for the schema are cut.
    public var json: JSONValue { .object(FieldEncoder.write(self)) }
}

extension MemberClusterSpec: FieldObject {
    init() { self.init(region: "", availabilityZone: "", access: Access(secretRef: SecretReference(name: ""))) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("region", &region, .text(1...63, .labelValue), .required)
        fields.value("availabilityZone", &availabilityZone, .text(1...63, .labelValue), .required)
        fields.choice("role", &role, .defaulted)
        fields.object("access", &access, .required)
        fields.values("addressRanges", &addressRanges, each: .text(1...49, .addressRange), .set(1...64))
        let wrong = addressRanges.first { AddressRange($0) == nil }
        fields.rule(
            "must hold blocks without bits beyond their prefixes, such as 203.0.113.0/24 or 2001:db8::/32, found"
                + " \"\(Excerpt.of(wrong ?? ""))\"", .code, on: "addressRanges", wrong == nil)
    }
}

extension MemberClusterSpec.Access: FieldObject {
    init() { self.init(secretRef: .init(name: "")) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.object("secretRef", &secretRef, .required)
    }
}

extension MemberClusterSpec.SecretReference: FieldObject {
    init() { self.init(name: "") }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("namespace", &namespace, .label)
        fields.value("name", &name, .text(1...253), .required)
        fields.value("key", &key, .text(1...253), .defaulted)
    }
}

extension MemberClusterStatus: FieldObject {
    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("observedGeneration", &observedGeneration, .count64)
        fields.conditions("conditions", &conditions)
        fields.value("kubernetesVersion", &kubernetesVersion, .text(max: 64))
        fields.value("istioVersion", &istioVersion, .text(max: 64))
        fields.value("accessPoints", &accessPoints, .integer())
        fields.value("clusterUID", &clusterUID, .text(max: 63))
        fields.value("lastSeenTime", &lastSeenTime, .time)
        fields.value("latencyMilliseconds", &latencyMilliseconds, .integer())
    }
}
