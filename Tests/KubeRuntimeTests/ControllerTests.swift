import TestSupport
import Testing

@testable import KubeRuntime

/// A reconciler made of a closure.
private struct Acting: Reconciler {
    let act: @Sendable (String) async -> Outcome
    func reconcile(_ key: String) async -> Outcome { await act(key) }
}

private struct Failure: Error {}

@Suite("Controller")
struct ControllerTests {
    private let clock = TestClock()
    private let queue: WorkQueue<String>

    init() {
        queue = WorkQueue(timeline: Timeline(clock), backoff: BackoffPolicy(base: .seconds(1), cap: .seconds(60)))
    }

    private func controller(
        workers: Int = 1, report: @escaping @Sendable (ReconcileReport<String>) -> Void = { _ in },
        _ act: @escaping @Sendable (String) async -> Outcome
    ) -> Controller<Acting> {
        Controller(
            name: "test", reconciler: Acting(act: act), queue: queue, workers: workers, timeline: Timeline(clock),
            report: report)
    }

    @Test("nothing is reconciled before everything that is read is there")
    func waitsForStores() async throws {
        let ready = Latch()
        let first = Latch()
        let order = Recorded<String>()
        let controller = controller { key in
            order.add(key)
            first.open()
            return .done
        }
        queue.add("a")
        let run = Task {
            try await controller.run(whenReady: {
                await ready.wait()
                order.add("ready")
            })
        }
        await clock.sleepers(1)
        ready.open()
        await first.wait()
        controller.stop()
        try await run.value
        #expect(order.all == ["ready", "a"])
    }

    @Test("every run has a scope of its own, which its report and the tasks that it starts see too")
    func scopes() async throws {
        let seen = Recorded<String>()
        let controller = controller(
            report: { _ in seen.add(ReconcileScope.current?.id ?? "none") },
            { _ in
                #expect(ReconcileScope.current?.controller == "test")
                seen.add(ReconcileScope.current?.id ?? "none")
                await Task { _ = seen.add(ReconcileScope.current?.id ?? "none") }.value
                queue.shutDown()
                return .done
            })
        queue.add(contentsOf: ["a"])
        try await controller.run()
        #expect(ReconcileScope.current == nil)
        let ids = seen.all
        #expect(ids.count == 3)
        #expect(Set(ids).count == 1)
        let id = try #require(ids.first)
        #expect(id.utf8.count == 32 && id.allSatisfy { $0.isHexDigit })
        #expect(ReconcileScope(controller: "test").id != id)
    }

    @Test("a controller whose stores do not come says which and after how long")
    func notReady() async {
        let controller = controller { _ in .done }
        let run = Task {
            try await controller.run(whenReady: { await untilCancelled() }, within: .seconds(120))
        }
        await clock.advanceToNextSleeper()
        let error = await #expect(throws: ControllerError.self) { try await run.value }
        #expect(error?.description.contains("test controller") == true)
        #expect(error?.description.contains("120") == true)
    }

    @Test("done and terminal wait for a change, requeue comes back after its delay, retry after a growing backoff")
    func outcomes() async throws {
        let runs = Recorded<String>()
        let (begun, last) = (Latch(), Latch())
        let controller = controller { key in
            begun.open()
            let count = runs.add("\(key) \(self.clock.now.offset.components.seconds)")
            if count == 9 { last.open() }
            switch key {
            case "done": return .done
            case "terminal": return .terminal(Failure())
            case "requeue": return .requeue(after: .seconds(5))
            default: return .retry(Failure())
            }
        }
        queue.add(contentsOf: ["done", "terminal", "requeue", "retry"])
        let run = Task { try await controller.run() }
        await begun.wait()
        await clock.advance { last.isOpen }
        controller.stop()
        try await run.value
        #expect(
            runs.all.prefix(9) == [
                "done 0", "terminal 0", "requeue 0", "retry 0", "retry 1", "retry 3", "requeue 5", "retry 7",
                "requeue 10",
            ])
    }

    @Test("a success forgets the failures of its key")
    func forgets() async throws {
        let runs = Recorded<Int64>()
        let (begun, last) = (Latch(), Latch())
        let controller = controller { _ in
            begun.open()
            switch runs.add(self.clock.now.offset.components.seconds) {
            case 1, 2, 4: return .retry(Failure())
            case 3: return .requeue(after: .seconds(10))
            default:
                last.open()
                return .requeue(after: .seconds(100))
            }
        }
        queue.add("a")
        let run = Task { try await controller.run() }
        await begun.wait()
        await clock.advance { last.isOpen }
        controller.stop()
        try await run.value
        #expect(runs.all.prefix(5) == [0, 1, 3, 13, 14])
    }

    @Test("no more workers run than allowed, and never two on one key")
    func concurrency() async throws {
        let inside = Recorded<String>()
        let (two, go) = (Latch(), Latch())
        let controller = controller(workers: 2) { key in
            if inside.add(key) == 2 { two.open() }
            await go.wait()
            return .done
        }
        queue.add(contentsOf: ["a", "b", "c"])
        let run = Task { try await controller.run() }
        await two.wait()
        queue.add("a")
        #expect(queue.counts == (1, 0, 2))
        #expect(inside.all.sorted() == ["a", "b"])
        go.open()
        while queue.counts != (0, 0, 0) { await Task.yield() }
        controller.stop()
        try await run.value
        #expect(inside.all.sorted() == ["a", "a", "b", "c"])
    }

    @Test("a stop lets what runs finish, uncancelled, and begins nothing new")
    func gracefulStop() async throws {
        let (begun, go) = (Latch(), Latch())
        let ends = Recorded<String>()
        let controller = controller { key in
            begun.open()
            await go.wait()
            ends.add("\(key) \(Task.isCancelled)")
            return .done
        }
        queue.add(contentsOf: ["a", "b"])
        let run = Task { try await controller.run() }
        await begun.wait()
        controller.stop()
        go.open()
        try await run.value
        #expect(ends.all == ["a false"])
    }

    @Test("a cancelled controller cancels what runs and waits for it, and the key is not lost nor blamed")
    func cancellation() async throws {
        let begun = Latch()
        let reports = Recorded<Int>()
        let controller = controller(report: { reports.add($0.item.failures) }) { _ in
            begun.open()
            await untilCancelled()
            return .retry(CancellationError())
        }
        queue.add("a")
        let run = Task { try await controller.run() }
        await begun.wait()
        run.cancel()
        try await run.value
        #expect(reports.all == [0])
        let item = await queue.next()
        #expect(item?.key == "a")
        #expect(item?.failures == 0)
    }

    @Test("each run is reported with its outcome and duration")
    func reports() async throws {
        let reports = Recorded<String>()
        let controller = controller(report: { report in
            reports.add("\(report.item.key) \(report.outcome) \(report.duration)")
        }) { _ in
            self.clock.advance(by: .seconds(2))
            return .done
        }
        queue.add("a")
        let run = Task { try await controller.run() }
        while reports.all.isEmpty { await Task.yield() }
        controller.stop()
        try await run.value
        #expect(reports.all == ["a done 2.0 seconds"])
    }
}
