import AccessPointAPI
import JSONValue
import KubeModel
import Rendering

/// Targets that are made up so that a spec can be rendered where no clusters are known.
enum SampleTargets {
    /// A target within the scope, and one for each override that chooses its targets, so that every override is applied.
    ///
    /// Each has every label that the spec reads, with the value `sample` unless a selector asks for another.
    static func of(_ spec: AccessPointSpec) -> [TargetFacts] {
        let first = target("sample", spec, nil)
        let others = spec.overrides.compactMap { override in
            override.targets.map { target("sample-\(override.name)", spec, $0) }
        }
        guard spec.trafficTemplate.contains(where: { $0.placement != nil }) else { return [first] + others }
        var follower = target("sample-member", spec, nil)
        follower.placement = .everyCluster
        return [first] + others + [follower]
    }

    private static func target(_ name: String, _ spec: AccessPointSpec, _ selector: TargetSelector?) -> TargetFacts {
        var labels = JSONObject(Renderer.labelsRead(by: spec).map { ($0, .string("sample")) })
        for requirement in selector?.clusterSelector?.requirements ?? [] {
            switch requirement.comparison {
            case .oneOf: labels[requirement.key] = requirement.values.first.map { .string($0) }
            case .exists: labels[requirement.key] = "sample"
            case .isMissing: labels[requirement.key] = nil
            case .noneOf: if requirement.values.contains("sample") { labels[requirement.key] = nil }
            }
        }
        let scope = spec.scope ?? Scope()
        return TargetFacts(
            name: selector?.clusters.first ?? scope.clusters.first ?? String(name.prefix(63)),
            region: selector?.regions.first ?? scope.regions.first ?? "sample-region",
            availabilityZone: selector?.availabilityZones.first ?? scope.availabilityZones.first ?? "sample-zone",
            labels: labels)
    }
}
