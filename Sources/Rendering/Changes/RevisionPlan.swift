public import AccessPointAPI
public import TrafficModel

/// What changes where, if the objects of one rendering take the place of those of another.
///
/// The older rendering is what is in place, or any other revision.
public struct RevisionPlan: Sendable, Hashable {
    /// What changes in one target.
    public struct Target: Sendable, Hashable {
        /// Its facts.
        public let facts: TargetFacts
        /// Its objects that change.
        public let objects: [ObjectChange]
    }

    /// Targets that have the same changes.
    public struct Group: Sendable, Hashable {
        /// Their names, in byte order.
        public let targets: [String]
        /// What changes in each of them.
        public let objects: [ObjectChange]
    }

    /// Every target of either rendering, in byte order of their names.
    public let targets: [Target]
    /// How much is touched.
    public let radius: BlastRadius

    /// Compares two renderings.
    /// - Parameters:
    ///   - old: the sets of the older one; a target without a set has no objects.
    ///   - new: the sets of the newer one.
    ///   - facts: the facts of the targets of both; of a target that has several the last ones count.
    public init(from old: [RenderedSet], to new: [RenderedSet], facts: [TargetFacts]) {
        let before = Dictionary(old.map { ($0.target, $0) }, uniquingKeysWith: { $1 })
        self.init(to: new, and: Set(before.keys), facts: facts) { target, after in
            let former = before[target]
            return (ObjectChange.between(former, and: after), (former?.objects ?? []).map(\.traffic))
        }
    }

    /// Compares a rendering with what lives in the targets.
    ///
    /// What a member adds of its own, such as the defaults of a Service, is no difference (``LiveComparison``).
    /// - Parameters:
    ///   - live: by target, what stands at the places of the rendered objects, and what would be removed.
    ///   - new: the sets of the rendering.
    ///   - facts: the facts of all these targets.
    public init(live: [String: [TrafficObject]], to new: [RenderedSet], facts: [TargetFacts]) {
        self.init(to: new, and: Set(live.keys), facts: facts) { target, after in
            (ObjectChange.between(live: live[target] ?? [], and: after), live[target] ?? [])
        }
    }

    private init(
        to new: [RenderedSet], and olds: Set<String>, facts: [TargetFacts],
        _ compare: (String, RenderedSet?) -> (changes: [ObjectChange], before: [TrafficObject])
    ) {
        let after = Dictionary(new.map { ($0.target, $0) }, uniquingKeysWith: { $1 })
        let known = Dictionary(facts.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        let names = olds.union(after.keys).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        var radius = BlastRadius(targets: names.count)
        targets = names.map { name in
            let facts = known[name] ?? TargetFacts(name: name, region: "", availabilityZone: "")
            let (changes, before) = compare(name, after[name])
            radius.add(changes, in: facts, from: before, to: (after[name]?.objects ?? []).map(\.traffic))
            return Target(facts: facts, objects: changes)
        }
        self.radius = radius
    }

    /// Whether anything changes anywhere.
    public var isEmpty: Bool { targets.allSatisfy(\.objects.isEmpty) }

    /// The targets that change, those with the same changes together.
    public var groups: [Group] {
        var names: [[ObjectChange]: [String]] = [:]
        var order: [[ObjectChange]] = []
        for target in targets where !target.objects.isEmpty {
            if names[target.objects] == nil { order.append(target.objects) }
            names[target.objects, default: []].append(target.facts.name)
        }
        return order.map { Group(targets: names[$0] ?? [], objects: $0) }
    }
}
