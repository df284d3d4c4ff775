/// What became of each object on its way through the stages, written down while a target is rendered.
struct RenderTrace {
    /// One object that one override matched.
    struct Step {
        /// The place of the override in the list.
        let override: Int
        /// The place of the entry in the template.
        let entry: Int
        let effect: OverrideAccount.Effect
    }

    /// The objects before any override, by the place of their entry.
    private(set) var starts: [Int: Draft] = [:]
    /// In the order in which it happened.
    private(set) var steps: [Step] = []
    /// The objects after all overrides, before normalisation.
    private(set) var ends: [Int: Draft] = [:]

    mutating func begin(_ entry: Int, _ draft: Draft) { starts[entry] = draft }

    mutating func end(_ entry: Int, _ draft: Draft) { ends[entry] = draft }

    mutating func note(_ effect: OverrideAccount.Effect, override: Int, entry: Int) {
        steps.append(Step(override: override, entry: entry, effect: effect))
    }
}
