import Synchronization

/// A clock that stands still until a test moves it.
///
/// A test waits for the code under test to fall asleep (``sleepers(_:)``), then moves the time; nothing really sleeps.
package final class TestClock: Clock, Sendable {
    package typealias Duration = Swift.Duration

    package struct Instant: InstantProtocol {
        package var offset: Swift.Duration
        package func advanced(by duration: Swift.Duration) -> Instant { Instant(offset: offset + duration) }
        package func duration(to other: Instant) -> Swift.Duration { other.offset - offset }
        package static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct Sleeper {
        var id: UInt64
        var deadline: Instant
        var continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var now = Instant(offset: .zero)
        var ids: UInt64 = 0
        var sleepers: [Sleeper] = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

        mutating func satisfiedWatchers() -> [CheckedContinuation<Void, Never>] {
            let satisfied = watchers.filter { $0.count <= sleepers.count }.map(\.continuation)
            watchers.removeAll { $0.count <= sleepers.count }
            return satisfied
        }
    }

    private let state = Mutex(State())

    package init() {}

    package var now: Instant { state.withLock { $0.now } }
    package var minimumResolution: Swift.Duration { .nanoseconds(1) }

    /// When the next sleeper wakes.
    package var nextDeadline: Instant? { state.withLock { $0.sleepers.map(\.deadline).min() } }

    package func sleep(until deadline: Instant, tolerance: Swift.Duration?) async throws {
        let id = state.withLock { state in
            state.ids += 1
            return state.ids
        }
        let isAwake = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
                let (result, watchers) = state.withLock {
                    state -> (Bool?, [CheckedContinuation<Void, Never>]) in
                    if Task.isCancelled { return (false, []) }
                    if deadline <= state.now { return (true, []) }
                    state.sleepers.append(Sleeper(id: id, deadline: deadline, continuation: continuation))
                    return (nil, state.satisfiedWatchers())
                }
                if let result { continuation.resume(returning: result) }
                for watcher in watchers { watcher.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let place = state.sleepers.firstIndex(where: { $0.id == id }) else { return nil }
                return state.sleepers.remove(at: place)
            }
            sleeper?.continuation.resume(returning: false)
        }
        guard isAwake else { throw CancellationError() }
    }

    /// Moves the time and wakes those whose time has come, the earliest first.
    package func advance(by duration: Swift.Duration) {
        let woken = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            let woken = state.sleepers.filter { $0.deadline <= state.now }
            state.sleepers.removeAll { $0.deadline <= state.now }
            return woken
        }
        for sleeper in woken.sorted(by: { $0.deadline < $1.deadline }) { sleeper.continuation.resume(returning: true) }
    }

    /// Returns when at least `count` tasks sleep.
    package func sleepers(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    /// Waits for somebody to sleep and moves the time to when the first of them wakes.
    package func advanceToNextSleeper() async {
        await sleepers(1)
        if let deadline = nextDeadline { advance(by: max(now.duration(to: deadline), .zero)) }
    }

    /// Moves the time from one sleeper to the next until `isDone`; the others run in between.
    ///
    /// - Parameters:
    ///   - turns: how often they may run before the time moves on; with few of them it runs while they are at work.
    ///   - isDone: what is waited for.
    package func advance(turns: Int = 1, until isDone: () -> Bool) async {
        while !isDone(), !Task.isCancelled {
            if let deadline = nextDeadline { advance(by: max(now.duration(to: deadline), .zero)) }
            for _ in 0..<turns { await Task.yield() }
        }
    }
}
