public import KubeModel

/// The states of a target: words for people, programs read the conditions.
public enum TargetPhase: String, Sendable, Hashable, CaseIterable, FieldChoice {
    /// Its turn has not come.
    case pending = "Pending"
    /// Its objects are being written.
    case applying = "Applying"
    /// They are written and not yet in service.
    case verifying = "Verifying"
    /// In service, and must stay so for a while.
    case soaking = "Soaking"
    /// In service.
    case available = "Available"
    /// In service with something wrong.
    case degraded = "Degraded"
    /// A write or the time limit failed.
    case failed = "Failed"
    /// The cluster does not answer.
    case unreachable = "Unreachable"
    /// Its objects are being removed.
    case removing = "Removing"
}

/// One target in the status of an AccessPoint.
public struct ClusterRow: Sendable, Hashable {
    /// Name of the target: that of its MemberCluster.
    public var name: String
    /// Region of the cluster.
    public var region = ""
    /// Availability zone of the cluster.
    public var availabilityZone = ""
    /// The state of the target.
    public var phase: TargetPhase
    /// The revision that the target runs, as `<number>-<hash>`.
    public var revision: String?
    /// Whether that is the update revision.
    public var updated: Bool?
    /// Whether it is in service, whatever its revision; nil: that cannot be told.
    public var inService: Bool?
    /// Since when it waits to become Available: its deadline counts from here.
    public var waitingTime: Timestamp?
    /// Since when it is Available without a break: its soak counts from here.
    public var healthyTime: Timestamp?
    /// The revision for which a person let the rollout go on past what could not be known, as `<number>-<hash>`.
    public var acceptedRevision: String?
    /// What was not known then.
    public var acceptedReason: String?
    /// When a foreign change was last put back.
    public var repairTime: Timestamp?
    /// Addresses of its Services of type LoadBalancer; while the cluster cannot be looked into those that were last seen.
    public var addresses: [TargetAddress] = []
    /// Addresses that its Services have lost, or may not have any more, until they have others: firewalls and records may
    /// still hold them.
    public var lostAddresses: [TargetAddress] = []
    /// Counts of the objects of the rendered set; nil: unknown.
    public var resources: ResourceCounts?
    /// Counts of the certificates that its Gateways name; nil: unknown.
    public var certificates: CertificateCounts?
    /// Counts of its route objects; nil: unknown.
    public var routes: RouteCounts?
    /// Why the target is not Available, in one CamelCase word.
    public var reason = ""
    /// The same in a sentence.
    public var message = ""
    /// When the phase last changed.
    public var lastTransitionTime: Timestamp?
    /// When an unreachable cluster last answered.
    public var lastSeenTime: Timestamp?
    /// Objects that failed, five at most.
    public var failedResources: [FailedResource] = []

    /// Makes a row.
    public init(name: String, region: String = "", availabilityZone: String = "", phase: TargetPhase = .pending) {
        self.name = name
        self.region = region
        self.availabilityZone = availabilityZone
        self.phase = phase
    }
}

/// An address under which a target is reached.
public struct TargetAddress: Sendable, Hashable {
    /// The forms of addresses.
    public enum Form: String, Sendable, Hashable, CaseIterable, FieldChoice {
        /// An IPv4 or IPv6 address.
        case ipAddress = "IPAddress"
        /// A DNS name.
        case hostname = "Hostname"
    }

    /// The form of the value.
    public var type: Form
    /// The address.
    public var value: String
    /// The Service that has it.
    public var service: String

    /// Makes an address.
    public init(type: Form, value: String, service: String = "") {
        self.type = type
        self.value = value
        self.service = service
    }
}

/// Counts of the objects of a target.
public struct ResourceCounts: Sendable, Hashable {
    /// All of them.
    public var total: Int
    /// Stored in the cluster as rendered.
    public var applied: Int
    /// Stored and in working order.
    public var ready: Int

    /// Makes counts.
    public init(total: Int = 0, applied: Int = 0, ready: Int = 0) {
        self.total = total
        self.applied = applied
        self.ready = ready
    }
}

/// Counts of the certificates of a target.
public struct CertificateCounts: Sendable, Hashable {
    /// All of them.
    public var total: Int
    /// Present, matching their key and hosts, and valid.
    public var ready: Int
    /// When the first of them ends.
    public var earliestNotAfter: Timestamp?

    /// Makes counts.
    public init(total: Int = 0, ready: Int = 0, earliestNotAfter: Timestamp? = nil) {
        self.total = total
        self.ready = ready
        self.earliestNotAfter = earliestNotAfter
    }
}

/// Counts of the route objects of a target.
public struct RouteCounts: Sendable, Hashable {
    /// All of them.
    public var total: Int
    /// In working order as far as can be told.
    public var programmed: Int

    /// Makes counts.
    public init(total: Int = 0, programmed: Int = 0) {
        self.total = total
        self.programmed = programmed
    }
}

/// An object that failed in a target.
public struct FailedResource: Sendable, Hashable {
    /// Kind of the object.
    public var kind: String
    /// Name of the object.
    public var name: String
    /// What failed, in one CamelCase word.
    public var reason: String
    /// The same in a sentence.
    public var message: String

    /// Makes an entry.
    public init(kind: String, name: String, reason: String, message: String = "") {
        self.kind = kind
        self.name = name
        self.reason = reason
        self.message = message
    }
}
