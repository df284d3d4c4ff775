public import KubeModel

/// A host name that the Gateways and VirtualServices of an AccessPoint serve, or that leads to its addresses.
public struct HostnameStatus: Sendable, Hashable {
    /// The host name, possibly a wildcard.
    public var hostname: String
    /// Whether every target that serves it has its route, a certificate where it needs one, and an address, and where a
    /// NameService publishes it, whether it resolves to what is published; nil: unknown.
    public var ready: Bool?
    /// Targets that serve it.
    public var targets: Int?
    /// The NameService that publishes it.
    public var nameService = ""
    /// What is missing.
    public var message = ""

    /// Makes an entry of which nothing is known.
    public init(hostname: String) { self.hostname = hostname }
}

/// A certificate that the Gateways of an AccessPoint name.
public struct CertificateStatus: Sendable, Hashable {
    /// The Secret that the Gateway names in `credentialName`.
    public var name: String
    /// Hosts that the Gateways serve with it, eight at most.
    public var hosts: [String] = []
    /// SHA-256 fingerprint of the certificate that was issued last, its first 12 hex digits.
    public var version = ""
    /// Serial number of that certificate.
    public var serial = ""
    /// When the first one ends.
    public var notAfter: Timestamp?
    /// Targets that need it.
    public var targets: Int?
    /// Targets that have it in working order.
    public var ready: Int?
    /// Targets that have another version, ten at most.
    public var staleClusters: [String] = []
    /// What is wrong.
    public var message = ""

    /// Makes an entry of which nothing is known.
    public init(name: String) { self.name = name }
}

/// The route objects of one template entry.
public struct RouteStatus: Sendable, Hashable {
    /// What a count of working routes rests on, weakest first.
    public enum Evidence: String, Sendable, Hashable, CaseIterable, Comparable, FieldChoice {
        /// The stored object equals its rendering.
        case stored = "Stored"
        /// Every reference of it was found as well.
        case resolved = "Resolved"
        /// Istio, where its analysis is enabled, has looked at it and found no error as well.
        case notRejected = "NotRejected"
        /// A probe through the VIP got the answer that the policy expects.
        case served = "Served"

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

        /// The weaker level comes first.
        public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
    }

    /// Name of the template entry.
    public var template: String
    /// Kind of the object.
    public var kind = ""
    /// Name of the object.
    public var name = ""
    /// Targets that have it.
    public var targets: Int?
    /// Targets where it is in working order.
    public var programmed: Int?
    /// What that count rests on.
    public var evidence: Evidence?
    /// What is missing.
    public var message = ""

    /// Makes an entry of which nothing is known.
    public init(template: String) { self.template = template }
}

/// A past revision.
public struct RevisionOutcome: Sendable, Hashable {
    /// The ways in which a rollout ends.
    public enum Outcome: String, Sendable, Hashable, CaseIterable, FieldChoice {
        /// Every target got the revision.
        case completed = "Completed"
        /// A person stopped it.
        case aborted = "Aborted"
        /// Too many targets failed, and the failure policy turned it back.
        case rolledBack = "RolledBack"
        /// A newer revision took its place.
        case superseded = "Superseded"
    }

    /// The number of the revision.
    public var revision: Int64
    /// Its hash.
    public var hash = ""
    /// How its rollout ended; nil while it runs.
    public var outcome: Outcome?
    /// When its rollout began.
    public var startTime: Timestamp?
    /// When its rollout ended.
    public var completionTime: Timestamp?
    /// The AccessPoint's annotation `kubernetes.io/change-cause` when the revision was made.
    public var cause = ""

    /// Makes an entry of which only the number is known.
    public init(revision: Int64) { self.revision = revision }
}

extension HostnameStatus: FieldObject {
    init() { self.init(hostname: "") }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("hostname", &hostname, .text(1...253), .required)
        fields.value("ready", &ready, .boolean)
        fields.value("targets", &targets, .integer())
        fields.value("nameService", &nameService, .text(max: 63), .implied)
        fields.value("message", &message, .text(max: 256), .implied)
    }
}

extension CertificateStatus: FieldObject {
    init() { self.init(name: "") }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("name", &name, .text(1...253), .required)
        fields.values("hosts", &hosts, each: .text(max: 253), .plain(0...AccessPointStatus.Limit.hosts))
        fields.value("version", &version, .text(max: 64), .implied)
        fields.value("serial", &serial, .text(max: 64), .implied)
        fields.value("notAfter", &notAfter, .time)
        fields.value("targets", &targets, .integer())
        fields.value("ready", &ready, .integer())
        fields.values(
            "staleClusters", &staleClusters, each: .text(max: 63), .plain(0...AccessPointStatus.Limit.staleClusters))
        fields.value("message", &message, .text(max: 256), .implied)
    }
}

extension RouteStatus: FieldObject {
    init() { self.init(template: "") }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("template", &template, .text(1...63), .required)
        fields.value("kind", &kind, .text(max: 63), .implied)
        fields.value("name", &name, .text(max: 253), .implied)
        fields.value("targets", &targets, .integer())
        fields.value("programmed", &programmed, .integer())
        fields.choice("evidence", &evidence)
        fields.value("message", &message, .text(max: 256), .implied)
    }
}

extension RevisionOutcome: FieldObject {
    init() { self.init(revision: 0) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("revision", &revision, .count64, .required)
        fields.value("hash", &hash, .text(max: 63), .implied)
        fields.choice("outcome", &outcome)
        fields.value("startTime", &startTime, .time)
        fields.value("completionTime", &completionTime, .time)
        fields.value("cause", &cause, .text(max: 256), .implied)
    }
}
