import AccessPointAPI
import Rendering

extension SpecAcceptance {
    /// Whether something is wrong with the spec.
    var isRefusal: Bool { if case .refused = self { true } else { false } }

    /// The refusal of a spec whose fields are wrong.
    static func refused(_ errors: [FieldError]) -> SpecAcceptance {
        .refused(.invalid, errors.map(\.description))
    }

    /// The refusal of a spec that cannot be rendered; problems that do not hinder are left out.
    static func refused(_ problems: [RenderProblem]) -> SpecAcceptance {
        let errors = problems.filter { $0.severity == .error }
        return .refused(errors.first.map { ReasonCode($0.code) } ?? .invalid, errors.map(\.description))
    }

    /// A refusal whose reason is known by its word.
    static func refused(_ reason: String, _ messages: [String]) -> SpecAcceptance {
        .refused(ReasonCode.named(reason, else: .invalid), messages)
    }
}

extension SpecWarning {
    /// The warning that a problem is that does not hinder.
    init(_ problem: RenderProblem) {
        text = problem.description
        let origin = problem.override.map { "override \($0)" } ?? problem.template.map { "template \($0)" }
        brief = Text.cut("\(origin.map { "\($0): " } ?? "")\(problem.message)", to: 160)
    }
}

extension PlacementState {
    /// Whether it is clear which clusters are targets.
    var isClear: Bool { reason == .placed }

    /// The reason of the condition Placed.
    var reason: ReasonCode {
        switch self {
        case .placed: .placed
        case .problem(let reason, _): reason
        case .unknown: .placementUnknown
        }
    }

    /// The state that a decision about placement comes to.
    init(_ decision: PlacementDecision) {
        let errors = decision.problems.filter(\.isError)
        if let first = errors.first {
            self = .problem(ReasonCode(first.code), Text.list(errors.map(\.description), most: 4, by: "; "))
            return
        }
        let remarks = decision.problems.map { "; \($0.description)" }.joined()
        self = .placed("\(decision.targets.count) target\(decision.targets.count == 1 ? "" : "s")\(remarks)")
    }
}
