import JSONValue
import KubeClient
import KubeModel
import KubeRuntime
import Synchronization
import TestSupport
import Testing

/// Takes writes as a script says and remembers them.
private final class ScriptedSink: EventSink {
    let writes = Recorded<EventLog.Write>()
    private let verdicts: Mutex<[EventLog.Verdict]>
    private let goal: Int
    let done = Latch()

    init(_ verdicts: [EventLog.Verdict], goal: Int) {
        self.verdicts = Mutex(verdicts)
        self.goal = goal
    }

    func perform(_ write: EventLog.Write) async -> EventLog.Verdict {
        if writes.add(write) == goal { done.open() }
        return verdicts.withLock { $0.isEmpty ? .stored : $0.removeFirst() }
    }
}

@Suite("Event recorder")
struct EventRecorderTests {
    private let clock = TestClock()

    private func recorder(_ sink: ScriptedSink) -> EventRecorder {
        EventRecorder(
            controller: "accesspoint.io/operator", instance: "host-1", sink: sink, timeline: Timeline(clock),
            date: { Timestamp(secondsSince1970: 1_800_000_000) + clock.now.offset })
    }

    private func note(_ name: String) -> EventNote {
        let kind = GroupVersionKind(group: "accesspoint.io", version: "v1alpha1", kind: "AccessPoint")
        let regarding = EventReference(kind: kind, key: ObjectKey(namespace: "shop", name: name))
        return EventNote(regarding: regarding, severity: .warning, reason: "R", action: "A", note: "n")
    }

    @Test("notes are written in order, also those from before it ran")
    func writes() async {
        let sink = ScriptedSink([], goal: 3)
        let recorder = recorder(sink)
        recorder.record(note("a"))
        let run = Task { await recorder.run() }
        recorder.record(note("b"))
        recorder.record(note("c"))
        await sink.done.wait()
        run.cancel()
        await run.value
        let names = sink.writes.all.map { write -> String? in
            guard case .create(let event) = write else { return nil }
            return event.json["regarding"]?["name"]?.stringValue
        }
        #expect(names == ["a", "b", "c"])
    }

    @Test("a write that fails is tried again later")
    func retries() async {
        let sink = ScriptedSink([.failed, .failed], goal: 3)
        let recorder = recorder(sink)
        recorder.record(note("a"))
        let run = Task { await recorder.run() }
        await clock.advance { sink.done.isOpen }
        run.cancel()
        await run.value
        #expect(Set(sink.writes.all).count == 1)
        #expect(clock.now.offset >= .milliseconds(1500))
        #expect(recorder.dropped == 0)
    }

    @Test("a repetition updates the series")
    func series() async {
        let sink = ScriptedSink([], goal: 2)
        let recorder = recorder(sink)
        recorder.record(note("a"))
        let run = Task { await recorder.run() }
        // The series has been written and is looked at again when its window is over.
        await clock.sleepers(1)
        recorder.record(note("a"))
        await sink.done.wait()
        run.cancel()
        await run.value
        guard case .patch(let key, let body)? = sink.writes.all.last else {
            Issue.record("no update")
            return
        }
        #expect(key.namespace == "shop")
        #expect(body["series"]?["count"] == 2)
    }
}

@Suite("Events of a cluster")
struct ClusterEventsTests {
    private static let create = EventLog.Write.create(
        KubeObject(
            GroupVersionKind(group: "events.k8s.io", version: "v1", kind: "Event"),
            ObjectKey(namespace: "shop", name: "web.1")))
    private static let patch = EventLog.Write.patch(
        ObjectKey(namespace: "shop", name: "web.1"), body: ["series": ["count": 2]])

    @Test("an Event is created by POST and its series merged by PATCH")
    func requests() async throws {
        let transport = FakeTransport { _ throws(TransportError) in
            .json(["apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": ["name": "web.1"]])
        }
        let events = ClusterEvents(client: try transport.client())
        #expect(await events.perform(Self.create) == .stored)
        #expect(await events.perform(Self.patch) == .stored)
        let path = "/apis/events.k8s.io/v1/namespaces/shop/events"
        #expect(transport.lines == ["POST \(path)", "PATCH \(path)/web.1"])
        #expect(transport.body(1) == ["series": ["count": 2]])
    }

    @Test(
        "what came of a write",
        arguments: [
            (create, 409, "AlreadyExists", .stored), (patch, 404, "NotFound", .gone),
            (create, 403, "Forbidden", .refused), (create, 422, "Invalid", .refused),
            (create, 404, "NotFound", .refused), (create, 429, "TooManyRequests", .failed),
            (create, 500, "InternalError", .failed), (patch, 409, "Conflict", .failed),
            (create, 401, "Unauthorized", .failed),
        ] as [(EventLog.Write, Int, String, EventLog.Verdict)])
    func verdicts(_ write: EventLog.Write, _ code: Int, _ reason: String, _ verdict: EventLog.Verdict) async throws {
        let transport = FakeTransport { _ throws(TransportError) in .status(code, reason, name: "web.1") }
        #expect(await ClusterEvents(client: try transport.client()).perform(write) == verdict)
    }
}
