import JSONValue
import KubeModel
import Testing

@testable import KubeRuntime

@Suite("Event log")
struct EventLogTests {
    private var log = EventLogTests.log()
    private var now = Moment.start
    private static let epoch = Timestamp(secondsSince1970: 1_800_000_000)
    private var date: Timestamp { Self.epoch + now.offset }

    private static func log(_ change: (inout EventLog.Settings) -> Void = { _ in }) -> EventLog {
        var settings = EventLog.Settings()
        change(&settings)
        return EventLog(controller: "accesspoint.io/operator", instance: "host-1", settings: settings)
    }

    private func note(
        _ name: String = "web", namespace: String? = "shop", reason: String = "CanaryPaused", note: String = "paused",
        version: String? = nil
    ) -> EventNote {
        let kind = GroupVersionKind(group: "accesspoint.io", version: "v1alpha1", kind: "AccessPoint")
        let regarding = EventReference(
            kind: kind, key: ObjectKey(namespace: namespace, name: name), uid: "uid-" + name, resourceVersion: version)
        return EventNote(regarding: regarding, reason: reason, action: "Rollout", note: note)
    }

    private mutating func record(_ note: EventNote) -> (series: EventLog.Series, wait: Duration)? {
        log.record(note, now: now, date: date)
    }

    private mutating func write(_ series: EventLog.Series) -> EventLog.Write? {
        if case .write(let write) = log.step(series, now: now) { write } else { nil }
    }

    private mutating func settle(
        _ series: EventLog.Series, _ write: EventLog.Write, _ verdict: EventLog.Verdict = .stored
    ) -> EventLog.Step {
        log.settle(series, write, verdict, now: now, date: date)
    }

    private func patch(_ write: EventLog.Write?) -> JSONValue? {
        if case .patch(_, let body)? = write { body["series"] } else { nil }
    }

    @Test("the first occurrence is created as events.k8s.io/v1 in the object's namespace")
    mutating func creates() {
        guard let (series, wait) = record(note(version: "7")), case .create(let event)? = write(series) else {
            Issue.record("nothing to write")
            return
        }
        #expect(wait == .zero)
        #expect(event.namespace == "shop")
        #expect(event.name == "web.\(String(Self.epoch.microsecondsSince1970, radix: 16))")
        var json = event.json
        json["metadata"] = nil
        #expect(
            json == [
                "apiVersion": "events.k8s.io/v1", "kind": "Event", "type": "Normal", "reason": "CanaryPaused",
                "action": "Rollout", "note": "paused", "eventTime": "2027-01-15T08:00:00.000000Z",
                "reportingController": "accesspoint.io/operator", "reportingInstance": "host-1",
                "regarding": [
                    "apiVersion": "accesspoint.io/v1alpha1", "kind": "AccessPoint", "name": "web",
                    "namespace": "shop", "uid": "uid-web", "resourceVersion": "7",
                ],
            ])
    }

    @Test("an Event about an object without namespace goes to kube-system, which every API server takes")
    mutating func clusterScoped() {
        guard let (series, _) = record(note(namespace: nil)), case .create(let event)? = write(series) else { return }
        #expect(event.namespace == "kube-system")
        #expect(event.json["regarding"]?.objectValue?.keys.contains("namespace") == false)
    }

    @Test("what repeats is one series whatever its sentence: told at the second time, then once a minute")
    mutating func series() {
        guard let (series, _) = record(note()), let create = write(series) else { return }
        #expect(settle(series, create) == .wait(.seconds(360)))
        now = .seconds(10)
        #expect(record(note(note: "still paused", version: "8"))?.wait == .zero)
        guard let second = write(series) else { return }
        #expect(patch(second) == ["count": 2, "lastObservedTime": "2027-01-15T08:00:10.000000Z"])
        _ = settle(series, second)
        for second in 11...30 {
            now = .seconds(second)
            #expect(record(note())?.wait == .seconds(70 - second))
            #expect(write(series) == nil)
        }
        now = .seconds(70)
        #expect(patch(write(series)) == ["count": 22, "lastObservedTime": "2027-01-15T08:00:30.000000Z"])
        #expect(log.count == 1)
    }

    @Test("variants of one reason are series of their own, each with its own sentence")
    mutating func variants() {
        for value in ["r1/canary", "true"] {
            var note = note(reason: "ResumeIgnored", note: "resume=\(value)")
            note.variant = value
            guard let (series, _) = record(note), case .create(let event)? = write(series) else {
                Issue.record("nothing to write for \(value)")
                return
            }
            #expect(event.json["note"]?.stringValue == "resume=\(value)")
        }
        #expect(log.count == 2)
    }

    @Test("an update that is on its way does not swallow what comes meanwhile")
    mutating func recordedMeanwhile() {
        guard let (series, _) = record(note()), let create = write(series) else { return }
        _ = record(note())
        _ = record(note())
        #expect(settle(series, create) == .wait(.zero))
        guard let update = write(series) else { return }
        #expect(patch(update)?["count"] == 3)
        _ = record(note())
        #expect(settle(series, update) == .wait(.seconds(60)))
        now = .seconds(60)
        #expect(patch(write(series))?["count"] == 4)
    }

    @Test("six minutes after its last occurrence a series is over and forgotten")
    mutating func window() {
        guard let (series, _) = record(note()), let create = write(series) else { return }
        _ = settle(series, create)
        now = .seconds(359)
        #expect(log.step(series, now: now) == .wait(.seconds(1)))
        now = .seconds(360)
        guard case .create(let next)? = record(note()).flatMap({ write($0.series) }) else {
            Issue.record("no new Event")
            return
        }
        #expect(next.json["eventTime"] == "2027-01-15T08:06:00.000000Z")
        // The late answer to a write of the old series says nothing about the new one.
        #expect(settle(series, create) == .wait(.zero))
        #expect(write(series) != nil)
        guard let again = write(series) else { return }
        _ = settle(series, again)
        now = .seconds(720)
        #expect(log.step(series, now: now) == .forget)
        #expect(log.count == 0)
    }

    @Test("an Event that is gone when its series goes on is created anew, under another name")
    mutating func gone() {
        guard let (series, _) = record(note()), let create = write(series) else { return }
        _ = settle(series, create)
        _ = record(note())
        guard let update = write(series) else { return }
        #expect(settle(series, update, .gone) == .wait(.zero))
        guard case .create(let event)? = write(series) else {
            Issue.record("not created")
            return
        }
        #expect(event.name != create.name)
    }

    @Test("a write is tried twelve times, a refused one once")
    mutating func tries() {
        guard let (series, _) = record(note()), let create = write(series) else { return }
        for _ in 0..<11 { #expect(settle(series, create, .failed) == .retry) }
        #expect(settle(series, create, .failed) == .forget)
        #expect(log.dropped == 1)
        guard let (other, _) = record(note("other")), let refused = write(other) else { return }
        #expect(settle(other, refused, .refused) == .forget)
        #expect(log.dropped == 2)
        #expect(log.count == 0)
    }

    @Test("an object has 25 new Events, then one in five minutes; others are not affected")
    mutating func spam() {
        let taken = (0..<40).filter { record(note(reason: "R\($0)")) != nil }
        #expect(taken == Array(0..<25))
        #expect(log.dropped == 15)
        #expect(record(note("other")) != nil)
        now = .seconds(299)
        #expect(record(note(reason: "new")) == nil)
        now = .seconds(300)
        #expect(record(note(reason: "new")) != nil)
        #expect(record(note(reason: "newer")) == nil)
        #expect(record(note(reason: "R3"))?.series != nil, "a repetition is no new Event")
    }

    @Test("no more series are kept than the capacity")
    mutating func capacity() {
        log = Self.log { $0.capacity = 3 }
        for name in ["a", "b", "c", "d"] { _ = record(note(name)) }
        #expect(log.count == 3)
        #expect(log.dropped == 1)
        #expect(record(note("a")) != nil)
    }

    @Test("names fit the API whatever the object's name, and never repeat")
    mutating func names() {
        for name in [String(repeating: "a", count: 253), String(repeating: "a.", count: 126) + "b", "a"] {
            let first = log.name(for: name, date: Self.epoch)
            let second = log.name(for: name, date: Self.epoch + .seconds(-100))
            #expect(first.utf8.count <= 253)
            #expect(first != second)
            #expect(!first.contains("..") && !first.contains("-."))
        }
    }

    @Test("a sentence is cut to 1024 bytes, between characters")
    mutating func longNote() {
        let sentence = String(repeating: "\u{e9}", count: 1000)
        guard let (series, _) = record(note(note: sentence)), case .create(let event)? = write(series) else { return }
        let text = event.json["note"]?.stringValue ?? ""
        #expect(text == String(repeating: "\u{e9}", count: 510) + "...")
        #expect(text.utf8.count == 1023)
        #expect(EventText.cut("abc", bytes: 3) == "abc")
        #expect(EventText.cut("a" + String(repeating: "\u{301}", count: 9), bytes: 10) == "...")
    }
}
