import KubeModel
import Rollout

/// Something that happened in a rollout and is counted.
enum RolloutMeasurement: Sendable, Hashable {
    /// A run of a revision has ended; how long it took, where its beginning is known.
    case ended(RunEnd.Outcome, after: Duration?)
    /// A pause is over.
    case pauseEnded(PauseReason, after: Duration)
    /// Objects of these kinds in a target differ from their revision and are put back.
    case drifted(target: String, kinds: [String])
}

extension RolloutMeasurement {
    /// What two committed states of a rollout say happened between them; a pure function like
    /// ``Announcement/between(_:_:view:)``, so that a restart counts nothing twice.
    ///
    /// - Parameters:
    ///   - old: what was stored before.
    ///   - new: what is stored now.
    ///   - now: the time of the commit.
    ///   - drifted: the kinds of the objects that differ in a target.
    /// - Returns: what is to be counted.
    static func between(
        _ old: RolloutState, _ new: RolloutState, now: Timestamp, drifted: (String) -> [String]
    ) -> [RolloutMeasurement] {
        var found: [RolloutMeasurement] = []
        if let run = new.lastRun, run != old.lastRun {
            found.append(.ended(run.outcome, after: run.startTime.map { max(run.endTime - $0, .zero) }))
        }
        if let pause = old.pause, pause != new.pause {
            let end = new.pause?.time ?? now
            found.append(.pauseEnded(pause.reason, after: max(end - pause.time, .zero)))
        }
        // A repair that was refused is tried again under another stamp, and a new leader stamps it anew: one drift.
        for (target, entry) in new.inFlight.sorted(by: { $0.key < $1.key })
        where entry.purpose == .repair && old.inFlight[target]?.purpose != .repair {
            found.append(.drifted(target: target, kinds: drifted(target)))
        }
        return found
    }
}
