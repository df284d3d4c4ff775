import Synchronization

/// What a queue is measured by.
public struct WorkQueueFigures: Sendable, Hashable {
    /// Keys that could be taken now.
    public var waiting: Int
    /// Keys that are with workers.
    public var running: Int
    /// How many adds there have been of keys that did not wait already.
    public var adds: UInt64
    /// How long the longest of the present runs has taken so far; zero if there is none.
    public var longestRun: Duration
    /// How long all present runs together have taken so far.
    public var unfinishedWork: Duration
}

/// The shared form of ``WorkQueueCore``: workers wait for the next key.
///
/// Adding never waits and may be done from anywhere. The one task that it keeps, for the next delayed key, lives only
/// while a worker waits, and ends with the queue.
public final class WorkQueue<Key: Hashable & Sendable>: Sendable {
    private typealias Worker = CheckedContinuation<WorkItem<Key>?, Never>

    private struct State {
        var core: WorkQueueCore<Key>
        var workers: [(id: UInt64, worker: Worker)] = []
        var alarm: (due: Moment, task: Task<Void, Never>)?
        var random: any RandomNumberGenerator & Sendable
        var ids: UInt64 = 0
    }

    private let timeline: Timeline
    private let state: Mutex<State>

    /// An empty queue.
    ///
    /// - Parameters:
    ///   - timeline: what time it is.
    ///   - backoff: the wait after each failure of a key.
    ///   - random: where jitter comes from.
    ///   - group: keys of one group (a namespace) share a turn.
    public init(
        timeline: Timeline, backoff: BackoffPolicy = .reconcile,
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        group: @escaping @Sendable (Key) -> String = { _ in "" }
    ) {
        self.timeline = timeline
        state = Mutex(State(core: WorkQueueCore(backoff: backoff, group: group), random: random))
    }

    deinit { state.withLock { $0.alarm?.task.cancel() } }

    /// Adds a key that is due now, or `delay` from now.
    public func add(_ key: Key, priority: Int = 0, after delay: Duration = .zero) {
        add(contentsOf: CollectionOfOne(key), priority: priority, after: delay)
    }

    /// Adds many keys at once.
    public func add(contentsOf keys: some Sequence<Key>, priority: Int = 0, after delay: Duration = .zero) {
        change { state, now in
            for key in keys { state.core.add(key, priority: priority, at: now.advanced(by: delay), now: now) }
        }
    }

    /// Adds a key after a failure, due when its backoff is over.
    public func addAfterFailure(_ key: Key, priority: Int = 0) {
        change { state, now in
            var random = state.random
            state.core.addAfterFailure(key, priority: priority, now: now, using: &random)
            state.random = random
        }
    }

    /// Forgets the failures of a key.
    public func forget(_ key: Key) { state.withLock { $0.core.forget(key) } }

    /// The next key that is due; `nil` when the queue is shut down or the task is cancelled.
    ///
    /// Whoever gets a key gives it back with ``done(_:)``.
    public func next() async -> WorkItem<Key>? {
        let id = state.withLock { state in
            state.ids &+= 1
            return state.ids
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { worker in
                serve { state, _ in
                    // The flag is set before the handler runs: one of the two sees the other.
                    guard !Task.isCancelled else { return [(worker, nil)] }
                    state.workers.append((id, worker))
                    return []
                }
            }
        } onCancel: {
            let worker = state.withLock { state -> Worker? in
                guard let place = state.workers.firstIndex(where: { $0.id == id }) else { return nil }
                return state.workers.remove(at: place).worker
            }
            worker?.resume(returning: nil)
        }
    }

    /// Gives a key back.
    public func done(_ key: Key) { change { state, now in state.core.done(key, now: now) } }

    /// Ends the queue: workers that wait get `nil`, keys that wait are dropped.
    public func shutDown() { change { state, _ in state.core.shutDown() } }

    /// How many keys are ready, delayed and with workers.
    public var counts: (ready: Int, delayed: Int, running: Int) {
        state.withLock { ($0.core.readyCount, $0.core.delayedCount, $0.core.runningCount) }
    }

    /// How busy it is and has been.
    public var figures: WorkQueueFigures {
        let now = timeline.now
        return state.withLock { state in
            WorkQueueFigures(
                waiting: state.core.readyCount, running: state.core.runningCount, adds: state.core.adds,
                longestRun: state.core.takes.min()?.duration(to: now) ?? .zero,
                unfinishedWork: state.core.takes.reduce(.zero) { $0 + $1.duration(to: now) })
        }
    }

    private func change(_ act: (inout State, Moment) -> Void) {
        serve { state, now in
            act(&state, now)
            return []
        }
    }

    /// Changes the state, then hands out what has become ready and sets the alarm for what has not.
    private func serve(_ act: (inout State, Moment) -> [(Worker, WorkItem<Key>?)]) {
        let now = timeline.now
        let served = state.withLock { state in
            var served = act(&state, now)
            while let worker = state.workers.first?.worker {
                let item = state.core.take(now: now)
                guard item != nil || state.core.isShutDown else { break }
                state.workers.removeFirst()
                served.append((worker, item))
            }
            setAlarm(&state)
            return served
        }
        for (worker, item) in served { worker.resume(returning: item) }
    }

    private func setAlarm(_ state: inout State) {
        let due = state.workers.isEmpty ? nil : state.core.nextDue()
        guard due != state.alarm?.due else { return }
        state.alarm?.task.cancel()
        state.alarm = due.map { due in
            let task = Task { [weak self, timeline] in
                do { try await timeline.sleep(until: due) } catch { return }
                self?.change { state, _ in
                    if state.alarm?.due == due { state.alarm = nil }
                }
            }
            return (due, task)
        }
    }
}

extension ObjectStore {
    /// Adds to `queue` the keys that `map` names for every change, the initial ones at the flood's priority.
    public func feed<Key>(
        _ queue: WorkQueue<Key>, map: @escaping @Sendable (StoreChange<Element>) -> [Key]
    ) -> StoreSubscription {
        subscribe { batch in
            let priority = batch.occasion == .initial ? WorkQueueCore<Key>.floodPriority : 0
            queue.add(contentsOf: batch.changes.flatMap(map), priority: priority)
        }
    }
}
