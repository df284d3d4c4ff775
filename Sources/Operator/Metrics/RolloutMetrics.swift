import JSONValue
public import Rollout
public import Telemetry

/// What happens in rollouts, and the writes that they consist of.
struct RolloutMetrics: Sendable {
    private let runs: Counter<RunEnd.Outcome>
    private let durations: Histogram<RunEnd.Outcome>
    private let progressions: Histogram<RunEnd.Outcome>
    private let pauses: Histogram<PauseReason>
    private let drifts: Counter<String, String>
    private let applies: Counter<String, String, ObjectWrite.Result>
    private let applyTime: Histogram<String>
    private let statusBytes: Histogram<>

    init(_ registry: MetricsRegistry) {
        let outcome = Label<RunEnd.Outcome>("outcome")
        let (cluster, kind) = (Label<String>("cluster"), Label<String>("kind"))
        runs = registry.counter(
            "accesspoint_rollouts_total", "Runs of a revision that have ended, by how.", outcome)
        durations = registry.histogram(
            "accesspoint_rollout_duration_seconds", "Time of a run from its first step to its end, pauses included.",
            buckets: .rolloutSeconds, outcome)
        progressions = registry.histogram(
            "accesspoint_rollout_progression_duration_seconds",
            "Time for which a run went on, pauses left out, of runs seen from their beginning.",
            buckets: .rolloutSeconds, outcome)
        pauses = registry.histogram(
            "accesspoint_rollout_pause_duration_seconds", "Time of a pause that is over.", buckets: .rolloutSeconds,
            Label<PauseReason>("reason"))
        drifts = registry.counter(
            "accesspoint_drift_total", "Repairs that began, since objects of a kind differed from their revision.",
            cluster, kind)
        applies = registry.counter(
            "accesspoint_apply_total", "Writes of objects into members, dry runs not counted.", cluster, kind,
            Label<ObjectWrite.Result>("result"))
        applyTime = registry.histogram(
            "accesspoint_apply_duration_seconds", "Time to the answer of such a write.", buckets: .requestSeconds,
            cluster)
        statusBytes = registry.histogram(
            "accesspoint_status_bytes", "Size of the status of an AccessPoint when it is written.",
            buckets: [4, 16, 64, 128, 192, 256, 384, 512].map { $0 * 1024 })
        for outcome in RunEnd.Outcome.allCases {
            runs.add(0, outcome)
            durations.show(outcome)
            progressions.show(outcome)
        }
        for reason in PauseReason.allCases { pauses.show(reason) }
        statusBytes.show()
    }

    /// Counts what two committed states say happened between them.
    func count(_ measurements: [RolloutMeasurement]) {
        for measurement in measurements {
            switch measurement {
            case .ended(let outcome, let duration):
                runs.add(1, outcome)
                if let duration { durations.observe(duration, outcome) }
            case .pauseEnded(let reason, let duration): pauses.observe(duration, reason)
            case .drifted(let target, let kinds): for kind in kinds { drifts.add(1, target, kind) }
            }
        }
    }

    /// Counts for how long a run went on that has ended.
    func count(progression: Duration, of outcome: RunEnd.Outcome) { progressions.observe(progression, outcome) }

    /// Counts a write of one object into a member.
    func count(_ write: ObjectWrite) {
        applies.add(1, write.cluster, write.kind, write.result)
        applyTime.observe(write.duration, write.cluster)
    }

    /// Counts a status that was written.
    func count(status: JSONValue) { statusBytes.observe(Double(status.bytes().count)) }
}

extension RunEnd.Outcome: LabelValue {}
extension PauseReason: LabelValue {}

/// One write of an object into a member, which came to an end.
struct ObjectWrite: Sendable, Hashable {
    /// What came of it.
    enum Result: String, LabelValue {
        case created, updated
        /// Somebody else has changed the object meanwhile, or holds its fields.
        case conflict
        case failed
    }

    var cluster: String
    var kind: String
    var result: Result
    var duration: Duration
}
