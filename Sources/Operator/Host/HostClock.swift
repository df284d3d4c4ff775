import KubeClient
import KubeModel
import KubeRuntime

/// Host time that never runs backwards or jumps while the process lives: wall time at start plus monotonic time.
///
/// Soaks and deadlines are kept as host times; a step of the machine's clock must not end one early.
struct HostClock: Sendable {
    private let start: Timestamp
    private let origin: Moment
    private let timeline: Timeline

    /// A clock that is set once, now.
    init(timeline: Timeline) {
        start = .ofSystem
        origin = timeline.now
        self.timeline = timeline
    }

    /// The present host time.
    var now: Timestamp { start + origin.duration(to: timeline.now) }
}
