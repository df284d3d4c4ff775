public import KubeModel

/// The rules for the time between changes.
public struct RuntimePolicy: Sendable, Hashable {
    /// What to do about a foreign change to an object of ours.
    public enum Drift: String, Sendable, Hashable, CaseIterable, FieldChoice {
        /// Put it back.
        case correct = "Correct"
        /// Only report it.
        case report = "Report"
    }

    /// What to do where an object of the same name exists and is not ours.
    public enum ConflictResolution: String, Sendable, Hashable, CaseIterable, FieldChoice {
        /// Leave it, and refuse the rollout.
        case abort = "Abort"
        /// Take it over if it equals the rendering.
        case adopt = "Adopt"
        /// Take it over and make it equal.
        case overwrite = "Overwrite"
    }

    /// What happens to the objects when the AccessPoint is deleted.
    public struct Deletion: Sendable, Hashable {
        /// The two ways.
        public enum Policy: String, Sendable, Hashable, CaseIterable, FieldChoice {
            /// The objects are deleted too.
            case delete = "Delete"
            /// The objects stay, without our labels and annotations.
            case orphan = "Orphan"
        }

        /// What happens to the objects.
        public var policy: Policy
        /// Seconds to wait for a cluster that does not answer before its objects are left behind; 0: for ever.
        public var unreachableTimeoutSeconds: Int

        /// Makes a policy with the defaults of the schema.
        public init(policy: Policy = .delete, unreachableTimeoutSeconds: Int = 0) {
            self.policy = policy
            self.unreachableTimeoutSeconds = unreachableTimeoutSeconds
        }
    }

    /// Targets that must be in service for the condition Available.
    public var minAvailable: IntOrPercent
    /// What to do about a foreign change.
    public var drift: Drift
    /// What to do about an object that exists and is not ours.
    public var conflictResolution: ConflictResolution
    /// What happens to the objects when the AccessPoint is deleted.
    public var deletion: Deletion
    /// Seconds before the end of a certificate from which CertificatesReady is False.
    public var certificateWarningSeconds: Int
    /// How VIPs are looked at from outside; nil: they are not.
    public var probe: ProbePolicy?

    /// Makes a policy with the defaults of the schema.
    public init(
        minAvailable: IntOrPercent = .count(1), drift: Drift = .correct,
        conflictResolution: ConflictResolution = .abort, deletion: Deletion = Deletion(policy: .delete),
        certificateWarningSeconds: Int = 604_800, probe: ProbePolicy? = nil
    ) {
        self.minAvailable = minAvailable
        self.drift = drift
        self.conflictResolution = conflictResolution
        self.deletion = deletion
        self.certificateWarningSeconds = certificateWarningSeconds
        self.probe = probe
    }

    /// How many of `count` targets must be in service; a percentage is rounded up, as in a PodDisruptionBudget.
    public func requiredAvailable(of count: Int) -> Int {
        switch minAvailable {
        case .count: minAvailable.resolve(of: count)
        // What may be missing is rounded down, so what is required is rounded up.
        case .percent(let percent): count - IntOrPercent.percent(max(0, 100 - percent)).resolve(of: count)
        }
    }
}

extension RuntimePolicy: FieldObject {
    init() { self.init(minAvailable: .count(1)) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("minAvailable", &minAvailable, .intOrPercent(from: 0, .percent), .defaulted)
        fields.choice("drift", &drift, .defaulted)
        fields.choice("conflictResolution", &conflictResolution, .defaulted)
        fields.object("deletion", &deletion, .defaulted)
        fields.value("certificateWarningSeconds", &certificateWarningSeconds, .integer(0...31_536_000), .defaulted)
        fields.object("probe", &probe)
    }
}

extension RuntimePolicy.Deletion: FieldObject {
    init() { self.init(policy: .delete) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.choice("policy", &policy, .defaulted)
        fields.value("unreachableTimeoutSeconds", &unreachableTimeoutSeconds, .integer(0...604_800), .defaulted)
    }
}
