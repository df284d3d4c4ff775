/// One page of a list.
public struct ListPage<Object: Sendable>: Sendable {
    /// The objects of this page.
    public var objects: [Object]
    /// The version of the whole list.
    public var resourceVersion: String
    /// What to ask for the next page with; nil or empty on the last page.
    public var continueToken: String?

    /// A page.
    public init(objects: [Object], resourceVersion: String, continueToken: String? = nil) {
        self.objects = objects
        self.resourceVersion = resourceVersion
        self.continueToken = continueToken
    }
}

/// One thing that a watch says.
public enum WatchSignal<Object: Sendable>: Sendable {
    /// The object was added or modified; the difference does not matter.
    case upsert(Object, resourceVersion: String)
    /// The object was deleted, or left the selection.
    case delete(Object, resourceVersion: String)
    /// Nothing happened up to this version.
    case bookmark(resourceVersion: String)
    /// The server ends the watch with an error (an `ERROR` event).
    case failure(ReadFailure)
}

/// What a store has to do.
public enum WatchUpdate<Object: Sendable>: Sendable {
    /// This is everything there is, as of `resourceVersion`. A rebase begins a history that does not continue the old.
    case replace([Object], resourceVersion: String, isRebase: Bool)
    /// These objects changed, in this order.
    case changes([Change])

    /// One object's change.
    public enum Change: Sendable {
        // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
        case upsert(Object), delete(Object)
    }
}

/// Keeps a view of one collection complete and current by list and watch, as a value: no I/O, no clock.
///
/// The caller performs the one ``Command`` of each ``Step``, hands its result to ``handle(_:now:using:)`` and passes the
/// updates on to a store. Rules (kube-rs `watcher.rs`, client-go `reflector.go`):
/// - A list is read page by page with a quorum and becomes an update only when it is complete; a failed page begins a new
///   list. A list without resourceVersion, that does not advance, that is too long or that is older than what was seen
///   before is a failure.
/// - When a watch ends, the next one continues from the last version seen, without a list. Only an expired or unknown
///   version, an event without version and repeated refusals lead to a new list.
/// - Failures wait: 0.8 s doubling to 30 s with jitter, forgotten after two quiet minutes. A watch that ends at once
///   without any news is a failure too. An established watch that breaks is resumed after a short random wait.
public struct WatchMachine<Object: Sendable>: Sendable {
    /// The numbers of a machine.
    public struct Settings: Sendable {
        /// The wait after failures.
        public var backoff = BackoffPolicy.watch
        /// How long the server is asked to keep a watch open; drawn at random, so that many do not end together.
        public var watchTimeout: ClosedRange<Duration> = .seconds(300) ... .seconds(600)
        /// After this long a watch that ends is followed by a list, which repairs what a faulty server left out.
        public var relistEvery: Duration? = .seconds(3600)
        /// The most objects that one list may hold.
        public var maxObjects = 200_000
        /// A watch that ends sooner, without news, counts as failed.
        public var shortWatch = Duration.seconds(1)
        /// The longest wait that a server may ask for.
        public var longestRetryAfter = Duration.seconds(300)
        /// Refused watches in a row after which everything is listed again.
        public var refusalsBeforeList = 3

        /// The defaults.
        public init() {}
    }

    /// What the outside world reports.
    public enum Input: Sendable {
        /// Begin.
        case begin
        /// The page that was asked for.
        case page(ListPage<Object>)
        /// The server accepted the watch.
        case opened
        /// What the watch said since the last time.
        case signals([WatchSignal<Object>])
        /// The watch ended as watches do: by its timeout, by the server, or by silence.
        case ended
        /// The list, the start of the watch or the watch failed.
        case failed(ReadFailure)
        /// The wait is over.
        case elapsed
    }

    /// What to do next; its result is the next input.
    public enum Command: Sendable, Hashable {
        /// Read a page: the first one of a new list, or the next.
        case list(continueToken: String?)
        /// Open a watch, with bookmarks.
        case watch(from: String, timeout: Duration)
        /// Read on from the open watch.
        case read
        /// Do nothing for so long.
        case wait(Duration)
    }

    /// The result of an input.
    public struct Step: Sendable {
        /// For the store, in order, before the command is performed.
        public var updates: [WatchUpdate<Object>] = []
        /// What went wrong, if anything.
        public var failure: ReadFailure?
        /// What to do next.
        public var command: Command
    }

    private enum Phase {
        case idle
        case listing(token: String?)
        case waiting(toList: Bool)
        case opening
        case watching(since: Moment, hasNews: Bool)
    }

    private let settings: Settings
    private var phase = Phase.idle
    /// The pages of the list under way; nothing of them is known to be complete.
    private var pages: [Object] = []
    private var backoff: Backoff
    private var listed: Moment?
    private var refusals = 0
    private var mayRegress = false

    /// The newest version that was seen: the next watch begins there, and a list may not be older.
    public private(set) var resourceVersion: String?

    /// A machine that waits for ``Input/begin``.
    public init(_ settings: Settings = Settings()) {
        self.settings = settings
        backoff = Backoff(settings.backoff)
    }

    /// Whether a watch is open.
    public var isWatching: Bool { if case .watching = phase { true } else { false } }

    /// Lets the next complete list begin a new history even if it is older than what was seen before.
    ///
    /// For a person or a policy that knows that the cluster was restored from a backup.
    public mutating func acceptRegression() { mayRegress = true }

    /// Takes an input and says what follows from it.
    public mutating func handle(_ input: Input, now: Moment, using random: inout some RandomNumberGenerator) -> Step {
        switch (phase, input) {
        case (.waiting(let toList), .elapsed):
            return toList ? list() : watch(now: now, using: &random)
        case (.listing(let token), .page(let page)):
            return take(page, after: token, now: now, using: &random)
        case (.listing, .failed(let failure)):
            return wait(toList: true, failure, now: now, using: &random)
        case (.opening, .opened):
            phase = .watching(since: now, hasNews: false)
            return Step(command: .read)
        case (.opening, .failed(let failure)):
            return watchFailed(failure, now: now, using: &random)
        case (.watching(let since, let hasNews), .signals(let signals)):
            return take(signals, since: since, hasNews: hasNews, now: now, using: &random)
        case (.watching(let since, let hasNews), .ended):
            return watchEnded(since: since, hasNews: hasNews, now: now, using: &random)
        case (.watching(let since, let hasNews), .failed(let failure)):
            return watchBroke(failure, since: since, hasNews: hasNews, now: now, using: &random)
        default:
            // Begin, or an input that does not belong here: a complete list is right from any state.
            return list()
        }
    }
}

// MARK: - Lists

extension WatchMachine {
    private mutating func list() -> Step {
        phase = .listing(token: nil)
        pages = []
        return Step(command: .list(continueToken: nil))
    }

    private mutating func take(
        _ page: ListPage<Object>, after token: String?, now: Moment, using random: inout some RandomNumberGenerator
    ) -> Step {
        pages += page.objects
        if let failure = fault(of: page, after: token) {
            pages = []
            return wait(toList: true, failure, now: now, using: &random)
        }
        if let next = page.continueToken, !next.isEmpty {
            phase = .listing(token: next)
            return Step(command: .list(continueToken: next))
        }
        let isRebase = regression(in: page) != nil
        mayRegress = false
        resourceVersion = page.resourceVersion
        listed = now
        refusals = 0
        let objects = pages
        pages = []
        var step = watch(now: now, using: &random)
        step.updates = [.replace(objects, resourceVersion: page.resourceVersion, isRebase: isRebase)]
        return step
    }

    /// Why a page cannot be used, if so.
    private func fault(of page: ListPage<Object>, after token: String?) -> ReadFailure? {
        guard !page.resourceVersion.isEmpty else {
            return ReadFailure(.malformed, "cannot use the list: it has no resourceVersion")
        }
        guard pages.count <= settings.maxObjects else {
            let limit = settings.maxObjects
            return ReadFailure(
                .malformed, "cannot use the list: it has more than \(limit) objects; narrow the selector")
        }
        if let next = page.continueToken, !next.isEmpty {
            guard next == token, page.objects.isEmpty else { return nil }
            return ReadFailure(.malformed, "cannot use the list: its pages do not advance")
        }
        return mayRegress ? nil : regression(in: page)
    }

    /// A list that is older than what was seen before: the server's history has changed.
    private func regression(in page: ListPage<Object>) -> ReadFailure? {
        guard let seen = resourceVersion, ResourceVersion.compare(page.resourceVersion, seen) == .older else {
            return nil
        }
        return ReadFailure(
            .regressed(from: seen, to: page.resourceVersion),
            """
            cannot use the list: its resourceVersion \(page.resourceVersion) is older than \(seen), which this server \
            has shown before; if it was restored from a backup, confirm that
            """)
    }
}

// MARK: - Watches

extension WatchMachine {
    /// Opens the next watch, or lists when there is no version to watch from or a list is due.
    private mutating func watch(now: Moment, using random: inout some RandomNumberGenerator) -> Step {
        guard let resourceVersion, let listed else { return list() }
        if let every = settings.relistEvery, listed.duration(to: now) >= every { return list() }
        phase = .opening
        let range = settings.watchTimeout
        let share = Double.random(in: 0...1, using: &random)
        let timeout = range.lowerBound + (range.upperBound - range.lowerBound) * share
        return Step(command: .watch(from: resourceVersion, timeout: timeout))
    }

    private mutating func take(
        _ signals: [WatchSignal<Object>], since: Moment, hasNews: Bool, now: Moment,
        using random: inout some RandomNumberGenerator
    ) -> Step {
        var changes: [WatchUpdate<Object>.Change] = []
        var hasNews = hasNews
        var end: Step?
        for signal in signals {
            let version: String
            switch signal {
            case .upsert(_, let resourceVersion), .delete(_, let resourceVersion), .bookmark(let resourceVersion):
                version = resourceVersion
            case .failure(let failure):
                end = watchBroke(failure, since: since, hasNews: hasNews, now: now, using: &random)
                version = ""
            }
            guard end == nil else { break }
            guard !version.isEmpty else {
                let failure = ReadFailure(.malformed, "cannot use the watch: an event has no resourceVersion")
                end = wait(toList: true, failure, now: now, using: &random)
                break
            }
            if case .upsert(let object, _) = signal { changes.append(.upsert(object)) }
            if case .delete(let object, _) = signal { changes.append(.delete(object)) }
            // A bookmark or a replayed event may be older than what was seen.
            let newest = resourceVersion.map { ResourceVersion.newer($0, version) } ?? version
            if newest != resourceVersion {
                resourceVersion = newest
                hasNews = true
                refusals = 0
            }
        }
        if end == nil { phase = .watching(since: since, hasNews: hasNews) }
        var step = end ?? Step(command: .read)
        if !changes.isEmpty { step.updates = [.changes(changes)] }
        return step
    }

    private mutating func watchEnded(
        since: Moment, hasNews: Bool, now: Moment, using random: inout some RandomNumberGenerator
    ) -> Step {
        guard hasNews || since.duration(to: now) >= settings.shortWatch else {
            let text = "the watch ended at once without an event; the server or a proxy does not keep it open"
            return wait(toList: false, ReadFailure(.refused, text), now: now, using: &random)
        }
        return watch(now: now, using: &random)
    }

    /// An open watch broke. One that had worked is resumed soon, but not by everybody at the same instant.
    private mutating func watchBroke(
        _ failure: ReadFailure, since: Moment, hasNews: Bool, now: Moment,
        using random: inout some RandomNumberGenerator
    ) -> Step {
        guard failure.kind == .unreachable, hasNews || since.duration(to: now) >= settings.shortWatch else {
            return watchFailed(failure, now: now, using: &random)
        }
        phase = .waiting(toList: false)
        let pause = settings.backoff.base * Double.random(in: 0...1, using: &random)
        return Step(failure: failure, command: .wait(pause))
    }

    private mutating func watchFailed(
        _ failure: ReadFailure, now: Moment, using random: inout some RandomNumberGenerator
    ) -> Step {
        switch failure.kind {
        case .expired, .versionTooLarge, .malformed, .regressed:
            return wait(toList: true, failure, now: now, using: &random)
        case .unreachable, .throttled:
            return wait(toList: false, failure, now: now, using: &random)
        case .unauthorized, .denied, .notFound, .refused:
            refusals += 1
            return wait(toList: refusals >= settings.refusalsBeforeList, failure, now: now, using: &random)
        }
    }

    private mutating func wait(
        toList: Bool, _ failure: ReadFailure, now: Moment, using random: inout some RandomNumberGenerator
    ) -> Step {
        phase = .waiting(toList: toList)
        if toList { refusals = 0 }
        var pause = backoff.fail(now: now, using: &random)
        if case .throttled(let asked?) = failure.kind {
            // Jitter on top, so that those who were told the same time do not come back together.
            pause = max(pause, min(asked, settings.longestRetryAfter) + pause)
        }
        return Step(failure: failure, command: .wait(pause))
    }
}
