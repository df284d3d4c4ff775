import AccessPointAPI
import KubeModel
import Rollout

/// The commands that a person types to move a rollout on, complete and ready to paste.
struct RolloutCommand {
    let key: ObjectKey
    let state: RolloutState
    let view: RolloutView

    /// What ends the present halt; nil if nothing that a person could type here does.
    var next: String? {
        guard view.phase != .deleting else { return deletion }
        guard let pause = state.pause else { return state.isAborted ? annotate(.retry) : nil }
        switch pause.reason {
        case .growthGate, .canaryGate, .waveGate, .removeGate: return annotate(.resume)
        case .userPaused: return unpause
        case .targetFailed, .failuresExceeded: return annotate(.retry)
        case .deadlineExceeded, .clusterUnreachable:
            return annotate(.retry) ?? (takesUnknown(pause) ? annotate(.resume) : nil)
        // These end by themselves when the spec, or what the target lacks, is corrected.
        case .specNotAccepted, .preflightRefused: return nil
        }
    }

    /// What lets repairs go on that too much drift has stopped; nil if nothing has.
    var repair: String? { view.brake.map { annotate(.retry, $0.token) } }

    private var deletion: String? { state.pause?.reason == .userPaused ? unpause : annotate(.abandon) }

    private var unpause: String {
        "kubectl patch axp \(key.name)\(namespace) --type merge"
            + " -p '{\"spec\":{\"policy\":{\"rollout\":{\"paused\":false}}}}'"
    }

    /// Whether resume now means to go on past what cannot be told of a target. Its value then ends in the target, while
    /// a value that only names the gate of the step leaves such a halt as it is.
    private func takesUnknown(_ pause: RolloutState.Pause) -> Bool {
        guard let target = pause.target, let token = view.tokens[.resume] else { return false }
        let parts = token.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 3 && parts.last.map { $0.utf8.elementsEqual(target.utf8) } ?? false
    }

    /// Sets the value that a verb takes now; a value that is already there and was dealt with is taken off first.
    private func annotate(_ verb: Verb) -> String? {
        view.tokens[verb].map { annotate(verb, $0) }
    }

    private func annotate(_ verb: Verb, _ token: String) -> String {
        let start = "kubectl annotate axp \(key.name)\(namespace)"
        let set = "\(start) \(verb.annotation)=\(token) --overwrite"
        return view.inert.contains(verb) ? "\(start) \(verb.annotation)- && \(set)" : set
    }

    private var namespace: String { key.namespace.map { " -n \($0)" } ?? "" }
}

extension RolloutView {
    /// The value of resume that a person has given, where it is the right one and its gate does not wait yet; nil: none.
    func noted(resume value: String?) -> String? {
        guard let value, value == tokens[.resume], !inert.contains(.resume), gate == nil else { return nil }
        return value
    }
}

extension Verb {
    /// The annotation that carries the verb.
    var annotation: String {
        switch self {
        case .resume: Names.Verb.resume
        case .promoteFull: Names.Verb.promoteFull
        case .abort: Names.Verb.abort
        case .retry: Names.Verb.retry
        case .abandon: Names.Verb.abandon
        }
    }
}
