import KubeModel
import Rollout
import Testing

@testable import Operator

@Suite("For how long a run has gone on")
struct RunProgressionTests {
    private static let begin = Timestamp(secondsSince1970: 1_800_000_000)
    private static let revision = RevisionName(number: 1, hash: "aaaa")

    private static func at(_ second: Int64) -> Timestamp { begin.adding(seconds: second) }

    private static func running(
        from second: Int64 = 0, pause: (reason: PauseReason, second: Int64)? = nil, lastRun: RunEnd? = nil
    ) -> RolloutState {
        var state = RolloutState()
        (state.updateRevision, state.startTime, state.lastRun) = (revision, at(second), lastRun)
        state.pause = pause.map { .init(reason: $0.reason, time: at($0.second)) }
        return state
    }

    private static func end(_ outcome: RunEnd.Outcome, from begin: Int64, to end: Int64) -> RunEnd {
        RunEnd(revision: revision, outcome: outcome, startTime: at(begin), endTime: at(end))
    }

    /// The length of what has ended in the last of these steps, in seconds.
    private static func followed(_ steps: [(state: RolloutState, second: Int64)]) -> [Int64?] {
        var progression = RunProgression()
        return zip(steps, steps.dropFirst()).map { old, new in
            progression.follow(old.state, new.state, now: at(new.second)).map { $0.1.components.seconds }
        }
    }

    @Test("its pauses do not count, those of one kind after another neither")
    func pauses() {
        let ended = Self.end(.completed, from: 0, to: 100)
        let steps: [(state: RolloutState, second: Int64)] = [
            (RolloutState(), 0), (Self.running(), 0), (Self.running(pause: (.canaryGate, 10)), 10),
            (Self.running(pause: (.userPaused, 40)), 40), (Self.running(), 70), (Self.running(lastRun: ended), 100),
            (Self.running(lastRun: ended), 200),
        ]
        #expect(Self.followed(steps) == [nil, nil, nil, nil, 40, nil])
    }

    @Test("what ends in a pause, and what another run follows at once, are told apart")
    func follows() {
        let aborted = Self.end(.superseded, from: 0, to: 50)
        let completed = Self.end(.completed, from: 50, to: 80)
        let steps: [(state: RolloutState, second: Int64)] = [
            (RolloutState(), 0), (Self.running(), 0), (Self.running(pause: (.canaryGate, 20)), 20),
            (Self.running(from: 50, lastRun: aborted), 50), (Self.running(from: 50, lastRun: completed), 80),
        ]
        #expect(Self.followed(steps) == [nil, nil, 20, 30])
    }

    @Test("of a run whose beginning was not seen nothing is told")
    func unseen() {
        let ended = Self.end(.completed, from: 0, to: 100)
        #expect(Self.followed([(Self.running(), 60), (Self.running(lastRun: ended), 100)]) == [nil])
        // What is stored has whole seconds.
        var precise = Self.running()
        precise.startTime = Timestamp(microsecondsSince1970: Self.begin.microsecondsSince1970 + 400_000)
        let steps: [(state: RolloutState, second: Int64)] = [
            (RolloutState(), 0), (precise, 0), (Self.running(lastRun: ended), 100),
        ]
        #expect(Self.followed(steps).last == .some(100))
    }
}
