import Synchronization

/// The metrics of one process, shown in Prometheus' text format.
///
/// A registry is a value that is handed to whoever measures; there is no global one. Whoever declares a family keeps what
/// ``counter(_:_:_:)`` and its like return and measures with that. Each name is declared once.
public final class MetricsRegistry: Sendable {
    private let capacity: Int
    private let dropped: MetricFamily
    private let declared: Mutex<[MetricFamily]>
    private let collectors = Mutex<[@Sendable () -> Void]>([])

    /// A registry with one family: of what did not fit.
    ///
    /// - Parameter capacity: the most sets of label values of one family. What is measured of further ones is dropped
    ///   and counted by `accesspoint_metrics_dropped_total`, so that names from outside cannot fill the memory.
    public init(capacity: Int = 5000) {
        self.capacity = capacity
        dropped = MetricFamily(
            "accesspoint_metrics_dropped_total",
            "Measurements that were dropped because their metric has too many label sets.", .counter,
            labels: ["metric"], capacity: .max)
        declared = Mutex([dropped])
    }

    /// Everything that was declared, by name.
    public var families: [MetricFamily] { declared.withLock { $0 }.sorted { $0.name < $1.name } }

    /// Declares a number that only grows; by custom its name ends with `_total`.
    public func counter<each Value: LabelValue>(
        _ name: String, _ help: String, _ labels: repeat Label<each Value>
    ) -> Counter<repeat each Value> {
        Counter(family: declare(name, help, .counter, repeat each labels))
    }

    /// Declares a number that goes up and down.
    public func gauge<each Value: LabelValue>(
        _ name: String, _ help: String, _ labels: repeat Label<each Value>
    ) -> Gauge<repeat each Value> {
        Gauge(family: declare(name, help, .gauge, repeat each labels))
    }

    /// Declares a distribution.
    ///
    /// - Parameters:
    ///   - name: its name.
    ///   - help: what is measured, in which unit.
    ///   - buckets: upper bounds, ascending; the infinite one is added.
    ///   - labels: what its series are told apart by.
    /// - Returns: what measures with it.
    public func histogram<each Value: LabelValue>(
        _ name: String, _ help: String, buckets: [Double], _ labels: repeat Label<each Value>
    ) -> Histogram<repeat each Value> {
        Histogram(family: declare(name, help, .histogram, buckets: buckets, repeat each labels))
    }

    /// Adds something that is done before each exposition: for gauges that show what is there at that moment.
    public func beforeExposition(_ collect: @escaping @Sendable () -> Void) {
        collectors.withLock { $0.append(collect) }
    }

    /// Everything in Prometheus' text format 0.0.4, families by name and series by label values.
    public func exposition() -> String {
        for collect in collectors.withLock({ $0 }) { collect() }
        return families.map(\.exposition).joined()
    }

    private func declare<each Value: LabelValue>(
        _ name: String, _ help: String, _ kind: MetricFamily.Kind, buckets: [Double] = [],
        _ labels: repeat Label<each Value>
    ) -> MetricFamily {
        var names: [String] = []
        for label in repeat each labels { names.append(label.name) }
        let family = MetricFamily(
            name, help, kind, labels: names, buckets: buckets, capacity: capacity,
            dropped: { [dropped] in dropped.update([name]) { $0.value += 1 } })
        declared.withLock { $0.append(family) }
        return family
    }
}
