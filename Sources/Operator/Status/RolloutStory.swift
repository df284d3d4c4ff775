import AccessPointAPI
import KubeModel
import Rollout

/// What a rollout says to the conditions: how it goes, what holds it, and whether anybody must act.
struct RolloutStory {
    /// The condition Progressing: Unknown while paused.
    var progressing: Verdict
    /// The condition Paused.
    var paused: Verdict
    /// What the rollout contributes to Ready: True only when every target has the wanted revision.
    var ready: Verdict
    /// Whether it is under way, or waits for somebody's word; what has stalled is not, whatever this says.
    var isReconciling: Bool
    /// Why it has come to an end before its goal; nil: it has not.
    var stalled: Verdict?

    /// Tells the story; `progress` says how far it is, such as `1/3 targets on revision 7`.
    init(_ input: StatusInput, progress: String) {
        guard let state = input.rollout, let view = input.view else {
            let unknown = Verdict(.unknown, .statusUnreadable, "the stored rollout is not known")
            (progressing, paused, ready) = (unknown, unknown, unknown)
            isReconciling = false
            return
        }
        let command = RolloutCommand(key: input.key, state: state, view: view).next
        let noted = input.notedResume.map { "; \(Self.noted(resume: $0))" } ?? ""
        paused = Verdict(.false, .notPaused)
        isReconciling = true
        switch view.phase {
        case .healthy:
            progressing = Verdict(.true, .rolloutCompleted, progress)
            ready = Verdict(.true, .targetsReady, progress)
            isReconciling = false
        case .progressing where state.updateRevision == nil:
            ready = Verdict(.false, .notRolledOut, "nothing has been rolled out yet")
            progressing = Verdict(.unknown, .notRolledOut, ready.message)
        case .progressing, .paused, .blocked:
            let step = view.stepName.map { "; step \(view.stepIndex)/\(view.stepTotal) \($0)" } ?? ""
            ready = Verdict(.false, .rolloutProgressing, progress + step + noted)
            progressing = Verdict(.true, .rolloutProgressing, ready.message)
        case .degraded:
            let reason: ReasonCode = state.rollbackCause == nil ? .rolloutAborted : .rolledBack
            ready = Verdict(
                .false, reason, "\(progress); \(view.message); \(Self.waysOn(state))", command: command)
            progressing = Verdict(.false, reason, ready.message)
            stalled = Verdict(.true, reason, ready.message, command: command)
        case .rollingBack:
            let goal = state.stableRevision.map { "revision \($0.number)" } ?? "holding nothing"
            ready = Verdict(.false, .rollingBack, "targets go back to \(goal)")
            progressing = Verdict(.true, .rollingBack, ready.message)
        case .deleting:
            ready = Verdict(.false, .deleting, Self.deletion(state, view), command: command)
            progressing = Verdict(.true, .deleting, ready.message)
            isReconciling = false
        }
        guard let pause = state.pause else { return }
        let halt = view.gate.map { "waiting at gate \($0): \(view.message)\(Self.warned(input.warnings))" }
        let passed = Self.passedOver(pause, state, command: command)
        hold(pause, input, view, progress: progress, halt: (halt ?? view.message) + passed + noted, command: command)
    }

    /// While something holds the rollout nobody knows whether it will progress.
    private mutating func hold(
        _ pause: RolloutState.Pause, _ input: StatusInput, _ view: RolloutView, progress: String, halt: String,
        command: String?
    ) {
        // What cannot be placed has not been refused: the placement says what is wrong, and may come right by itself.
        let isUnplaced = pause.reason == .specNotAccepted && !input.acceptance.isRefusal && !input.placement.isClear
        let reason = isUnplaced ? input.placement.reason : ReasonCode(pause.reason)
        let told = halt.isEmpty ? progress : "\(progress); \(halt)"
        paused = Verdict(.true, reason, halt, command: command)
        guard view.phase != .deleting else {
            progressing = Verdict(.unknown, .rolloutPaused, paused.message)
            return
        }
        progressing = Verdict(.unknown, .rolloutPaused, told)
        ready = Verdict(.false, .rolloutPaused, told, command: command)
        guard pause.reason.isFailure, !isUnplaced else { return }
        ready.reason = reason
        stalled = Verdict(.true, reason, halt, command: command)
    }

    /// What is said of a resume that is given before its gate waits.
    static func noted(resume value: String) -> String {
        "resume=\(value) is noted: it opens its gate when the step is done and nothing else holds the rollout"
    }

    /// That a person has let the rollout go on past the target that it waits for, where nothing else is asked: only its
    /// end is left.
    private static func passedOver(_ pause: RolloutState.Pause, _ state: RolloutState, command: String?) -> String {
        guard command == nil, pause.reason == .clusterUnreachable, let target = pause.target,
            let accepted = state.rows[target]?.accepted, accepted.revision == state.updateRevision
        else { return "" }
        return "; a person has let the rollout go past it: it ends when the target follows or leaves the placement"
    }

    /// What a person at a gate should know of the spec before others get it.
    private static func warned(_ warnings: [SpecWarning]) -> String {
        guard let first = warnings.first else { return "" }
        return "; \(warnings.count) warning\(warnings.count == 1 ? "" : "s"): \(first.brief) (see Accepted)"
    }

    /// What can be done instead of trying a revision again that was turned back.
    private static func waysOn(_ state: RolloutState) -> String {
        let stay = state.stableRevision.map { ", or the spec of revision \($0.number) to stay there" } ?? ""
        return "apply a new spec, which starts at its canary\(stay); or try this one again"
    }

    private static func deletion(_ state: RolloutState, _ view: RolloutView) -> String {
        let holding = Set(state.rows.filter { $0.value.revision != nil }.keys).union(state.inFlight.keys)
        guard !holding.isEmpty else { return "no target holds objects any more" }
        let names = holding.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let left =
            "\(names.count) target\(names.count == 1 ? " still holds" : "s still hold") objects: \(Text.list(names, most: 5))"
        return state.pause == nil ? left : "\(left); \(view.message)"
    }
}

extension PauseReason {
    /// Whether the rollout can only go on after something was mended or decided anew.
    fileprivate var isFailure: Bool {
        switch self {
        case .targetFailed, .failuresExceeded, .deadlineExceeded, .preflightRefused, .specNotAccepted: true
        case .userPaused, .clusterUnreachable, .growthGate, .canaryGate, .waveGate, .removeGate: false
        }
    }
}
