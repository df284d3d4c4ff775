import KubeModel
import Synchronization
import Testing

@testable import Operator

@Suite("A member whose history has gone back", .timeLimit(.minutes(1)))
struct RestoredMemberTests {
    @Test("it is taken for restored each time, but only while it is confirmed to be the same cluster")
    func confirmed() async {
        let restored = Signal()
        let answers = Mutex([false, true, true])
        let accepted = Mutex(0)
        let (asked, tell) = AsyncStream<Int>.makeStream(bufferingPolicy: .bufferingOldest(10))
        let task = Task {
            await MemberSession.accept(
                when: restored, if: { answers.withLock { $0.isEmpty ? false : $0.removeFirst() } }
            ) {
                tell.yield(
                    accepted.withLock { count in
                        count += 1
                        return count
                    })
            }
        }
        var news = asked.makeAsyncIterator()
        restored.raise()
        // The first time another cluster answers: nothing is accepted, and the next time is asked anew.
        while answers.withLock({ $0.count }) > 2 { await Task.yield() }
        #expect(accepted.withLock { $0 } == 0)
        restored.raise()
        #expect(await news.next() == 1)
        restored.raise()
        #expect(await news.next() == 2)
        task.cancel()
        restored.raise()
        await task.value
        #expect(accepted.withLock { $0 } == 2)
    }
}
