import ArgumentParser
import Rollout
import RolloutSimulation

/// Many seeded runs; the first that breaks a rule is printed with its seed.
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Runs the seeded simulation, one run for each seed.")

    @Option(help: "How many seeds.")
    var seeds: UInt64 = 2000

    @Option(help: "The first seed.")
    var first: UInt64 = 1

    mutating func run() throws {
        let clock = ContinuousClock()
        let start = clock.now
        var tally = Simulation.Tally()
        var sizes: [Int: Int] = [:]
        for seed in first..<(first + seeds) {
            var simulation = Simulation(seed: seed)
            let broken = simulation.run()
            guard broken.isEmpty else {
                for line in broken { print(line) }
                print("replay it: rollout-proof replay \(seed)")
                throw ExitCode.failure
            }
            tally.add(simulation.tally)
            sizes[simulation.tally.targets, default: 0] += 1
        }
        let large = sizes.filter { $0.key > 16 }.values.reduce(0, +)
        print("simulation: \(seeds) seeds from \(first), no rule broken, every goal reached")
        print("  \(tally.events) events, \(tally.commits) commits, \(tally.writes) member writes, in virtual time")
        print("  up to \(tally.targets) targets; \(large) runs with more than 16")
        let counts = tally.counts.sorted { $0.value > $1.value }.map { "\($0.key) \($0.value)" }
        print("  \(counts.joined(separator: ", "))")
        print("  took \(clock.now - start)")
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
