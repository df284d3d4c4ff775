import DNSClient
import KubeModel
import KubeRuntime
import Synchronization

/// Looks a name up for as long as anybody needs it, no more often than its answers hold.
final class NameLookup: Reconciler {
    /// What is asked: answers and failures of a resolver.
    typealias Resolve = @Sendable (DNSQuestion) async -> Result<DNSAnswer, DNSFailure>

    /// The longest time between two look-ups of a name, whatever its time to live.
    static let longest: Duration = .seconds(300)

    /// What was heard last, by name.
    let book: FactBook<String, NameAnswer>
    private let resolve: Resolve
    private let shortest: Duration
    private let now: @Sendable () -> Timestamp
    private let changed: @Sendable (Set<ObjectKey>) -> Void
    private let looked: @Sendable (NameAnswer) -> Void
    private let lastHeard = Mutex<[String: Timestamp]>([:])

    /// - Parameters:
    ///   - shortest: the least time between two look-ups of a name.
    ///   - now: what time it is.
    ///   - resolve: asks the resolvers.
    ///   - changed: is told who needs a name of which the answer is another than before.
    ///   - looked: is told every answer.
    init(
        shortest: Duration, now: @escaping @Sendable () -> Timestamp, resolve: @escaping Resolve,
        changed: @escaping @Sendable (Set<ObjectKey>) -> Void,
        looked: @escaping @Sendable (NameAnswer) -> Void = { _ in }
    ) {
        book = FactBook(wake: {})
        self.shortest = shortest
        self.now = now
        self.resolve = resolve
        self.changed = changed
        self.looked = looked
    }

    func reconcile(_ name: String) async -> Outcome {
        guard book.needed().contains(name), let four = DNSQuestion(name, .a), let six = DNSQuestion(name, .aaaa) else {
            lastHeard.withLock { $0[name] = nil }
            return .done
        }
        async let first = resolve(four)
        async let second = resolve(six)
        var answer = NameAnswer(four: await first, six: await second)
        guard !Task.isCancelled else { return .done }
        looked(answer)
        if answer.failure == nil {
            let time = now()
            lastHeard.withLock { $0[name] = time }
        } else {
            answer.lastHeard = lastHeard.withLock { $0[name] }
        }
        // How long an answer holds is no news.
        let concerned = book.answered([name: answer.withoutTimes])
        if !concerned.isEmpty { changed(concerned) }
        return .requeue(after: min(max(.seconds(Int64(answer.secondsToLive)), shortest), Self.longest))
    }
}

extension NameAnswer {
    /// The same answer, whenever it was given: resolvers count down the time that is left, and turn the addresses.
    fileprivate var withoutTimes: NameAnswer {
        func settled(_ answer: Result<DNSAnswer, DNSFailure>) -> Result<DNSAnswer, DNSFailure> {
            answer.map { answer in
                var answer = answer
                answer.secondsToLive = 0
                answer.addresses.sort { $0.bytes.lexicographicallyPrecedes($1.bytes) }
                return answer
            }
        }
        return NameAnswer(four: settled(four), six: settled(six), lastHeard: lastHeard)
    }
}
