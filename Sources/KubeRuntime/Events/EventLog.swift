public import JSONValue
public import KubeModel

/// Decides which Events are written and when, as a value: no I/O, no clock.
///
/// Rules (client-go and kube-rs event recorders): what repeats within the window becomes one series, whatever its
/// sentence; a series is updated at its second occurrence and then at most once an interval. An object has a burst of
/// new Events and then gets few. Everything is bounded; what does not fit is dropped and counted.
public struct EventLog: Sendable {
    /// The numbers.
    public struct Settings: Sendable {
        /// What comes again within this time belongs to the same series.
        public var window = Duration.seconds(360)
        /// The least time between two updates of one series.
        public var interval = Duration.seconds(60)
        /// How many series are known at a time.
        public var capacity = 1000
        /// New Events of one object at once.
        public var burst = 25
        /// The time after which an object may have one more.
        public var refill = Duration.seconds(300)
        /// Tries for one write.
        public var tries = 12

        /// The defaults.
        public init() {}
    }

    /// What makes two notes the same.
    public struct Series: Sendable, Hashable {
        let regarding: EventReference
        let related: EventReference?
        let severity: EventNote.Severity
        let reason: String
        let action: String
        let variant: String

        init(_ note: EventNote) {
            regarding = note.regarding.identity
            related = note.related?.identity
            severity = note.severity
            reason = note.reason
            action = note.action
            variant = note.variant
        }
    }

    /// A write to the API.
    public enum Write: Sendable, Hashable {
        /// Create this Event.
        case create(KubeObject)
        /// Merge `body` into the Event of that key.
        case patch(ObjectKey, body: JSONValue)
    }

    /// What came of a write.
    public enum Verdict: Sendable, Hashable {
        /// The Event is as written (also: it exists already, from a try whose answer was lost).
        case stored
        /// The Event to patch does not exist any more.
        case gone
        /// The server does not want it.
        case refused
        /// It may succeed later.
        case failed
    }

    /// What to do with a series.
    public enum Step: Sendable, Hashable {
        /// Write this and report to ``settle(_:_:_:now:date:)``.
        case write(Write)
        /// Look again after this long.
        case wait(Duration)
        /// Look again after a backoff.
        case retry
        /// Nothing more to do.
        case forget
    }

    private struct Entry {
        var note: EventNote
        var name: String
        var first: Timestamp
        var last: Timestamp
        var lastSeen: Moment
        var count: Int64 = 1
        /// The count that the server knows; 0 before the Event exists there.
        var written: Int64 = 0
        var writtenAt: Moment?
        var tries = 0
    }

    private let settings: Settings
    let controller: String
    let instance: String
    private var entries: [Series: Entry] = [:]
    private var bursts: [EventReference: Burst] = [:]
    var stamp: Int64 = 0

    /// Notes that were not written.
    public private(set) var dropped = 0

    /// An empty log.
    ///
    /// - Parameters:
    ///   - controller: who reports: a qualified name, `accesspoint.io/operator`.
    ///   - instance: which process of it.
    ///   - settings: the numbers.
    public init(controller: String, instance: String, settings: Settings = Settings()) {
        self.controller = controller
        self.instance = EventText.cut(instance, bytes: 128)
        self.settings = settings
    }

    /// How many series are known.
    public var count: Int { entries.count }

    /// Takes a note.
    ///
    /// - Returns: the series, to be looked at with ``step(_:now:)`` after the wait; `nil` when the note was dropped.
    public mutating func record(_ note: EventNote, now: Moment, date: Timestamp) -> (series: Series, wait: Duration)? {
        let series = Series(note)
        if var entry = entries[series], entry.lastSeen.duration(to: now) < settings.window {
            entry.count += 1
            entry.last = max(entry.last, date)
            entry.lastSeen = now
            entries[series] = entry
            return (series, due(entry, now: now))
        }
        guard entries.count < settings.capacity || entries[series] != nil, allows(series.regarding, now: now) else {
            dropped += 1
            return nil
        }
        let name = name(for: note.regarding.key.name, date: date)
        entries[series] = Entry(note: note, name: name, first: date, last: date, lastSeen: now)
        return (series, .zero)
    }

    /// What to do with a series now.
    public mutating func step(_ series: Series, now: Moment) -> Step {
        guard let entry = entries[series] else { return .forget }
        let wait = due(entry, now: now)
        guard wait <= .zero else { return .wait(wait) }
        guard entry.written < entry.count else {
            entries[series] = nil
            bursts = bursts.filter { !$0.value.isFull(settings, now: now) }
            return .forget
        }
        let key = Self.key(regarding: entry.note.regarding.key, name: entry.name)
        guard entry.written > 0 else { return .write(.create(object(entry.note, key: key, time: entry.first))) }
        let state: JSONValue = ["count": .integer(entry.count), "lastObservedTime": .string(entry.last.rfc3339Micro)]
        return .write(.patch(key, body: ["series": state]))
    }

    /// Takes the result of a write.
    ///
    /// - Returns: what to do with the series then; never another write at once.
    public mutating func settle(
        _ series: Series, _ write: Write, _ verdict: Verdict, now: Moment, date: Timestamp
    ) -> Step {
        guard var entry = entries[series] else { return .forget }
        // A new series of the same kind may have begun meanwhile.
        guard entry.name == write.name else { return .wait(due(entry, now: now)) }
        switch verdict {
        case .stored:
            entry.written = write.count
            entry.writtenAt = now
            entry.tries = 0
        case .gone where entry.tries + 1 < settings.tries:
            // Events live for an hour or so; a long series outlives its first Event.
            entry = Entry(
                note: entry.note, name: name(for: entry.note.regarding.key.name, date: date), first: entry.last,
                last: entry.last, lastSeen: entry.lastSeen, tries: entry.tries + 1)
        case .failed where entry.tries + 1 < settings.tries:
            entry.tries += 1
            entries[series] = entry
            return .retry
        case .gone, .failed, .refused:
            entries[series] = nil
            dropped += 1
            return .forget
        }
        entries[series] = entry
        return .wait(due(entry, now: now))
    }

    /// How long until there is something to do: an update, or to forget the series.
    private func due(_ entry: Entry, now: Moment) -> Duration {
        guard entry.written < entry.count else {
            return max(now.duration(to: entry.lastSeen.advanced(by: settings.window)), .zero)
        }
        guard entry.written > 1, let writtenAt = entry.writtenAt else { return .zero }
        return max(now.duration(to: writtenAt.advanced(by: settings.interval)), .zero)
    }

    private mutating func allows(_ object: EventReference, now: Moment) -> Bool {
        bursts[object, default: Burst(settings, now: now)].take(settings, now: now)
    }
}
