import ArgumentParser
import Rollout
import RolloutSimulation

/// The exhaustive check of the small model.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks every state of the small model, breadth first.",
        discussion: """
            Without bounds the rows of `make test` are walked through, with --large those of `make soak`. A single walk \
            has the bounds that are given.
            """)

    @Option(help: "Faults on one path.")
    var faults: UInt8?

    @Option(help: "Verbs and other words on one path.")
    var words: UInt8?

    @Option(help: "Changes of the spec on one path.")
    var edits: UInt8?

    @Option(help: "Switches between the two operators on one path.")
    var switches: UInt8?

    @Flag(help: "Canary and two targets at once, instead of three steps of one target each.")
    var together = false

    @Flag(help: "The rows of `make soak`.")
    var large = false

    @Option(help: "Only the row of this number, counted from 1.")
    var row: Int?

    @Option(help: "States of one walk to stop at.")
    var limit = 120_000_000

    @Option(help: "Walks at once.")
    var jobs = 2

    mutating func run() async throws {
        print("model check: 3 clusters, 3 revisions, 2 operators that both believe to lead")
        print("  events at every state: \(ModelCheck.eventNames)")
        let rows = rows.enumerated().filter { row == nil || $0.offset + 1 == row }
        let (limit, jobs) = (limit, max(1, jobs))
        var (states, failures) = (0, 0)
        await withTaskGroup(of: ModelCheck.Result.self) { group in
            for (place, (_, row)) in rows.enumerated() {
                if place >= jobs, let result = await group.next() {
                    (states, failures) = (states + result.states, failures + (result.failure.isEmpty ? 0 : 1))
                }
                group.addTask { walk(row, limit: limit) }
            }
            for await result in group {
                (states, failures) = (states + result.states, failures + (result.failure.isEmpty ? 0 : 1))
            }
        }
        guard failures == 0 else { throw ExitCode.failure }
        print("  \(states) states in all: no rule is broken, nothing is stuck,")
        print("  and from every state the goal is reached once faults end and gates are given")
    }

    private var rows: [ModelRow] {
        guard faults != nil || words != nil || edits != nil || switches != nil else {
            return large ? ModelRow.large : ModelRow.small
        }
        let bounds = ModelBounds(
            faults: faults ?? 0, words: words ?? 0, edits: edits ?? 0, switches: switches ?? 0)
        return [ModelRow("the given bounds", together ? .model : .modelOfWaves, bounds)]
    }
}

/// One walk, and what is printed of it.
private func walk(_ row: ModelRow, limit: Int) -> ModelCheck.Result {
    let clock = ContinuousClock()
    let start = clock.now
    let result = ModelCheck(plan: row.plan, isQueueing: row.isQueueing, bounds: row.bounds).run(limit: limit)
    let seconds = (clock.now - start).components.seconds
    let extent = result.isComplete ? "every state" : "stopped before every state was seen"
    var lines = [
        "  \(row.name) (\(row.bounds)), steps \(row.plan.steps.map { "\($0.targets.count)" }.joined(separator: "+")):",
        "    \(extent): \(result.states) states, \(result.transitions) transitions, depth \(result.depth),"
            + " \(result.decisions) distinct decisions over \(result.shapes) rollout states; \(seconds) s;"
            + " chance of a missed state \(result.collision)",
    ]
    lines += result.failure.map { "    \($0)" }
    print(lines.joined(separator: "\n"))
    return result
}
