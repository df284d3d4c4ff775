import JSONValue
import KubeModel
import KubeRuntime
import Synchronization
import TestSupport
import Testing

/// A collection that answers from a script and then says nothing more.
private final class ScriptedCollection: ListWatching {
    enum Answer: Sendable {
        case page(ListPage<KubeObject>)
        case opened
        case signals([WatchSignal<KubeObject>])
        case ended
        case failed(ReadFailure.Kind)
    }

    private struct Watch: WatchSignals {
        let collection: ScriptedCollection

        mutating func next() async throws(ReadFailure) -> [WatchSignal<KubeObject>]? {
            switch try await collection.answer("read") {
            case .signals(let signals): return signals
            case .ended: return nil
            default: throw ReadFailure(.refused, "the script expects something else than a read")
            }
        }

        func abandon() { collection.calls.add("abandon") }
    }

    let calls = Recorded<String>()
    let finished = Latch()
    private let script: Mutex<[Answer]>

    init(_ script: [Answer]) { self.script = Mutex(script) }

    private func answer(_ call: String) async throws(ReadFailure) -> Answer {
        calls.add(call)
        guard let answer = script.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else {
            finished.open()
            await untilCancelled()
            throw ReadFailure(.unreachable, "cancelled")
        }
        if case .failed(let kind) = answer { throw ReadFailure(kind, "scripted") }
        return answer
    }

    func page(continueToken: String?) async throws(ReadFailure) -> ListPage<KubeObject> {
        guard case .page(let page) = try await answer("list \(continueToken ?? "")") else {
            throw ReadFailure(.refused, "the script expects something else than a list")
        }
        return page
    }

    func watch(from resourceVersion: String, timeout: Duration) async throws(ReadFailure) -> any WatchSignals {
        guard case .opened = try await answer("watch \(resourceVersion)") else {
            throw ReadFailure(.refused, "the script expects something else than a watch")
        }
        return Watch(collection: self)
    }
}

@Suite("Reflector")
struct ReflectorTests {
    private let clock = TestClock()
    private let store = ObjectStore<String>(transform: { "\($0.name)@\($0.resourceVersion ?? "")" })

    private func object(_ name: String, _ version: Int) -> KubeObject {
        KubeObject(
            lenient: [
                "metadata": ["name": .string(name), "uid": .string(name), "resourceVersion": .string(String(version))]
            ])
    }

    private func page(_ objects: [KubeObject], _ version: String, next: String? = nil) -> ScriptedCollection.Answer {
        .page(ListPage(objects: objects, resourceVersion: version, continueToken: next))
    }

    private func upsert(_ name: String, _ version: Int) -> WatchSignal<KubeObject> {
        .upsert(object(name, version), resourceVersion: String(version))
    }

    private func reflector(
        _ collection: ScriptedCollection, onContact: @escaping @Sendable (ReadFailure?) -> Void = { _ in }
    ) -> Reflector<String> {
        Reflector(source: collection, store: store, timeline: Timeline(clock), onContact: onContact)
    }

    /// Runs the reflector through the whole script; `pauses` waits are skipped.
    private func play(_ collection: ScriptedCollection, _ reflector: Reflector<String>, pauses: Int = 0) async {
        let run = Task { await reflector.run() }
        for _ in 0..<pauses { await clock.advanceToNextSleeper() }
        await collection.finished.wait()
        run.cancel()
        await run.value
    }

    @Test("pages, a watch, its end and the next watch keep the store current")
    func follows() async {
        let collection = ScriptedCollection([
            page([object("a", 1)], "10", next: "p2"), page([object("b", 2)], "10"), .opened,
            .signals([upsert("c", 11), .delete(object("a", 12), resourceVersion: "12")]), .ended, .opened,
            .signals([upsert("b", 13)]),
        ])
        await play(collection, reflector(collection))
        #expect(store.list() == ["b@13", "c@11"])
        #expect(
            collection.calls.all == [
                "list ", "list p2", "watch 10", "read", "read", "abandon", "watch 12", "read", "read", "abandon",
            ])
    }

    @Test("an expired watch leads to a list after a wait, and the store keeps what it had meanwhile")
    func relists() async {
        let collection = ScriptedCollection([
            page([object("a", 1), object("b", 2)], "10"), .opened,
            .signals([.failure(ReadFailure(.expired, "too old"))]), .failed(.refused), page([object("b", 2)], "20"),
        ])
        let reflector = reflector(collection)
        let run = Task { await reflector.run() }
        await clock.sleepers(1)
        #expect(store.list() == ["a@1", "b@2"])
        #expect(reflector.health.failure?.kind == .expired)
        #expect(!reflector.health.isWatching)
        await clock.advanceToNextSleeper()
        await clock.sleepers(1)
        #expect(store.list() == ["a@1", "b@2"])
        await clock.advanceToNextSleeper()
        await collection.finished.wait()
        #expect(store.list() == ["b@2"])
        run.cancel()
        await run.value
    }

    @Test("health tells when the server answered last, what fails, since when, and whether a watch is open")
    func health() async {
        let contacts = Recorded<ReadFailure.Kind?>()
        let collection = ScriptedCollection([
            .failed(.denied), page([], "10"), .failed(.unreachable), .failed(.unreachable), .opened,
            .signals([upsert("a", 11)]),
        ])
        let reflector = reflector(collection) { contacts.add($0?.kind) }
        #expect(reflector.health == ReflectorHealth())
        let run = Task { await reflector.run() }
        await clock.sleepers(1)
        #expect(reflector.health.lastContact == .start, "a refusal is an answer")
        #expect(reflector.health.failure?.kind == .denied)
        #expect(reflector.health.failingSince == .start)
        await clock.advanceToNextSleeper()
        let listed = Moment(clock.now.offset)
        await clock.sleepers(1)
        await clock.advanceToNextSleeper()
        await clock.sleepers(1)
        #expect(listed < Moment(clock.now.offset))
        #expect(reflector.health.lastContact == listed, "silence is none")
        #expect(reflector.health.failure?.kind == .unreachable)
        #expect(reflector.health.failingSince == listed)
        await clock.advanceToNextSleeper()
        await collection.finished.wait()
        #expect(reflector.health.isWatching)
        #expect(reflector.health.failure == nil)
        #expect(reflector.health.failingSince == nil)
        #expect(contacts.all == [.denied, .unreachable, .unreachable, nil, nil], "a page alone is no news")
        run.cancel()
        await run.value
    }

    @Test("a restored server is not believed until that is accepted")
    func regression() async {
        let collection = ScriptedCollection([
            page([object("a", 50)], "50"), .failed(.versionTooLarge), page([], "40"), page([object("a", 41)], "41"),
        ])
        let reflector = reflector(collection)
        let run = Task { await reflector.run() }
        await clock.advanceToNextSleeper()
        await clock.sleepers(1)
        #expect(reflector.health.failure?.kind == .regressed(from: "50", to: "40"))
        #expect(store.list() == ["a@50"])
        reflector.acceptRegression()
        await clock.advanceToNextSleeper()
        await collection.finished.wait()
        #expect(store.list() == ["a@41"])
        run.cancel()
        await run.value
    }

    @Test("a reflector that is cancelled while it waits returns")
    func cancelledWait() async {
        let collection = ScriptedCollection([.failed(.unreachable)])
        let reflector = reflector(collection)
        let run = Task { await reflector.run() }
        await clock.sleepers(1)
        run.cancel()
        await run.value
        #expect(!store.isReady)
    }
}
