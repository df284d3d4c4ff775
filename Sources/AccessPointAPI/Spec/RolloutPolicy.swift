public import KubeModel

/// How a change goes out: the canary first, then the waves in order, then every target that no wave names.
public struct RolloutPolicy: Sendable, Hashable {
    /// Whether no further target may be changed.
    public var paused: Bool
    /// The first step of every rollout.
    public var canary: CanaryPolicy
    /// The steps after the canary, in order.
    public var waves: [WavePolicy]
    /// How many targets of each step after the canary may fail before the failure policy applies.
    public var maxFailures: IntOrPercent
    /// What happens when more have failed.
    public var failurePolicy: FailurePolicy
    /// What a new revision does to a rollout that is under way.
    public var onNewRevision: NewRevision
    /// Seconds that one target may take to become Available.
    public var progressDeadlineSeconds: Int
    /// How many old revisions are kept.
    public var revisionHistoryLimit: Int

    /// Makes a policy with the defaults of the schema.
    public init(
        paused: Bool = false, canary: CanaryPolicy = CanaryPolicy(targets: nil), waves: [WavePolicy] = [],
        maxFailures: IntOrPercent = .count(0), failurePolicy: FailurePolicy = .pause,
        onNewRevision: NewRevision = .restart, progressDeadlineSeconds: Int = 600, revisionHistoryLimit: Int = 10
    ) {
        self.paused = paused
        self.canary = canary
        self.waves = waves
        self.maxFailures = maxFailures
        self.failurePolicy = failurePolicy
        self.onNewRevision = onNewRevision
        self.progressDeadlineSeconds = progressDeadlineSeconds
        self.revisionHistoryLimit = revisionHistoryLimit
    }
}

/// What happens when more targets of a step have failed than may.
public enum FailurePolicy: String, Sendable, Hashable, CaseIterable, FieldChoice {
    /// Nothing new begins until a person has decided.
    case pause = "Pause"
    /// The targets go back to the stable revision.
    case rollback = "Rollback"
    /// The other targets follow; only the end of the rollout waits for a person.
    case carryOn = "Continue"
}

/// What a new revision does to a rollout that is under way.
public enum NewRevision: String, Sendable, Hashable, CaseIterable, FieldChoice {
    /// It takes its place, and starts at the canary.
    case restart = "Restart"
    /// It waits until the rollout is completed or aborted.
    case queue = "Queue"
}

/// What happens after a step.
public enum Gate: String, Sendable, Hashable, CaseIterable, FieldChoice {
    /// A person must resume.
    case manual = "Manual"
    /// The end of the soak opens it.
    case automatic = "Automatic"
}

/// The first step of a rollout.
public struct CanaryPolicy: Sendable, Hashable {
    /// Where the canary is taken from; nil: anywhere.
    public var targets: TargetSelector?
    /// How many targets take part.
    public var count: Int
    /// What happens after the step.
    public var gate: Gate
    /// Seconds that its targets must stay Available before the gate.
    public var soakSeconds: Int

    /// Makes a canary with the defaults of the schema.
    public init(targets: TargetSelector? = nil, count: Int = 1, gate: Gate = .manual, soakSeconds: Int = 60) {
        self.targets = targets
        self.count = count
        self.gate = gate
        self.soakSeconds = soakSeconds
    }
}

/// One step after the canary.
public struct WavePolicy: Sendable, Hashable {
    /// The name of the wave that stands for all targets that no other wave names.
    public static let rest = "rest"
    /// Names of built-in steps, which no wave may have.
    public static let reservedNames = ["canary", "remove"]

    /// The unique name, after which the gate is named.
    public var name: String
    /// Members of the wave; nil: all that remain.
    public var targets: TargetSelector?
    /// How many targets may change at once.
    public var maxConcurrency: IntOrPercent
    /// What happens after the step.
    public var gate: Gate
    /// Seconds that its targets must stay Available before the gate.
    public var soakSeconds: Int

    /// Makes a wave with what stands for absent fields.
    public init(
        name: String, targets: TargetSelector? = nil, maxConcurrency: IntOrPercent = .count(1),
        gate: Gate = .automatic, soakSeconds: Int = 0
    ) {
        self.name = name
        self.targets = targets
        self.maxConcurrency = maxConcurrency
        self.gate = gate
        self.soakSeconds = soakSeconds
    }

    /// How many targets may change at once in a wave of `count` targets: at least one.
    public func concurrency(of count: Int) -> Int { max(1, maxConcurrency.resolve(of: count)) }
}

extension RolloutPolicy: FieldObject {
    init() { self.init(paused: false) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("paused", &paused, .boolean, .defaulted)
        fields.object("canary", &canary, .defaulted)
        fields.objects("waves", &waves, .keyed("name", count: 0...32))
        fields.value("maxFailures", &maxFailures, .intOrPercent(from: 0, .percent), .defaulted)
        fields.choice("failurePolicy", &failurePolicy, .defaulted)
        fields.choice("onNewRevision", &onNewRevision, .defaulted)
        fields.value("progressDeadlineSeconds", &progressDeadlineSeconds, .integer(1...86_400), .defaulted)
        fields.value("revisionHistoryLimit", &revisionHistoryLimit, .integer(0...50), .defaulted)
        let open = waves.dropLast().first { $0.targets == nil }
        fields.rule(
            "wave \(open?.name ?? "") has no targets and so takes all that remain: it must be the last wave", .code,
            on: "waves", open == nil)
    }
}

extension Gate {
    /// The longest soak: a week.
    static let soak = FieldShape.integer(0...604_800)
}

extension CanaryPolicy: FieldObject {
    init() { self.init(targets: nil) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.object("targets", &targets)
        fields.value("count", &count, .integer(1...16), .defaulted)
        fields.choice("gate", &gate, .defaulted)
        fields.value("soakSeconds", &soakSeconds, Gate.soak, .defaulted)
    }
}

extension WavePolicy: FieldObject {
    init() { self.init(name: "") }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("name", &name, .label, .required)
        fields.rule(
            "must not be 'canary' or 'remove': both name built-in steps", .schema, on: "name",
            !Self.reservedNames.contains(name))
        fields.object("targets", &targets)
        fields.value("maxConcurrency", &maxConcurrency, .intOrPercent(from: 1, .percentFromOne), .implied)
        fields.choice("gate", &gate, .implied)
        fields.value("soakSeconds", &soakSeconds, Gate.soak, .implied)
        fields.rule(
            "targets may not be set for wave rest: it takes all that remain", .schema,
            name != Self.rest || targets == nil)
    }
}
