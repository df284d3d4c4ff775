import AccessPointAPI
import JSONValue
import KubeModel
import Rollout

/// Makes the status of an AccessPoint from what is known of it.
///
/// A pure function: the same input gives the same bytes, `now` appears only where something has changed since the
/// status before, and nothing in the output ages.
enum StatusAggregator {
    /// The whole `.status`.
    ///
    /// - Parameters:
    ///   - input: everything that is known now.
    ///   - previous: the status that is stored.
    ///   - now: host time.
    /// - Returns: the status, with the rollout's state as it was committed.
    static func status(_ input: StatusInput, previous: AccessPointStatus, now: Timestamp) -> JSONValue {
        let rows = Dictionary(previous.clusters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let sights = ordered(input).map { TargetSight($0, input, previous: rows[$0.facts.name]) }
        let placed = sights.filter(\.input.isPlaced)
        let traffic = TrafficSummary(placed, previous: previous)
        var status = AccessPointStatus()
        status.observedGeneration = input.generation
        status.conditions = StatusConditions(input, placed, previous: previous.conditions)
            .conditions(staleness: traffic.staleness, now: now)
        status.clusters = sights.map { $0.row(staleness: traffic.staleness[$0.name], now: now) }
        status.fqdns = input.names?.merged(into: traffic.fqdns) ?? traffic.fqdns
        status.certificates = traffic.certificates
        status.routes = traffic.routes
        status.history = Array((input.history ?? previous.history).prefix(50))
        status.summary = summary(placed, status)
        if traffic.isCut || sights.contains(where: \.isCut) { status.summary.truncated = true }
        return StatusDocument(input, previous: previous, sights: sights).json(status)
    }

    /// The targets in the order of the plan, others behind them by name; with one for each that only the state knows.
    private static func ordered(_ input: StatusInput) -> [TargetInput] {
        var places: [String: Int] = [:]
        for name in input.plan?.steps.flatMap(\.targets) ?? [] where places[name] == nil { places[name] = places.count }
        let known = Set(input.targets.map(\.facts.name))
        let remembered = Set(input.rollout?.rows.keys.map(\.self) ?? [])
            .union(input.rollout?.inFlight.keys.map(\.self) ?? []).subtracting(known)
        let others = remembered.map { name in
            var target = TargetInput(TargetFacts(name: name, region: "", availabilityZone: ""))
            target.isPlaced = false
            return target
        }
        return (input.targets + others).sorted { left, right in
            let (one, other) = (places[left.facts.name] ?? .max, places[right.facts.name] ?? .max)
            guard one == other else { return one < other }
            return left.facts.name.utf8.lexicographicallyPrecedes(right.facts.name.utf8)
        }
    }

    private static func summary(_ placed: [TargetSight], _ status: AccessPointStatus) -> StatusSummary {
        var summary = StatusSummary()
        let rows = Dictionary(status.clusters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        summary.targets = placed.count
        summary.updated = placed.count(where: \.isUpdated)
        summary.available = placed.count { $0.isInService == true }
        summary.failed = placed.count { rows[$0.name]?.phase == .failed }
        var addresses: [String] = []
        // Those of clusters that are away are remembered only, and come last.
        let away = status.clusters.filter { $0.phase == .unreachable }
        let present = status.clusters.filter { $0.phase != .unreachable }
        for address in (present + away).flatMap(\.addresses) where !addresses.contains(address.value) {
            addresses.append(address.value)
        }
        summary.vips = first(of: addresses)
        summary.fqdn = first(of: status.fqdns.map(\.hostname))
        return summary
    }

    private static func first(of texts: [String]) -> String {
        guard let first = texts.first else { return "" }
        return texts.count > 1 ? "\(first) (+\(texts.count - 1))" : first
    }
}
