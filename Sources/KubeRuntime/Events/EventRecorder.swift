import JSONValue
public import KubeModel
import Synchronization

/// Writes Events.
public protocol EventSink: Sendable {
    /// Performs one write, within a few seconds.
    func perform(_ write: EventLog.Write) async -> EventLog.Verdict
}

/// Tells people what happens to objects, by Events; best effort: recording never waits and never fails.
///
/// All decisions are those of ``EventLog``; this performs them, one write at a time.
public final class EventRecorder: Sendable {
    private let sink: any EventSink
    private let timeline: Timeline
    private let date: @Sendable () -> Timestamp
    private let queue: WorkQueue<EventLog.Series>
    private let log: Mutex<EventLog>

    /// A recorder that writes while it runs.
    ///
    /// - Parameters:
    ///   - controller: who reports: a qualified name, `accesspoint.io/operator`.
    ///   - instance: which process of it.
    ///   - sink: where Events go.
    ///   - timeline: what time it is.
    ///   - date: the wall clock, for people.
    ///   - settings: the numbers.
    public init(
        controller: String, instance: String, sink: any EventSink, timeline: Timeline,
        date: @escaping @Sendable () -> Timestamp, settings: EventLog.Settings = .init()
    ) {
        self.sink = sink
        self.timeline = timeline
        self.date = date
        let backoff = BackoffPolicy(base: .milliseconds(500), cap: .seconds(60), jitter: 1)
        queue = WorkQueue(timeline: timeline, backoff: backoff) { $0.regarding.key.namespace ?? "" }
        log = Mutex(EventLog(controller: controller, instance: instance, settings: settings))
    }

    /// Notes that were not written, for a metric.
    public var dropped: Int { log.withLock { $0.dropped } }

    /// Takes a note, to be written soon.
    public func record(_ note: EventNote) {
        let (now, date) = (timeline.now, date())
        guard let (series, wait) = log.withLock({ $0.record(note, now: now, date: date) }) else { return }
        queue.add(series, after: wait)
    }

    /// Writes until the task is cancelled.
    public func run() async {
        while let item = await queue.next() {
            await look(at: item.key)
            queue.done(item.key)
        }
    }

    private func look(at series: EventLog.Series) async {
        let now = timeline.now
        var step = log.withLock { $0.step(series, now: now) }
        if case .write(let write) = step {
            let verdict = await sink.perform(write)
            let (now, date) = (timeline.now, date())
            step = log.withLock { $0.settle(series, write, verdict, now: now, date: date) }
        }
        switch step {
        case .wait(let wait):
            queue.forget(series)
            queue.add(series, after: wait)
        case .retry: queue.addAfterFailure(series)
        case .write, .forget: queue.forget(series)
        }
    }
}
