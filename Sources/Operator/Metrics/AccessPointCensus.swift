import AccessPointAPI
import JSONValue
import KubeModel
import Rollout
import Telemetry

/// How many AccessPoints and targets are in which state, counted from what is stored; a pure function.
struct AccessPointCensus: Sendable {
    /// An AccessPoint and the word for its state.
    struct Entry: Sendable, Hashable {
        var key: ObjectKey
        var phase: String
    }

    /// AccessPoints by condition and its status.
    var conditions: [String: [Condition.Status: Int]] = [:]
    /// Targets by phase; those that there are none of too.
    var targets: [String: Int]
    /// AccessPoints by what they pause for; reasons that none has too.
    var paused: [PauseReason: Int]
    /// How long the longest present pause of each reason has lasted.
    var longestPause: [PauseReason: Duration] = [:]
    /// AccessPoints whose status leaves something out.
    var truncated = 0
    /// All AccessPoints.
    var entries: [Entry] = []

    /// Counts.
    init(_ accessPoints: [KubeObject], now: Timestamp) {
        targets = Dictionary(uniqueKeysWithValues: TargetPhase.allCases.map { ($0.rawValue, 0) })
        paused = Dictionary(uniqueKeysWithValues: PauseReason.allCases.map { ($0, 0) })
        for object in accessPoints {
            let status = object.status ?? .null
            for condition in ConditionSet(status["conditions"]).conditions {
                conditions[condition.type, default: [:]][condition.status, default: 0] += 1
            }
            for row in status["clusters"]?.arrayValue ?? [] {
                if let phase = row["phase"]?.stringValue { targets[phase, default: 0] += 1 }
            }
            if let reason = status.value("rollout", "pauseReason")?.stringValue.flatMap(PauseReason.init) {
                paused[reason, default: 0] += 1
                if let time = status.value("rollout", "pauseTime")?.stringValue.flatMap({ Timestamp($0) }) {
                    longestPause[reason] = max(longestPause[reason] ?? .zero, now - time)
                }
            }
            if status.value("summary", "truncated")?.boolValue == true { truncated += 1 }
            let phase = status.value("rollout", "phase")?.stringValue ?? "Unknown"
            entries.append(Entry(key: object.key, phase: phase))
        }
    }
}
