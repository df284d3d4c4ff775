import KubeModel

/// One decision in the making: the state as it changes, and what it is decided from.
///
/// The rules are chains of small functions in the extensions, one file per subject. A pass runs them all once; passes
/// are repeated until nothing changes, so that no rule has to care about the order of the others.
struct Turn {
    let guards: Guards
    let observed: RolloutObservation
    let now: Timestamp
    var state: RolloutState
    var answers: [VerbAnswer] = []
    /// Writes that were begun without a journal entry: only ever filled without that guard.
    var unjournaled: [String: JournalEntry] = [:]
    private(set) var plan: RolloutPlan?
    private(set) var stepIndex: [String: Int] = [:]

    init(state: RolloutState, observed: RolloutObservation, now: Timestamp, guards: Guards) {
        var observed = observed
        // What a person writes into an annotation may be of any length; status keeps what any token fits into.
        observed.verbs = observed.verbs.mapValues { $0.cut(to: 256) }
        (self.state, self.observed, self.now, self.guards) = (state, observed, now, guards)
        usePlan()
    }

    mutating func decide() -> RolloutDecision {
        guard !isFenced else { return decision(isFenced: true) }
        // Every pass that changes anything moves a target or a step, and there are at most 36 steps.
        for _ in 0..<128 {
            let before = state
            pass()
            if state == before { break }
        }
        answerVerbs()
        claimEpoch()
        state.rows = state.rows.filter { !$0.value.isBlank }
        return decision(isFenced: false)
    }

    private mutating func pass() {
        settleJournal()
        usePlan()
        probeRefused()
        if observed.isDeleting {
            advanceDeletion()
            return
        }
        adoptWanted()
        obeyAbort()
        obeyRetry()
        leadBackSuperseded()
        state.course == .back ? advanceReturn() : advanceUpdate()
        admitJoined()
        admitRepair()
    }

    private func decision(isFenced: Bool) -> RolloutDecision {
        RolloutDecision(
            state: state, actions: isFenced ? [] : actions, nextCheck: isFenced ? nil : nextCheck, view: view,
            isFenced: isFenced)
    }

    /// Takes up the plan of the update revision, with what has joined since it was made.
    mutating func usePlan() {
        let frozen = state.updateRevision.flatMap { observed.plans[$0] }
        plan = frozen.map { $0.including(joined: joined(since: $0)) }
        stepIndex = [:]
        for (index, step) in (plan?.steps ?? []).enumerated() where !step.isRemoval {
            for target in step.targets { stepIndex[target] = index }
        }
    }

    /// Targets that came after the plan was made. One that holds nothing yet gets the stable revision first, beside the
    /// run: until then a fresh cluster that lacks something is no part of it, and holds nothing up.
    private func joined(since frozen: RolloutPlan) -> [String] {
        let planned = Set(frozen.targets)
        return observed.targets.filter { target, seen in
            seen.isPlaced && !planned.contains(target)
                && (state.stableRevision == nil || state.rows[target]?.revision != nil)
        }.keys.sorted()
    }
}

// What the rules look up.
extension Turn {
    /// The step that is under way; nil if all are over or no plan is known.
    var presentStep: PlanStep? {
        guard let plan, plan.steps.indices.contains(state.passedSteps) else { return nil }
        return plan.steps[state.passedSteps]
    }

    /// The targets that get the update revision, in plan order, without those that left before it reached them.
    var members: [String] { plan?.targets ?? [] }

    /// The name of the present run in tokens: `r7`, or `r7.2` after it was aborted and began again.
    var label: String {
        let number = state.updateRevision?.number ?? 0
        return state.round == 0 ? "r\(number)" : "r\(number).\(state.round.successor)"
    }

    /// Everything in flight, by target.
    var entries: [(target: String, entry: JournalEntry)] {
        (Array(state.inFlight) + Array(unjournaled)).sorted { $0.key < $1.key }
            .map { (target: $0.key, entry: $0.value) }
    }

    func isPlaced(_ target: String) -> Bool { observed.targets[target]?.isPlaced ?? true }

    func isUnreachable(_ target: String) -> Bool { observed.targets[target]?.reachability == .unreachable }

    /// Whether requests of the executor may be on their way to a target, for whichever entry.
    func isWriting(_ target: String) -> Bool { observed.targets[target]?.report?.outcome == .writing }

    /// How the write of an entry stands; nil if the executor has said nothing of exactly this one.
    func outcome(_ target: String, _ entry: JournalEntry) -> WriteReport.Outcome? {
        guard let report = observed.targets[target]?.report else { return nil }
        return report.stamp == entry.stamp || !guards.has(.exactReport) ? report.outcome : nil
    }

    /// What is known of a target's health at exactly a revision; nil if nothing is known yet.
    func finding(_ target: String, at revision: RevisionName) -> Evidence.Finding? {
        guard let evidence = observed.targets[target]?.evidence else { return nil }
        return evidence.revision == revision || !guards.has(.exactEvidence) ? evidence.finding : nil
    }

    /// Whether a person has let the present revision go on past what is unknown of a target.
    func isAccepted(_ target: String) -> Bool {
        guard let accepted = state.rows[target]?.accepted else { return false }
        return accepted.revision == state.updateRevision
    }

    /// Changes what is remembered of a target.
    mutating func remember(_ target: String, _ change: (inout TargetRow) -> Void) {
        change(&state.rows[target, default: TargetRow()])
    }
}

extension String {
    /// The first so many code points, which is what `maxLength` of a schema counts.
    func cut(to length: Int) -> String {
        unicodeScalars.count <= length ? self : String(UnicodeScalarView(unicodeScalars.prefix(length)))
    }
}

extension Int64 {
    /// The next number; a stored one may be as large as it likes.
    var successor: Int64 { self == .max ? .max : self + 1 }
}
