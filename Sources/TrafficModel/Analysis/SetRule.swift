/// One rule about objects that do not fit together, as data.
public struct SetRule: Sendable {
    /// What the rule is called, where it comes from, and what its findings are.
    public let rule: TrafficRule
    /// Adds what is wrong in a set; pure, and whatever the objects hold.
    let check: @Sendable (TrafficSet, inout Breaches) -> Void

    /// All rules about sets.
    public static let all: [SetRule] = references + hosts + endpoints + gateways

    /// The rules of errors, then the others: no number of warnings leaves an error unsaid.
    static let byWeight = all.filter { $0.rule.severity == .error } + all.filter { $0.rule.severity != .error }

    static func make(
        _ name: String, _ severity: Finding.Severity, _ kinds: TrafficKind..., code: String? = nil, from source: String,
        _ check: @escaping @Sendable (TrafficSet, inout Breaches) -> Void
    ) -> SetRule {
        SetRule(
            rule: TrafficRule(
                name: name, code: code ?? TrafficRule.own(name), severity: severity, kinds: kinds, source: source,
                check: nil),
            check: check)
    }
}

/// Checks whether the objects of one target fit together, as far as the set alone tells.
///
/// What depends on objects outside of the set is no finding here; ``ReferenceCheck`` looks them up in the cluster.
public enum SetCheck {
    /// What does not fit together, by ``SetRule/all``.
    /// - Parameters:
    ///   - objects: the rendered set of one target.
    ///   - gatewayNamespaces: the namespaces in which gateway pods may run.
    /// - Returns: the findings, errors first, in the order of the rules, at most ``TrafficCheck/limit`` of them.
    public static func findings(_ objects: [TrafficObject], gatewayNamespaces: [String]) -> [Finding] {
        guard let first = objects.first, let rule = SetRule.all.first?.rule else { return [] }
        let set = TrafficSet(objects, gatewayNamespaces: gatewayNamespaces)
        var breaches = Breaches(of: first, rule: rule, limit: TrafficCheck.limit)
        for rule in SetRule.byWeight {
            breaches.rule = rule.rule
            rule.check(set, &breaches)
        }
        return breaches.findings
    }
}
