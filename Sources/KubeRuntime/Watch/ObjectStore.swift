public import KubeModel
import Synchronization

/// What a subscriber is told: that these keys changed, and on what occasion.
public struct StoreBatch<Element: Sendable>: Sendable {
    /// Why the keys changed, or why they are told now.
    public enum Occasion: Sendable, Hashable {
        /// The first complete list, or what was there when the subscriber came. Nothing need have happened.
        case initial
        /// A later complete list: this is what was missed.
        case relist
        /// The watch.
        case watch
        /// The answer to one of our own writes.
        case write
    }

    /// The changes, at most one per key.
    public var changes: [StoreChange<Element>]
    /// The occasion.
    public var occasion: Occasion
}

/// The latest state of every object of one collection, shared by one writer and any number of readers.
///
/// Guarantees:
/// - Nothing is readable before the first complete list, which appears as a whole; from then on the store is ready for ever.
/// - A failed read never empties it.
/// - Subscribers hear of every key that changed, in batches, with what was stored before and after; what they read from
///   the store is at least as new.
public final class ObjectStore<Element: Sendable>: Sendable {
    private typealias Handler = @Sendable (StoreBatch<Element>) -> Void

    private struct State {
        var core: StoreCore<Element>
        var handlers: [(id: UInt64, handler: Handler)] = []
        var readers: [UInt64: CheckedContinuation<Bool, Never>] = [:]
        private var ids: UInt64 = 0

        init(core: StoreCore<Element>) { self.core = core }

        mutating func nextID() -> UInt64 {
            ids &+= 1
            return ids
        }
    }

    private let transform: @Sendable (KubeObject) -> Element
    private let state: Mutex<State>

    /// An empty store that is not ready.
    ///
    /// - Parameters:
    ///   - transform: what readers need of an object; the rest is not kept.
    ///   - index: names under which ``list(indexedBy:)`` finds an element.
    public init(
        transform: @escaping @Sendable (KubeObject) -> Element,
        index: @escaping @Sendable (Element) -> [String] = { _ in [] }
    ) {
        self.transform = transform
        state = Mutex(State(core: StoreCore(index: index)))
    }

    /// Whether the first complete list has arrived.
    public var isReady: Bool { state.withLock { $0.core.isReady } }

    /// How many objects are stored.
    public var count: Int { state.withLock { $0.core.count } }

    /// The object of a key; `nil` when it does not exist, or when the store is not ready.
    public func get(_ key: ObjectKey) -> Element? { state.withLock { $0.core[key]?.element } }

    /// All objects, in the order of their keys.
    public func list() -> [Element] {
        let objects = state.withLock { Array($0.core.objects) }
        return objects.sorted { $0.key < $1.key }.map(\.element)
    }

    /// The objects that the index gave this name, in the order of their keys.
    public func list(indexedBy name: String) -> [Element] {
        state.withLock { state in
            state.core.keys(indexedBy: name).sorted().compactMap { state.core[$0]?.element }
        }
    }

    /// Returns when the store is ready.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    public func waitUntilReady() async throws {
        let id = state.withLock { $0.nextID() }
        let isReady = await withTaskCancellationHandler {
            await withCheckedContinuation { (reader: CheckedContinuation<Bool, Never>) in
                let known = state.withLock { state -> Bool? in
                    if state.core.isReady { return true }
                    if Task.isCancelled { return false }
                    state.readers[id] = reader
                    return nil
                }
                if let known { reader.resume(returning: known) }
            }
        } onCancel: {
            state.withLock { $0.readers.removeValue(forKey: id) }?.resume(returning: false)
        }
        guard isReady else { throw CancellationError() }
    }

    /// Calls `handler` with everything that is stored now, then with every batch of changes, until the subscription is
    /// cancelled or released.
    ///
    /// The handler runs where the change is written: it hands keys on, to a ``WorkQueue`` as a rule, and returns.
    /// Batches from different occasions may overtake each other, so it must not keep state of its own from them.
    public func subscribe(_ handler: @escaping @Sendable (StoreBatch<Element>) -> Void) -> StoreSubscription {
        let (id, present) = state.withLock { state in
            let id = state.nextID()
            state.handlers.append((id, handler))
            let present = state.core.isReady ? Array(state.core.objects) : []
            return (id, present.map { StoreChange(key: $0.key, before: nil, after: $0.element) })
        }
        if !present.isEmpty { handler(StoreBatch(changes: present, occasion: .initial)) }
        return StoreSubscription { [weak self] in
            self?.state.withLock { state in state.handlers.removeAll { $0.id == id } }
        }
    }
}

// MARK: - Writing

extension ObjectStore {
    /// The object as this store keeps it.
    public func stored(_ object: KubeObject) -> StoredObject<Element> {
        StoredObject(
            key: object.key, uid: object.uid ?? "", resourceVersion: object.resourceVersion ?? "",
            element: transform(object))
    }

    /// Takes an update of the watch machine.
    public func apply(_ update: WatchUpdate<StoredObject<Element>>) {
        switch update {
        case .replace(let objects, let version, let isRebase):
            write { core in
                let occasion: StoreBatch<Element>.Occasion = core.isReady ? .relist : .initial
                return (core.replace(objects, resourceVersion: version, isRebase: isRebase), occasion)
            }
        case .changes(let events):
            write { core in
                let changes = events.compactMap { event in
                    switch event {
                    case .upsert(let object): core.upsert(object)
                    case .delete(let object): core.delete(object)
                    }
                }
                return (Self.merged(changes), .watch)
            }
        }
    }

    /// Takes the answer to one of our own writes, so that the next decision does not rest on what was before it.
    ///
    /// Without effect before the store is ready, and when the store knows a newer state.
    public func observe(written object: KubeObject) {
        let object = stored(object)
        write { core in (core.isReady ? core.observe(written: object).map { [$0] } ?? [] : [], .write) }
    }

    private func write(
        _ change: (inout StoreCore<Element>) -> ([StoreChange<Element>], StoreBatch<Element>.Occasion)
    ) {
        let (batch, handlers, readers) = state.withLock { state in
            let (changes, occasion) = change(&state.core)
            let readers = state.core.isReady ? Array(state.readers.values) : []
            if !readers.isEmpty { state.readers = [:] }
            return (StoreBatch(changes: changes, occasion: occasion), state.handlers.map(\.handler), readers)
        }
        if !batch.changes.isEmpty {
            for handler in handlers { handler(batch) }
        }
        for reader in readers { reader.resume(returning: true) }
    }

    /// One change per key: from the first state before to the last state after; none for what came and went.
    private static func merged(_ changes: [StoreChange<Element>]) -> [StoreChange<Element>] {
        var merged: [StoreChange<Element>] = []
        var places: [ObjectKey: Int] = [:]
        for change in changes {
            if let place = places[change.key] {
                merged[place].after = change.after
            } else {
                places[change.key] = merged.count
                merged.append(change)
            }
        }
        return merged.filter { $0.before != nil || $0.after != nil }
    }
}

extension ObjectStore where Element == KubeObject {
    /// An empty store of whole objects, without `metadata.managedFields`.
    public convenience init(index: @escaping @Sendable (KubeObject) -> [String] = { _ in [] }) {
        self.init(
            transform: { object in
                var object = object
                object.dropManagedFields()
                return object
            }, index: index)
    }
}

/// Keeps a handler subscribed for as long as it is held.
public final class StoreSubscription: Sendable {
    private let end: @Sendable () -> Void

    init(_ end: @escaping @Sendable () -> Void) { self.end = end }

    deinit { end() }

    /// Ends the subscription now; a call of the handler that has begun may still run.
    public func cancel() { end() }
}
