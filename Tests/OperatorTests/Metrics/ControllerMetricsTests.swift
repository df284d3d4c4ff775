import KubeRuntime
import Telemetry
import Testing

@testable import Operator

/// A reconciler made of a closure.
private struct Acting: Reconciler {
    let act: @Sendable (String) async -> Outcome
    func reconcile(_ key: String) async -> Outcome { await act(key) }
}

@Suite("What is counted of controllers")
struct ControllerMetricsTests {
    @Test("each run counts by what came of it, and the queue by its adds, waits and retries")
    func runs() async throws {
        let registry = MetricsRegistry()
        let metrics = ControllerMetrics(registry)
        let timeline = Timeline()
        let queue = WorkQueue<String>(timeline: timeline)
        let reconciler = Acting { key in
            switch key {
            case "done": .done
            case "later": .requeue(after: .seconds(600))
            case "again": .requeue(after: .zero)
            case "retry": .retry(Setback("no"))
            case "cut off": .retry(CancellationError())
            default: .terminal(Setback("never"))
            }
        }
        for key in ["done", "later", "retry", "terminal", "cut off"] { queue.add(key) }
        metrics.begin("test", workers: 1) { queue.figures }
        #expect(exposed(registry, "workqueue_depth") == [#"workqueue_depth{name="test"} 5"#])
        let seen = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingOldest(16))
        let controller = Controller(
            name: "test", reconciler: reconciler, queue: queue, timeline: timeline,
            report: {
                metrics.count("test", $0)
                seen.continuation.yield($0.item.key)
            })
        let running = Task { try await controller.run() }
        var keys = Set<String>()
        for await key in seen.stream where keys.insert(key).inserted {
            if keys.count == 5 { break }
        }
        controller.stop()
        try await running.value
        let lines = exposed(
            registry, "controller_runtime_reconcile_total", "controller_runtime_terminal_reconcile_errors_total",
            "controller_runtime_max_concurrent_reconciles", "controller_runtime_active_workers", "workqueue_depth",
            "workqueue_longest_running_processor_seconds", "workqueue_unfinished_work_seconds")
        // What is retried comes back after milliseconds, so that its number is not known.
        #expect(
            lines.filter { !$0.contains(#"result="error""#) } == [
                #"controller_runtime_active_workers{controller="test"} 0"#,
                #"controller_runtime_max_concurrent_reconciles{controller="test"} 1"#,
                #"controller_runtime_reconcile_total{controller="test",result="requeue"} 0"#,
                #"controller_runtime_reconcile_total{controller="test",result="requeue_after"} 1"#,
                #"controller_runtime_reconcile_total{controller="test",result="success"} 1"#,
                #"controller_runtime_terminal_reconcile_errors_total{controller="test"} 1"#,
                #"workqueue_depth{name="test"} 0"#, #"workqueue_longest_running_processor_seconds{name="test"} 0"#,
                #"workqueue_unfinished_work_seconds{name="test"} 0"#,
            ])
        func number(_ name: String) -> Int? {
            exposed(registry, name).first.flatMap { Int($0.split(separator: " ").last ?? "") }
        }
        let retries = try #require(number("workqueue_retries_total"))
        #expect(retries >= 1)
        #expect(number("controller_runtime_reconcile_errors_total") == retries + 1)
        #expect(number("workqueue_work_duration_seconds_count") == retries + 3)
        #expect(number("workqueue_queue_duration_seconds_count") == retries + 3)
        #expect(number("controller_runtime_reconcile_time_seconds_count") == retries + 3)
        #expect(try #require(number("workqueue_adds_total")) >= 5)
    }

    @Test("the words for what came of a reconcile are those of controller-runtime")
    func words() {
        let words = [
            Outcome.done, .requeue(after: .zero), .requeue(after: .seconds(1)), .retry(Setback("")),
            .terminal(Setback("")),
        ].map { ControllerMetrics.Result($0).labelText }
        #expect(words == ["success", "requeue", "requeue_after", "error", "error"])
    }
}
