import KubeRuntime
import TrafficModel

/// Which reads of what AccessPoints refer to have failed, and for how long what was read before stands.
///
/// One answer that got lost makes nothing unknown: that would turn the conditions of every AccessPoint of the member
/// over and back. It is borne for half a minute after the next poll would have been, as with objects
/// (``ReadTroubles``), and only where this connection has had the answer: what is from before an outage does not count.
struct FactGrace: Sendable, Hashable {
    /// Time to the next attempt while a failure is borne.
    static let pace = Duration.seconds(10)

    /// The usual time between two rounds.
    let interval: Duration

    /// How long what fails is tried again before the next round, even where the failure counts already.
    let patience: Duration

    /// When each query was last answered.
    private var answered: [FactQuery: Moment] = [:]
    /// Those that failed last.
    private var failing: [FactQuery: Failure] = [:]

    private struct Failure: Hashable {
        /// When the first of them was seen.
        var since: Moment
        /// Whether it was told.
        var counts: Bool
    }

    /// - Parameters:
    ///   - interval: the usual time between two rounds.
    ///   - patience: how long what fails is tried again before the next round; nil: as long as an answer would stand.
    init(interval: Duration, patience: Duration? = nil) {
        (self.interval, self.patience) = (interval, patience ?? interval + ReadTroubles.grace)
    }

    /// Whether a query that could not be read last time is tried again before the next round: until the failure counts,
    /// and while there is patience.
    func isFailing(_ query: FactQuery, now: Moment) -> Bool {
        failing[query].map { !$0.counts || $0.since.duration(to: now) < patience } ?? false
    }

    /// The time to the next attempt, if that of the next round is `left` from now.
    func pause(_ left: Duration, now: Moment) -> Duration {
        failing.keys.contains { isFailing($0, now: now) } ? min(left, Self.pace) : left
    }

    /// Whether what has failed since then is borne no more. What is known only from before this connection never is; who
    /// never had an answer hears of it two attempts after the first one.
    private func counts(_ query: FactQuery, isKnown: Bool, since: Moment, now: Moment) -> Bool {
        let time = since.duration(to: now)
        guard let last = answered[query] else { return isKnown || time >= Self.pace * 2 }
        // Where a round takes long, the first failure may come late already.
        return time >= Self.pace && last.duration(to: now) >= interval + ReadTroubles.grace
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
            let isKnown = known[query] != nil
            // Nobody needed it for a while.
            if !isKnown { answered[query] = nil }
            let since = failing[query]?.since ?? now
            let counts = counts(query, isKnown: isKnown, since: since, now: now)
            failing[query] = Failure(since: since, counts: counts)
            return counts
        }
    }
}

extension FactAnswer {
    /// Whether it says nothing of what was asked for.
    fileprivate var isFailure: Bool { if case .unreadable = self { true } else { false } }
}
