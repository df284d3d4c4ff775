public import JSONValue
public import KubeModel

/// DNS names that lead to the targets of an AccessPoint, or to addresses that a person gives.
public struct NameService: Sendable, Hashable {
    /// Name, namespace, uid and the rest of the metadata.
    public var metadata: ResourceMetadata
    /// Which names lead where.
    public var spec: NameServiceSpec
    /// What the operator sees.
    public var status: NameServiceStatus

    /// Puts a NameService together.
    public init(
        metadata: ResourceMetadata, spec: NameServiceSpec, status: NameServiceStatus = NameServiceStatus()
    ) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }

    /// Reads and checks a whole NameService; absent fields of the spec get their defaults.
    /// - Throws: every field that is wrong, in the order of the schema.
    public static func decode(_ json: JSONValue) throws(FieldErrors) -> NameService {
        var errors: [FieldError] = []
        let metadata = ResourceMetadata.read(json, Names.nameService, into: &errors)
        var (spec, status) = (NameServiceSpec(), NameServiceStatus())
        errors += FieldDecoder.read(json["spec"] ?? .object(JSONObject()), into: &spec, at: "spec", .strict)
        if let json = json["status"], !json.isNull {
            errors += FieldDecoder.read(json, into: &status, at: "status", .lenient)
        }
        if let errors = FieldErrors(errors) { throw errors }
        return NameService(metadata: metadata, spec: spec, status: status)
    }
}

/// Which names lead where.
public struct NameServiceSpec: Sendable, Hashable {
    /// The AccessPoint whose targets are published, in the same namespace.
    public struct TargetReference: Sendable, Hashable {
        /// Its name.
        public var name: String

        /// Makes a reference.
        public init(name: String) { self.name = name }
    }

    /// An address that a person gives; it counts as in service.
    public struct Address: Sendable, Hashable {
        /// Tells it from the others.
        public var name: String
        /// An IP address or a host name.
        public var value: String
        /// Its share of traffic; nil: that of a target without one.
        public var weight: Int?

        /// Makes an address.
        public init(name: String, value: String, weight: Int? = nil) {
            self.name = name
            self.value = value
            self.weight = weight
        }
    }

    /// The names.
    public var names: NameRecords
    /// The AccessPoint whose targets are published; nil where addresses are given.
    public var targetRef: TargetReference?
    /// The addresses that are published; empty where an AccessPoint is named.
    public var addresses: [Address]

    /// Makes a spec without checking it.
    public init(names: NameRecords, targetRef: TargetReference? = nil, addresses: [Address] = []) {
        self.names = names
        self.targetRef = targetRef
        self.addresses = addresses
    }

    /// The spec with all defaults written out.
    public var json: JSONValue { .object(FieldEncoder.write(self)) }
}

/// What the operator sees of a NameService.
public struct NameServiceStatus: Sendable, Hashable {
    /// `metadata.generation` that this status answers; nil before the first look.
    public var observedGeneration: Int64?
    /// The conditions, by type.
    public var conditions = ConditionSet()
    /// Number of records that are published, over all names.
    public var recordCount: Int?
    /// When the records last changed.
    public var recordsTime: Timestamp?
    /// One row per name.
    public var hostnames: [NameState] = []
    /// What each name leads to, by target.
    public var records: [NameRecord] = []

    /// Makes a status in which nothing is known.
    public init() {}

    /// Reads a status; nil and null read as one in which nothing is known.
    ///
    /// Fields that the type does not have are passed over: another version of the operator may have written them.
    /// - Throws: every field whose value cannot be what it says.
    public static func decode(_ json: JSONValue?) throws(FieldErrors) -> NameServiceStatus {
        var status = NameServiceStatus()
        guard let json, !json.isNull else { return status }
        if let errors = FieldErrors(FieldDecoder.read(json, into: &status, at: "status", .lenient)) { throw errors }
        return status
    }

    /// The status without its empty parts; texts that are too long for the schema are cut.
    public var json: JSONValue { .object(FieldEncoder.write(self)) }
}

/// Whether one name resolves to what is published.
public struct NameState: Sendable, Hashable {
    /// The name.
    public var hostname: String
    /// Whether it does; nil: that cannot be told.
    public var ready: Bool?
    /// Why not, in one CamelCase word.
    public var reason = ""
    /// The same in a sentence.
    public var message = ""

    /// Makes a row of which nothing is known.
    public init(hostname: String) { self.hostname = hostname }
}

/// What names lead to in one target.
public struct NameRecord: Sendable, Hashable {
    /// The types of records.
    public enum Form: String, Sendable, Hashable, CaseIterable, FieldChoice {
        /// IPv4 addresses.
        case a = "A"
        /// IPv6 addresses.
        case aaaa = "AAAA"
        /// Another name.
        case cname = "CNAME"
    }

    /// The target, or the name of an address that a person gave.
    public var target: String
    /// The type.
    public var type: Form
    /// The addresses, or the other name, in byte order.
    public var values: [String]
    /// Its share of traffic, where the provider knows shares.
    public var weight: Int

    /// The most values of a record.
    public static let valueLimit = 16

    /// Makes a record.
    public init(target: String, type: Form, values: [String], weight: Int = NameRecords.defaultWeight) {
        self.target = target
        self.type = type
        self.values = values
        self.weight = weight
    }
}

extension NameServiceSpec: FieldObject {
    init() { self.init(names: NameRecords()) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        names.visit(&fields)
        fields.object("targetRef", &targetRef)
        fields.objects("addresses", &addresses, .keyed("name", count: 1...64))
        fields.rule(
            "exactly one of targetRef and addresses must be set", .schema, (targetRef == nil) != addresses.isEmpty)
        let wrong = addresses.first { !$0.isUsable }
        fields.rule(
            "must hold IP addresses that others can reach, or full DNS names in lower case, found"
                + " \"\(Excerpt.of(wrong?.value ?? ""))\"", .code, on: "addresses", wrong == nil)
    }
}

extension NameServiceSpec.TargetReference: FieldObject {
    init() { self.init(name: "") }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("name", &name, .label, .required)
    }
}

extension NameServiceSpec.Address: FieldObject {
    init() { self.init(name: "", value: "") }

    /// The value as an IP address; nil: it is a name.
    public var ipAddress: IPAddress? { IPAddress(value) }

    fileprivate var isUsable: Bool {
        guard let ipAddress else { return TextPattern.hostName.matches(value) && !value.hasPrefix("*") }
        return ipAddress.unusableReason == nil
    }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("name", &name, .label, .required)
        fields.value("value", &value, .text(1...253), .required)
        fields.value("weight", &weight, .integer(NameRecords.Weight.range))
    }
}

extension NameServiceStatus: FieldObject {
    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("observedGeneration", &observedGeneration, .count64)
        fields.conditions("conditions", &conditions)
        fields.value("recordCount", &recordCount, .integer())
        fields.value("recordsTime", &recordsTime, .time)
        fields.objects("hostnames", &hostnames, .keyed("hostname", count: 0...NameRecords.hostnameLimit))
        fields.objects(
            "records", &records, .keyed("target", "type", count: 0...(2 * AccessPointStatus.maxTargets)))
    }
}

extension NameState: FieldObject {
    init() { self.init(hostname: "") }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("hostname", &hostname, .text(1...253), .required)
        fields.value("ready", &ready, .boolean)
        fields.value("reason", &reason, .text(max: 63), .implied)
        fields.value("message", &message, .text(max: 512), .implied)
    }
}

extension NameRecord: FieldObject {
    init() { self.init(target: "", type: .a, values: [], weight: 0) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("target", &target, .text(1...63), .required)
        fields.choice("type", &type, .required)
        fields.values("values", &values, each: .text(max: 253), .plain(0...Self.valueLimit))
        fields.value("weight", &weight, .integer(), .required)
    }
}
