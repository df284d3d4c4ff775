import KubeModel
import Rendering
import Synchronization
import TrafficModel

/// Which AccessPoint something in a member belongs to, so that a second one that renders the same is told.
///
/// What is written in a member says so itself; this index speaks of what is rendered but not written yet, and of the
/// hosts at gateways, which no object holds alone. The first that claims something keeps it until it no longer renders
/// it or is gone.
final class ObjectClaims: Sendable {
    /// Something in a member that one AccessPoint alone can have.
    struct Identity: Hashable, Sendable {
        enum Thing: Hashable, Sendable {
            case object(TrafficKind, ObjectKey)
            case host(HostClaim)
        }

        var cluster: String
        var thing: Thing

        init(cluster: String, kind: TrafficKind, key: ObjectKey) {
            (self.cluster, thing) = (cluster, .object(kind, key))
        }

        init(cluster: String, host: HostClaim) {
            (self.cluster, thing) = (cluster, .host(host))
        }

        /// The claim of a host; nil for an object.
        var host: HostClaim? {
            guard case .host(let claim) = thing else { return nil }
            return claim
        }
    }

    /// Something that another AccessPoint has claimed.
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

    /// Claims exactly these things instead of those claimed before, or, where somebody has one of them, only what is
    /// held anyway: who is refused must not keep others from what it does not get.
    ///
    /// A host that is held is no conflict: what is rolled out already is never refused for its sake.
    ///
    /// - Returns: what others have, and who no longer has to wait because a claim of this one fell away.
    func claim(_ wanted: Set<Identity>, for key: ObjectKey, holding held: Set<Identity> = []) -> (
        conflicts: [Conflict], freed: Set<ObjectKey>
    ) {
        state.withLock { state in
            var conflicts = wanted.compactMap { identity -> Conflict? in
                guard identity.host == nil || !held.contains(identity) else { return nil }
                return state.owners[identity].flatMap { $0 == key ? nil : Conflict(identity: identity, owner: $0) }
            }
            for conflict in conflicts { state.waiting[conflict.owner, default: []].insert(key) }
            let claimed = (conflicts.isEmpty ? wanted.union(held) : held)
                .filter { state.owners[$0] == nil || state.owners[$0] == key }
            let freed = state.release(state.claimed[key, default: []].subtracting(claimed), of: key)
            for identity in claimed { state.owners[identity] = key }
            state.claimed[key] = claimed.isEmpty ? nil : claimed
            conflicts.sort { $0.identity.order < $1.identity.order }
            return (conflicts, freed)
        }
    }

    /// Notes that an AccessPoint cannot have what another one still holds in a member.
    func wait(_ key: ObjectKey, for owner: ObjectKey) {
        state.withLock { _ = $0.waiting[owner, default: []].insert(key) }
    }

    /// Who waits for something that one of these AccessPoints has, or had.
    func waiters(of owners: Set<ObjectKey>) -> Set<ObjectKey> {
        state.withLock { state in
            owners.reduce(into: []) { $0.formUnion(state.waiting.removeValue(forKey: $1) ?? []) }
        }
    }

    /// Drops every claim of an AccessPoint that is gone; returns who waited for it.
    func forget(_ key: ObjectKey) -> Set<ObjectKey> {
        let freed = claim([], for: key).freed
        return state.withLock { state in
            for owner in Array(state.waiting.keys) {
                state.waiting[owner]?.remove(key)
                if state.waiting[owner]?.isEmpty ?? false { state.waiting[owner] = nil }
            }
            return freed.union(state.waiting.removeValue(forKey: key) ?? [])
        }
    }
}

extension ObjectClaims.Identity {
    /// By cluster, objects before hosts, then by name.
    fileprivate var order: (String, Int, String, String) {
        switch thing {
        case .object(let kind, let key): (cluster, 0, kind.kind, key.description)
        case .host(let claim): (cluster, 1, claim.place, claim.host.text)
        }
    }
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
