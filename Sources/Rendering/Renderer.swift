public import AccessPointAPI
import JSONValue
import KubeModel
import TrafficModel

/// Renders the template of an AccessPoint for its targets: a pure function of identity, spec, options and target facts.
///
/// The stages, in this order: variables in templates; identity, kind and namespace rules; overrides in the order of the
/// list, each followed by a check that the object is still the same and within the rules; normalisation, labels and
/// hash. What does not depend on the target is made once and shared by all sets.
public struct Renderer: Sendable {
    /// The version of the rules above; a revision keeps it, and is always rendered by the version that it names.
    public static let version = "1"

    private enum Prepared: Sendable {
        /// The entry holds variables.
        case perTarget
        case shared(Draft, RenderedObject)
        case refused([RenderProblem])
    }

    private enum PreparedOverride: Sendable {
        /// The values hold variables.
        case perTarget
        case shared(OverrideStage)
        case refused([RenderProblem])
    }

    let spec: AccessPointSpec
    private let identity: RenderIdentity
    let options: RenderOptions
    private let templates: [Prepared]
    private let overrides: [PreparedOverride]

    /// Prepares to render; what is wrong with the spec comes with the first rendering.
    public init(identity: RenderIdentity, spec: AccessPointSpec, options: RenderOptions) {
        self.identity = identity
        self.spec = spec
        self.options = options
        let stage = TemplateStage(identity: identity, options: options)
        overrides = spec.overrides.enumerated().map { index, override in
            guard !OverrideStage.hasVariables(override) else { return .perTarget }
            do throws(RenderProblems) {
                return .shared(try OverrideStage(override, at: index, nil))
            } catch {
                return .refused(error.problems)
            }
        }
        templates = spec.trafficTemplate.enumerated().map { index, entry in
            if RenderBudget.excess(entry.object) == nil, entry.object.containsText(where: Variables.concern) {
                return .perTarget
            }
            switch stage.draft(entry, at: index, for: nil) {
            case .refused(let problems): return .refused(problems)
            case .draft(let draft):
                do throws(RenderProblem) {
                    return .shared(draft, try SetStage(identity: identity).finished(draft, target: nil))
                } catch {
                    return .refused([error])
                }
            }
        }
    }

    /// What one target's rendering yields.
    public struct TargetRendering: Sendable, Hashable {
        /// The objects; nil if there is an error.
        public let set: RenderedSet?
        /// Everything that is wrong.
        public let problems: [RenderProblem]
        /// How far each override reached, in their order.
        public let overrides: [OverrideReport]
    }

    /// Renders for one target.
    public func render(_ target: TargetFacts) -> TargetRendering {
        var trace: RenderTrace?
        return render(target, tracing: &trace)
    }

    /// Renders for one target, and writes down what became of each object if a trace is given.
    func render(_ target: TargetFacts, tracing trace: inout RenderTrace?) -> TargetRendering {
        let stage = SetStage(identity: identity)
        var problems = stage.identityProblems
        var drafts = self.drafts(for: target, &problems)
        for (entry, working) in drafts.enumerated() {
            if let working { trace?.begin(entry, working.draft) }
        }
        let canJudgeOverrides = problems.isEmpty
        var reports: [OverrideReport] = []
        for (index, override) in spec.overrides.enumerated() {
            var report = OverrideReport(name: override.name)
            if override.applies(to: target) {
                report.targets = 1
                apply(override, at: index, to: &drafts, for: target, &report, &problems, &trace)
            }
            report.hasFailed = report.hasFailed || !canJudgeOverrides
            reports.append(report)
        }
        var objects: [RenderedObject] = []
        for (entry, draft) in drafts.enumerated() {
            guard let draft else { continue }
            trace?.end(entry, draft.draft)
            if let shared = draft.shared, !draft.draft.isChanged {
                objects.append(shared)
                continue
            }
            do {
                objects.append(try stage.finished(draft.draft, target: target.name))
            } catch {
                problems.append(error)
            }
        }
        let hasErrors = problems.contains { $0.severity == .error }
        let omitted = spec.trafficTemplate.count { $0.goes(to: target) } - objects.count
        let (set, found) = stage.assembled(objects, omitted: hasErrors ? 0 : omitted, target: target.name)
        return TargetRendering(set: hasErrors ? nil : set, problems: problems + found, overrides: reports)
    }

    private struct Working {
        var draft: Draft
        let shared: RenderedObject?
        var written = WrittenPlaces()
    }

    private func drafts(for target: TargetFacts, _ problems: inout [RenderProblem]) -> [Working?] {
        let stage = TemplateStage(identity: identity, options: options)
        return zip(templates, spec.trafficTemplate).enumerated().map { index, pair in
            guard pair.1.goes(to: target) else { return nil }
            switch pair.0 {
            case .shared(let draft, let object): return Working(draft: draft, shared: object)
            case .refused(let found): problems += found
            case .perTarget:
                switch stage.draft(pair.1, at: index, for: target) {
                case .draft(let draft): return Working(draft: draft, shared: nil)
                case .refused(let found): problems += found
                }
            }
            return nil
        }
    }

    private func stage(
        _ override: Override, at index: Int, for target: TargetFacts, _ problems: inout [RenderProblem]
    ) -> OverrideStage? {
        switch overrides[index] {
        case .shared(let stage): return stage
        case .refused(let found): problems += found
        case .perTarget:
            let values = Substitution(
                variables: Variables(identity: identity, target: target), target: target.name)
            do { return try OverrideStage(override, at: index, values) } catch { problems += error.problems }
        }
        return nil
    }

    /// An object that an override spoils is taken out, so that the overrides after it report no errors of its making.
    private func apply(
        _ override: Override, at index: Int, to drafts: inout [Working?], for target: TargetFacts,
        _ report: inout OverrideReport, _ problems: inout [RenderProblem], _ trace: inout RenderTrace?
    ) {
        guard let stage = stage(override, at: index, for: target, &problems) else {
            report.hasFailed = true
            return
        }
        for place in drafts.indices {
            guard let draft = drafts[place]?.draft, stage.matches(draft) else { continue }
            report.objects += 1
            switch stage.apply(to: draft, of: target.name, options) {
            case .unchanged:
                trace?.note(.unchanged, override: index, entry: place)
                problems += overlaps(of: override, stage, draft, draft.body, &drafts[place], target)
            case .omitted:
                trace?.note(.omitted, override: index, entry: place)
                report.changed += 1
                drafts[place] = nil
            case .changed(let body):
                trace?.note(.changed, override: index, entry: place)
                report.changed += 1
                problems += overlaps(of: override, stage, draft, body, &drafts[place], target)
                drafts[place]?.draft.body = body
                drafts[place]?.draft.isChanged = true
            case .refused(let found):
                trace?.note(.refused, override: index, entry: place)
                problems += found
                report.hasFailed = true
                drafts[place] = nil
            }
        }
    }
}

extension Renderer {
    /// What an override has written over that an earlier one had written in the same object.
    private func overlaps(
        of override: Override, _ stage: OverrideStage, _ draft: Draft, _ body: JSONValue, _ working: inout Working?,
        _ target: TargetFacts
    ) -> [RenderProblem] {
        // Between two overrides at least can anything overlap, and a comparison costs as much as a patch.
        guard spec.overrides.count > 1 else { return [] }
        let overlaps = working?.written.note(stage.statements, from: draft.body, to: body, by: override.name) ?? []
        return overlaps.map { Self.overlap($0, override, draft, target) }
    }

    /// The later one wins, as the list says; a person may have meant the earlier one.
    private static func overlap(
        _ overlap: WrittenPlaces.Overlap, _ override: Override, _ draft: Draft, _ target: TargetFacts
    ) -> RenderProblem {
        RenderProblem(
            .overridesOverlap, severity: .warning, target: target.name, template: draft.template,
            override: override.name, path: overlap.pointer.fieldPath,
            message: "it writes over what override \(overlap.earlier) wrote, and the later one wins",
            remedy: "keep them apart by targets or resources, or merge them")
    }
}

extension TemplateEntry {
    /// Whether a target gets the entry: every target of the level gets all of them.
    fileprivate func goes(to target: TargetFacts) -> Bool {
        target.placement == nil || placement == target.placement
    }
}
