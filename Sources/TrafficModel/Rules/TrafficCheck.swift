import JSONValue
import KubeModel

/// Checks single objects strictly: against the schema of their kind and against all rules that look at it.
public enum TrafficCheck {
    /// The most findings that are listed for one object; one more says how many there are beyond.
    public static let limit = 50

    /// What is wrong with an object, or worth knowing; none if it is as Istio's reference says.
    ///
    /// The rules are those of ``TrafficRule/all``. The time is linear in the size of the object, and the object may hold
    /// anything: a member of the wrong type is a finding of its own and is passed over by all other rules.
    /// - Parameters:
    ///   - object: the object; its status and the rest of its metadata are not looked at.
    ///   - allowed: what a Service may do although it is dangerous.
    /// - Returns: the findings, errors first, in the order of the rules, each rule's in the order of the object.
    public static func findings(_ object: TrafficObject, allowing allowed: Set<ServiceDanger> = []) -> [Finding] {
        let subject = RuleSubject(object, allowing: allowed)
        var breaches = Breaches(of: object, rule: .unknownField, limit: limit)
        let spec = subject.spec
        var schema = SchemaCheck(breaches: breaches)
        schema.check(spec.isAbsent ? spec.holding([:]) : spec, Shape.message(object.kind.schema))
        breaches = schema.breaches
        for rule in TrafficRule.byKind[object.kind] ?? [] {
            breaches.rule = rule
            rule.check?(subject, &breaches)
        }
        guard breaches.further > 0 else { return breaches.findings }
        return breaches.findings + [
            Finding(
                rule: furtherFindings, code: TrafficRule.own(furtherFindings), severity: .warning, kind: object.kind,
                key: object.key, pointer: JSONPointer(tokens: []),
                message: "\(breaches.further) further findings are not listed", remedy: "mend those above first",
                source: "the limit of \(limit)")
        ]
    }

    /// The rule under which the number of findings beyond the limit is told.
    static let furtherFindings = "FurtherFindings"
}
