import KubeModel
import Synchronization

/// What was last read of the things in one member that the operator refers to but does not own.
///
/// Readers say what they need; a poll keeps exactly that current, and who needs it is told when an answer changes.
final class FactBook<Query: Hashable & Sendable, Answer: Hashable & Sendable>: Sendable {
    private struct State {
        var needs: [ObjectKey: Set<Query>] = [:]
        var answers: [Query: Answer] = [:]
    }

    private let state = Mutex(State())
    private let wake: @Sendable () -> Void

    /// - Parameter wake: called when something is needed that has never been read.
    init(wake: @escaping @Sendable () -> Void) {
        self.wake = wake
    }

    /// Everything that is known, whoever needs it.
    var answers: [Query: Answer] { state.withLock { $0.answers } }

    /// Sets what one AccessPoint needs, instead of what it needed before, and returns what is known of it.
    func need(_ queries: Set<Query>, for key: ObjectKey) -> [Query: Answer] {
        let (known, isNew) = state.withLock { state in
            let isNew = queries.contains { state.answers[$0] == nil && !(state.needs[key]?.contains($0) ?? false) }
            state.needs[key] = queries.isEmpty ? nil : queries
            return (state.answers.filter { queries.contains($0.key) }, isNew)
        }
        if isNew { wake() }
        return known
    }

    /// One AccessPoint needs nothing any more.
    func withdraw(_ key: ObjectKey) { state.withLock { $0.needs[key] = nil } }

    /// Everything that anybody needs now; answers that nobody needs any more are dropped.
    func needed() -> Set<Query> {
        state.withLock { state in
            let all = state.needs.values.reduce(into: Set<Query>()) { $0.formUnion($1) }
            state.answers = state.answers.filter { all.contains($0.key) }
            return all
        }
    }

    /// Takes in answers and returns the AccessPoints for which one of them changed.
    func answered(_ answers: [Query: Answer]) -> Set<ObjectKey> {
        state.withLock { state in
            let changed = Set(answers.filter { state.answers[$0.key] != $0.value }.keys)
            state.answers.merge(answers) { _, new in new }
            return Set(state.needs.filter { !$0.value.isDisjoint(with: changed) }.keys)
        }
    }
}
