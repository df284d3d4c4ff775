import KubeModel
import KubeRuntime
import Rollout
import Testing

@testable import Operator

@Suite("What is said of a rollout")
struct AnnouncementTests {
    let one = RevisionName(number: 1, hash: "aaaa")
    let two = RevisionName(number: 2, hash: "bbbb")
    let now = Timestamp(secondsSince1970: 1_800_000_000)

    var view: RolloutView {
        RolloutPlanner().step(RolloutState(), RolloutObservation(), now: now).view
    }

    let key = ObjectKey(namespace: "shop", name: "checkout")

    func said(_ old: RolloutState, _ new: RolloutState) -> [String] {
        Announcement.between(old, new, view: view, of: key).map(\.reason)
    }

    @Test("nothing is said where nothing happened")
    func silence() {
        var state = RolloutState()
        state.updateRevision = one
        #expect(said(state, state).isEmpty)
    }

    @Test("start, target, pause, resume and completion are each said once")
    func story() {
        let blank = RolloutState()
        var started = blank
        started.updateRevision = one
        #expect(said(blank, started) == ["RolloutStarted"])
        var flying = started
        flying.inFlight["a"] = JournalEntry(
            goal: .revision(one), purpose: .update, stamp: WriteStamp(epoch: 1, sequence: 1))
        #expect(said(started, flying).isEmpty)
        var landed = flying
        landed.inFlight = [:]
        landed.rows["a"] = TargetRow(revision: one)
        #expect(said(flying, landed) == ["TargetUpdated"])
        var paused = landed
        paused.pause = .init(reason: .canaryGate, time: now)
        #expect(said(landed, paused) == ["RolloutPaused"])
        var resumed = paused
        resumed.pause = nil
        resumed.handled[.resume] = HandledVerb(value: "r1/canary", time: now)
        #expect(said(paused, resumed) == ["RolloutResumed"])
        var completed = resumed
        completed.stableRevision = one
        #expect(said(resumed, completed) == ["RolloutCompleted"])
    }

    @Test("a repair is a warning that names the target")
    func repair() throws {
        var flying = RolloutState()
        flying.updateRevision = one
        flying.stableRevision = one
        flying.inFlight["a"] = JournalEntry(
            goal: .revision(one), purpose: .repair, stamp: WriteStamp(epoch: 1, sequence: 4))
        var landed = flying
        landed.inFlight = [:]
        landed.rows["a"] = TargetRow(revision: one)
        let only = try #require(Announcement.between(flying, landed, view: view, of: key).first)
        #expect(only.reason == "DriftCorrected")
        #expect(only.isWarning)
        #expect(only.note.hasPrefix("a: "))
    }

    /// A repair of `a` under way, with this stamp.
    private func repairing(_ stamp: WriteStamp = WriteStamp(epoch: 1, sequence: 4)) -> RolloutState {
        var flying = RolloutState()
        (flying.updateRevision, flying.stableRevision) = (one, one)
        flying.rows["a"] = TargetRow(revision: one)
        flying.inFlight["a"] = JournalEntry(goal: .revision(one), purpose: .repair, stamp: stamp)
        return flying
    }

    @Test("a repair that is tried again, or taken over by a new leader, has put back nothing yet")
    func repairGoesOn() {
        for stamp in [WriteStamp(epoch: 1, sequence: 5), WriteStamp(epoch: 2, sequence: 4)] {
            #expect(said(repairing(), repairing(stamp)).isEmpty)
        }
        var update = repairing()
        update.inFlight["a"]?.purpose = .update
        #expect(said(repairing(), update).isEmpty)
        var landed = repairing()
        landed.inFlight = [:]
        #expect(said(repairing(), landed) == ["DriftCorrected"])
    }

    @Test("a repair names the objects that it has put back, three at most and as many as a note takes")
    func repairedObjects() throws {
        var landed = repairing()
        landed.inFlight = [:]
        func told(_ objects: [String]) throws -> Announcement {
            let said = Announcement.between(
                repairing(), landed, view: view, of: key, repaired: ["a": objects, "b": ["x"]])
            try #require(said.count == 1)
            return said[0]
        }
        let words = "a: objects differed from their revision and were put back"
        #expect(try told([]).note == words)
        #expect(try told(["A", "B", "C"]).note == "\(words): A, B, C")
        #expect(try told(["A", "B", "C", "D", "E"]).note == "\(words): A, B, C and 2 more")
        #expect(try told(["A\u{1b}[2J\nB"]).note == "\(words): A [2J B")
        let long = String(repeating: "\u{1F680}", count: 100)
        let note = try told(Array(repeating: long, count: 5)).note
        #expect(note == "\(words): \(long), \(long) and 3 more" && note.utf8.count <= 1024)
        // Whoever writes there cannot make it more than a few series; what happens to another kind is another.
        let route = "VirtualService shop/checkout"
        let edited = try told(["\(route) at /spec/hosts (written by a)"]).variant
        #expect(try told(["\(route) at /spec/http (written by b)"]).variant == edited)
        #expect(try told(["VirtualService shop/b (was gone)", "Gateway shop/a (was gone)"]).variant == edited)
        #expect(try told(["Gateway shop/checkout (was gone)"]).variant != edited)
    }

    @Test("what a repair puts back is known from its beginning to its end, and of its own target alone")
    func followed() {
        var (repairs, idle) = (RepairedDrift(), repairing())
        idle.inFlight = [:]
        #expect(repairs.follow(idle, repairing()) { ["in \($0)"] }.isEmpty && !repairs.isEmpty)
        // It is tried again: what is seen by then may be half of it.
        let again = repairing(WriteStamp(epoch: 1, sequence: 5))
        #expect(repairs.follow(repairing(), again) { _ in ["other"] }.isEmpty)
        #expect(repairs.follow(again, idle) { _ in [] } == ["a": ["in a"]])
        #expect(repairs.isEmpty && repairs.follow(again, idle) { _ in [] }.isEmpty)
    }

    @Test("a wrong token is answered with the right one")
    func answer() {
        let said = Announcement(
            VerbAnswer(verb: .resume, value: "r1/canary", reason: .wrongValue, right: "r2/canary"))
        #expect(said.reason == "ResumeIgnored")
        #expect(said.isWarning)
        #expect(said.note.contains("accesspoint.io/resume=r1/canary"))
        #expect(said.note.contains("r2/canary"))
    }

    @Test("trouble is told by its own reason, a gate as a pause, and both as what blocks a deletion")
    func pauses() {
        func said(_ reason: PauseReason, _ phase: RolloutView.Phase) -> [String] {
            var (old, new) = (RolloutState(), RolloutState())
            (old.updateRevision, new.updateRevision) = (one, one)
            new.pause = RolloutState.Pause(reason: reason, target: "a", time: Timestamp(secondsSince1970: 1))
            var view = view
            view.phase = phase
            return Announcement.between(old, new, view: view, of: key).map { "\($0.reason)\($0.isWarning ? "!" : "")" }
        }
        var (stopped, view) = (RolloutState(), view)
        (stopped.updateRevision, view.message) = (one, "a is not ready")
        stopped.pause = RolloutState.Pause(reason: .preflightRefused, target: "a", time: now)
        let notes = Announcement.between(RolloutState(), stopped, view: view, of: key).map(\.note)
        #expect(notes.last == "a is not ready", "the reason stands beside it")
        #expect(said(.canaryGate, .paused) == ["RolloutPaused"])
        #expect(said(.userPaused, .deleting) == ["RolloutPaused"])
        #expect(said(.deadlineExceeded, .paused) == ["DeadlineExceeded!"])
        #expect(said(.failuresExceeded, .paused) == ["FailuresExceeded!"])
        #expect(said(.clusterUnreachable, .deleting) == ["DeletionBlocked!"])
    }

    @Test(
        "the Event of a pause ends with the whole command that ends it, however long its message is",
        arguments: [1, 200, 2000])
    func command(_ length: Int) throws {
        var new = RolloutState()
        new.updateRevision = one
        new.pause = .init(reason: .canaryGate, time: now)
        var view = view
        (view.gate, view.tokens) = ("r1/canary", [.resume: "r1/canary"])
        view.message = "step canary is done" + String(repeating: "\u{1F680}", count: length)
        let only = try #require(Announcement.between(RolloutState(), new, view: view, of: key).last)
        #expect(only.reason == "RolloutPaused" && only.note.hasPrefix("CanaryGate: step canary is done"))
        #expect(
            only.note.hasSuffix(
                ". To go on: kubectl annotate axp checkout -n shop accesspoint.io/resume=r1/canary --overwrite"))
        #expect(only.note.utf8.count <= 1024)
    }

    private func pausing(_ reason: PauseReason) -> RolloutState {
        var state = RolloutState()
        state.updateRevision = one
        state.pause = .init(reason: reason, target: "a", time: now)
        return state
    }

    @Test("a pause whose command is another one is another Event, and one that comes again with the same is not")
    func commands() throws {
        func variant(_ reason: PauseReason, _ verb: Verb, _ token: String, inert: Bool = false) throws -> String {
            var view = view
            (view.phase, view.tokens, view.inert) = (.paused, [verb: token], inert ? [verb] : [])
            let said = Announcement.between(RolloutState(), pausing(reason), view: view, of: key)
            return try #require(said.last).variant
        }
        let first = try variant(.targetFailed, .retry, "r1/1")
        #expect(try variant(.targetFailed, .retry, "r1/1") == first)
        #expect(try variant(.targetFailed, .retry, "r1/2") != first)
        #expect(try variant(.failuresExceeded, .retry, "r1/1") != first)
        #expect(try variant(.targetFailed, .retry, "r1/1", inert: true) != first)
        #expect(
            try variant(.clusterUnreachable, .resume, "r1/rest/a") != variant(.clusterUnreachable, .resume, "r1/rest/b")
        )
    }

    @Test("the gate of another step is told although the rollout paused for the same reason before")
    func nextGate() {
        func said(_ change: (inout RolloutState) -> Void, gate: String? = "r1/b") -> [String] {
            var (old, new, view) = (pausing(.waveGate), pausing(.waveGate), view)
            old.updateRevision = one
            change(&new)
            (view.gate, view.tokens) = (gate, gate.map { [.resume: $0] } ?? [:])
            return Announcement.between(old, new, view: view, of: key).map(\.variant).filter { $0.contains("WaveGate") }
        }
        #expect(said { _ in }.isEmpty)
        #expect(said { $0.passedSteps = 2 }.first?.hasSuffix("accesspoint.io/resume=r1/b --overwrite") == true)
        #expect(said { $0.updateRevision = two }.count == 1 && said { $0.round = 1 }.count == 1)
        #expect(said({ $0.passedSteps = 2 }, gate: nil).isEmpty)
    }

    @Test("answers that name another value to set are Events of their own")
    func answers() {
        func variant(_ right: String?) -> String {
            Announcement(VerbAnswer(verb: .resume, value: "true", reason: .wrongValue, right: right)).variant
        }
        #expect(Set([variant("r1/canary"), variant("r1/rest"), variant(nil)]).count == 3)
        #expect(variant("r1/canary") == variant("r1/canary"))
    }

    @Test("however often a rollout pauses, an object has no more Events than it may, and one for each command")
    func flood() {
        var log = EventLog(controller: "c", instance: "i")
        var view = view
        view.phase = .paused
        func record(_ token: String) -> Int {
            view.tokens = [.retry: token]
            for said in Announcement.between(RolloutState(), pausing(.targetFailed), view: view, of: key) {
                var note = EventNote(
                    regarding: EventReference(
                        kind: GroupVersionKind(group: "accesspoint.io", version: "v1alpha1", kind: "AccessPoint"),
                        key: key),
                    severity: .warning, reason: said.reason, action: said.action, note: said.note)
                note.variant = said.variant
                _ = log.record(note, now: .start, date: now)
            }
            return log.count
        }
        // One for the beginning of the rollout, and one for the pause.
        for _ in 0..<100 { #expect(record("r1/1") == 2) }
        #expect(record("r1/2") == 3)
        for number in 3..<100 { _ = record("r1/\(number)") }
        #expect(log.count == EventLog.Settings().burst)
    }

    @Test("a rollback by the failure policy is a warning with its cause")
    func rollback() throws {
        var (old, new) = (RolloutState(), RolloutState())
        (old.updateRevision, new.updateRevision) = (one, one)
        new.course = .back
        #expect(try #require(Announcement.between(old, new, view: view, of: key).first).isWarning == false)
        new.rollbackCause = "2 of 3 targets failed"
        let only = try #require(Announcement.between(old, new, view: view, of: key).first)
        #expect(only.reason == "RollbackStarted" && only.isWarning)
        #expect(only.note.hasSuffix(": 2 of 3 targets failed"))
    }

    @Test("a target that a deletion passes by is told once, by a person's verb or without one")
    func abandoned() {
        var (old, new) = (RolloutState(), RolloutState())
        (old.updateRevision, new.updateRevision) = (one, one)
        new.abandoned = ["a"]
        #expect(Announcement.between(old, new, view: view, of: key).map(\.note.isEmpty) == [false])
        #expect(Announcement.between(old, new, view: view, of: key).map(\.reason) == ["TargetAbandoned"])
        // Its removal was under way: nothing says that it holds nothing any more.
        old.inFlight["a"] = JournalEntry(goal: .absent, purpose: .remove, stamp: WriteStamp(epoch: 1, sequence: 1))
        #expect(Announcement.between(old, new, view: view, of: key).map(\.reason) == ["TargetAbandoned"])
        var removed = new
        removed.abandoned = []
        #expect(Announcement.between(old, removed, view: view, of: key).map(\.reason) == ["TargetRemoved"])
        new.handled[.abandon] = HandledVerb(value: "a", time: Timestamp(secondsSince1970: 1))
        let said = Announcement.between(old, new, view: view, of: key)
        #expect(said.map(\.reason) == ["TargetAbandoned"])
        #expect(said.first?.isWarning == false)
    }
}
