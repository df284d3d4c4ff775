/// What a worker gets: a key that nobody else works on until it is given back.
public struct WorkItem<Key: Hashable & Sendable>: Sendable, Hashable {
    /// The key.
    public let key: Key
    /// The priority at which it was taken; give it back with the same when it must run again.
    public let priority: Int
    /// Failures in a row before this run.
    public let failures: Int
    /// How long the key was ready before it was taken.
    public let waited: Duration
}

/// A queue of keys that need work, as a value: no clock, no locks, no tasks.
///
/// Guarantees (client-go `util/workqueue`, controller-runtime `priorityqueue`):
/// - A key that is added is handed out at least once afterwards, or the queue was shut down. Adds of a waiting key collapse.
/// - A key is with one worker at most: an add in the meantime waits for ``done(_:now:)``.
/// - One entry per key: of several times the earliest counts, of several priorities the highest.
/// - Higher priorities first; within one, groups take turns and a group is first in, first out. After `patience` keys in a
///   row that overtook a lower priority, one of the lower ones goes, so that a busy day does not starve a resync.
public struct WorkQueueCore<Key: Hashable & Sendable>: Sendable {
    private enum Phase {
        case delayed(UInt64)
        case ready(UInt64)
        /// Due, but its key is with a worker.
        case held
    }

    private struct Entry {
        var priority: Int
        var at: Moment
        var phase: Phase
    }

    /// The priority of keys from an initial list or a resync: real changes overtake a restart flood.
    public static var floodPriority: Int { -100 }

    /// How many keys may overtake a waiting lower priority in a row.
    public static var patience: Int { 16 }

    /// The longest delay; a longer one counts as this, so that no sum of times can overflow.
    public static var horizon: Duration { .seconds(180 * 86_400) }

    private let backoff: BackoffPolicy
    private let group: @Sendable (Key) -> String
    private var entries: [Key: Entry] = [:]
    /// The keys that are with workers, and since when.
    private var running: [Key: Moment] = [:]
    private var lines: [Int: FairLine<Key>] = [:]
    private var priorities: [Int] = []
    private var due = DueHeap<Key>()
    private var delayed = 0
    private var failures: [Key: Int] = [:]
    private var tickets: UInt64 = 0
    private var overtakes = 0

    /// True after ``shutDown()``: nothing is added or taken any more.
    public private(set) var isShutDown = false

    /// An empty queue.
    ///
    /// - Parameters:
    ///   - backoff: the wait after each failure of a key.
    ///   - group: keys of one group (a namespace) share a turn, so that a large group does not hold up a small one.
    public init(backoff: BackoffPolicy = .reconcile, group: @escaping @Sendable (Key) -> String = { _ in "" }) {
        self.backoff = backoff
        self.group = group
    }

    /// Keys that could be taken now.
    public var readyCount: Int { lines.values.reduce(0) { $0 + $1.live } }
    /// Keys that wait for their time.
    public var delayedCount: Int { delayed }
    /// Keys that are with workers.
    public var runningCount: Int { running.count }
    /// When each of the keys that are with workers was taken, in no order.
    public var takes: some Collection<Moment> { running.values }
    /// How many adds there have been of keys that did not wait already; a delayed one counts when it falls due.
    public private(set) var adds: UInt64 = 0
    /// True when no key waits, is delayed or is with a worker.
    public var isEmpty: Bool { entries.isEmpty && running.isEmpty }

    /// Slots in the heap and the lines, husks included.
    var storedSlots: Int { due.count + lines.values.reduce(0) { $0 + $1.slots } }

    /// Failures in a row of a key.
    public func failures(of key: Key) -> Int { failures[key] ?? 0 }

    /// Adds a key that is due at `moment`, or now.
    public mutating func add(_ key: Key, priority: Int = 0, at moment: Moment? = nil, now: Moment) {
        guard !isShutDown else { return }
        let at = min(moment ?? now, now.advanced(by: Self.horizon))
        guard var entry = entries[key] else {
            place(key, Entry(priority: priority, at: at, phase: .held), now: now, isAdd: true)
            return
        }
        let isPromoted = priority > entry.priority
        let isEarlier = at < entry.at
        guard isPromoted || isEarlier else { return }
        let oldPriority = entry.priority
        entry.priority = max(priority, oldPriority)
        entry.at = min(at, entry.at)
        switch entry.phase {
        case .held:
            entries[key] = entry
        case .ready where !isPromoted:
            // Already due: an even earlier time changes nothing.
            break
        case .ready:
            retire(fromLine: oldPriority)
            place(key, entry, now: now)
        case .delayed where !isEarlier:
            entries[key] = entry
        case .delayed:
            delayed -= 1
            place(key, entry, now: now, isAdd: true)
        }
    }

    /// Adds a key after a failure: due when its backoff is over.
    ///
    /// - Returns: the wait.
    @discardableResult
    public mutating func addAfterFailure(
        _ key: Key, priority: Int = 0, now: Moment, using random: inout some RandomNumberGenerator
    ) -> Duration {
        let before = failures(of: key)
        let wait = backoff.delay(afterFailures: before, using: &random)
        guard !isShutDown else { return wait }
        if before < Int.max { failures[key] = before + 1 }
        add(key, priority: priority, at: now.advanced(by: wait), now: now)
        return wait
    }

    /// Forgets the failures of a key.
    public mutating func forget(_ key: Key) { failures[key] = nil }

    /// Hands out the next key that is due, or nothing.
    public mutating func take(now: Moment) -> WorkItem<Key>? {
        guard !isShutDown else { return nil }
        promoteDue(now: now)
        guard let priority = nextPriority(), let slot = popLive(priority), let entry = entries[slot.key] else {
            return nil
        }
        retire(fromLine: priority)
        entries[slot.key] = nil
        running[slot.key] = now
        return WorkItem(
            key: slot.key, priority: priority, failures: failures(of: slot.key), waited: entry.at.duration(to: now))
    }

    /// Takes a key back from its worker; if it was added meanwhile it becomes ready again.
    public mutating func done(_ key: Key, now: Moment) {
        guard running.removeValue(forKey: key) != nil, let entry = entries[key], case .held = entry.phase else {
            return
        }
        place(key, entry, now: now)
    }

    /// When the next delayed key falls due.
    public mutating func nextDue() -> Moment? {
        dropHusks()
        return due.first?.at
    }

    /// Ends the queue: keys that wait are dropped (a restart finds them again), workers finish what they have.
    public mutating func shutDown() {
        isShutDown = true
        entries = [:]
        lines = [:]
        priorities = []
        due = DueHeap()
        delayed = 0
        failures = [:]
    }
}

extension WorkQueueCore {
    private mutating func place(_ key: Key, _ entry: Entry, now: Moment, isAdd: Bool = false) {
        var entry = entry
        if isAdd, entry.at <= now { adds &+= 1 }
        tickets &+= 1
        if entry.at > now {
            entry.phase = .delayed(tickets)
            delayed += 1
            due.push(DueHeap.Item(key: key, ticket: tickets, at: entry.at))
            if due.count > 2 * delayed + 64 {
                let entries = entries
                due.keep { $0.ticket == tickets || Self.isDelayed(entries[$0.key], $0.ticket) }
            }
        } else if running[key] != nil {
            entry.phase = .held
        } else {
            entry.phase = .ready(tickets)
            if lines[entry.priority] == nil { insert(priority: entry.priority) }
            lines[entry.priority, default: FairLine()].live += 1
            lines[entry.priority]?.push(FairLine.Slot(key: key, ticket: tickets), group: group(key))
        }
        entries[key] = entry
    }

    private mutating func insert(priority: Int) {
        priorities.insert(priority, at: priorities.firstIndex { $0 < priority } ?? priorities.endIndex)
    }

    /// One live entry less in a line; an emptied line goes away with its husks.
    private mutating func retire(fromLine priority: Int) {
        lines[priority]?.live -= 1
        guard let line = lines[priority] else { return }
        if line.live == 0 {
            lines[priority] = nil
            priorities.removeAll { $0 == priority }
        } else {
            let entries = entries
            lines[priority]?.compact { Self.isReady(entries[$0.key], $0.ticket) }
        }
    }

    private mutating func popLive(_ priority: Int) -> FairLine<Key>.Slot? {
        let entries = entries
        return lines[priority]?.pop { Self.isReady(entries[$0.key], $0.ticket) }
    }

    /// The highest priority, or now and then the next ones in turn.
    private mutating func nextPriority() -> Int? {
        guard let highest = priorities.first, let lowest = priorities.last else { return nil }
        guard highest != lowest else {
            overtakes = 0
            return highest
        }
        overtakes += 1
        let (turns, isPatient) = overtakes.quotientAndRemainder(dividingBy: Self.patience + 1)
        guard isPatient == 0 else { return highest }
        return priorities[1 + (turns - 1) % (priorities.count - 1)]
    }

    private mutating func promoteDue(now: Moment) {
        while let item = due.first, item.at <= now {
            due.popFirst()
            guard let entry = entries[item.key], Self.isDelayed(entry, item.ticket) else { continue }
            delayed -= 1
            place(item.key, entry, now: now, isAdd: true)
        }
    }

    private mutating func dropHusks() {
        while let item = due.first, !Self.isDelayed(entries[item.key], item.ticket) { due.popFirst() }
    }

    private static func isReady(_ entry: Entry?, _ ticket: UInt64) -> Bool {
        if case .ready(ticket) = entry?.phase { true } else { false }
    }

    private static func isDelayed(_ entry: Entry?, _ ticket: UInt64) -> Bool {
        if case .delayed(ticket) = entry?.phase { true } else { false }
    }
}
