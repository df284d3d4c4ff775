public import AccessPointAPI

/// The rendering of an AccessPoint for all its targets.
public struct Rendering: Sendable, Hashable {
    /// The sets in the order of the targets; empty if there is an error anywhere.
    public let sets: [RenderedSet]
    /// Errors, then warnings; what is the same for all targets is listed once, without a target.
    public let problems: [RenderProblem]
    /// How far each override reached, in their order.
    public let overrides: [OverrideReport]

    /// Whether nothing hinders the rollout.
    public var isAccepted: Bool { !problems.contains { $0.severity == .error } }
}

extension Renderer {
    /// Renders for all targets; an error in one of them leaves none with a set.
    public func render(all targets: [TargetFacts]) -> Rendering {
        var (sets, problems) = ([RenderedSet](), [RenderProblem]())
        var reports = spec.overrides.map { OverrideReport(name: $0.name) }
        for target in targets {
            let rendering = render(target)
            if let set = rendering.set { sets.append(set) }
            problems += rendering.problems
            for (index, report) in rendering.overrides.enumerated() where reports.indices.contains(index) {
                reports[index].add(report)
            }
        }
        problems = Self.folded(problems, targets: targets.count)
        problems += labelProblems
        if !targets.isEmpty {
            problems += reports.enumerated().compactMap { $0.element.problem(at: $0.offset) }
        }
        let errors = problems.filter { $0.severity == .error }
        let warnings = problems.filter { $0.severity == .warning }
        return Rendering(
            sets: errors.isEmpty ? sets : [], problems: Self.bounded(errors + warnings), overrides: reports)
    }

    /// Lists a problem that all targets have once, and without a target.
    static func folded(_ problems: [RenderProblem], targets: Int) -> [RenderProblem] {
        func general(_ problem: RenderProblem) -> RenderProblem {
            var problem = problem
            problem.target = nil
            return problem
        }
        var counts: [RenderProblem: Int] = [:]
        for problem in problems { counts[general(problem), default: 0] += 1 }
        var seen: Set<RenderProblem> = []
        return problems.compactMap { problem in
            let same = general(problem)
            let isGeneral = problem.target == nil || (targets > 1 && counts[same] == targets)
            let told = isGeneral ? same : problem
            return seen.insert(told).inserted ? told : nil
        }
    }

    static func bounded(_ problems: [RenderProblem]) -> [RenderProblem] {
        guard problems.count > RenderBudget.problems else { return problems }
        let further = problems.count - RenderBudget.problems
        return problems.prefix(RenderBudget.problems) + [
            RenderProblem(
                .furtherProblems, severity: .warning, path: "", message: "\(further) further problems are not listed",
                remedy: "mend those above first")
        ]
    }
}
