public import JSONValue

/// What the credential of a client may do in one namespace, cluster-wide grants included.
public struct AccessRules: Sendable, Hashable {
    /// One rule, as RBAC writes it; `*` stands for anything.
    public struct Rule: Sendable, Hashable {
        /// API groups; the core group is the empty string.
        public var groups: [String]
        /// Plurals of resources.
        public var resources: [String]
        /// Verbs.
        public var verbs: [String]
        /// The only objects that the rule is for; empty: all.
        public var names: [String]

        /// Makes a rule.
        public init(groups: [String], resources: [String], verbs: [String], names: [String] = []) {
            (self.groups, self.resources, self.verbs, self.names) = (groups, resources, verbs, names)
        }
    }

    /// The rules, any of which is enough.
    public var rules: [Rule]
    /// Whether an authorizer could not say what it allows, so that what is not in the rules may be allowed all the same.
    public var isIncomplete: Bool

    /// Makes a set of rules.
    public init(rules: [Rule], isIncomplete: Bool = false) {
        (self.rules, self.isIncomplete) = (rules, isIncomplete)
    }

    /// Reads the status of a SelfSubjectRulesReview; what is missing in it allows nothing.
    public init(_ status: JSONValue?) {
        rules = (status?["resourceRules"]?.arrayValue ?? []).map { rule in
            let texts = { (member: String) in (rule[member]?.arrayValue ?? []).compactMap(\.stringValue) }
            return Rule(
                groups: texts("apiGroups"), resources: texts("resources"), verbs: texts("verbs"),
                names: texts("resourceNames"))
        }
        isIncomplete = status?["incomplete"]?.boolValue ?? false
    }

    /// Whether a verb is allowed on all objects of a resource, or, if that is asked, at least on some that are named.
    public func allows(_ verb: String, group: String, resource: String, ofSome: Bool = false) -> Bool {
        rules.contains { rule in
            (rule.names.isEmpty || ofSome) && Self.lists(rule.verbs, verb) && Self.lists(rule.groups, group)
                && Self.lists(rule.resources, resource)
        }
    }

    private static func lists(_ words: [String], _ word: String) -> Bool {
        words.contains { $0 == "*" || $0.utf8.elementsEqual(word.utf8) }
    }
}
