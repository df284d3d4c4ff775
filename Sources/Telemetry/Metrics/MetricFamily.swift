import Synchronization

/// All series of one metric name.
public final class MetricFamily: Sendable {
    /// How a metric behaves.
    public enum Kind: String, Sendable {
        /// A number that only grows.
        case counter
        /// A number that goes up and down.
        case gauge
        /// A distribution.
        case histogram
    }

    /// What is kept of one set of label values.
    struct Series {
        /// The number; of a histogram the sum.
        var value = 0.0
        /// Of a histogram: how many values each bucket got that no smaller one takes, the infinite one last.
        var counts: [UInt64]
    }

    /// Its name.
    public let name: String
    /// What it measures, in one sentence.
    public let help: String
    /// How it behaves.
    public let kind: Kind
    /// The names of its labels.
    public let labels: [String]
    /// Upper bounds, ascending, without the infinite one; empty but for a histogram.
    let buckets: [Double]
    private let capacity: Int
    private let dropped: @Sendable () -> Void
    private let series = Mutex<[[String]: Series]>([:])

    init(
        _ name: String, _ help: String, _ kind: Kind, labels: [String], buckets: [Double] = [], capacity: Int,
        dropped: @escaping @Sendable () -> Void = {}
    ) {
        self.name = name
        self.help = help
        self.kind = kind
        self.labels = labels
        self.buckets = buckets
        self.capacity = capacity
        self.dropped = dropped
    }

    /// Changes the series of these label values, which is made if it fits.
    func update(_ values: [String], _ change: (inout Series) -> Void) {
        if !series.withLock({ apply(change, to: values, of: &$0) }) { dropped() }
    }

    /// Exchanges all series at once, so that nobody sees half of them.
    func refill(_ samples: [(labels: [String], value: Double)]) {
        var fresh: [[String]: Series] = [:]
        for sample in samples where !apply({ $0.value = sample.value }, to: sample.labels, of: &fresh) { dropped() }
        series.withLock { $0 = fresh }
    }

    /// The series by their label values.
    var sorted: [(labels: [String], series: Series)] {
        series.withLock { $0.map { ($0.key, $0.value) } }.sorted { $0.labels.lexicographicallyPrecedes($1.labels) }
    }

    private func apply(
        _ change: (inout Series) -> Void, to values: [String], of series: inout [[String]: Series]
    ) -> Bool {
        guard series.count < capacity || series[values] != nil else { return false }
        let empty = Series(counts: kind == .histogram ? Array(repeating: 0, count: buckets.count + 1) : [])
        change(&series[values, default: empty])
        return true
    }
}
