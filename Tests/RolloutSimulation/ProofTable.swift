/// What shows that something holds: tests by their sentence, and the two programs.
package struct Proof: Sendable, Hashable {
    /// A rule, a guard or an incident.
    package var subject: String
    /// What must hold, or what happened elsewhere.
    package var claim: String
    /// Whether the model check looks at it in every state.
    package var isModelled: Bool
    /// Whether every seeded run looks at it.
    package var isSimulated: Bool
    /// The sentences of the tests, as they stand in `@Test("...")`.
    package var tests: [String]

    init(_ subject: String, _ claim: String, model: Bool = false, simulation: Bool = false, tests: [String] = []) {
        (self.subject, self.claim, self.tests) = (subject, claim, tests)
        (isModelled, isSimulated) = (model, simulation)
    }

    /// The whole proof in lines, for people.
    package var lines: [String] {
        var lines = ["\(subject)  \(claim)"]
        if isModelled { lines.append("     model: rollout-proof check") }
        if isSimulated { lines.append("     simulation: rollout-proof simulate") }
        return lines + tests.map { "     test: \($0)" }
    }
}
