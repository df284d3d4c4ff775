public import JSONValue

/// What an application wants: objects, places, differences per place, and the policies of change.
public struct AccessPointSpec: Sendable, Hashable {
    /// Placement, rollout and runtime rules.
    public struct Policy: Sendable, Hashable {
        /// The choice of targets inside the scope; nil: the whole scope.
        public var placement: Placement?
        /// How a change goes out.
        public var rollout: RolloutPolicy
        /// The rules for the time between changes.
        public var runtime: RuntimePolicy

        /// Makes a policy with the defaults of the schema.
        public init(
            placement: Placement? = nil, rollout: RolloutPolicy = RolloutPolicy(paused: false),
            runtime: RuntimePolicy = RuntimePolicy(drift: .correct)
        ) {
            self.placement = placement
            self.rollout = rollout
            self.runtime = runtime
        }
    }

    /// The outer bound of places; nil: every cluster, by zone.
    public var scope: Scope?
    /// The objects that are rendered for every target, in the order of the manifest.
    public var trafficTemplate: [TemplateEntry]
    /// The differences per place, in the order of their application.
    public var overrides: [Override]
    /// The names under which the addresses are published; nil: none. No part of a revision: it holds at once.
    public var dns: NameRecords?
    /// Placement, rollout and runtime rules.
    public var policy: Policy

    /// Makes a spec without checking it.
    public init(
        scope: Scope? = nil, trafficTemplate: [TemplateEntry] = [], overrides: [Override] = [],
        dns: NameRecords? = nil, policy: Policy = Policy(placement: nil)
    ) {
        self.scope = scope
        self.trafficTemplate = trafficTemplate
        self.overrides = overrides
        self.dns = dns
        self.policy = policy
    }

    /// The unit of configuration, that of an absent scope included.
    public var level: Scope.Level { scope?.level ?? .availabilityZone }

    /// Whether scope and placement choose a cluster; the level is not looked at.
    public func chooses(_ facts: TargetFacts) -> Bool {
        (scope?.contains(facts) ?? true) && (policy.placement?.chooses(facts) ?? true)
    }
}

extension AccessPointSpec {
    /// Reads and checks a spec; absent fields get their defaults.
    /// - Parameters:
    ///   - json: the spec.
    ///   - path: the path of the spec within its object, for errors.
    /// - Returns: the spec with every default in place.
    /// - Throws: every field that is wrong. A field that the type does not have is wrong too.
    public static func decode(_ json: JSONValue, at path: String = "spec") throws(FieldErrors) -> AccessPointSpec {
        var spec = AccessPointSpec()
        if let errors = FieldErrors(FieldDecoder.read(json, into: &spec, at: path, .strict)) { throw errors }
        return spec
    }

    /// The spec with all defaults written out.
    public var json: JSONValue { .object(FieldEncoder.write(self)) }

    /// What is wrong with this spec; the same rules as in `decode`, for a spec that was made in code.
    public func validate() -> [FieldError] {
        var copy = AccessPointSpec()
        return FieldDecoder.read(json, into: &copy, at: "spec", .strict)
    }

    /// What is wrong with changing `old` to this spec.
    public func validate(replacing old: AccessPointSpec) -> [FieldError] {
        level == old.level ? [] : [FieldError(path: "spec", message: Self.levelIsImmutable)]
    }

    static let levelIsImmutable = "scope.level is immutable"
}

extension AccessPointSpec: FieldObject {
    init() { self.init(scope: nil) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.object("scope", &scope)
        fields.objects("trafficTemplate", &trafficTemplate, .keyed("name", count: 1...64), isRequired: true)
        fields.objects("overrides", &overrides, .keyed("name", count: 0...64))
        fields.object("dns", &dns)
        fields.object("policy", &policy, .defaulted)
        fields.rule("scope or policy.placement must be set", .schema, scope != nil || policy.placement != nil)
        fields.rule(
            "placement EveryCluster needs scope.level AvailabilityZone: with level Cluster every cluster is a target",
            .schema, level == .availabilityZone || trafficTemplate.allSatisfy { $0.placement == nil })
        // Here there is no older spec to compare with: see validate(replacing:).
        fields.rule(Self.levelIsImmutable, .schema, true)
    }
}

extension AccessPointSpec.Policy: FieldObject {
    init() { self.init(placement: nil) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.object("placement", &placement)
        fields.object("rollout", &rollout, .defaulted)
        fields.object("runtime", &runtime, .defaulted)
    }
}
