/// A label of a metric: its name, and the type of its values.
public struct Label<Value: LabelValue>: Sendable {
    let name: String

    /// A label of that name.
    public init(_ name: String) { self.name = name }
}

/// What may be the value of a label.
public protocol LabelValue: Sendable {
    /// The value as it is shown.
    var labelText: String { get }
}

extension String: LabelValue {
    /// The text itself.
    public var labelText: String { self }
}

extension LabelValue where Self: RawRepresentable<String> {
    /// The raw value.
    public var labelText: String { rawValue }
}

/// The longest label value that is kept, in code points; no name in Kubernetes is longer.
private let labelLimit = 256

private func texts<each Value: LabelValue>(_ values: repeat each Value) -> [String] {
    var texts: [String] = []
    for value in repeat each values {
        let text = value.labelText
        texts.append(text.utf8.count <= labelLimit ? text : String(text.unicodeScalars.prefix(labelLimit)))
    }
    return texts
}

/// A number that only grows.
public struct Counter<each Value: LabelValue>: Sendable {
    let family: MetricFamily

    /// Adds to the number; nothing if the amount is negative or no number. Adding 0 makes it visible.
    public func add(_ amount: Double = 1, _ labels: repeat each Value) {
        guard amount >= 0 else { return }
        family.update(texts(repeat each labels)) { $0.value += amount }
    }

    /// Raises the number to one that is counted elsewhere; never lowers it.
    public func raise(to total: Double, _ labels: repeat each Value) {
        family.update(texts(repeat each labels)) { $0.value = max($0.value, total) }
    }
}

/// A number that goes up and down.
public struct Gauge<each Value: LabelValue>: Sendable {
    let family: MetricFamily

    /// Sets the number.
    public func set(_ value: Double, _ labels: repeat each Value) {
        family.update(texts(repeat each labels)) { $0.value = value }
    }

    /// Exchanges all series at once for those that `fill` sets: what it does not set is gone.
    public func refill(_ fill: (inout GaugeFilling<repeat each Value>) -> Void) {
        var filling = GaugeFilling<repeat each Value>()
        fill(&filling)
        family.refill(filling.samples)
    }
}

/// New series for a gauge.
public struct GaugeFilling<each Value: LabelValue>: Sendable {
    fileprivate var samples: [(labels: [String], value: Double)] = []

    /// Sets the number of one series.
    public mutating func set(_ value: Double, _ labels: repeat each Value) {
        samples.append((texts(repeat each labels), value))
    }
}

/// A distribution.
public struct Histogram<each Value: LabelValue>: Sendable {
    let family: MetricFamily

    /// Counts one value, unless it is no number.
    public func observe(_ value: Double, _ labels: repeat each Value) {
        guard !value.isNaN else { return }
        let bucket = family.buckets.firstIndex { value <= $0 } ?? family.buckets.count
        family.update(texts(repeat each labels)) { series in
            series.value += value
            series.counts[bucket] &+= 1
        }
    }

    /// Counts a duration in seconds.
    public func observe(_ duration: Duration, _ labels: repeat each Value) {
        observe(duration / .seconds(1), repeat each labels)
    }

    /// Makes the series of these labels visible before it has a value.
    public func show(_ labels: repeat each Value) { family.update(texts(repeat each labels)) { _ in } }
}

extension [Double] {
    /// Bounds in seconds for what takes milliseconds to a minute: those of the Kubernetes client metrics.
    public static let requestSeconds = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60]
    /// Bounds in seconds for what takes seconds to days.
    public static let rolloutSeconds = [1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 24 * 3600, 7 * 24 * 3600] as [Double]
}
