import KubeModel
import Rollout

/// What the planner decides, remembered by everything that the decision depends on.
///
/// Each distinct question is put to the planner once, its answer checked once against ``RolloutInvariants`` and once
/// more for being a fixed point. That is what makes millions of states affordable.
final class ModelDecisions {
    /// Everything that a decision depends on.
    struct Question: Hashable {
        var shape: UInt32
        var wanted: UInt8
        var isPaused: Bool
        var isDeleting: Bool
        var verbs: UInt64
        /// 0: nothing held, 1: the present epoch, 2: another.
        var held: UInt8
        /// A bit for each target whose journal entry was stamped in the present epoch.
        var isStamped: UInt8
        var targets: Three<Facts>

        func hash(into hasher: inout Hasher) {
            var head = Packing()
            head.add(UInt64(shape), bits: 32)
            head.add(UInt64(wanted), bits: 4)
            head.add((isPaused ? 1 : 0) | (isDeleting ? 2 : 0), bits: 2)
            head.add(UInt64(held), bits: 2)
            head.add(UInt64(isStamped), bits: 3)
            var rest = Packing()
            for target in 0..<3 { rest.add(targets[target].word, bits: 21) }
            var mixer = Mixer()
            mixer.mix(head.word)
            mixer.mix(verbs)
            mixer.mix(rest.word)
            hasher.combine(mixer.value)
        }
    }

    /// What is known of one target.
    struct Facts: Hashable {
        enum Reach: UInt8 { case unknown, reachable, unreachable }
        enum Finding: UInt8 { case none, good, bad, unclear }

        var reach = Reach.unknown
        var isPlaced = true
        var assigned: UInt8 = 0
        var preflight = ModelPreflight()
        var report = ModelJob.Outcome.none
        var isReportOfEntry = false
        var finding = Finding.none
        var isDrifted = false

        var word: UInt64 {
            var packing = Packing()
            packing.add(UInt64(reach.rawValue), bits: 2)
            packing.add((isPlaced ? 1 : 0) | (isDrifted ? 2 : 0) | (isReportOfEntry ? 4 : 0), bits: 3)
            packing.add(UInt64(assigned), bits: 2)
            packing.add(UInt64(preflight.revision), bits: 2)
            packing.add(UInt64(preflight.result.rawValue) << 1 | (preflight.isOld ? 1 : 0), bits: 3)
            packing.add(UInt64(report.rawValue), bits: 3)
            packing.add(UInt64(finding.rawValue), bits: 2)
            return packing.word
        }
    }

    /// What is to be done to one target.
    struct Deeds: Hashable {
        var assign: UInt8 = 0
        var isWritten = false
        /// The revision to be dry-run; 0 for none.
        var preflight: UInt8 = 0
        var isReleased = false
    }

    /// A decision, as far as the model goes.
    struct Answer {
        var isFenced = false
        var isChanged = false
        var shape: UInt32 = 0
        var isEpochTaken = false
        /// How far the numbers of the journal went.
        var entries: UInt8 = 0
        /// Which of them is each target's; 0 where the entry is an old one.
        var entry = Three<UInt8>(0)
        /// A bit for each target whose entry carries the epoch of the decision.
        var isStamped: UInt8 = 0
        var deeds = Three(Deeds())
        var isFinal = false
        /// The value that each verb takes now, and the verbs that are inert, by the verb's index.
        var tokens: [UInt8] = []
        var inert: UInt8 = 0
        var violations: [String] = []
    }

    let shapes: ModelShapes
    let words: ModelWords
    private let planner: RolloutPlanner
    private let plans: [RevisionName: RolloutPlan]
    private let isQueueing: Bool
    private var answers: [Question: Answer] = [:]

    init(planner: RolloutPlanner, plan: RolloutPlan, isQueueing: Bool, shapes: ModelShapes, words: ModelWords) {
        (self.planner, self.isQueueing, self.shapes, self.words) = (planner, isQueueing, shapes, words)
        plans = Dictionary(
            (1...3).compactMap { RevisionName.model($0) }.map { ($0, plan) }, uniquingKeysWith: { first, _ in first })
    }

    var count: Int { answers.count }

    func answer(_ question: Question) -> Answer {
        if let known = answers[question] { return known }
        let answer = decide(question)
        answers[question] = answer
        return answer
    }

    private func decide(_ question: Question) -> Answer {
        let state = state(of: question)
        let observed = observation(of: question, state)
        let decision = planner.step(state, observed, now: ModelShapes.now)
        let checks = RolloutInvariants(from: state, to: decision, observed: observed, now: ModelShapes.now)
        var answer = Answer()
        answer.violations = checks.violations.map(\.description)
        answer.isFenced = decision.isFenced
        answer.isChanged = decision.state != state
        answer.shape = shapes.number(of: decision.state)
        answer.isEpochTaken = decision.state.epoch != state.epoch
        answer.entries = UInt8(clamping: decision.state.sequence - state.sequence)
        for (index, target) in ModelShapes.targets.enumerated() {
            guard let entry = decision.state.inFlight[target] else { continue }
            answer.entry[index] = UInt8(clamping: max(0, entry.stamp.sequence - state.sequence))
            if entry.stamp.epoch == decision.state.epoch { answer.isStamped |= 1 << UInt8(index) }
        }
        for action in decision.actions { note(action, in: &answer) }
        for (index, verb) in Verb.allCases.enumerated() {
            answer.tokens.append(words.number(of: decision.view.tokens[verb]))
            if decision.view.inert.contains(verb) { answer.inert |= 1 << UInt8(index) }
        }
        if !decision.isFenced, answer.isChanged { checkFixedPoint(decision, observed, &answer) }
        return answer
    }

    private func note(_ action: RolloutAction, in answer: inout Answer) {
        switch action {
        case .preflight(let target, let revision): answer.deeds[index(target)].preflight = revision.short
        case .assign(let target, let revision): answer.deeds[index(target)].assign = revision.short
        case .apply(let target, _, _), .remove(let target, _): answer.deeds[index(target)].isWritten = true
        case .release(let target): answer.deeds[index(target)].isReleased = true
        case .answer: break
        case .finalize: answer.isFinal = true
        }
    }

    private func index(_ target: String) -> Int { ModelShapes.targets.firstIndex(of: target) ?? 0 }

    /// A duplicated event changes nothing: deciding again on the decided state decides nothing.
    private func checkFixedPoint(
        _ decision: RolloutDecision, _ observed: RolloutObservation, _ answer: inout Answer
    ) {
        var observed = observed
        if answer.isEpochTaken { observed.heldEpoch = decision.state.epoch }
        let again = planner.step(decision.state, observed, now: ModelShapes.now)
        if again.state != decision.state { answer.violations.append("S12: a repeated event decides something new") }
    }
}

// The planner's view of a question.
extension ModelDecisions {
    private func state(of question: Question) -> RolloutState {
        var state = shapes.state(question.shape)
        for (index, target) in ModelShapes.targets.enumerated() where question.isStamped & (1 << UInt8(index)) == 0 {
            state.inFlight[target]?.stamp.epoch = ModelShapes.epoch - 1
        }
        return state
    }

    private func observation(of question: Question, _ state: RolloutState) -> RolloutObservation {
        var observed = RolloutObservation()
        (observed.wanted, observed.queuesNewRevision) = (.model(question.wanted), isQueueing)
        (observed.plans, observed.isPaused, observed.isDeleting) = (plans, question.isPaused, question.isDeleting)
        for (index, verb) in Verb.allCases.enumerated() {
            let number = UInt8(truncatingIfNeeded: question.verbs >> (8 * UInt64(index)))
            if number != 0 { observed.verbs[verb] = words.texts[Int(number)] }
        }
        observed.heldEpoch = question.held == 0 ? nil : ModelShapes.epoch - (question.held == 1 ? 0 : 1)
        for (index, target) in ModelShapes.targets.enumerated() {
            observed.targets[target] = facts(
                question.targets[index], state.inFlight[target]?.stamp, state.assignment(of: target))
        }
        return observed
    }

    private func facts(
        _ facts: Facts, _ stamp: WriteStamp?, _ assignment: RevisionName?
    ) -> TargetObservation {
        var seen = TargetObservation(isPlaced: facts.isPlaced)
        switch facts.reach {
        case .unknown: seen.reachability = .unknown
        case .reachable: seen.reachability = .reachable
        case .unreachable: seen.reachability = .unreachable
        }
        seen.assigned = .model(facts.assigned)
        seen.isDrifted = facts.isDrifted
        if let revision = RevisionName.model(facts.preflight.revision) {
            seen.preflight = PreflightReport(
                revision: revision, result: result(facts.preflight.result),
                time: facts.preflight.isOld ? ModelShapes.longAgo : ModelShapes.now)
        }
        if let outcome = outcome(facts.report) {
            // A report of an older write carries a stamp that no entry has.
            let other = WriteStamp(epoch: -1, sequence: -1)
            seen.report = WriteReport(stamp: facts.isReportOfEntry ? stamp ?? other : other, outcome: outcome)
        }
        if let assignment, let finding = finding(facts.finding) {
            seen.evidence = Evidence(revision: assignment, finding: finding)
        }
        return seen
    }

    private func result(_ result: ModelPreflight.Result) -> PreflightReport.Result {
        switch result {
        case .passed: .passed
        case .refused: .refused("no")
        case .unreachable: .unreachable
        }
    }

    private func outcome(_ outcome: ModelJob.Outcome) -> WriteReport.Outcome? {
        switch outcome {
        case .none: nil
        case .writing: .writing
        case .retrying: .retrying("conflict")
        case .done: .done
        case .failed: .failed("denied")
        }
    }

    private func finding(_ finding: Facts.Finding) -> Evidence.Finding? {
        switch finding {
        case .none: nil
        case .good: .good
        case .bad: .bad("ill")
        case .unclear: .cannotTell("?")
        }
    }
}
