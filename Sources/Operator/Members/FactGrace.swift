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
    /// Those that failed last and stand all the same.
    private var failing: Set<FactQuery> = []

    init(interval: Duration) { self.interval = interval }

    /// Whether what stands for a query could not be read last time.
    func isFailing(_ query: FactQuery) -> Bool { failing.contains(query) }

    /// The time to the next attempt, if that of the next round is `left` from now.
    func pause(_ left: Duration) -> Duration { failing.isEmpty ? left : min(left, Self.pace) }

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
        failing = failing.filter { needed.contains($0) }
        return read.filter { query, answer in
            guard answer.isFailure else {
                answered[query] = now
                failing.remove(query)
                return true
            }
            if known[query] != nil, let last = answered[query], last.duration(to: now) < interval + ReadTroubles.grace {
                failing.insert(query)
                return false
            }
            failing.remove(query)
            return true
        }
    }
}

extension FactAnswer {
    /// Whether it says nothing of what was asked for.
    fileprivate var isFailure: Bool { if case .unreadable = self { true } else { false } }
}
