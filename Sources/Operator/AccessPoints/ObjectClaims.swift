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
    /// Something that another AccessPoint has claimed.
    struct Conflict: Hashable, Sendable {
        var identity: ClaimIdentity
        var owner: ObjectKey
    }

    /// A server of one AccessPoint that meets one of another on the same pods, so that one of the two is skipped.
    struct Meeting: Hashable, Sendable {
        var cluster: String
        var server: ServerClaim
        var rival: ServerClaim
        var owner: ObjectKey
    }

    /// What comes of a claim.
    struct Answer: Sendable {
        /// What others have.
        var conflicts: [Conflict] = []
        /// The hosts that are held, and that others have all the same: no conflict, but two serve them.
        var shared: [Conflict] = []
        /// What is claimed, and meets servers of others; the first of them.
        var meetings: [Meeting] = []
        /// Who has to look again: a claim of this one fell away that it waits for, or meets one of its own.
        var freed: Set<ObjectKey> = []
    }

    /// A port and host of one cluster.
    fileprivate struct Spot: Hashable {
        var cluster: String
        var place: TLSServerPlace
    }

    fileprivate struct State {
        /// The servers at a spot, of all AccessPoints, each with its owner.
        var servers: [Spot: [ServerClaim: ObjectKey]] = [:]
        /// The owners of everything else.
        var owners: [ClaimIdentity: ObjectKey] = [:]
        var claimed: [ObjectKey: Set<ClaimIdentity>] = [:]
        var waiting: [ObjectKey: Set<ObjectKey>] = [:]
    }

    private let state = Mutex(State())

    /// Claims exactly these things instead of those claimed before, or, where somebody has one of them, only what is
    /// held anyway: who is refused must not keep others from what it does not get.
    ///
    /// A host that is held is no conflict: what is rolled out already is never refused for its sake. A server is none
    /// either: whether others have pods in common with it cannot be told for certain.
    ///
    /// Where `isRolledOut`, targets have what is wanted already, and of one that joins only the hosts that others have
    /// are left out. That is one claim: what is let go of and taken anew would wake others each time.
    func claim(
        _ wanted: Set<ClaimIdentity>, for key: ObjectKey, holding held: Set<ClaimIdentity> = [],
        isRolledOut: Bool = false
    ) -> Answer {
        state.withLock { state in
            var conflicts = wanted.compactMap { identity -> Conflict? in
                guard identity.server == nil, identity.host == nil || !held.contains(identity) else { return nil }
                return state.owners[identity].flatMap { $0 == key ? nil : Conflict(identity: identity, owner: $0) }
            }
            // Who lets go of such a host leaves it to this one.
            var shared = wanted.intersection(held).compactMap { identity -> Conflict? in
                guard identity.host != nil, let owner = state.owners[identity], owner != key else { return nil }
                return Conflict(identity: identity, owner: owner)
            }
            for conflict in conflicts + shared { state.waiting[conflict.owner, default: []].insert(key) }
            let isRefused = conflicts.contains { !isRolledOut || $0.identity.host == nil }
            let claimed = (isRefused ? held : wanted.union(held))
                .filter { state.owner(of: $0).map { $0 == key } ?? true }
            let former = state.claimed[key, default: []]
            var freed: Set<ObjectKey> = []
            // Most evaluations find everything as it was.
            if claimed != former {
                freed = state.release(former.subtracting(claimed), of: key)
                state.take(claimed, for: key)
            }
            conflicts.sort { $0.identity.order < $1.identity.order }
            shared.sort { $0.identity.order < $1.identity.order }
            let meetings = state.meetings(of: claimed, key)
            for meeting in meetings {
                state.waiting[meeting.owner, default: []].insert(key)
                if !former.contains(ClaimIdentity(cluster: meeting.cluster, server: meeting.server)) {
                    freed.insert(meeting.owner)
                }
            }
            return Answer(
                conflicts: conflicts, shared: shared, meetings: Array(meetings.prefix(TrafficCheck.limit)), freed: freed
            )
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

extension ClaimIdentity {
    /// By cluster, objects before hosts and servers, then by name.
    fileprivate var order: (String, Int, String, String) {
        switch thing {
        case .object(let kind, let key): (cluster, 0, kind.kind, key.description)
        case .host(let claim): (cluster, 1, claim.place, claim.host.text)
        // Servers are no conflicts, which alone are sorted.
        case .server(let claim): (cluster, 2, claim.gateway.description, claim.place.description)
        }
    }

    fileprivate var spot: ObjectClaims.Spot? { server.map { .init(cluster: cluster, place: $0.place) } }
}

extension ObjectClaims.State {
    fileprivate func owner(of identity: ClaimIdentity) -> ObjectKey? {
        guard let server = identity.server, let spot = identity.spot else { return owners[identity] }
        return servers[spot]?[server]
    }

    fileprivate mutating func release(_ identities: Set<ClaimIdentity>, of key: ObjectKey) -> Set<ObjectKey> {
        guard !identities.isEmpty else { return [] }
        for identity in identities {
            guard let server = identity.server, let spot = identity.spot else {
                owners[identity] = nil
                continue
            }
            servers[spot]?[server] = nil
            if servers[spot]?.isEmpty ?? false { servers[spot] = nil }
        }
        claimed[key]?.subtract(identities)
        if claimed[key]?.isEmpty ?? false { claimed[key] = nil }
        return waiting.removeValue(forKey: key) ?? []
    }

    fileprivate mutating func take(_ identities: Set<ClaimIdentity>, for key: ObjectKey) {
        for identity in identities {
            guard let server = identity.server, let spot = identity.spot else {
                owners[identity] = key
                continue
            }
            servers[spot, default: [:]][server] = key
        }
        claimed[key] = identities.isEmpty ? nil : identities
    }

    /// The servers of others that meet these, in a fixed order.
    fileprivate func meetings(of identities: Set<ClaimIdentity>, _ key: ObjectKey) -> [ObjectClaims.Meeting] {
        let found = identities.flatMap { identity -> [ObjectClaims.Meeting] in
            guard let server = identity.server, let rivals = identity.spot.flatMap({ servers[$0] }), rivals.count > 1
            else { return [] }
            return rivals.filter { $0.value != key && server.meets($0.key) }.map { rival, owner in
                ObjectClaims.Meeting(cluster: identity.cluster, server: server, rival: rival, owner: owner)
            }
        }
        return found.sorted { $0.order < $1.order }
    }
}

extension ObjectClaims.Meeting {
    fileprivate var order: (String, String, String, String) {
        (cluster, server.gateway.description, server.place.description, rival.gateway.description)
    }
}
