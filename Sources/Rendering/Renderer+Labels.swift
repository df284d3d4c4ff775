public import AccessPointAPI
import JSONValue
import KubeModel

extension Renderer {
    /// The labels of MemberClusters that a spec reads: by `$(LABEL:key)` in templates and override values, and by the
    /// selectors of placement, overrides, canary and waves; sorted, without repetitions.
    ///
    /// These are what must be frozen of a target: another label may change without a change of the rendering.
    public static func labelsRead(by spec: AccessPointSpec) -> [String] {
        var keys: [String] = []
        for entry in spec.trafficTemplate { keys += labels(in: entry.object) }
        for override in spec.overrides {
            switch override.change {
            case .mergePatch(let patch): keys += labels(in: patch)
            case .jsonPatch(let patch): keys += (patch.arrayValue ?? []).flatMap { labels(in: $0["value"] ?? .null) }
            case .omit: break
            }
        }
        let rollout = spec.policy.rollout
        let selectors =
            spec.overrides.map(\.targets) + [rollout.canary.targets] + rollout.waves.map(\.targets)
        for selector in selectors.map({ $0?.clusterSelector }) + [spec.policy.placement?.clusterSelector] {
            keys += selector?.requirements.map(\.key) ?? []
        }
        return Set(keys).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The facts of a target without the labels that the spec does not read.
    public static func frozen(_ facts: TargetFacts, for spec: AccessPointSpec) -> TargetFacts {
        var frozen = facts
        let read = labelsRead(by: spec).map { ($0, facts.labels[$0]) }
        frozen.labels = JSONObject(read.compactMap { key, value in value.map { (key, $0) } })
        return frozen
    }

    /// What is wrong with the number of labels that the spec reads.
    var labelProblems: [RenderProblem] {
        let count = Self.labelsRead(by: spec).count
        guard count > RenderBudget.labels else { return [] }
        return [
            RenderProblem(
                .tooManyLabels, path: "spec",
                message: "variables and selectors read \(count) labels of clusters, more than \(RenderBudget.labels)",
                remedy: "use fewer labels")
        ]
    }

    private static func labels(in value: JSONValue) -> [String] {
        guard RenderBudget.excess(value) == nil else { return [] }
        var keys: [String] = []
        _ = value.containsText { text in
            if Variables.concern(text) { keys += Variables.labelKeys(in: text) }
            return false
        }
        return keys
    }
}
