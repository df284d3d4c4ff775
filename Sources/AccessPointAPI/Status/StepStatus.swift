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
        /// It had nothing to do.
        case skipped = "Skipped"
    }

    /// `growth`, `canary`, the name of a wave, `rest` or `remove`.
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

/// An entry of the journal: a target that may be half written.
public struct InFlight: Sendable, Hashable {
    /// The reasons for writing a target.
    public enum Purpose: String, Sendable, Hashable, CaseIterable, FieldChoice {
        /// Its turn in the rollout has come.
        case update = "Update"
        /// Back to what it was.
        case back = "Return"
        /// It joined and gets the stable revision.
        case join = "Join"
        /// Its objects differ from its assigned revision.
        case repair = "Repair"
        /// Its objects are taken away.
        case remove = "Remove"
    }

    /// The name of the target.
    public var target: String
    /// Why it is written.
    public var purpose: Purpose
    /// The revision being written, as `<number>-<hash>`; nil: its objects are being removed.
    public var revision: String?
    /// The epoch of the operator that recorded the entry.
    public var epoch: Int64
    /// The number of the entry.
    public var sequence: Int64

    /// Makes an entry of the journal.
    public init(target: String, purpose: Purpose, revision: String?, epoch: Int64, sequence: Int64) {
        self.target = target
        self.purpose = purpose
        self.revision = revision
        self.epoch = epoch
        self.sequence = sequence
    }
}
