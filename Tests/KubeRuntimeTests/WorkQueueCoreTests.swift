import KubeRuntime
import SeededRandom
import Testing

@Suite("Work queue core")
struct WorkQueueCoreTests {
    private typealias Queue = WorkQueueCore<String>
    private var random = SplitMix64(seed: 1)

    private func drain(_ queue: inout Queue, now: Moment = .start) -> [String] {
        var keys: [String] = []
        while let item = queue.take(now: now) {
            keys.append(item.key)
            queue.done(item.key, now: now)
        }
        return keys
    }

    @Test("keys come out in the order they went in, each once")
    func collapsesDuplicates() {
        var queue = Queue()
        for key in ["a", "b", "a", "c", "b"] { queue.add(key, now: .start) }
        #expect(drain(&queue) == ["a", "b", "c"])
        #expect(queue.isEmpty)
    }

    @Test("a key added while a worker has it waits for that worker and then comes again, once")
    func holdsRunningKeys() {
        var queue = Queue()
        queue.add("a", now: .start)
        #expect(queue.take(now: .start)?.key == "a")
        queue.add("a", now: .start)
        queue.add("a", now: .start)
        #expect(queue.take(now: .start) == nil)
        queue.done("a", now: .start)
        #expect(drain(&queue) == ["a"])
    }

    @Test("an add counts once when its key is due, however often it is added while it waits")
    func counts() {
        var queue = Queue()
        for key in ["a", "b", "a"] { queue.add(key, now: .start) }
        queue.add("a", priority: 5, now: .start)
        #expect(queue.adds == 2)
        queue.add("c", at: .seconds(9), now: .start)
        queue.add("d", at: .seconds(9), now: .start)
        queue.add("d", now: .start)
        #expect(queue.adds == 3)
        #expect(queue.takes.isEmpty)
        #expect(queue.take(now: .seconds(1))?.key == "a")
        #expect(queue.take(now: .seconds(2))?.key == "b")
        #expect(queue.takes.min() == .seconds(1))
        // Held while its key is with a worker, and not counted again when that gives it back.
        queue.add("a", now: .seconds(3))
        queue.add("a", now: .seconds(3))
        queue.done("a", now: .seconds(4))
        #expect(queue.adds == 4)
        #expect(queue.takes.min() == .seconds(2))
        queue.done("b", now: .seconds(4))
        #expect(drain(&queue, now: .seconds(9)) == ["d", "a", "c"])
        #expect(queue.adds == 5)
    }

    @Test("of several times for a key the earliest counts")
    func earliestWins() {
        var queue = Queue()
        queue.add("a", at: .seconds(5), now: .start)
        queue.add("a", at: .seconds(9), now: .start)
        queue.add("a", at: .seconds(3), now: .start)
        #expect(queue.nextDue() == .seconds(3))
        #expect(queue.take(now: .seconds(2)) == nil)
        #expect(drain(&queue, now: .seconds(3)) == ["a"])
        #expect(drain(&queue, now: .seconds(20)) == [])
        #expect(queue.nextDue() == nil)
    }

    @Test("a time that has passed means now, and an add for now overtakes a later time")
    func pastIsNow() {
        var queue = Queue()
        queue.add("late", at: .seconds(-5), now: .start)
        queue.add("b", at: .seconds(100), now: .start)
        queue.add("b", now: .start)
        #expect(drain(&queue) == ["late", "b"])
        #expect(queue.isEmpty)
    }

    @Test("a delay that ends while a worker has the key is kept for after it")
    func delayEndsWhileRunning() {
        var queue = Queue()
        queue.add("a", now: .start)
        _ = queue.take(now: .start)
        queue.add("a", at: .seconds(1), now: .start)
        #expect(queue.take(now: .seconds(2)) == nil)
        queue.done("a", now: .seconds(2))
        #expect(drain(&queue, now: .seconds(2)) == ["a"])
    }

    @Test("higher priorities first, and the highest of several for one key")
    func priorities() {
        var queue = Queue()
        for key in ["x", "y", "z"] { queue.add(key, priority: Queue.floodPriority, now: .start) }
        queue.add("fresh", now: .start)
        queue.add("y", now: .start)
        queue.add("x", priority: -200, now: .start)
        #expect(drain(&queue) == ["fresh", "y", "x", "z"])
    }

    @Test("a delayed key keeps the higher priority that came later")
    func priorityOfDelayed() {
        var queue = Queue()
        queue.add("a", priority: -100, at: .seconds(1), now: .start)
        queue.add("a", priority: 5, at: .seconds(9), now: .start)
        #expect(queue.take(now: .seconds(1))?.priority == 5)
        queue.add("a", priority: 7, now: .seconds(1))
        queue.add("a", priority: 9, now: .seconds(1))
        queue.done("a", now: .seconds(1))
        #expect(queue.take(now: .seconds(1))?.priority == 9)
        queue.add("b", priority: 3, at: .seconds(9), now: .seconds(1))
        queue.add("b", priority: -100, now: .seconds(1))
        #expect(queue.take(now: .seconds(1))?.priority == 3)
    }

    @Test("a stream of fresh keys does not starve any lower priority")
    func doesNotStarve() {
        var queue = Queue()
        queue.add("middle", priority: -50, now: .start)
        queue.add("low", priority: -100, now: .start)
        var taken: [String] = []
        for round in 0..<40 {
            queue.add("fresh \(round)", now: .start)
            if let item = queue.take(now: .start) {
                taken.append(item.key)
                queue.done(item.key, now: .start)
            }
        }
        #expect(taken.firstIndex(of: "middle") == Queue.patience)
        #expect(taken.firstIndex(of: "low") == 2 * Queue.patience + 1)
    }

    @Test("groups take turns, so that a large one does not hold up a small one")
    func groupsTakeTurns() {
        var queue = Queue { String($0.prefix(1)) }
        for key in ["a1", "a2", "a3", "a4", "b1", "c1", "b2"] { queue.add(key, now: .start) }
        #expect(drain(&queue) == ["a1", "b1", "c1", "a2", "b2", "a3", "a4"])
    }

    @Test("each failure of a key doubles its wait, other keys are not touched, forget starts again")
    mutating func backsOff() {
        var queue = Queue(backoff: BackoffPolicy(base: .seconds(1), cap: .seconds(3)))
        var waits: [Duration] = []
        for _ in 0..<3 { waits.append(queue.addAfterFailure("a", now: .start, using: &random)) }
        #expect(waits == [.seconds(1), .seconds(2), .seconds(3)])
        #expect(queue.failures(of: "a") == 3)
        #expect(queue.addAfterFailure("b", now: .start, using: &random) == .seconds(1))
        #expect(queue.take(now: .seconds(1))?.failures == 3)
        queue.forget("a")
        #expect(queue.addAfterFailure("a", now: .start, using: &random) == .seconds(1))
    }

    @Test("after shutdown nothing is handed out or added, and what runs can be given back")
    mutating func shutsDown() {
        var queue = Queue()
        queue.add("a", now: .start)
        queue.add("b", now: .start)
        queue.add("c", at: .seconds(1), now: .start)
        _ = queue.take(now: .start)
        queue.shutDown()
        queue.add("d", now: .start)
        queue.addAfterFailure("a", now: .start, using: &random)
        #expect(queue.take(now: .seconds(9)) == nil)
        #expect(queue.nextDue() == nil)
        #expect(queue.runningCount == 1)
        queue.done("a", now: .start)
        #expect(queue.isEmpty)
    }

    @Test("giving back a key that nobody has changes nothing")
    func strayDone() {
        var queue = Queue()
        queue.add("a", now: .start)
        queue.done("a", now: .start)
        queue.done("b", now: .start)
        #expect(drain(&queue) == ["a"])
    }

    @Test("a delay beyond all reason is half a year")
    func horizon() {
        var queue = Queue()
        queue.add("a", at: Moment(.seconds(Int64.max)), now: .seconds(1))
        #expect(queue.nextDue() == Moment.seconds(1).advanced(by: .seconds(180 * 86_400)))
    }

    @Test("the wait of a key counts from when it was due")
    func waited() {
        var queue = Queue()
        queue.add("a", at: .seconds(2), now: .start)
        #expect(queue.take(now: .seconds(5))?.waited == .seconds(3))
    }
}
