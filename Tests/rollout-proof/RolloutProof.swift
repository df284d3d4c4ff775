import ArgumentParser

/// The heavy proofs of the rollout core, optimised: `swift run -c release rollout-proof check`.
@main
struct RolloutProof: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollout-proof", abstract: "Checks the rollout core against its safety rules.",
        subcommands: [Check.self, Simulate.self, Replay.self, RuleTable.self, GuardTable.self, IncidentTable.self])
}
