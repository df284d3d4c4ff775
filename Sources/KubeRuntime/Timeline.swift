/// A clock of any kind, seen as a source of ``Moment`` values and as a way to sleep.
///
/// A process makes one timeline and hands it to everything: moments of two timelines are not comparable.
/// The default clock counts the time in which the machine was suspended, which a lease needs.
public struct Timeline: Sendable {
    private let elapsed: @Sendable () -> Duration
    private let rest: @Sendable (Duration) async throws -> Void

    /// A timeline that begins now on `clock`.
    public init(_ clock: any Clock<Duration> = ContinuousClock()) { self = Self.opening(clock) }

    private init(elapsed: @escaping @Sendable () -> Duration, rest: @escaping @Sendable (Duration) async throws -> Void)
    {
        self.elapsed = elapsed
        self.rest = rest
    }

    private static func opening(_ clock: some Clock<Duration>) -> Timeline {
        let start = clock.now
        return Timeline(
            elapsed: { start.duration(to: clock.now) },
            rest: { try await clock.sleep(until: start.advanced(by: $0), tolerance: nil) })
    }

    /// The present moment.
    public var now: Moment { Moment(elapsed()) }

    /// Returns at `moment`, at once when it has passed.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    public func sleep(until moment: Moment) async throws { try await rest(moment.offset) }

    /// Returns after `duration`.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    public func sleep(for duration: Duration) async throws { try await sleep(until: now.advanced(by: duration)) }
}

extension Timeline {
    /// Runs `act` for at most `duration`.
    ///
    /// - Returns: the result, or `nil` when it took longer; then its task was cancelled and has ended.
    public func limit<Result: Sendable>(
        _ duration: Duration, _ act: @escaping @Sendable () async throws -> Result
    ) async throws -> Result? {
        let deadline = now.advanced(by: duration)
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await act() }
            group.addTask {
                try await sleep(until: deadline)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}
