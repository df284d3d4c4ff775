import KubeRuntime
import TrafficModel

/// Which reads of a member have failed for so long that what is cached of it no longer counts as what is there.
///
/// A short series of failures is the way of every network: until the grace is over, what was seen before stands.
struct ReadTroubles: Sendable, Hashable {
    /// What is read.
    enum Subject: Sendable, Hashable {
        /// Which kinds the member serves.
        case discovery
        /// Our objects of one kind.
        case objects(TrafficKind)
    }

    private struct Series: Sendable, Hashable {
        var start: Moment
        var isLong = false
        var text: String
    }

    /// How long a series of failures is borne.
    static let grace = Duration.seconds(30)

    private var series: [Subject: Series] = [:]

    /// Why what is cached does not count; nil while it does.
    var text: String? { series.values.filter(\.isLong).map(\.text).min() }

    /// Takes in a failure; returns whether what is cached has just stopped to count.
    mutating func failed(_ subject: Subject, _ text: String, now: Moment) -> Bool {
        let before = self.text
        var failures = series[subject] ?? Series(start: now, text: text)
        failures.text = text
        failures.isLong = failures.start.duration(to: now) >= Self.grace
        series[subject] = failures
        return before == nil && self.text != nil
    }

    /// Takes in an answer; returns whether what is cached has just begun to count again.
    mutating func answered(_ subject: Subject) -> Bool {
        let before = text
        series[subject] = nil
        return before != nil && text == nil
    }

    /// Begins anew, as when the member answers again after it was away: every read has its grace.
    mutating func forgive() { series = [:] }
}
