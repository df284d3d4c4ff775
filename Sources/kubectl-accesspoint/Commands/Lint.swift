import AccessPointAPI
import ArgumentParser
import JSONValue
import KubeModel
import Rendering

/// `lint`: everything that is wrong with the AccessPoints of files, or of the host.
struct Lint: AsyncParsableCommand {
    /// What `istioctl analyze` ends with when it has found something.
    static let foundIssues: Int32 = 79

    static let configuration = CommandConfiguration(
        abstract: "Check AccessPoints in files, for which no cluster is asked, or on the host.",
        usage: """
            kubectl accesspoint lint -f FILE... [--clusters FILE] [--live] [--failure-threshold warning|error]
            kubectl accesspoint lint NAME... [--live] [--failure-threshold warning|error]
            kubectl accesspoint lint --all-namespaces [--live] [--failure-threshold warning|error]
            """,
        discussion: """
            Checks fields, rendering, the rules for each object and for each set (docs/rules.md), and MemberClusters \
            and NameServices that stand in the files too. With --clusters, or on the host, it also checks placement and \
            canary, renders for the real targets and compares the AccessPoints with each other: objects, and hosts at \
            gateways, that two of them claim in one cluster; without, it renders for targets that are made up: one in \
            the scope and one for each override. With --live it looks into the members too: what AccessPoints refer to \
            and is missing there, and what does not get along with objects of others. Objects of other groups are \
            passed over. Ends with 0 when nothing is found, with 79 when something at least as severe as \
            --failure-threshold is found, with 1 when a file, or what a cluster must tell, cannot be read, whatever \
            else was found, with 64 on wrong flags.
            """)

    @Argument(help: "AccessPoints on the host.")
    var names: [String] = []

    @Option(
        name: [.customShort("f"), .long], parsing: .upToNextOption,
        help: "Files to check, YAML or JSON; - is standard input.", completion: .file())
    var filename: [String] = []

    @Flag(name: [.customShort("A"), .long], help: "All AccessPoints, NameServices and MemberClusters of the host.")
    var allNamespaces = false

    @Flag(help: "Look into the members too, by the contexts of the kubeconfig that have their names.")
    var live = false

    @Option(
        help: "File with the MemberClusters (default: those of the host, if one is asked; else none).",
        completion: .file())
    var clusters: String?

    @Option(help: "The least severe finding that makes it end with 79: warning or error.")
    var failureThreshold = LintFinding.Severity.warning

    @Option(name: .shortAndLong, help: "table, json or yaml.")
    var output = OutputFormat.table

    @OptionGroup var rendering: RenderingOptions
    @OptionGroup var host: HostOptions

    /// Whether no cluster is asked.
    private var isOffline: Bool { !filename.isEmpty && !live }
    /// Whether AccessPoints are rendered for targets that are made up.
    private var makesUpTargets: Bool { isOffline && clusters == nil }

    func validate() throws {
        guard [!names.isEmpty, !filename.isEmpty, allNamespaces].count(where: { $0 }) == 1 else {
            throw ValidationError("give the NAMEs of AccessPoints, or files with -f (--filename), or --all-namespaces")
        }
        if filename.isEmpty, clusters != nil { throw ValidationError("--clusters goes with -f only") }
        if allNamespaces, host.namespace != nil {
            throw ValidationError("--all-namespaces and --namespace exclude each other")
        }
        try allowInput(of: filename + [clusters])
    }

    func run() async throws {
        try await ending {
            let run = isOffline ? try offline() : try await Host.reached(host, online)
            guard run.accessPoints + run.memberClusters + run.nameServices > 0 || !run.findings.isEmpty else {
                guard run.unread.isEmpty else {
                    // A report says what was not read; a table has nothing to say of no object.
                    if output != .table { tell(run) }
                    throw CommandFailure(run.unread)
                }
                let place = filename.isEmpty ? "on the host" : "in the files"
                throw CommandFailure("there is neither an AccessPoint nor a MemberCluster \(place)")
            }
            if makesUpTargets, run.accessPoints > 0 {
                let pairs = run.accessPoints > 1 ? ", nor are AccessPoints compared with each other" : ""
                Console.complain(
                    "note: no clusters are known, so placement, canary and labels of clusters are not checked\(pairs); "
                        + "give --clusters FILE")
            }
            tell(run)
            if !live, run.accessPoints > 0 {
                Console.complain(
                    "note: not checked: what lives in the clusters (Secrets, Services, objects of others); "
                        + "--live looks there")
            }
            let failures = run.unread + run.unseen.map(\.message)
            guard failures.isEmpty else { throw CommandFailure(failures) }
            if run.findings.contains(where: { $0.severity >= failureThreshold }) { throw ExitCode(Self.foundIssues) }
        }
    }

    private func offline() throws -> LintRun {
        let members = try clusters.map(Surroundings.members) ?? []
        var run = LintRun(
            try Surroundings(offline: host, rendering, members: members), rendering.options,
            knowsClusters: !makesUpTargets)
        for path in filename { run.check(path) }
        run.compare()
        return run
    }

    private func online(_ host: Host) async throws -> LintRun {
        let place = try await Surroundings(host, rendering, clusters: clusters)
        var run = LintRun(place, rendering.options, knowsClusters: true)
        for path in filename { run.check(path) }
        for name in names { run.check([try await host.existing(name).json], of: "") }
        if allNamespaces {
            for resource in [Names.accessPoints, Names.memberClusters, Names.nameServices] {
                run.check(try await host.all(resource), of: "")
            }
        }
        run.compare()
        if live { try await run.look(host) }
        for note in run.notes { Console.complain("note: \(note)") }
        return run
    }

    private func tell(_ run: LintRun) {
        guard output == .table else {
            var report: JSONObject = [
                "accessPoints": .integer(Int64(run.accessPoints)),
                "memberClusters": .integer(Int64(run.memberClusters)),
                "nameServices": .integer(Int64(run.nameServices)),
                "targets": makesUpTargets ? "MadeUp" : "Clusters",
                "findings": .array(run.findings.map(\.json)),
            ]
            if !filename.isEmpty { report["unread"] = .array(run.unread.map { .string($0) }) }
            if live { report["unseen"] = .array(run.unseen.map(\.json)) }
            return Console.say(.object(report), output)
        }
        guard !run.findings.isEmpty else {
            let part = run.unread.isEmpty && run.unseen.isEmpty ? "" : "what could be checked of "
            return Console.say(
                "No findings in \(part)\(run.accessPoints) AccessPoints, \(run.memberClusters) MemberClusters "
                    + "and \(run.nameServices) NameServices\n")
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
