import ArgumentParser
import Rollout
import RolloutSimulation

/// Many seeded runs; those that break a rule are printed with their seeds.
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Runs the seeded simulation, one run for each seed.")

    @Option(help: "How many seeds.")
    var seeds: UInt64 = 2000

    @Option(help: "The first seed.")
    var first: UInt64 = 1

    @Option(help: "Runs at once.")
    var jobs = 2

    mutating func run() async throws {
        let clock = ContinuousClock()
        let start = clock.now
        let total = await batches()
        guard total.broken.isEmpty else {
            for line in total.broken { print(line) }
            throw ExitCode.failure
        }
        let tally = total.tally
        print("simulation: \(seeds) seeds from \(first): no rule broken, every goal reached, then at rest")
        print("  \(tally.events) events, \(tally.commits) commits, \(tally.writes) member writes, in virtual time")
        print("  2 to \(tally.targets) targets, \(total.large) runs with more than 16")
        let counts = tally.counts.sorted { $0.value > $1.value }.map { "\($0.key) \($0.value)" }
        print("  \(counts.joined(separator: ", "))")
        print("  took \((clock.now - start).components.seconds) s")
    }

    /// Splits the seeds into batches, and stops handing them out once a run has broken a rule.
    private func batches() async -> Batch {
        let (size, end): (UInt64, UInt64) = (250, first + seeds)
        var starts = stride(from: first, to: end, by: Int(size)).makeIterator()
        return await withTaskGroup(of: Batch.self) { group in
            var total = Batch()
            for _ in 0..<max(1, jobs) {
                guard let start = starts.next() else { break }
                group.addTask { Batch(seeds: start..<min(start + size, end)) }
            }
            for await batch in group {
                total.add(batch)
                guard total.broken.isEmpty, let start = starts.next() else { continue }
                group.addTask { Batch(seeds: start..<min(start + size, end)) }
            }
            return total
        }
    }
}

/// What came of some runs.
private struct Batch: Sendable {
    var tally = Simulation.Tally()
    var large = 0
    var broken: [String] = []

    init() {}

    init(seeds: Range<UInt64>) {
        for seed in seeds {
            var simulation = Simulation(seed: seed)
            let found = simulation.run()
            if !found.isEmpty { broken += found + ["replay it: rollout-proof replay \(seed)"] }
            tally.add(simulation.tally)
            if simulation.tally.targets > 16 { large += 1 }
        }
    }

    mutating func add(_ other: Batch) {
        tally.add(other.tally)
        large += other.large
        broken += other.broken
    }
}

/// One run, step by step.
struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows the run of one seed step by step.")

    @Argument(help: "The seed that a failed run has printed.")
    var seed: UInt64

    mutating func run() throws {
        var simulation = Simulation(seed: seed) { print($0) }
        let broken = simulation.run()
        for line in broken { print(line) }
        if broken.isEmpty { print("seed \(seed): no rule broken, the goal is reached") }
        if !broken.isEmpty { throw ExitCode.failure }
    }
}
