import JSONValue
import KubeModel

/// One rule about single objects, as data: what it is called, where it comes from, and the function that applies it.
public struct TrafficRule: Sendable {
    /// One CamelCase word, unique.
    public let name: String
    /// The code of its findings.
    public let code: String
    /// The severity of its findings.
    public let severity: Finding.Severity
    /// The kinds of the objects that it looks at.
    public let kinds: [TrafficKind]
    /// Where it comes from.
    public let source: String
    /// Adds what is wrong with an object, whatever it holds; nil for what the walk through the schema finds.
    let check: (@Sendable (RuleSubject, inout Breaches) -> Void)?

    /// The code of what Istio's webhook refuses (`SchemaValidationError`).
    static let refused = "IST0106"
    /// The code of what Istio's webhook warns of (`SchemaWarning`).
    static let warned = "IST0133"
    /// The code of a rule of our own.
    static func own(_ name: String) -> String { "AP-\(name)" }

    /// What the webhook or the API server refuses.
    static func refuse(
        _ name: String, _ kinds: TrafficKind..., code: String = refused, from source: String,
        _ check: @escaping @Sendable (RuleSubject, inout Breaches) -> Void
    ) -> TrafficRule {
        TrafficRule(name: name, code: code, severity: .error, kinds: kinds, source: source, check: check)
    }

    /// What the webhook warns of, or what we do.
    static func warn(
        _ name: String, _ kinds: TrafficKind..., code: String = warned, from source: String,
        _ check: @escaping @Sendable (RuleSubject, inout Breaches) -> Void
    ) -> TrafficRule {
        TrafficRule(name: name, code: code, severity: .warning, kinds: kinds, source: source, check: check)
    }

    /// What is worth knowing.
    static func note(
        _ name: String, _ kinds: TrafficKind..., code: String, from source: String,
        _ check: @escaping @Sendable (RuleSubject, inout Breaches) -> Void
    ) -> TrafficRule {
        TrafficRule(name: name, code: code, severity: .info, kinds: kinds, source: source, check: check)
    }
}

extension TrafficRule {
    /// All rules about single objects, those of the schemas first.
    public static let all: [TrafficRule] =
        schema + common + service + gateway + virtualService + httpRoute + httpMatch + httpAction + layer4Route
        + reachability + destinationRule + loadBalancing + serviceEntry + workloadEntry + sidecar + policies
        + authorization

    /// The rules that look at a kind, without those of the schemas: those of errors first, so that no number of warnings
    /// leaves an error unsaid, each in the order of ``all``.
    static let byKind: [TrafficKind: [TrafficRule]] = Dictionary(
        uniqueKeysWithValues: TrafficKind.allCases.map { kind in
            let rules = all.filter { $0.check != nil && $0.kinds.contains(kind) }
            return (kind, rules.filter { $0.severity == .error } + rules.filter { $0.severity != .error })
        })
}

/// The object that a rule looks at.
struct RuleSubject {
    let object: TrafficObject
    /// What a Service may do although it is dangerous.
    let allowed: Set<ServiceDanger>
    private let root: Field

    init(_ object: TrafficObject, allowing allowed: Set<ServiceDanger>) {
        (self.object, self.allowed) = (object, allowed)
        root = Field(object.body)
    }

    /// The spec.
    var spec: Field { root["spec"] }
    /// The metadata.
    var metadata: Field { root["metadata"] }
    /// The namespace of the object.
    var namespace: String { object.key.namespace ?? "" }
}

/// Collects what is found in an object, a bounded number of it; what comes after is only counted.
struct Breaches {
    /// The object that is being looked at.
    var object: TrafficObject
    private let limit: Int
    /// The rule that is being applied.
    var rule: TrafficRule
    private(set) var findings: [Finding] = []
    /// How many were found beyond the limit.
    private(set) var further = 0

    init(of object: TrafficObject, rule: TrafficRule, limit: Int) {
        self.object = object
        self.rule = rule
        self.limit = limit
    }

    /// Adds a finding of the present rule; the texts are not made when nobody would read them.
    mutating func add(_ field: Field, _ message: @autoclosure () -> String, _ remedy: @autoclosure () -> String) {
        guard findings.count < limit else {
            further += 1
            return
        }
        add(field.pointer, message(), remedy())
    }

    /// The same for a place that is known already.
    mutating func add(_ pointer: JSONPointer, _ message: String, _ remedy: String) {
        guard findings.count < limit else {
            further += 1
            return
        }
        let finding = Finding(
            rule: rule.name, code: rule.code, severity: rule.severity, kind: object.kind, key: object.key,
            pointer: pointer, message: message, remedy: remedy, source: rule.source)
        // A rule may come to one place by several ways.
        if !findings.contains(finding) { findings.append(finding) }
    }
}
