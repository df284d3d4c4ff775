import Rollout
import RolloutSimulation
import Testing

/// A few of the runs that `rollout-proof simulate` makes by the thousand, for whoever runs the tests alone.
@Suite("Seeded simulation")
struct SimulationTests {
    /// Another start gives other runs; a failure prints the seed of its own, for `rollout-proof replay`.
    static let start: UInt64 = 20_261_121

    @Test("among faults, edits and words no rule breaks, and the goal is reached in the end", arguments: 0..<2)
    func runs(part: UInt64) {
        for seed in (0..<20).map({ Self.start + part * 10_000_000 + $0 }) {
            var simulation = Simulation(seed: seed)
            let broken = simulation.run()
            #expect(broken == [])
            guard broken.isEmpty else { return }
        }
    }

    /// As they were found: the first three before writes of AccessPointTargets could fail.
    @Test(
        "runs in which a rule was broken once",
        arguments: [(515, false), (43_602, false), (52_236, false), (18, true), (19_638, true)] as [(UInt64, Bool)])
    func mended(seed: UInt64, losesAssignments: Bool) {
        var simulation = Simulation(seed: seed, losesAssignments: losesAssignments)
        #expect(simulation.run() == [])
    }

    @Test("a run depends on nothing but its seed")
    func replayable() {
        var (first, second) = (Simulation(seed: Self.start), Simulation(seed: Self.start))
        #expect(first.run() == second.run())
        #expect(first.world.summary == second.world.summary)
        #expect(first.tally.counts == second.tally.counts)
    }
}
