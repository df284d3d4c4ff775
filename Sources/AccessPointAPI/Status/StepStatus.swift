/// One step of the plan of a rollout.
public struct StepStatus: Sendable, Hashable {
    /// The states of a step.
    public enum Phase: String, Sendable, Hashable, CaseIterable, FieldChoice {
        /// Not begun.
        case pending = "Pending"
        /// Its targets are being changed.
        case progressing = "Progressing"
        /// Its targets are in service and must stay so for a while.
        case soaking = "Soaking"
        /// It waits for a person.
        case paused = "Paused"
        /// Done.
        case completed = "Completed"
        /// A target of it failed.
        case failed = "Failed"
        /// It had nothing to do.
        case skipped = "Skipped"
    }

    /// `canary`, the name of a wave, `rest` or `remove`.
    public var name: String
    /// The state of the step.
    public var phase: Phase
    /// Targets of the step.
    public var targets: Int
    /// How many of them run the update revision.
    public var updated: Int
    /// How many of them are in service.
    public var available: Int

    /// Makes a step.
    public init(name: String, phase: Phase = .pending, targets: Int = 0, updated: Int = 0, available: Int = 0) {
        self.name = name
        self.phase = phase
        self.targets = targets
        self.updated = updated
        self.available = available
    }
}

/// A target that may be half written.
public struct InFlight: Sendable, Hashable {
    /// The name of the target.
    public var target: String
    /// The revision being written, as `<number>-<hash>`.
    public var revision: String
    /// The epoch of the operator that recorded it.
    public var epoch: Int64

    /// Makes an entry of the journal.
    public init(target: String, revision: String, epoch: Int64) {
        self.target = target
        self.revision = revision
        self.epoch = epoch
    }
}

extension StepStatus: FieldObject {
    init() { self.init(name: "") }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("name", &name, .text(1...63), .required)
        fields.choice("phase", &phase, .required)
        fields.value("targets", &targets, .integer(), .implied)
        fields.value("updated", &updated, .integer(), .implied)
        fields.value("available", &available, .integer(), .implied)
    }
}

extension InFlight: FieldObject {
    init() { self.init(target: "", revision: "", epoch: 0) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("target", &target, .text(1...63), .required)
        fields.value("revision", &revision, .text(1...63), .required)
        fields.value("epoch", &epoch, .count64, .required)
    }
}
