import Foundation
import Rollout
import Testing

/// `ROLLOUT_SEEDS=20000 swift test -c release -Xswiftc -enable-testing --filter SimulationTests` runs more of them.
@Suite("Seeded simulation")
struct SimulationTests {
    /// Another start replays other runs; a failure prints the seed of its own run.
    static let start: UInt64 = 20_261_121
    static let count = ProcessInfo.processInfo.environment["ROLLOUT_SEEDS"].flatMap { Int($0) } ?? 30

    @Test("one operator, killed at any time: no rule breaks, and the goal is reached in the end", arguments: 0..<2)
    func crashes(part: UInt64) {
        for seed in Self.seeds(part) {
            var simulation = Simulation(seed: seed)
            let broken = simulation.run(events: 120)
            #expect(broken == [])
            guard broken.isEmpty else { return }
        }
    }

    @Test("two operators that both think they lead: no rule breaks, and the goal is reached in the end")
    func twoLeaders() {
        for seed in Self.seeds(2) {
            var simulation = Simulation(seed: seed, operators: 2)
            let broken = simulation.run(events: 120)
            #expect(broken == [])
            guard broken.isEmpty else { return }
        }
    }

    private static func seeds(_ part: UInt64) -> [UInt64] {
        (0..<count).map { start + part * 10_000_000 + UInt64($0) }
    }
}
