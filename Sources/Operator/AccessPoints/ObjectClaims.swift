import KubeModel
import Rendering
import Synchronization
import TrafficModel

/// Which AccessPoint an object of a member belongs to, so that a second one that renders the same object is told.
///
/// What is written in a member says so itself; this index speaks of what is rendered but not written yet. The first
/// that claims an object keeps it until it no longer renders it or is gone.
final class ObjectClaims: Sendable {
    /// An object in a member.
    struct Identity: Hashable, Sendable {
        var cluster: String
        var kind: TrafficKind
        var key: ObjectKey
    }

    /// An object that another AccessPoint has claimed.
    struct Conflict: Hashable, Sendable {
        var identity: Identity
        var owner: ObjectKey
    }

    fileprivate struct State {
        var owners: [Identity: ObjectKey] = [:]
        var claimed: [ObjectKey: Set<Identity>] = [:]
        var waiting: [ObjectKey: Set<ObjectKey>] = [:]
    }

    private let state = Mutex(State())

    /// Claims exactly these objects, instead of those claimed before, where nobody else has them.
    ///
    /// - Returns: what others have, and who no longer has to wait because a claim of this one fell away.
    func claim(_ wanted: Set<Identity>, for key: ObjectKey) -> (conflicts: [Conflict], freed: Set<ObjectKey>) {
        state.withLock { state in
            let freed = state.release(state.claimed[key, default: []].subtracting(wanted), of: key)
            var conflicts: [Conflict] = []
            for identity in wanted {
                if let owner = state.owners[identity], owner != key {
                    conflicts.append(Conflict(identity: identity, owner: owner))
                    state.waiting[owner, default: []].insert(key)
                } else {
                    state.owners[identity] = key
                    state.claimed[key, default: []].insert(identity)
                }
            }
            conflicts.sort {
                ($0.identity.cluster, $0.identity.kind.kind, $0.identity.key)
                    < ($1.identity.cluster, $1.identity.kind.kind, $1.identity.key)
            }
            return (conflicts, freed)
        }
    }

    /// Drops every claim of an AccessPoint that is gone; returns who waited for it.
    func forget(_ key: ObjectKey) -> Set<ObjectKey> { claim([], for: key).freed }
}

extension ObjectClaims.State {
    fileprivate mutating func release(_ identities: Set<ObjectClaims.Identity>, of key: ObjectKey) -> Set<ObjectKey> {
        guard !identities.isEmpty else { return [] }
        for identity in identities { owners[identity] = nil }
        claimed[key]?.subtract(identities)
        if claimed[key]?.isEmpty ?? false { claimed[key] = nil }
        return waiting.removeValue(forKey: key) ?? []
    }
}
