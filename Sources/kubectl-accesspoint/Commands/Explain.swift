import AccessPointAPI
import ArgumentParser
import JSONValue
import KubeModel
import Rendering

/// `explain`: where everything in the objects of one target comes from.
struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show which override matched what and why, and who wrote each field.",
        usage: """
            kubectl accesspoint explain NAME --cluster C [--template T] [--revision N]
            kubectl accesspoint explain -f FILE --cluster C [--template T] [--clusters FILE]
            """,
        discussion: """
            Prints the overrides with the selector fields that matched or did not, and the final objects with the \
            origin of each field that is not the template's own text. -o json has the origin of every field, with the \
            place of its text in the AccessPoint; -o table has one line a field. With --revision it explains what a \
            revision renders, with the facts of the cluster that were frozen with it.
            """)

    @Argument(help: "The AccessPoint on the host.")
    var name: String?

    @Option(
        name: .shortAndLong, help: "File with one AccessPoint, YAML or JSON; - is standard input.",
        completion: .file())
    var filename: String?

    @Option(help: "The target to explain.")
    var cluster: String

    @Option(help: "Only the object of this template entry.")
    var template: String?

    @Option(help: "The number of a revision, instead of the spec.")
    var revision: Int64?

    @Option(help: "File with the MemberClusters (default: those of the host).", completion: .file())
    var clusters: String?

    @Option(name: .shortAndLong, help: "yaml (with comments), json or table.")
    var output = OutputFormat.yaml

    @OptionGroup var rendering: RenderingOptions
    @OptionGroup var host: HostOptions

    func validate() throws {
        guard (name == nil) != (filename == nil) else {
            throw ValidationError("give either the NAME of an AccessPoint or a file with -f")
        }
        if name == nil, revision != nil { throw ValidationError("--revision needs the NAME of an AccessPoint") }
        if name != nil, clusters != nil { throw ValidationError("--clusters goes with -f only") }
        try allowInput(of: [filename, clusters])
    }

    func run() async throws {
        try await ending {
            let (subject, target) = try await question()
            let names = subject.spec.trafficTemplate.filter {
                $0.placement == target.placement || target.placement == nil
            }
            .map(\.name)
            if let template, !names.contains(where: { $0.utf8.elementsEqual(template.utf8) }) {
                throw CommandFailure(
                    "AccessPoint \(subject.key) has no template entry \(template) for \(target.name); it has "
                        + names.joined(separator: ", "))
            }
            let renderer = Renderer(identity: subject.identity, spec: subject.spec, options: rendering.options)
            let provenance = renderer.provenance(of: target)
            let report = ProvenanceReport(target: target, provenance: provenance, template: template)
            switch output {
            case .yaml: Console.say(report.text)
            case .table: Console.say(report.table)
            case .json: Console.say(report.json, .json)
            }
            let findings = provenance.rendering.set.map { renderer.findings(in: [$0], of: [target]) } ?? []
            try subject.tell(provenance.rendering.problems + findings)
        }
    }

    /// The AccessPoint and the facts of the target.
    private func question() async throws -> (Subject, TargetFacts) {
        if let filename {
            let place = try await Surroundings.of(host, rendering, clusters: clusters)
            let subjects = try Subject.read([filename], place)
            guard let subject = subjects.first, subjects.count == 1 else {
                throw CommandFailure("\(filename) holds \(subjects.count) AccessPoints; give a file with one")
            }
            return (subject, try subject.targets(place.members).named(cluster, of: subject.key))
        }
        return try await Host.reached(host) { host in
            let hub = await host.hubID(unless: rendering.hubID)
            guard let revision else {
                let subject = try await host.subject(name ?? "", hub: hub)
                return (subject, try subject.targets(try await host.members()).named(cluster, of: subject.key))
            }
            let identity = try await host.identity(name ?? "", hub: hub)
            let history = try await RevisionHistory(of: identity, on: host, rendering.options)
            let subject = Subject(identity: identity, spec: try history.revision(revision).inputs.spec)
            return (subject, try history.targets(of: revision).named(cluster, of: subject.key))
        }
    }
}
