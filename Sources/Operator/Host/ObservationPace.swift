import KubeRuntime
import Synchronization

/// Spaces out the writes of an object that only tell what was observed, so that news that come thick and fast ride on
/// few of them. What a rollout needs is never held back.
final class ObservationPace: Sendable {
    /// Least time between two such writes of one object.
    static let interval: Duration = .seconds(1)

    private let timeline: Timeline
    private let written = Mutex<[String: Moment]>([:])

    init(timeline: Timeline) { self.timeline = timeline }

    /// How long an observation of an object, named by its uid or otherwise, has to wait; nil if it may be written now.
    func wait(_ name: String) -> Duration? {
        guard let last = written.withLock({ $0[name] }) else { return nil }
        let left = Self.interval - last.duration(to: timeline.now)
        return left > .zero ? left : nil
    }

    /// Notes that the status of an object was just written, for whichever reason.
    func note(_ name: String) { written.withLock { $0[name] = timeline.now } }

    /// Drops what is remembered of an object that is gone.
    func forget(_ name: String) { written.withLock { $0[name] = nil } }
}
