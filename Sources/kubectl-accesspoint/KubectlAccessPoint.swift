import ArgumentParser

/// The user's program: renders, checks, compares and explains AccessPoints, without a cluster where that can be.
@main
struct KubectlAccessPoint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kubectl-accesspoint",
        abstract: "Shows what AccessPoints come to: before they are applied, and why.",
        usage: "kubectl accesspoint <command> [options]",
        discussion: """
            On the PATH it is also `kubectl accesspoint`. It reads and never writes. Results go to standard output, \
            problems to standard error. Ends with 0 when all is well, with 1 when it could not do what was asked, with \
            64 on wrong flags; `lint` and `diff` say more in their help.
            """,
        version: "0.1.0",
        subcommands: [Render.self, Lint.self, Diff.self, Explain.self, Complete.self])
}

extension AsyncParsableCommand {
    /// Runs the work of a command; what it throws is told in one line a problem, and is the end: with 64 where flags do
    /// not go with the kubeconfig.
    func ending(with status: Int32 = 1, _ work: () async throws -> Void) async throws {
        do {
            try await work()
        } catch let code as ExitCode {
            throw code
        } catch let wrongFlags as ValidationError {
            // Thrown on, it would show the usage of the whole program.
            Self.exit(withError: wrongFlags)
        } catch {
            for problem in error.sentences { Console.complain("error: \(problem)") }
            throw ExitCode(status)
        }
    }
}
