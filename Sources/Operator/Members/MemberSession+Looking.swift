import AccessPointAPI
import CurlTransport
import KubeClient
import KubeModel
import KubeRuntime
import Synchronization
import TrafficModel

/// How VIPs are looked at from outside, and how many looks are under way at once in all members together.
///
/// A member whose VIPs do not answer holds only its own share, so that it takes many of them to delay the others.
struct ProbeLine: Sendable {
    /// Looks under way at once in all members together.
    static let total = 32
    /// Those of one member.
    static let perMember = 4

    /// Makes a look.
    let send: @Sendable (ProbeRequest) async -> Result<ProbeAnswer, TransportError>
    /// What all members of one term share.
    let all = ConcurrencyLimit(total)

    /// A line that leads nowhere.
    static let closed = ProbeLine { _ in .failure(TransportError(.shutDown)) }
}

extension MemberSession {
    /// What is known of the VIPs of one AccessPoint; what is asked from now on.
    ///
    /// - Parameters:
    ///   - policy: how they are looked at; nil: not at all.
    ///   - references: the rendered set.
    ///   - evidence: the certificates and addresses.
    ///   - key: the AccessPoint.
    ///   - since: what the looks come after; nil: nothing yet, and nothing is looked at.
    /// - Returns: what is looked at, and what counts of what was seen.
    func probes(
        _ policy: ProbePolicy?, _ references: References, _ evidence: TargetEvidence, for key: ObjectKey,
        since: String?
    ) -> ProbeFindings {
        guard let policy else {
            looks.withdraw(key)
            return ProbeFindings()
        }
        let plan = ProbePlan(policy, references, evidence, since: since ?? "")
        guard since != nil else {
            looks.withdraw(key)
            return ProbeFindings(plan: plan)
        }
        return ProbeFindings(plan: plan, answers: looks.need(plan.queries, for: key))
    }

    /// Looks at everything that somebody asks for: at once when it is new, and then at its interval, give or take a
    /// tenth so that looks spread. A slow one delays no other of its kind by more than the member's share.
    func keepLooking() async {
        let own = ConcurrencyLimit(ProbeLine.perMember)
        let watch = ProbeWatch()
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let (due, next) = watch.due(looks.needed(), now: timeline.now)
                for query in due {
                    group.addTask { await own.run { await self.looking.all.run { await self.look(query, watch) } } }
                }
                await lookNow.wait(atMost: next, timeline)
            }
        }
    }

    private func look(_ query: ProbeQuery, _ watch: ProbeWatch) async {
        guard !Task.isCancelled else { return }
        let start = timeline.now
        let result = await looking.send(query.request(options.allowLoopbackMembers ? .remoteOrLoopback : .remote))
        guard !Task.isCancelled else { return }
        let seen = query.judge(result, now: now())
        listener.looked(query, seen, start.duration(to: timeline.now))
        guard let settled = watch.note(seen, of: query) else { return }
        let concerned = looks.answered([query: settled])
        if !concerned.isEmpty { listener.accessPointsChanged(concerned) }
    }
}

/// When each thing is looked at next, and how its looks went.
final class ProbeWatch: Sendable {
    private struct Look {
        var next: Moment
        var isUnderWay = false
        var record = ProbeRecord()
    }

    /// The longest and the shortest time between two glances at what is due.
    private static let pauses: ClosedRange<Duration> = .milliseconds(50) ... .seconds(3600)

    private let state = Mutex<[ProbeQuery: Look]>([:])

    /// What is to be looked at now, the longest overdue first, and the time until something else is.
    func due(_ needed: Set<ProbeQuery>, now: Moment) -> ([ProbeQuery], next: Duration) {
        state.withLock { looks in
            looks = looks.filter { needed.contains($0.key) }
            for query in needed where looks[query] == nil { looks[query] = Look(next: now) }
            let due = looks.filter { $0.value.next <= now }.sorted { $0.value.next < $1.value.next }.map(\.key)
            let free = due.filter { looks[$0]?.isUnderWay == false }
            for query in due {
                let interval = Duration.seconds(query.intervalSeconds) * Double.random(in: 0.9...1.1)
                looks[query]?.next = now.advanced(by: interval)
                looks[query]?.isUnderWay = true
            }
            let next = looks.values.map { now.duration(to: $0.next) }.min() ?? Self.pauses.upperBound
            return (free, min(max(next, Self.pauses.lowerBound), Self.pauses.upperBound))
        }
    }

    /// Takes in a look; returns what counts now, nil while nothing does or nobody asks any more.
    func note(_ verdict: Verdict, of query: ProbeQuery) -> Verdict? {
        state.withLock { looks in
            looks[query]?.isUnderWay = false
            looks[query]?.record.note(verdict, threshold: query.failureThreshold)
            return looks[query]?.record.settled
        }
    }
}
