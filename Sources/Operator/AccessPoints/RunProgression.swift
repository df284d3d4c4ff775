import KubeModel
import Rollout

/// For how long the present run of a revision has gone on, its pauses not counted.
///
/// It is known of a run that this process has seen from its beginning; another one that takes over does not know the
/// pauses that are over.
struct RunProgression: Sendable {
    /// The beginning of a run that was seen.
    private var start: Timestamp?
    private var paused = Duration.zero

    /// Follows one committed state to the next.
    ///
    /// - Parameters:
    ///   - old: what was stored before.
    ///   - new: what is stored now.
    ///   - now: the time of the commit.
    /// - Returns: how the run has ended and for how long it went on; nil: none has, or not all of it was seen.
    mutating func follow(_ old: RolloutState, _ new: RolloutState, now: Timestamp) -> (RunEnd.Outcome, Duration)? {
        if let start, let pause = old.pause, pause != new.pause {
            paused += max((new.pause?.time ?? now) - max(pause.time, start), .zero)
        }
        var ended: (RunEnd.Outcome, Duration)?
        if let run = new.lastRun, run != old.lastRun {
            if let start, let begin = run.startTime, begin.wholeSeconds == start.wholeSeconds {
                ended = (run.outcome, max(run.endTime - begin - paused, .zero))
            }
            (start, paused) = (nil, .zero)
        }
        if let begin = new.startTime, begin.wholeSeconds != old.startTime?.wholeSeconds {
            (start, paused) = (begin, .zero)
        }
        return ended
    }

    /// Whether no run is followed.
    var isEmpty: Bool { start == nil }
}
