import KubeRuntime
import Synchronization

/// Whether one operator process is in order: what probes are told.
///
/// A member that is away is no fault of the process, and a replica that waits for the lease is ready.
public final class OperatorHealth: Sendable {
    /// What is looked at.
    public enum Check: String, Sendable, CaseIterable {
        /// The process still gets its turns: its own clock goes on.
        case loop
        /// Everything that it watches on the host has been listed completely.
        case hostCaches = "host-caches"
        /// It leads, or waits to.
        case lease
        /// It has not been told to end.
        case shutdown
    }

    private struct State {
        var beat: SuspendingClock.Instant
        /// What of the host has not been listed; nil before it was looked for.
        var missing: (@Sendable () -> [String])?
        var hasLostLease = false
        var isEnding = false
    }

    /// The longest time between two beats of the loop.
    static let silence: Duration = .seconds(30)

    private let now: @Sendable () -> SuspendingClock.Instant
    private let state: Mutex<State>

    /// A process that has just begun.
    public convenience init() { self.init(now: { SuspendingClock.now }) }

    /// The clock is one that stands still while the machine does, for nobody gets turns then.
    init(now: @escaping @Sendable () -> SuspendingClock.Instant) {
        self.now = now
        state = Mutex(State(beat: now()))
    }

    /// What is wrong; nil if nothing is.
    public func problem(_ check: Check) -> String? {
        state.withLock { state in
            switch check {
            case .loop:
                let silence = state.beat.duration(to: now())
                return silence > Self.silence ? "no turn for \(silence.components.seconds) s" : nil
            case .hostCaches:
                guard let missing = state.missing?() else { return "the host has not answered yet" }
                return missing.isEmpty ? nil : "not listed completely yet: \(missing.joined(separator: ", "))"
            case .lease: return state.hasLostLease ? "the lease is lost; this process ends" : nil
            case .shutdown: return state.isEnding ? "the process was told to end" : nil
            }
        }
    }

    /// It was told to end; what is under way is finished.
    public func end() { state.withLock { $0.isEnding = true } }

    /// The loop had a turn.
    func beat() { state.withLock { $0.beat = now() } }

    /// From now on, what of the host has not been listed is told by `missing`.
    func watches(_ missing: @escaping @Sendable () -> [String]) { state.withLock { $0.missing = missing } }

    /// Leadership was lost.
    func lostLease() { state.withLock { $0.hasLostLease = true } }

    /// Runs the work, and has the loop beat for as long as that takes.
    func beating(_ timeline: Timeline, while work: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await work()
                return true
            }
            group.addTask { [self] in
                while (try? await timeline.sleep(for: Self.silence / 6)) != nil { beat() }
                return false
            }
            // The beat ends first only when both are cancelled; then the work ends in its own time.
            while try await group.next() == false {}
            group.cancelAll()
        }
    }
}
