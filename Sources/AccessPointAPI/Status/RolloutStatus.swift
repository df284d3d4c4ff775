public import KubeModel

/// Where the present rollout of an AccessPoint stands.
public struct RolloutStatus: Sendable, Hashable {
    /// The word for people and dashboards; programs read the conditions.
    public enum Phase: String, Sendable, Hashable, CaseIterable, FieldChoice {
        /// Every target runs the update revision and is in service.
        case healthy = "Healthy"
        /// Targets are being changed.
        case progressing = "Progressing"
        /// The rollout waits for a person.
        case paused = "Paused"
        /// Something is wrong.
        case degraded = "Degraded"
    }

    /// The word for people and dashboards.
    public var phase: Phase?
    /// What the rollout is doing or waiting for.
    public var message = ""
    /// The last revision that completed, as `<number>-<hash>`.
    public var stableRevision: String?
    /// The revision that the spec asks for, as `<number>-<hash>`.
    public var updateRevision: String?
    /// The number of the update revision.
    public var revision: Int64?
    /// The present step.
    public var step: StepPosition?
    /// The value that the resume annotation must carry to open the present gate.
    public var gate: String?
    /// Why the rollout is paused, in one CamelCase word.
    public var pauseReason: String?
    /// Since when it is paused.
    public var pauseTime: Timestamp?
    /// The last value of the resume annotation that was acted on or answered.
    public var lastHandledResume: String?
    /// The last value of the abort annotation that was acted on or answered.
    public var lastHandledAbort: String?
    /// The last value of the retry annotation that was acted on or answered.
    public var lastHandledRetry: String?
    /// When the rollout of the update revision began.
    public var startTime: Timestamp?
    /// When it was completed.
    public var completionTime: Timestamp?
    /// All steps of the plan, in order.
    public var steps: [StepStatus] = []
    /// Raised by each operator that takes over an unfinished rollout; fences an older one.
    public var epoch: Int64?
    /// Targets that may be half written: recorded before the first byte is sent.
    public var inFlight: [InFlight] = []
    /// The value that each annotation verb takes now.
    public var tokens = VerbTokens()

    /// Makes the status of an AccessPoint that was never rolled out.
    public init() {}
}

/// The present step of a rollout.
public struct StepPosition: Sendable, Hashable {
    /// The place of the step in the plan, from 1.
    public var index: Int?
    /// The number of steps.
    public var total: Int?
    /// The name of the step.
    public var name: String?
    /// The above in short, such as `1/3 canary`.
    public var display: String?

    /// Makes a position; `display` follows from the other parts.
    public init(index: Int, total: Int, name: String) {
        self.init()
        (self.index, self.total, self.name) = (index, total, name)
        display = "\(index)/\(total) \(name)"
    }
}

/// The values that annotation verbs take now; an absent one is not accepted now.
public struct VerbTokens: Sendable, Hashable {
    /// For resume.
    public var resume: String?
    /// For abort.
    public var abort: String?
    /// For retry.
    public var retry: String?

    /// Makes a set of tokens.
    public init(resume: String? = nil, abort: String? = nil, retry: String? = nil) {
        self.resume = resume
        self.abort = abort
        self.retry = retry
    }
}

extension RolloutStatus: FieldObject {
    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.choice("phase", &phase)
        fields.value("message", &message, .text(max: 512), .implied)
        fields.value("stableRevision", &stableRevision, .text(max: 63))
        fields.value("updateRevision", &updateRevision, .text(max: 63))
        fields.value("revision", &revision, .count64)
        fields.object("step", &step)
        fields.value("gate", &gate, .text(max: 128))
        fields.value("pauseReason", &pauseReason, .text(max: 64))
        fields.value("pauseTime", &pauseTime, .time)
        fields.value("lastHandledResume", &lastHandledResume, .text(max: 128))
        fields.value("lastHandledAbort", &lastHandledAbort, .text(max: 128))
        fields.value("lastHandledRetry", &lastHandledRetry, .text(max: 128))
        fields.value("startTime", &startTime, .time)
        fields.value("completionTime", &completionTime, .time)
        fields.objects("steps", &steps, .keyed("name", count: 0...35))
        fields.value("epoch", &epoch, .count64)
        fields.objects("inFlight", &inFlight, .keyed("target", count: 0...512))
        fields.object("tokens", &tokens, .implied)
    }
}

extension StepPosition: FieldObject {
    init() {}

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("index", &index, .integer())
        fields.value("total", &total, .integer())
        fields.value("name", &name, .text(max: 63))
        fields.value("display", &display, .text(max: 80))
    }
}

extension VerbTokens: FieldObject {
    init() { self.init(resume: nil) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("resume", &resume, .text(max: 128))
        fields.value("abort", &abort, .text(max: 128))
        fields.value("retry", &retry, .text(max: 128))
    }
}
