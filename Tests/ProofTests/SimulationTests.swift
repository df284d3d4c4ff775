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

    /// Each as it was found, without what was added later.
    @Test(
        "runs in which a rule was broken once",
        arguments: [
            (515, []), (43_602, []), (52_236, []), (18, [.lostAssignments]), (19_638, [.lostAssignments]),
        ] as [(UInt64, Set<Simulation.Addition>)])
    func mended(seed: UInt64, additions: Set<Simulation.Addition>) {
        var simulation = Simulation(seed: seed, with: additions)
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
