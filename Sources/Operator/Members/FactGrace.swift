import KubeRuntime
import TrafficModel

/// Which reads of what AccessPoints refer to have failed, and for how long what was read before stands.
///
/// One answer that got lost makes nothing unknown: that would turn the conditions of every AccessPoint of the member
/// over and back. It is borne for half a minute after the next poll would have been, as with objects
/// (``ReadTroubles``), and only where this connection has had the answer: what is from before an outage does not count.
struct FactGrace: Sendable, Hashable {
    /// Time to the next attempt, while what stands is older than the last one.
    static let pace = Duration.seconds(10)

    /// The usual time between two rounds.
    let interval: Duration

    /// When each query was last answered.
    private var answered: [FactQuery: Moment] = [:]
    /// Since when those fail that failed last.
    private var failing: [FactQuery: Moment] = [:]

    init(interval: Duration) { self.interval = interval }

    /// Whether a query that could not be read last time is tried again before the next round: until the failure counts.
    func isFailing(_ query: FactQuery, now: Moment) -> Bool {
        guard let since = failing[query] else { return false }
        // The attempt with which it counts comes a little late.
        return !counts(answered[query], since: since, now: now.advanced(by: .zero - Self.pace))
    }

    /// The time to the next attempt, if that of the next round is `left` from now.
    func pause(_ left: Duration, now: Moment) -> Duration {
        failing.keys.contains { isFailing($0, now: now) } ? min(left, Self.pace) : left
    }

    /// Whether what has failed since then is borne no more; who never had an answer hears of it with the third attempt.
    private func counts(_ last: Moment?, since: Moment, now: Moment) -> Bool {
        guard let last else { return since.duration(to: now) >= Self.pace * 2 }
        return last.duration(to: now) >= interval + ReadTroubles.grace
    }

    /// What counts of a round of reads.
    ///
    /// - Parameters:
    ///   - read: the answers of the round.
    ///   - known: what stands.
    ///   - needed: everything that is still asked for; of other queries nothing is remembered.
    ///   - now: when the round was over.
    /// - Returns: the answers without the failures that are borne.
    mutating func settled(
        _ read: [FactQuery: FactAnswer], known: [FactQuery: FactAnswer], needed: Set<FactQuery>, now: Moment
    ) -> [FactQuery: FactAnswer] {
        answered = answered.filter { needed.contains($0.key) }
        failing = failing.filter { needed.contains($0.key) }
        return read.filter { query, answer in
            guard answer.isFailure else {
                answered[query] = now
                failing[query] = nil
                return true
            }
            let since = failing[query] ?? now
            failing[query] = since
            // What is known only from before this connection is not borne.
            guard known[query] == nil || answered[query] != nil else { return true }
            return counts(answered[query], since: since, now: now)
        }
    }
}

extension FactAnswer {
    /// Whether it says nothing of what was asked for.
    fileprivate var isFailure: Bool { if case .unreadable = self { true } else { false } }
}
