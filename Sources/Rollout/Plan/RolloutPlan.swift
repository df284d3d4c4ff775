/// What must happen after a step before the next one begins.
public enum StepGate: String, Sendable, Hashable, CaseIterable {
    /// A person says so.
    case manual = "Manual"
    /// The end of the soak is enough.
    case automatic = "Automatic"
}

/// What happens when more targets of a step have failed than may.
public enum FailureResponse: String, Sendable, Hashable, CaseIterable {
    /// Nothing new begins until a person has decided.
    case pause = "Pause"
    /// The targets go back to the stable revision.
    case rollback = "Rollback"
    /// The other targets follow; only the end waits.
    case carryOn = "Continue"
}

/// One step of a rollout: targets in order, and how many of them may be unsettled at once.
public struct PlanStep: Sendable, Hashable {
    /// The name of the first step.
    public static let canary = "canary"
    /// The name of the step that takes what no wave has named, and every target that joins.
    public static let rest = "rest"
    /// The name of the step that comes before the canary where the revision is so much larger than the stable one that
    /// a person has to agree; it has no targets.
    public static let growth = "growth"
    /// The name of the last step, in which targets that have left lose their objects.
    public static let remove = "remove"

    /// The name, unique in the plan.
    public var name: String
    /// The names of the targets, in the order in which they are written.
    public var targets: [String]
    /// How many targets of the step may be unsettled at once, at least 1.
    public var maxConcurrency: Int
    /// What opens the way to the next step; for `remove` what opens the step itself.
    public var gate: StepGate
    /// Seconds without a break for which a target must be healthy before it counts as done.
    public var soakSeconds: Int64
    /// How many targets of the step the run goes past although they have failed; never any of the canary.
    public var maxFailures: Int
    /// How many of the first targets must be over before any of the others begins.
    public var lead: Int
    /// What a person has to agree to before anything after this step begins; nil for every step that has targets.
    public var consent: String?

    /// Makes a step.
    public init(
        name: String, targets: [String], maxConcurrency: Int = 1, gate: StepGate = .automatic, soakSeconds: Int64 = 0,
        maxFailures: Int = 0, lead: Int = 0
    ) {
        self.name = name
        self.targets = targets
        self.maxConcurrency = max(1, maxConcurrency)
        self.gate = gate
        self.soakSeconds = max(0, soakSeconds)
        self.maxFailures = max(0, maxFailures)
        self.lead = max(0, lead)
    }

    /// Whether this is the step that takes objects away.
    public var isRemoval: Bool { name == Self.remove }
}

/// The frozen order of a rollout: which targets are written in which step (S17).
///
/// It is made once, kept in the data of the revision, and never changes while the revision is in use.
public struct RolloutPlan: Sendable, Hashable {
    /// The steps in order: `growth` if a person has to agree to it, `canary`, the waves, `rest` for what they leave, and
    /// `remove` if targets are to go.
    public var steps: [PlanStep]
    /// Seconds that a target may be without good evidence before the rollout pauses for a person.
    public var progressDeadlineSeconds: Int64
    /// What happens when more targets of a step have failed than its `maxFailures`, or any of the canary.
    public var failureResponse: FailureResponse

    /// Makes a plan from steps that are already resolved.
    public init(
        steps: [PlanStep], progressDeadlineSeconds: Int64 = 600, failureResponse: FailureResponse = .pause
    ) {
        self.steps = steps
        self.failureResponse = failureResponse
        self.progressDeadlineSeconds = max(1, progressDeadlineSeconds)
    }

    /// The targets that get the revision, in plan order.
    public var targets: [String] { steps.filter { !$0.isRemoval }.flatMap(\.targets) }

    /// The same plan, which begins only once a person has agreed to this.
    public func asking(_ consent: String) -> RolloutPlan {
        var plan = self
        // A wave may have any name.
        var name = PlanStep.growth
        while steps.contains(where: { $0.name == name }) { name += "-gate" }
        var step = PlanStep(name: name, targets: [], gate: .manual)
        step.consent = consent
        plan.steps.insert(step, at: 0)
        return plan
    }

    /// The plan with targets that joined after it was made at the end of `rest`, which is added if there is none.
    func including(joined: [String]) -> RolloutPlan {
        guard !joined.isEmpty else { return self }
        var plan = self
        if let index = plan.steps.firstIndex(where: { $0.name == PlanStep.rest }) {
            plan.steps[index].targets += joined
        } else {
            let end = plan.steps.firstIndex(where: \.isRemoval) ?? plan.steps.endIndex
            plan.steps.insert(PlanStep(name: PlanStep.rest, targets: joined), at: end)
        }
        return plan
    }
}
