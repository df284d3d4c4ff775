package import Rollout

/// One walk that `make test` or `make soak` makes: a plan and its bounds.
///
/// All bounds at once would be more states than any machine holds; so each row opens some of them wide, and the rows
/// together combine every two of them.
package struct ModelRow: Sendable, Hashable {
    package var name: String
    package var plan: RolloutPlan
    package var bounds: ModelBounds
    /// Whether a new spec waits for the end of the run.
    package var isQueueing = false

    private init(
        _ name: String, _ plan: RolloutPlan, faults: UInt8 = 0, words: UInt8 = 0, edits: UInt8 = 0, switches: UInt8 = 0,
        isQueueing: Bool = false
    ) {
        (self.name, self.plan, self.isQueueing) = (name, plan, isQueueing)
        bounds = ModelBounds(faults: faults, words: words, edits: edits, switches: switches)
    }

    /// A walk with bounds of one's own.
    package init(_ name: String, _ plan: RolloutPlan, _ bounds: ModelBounds) {
        (self.name, self.plan, self.bounds) = (name, plan, bounds)
    }

    /// What `make test` walks through: about a minute of computing.
    package static let small = [
        ModelRow("a fault anywhere, one after the other", .modelOfWaves, faults: 1),
        ModelRow("a word anywhere", .model, words: 1),
        ModelRow("all three revisions, each at any time", .modelOfWaves, edits: 2),
        ModelRow("two leaders, one of them old", .modelOfWaves, switches: 1),
        ModelRow("a fault under failurePolicy Rollback", .modelOfRollback, faults: 1),
        ModelRow("growth that a person must agree to, a word anywhere", .modelOfGrowth, words: 1),
        ModelRow("growth that a person must agree to, a new spec", .modelOfGrowth, edits: 1),
        ModelRow("new specs that queue", .modelOfRollback, edits: 2, isQueueing: true),
    ]

    /// What `make soak` walks through besides: whatever may happen, two by two, on two targets.
    package static let large = [
        ModelRow("a fault anywhere, two targets at once", .model, faults: 1),
        ModelRow("a fault and a word", .modelOfPairs, faults: 1, words: 1),
        ModelRow("a fault and a new spec", .modelOfPairs, faults: 1, edits: 1),
        ModelRow("a word at each of three revisions", .modelOfPairs, words: 1, edits: 2),
        ModelRow("two leaders and a word", .modelOfPairs, words: 1, switches: 1),
        ModelRow("two leaders and a new spec", .modelOfPairs, edits: 1, switches: 1),
        ModelRow("two leaders and a fault", .modelOfPairs, faults: 1, switches: 1),
        ModelRow("two leaders that take turns", .modelOfPairs, switches: 2),
        ModelRow("two words", .modelOfPairs, words: 2),
        ModelRow("two faults", .modelOfPairs, faults: 2),
    ]
}
