import KubeRuntime
import TestSupport
import Testing

@testable import Operator

@Suite("The pace of writes that only tell what was observed")
struct ObservationPaceTests {
    let clock = TestClock()

    @Test("an object that was just written waits for the rest of a second, and no other does")
    func waits() {
        let pace = ObservationPace(timeline: Timeline(clock))
        #expect(pace.wait("a") == nil)
        pace.note("a")
        #expect(pace.wait("a") == .seconds(1))
        #expect(pace.wait("b") == nil)
        clock.advance(by: .milliseconds(400))
        #expect(pace.wait("a") == .milliseconds(600))
        clock.advance(by: .milliseconds(600))
        #expect(pace.wait("a") == nil)
    }

    @Test("what is gone is forgotten")
    func forgets() {
        let pace = ObservationPace(timeline: Timeline(clock))
        pace.note("a")
        pace.forget("a")
        #expect(pace.wait("a") == nil)
    }
}
