public import AccessPointAPI

/// The clusters to which an AccessPoint belongs.
public struct PlacementDecision: Sendable, Hashable {
    /// The targets, in byte order of their names.
    public let targets: [TargetFacts]
    /// What is wrong or remarkable.
    public let problems: [PlacementProblem]

    /// Whether the targets are certain. Otherwise the targets before must be kept: an error never withdraws anything.
    public var isCertain: Bool { !problems.contains(where: \.isError) }
}

/// Finds the targets of an AccessPoint among the registered clusters.
///
/// The scope is an outer bound, the placement chooses inside it. With level Cluster every chosen cluster is a target.
/// With level AvailabilityZone a zone that has a cluster in the scope has one target, its cluster of role Gateway; the
/// placement's selector and exclusions then speak of that gateway cluster, as the selectors of overrides and waves do.
/// A zone whose gateway cluster is excluded, or not selected, is left out; a zone without any, or with two, is an error.
/// Zones are told apart by region and name.
///
/// If an entry of the template has the placement EveryCluster, the other clusters of each such zone that scope and
/// placement choose are targets too, marked as such: they get only the entries of that placement.
public enum PlacementResolver {
    /// Resolves scope and placement.
    /// - Parameters:
    ///   - spec: the AccessPoint's spec; its scope and placement are read.
    ///   - members: every registered cluster; their order does not matter.
    /// - Returns: targets and problems, both in a fixed order.
    public static func resolve(_ spec: AccessPointSpec, members: [MemberFacts]) -> PlacementDecision {
        let members = members.sorted { $0.facts.name.utf8.lexicographicallyPrecedes($1.facts.name.utf8) }
        let scoped = members.filter { spec.scope?.contains($0.facts) ?? true }
        var problems = unknownNames(in: spec, members)
        let targets: [TargetFacts]
        switch spec.level {
        case .cluster: targets = scoped.map(\.facts).filter { spec.policy.placement?.chooses($0) ?? true }
        case .availabilityZone:
            let found = gateways(of: scoped, spec, all: members)
            targets = found.targets
            problems += found.problems
        }
        if targets.isEmpty, !problems.contains(where: \.isError) {
            problems.append(
                PlacementProblem(
                    .placementEmpty, path: "spec.scope",
                    "none of the \(members.count) registered clusters is chosen; widen spec.scope or "
                        + "spec.policy.placement, or register clusters"))
        }
        return PlacementDecision(targets: targets, problems: problems)
    }

    /// A zone; the same name in two regions means two zones.
    private struct Zone: Hashable {
        let region: String
        let name: String

        init(_ facts: TargetFacts) {
            region = facts.region
            name = facts.availabilityZone
        }
    }

    private static func gateways(
        of scoped: [MemberFacts], _ spec: AccessPointSpec, all members: [MemberFacts]
    ) -> (targets: [TargetFacts], problems: [PlacementProblem]) {
        var (targets, problems) = ([TargetFacts](), [PlacementProblem]())
        let goesEverywhere = spec.trafficTemplate.contains { $0.placement == .everyCluster }
        var seen: Set<Zone> = []
        for zone in scoped.map({ Zone($0.facts) }) where seen.insert(zone).inserted {
            let here = scoped.filter { Zone($0.facts) == zone }
            let gateways = here.filter { $0.role == .gateway }.map(\.facts)
            let chosen = gateways.filter { spec.policy.placement?.chooses($0) ?? true }
            if let target = chosen.first, chosen.count == 1 {
                targets.append(target)
                if goesEverywhere {
                    targets += here.filter { $0.role != .gateway && spec.chooses($0.facts) }
                        .map { $0.target(at: spec.level) }
                }
            } else if chosen.count > 1 {
                problems.append(
                    PlacementProblem(
                        .gatewayAmbiguous, path: "spec.scope",
                        "zone \(zone.name) of region \(zone.region) has \(chosen.count) gateway clusters ("
                            + chosen.map(\.name).joined(separator: ", ")
                            + "); set role Member on all but one, or exclude the others in spec.policy.placement"))
            } else if gateways.isEmpty, here.contains(where: { spec.policy.placement?.chooses($0.facts) ?? true }) {
                let outside = members.first { $0.role == .gateway && Zone($0.facts) == zone }
                problems.append(
                    PlacementProblem(
                        .gatewayMissing, path: "spec.scope",
                        "zone \(zone.name) of region \(zone.region) has no gateway cluster"
                            + (outside.map { " in the scope; add \($0.facts.name) to spec.scope.clusters" }
                                ?? "; set role Gateway on one of its MemberClusters, or exclude the zone")))
            }
        }
        targets.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        return (targets, problems)
    }

    private static func unknownNames(in spec: AccessPointSpec, _ members: [MemberFacts]) -> [PlacementProblem] {
        var problems: [PlacementProblem] = []
        func check(
            _ names: [String], _ known: KeyPath<TargetFacts, String>, _ code: PlacementProblem.Code, isError: Bool,
            at path: String, _ what: String
        ) {
            for (index, name) in names.enumerated()
            where !members.contains(where: { $0.facts[keyPath: known].utf8.elementsEqual(name.utf8) }) {
                problems.append(
                    PlacementProblem(
                        code, isError: isError, path: "\(path)[\(index)]",
                        "no registered cluster \(what) \(Excerpt.of(name)); correct the name"
                            + (isError ? " or register the cluster" : " or remove the entry")))
            }
        }
        let scope = spec.scope ?? Scope()
        check(scope.regions, \.region, .regionUnknown, isError: true, at: "spec.scope.regions", "is in region")
        check(
            scope.availabilityZones, \.availabilityZone, .availabilityZoneUnknown, isError: true,
            at: "spec.scope.availabilityZones", "is in zone")
        check(scope.clusters, \.name, .clusterUnknown, isError: true, at: "spec.scope.clusters", "is named")
        let exclude = spec.policy.placement?.exclude ?? Placement.Exclusion()
        // Nothing is hindered by these, but a misspelt exclusion is a cluster that is written to.
        let path = "spec.policy.placement.exclude"
        check(
            exclude.availabilityZones, \.availabilityZone, .excludedUnknown, isError: false,
            at: "\(path).availabilityZones", "is in zone")
        check(exclude.clusters, \.name, .excludedUnknown, isError: false, at: "\(path).clusters", "is named")
        return problems
    }
}
