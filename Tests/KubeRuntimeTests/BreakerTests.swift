import KubeRuntime
import SeededRandom
import Testing

@Suite("Breaker")
struct BreakerTests {
    private var random = SplitMix64(seed: 1)

    private func breaker(threshold: Int = 3) -> Breaker {
        Breaker(
            Breaker.Settings(
                threshold: threshold, open: BackoffPolicy(base: .seconds(2), cap: .seconds(5)),
                probeTimeout: .seconds(10)))
    }

    @Test("only failures in a row open it, an answer in between starts the count again")
    mutating func countsInARow() {
        var breaker = breaker()
        for _ in 0..<2 { breaker.failed(now: .start, using: &random) }
        breaker.answered()
        for _ in 0..<2 { breaker.failed(now: .start, using: &random) }
        #expect(breaker.permit(now: .start) == .call)
        breaker.failed(now: .start, using: &random)
        #expect(breaker.permit(now: .start) == .refused(until: .seconds(2)))
    }

    @Test("when its time is over one caller probes and the others are refused")
    mutating func probesOnce() {
        var breaker = breaker(threshold: 1)
        breaker.failed(now: .start, using: &random)
        #expect(breaker.permit(now: .seconds(1)) == .refused(until: .seconds(2)))
        #expect(breaker.permit(now: .seconds(2)) == .probe)
        #expect(breaker.permit(now: .seconds(2)) == .refused(until: .seconds(12)))
        breaker.answered()
        #expect(breaker.permit(now: .seconds(2)) == .call)
    }

    @Test("every failed probe keeps it open for longer, up to the cap; an answer forgets that")
    mutating func probesLessOften() {
        var breaker = breaker(threshold: 1)
        breaker.failed(now: .start, using: &random)
        var now = Moment.start
        for wait in [2, 4, 5, 5] {
            guard case .open(let until) = breaker.state else {
                Issue.record("not open: \(breaker.state)")
                return
            }
            #expect(now.duration(to: until) == .seconds(wait))
            now = until
            #expect(breaker.permit(now: now) == .probe)
            breaker.failed(now: now, using: &random)
        }
        breaker.answered()
        breaker.failed(now: now, using: &random)
        #expect(breaker.state == .open(until: now.advanced(by: .seconds(2))))
    }

    @Test("a call from before it opened neither prolongs it when it fails nor is ignored when it answers")
    mutating func lateReports() {
        var breaker = breaker(threshold: 1)
        breaker.failed(now: .start, using: &random)
        breaker.failed(now: .seconds(1), using: &random)
        #expect(breaker.state == .open(until: .seconds(2)))
        breaker.answered()
        #expect(breaker.state == .closed(failures: 0))
    }

    @Test("a probe that never reports, or is given up, lets another caller probe")
    mutating func lostProbe() {
        var breaker = breaker(threshold: 1)
        breaker.failed(now: .start, using: &random)
        #expect(breaker.permit(now: .seconds(2)) == .probe)
        #expect(breaker.permit(now: .seconds(11)) == .refused(until: .seconds(12)))
        #expect(breaker.permit(now: .seconds(12)) == .probe)
        breaker.abandoned(now: .seconds(13))
        #expect(breaker.permit(now: .seconds(13)) == .probe)
    }
}
