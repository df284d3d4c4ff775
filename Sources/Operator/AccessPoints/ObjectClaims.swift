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
        /// What the other one has claimed: the same, or a host that has requests in common with this one.
        var claimed: Identity
    }

    fileprivate struct State {
        /// A place of a cluster at which routes meet.
        struct Corner: Hashable {
            var cluster: String
            var place: String
        }

        var owners: [Identity: ObjectKey] = [:]
        var hosts: [Corner: Set<HostName>] = [:]
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
                return state.rival(of: identity, for: key)
            }
            for conflict in conflicts { state.waiting[conflict.owner, default: []].insert(key) }
            let claimed = (conflicts.isEmpty ? wanted.union(held) : held)
                .filter { state.owners[$0] == nil || state.owners[$0] == key }
            let freed = state.release(state.claimed[key, default: []].subtracting(claimed), of: key)
            for identity in claimed where state.owners[identity] == nil { state.take(identity, for: key) }
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
    /// What another AccessPoint has that keeps this one from something; nil where nothing does.
    ///
    /// It costs no walk through the claims of others: a host is looked up by its name and those of the wildcards that
    /// cover it, and only a wildcard is compared with the hosts of its own gateway.
    fileprivate func rival(of identity: ObjectClaims.Identity, for key: ObjectKey) -> ObjectClaims.Conflict? {
        func conflict(_ other: ObjectClaims.Identity) -> ObjectClaims.Conflict? {
            guard let owner = owners[other], owner != key else { return nil }
            return ObjectClaims.Conflict(identity: identity, owner: owner, claimed: other)
        }
        guard let claim = identity.host, claim.meetsWildcards, owners[identity] == nil else {
            return conflict(identity)
        }
        func other(_ host: HostName) -> ObjectClaims.Identity {
            .init(cluster: identity.cluster, host: HostClaim(place: claim.place, host: host))
        }
        if let found = claim.covering.lazy.compactMap({ conflict(other($0.host)) }).first { return found }
        guard claim.host.isWildcard else { return nil }
        let there = hosts[Corner(cluster: identity.cluster, place: claim.place)] ?? []
        return there.filter { $0.isCovered(by: claim.host) }.sorted().lazy.compactMap { conflict(other($0)) }.first
    }

    fileprivate mutating func take(_ identity: ObjectClaims.Identity, for key: ObjectKey) {
        owners[identity] = key
        guard let claim = identity.host, claim.meetsWildcards else { return }
        hosts[Corner(cluster: identity.cluster, place: claim.place), default: []].insert(claim.host)
    }

    fileprivate mutating func release(_ identities: Set<ObjectClaims.Identity>, of key: ObjectKey) -> Set<ObjectKey> {
        guard !identities.isEmpty else { return [] }
        for identity in identities {
            owners[identity] = nil
            guard let claim = identity.host, claim.meetsWildcards else { continue }
            let corner = Corner(cluster: identity.cluster, place: claim.place)
            hosts[corner]?.remove(claim.host)
            if hosts[corner]?.isEmpty ?? false { hosts[corner] = nil }
        }
        claimed[key]?.subtract(identities)
        if claimed[key]?.isEmpty ?? false { claimed[key] = nil }
        return waiting.removeValue(forKey: key) ?? []
    }
}
