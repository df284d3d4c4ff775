import JSONValue
import KubeModel
import KubeRuntime
import Synchronization
import TestSupport
import Testing

@Suite("Object store")
struct ObjectStoreTests {
    private let store = ObjectStore(index: { $0.label("owner").map { [$0] } ?? [] })

    private func object(_ name: String, _ version: Int, owner: String = "x") -> KubeObject {
        KubeObject(
            lenient: [
                "apiVersion": "v1", "kind": "Service", "spec": ["n": .integer(Int64(version))],
                "metadata": [
                    "name": .string(name), "namespace": "shop", "uid": .string("uid-" + name),
                    "resourceVersion": .string(String(version)), "labels": ["owner": .string(owner)],
                    "managedFields": [["manager": "kubectl"]],
                ],
            ])
    }

    private func key(_ name: String) -> ObjectKey { ObjectKey(namespace: "shop", name: name) }

    private func replace(_ objects: [KubeObject], _ version: Int) {
        store.apply(.replace(objects.map(store.stored), resourceVersion: String(version), isRebase: false))
    }

    /// What a subscriber was told, as text.
    private final class Told: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ batch: StoreBatch<KubeObject>) {
            let text = batch.changes.map { "\($0.key.name)\($0.after == nil ? "-" : "+")" }.sorted()
            lines.withLock { $0.append("\(batch.occasion): \(text.joined(separator: " "))") }
        }
    }

    @Test("objects are kept without managedFields and found by key and by index, in order")
    func reads() {
        replace([object("b", 2), object("a", 1), object("c", 3, owner: "y")], 5)
        #expect(store.get(key("a"))?.metadata.keys == ["labels", "name", "namespace", "resourceVersion", "uid"])
        #expect(store.get(key("a"))?.spec == ["n": 1])
        #expect(store.get(key("z")) == nil)
        #expect(store.list().map(\.name) == ["a", "b", "c"])
        #expect(store.list(indexedBy: "x").map(\.name) == ["a", "b"])
        #expect(store.count == 3)
    }

    @Test("a reader waits for the first complete list, and not longer")
    func readiness() async throws {
        #expect(!store.isReady)
        async let ready: Void = store.waitUntilReady()
        replace([], 1)
        try await ready
        #expect(store.isReady)
        try await store.waitUntilReady()
    }

    @Test("a reader that is cancelled stops waiting")
    func cancelledReader() async {
        let reader = Task { [store] in try await store.waitUntilReady() }
        reader.cancel()
        await #expect(throws: CancellationError.self) { try await reader.value }
        #expect(!store.isReady)
    }

    @Test("a subscriber hears of what is there, then of each batch once per key, until it leaves")
    func subscription() {
        replace([object("a", 1), object("b", 2)], 5)
        let told = Told()
        let subscription = store.subscribe { told.add($0) }
        store.apply(
            .changes([
                .upsert(store.stored(object("a", 6))), .upsert(store.stored(object("a", 7))),
                .delete(store.stored(object("b", 8))), .upsert(store.stored(object("c", 9))),
                .delete(store.stored(object("c", 10))),
            ]))
        store.apply(.changes([.upsert(store.stored(object("a", 7)))]))
        replace([object("a", 11)], 12)
        subscription.cancel()
        replace([], 20)
        #expect(told.all == ["initial: a+ b+", "watch: a+ b-", "relist: a+"])
    }

    @Test("a subscription that nobody holds ends")
    func releasedSubscription() {
        let told = Told()
        do { _ = store.subscribe { told.add($0) } }
        replace([object("a", 1)], 5)
        #expect(told.all == [])
    }

    @Test("a batch tells the first state before and the last state after of a key")
    func mergedBatch() {
        replace([object("a", 1, owner: "x")], 5)
        let owners = Mutex<[String?]>([])
        let subscription = store.subscribe { batch in
            guard batch.occasion == .watch else { return }
            owners.withLock { $0 = batch.changes.flatMap { [$0.before?.label("owner"), $0.after?.label("owner")] } }
        }
        store.apply(
            .changes([
                .upsert(store.stored(object("a", 6, owner: "y"))), .upsert(store.stored(object("a", 7, owner: "z"))),
            ]))
        #expect(owners.withLock { $0 } == ["x", "z"])
        subscription.cancel()
    }

    @Test("the answer to our own write counts at once, unless the store is not ready or knows better")
    func ownWrites() {
        store.observe(written: object("a", 3))
        #expect(store.get(key("a")) == nil)
        replace([], 5)
        let told = Told()
        let subscription = store.subscribe { told.add($0) }
        store.observe(written: object("a", 9))
        store.observe(written: object("a", 8))
        store.observe(written: object("b", 4))
        #expect(told.all == ["write: a+"])
        #expect(store.get(key("a"))?.resourceVersion == "9")
        subscription.cancel()
    }

    @Test("the queue is fed with mapped keys, a flood at low priority")
    func feedsQueue() async {
        let queue = WorkQueue<String>(timeline: Timeline(TestClock()))
        let subscription = store.feed(queue) { change in
            [change.before, change.after].compactMap { $0?.label("owner") }
        }
        replace([object("a", 1, owner: "flood")], 5)
        store.apply(.changes([.upsert(store.stored(object("b", 6, owner: "fresh")))]))
        #expect(await queue.next()?.key == "fresh")
        #expect(await queue.next()?.priority == WorkQueueCore<String>.floodPriority)
        subscription.cancel()
    }
}
