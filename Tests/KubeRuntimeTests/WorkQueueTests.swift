import KubeRuntime
import TestSupport
import Testing

@Suite("Work queue")
struct WorkQueueTests {
    private let clock = TestClock()

    private func queue(backoff: BackoffPolicy = BackoffPolicy(base: .seconds(1), cap: .seconds(60)))
        -> WorkQueue<String>
    {
        WorkQueue(timeline: Timeline(clock), backoff: backoff)
    }

    @Test("a worker that waits gets a key as soon as one is added")
    func wakesWorker() async {
        let queue = queue()
        async let item = queue.next()
        queue.add("a")
        #expect(await item?.key == "a")
        #expect(queue.counts == (0, 0, 1))
        queue.done("a")
        #expect(queue.counts == (0, 0, 0))
    }

    @Test("a waiting worker gets a delayed key when its time comes, and an earlier one first")
    func delayed() async {
        let queue = queue()
        queue.add("late", after: .seconds(10))
        async let first = queue.next()
        await clock.sleepers(1)
        queue.add("early", after: .seconds(3))
        while clock.nextDeadline?.offset != .seconds(3) { await Task.yield() }
        clock.advance(by: .seconds(3))
        #expect(await first?.key == "early")
        async let second = queue.next()
        await clock.advanceToNextSleeper()
        #expect(await second?.key == "late")
        #expect(clock.now.offset == .seconds(10))
    }

    @Test("a key that failed comes back after its backoff, twice as late the second time")
    func failures() async {
        let queue = queue()
        queue.addAfterFailure("a")
        for seconds in [1, 2] {
            async let item = queue.next()
            await clock.advanceToNextSleeper()
            guard let key = await item?.key else { return }
            #expect(clock.now.offset == .seconds(seconds == 1 ? 1 : 3))
            queue.addAfterFailure(key)
            queue.done(key)
        }
    }

    @Test("what is under way counts as long as it takes, the longest run and all together")
    func figures() async {
        let queue = queue()
        queue.add("a")
        _ = await queue.next()
        clock.advance(by: .seconds(3))
        queue.add("b")
        _ = await queue.next()
        clock.advance(by: .seconds(2))
        #expect(queue.figures.longestRun == .seconds(5))
        #expect(queue.figures.unfinishedWork == .seconds(7))
        queue.done("a")
        #expect(queue.figures.longestRun == .seconds(2))
        #expect(queue.figures.unfinishedWork == .seconds(2))
        queue.done("b")
        #expect(queue.figures.unfinishedWork == .zero)
    }

    @Test("shutdown wakes all workers with nothing, and later ones do not wait")
    func shutdown() async {
        let queue = queue()
        await withTaskGroup(of: String?.self) { workers in
            for _ in 0..<3 { workers.addTask { await queue.next()?.key } }
            queue.shutDown()
            for await key in workers { #expect(key == nil) }
        }
        queue.add("a")
        #expect(await queue.next() == nil)
    }

    @Test("a cancelled worker stops waiting and takes no key with it")
    func cancellation() async {
        let queue = queue()
        let worker = Task { await queue.next() }
        worker.cancel()
        #expect(await worker.value == nil)
        queue.add("a")
        #expect(await queue.next()?.key == "a")
    }

    @Test("every key reaches exactly one of many workers")
    func manyWorkers() async {
        let queue = WorkQueue<Int>(timeline: Timeline(clock))
        let handled = await withTaskGroup(of: [Int].self) { workers in
            for _ in 0..<8 {
                workers.addTask {
                    var mine: [Int] = []
                    while let item = await queue.next() {
                        mine.append(item.key)
                        queue.done(item.key)
                        if item.key == 499 { queue.shutDown() }
                    }
                    return mine
                }
            }
            queue.add(contentsOf: 0..<500)
            return await workers.reduce(into: []) { $0 += $1 }
        }
        #expect(handled.sorted() == Array(0..<500))
    }
}
