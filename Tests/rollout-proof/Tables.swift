import ArgumentParser
import Rollout
import RolloutSimulation

/// The safety rules and what shows that they hold.
struct RuleTable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "Lists the safety rules, each with its proofs.")

    mutating func run() { show(Proof.rules) }
}

/// What happened elsewhere and the tests against it.
struct IncidentTable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incidents", abstract: "Lists incidents of others, each with the tests against it.")

    mutating func run() { show(Proof.incidents) }
}

/// The guards, what fails without each, and how soon random runs notice that it is gone.
struct GuardTable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guards", abstract: "Lists the guards; takes each out of the core and looks for harm.")

    @Option(help: "Seeds to run without each guard.")
    var seeds: UInt64 = 3000

    mutating func run() {
        show(Proof.guards)
        print("")
        print("random runs without a guard (a guard whose absence breaks no rule there has its story in the test):")
        for guarded in Guards.Guard.allCases {
            let found = (1...seeds).lazy.map { seed in
                var simulation = Simulation(seed: seed, guards: Guards(without: guarded))
                return simulation.run().first
            }.compactMap { $0 }.first
            print(
                "  without \(guarded.rawValue): \(found.map { String($0.prefix(160)) } ?? "nothing in \(seeds) seeds")")
        }
    }
}

private func show(_ proofs: [Proof]) {
    for line in proofs.flatMap(\.lines) { print(line) }
}
