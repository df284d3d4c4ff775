import AccessPointAPI
import JSONValue
import KubeModel
import TrafficModel

/// Makes the objects of a template, before any override.
struct TemplateStage {
    let identity: RenderIdentity
    let options: RenderOptions

    /// Either the object, or everything that is wrong with it.
    enum Outcome {
        case draft(Draft)
        case refused([RenderProblem])
    }

    /// The place of an entry's object in the AccessPoint.
    static func pointer(_ index: Int) -> [String] { ["spec", "trafficTemplate", String(index), "object"] }

    /// Renders one entry for one target; without a target the entry must hold no variables.
    func draft(_ entry: TemplateEntry, at index: Int, for target: TargetFacts?) -> Outcome {
        let origin = RenderProblem.Origin(template: entry.name)
        let place = Self.pointer(index)
        func refusal(_ violations: [Violation]) -> Outcome {
            .refused(
                violations.map { violation in
                    let pointer = JSONPointer(tokens: place + violation.pointer.tokens)
                    return origin.problem(
                        violation.code, path: pointer.fieldPath, target: target?.name, violation.message,
                        violation.remedy)
                })
        }
        // Before anything walks through it.
        if let excess = RenderBudget.excess(entry.object) {
            return refusal([Violation(.objectTooLarge, [], excess, "split the object into several")])
        }
        var body = entry.object
        if let target {
            var substitution = Substitution(
                variables: Variables(identity: identity, target: target), target: target.name)
            body = substitution.replace(body, origin: origin, at: place)
            guard substitution.problems.isEmpty else { return .refused(substitution.problems) }
        }
        let rules = ObjectIdentity(identity: identity, options: options)
        body = rules.placed(body)
        switch ObjectIdentity.kind(of: body) {
        case .failure(let refused): return refusal([refused.violation])
        case .success(let kind):
            let violations = ObjectRules.violations(body, kind: kind, options) + rules.violations(body, kind: kind)
            guard violations.isEmpty else { return refusal(violations) }
            let object = KubeObject(lenient: body)
            return .draft(
                Draft(
                    template: entry.name, kind: kind, key: object.key, apiVersion: object.apiVersion, body: body))
        }
    }
}
