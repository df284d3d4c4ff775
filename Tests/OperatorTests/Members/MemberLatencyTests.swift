import Testing

@testable import Operator

@Suite("How long a member takes to answer")
struct MemberLatencyTests {
    private func shown(_ milliseconds: [Int]) -> [Int?] {
        var latency = MemberLatency()
        return milliseconds.map { time in
            latency.note(.milliseconds(time))
            return latency.milliseconds
        }
    }

    @Test(
        "it is said after some answers, as a step at or above their median",
        arguments: [
            (0, 50), (50, 50), (51, 100), (100, 100), (150, 200), (999, 1000), (9999, 10_000), (60_000, 10_000),
        ])
    func steps(_ time: Int, _ step: Int) {
        #expect(
            shown(Array(repeating: time, count: 6))
                == Array(repeating: nil, count: MemberLatency.least - 1) + [step, step])
    }

    @Test("single slow answers change nothing")
    func outliers() {
        let times = (0..<300).map { $0 % 3 == 1 ? 4000 : 10 }
        #expect(Set(shown(times).compactMap(\.self)) == [50])
    }

    @Test("a median that wavers about a step changes nothing, on whichever side it began")
    func hysteresis() {
        for start in [45, 60] {
            let times = Array(repeating: start, count: 40) + (0..<400).map { ($0 / 40) % 2 == 0 ? 45 : 60 }
            #expect(Set(shown(times).compactMap(\.self)).count == 1)
        }
    }

    @Test("what changes for good is shown once, up and down")
    func change() {
        let times = Array(repeating: 10, count: 50) + Array(repeating: 300, count: 50) + Array(repeating: 10, count: 50)
        let steps = shown(times).compactMap(\.self)
        let changes = zip(steps, steps.dropFirst()).filter { $0 != $1 }.map(\.1)
        #expect(steps.first == 50 && changes == [500, 50])
    }
}
