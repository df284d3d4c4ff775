import KubeRuntime
import Synchronization

/// Spaces out the writes of an object that only tell what was observed, so that news that come thick and fast ride on
/// few of them. What a rollout needs is never held back.
final class ObservationPace: Sendable {
    /// Least time between two such writes of one object.
    static let interval: Duration = .seconds(1)

    private struct State {
        var written: [String: Moment] = [:]
        /// At how many entries those that no longer matter are dropped.
        var limit = 64
    }

    private let timeline: Timeline
    private let state = Mutex(State())

    init(timeline: Timeline) { self.timeline = timeline }

    /// How many objects are remembered: those of the last second, and as many again or 64.
    var count: Int { state.withLock { $0.written.count } }

    /// How long an observation of an object, named by its uid or otherwise, has to wait; nil if it may be written now.
    func wait(_ name: String) -> Duration? {
        guard let last = state.withLock({ $0.written[name] }) else { return nil }
        let left = Self.interval - last.duration(to: timeline.now)
        return left > .zero ? left : nil
    }

    /// Notes that the status of an object was just written, for whichever reason.
    func note(_ name: String) {
        let now = timeline.now
        state.withLock { state in
            state.written[name] = now
            guard state.written.count > state.limit else { return }
            state.written = state.written.filter { $0.value.duration(to: now) < Self.interval }
            state.limit = max(64, state.written.count * 2)
        }
    }
}
