import KubeModel
import Synchronization

/// What was last read of the things in one member that the operator refers to but does not own.
///
/// Readers say what they need; a poll keeps exactly that current, and who needs it is told when an answer changes.
final class FactBook<Query: Hashable & Sendable, Answer: Hashable & Sendable>: Sendable {
    private struct State {
        var needs: [ObjectKey: Set<Query>] = [:]
        var answers: [Query: Answer] = [:]
        /// How many renewals there had been when an answer was asked for.
        var asked: [Query: Int] = [:]
        /// How many there must have been for an answer to be current: for all, and for one who needs it.
        var floor = 0
        var renewals: [ObjectKey: Int] = [:]
        var count = 0

        func isCurrent(_ query: Query, for key: ObjectKey, since floor: Int? = nil) -> Bool {
            asked[query].map { $0 >= max(floor ?? self.floor, renewals[key] ?? 0) } ?? false
        }
    }

    private let state = Mutex(State())
    private let wake: @Sendable () -> Void

    /// - Parameter wake: called when something is needed that has never been read, or not since it was to be renewed.
    init(wake: @escaping @Sendable () -> Void) {
        self.wake = wake
    }

    /// Everything that is known, whoever needs it.
    var answers: [Query: Answer] { state.withLock { $0.answers } }

    /// Sets what one AccessPoint needs, instead of what it needed before, and returns what is known of it.
    func need(_ queries: Set<Query>, for key: ObjectKey) -> [Query: Answer] {
        let (known, isNew) = state.withLock { state in
            let isNew = queries.contains {
                !state.isCurrent($0, for: key) && !(state.needs[key]?.contains($0) ?? false)
            }
            state.needs[key] = queries.isEmpty ? nil : queries
            return (state.answers.filter { queries.contains($0.key) }, isNew)
        }
        if isNew { wake() }
        return known
    }

    /// One AccessPoint needs nothing any more.
    func withdraw(_ key: ObjectKey) {
        state.withLock { ($0.needs[key], $0.renewals[key]) = (nil, nil) }
    }

    /// Makes everything be read again, for one AccessPoint or for all: what is known until then stands, and is not current.
    func renew(for key: ObjectKey? = nil) {
        state.withLock { state in
            state.count += 1
            if let key { state.renewals[key] = state.count } else { state.floor = state.count }
        }
        wake()
    }

    /// Which of these answers were asked for since the last renewal for an AccessPoint.
    ///
    /// - Parameters:
    ///   - queries: what is asked about.
    ///   - key: the AccessPoint.
    ///   - isOwn: whether only its own renewals count, and not those for all.
    /// - Returns: those that were.
    func current(_ queries: Set<Query>, for key: ObjectKey, isOwn: Bool = false) -> Set<Query> {
        state.withLock { state in queries.filter { state.isCurrent($0, for: key, since: isOwn ? 0 : nil) } }
    }

    /// What somebody needs that is not known, or not current.
    func due() -> Set<Query> {
        state.withLock { state in
            state.needs.reduce(into: []) { due, need in
                due.formUnion(need.value.filter { !state.isCurrent($0, for: need.key) })
            }
        }
    }

    /// The renewals so far; to be taken before something is asked.
    var renewals: Int { state.withLock { $0.count } }

    /// Everything that anybody needs now; answers that nobody needs any more are dropped.
    func needed() -> Set<Query> {
        state.withLock { state in
            let all = state.needs.values.reduce(into: Set<Query>()) { $0.formUnion($1) }
            state.answers = state.answers.filter { all.contains($0.key) }
            state.asked = state.asked.filter { all.contains($0.key) }
            return all
        }
    }

    /// Takes in answers.
    ///
    /// - Parameters:
    ///   - answers: what was read.
    ///   - renewals: how many there had been before it was asked for; nil: as many as now.
    /// - Returns: the AccessPoints for which one of them changed or has become current.
    func answered(_ answers: [Query: Answer], askedAfter renewals: Int? = nil) -> Set<ObjectKey> {
        state.withLock { state in
            let before = state
            for (query, answer) in answers {
                (state.answers[query], state.asked[query]) = (answer, renewals ?? state.count)
            }
            return Set(
                state.needs.filter { key, needed in
                    answers.keys.contains { query in
                        needed.contains(query)
                            && (before.answers[query] != state.answers[query]
                                || !before.isCurrent(query, for: key) && state.isCurrent(query, for: key))
                    }
                }.keys)
        }
    }
}
