import KubeModel
import Rollout
import Testing

@testable import Operator

@Suite("What is counted of a rollout")
struct RolloutMeasurementTests {
    let one = RevisionName(number: 1, hash: "aaaa")
    let now = Timestamp(secondsSince1970: 1_800_000_000)

    private func ago(_ seconds: Int64) -> Timestamp { now.adding(seconds: -seconds) }

    private func counted(_ old: RolloutState, _ new: RolloutState) -> [RolloutMeasurement] {
        RolloutMeasurement.between(old, new, now: now) { ["\($0) Service", "\($0) Gateway"] }
    }

    private func run(_ outcome: RunEnd.Outcome, start: Timestamp?, end: Timestamp) -> RolloutState {
        var state = RolloutState()
        state.updateRevision = one
        state.lastRun = RunEnd(revision: one, outcome: outcome, startTime: start, endTime: end)
        return state
    }

    @Test("a run that has ended counts once, by its outcome", arguments: RunEnd.Outcome.allCases)
    func ends(outcome: RunEnd.Outcome) {
        let ended = run(outcome, start: ago(90), end: ago(0))
        #expect(counted(RolloutState(), ended) == [.ended(outcome, after: .seconds(90))])
        // What a process that begins finds stored, it does not count again.
        #expect(counted(ended, ended).isEmpty)
        var later = ended
        later.epoch += 1
        later.inFlight["a"] = JournalEntry(
            goal: .revision(one), purpose: .update, stamp: WriteStamp(epoch: 1, sequence: 1))
        #expect(counted(ended, later).isEmpty)
    }

    @Test("the same revision that is tried again and then completes counts a second time")
    func retried() {
        let aborted = run(.aborted, start: ago(90), end: ago(60))
        let completed = run(.completed, start: ago(30), end: now)
        #expect(counted(aborted, completed) == [.ended(.completed, after: .seconds(30))])
    }

    @Test("a run without a known beginning has no duration, and none is negative")
    func duration() {
        #expect(counted(RolloutState(), run(.completed, start: nil, end: now)) == [.ended(.completed, after: nil)])
        #expect(
            counted(RolloutState(), run(.completed, start: now, end: ago(5))) == [.ended(.completed, after: .zero)])
    }

    @Test("a pause counts when it is over, with its length", arguments: PauseReason.allCases)
    func pauses(reason: PauseReason) {
        var paused = RolloutState()
        paused.pause = .init(reason: reason, time: ago(600))
        #expect(counted(RolloutState(), paused).isEmpty)
        #expect(counted(paused, paused).isEmpty)
        #expect(counted(paused, RolloutState()) == [.pauseEnded(reason, after: .seconds(600))])
    }

    @Test("a pause that turns into another one has ended where that began")
    func pauseTurns() {
        var (gate, user) = (RolloutState(), RolloutState())
        gate.pause = .init(reason: .canaryGate, time: ago(600))
        user.pause = .init(reason: .userPaused, time: ago(100))
        #expect(counted(gate, user) == [.pauseEnded(.canaryGate, after: .seconds(500))])
        gate.pause?.time = now.adding(seconds: 9)
        #expect(counted(gate, RolloutState()) == [.pauseEnded(.canaryGate, after: .zero)])
    }

    @Test("a drift counts when its repair is journaled, and not again when that is stamped anew or tried again")
    func drift() {
        func journal(_ purpose: JournalEntry.Purpose, epoch: Int64 = 1, sequence: Int64 = 1) -> RolloutState {
            var state = RolloutState()
            for target in ["b", "a"] {
                state.inFlight[target] = JournalEntry(
                    goal: .revision(one), purpose: purpose, stamp: WriteStamp(epoch: epoch, sequence: sequence))
            }
            return state
        }
        let repairing = journal(.repair)
        #expect(
            counted(RolloutState(), repairing) == [
                .drifted(target: "a", kinds: ["a Service", "a Gateway"]),
                .drifted(target: "b", kinds: ["b Service", "b Gateway"]),
            ])
        #expect(counted(repairing, journal(.repair, epoch: 2)).isEmpty)
        #expect(counted(repairing, journal(.repair, sequence: 7)).isEmpty)
        #expect(counted(repairing, RolloutState()).isEmpty)
        #expect(counted(RolloutState(), journal(.update)).isEmpty)
        #expect(counted(journal(.update), repairing).count == 2)
    }
}
