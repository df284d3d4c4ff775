import KubeModel
import Synchronization

/// How it stands with the view of a collection.
public struct ReflectorHealth: Sendable, Hashable {
    /// When the server answered last, with whatever; `nil` if never.
    public var lastContact: Moment?
    /// What went wrong last; `nil` since something went right.
    public var failure: ReadFailure?
    /// When the present series of failures began.
    public var failingSince: Moment?
    /// Whether a watch is open, so that changes arrive as they happen.
    public var isWatching = false

    /// Nothing known yet.
    public init() {}
}

/// Keeps an ``ObjectStore`` like a collection on a server, for as long as it runs.
///
/// All decisions are those of ``WatchMachine``; this performs them.
public final class Reflector<Element: Sendable>: Sendable {
    private typealias Machine = WatchMachine<StoredObject<Element>>

    private struct State {
        var machine: Machine
        var health = ReflectorHealth()
        var random: any RandomNumberGenerator & Sendable
    }

    /// What is kept current.
    public let store: ObjectStore<Element>
    private let source: any ListWatching
    private let timeline: Timeline
    private let onContact: @Sendable (ReadFailure?) -> Void
    private let state: Mutex<State>

    /// A reflector that begins when it runs.
    ///
    /// - Parameters:
    ///   - source: the collection on the server.
    ///   - store: what to keep current; no other reflector may write to it.
    ///   - timeline: what time it is.
    ///   - settings: waits, limits and timeouts.
    ///   - random: where jitter comes from.
    ///   - onContact: called when a watch is open or delivers (`nil`), and after every failure. A page of a list is no
    ///     news: who may list but not watch would seem well again and again.
    public init(
        source: any ListWatching, store: ObjectStore<Element>, timeline: Timeline,
        settings: WatchMachine<StoredObject<Element>>.Settings = .init(),
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        onContact: @escaping @Sendable (ReadFailure?) -> Void = { _ in }
    ) {
        self.source = source
        self.store = store
        self.timeline = timeline
        self.onContact = onContact
        state = Mutex(State(machine: Machine(settings), random: random))
    }

    /// How it stands now.
    public var health: ReflectorHealth { state.withLock { $0.health } }

    /// Lets the next list begin a new history even if it is older than what the server showed before.
    public func acceptRegression() { state.withLock { $0.machine.acceptRegression() } }

    /// Lists and watches until the task is cancelled.
    public func run() async {
        var stream: (any WatchSignals)?
        defer { stream?.abandon() }
        var input = Machine.Input.begin
        while !Task.isCancelled {
            let step = take(input)
            for update in step.updates { store.apply(update) }
            if step.command != .read {
                stream?.abandon()
                stream = nil
            }
            do throws(ReadFailure) {
                switch step.command {
                case .wait(let duration):
                    guard (try? await timeline.sleep(for: duration)) != nil else { return }
                    input = .elapsed
                case .list(let continueToken):
                    input = .page(stored(try await source.page(continueToken: continueToken)))
                case .watch(let version, let timeout):
                    stream = try await source.watch(from: version, timeout: timeout)
                    input = .opened
                case .read:
                    let signals = try await stream?.next()
                    input = signals.map { .signals($0.map(stored)) } ?? .ended
                }
            } catch {
                input = .failed(error)
            }
        }
    }

    private func take(_ input: Machine.Input) -> Machine.Step {
        let now = timeline.now
        let step = state.withLock { state in
            var random = state.random
            let step = state.machine.handle(input, now: now, using: &random)
            state.random = random
            state.health.note(input, failure: step.failure, isWatching: state.machine.isWatching, now: now)
            return step
        }
        switch input {
        case .page where step.failure == nil: break
        case .page, .opened, .signals, .failed: onContact(step.failure)
        case .begin, .ended, .elapsed: break
        }
        return step
    }

    private func stored(_ page: ListPage<KubeObject>) -> ListPage<StoredObject<Element>> {
        ListPage(
            objects: page.objects.map(store.stored), resourceVersion: page.resourceVersion,
            continueToken: page.continueToken)
    }

    private func stored(_ signal: WatchSignal<KubeObject>) -> WatchSignal<StoredObject<Element>> {
        switch signal {
        case .upsert(let object, let version): .upsert(store.stored(object), resourceVersion: version)
        case .delete(let object, let version): .delete(store.stored(object), resourceVersion: version)
        case .bookmark(let version): .bookmark(resourceVersion: version)
        case .failure(let failure): .failure(failure)
        }
    }
}

extension ReflectorHealth {
    fileprivate mutating func note<Object>(
        _ input: WatchMachine<Object>.Input, failure: ReadFailure?, isWatching: Bool, now: Moment
    ) {
        self.isWatching = isWatching
        switch input {
        case .begin, .elapsed: return
        case .failed(let failure) where failure.kind == .unreachable: break
        case .ended: break
        case .page, .opened, .signals, .failed: lastContact = now
        }
        if let failure {
            self.failure = failure
            if failingSince == nil { failingSince = now }
        } else {
            self.failure = nil
            failingSince = nil
        }
    }
}
