import KubeRuntime
import TrafficModel

/// Which reads of what AccessPoints refer to have failed, and for how long what was read before stands.
///
/// One answer that got lost makes nothing unknown: that would turn the conditions of every AccessPoint of the member
/// over and back. Like its objects (``ReadTroubles``), what the member refers to has a grace.
struct FactGrace: Sendable, Hashable {
    /// Time to the next attempt, while what stands is older than the last one.
    static let pace = Duration.seconds(10)

    private var failing: [FactQuery: Moment] = [:]

    /// The time to the next round, of which `interval` is the usual: what could not be read is soon read again.
    func pause(_ interval: Duration) -> Duration { failing.isEmpty ? interval : min(interval, Self.pace) }

    /// Whether what stands for a query could not be read last time.
    func isFailing(_ query: FactQuery) -> Bool { failing[query] != nil }

    /// What counts of a round of reads.
    ///
    /// - Parameters:
    ///   - read: the answers of the round; nothing is remembered of what was not asked for in it.
    ///   - known: what stands.
    ///   - now: when the round was over.
    /// - Returns: the answers without the failures that are borne.
    mutating func settled(
        _ read: [FactQuery: FactAnswer], known: [FactQuery: FactAnswer], now: Moment
    ) -> [FactQuery: FactAnswer] {
        let before = failing
        failing = [:]
        return read.filter { query, answer in
            guard answer.isFailure, let stands = known[query], !stands.isFailure else { return true }
            let start = before[query] ?? now
            guard start.duration(to: now) < ReadTroubles.grace else { return true }
            failing[query] = start
            return false
        }
    }
}

extension FactAnswer {
    /// Whether it says nothing of what was asked for.
    fileprivate var isFailure: Bool { if case .unreadable = self { true } else { false } }
}
