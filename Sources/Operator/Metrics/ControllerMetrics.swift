import KubeRuntime
import Telemetry

/// Controllers and their queues, under the names that controller-runtime and client-go have made known.
struct ControllerMetrics: Sendable {
    /// What came of a reconcile, as controller-runtime tells it.
    enum Result: String, LabelValue, CaseIterable {
        case success
        case error
        case requeue
        case requeueAfter = "requeue_after"

        init(_ outcome: Outcome) {
            switch outcome {
            case .done: self = .success
            case .requeue(let delay): self = delay > .zero ? .requeueAfter : .requeue
            case .retry, .terminal: self = .error
            }
        }
    }

    private let registry: MetricsRegistry
    private let runs: Counter<String, Result>
    private let errors: Counter<String>
    private let terminalErrors: Counter<String>
    private let time: Histogram<String>
    private let workers: Gauge<String>
    private let active: Gauge<String>
    private let depth: Gauge<String>
    private let adds: Counter<String>
    private let waits: Histogram<String>
    private let works: Histogram<String>
    private let retries: Counter<String>
    private let longest: Gauge<String>
    private let unfinished: Gauge<String>

    init(_ registry: MetricsRegistry) {
        self.registry = registry
        let (controller, name) = (Label<String>("controller"), Label<String>("name"))
        runs = registry.counter(
            "controller_runtime_reconcile_total", "Reconciles that have ended, by what came of them.", controller,
            Label<Result>("result"))
        errors = registry.counter(
            "controller_runtime_reconcile_errors_total", "Reconciles that failed.", controller)
        terminalErrors = registry.counter(
            "controller_runtime_terminal_reconcile_errors_total",
            "Reconciles that failed and are not tried again before something changes.", controller)
        time = registry.histogram(
            "controller_runtime_reconcile_time_seconds", "Time of a reconcile.", buckets: .requestSeconds, controller)
        workers = registry.gauge(
            "controller_runtime_max_concurrent_reconciles", "The most reconciles at the same time.", controller)
        active = registry.gauge("controller_runtime_active_workers", "Reconciles that run now.", controller)
        depth = registry.gauge("workqueue_depth", "Keys that wait for a worker.", name)
        adds = registry.counter("workqueue_adds_total", "Adds of keys that did not wait already.", name)
        waits = registry.histogram(
            "workqueue_queue_duration_seconds", "Time for which a key waited for a worker.", buckets: .requestSeconds,
            name)
        works = registry.histogram(
            "workqueue_work_duration_seconds", "Time that a worker took for a key.", buckets: .requestSeconds, name)
        retries = registry.counter("workqueue_retries_total", "Adds after a failure.", name)
        longest = registry.gauge(
            "workqueue_longest_running_processor_seconds", "Time of the longest run that has not ended.", name)
        unfinished = registry.gauge(
            "workqueue_unfinished_work_seconds", "Time of all runs together that have not ended.", name)
    }

    /// Shows a controller that begins, all of its series with it.
    func begin(_ name: String, workers count: Int, _ figures: @escaping @Sendable () -> WorkQueueFigures) {
        for result in Result.allCases { runs.add(0, name, result) }
        for counter in [errors, terminalErrors, retries] { counter.add(0, name) }
        for histogram in [time, waits, works] { histogram.show(name) }
        workers.set(Double(count), name)
        registry.beforeExposition { [active, depth, adds, longest, unfinished] in
            let figures = figures()
            active.set(Double(figures.running), name)
            depth.set(Double(figures.waiting), name)
            adds.raise(to: Double(figures.adds), name)
            longest.set(figures.longestRun / .seconds(1), name)
            unfinished.set(figures.unfinishedWork / .seconds(1), name)
        }
    }

    /// Counts one run; one that was cut off by the end of the process is none.
    func count<Key>(_ name: String, _ report: ReconcileReport<Key>) {
        switch report.outcome {
        case .retry(let error) where error is CancellationError: return
        case .retry:
            errors.add(1, name)
            retries.add(1, name)
        case .terminal:
            errors.add(1, name)
            terminalErrors.add(1, name)
        case .done, .requeue: break
        }
        runs.add(1, name, Result(report.outcome))
        time.observe(report.duration, name)
        waits.observe(report.item.waited, name)
        works.observe(report.duration, name)
    }
}
