import AccessPointAPI
import TrafficModel

/// How much a change touches.
public struct BlastRadius: Sendable, Hashable {
    /// How many targets there are.
    public let targets: Int
    /// The targets in which something changes, in byte order.
    public private(set) var touchedTargets: [String] = []
    /// How many objects are added, over all targets.
    public private(set) var added = 0
    /// How many objects are changed, over all targets.
    public private(set) var changed = 0
    /// How many objects are removed, over all targets.
    public private(set) var removed = 0
    private var hostNames: Set<String> = []
    private var zoneNames: Set<String> = []

    init(targets: Int) { self.targets = targets }

    /// The hosts whose traffic can go another way, in byte order: those that the changed objects name, before or after.
    /// An object that names none, such as a Service, stands for all public hosts of its target.
    public var hosts: [String] { Self.sorted(hostNames) }

    /// The availability zones of the touched targets as `region/zone`, in byte order.
    public var zones: [String] { Self.sorted(zoneNames) }

    /// How many objects change, over all targets.
    public var objects: Int { added + changed + removed }

    /// The share of targets in which something changes, rounded up, so that one target is never nothing.
    public var percent: Int { targets == 0 ? 0 : (touchedTargets.count * 100 + targets - 1) / targets }

    mutating func add(
        _ objects: [ObjectChange], in target: TargetFacts, from old: [TrafficObject], to new: [TrafficObject]
    ) {
        guard !objects.isEmpty else { return }
        touchedTargets.append(target.name)
        added += objects.count { $0.change == .added }
        changed += objects.count { $0.change == .changed }
        removed += objects.count { $0.change == .removed }
        zoneNames.insert("\(target.region)/\(target.availabilityZone)")
        for all in [old, new] {
            let touched = all.filter { object in
                objects.contains { $0.kind == object.kind && $0.key == object.key }
            }
            hostNames.formUnion(Self.hosts(of: touched, among: all))
        }
    }

    private static func hosts(of touched: [TrafficObject], among all: [TrafficObject]) -> [String] {
        let own = References(touched)
        var hosts = own.gateways.flatMap(\.hosts) + own.virtualServices.flatMap { $0.hosts.map(\.value) }
        hosts += own.destinationRules.map(\.host) + own.serviceEntries.flatMap(\.hosts)
        if touched.contains(where: { !$0.kind.namesHosts }) { hosts += References(all).publicHosts() }
        return hosts.map(\.text)
    }

    private static func sorted(_ names: Set<String>) -> [String] {
        names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}

extension TrafficKind {
    fileprivate var namesHosts: Bool {
        switch self {
        case .gateway, .virtualService, .destinationRule, .serviceEntry: true
        case .service, .workloadEntry, .sidecar, .authorizationPolicy, .peerAuthentication, .requestAuthentication:
            false
        }
    }
}

extension BlastRadius: CustomStringConvertible {
    /// `1 of 3 targets (34%); objects: 1 added, 2 changed, 0 removed; zones: eu/eu-1; hosts: a.example.com`.
    public var description: String {
        let share = "\(touchedTargets.count) of \(targets) targets (\(percent)%)"
        let parts = "objects: \(added) added, \(changed) changed, \(removed) removed"
        return "\(share); \(parts); zones: \(Self.list(zones)); hosts: \(Self.list(hosts))"
    }

    private static func list(_ names: [String]) -> String {
        guard !names.isEmpty else { return "none" }
        let more = names.count > 8 ? " and \(names.count - 8) more" : ""
        return names.prefix(8).joined(separator: ", ") + more
    }
}
