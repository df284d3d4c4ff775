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

    @Test("what was written more than a second ago is not remembered for long, however many objects come and go")
    func forgets() {
        let pace = ObservationPace(timeline: Timeline(clock))
        for number in 0..<10_000 {
            pace.note("\(number)")
            clock.advance(by: .milliseconds(100))
            #expect(pace.count <= 64)
        }
        // Of those of the last second none is lost.
        for number in 0..<1000 { pace.note("n\(number)") }
        #expect((0..<1000).allSatisfy { pace.wait("n\($0)") != nil })
    }
}
