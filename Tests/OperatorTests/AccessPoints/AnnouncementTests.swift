import KubeModel
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
        new.handled[.abandon] = HandledVerb(value: "a", time: Timestamp(secondsSince1970: 1))
        let said = Announcement.between(old, new, view: view, of: key)
        #expect(said.map(\.reason) == ["TargetAbandoned"])
        #expect(said.first?.isWarning == false)
    }
}
