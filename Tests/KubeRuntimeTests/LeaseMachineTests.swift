import JSONValue
import KubeModel
import KubeRuntime
import SeededRandom
import Testing

@Suite("Lease machine")
struct LeaseMachineTests {
    private var random = SplitMix64(seed: 1)
    private var now = Moment.start
    private var machine: LeaseMachine
    private static let epoch = Timestamp(secondsSince1970: 1_800_000_000)

    init() throws { machine = LeaseMachine(identity: "me", settings: try LeaseSettings()) }

    @discardableResult
    private mutating func handle(_ input: LeaseMachine.Input) -> LeaseMachine.Command {
        machine.handle(input, now: now, date: Self.epoch + now.offset, using: &random)
    }

    private func lease(_ holder: String, _ version: Int = 1, seconds: Int64? = 15) -> LeaseRecord {
        LeaseRecord(
            holder: holder, duration: seconds.map { .seconds($0) }, renewed: Self.epoch, transitions: 4,
            resourceVersion: String(version))
    }

    /// The server's answer to a write.
    private func stored(_ command: LeaseMachine.Command, _ version: Int) -> LeaseMachine.Input {
        switch command {
        case .create(var record), .update(var record):
            record.resourceVersion = String(version)
            return .written(record)
        default: return .failed
        }
    }

    /// Makes the machine the leader now, with version 2 of the lease.
    private mutating func lead() {
        handle(.elapsed)
        handle(stored(handle(.read(nil)), 2))
    }

    private func wait(_ command: LeaseMachine.Command) -> Duration? {
        if case .wait(let duration) = command { duration } else { nil }
    }

    @Test("a lease that does not exist is created, and leadership counts from when the request was sent")
    mutating func creates() {
        #expect(handle(.elapsed) == .read)
        let create = handle(.read(nil))
        guard case .create(let record) = create else {
            Issue.record("no creation: \(create)")
            return
        }
        #expect(record.holder == "me" && record.duration == .seconds(15) && record.transitions == 0)
        #expect(record.acquired == Self.epoch && record.renewed == Self.epoch && record.resourceVersion == nil)
        #expect(machine.leadership == nil)
        now = .seconds(3)
        #expect(handle(stored(create, 2)) == .wait(.seconds(2)))
        #expect(machine.leadership?.acquired == .seconds(3))
        #expect(machine.leadership?.deadline == .seconds(10))
        #expect(machine.leadership?.expiry == .seconds(15))
    }

    @Test("a free lease is taken at once, with the next transition and its version")
    mutating func takesFree() {
        handle(.elapsed)
        guard case .update(let record) = handle(.read(lease("", 7))) else {
            Issue.record("not taken")
            return
        }
        #expect(record.holder == "me" && record.transitions == 5 && record.resourceVersion == "7")
    }

    @Test("a lease held by another is left alone until a full duration after its content was first seen here")
    mutating func waitsFullDuration() {
        handle(.elapsed)
        #expect(wait(handle(.read(lease("other")))) != nil)
        now = .seconds(14)
        handle(.elapsed)
        #expect(wait(handle(.read(lease("other")))) ?? .seconds(9) < .seconds(2), "it looks again when it matters")
        now = .seconds(15)
        handle(.elapsed)
        guard case .update(let record) = handle(.read(lease("other"))) else {
            Issue.record("not taken over")
            return
        }
        #expect(record.transitions == 5)
    }

    @Test("each renewal of the holder starts the wait again, even one that only the version shows")
    mutating func renewalsCount() {
        for second in stride(from: 0, to: 60, by: 10) {
            now = .seconds(second)
            handle(.elapsed)
            #expect(wait(handle(.read(lease("other", second)))) != nil)
        }
    }

    @Test(
        "the holder's own duration counts; one that cannot be true is replaced by ours",
        arguments: [(30, 30), (5, 5), (nil, 15), (0, 15), (-7, 15), (1_000_000_000, 15)] as [(Int64?, Int)])
    mutating func holdersDuration(_ said: Int64?, _ counted: Int) {
        var object = KubeObject(lenient: [:])
        lease("other", 1, seconds: said).write(to: &object)
        if said == nil { object.spec?["leaseDurationSeconds"] = "soon" }
        let record = LeaseRecord(object)
        handle(.elapsed)
        handle(.read(record))
        now = Moment(.seconds(counted) - .milliseconds(1))
        handle(.elapsed)
        #expect(wait(handle(.read(record))) != nil)
        now = .seconds(counted)
        handle(.elapsed)
        guard case .update = handle(.read(record)) else {
            Issue.record("not taken over")
            return
        }
    }

    @Test("a lease that vanishes while another held it counts as held until it would have run out")
    mutating func vanishedLease() {
        handle(.elapsed)
        handle(.read(lease("other")))
        now = .seconds(10)
        handle(.elapsed)
        #expect(wait(handle(.read(nil))) != nil)
        now = .seconds(15)
        handle(.elapsed)
        guard case .create = handle(.read(nil)) else {
            Issue.record("not created")
            return
        }
    }

    @Test("the leader renews with the version it knows, without reading, and keeps when it began")
    mutating func renews() {
        lead()
        for round in 1...5 {
            now = .seconds(2 * round)
            let update = handle(.elapsed)
            guard case .update(let record) = update else {
                Issue.record("no renewal: \(update)")
                return
            }
            #expect(record.resourceVersion == String(round + 1))
            #expect(record.acquired == Self.epoch && record.transitions == 0)
            #expect(handle(stored(update, round + 2)) == .wait(.seconds(2)))
            #expect(machine.leadership?.acquired == .start)
            #expect(machine.leadership?.deadline == .seconds(2 * round + 10))
        }
    }

    @Test("a renewal always changes the lease, even when the wall clock stands still or runs backwards")
    mutating func stoppedWallClock() {
        lead()
        var last = machine.handle(.elapsed, now: .seconds(2), date: Self.epoch + .seconds(-3600), using: &random)
        for second in 3..<6 {
            guard case .update(let before) = last else { return }
            _ = machine.handle(stored(last, second), now: .seconds(second), date: Self.epoch, using: &random)
            last = machine.handle(
                .elapsed, now: .seconds(second), date: Self.epoch + .seconds(-3600), using: &random)
            guard case .update(let after) = last, let old = before.renewed, let new = after.renewed else {
                Issue.record("no renewal")
                return
            }
            #expect(new > old)
        }
    }

    @Test("a leader that cannot renew stops at the renew deadline, not later, and waits no longer than that")
    mutating func losesByTime() {
        lead()
        now = .seconds(2)
        handle(.elapsed)
        now = .seconds(7)
        #expect(handle(.failed) == .wait(.seconds(2)))
        now = .seconds(9)
        #expect(handle(.elapsed) == .read)
        now = .milliseconds(9500)
        #expect(handle(.failed) == .wait(.milliseconds(500)))
        #expect(machine.leadership != nil)
        now = .seconds(10)
        handle(.elapsed)
        #expect(machine.leadership == nil)
        #expect(machine.loss == .notRenewed)
    }

    @Test("a renewal whose answer is lost is looked up and sent again, not taken for granted")
    mutating func unknownOutcome() {
        lead()
        now = .seconds(2)
        handle(.elapsed)
        now = .seconds(7)
        handle(.failed)
        #expect(machine.leadership?.deadline == .seconds(10))
        now = .seconds(9)
        #expect(handle(.elapsed) == .read)
        guard case .update(let record) = handle(.read(lease("me", 3))) else {
            Issue.record("not sent again")
            return
        }
        #expect(record.resourceVersion == "3" && record.transitions == 4)
    }

    @Test("an answer that comes after the deadline makes no leader")
    mutating func lateAnswer() {
        handle(.elapsed)
        let create = handle(.read(nil))
        now = .seconds(10)
        #expect(handle(stored(create, 2)) == .wait(.zero))
        #expect(machine.leadership == nil)
        #expect(handle(.elapsed) == .read)
        guard case .update = handle(.read(lease("me", 2))) else {
            Issue.record("not renewed")
            return
        }
    }

    @Test("a conflict is looked into at once; another holder ends leadership, an edit by hand does not")
    mutating func conflicts() {
        lead()
        now = .seconds(2)
        handle(.elapsed)
        #expect(handle(.conflict) == .read)
        #expect(machine.leadership != nil)
        guard case .update(let record) = handle(.read(lease("me", 9))) else {
            Issue.record("not renewed after an edit")
            return
        }
        #expect(record.resourceVersion == "9")
        #expect(handle(.conflict) == .read)
        #expect(wait(handle(.read(lease("other", 10)))) != nil)
        #expect(machine.leadership == nil)
        #expect(machine.loss == .takenOver(by: "other"))
    }

    @Test("conflict after conflict leads to a wait, not to a race")
    mutating func conflictStorm() {
        handle(.elapsed)
        handle(.read(lease("", 1)))
        #expect(handle(.conflict) == .read)
        handle(.read(lease("", 2)))
        #expect(handle(.conflict) == .read)
        handle(.read(lease("", 3)))
        #expect(wait(handle(.conflict)) != nil)
    }

    @Test("a leader whose lease was deleted creates it again")
    mutating func deletedUnderLeader() {
        lead()
        now = .seconds(2)
        handle(.elapsed)
        #expect(handle(.conflict) == .read)
        guard case .create = handle(.read(nil)) else {
            Issue.record("not created")
            return
        }
        #expect(machine.leadership != nil)
    }

    @Test("on release the leader gives the lease back, free and for one second, and leads no more")
    mutating func releases() {
        lead()
        now = .seconds(1)
        guard case .update(let record) = handle(.release) else {
            Issue.record("not released")
            return
        }
        #expect(record.holder == "" && record.duration == .seconds(1) && record.resourceVersion == "2")
        #expect(machine.leadership == nil)
        #expect(handle(.written(record)) == .stop)
    }

    @Test("on release a lease of others is not touched, and one that may be ours is looked up first")
    mutating func releasesWithCare() {
        var fresh = machine
        #expect(fresh.handle(.release, now: now, date: Self.epoch, using: &random) == .stop)
        handle(.elapsed)
        handle(.read(lease("other")))
        var candidate = machine
        #expect(candidate.handle(.release, now: now, date: Self.epoch, using: &random) == .stop)
        now = .seconds(15)
        handle(.elapsed)
        handle(.read(lease("other")))
        handle(.failed)
        var unsure = machine
        #expect(unsure.handle(.release, now: now, date: Self.epoch, using: &random) == .read)
        #expect(unsure.handle(.read(lease("other", 5)), now: now, date: Self.epoch, using: &random) == .stop)
        #expect(handle(.release) == .read)
        guard case .update = handle(.read(lease("me", 5))) else {
            Issue.record("not released")
            return
        }
        #expect(handle(.conflict) == .read)
        #expect(handle(.failed) == .stop)
    }

    @Test("a write may be sent while it can end before the lease does, and not after the deadline")
    mutating func permitsWrites() {
        lead()
        guard let leadership = machine.leadership else { return }
        #expect(leadership.permitsWrite(now: .seconds(9), timeout: .seconds(6)))
        #expect(!leadership.permitsWrite(now: .seconds(9), timeout: .seconds(7)))
        #expect(!leadership.permitsWrite(now: .seconds(10), timeout: .zero))
    }

    @Test(
        "times that contradict each other are refused, with the times",
        arguments: [
            (15, 15, 2000), (15, 10, 8334), (15, 10, 0), (0, -1, 1), (601, 10, 2000), (15, 0, 0),
        ])
    func settings(_ lease: Int, _ deadline: Int, _ retryMilliseconds: Int) {
        #expect(throws: LeaseSettingsError.self) {
            try LeaseSettings(
                leaseDuration: .seconds(lease), renewDeadline: .seconds(deadline),
                retryPeriod: .milliseconds(retryMilliseconds))
        }
    }

    @Test("a duration that is not whole seconds cannot be written into a lease")
    func wholeSeconds() {
        #expect(throws: LeaseSettingsError.self) { try LeaseSettings(leaseDuration: .milliseconds(12_500)) }
    }

    @Test("a Lease is read and written without touching the rest of it")
    func codec() {
        var object = KubeObject(
            lenient: [
                "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
                "metadata": ["name": "l", "resourceVersion": "1", "labels": ["a": "b"]],
                "spec": ["strategy": "OldestEmulationVersion", "holderIdentity": "x"],
            ])
        let record = LeaseRecord(
            holder: "me", duration: .seconds(15), acquired: Self.epoch, renewed: Self.epoch + .microseconds(7),
            transitions: 3, resourceVersion: "9")
        record.write(to: &object)
        #expect(LeaseRecord(object) == record)
        #expect(object.label("a") == "b")
        #expect(object.spec?["strategy"] == "OldestEmulationVersion")
        #expect(object.spec?["renewTime"] == "2027-01-15T08:00:00.000007Z")
    }
}
