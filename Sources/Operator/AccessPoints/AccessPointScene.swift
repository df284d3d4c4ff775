import AccessPointAPI
import JSONValue
import KubeModel
import KubeRuntime
import Logging
import Rendering
import Rollout
import TrafficModel

/// Everything that one decision about an AccessPoint rests on, read once at its beginning.
struct AccessPointScene: Sendable {
    /// What is known of one member at this moment.
    struct Member: Sendable {
        var facts: MemberFacts
        /// The blocks in which its addresses lie; empty: anywhere.
        var addressRanges: [AddressRange] = []
        /// nil while it has no usable credentials.
        var session: MemberSession?
        /// Why it has no usable credentials; nil while that was not looked at, or it has.
        var problem: MemberAccess.Problem?
        var health: MemberHealth
        /// Its MemberCluster is being deleted: nothing is placed there any more, what is there can still be removed.
        var isLeaving = false
    }

    let object: KubeObject
    let metadata: ResourceMetadata
    let identity: RenderIdentity
    /// The spec, or what is wrong with it.
    let spec: Result<AccessPointSpec, FieldErrors>
    let state: RolloutState
    let members: [String: Member]
    /// Why it is not known where the targets of this AccessPoint are; while it is not, nothing counts as left.
    let doubt: String?
    /// The AccessPointTargets of this AccessPoint, by target.
    let assigned: [String: AccessPointTarget]
    /// The revisions that exist, by name.
    let records: [RevisionName: RevisionRecord]
    /// The highest number of a revision that exists, those that this operator cannot read included.
    let highestNumber: Int64
    let now: Timestamp

    var key: ObjectKey { metadata.key }

    var uid: String { identity.uid }

    /// What a log line about this AccessPoint carries.
    func logging(_ more: Logger.Metadata = [:]) -> Logger.Metadata {
        more.merging(["namespace": "\(key.namespace ?? "")", "name": "\(key.name)"]) { own, _ in own }
    }

    /// Reads the scene out of the stores.
    ///
    /// - Throws: where the stored rollout state cannot be read: a journal that is guessed is no journal.
    init(_ object: KubeObject, host: HostStores, registry: MemberRegistry, hubID: String, now: Timestamp)
        throws(StoredFieldError)
    {
        self.object = object
        self.now = now
        metadata = ResourceMetadata(object)
        identity = RenderIdentity(
            namespace: object.namespace ?? "", name: object.name, uid: object.uid ?? "", hub: hubID)
        spec = Result { () throws(FieldErrors) in try AccessPoint.decode(object.json).spec }
        assigned = Self.targets(of: object, host)
        records = Self.records(of: object, host)
        highestNumber =
            host.revisions.list(indexedBy: object.uid ?? "").compactMap { $0.json["revision"]?.integerValue }.max() ?? 0
        let (members, unreadable) = Self.members(host, registry)
        self.members = members
        state = try Self.state(of: object, assigned: assigned, records: records, now: now)
        let planned = state.updateRevision.map { [records] in records[$0]?.plan.targets ?? [] } ?? []
        let known = Set(planned).union(assigned.keys).union(state.rows.keys).union(state.inFlight.keys)
        // What cannot be read and never was a target is as good as not registered; its own condition says why.
        doubt =
            host.memberClusters.isReady
            ? unreadable.filter { known.contains($0.key) }.map { "MemberCluster \($0.key) cannot be read: \($0.value)" }
                .min()
            : "the MemberClusters have not been listed yet"
    }

    /// Whether the cluster of a target can be looked into.
    func reachability(of target: String) -> TargetReachability {
        guard let member = members[target] else { return .unreachable(lastSeen: nil) }
        return member.problem.map { .noAccess("\($0.reason): \($0.message)") } ?? TargetReachability(member.health)
    }

    /// The facts of a target for a revision: those frozen in the revision, else those it was assigned with, else the
    /// present ones.
    func facts(of target: String, in record: RevisionRecord?) -> TargetFacts? {
        record?.facts[target] ?? assigned[target]?.spec.facts
            ?? members[target]?.facts.target(at: (try? spec.get())?.level ?? .availabilityZone)
    }

    /// How many clusters the zone of a target has.
    func clusters(inZoneOf target: String) -> Int {
        guard let own = members[target]?.facts.facts else { return 1 }
        return members.values.filter {
            $0.facts.facts.region == own.region && $0.facts.facts.availabilityZone == own.availabilityZone
        }.count
    }
}

extension AccessPointScene {
    private static func targets(of object: KubeObject, _ host: HostStores) -> [String: AccessPointTarget] {
        var targets: [String: AccessPointTarget] = [:]
        for stored in host.targets.list(indexedBy: HostStores.index(object.key)) {
            // A target of an AccessPoint that had this name before is not ours.
            guard stored.ownerReferences.contains(where: { $0.uid == object.uid }),
                let target = try? AccessPointTarget.decode(stored.json)
            else { continue }
            targets[target.spec.clusterName] = target
        }
        return targets
    }

    private static func records(of object: KubeObject, _ host: HostStores) -> [RevisionName: RevisionRecord] {
        var records: [RevisionName: RevisionRecord] = [:]
        for stored in host.revisions.list(indexedBy: object.uid ?? "") {
            guard let record = RevisionRecord(stored) else { continue }
            records[record.name] = record
        }
        return records
    }

    private static func members(_ host: HostStores, _ registry: MemberRegistry) -> (
        [String: Member], unreadable: [String: String]
    ) {
        var members: [String: Member] = [:]
        var unreadable: [String: String] = [:]
        for stored in host.memberClusters.list() {
            let cluster: MemberCluster
            do {
                cluster = try MemberCluster.decode(stored.json)
            } catch {
                unreadable[stored.name] = "\(error)"
                continue
            }
            let session = registry.session(stored.name)
            members[stored.name] = Member(
                facts: MemberFacts(cluster), addressRanges: cluster.spec.addressRanges.compactMap { AddressRange($0) },
                session: session,
                problem: session == nil ? registry.problem(stored.name) : nil,
                health: session?.health ?? MemberHealth(uid: cluster.status.clusterUID),
                isLeaving: stored.isBeingDeleted)
        }
        return (members, unreadable)
    }

    private static func state(
        of object: KubeObject, assigned: [String: AccessPointTarget], records: [RevisionName: RevisionRecord],
        now: Timestamp
    ) throws(StoredFieldError) -> RolloutState {
        if object.status?["rollout"] == nil, !assigned.isEmpty {
            // Status was lost: what each target was assigned still stands in its own object.
            let completed = records.values.filter { $0.outcome == .completed }.map(\.name).max { $0.number < $1.number }
            let revisions = assigned.compactMapValues { $0.spec.revision.flatMap(RevisionName.init) }
            return RolloutState.recovered(assigned: revisions, completed: completed, now: now)
        }
        return try RolloutState(status: object.status)
    }
}
