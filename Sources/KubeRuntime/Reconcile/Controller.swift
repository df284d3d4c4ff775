/// What came of a reconcile.
public enum Outcome: Sendable {
    /// Everything is as it should be; look again when something changes.
    case done
    /// As it should be for now; look again after this long at the latest.
    case requeue(after: Duration)
    /// It failed and may succeed later: again after the key's backoff.
    case retry(any Error)
    /// It failed and will fail until something changes.
    case terminal(any Error)
}

/// Brings the world closer to what one key asks for.
///
/// It gets a key, never an event: it reads the present state, and an object that is not there has been deleted. It may be
/// called at any time and any number of times, but never twice at the same time for one key. When its task is cancelled it
/// returns soon.
public protocol Reconciler<Key>: Sendable {
    /// What names one piece of work.
    associatedtype Key: Hashable & Sendable

    /// Does what can be done now.
    func reconcile(_ key: Key) async -> Outcome
}

/// One run of a reconciler, for logs and metrics.
public struct ReconcileReport<Key: Hashable & Sendable>: Sendable {
    /// The key, its priority and how often it failed before.
    public let item: WorkItem<Key>
    /// What came of it.
    public let outcome: Outcome
    /// How long it took.
    public let duration: Duration
}

/// Why a controller did not start.
public struct ControllerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Which controller waited how long for what.
    public let description: String
}

/// Runs a reconciler with a number of workers over one queue.
public struct Controller<R: Reconciler>: Sendable {
    private let name: String
    private let reconciler: R
    private let queue: WorkQueue<R.Key>
    private let workers: Int
    private let timeline: Timeline
    private let report: @Sendable (ReconcileReport<R.Key>) -> Void

    /// A controller that begins when it runs.
    ///
    /// - Parameters:
    ///   - name: its name in messages.
    ///   - reconciler: what to call.
    ///   - queue: where keys come from; it is not shared with another controller.
    ///   - workers: how many keys are worked on at the same time.
    ///   - timeline: what time it is.
    ///   - report: called after every run, within its ``ReconcileScope``.
    public init(
        name: String, reconciler: R, queue: WorkQueue<R.Key>, workers: Int = 1, timeline: Timeline,
        report: @escaping @Sendable (ReconcileReport<R.Key>) -> Void = { _ in }
    ) {
        self.name = name
        self.reconciler = reconciler
        self.queue = queue
        self.workers = max(workers, 1)
        self.timeline = timeline
        self.report = report
    }

    /// Works until ``stop()`` or until the task is cancelled, and returns when the last reconcile has returned.
    ///
    /// After a stop, reconciles that run are left to finish; when the task is cancelled, they are cancelled too.
    ///
    /// - Parameters:
    ///   - ready: returns when everything that the reconciler reads is there (``ObjectStore/waitUntilReady()``).
    ///   - timeout: how long that may take.
    /// - Throws: `ControllerError` when it takes longer, `CancellationError` when the task is cancelled meanwhile.
    public func run(
        whenReady ready: @escaping @Sendable () async throws -> Void = {}, within timeout: Duration = .seconds(120)
    ) async throws {
        let isReady = try await timeline.limit(timeout) { try await ready() } != nil
        guard isReady else {
            throw ControllerError(
                description: "cannot start the \(name) controller: what it reads was not there after \(timeout)")
        }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<workers {
                group.addTask {
                    while let item = await queue.next() {
                        await ReconcileScope.$current.withValue(ReconcileScope(controller: name)) { await work(item) }
                    }
                }
            }
        }
    }

    /// Takes no more keys.
    public func stop() { queue.shutDown() }

    private func work(_ item: WorkItem<R.Key>) async {
        let start = timeline.now
        let outcome = Task.isCancelled ? Outcome.retry(CancellationError()) : await reconciler.reconcile(item.key)
        if Task.isCancelled {
            // Not a failure of the key: whoever runs next begins with it.
            queue.add(item.key, priority: item.priority)
        } else {
            settle(item, outcome)
        }
        queue.done(item.key)
        report(ReconcileReport(item: item, outcome: outcome, duration: start.duration(to: timeline.now)))
    }

    private func settle(_ item: WorkItem<R.Key>, _ outcome: Outcome) {
        switch outcome {
        case .done, .terminal:
            queue.forget(item.key)
        case .requeue(let delay):
            queue.forget(item.key)
            queue.add(item.key, priority: item.priority, after: delay)
        case .retry:
            queue.addAfterFailure(item.key, priority: item.priority)
        }
    }
}
