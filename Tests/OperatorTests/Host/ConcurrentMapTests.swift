import Synchronization
import TestSupport
import Testing

@testable import Operator

@Suite("Work for many elements at once", .timeLimit(.minutes(1)))
struct ConcurrentMapTests {
    @Test("results stand in the order of the elements, whichever ends first")
    func order() async {
        let first = Latch()
        let results = await (0..<5).mapConcurrently(atMost: 5) { number in
            if number == 0 { await first.wait() }
            if number == 4 { first.open() }
            return number * 10
        }
        #expect(results == [0, 10, 20, 30, 40])
    }

    @Test("no more than the limit are worked on at a time, and all are in the end", arguments: [0, 1, 3])
    func limit(_ limit: Int) async {
        let counts = Mutex((running: 0, most: 0))
        let results = await (0..<20).mapConcurrently(atMost: limit) { number in
            counts.withLock { counts in
                counts.running += 1
                counts.most = max(counts.most, counts.running)
            }
            for _ in 0..<10 { await Task.yield() }
            counts.withLock { $0.running -= 1 }
            return number
        }
        #expect(results == Array(0..<20))
        #expect(counts.withLock { $0.most } <= max(1, limit))
    }
}
