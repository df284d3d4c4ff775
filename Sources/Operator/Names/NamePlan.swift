import AccessPointAPI
import KubeModel

/// One target as names see it.
struct NameTarget: Sendable, Hashable {
    var name: String
    /// Addresses of its load balancers, IP addresses and host names.
    var addresses: [String]
    /// Whether it is in service; nil: that cannot be told.
    var inService: Bool?
    var weight: Int
    /// Whether the list of its addresses may have been cut to fit into a status.
    var isCut = false
    /// Addresses that its Services had and have no more; a cloud may give them to somebody else.
    var lost: [String] = []
}

/// Which records the names of a NameService have: a pure function of its targets and of the records before.
///
/// A target in service has its addresses, one that is not has none, and one of which that cannot be told keeps what it
/// had, but for addresses that it is known to have lost. Where that would leave nothing, the records before stay: a name
/// that leads nowhere helps nobody.
struct NamePlan: Sendable, Hashable {
    /// The records, by target and type.
    private(set) var records: [NameRecord]
    /// Whether no target is in service, and the records before stay for that alone.
    private(set) var isHeld = false
    /// Targets that have no records because a name that has addresses can have no CNAME record, and that only one
    /// (RFC 1034 section 3.6.2).
    private(set) var leftOut: [String] = []

    /// Plans the records.
    ///
    /// - Parameters:
    ///   - targets: all targets, each once.
    ///   - held: the records before.
    ///   - isWeighted: whether the provider keeps the record sets of targets apart.
    init(targets: [NameTarget], held: [NameRecord], isWeighted: Bool) {
        var (serving, unknown): ([NameRecord], [NameRecord]) = ([], [])
        for target in targets where target.inService != false {
            let before = held.filter { $0.target == target.name }.map {
                NameRecord(target: $0.target, type: $0.type, values: $0.values, weight: target.weight)
            }
            if target.inService == nil {
                unknown += Self.kept(before, of: target)
            } else {
                serving += Self.isWhole(target, before) ? Self.records(of: target) : before
            }
        }
        records = serving + unknown
        // What serves decides between addresses and aliases, and first what was published of it: neither who comes new
        // nor who does not answer takes a name from those that it leads to.
        let standing = serving.filter { record in
            held.contains { $0.target == record.target && $0.isAlias == record.isAlias }
        }
        let deciding = [standing, serving, unknown].first { !$0.isEmpty } ?? []
        let areAliases = deciding.allSatisfy(\.isAlias)
        leaveOut { $0.isAlias != areAliases }
        if areAliases, !isWeighted, records.count > 1 {
            // The one that is there stays, so that a name does not lead elsewhere without need.
            let names = records.map(\.target)
            let kept = held.first { $0.isAlias && names.contains($0.target) }?.target ?? names.min()
            leaveOut { $0.target != kept }
        }
        if records.isEmpty, !held.isEmpty { (records, isHeld) = (held, true) }
        records.sort { ($0.target, $0.type.rawValue) < ($1.target, $1.type.rawValue) }
        leftOut.sort()
    }

    /// What a target of which it cannot be told whether it serves keeps of its records.
    private static func kept(_ before: [NameRecord], of target: NameTarget) -> [NameRecord] {
        let lost = Set(target.lost.map { IPAddress($0)?.description ?? $0 })
        return before.compactMap { record in
            var record = record
            record.values.removeAll(where: lost.contains)
            return record.values.isEmpty ? nil : record
        }
    }

    private mutating func leaveOut(_ isLeftOut: (NameRecord) -> Bool) {
        leftOut += Set(records.filter(isLeftOut).map(\.target))
        records.removeAll(where: isLeftOut)
    }

    /// Whether a target shows all its addresses: one address of several that it had may be what was left of the list.
    private static func isWhole(_ target: NameTarget, _ before: [NameRecord]) -> Bool {
        let known = Set(before.flatMap(\.values))
        return !target.isCut || !known.isStrictSuperset(of: target.addresses)
    }

    /// The records of a target in service: its IP addresses, or else its first host name.
    private static func records(of target: NameTarget) -> [NameRecord] {
        let addresses = target.addresses.compactMap { IPAddress($0) }
        func record(_ type: NameRecord.Form, _ values: [String]) -> [NameRecord] {
            let values = Array(Set(values).sorted().prefix(NameRecord.valueLimit))
            return values.isEmpty
                ? [] : [NameRecord(target: target.name, type: type, values: values, weight: target.weight)]
        }
        guard addresses.isEmpty else {
            return record(.a, addresses.filter { !$0.isIPv6 }.map(\.description))
                + record(.aaaa, addresses.filter(\.isIPv6).map(\.description))
        }
        return record(.cname, target.addresses.min().map { [$0] } ?? [])
    }
}

extension NameRecord {
    fileprivate var isAlias: Bool { type == .cname }
}

extension NameTarget {
    /// The targets of an AccessPoint as its status shows them.
    static func targets(of status: AccessPointStatus, _ names: NameRecords) -> [NameTarget] {
        status.clusters.map { row in
            let facts = TargetFacts(name: row.name, region: row.region, availabilityZone: row.availabilityZone)
            return NameTarget(
                name: row.name, addresses: row.addresses.map(\.value), inService: row.inService,
                weight: names.weight(of: facts), isCut: status.summary.truncated == true && row.addresses.count == 1,
                lost: row.lostAddresses.map(\.value).filter { lost in !row.addresses.contains { $0.value == lost } })
        }
    }

    /// The addresses that a person gives.
    static func targets(of spec: NameServiceSpec) -> [NameTarget] {
        spec.addresses.map { address in
            let facts = TargetFacts(name: address.name, region: "", availabilityZone: "")
            return NameTarget(
                name: address.name, addresses: [address.value], inService: true,
                weight: address.weight ?? spec.names.weight(of: facts))
        }
    }
}
