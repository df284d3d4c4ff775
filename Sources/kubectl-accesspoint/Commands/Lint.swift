import ArgumentParser
import JSONValue

/// `lint`: everything that is wrong with the AccessPoints of files.
struct Lint: AsyncParsableCommand {
    /// What `istioctl analyze` ends with when it has found something.
    static let foundIssues: Int32 = 79

    static let configuration = CommandConfiguration(
        abstract: "Check AccessPoints in files; no cluster is asked.",
        usage: "kubectl accesspoint lint -f FILE... [--clusters FILE] [--failure-threshold warning|error]",
        discussion: """
            Checks fields, rendering, the rules for each object and for each set (docs/rules.md), and MemberClusters \
            that stand in the files too. With --clusters it also checks placement and canary, and renders for the real \
            targets; without, for targets that are made up: one in the scope and one for each override. Objects of \
            other groups are passed over. Ends with 0 when nothing is found, with 79 when something at least as severe \
            as --failure-threshold is found, with 1 when a file cannot be read, with 64 on wrong flags.
            """)

    @Option(
        name: [.customShort("f"), .long], parsing: .upToNextOption,
        help: "Files to check, YAML or JSON; - is standard input.")
    var filename: [String]

    @Option(help: "File with the MemberClusters.")
    var clusters: String?

    @Option(help: "The least severe finding that makes it end with 79: warning or error.")
    var failureThreshold = LintFinding.Severity.warning

    @Option(name: .shortAndLong, help: "table, json or yaml.")
    var output = OutputFormat.table

    @OptionGroup var rendering: RenderingOptions
    @OptionGroup var host: HostOptions

    func run() async throws {
        try await ending {
            let members = try clusters.map(Surroundings.members) ?? []
            var run = LintRun(try Surroundings(offline: host, rendering, members: members), rendering.options)
            for path in filename { try run.check(path) }
            guard run.accessPoints + run.memberClusters > 0 || !run.findings.isEmpty else {
                throw CommandFailure("there is neither an AccessPoint nor a MemberCluster in the files")
            }
            if clusters == nil, run.accessPoints > 0 {
                Console.complain(
                    "note: no clusters are known, so placement, canary and labels of clusters are not checked; "
                        + "give --clusters FILE")
            }
            tell(run)
            if run.findings.contains(where: { $0.severity >= failureThreshold }) { throw ExitCode(Self.foundIssues) }
        }
    }

    private func tell(_ run: LintRun) {
        guard output == .table else {
            let report: JSONValue = [
                "accessPoints": .integer(Int64(run.accessPoints)),
                "memberClusters": .integer(Int64(run.memberClusters)),
                "targets": clusters == nil ? "MadeUp" : "Clusters",
                "findings": .array(run.findings.map(\.json)),
            ]
            return Console.say(report, output)
        }
        guard !run.findings.isEmpty else {
            return Console.say(
                "No findings in \(run.accessPoints) AccessPoints and \(run.memberClusters) MemberClusters\n")
        }
        var table = TextTable("SEVERITY", "CODE", "FILE", "OBJECT", "PLACE", "FINDING")
        for finding in run.findings {
            let message = [finding.path, finding.message].filter { !$0.isEmpty }.joined(separator: ": ")
            table.add(
                finding.severity.rawValue, finding.code, finding.file, finding.object, finding.place, message)
        }
        Console.say(table.text)
    }
}
