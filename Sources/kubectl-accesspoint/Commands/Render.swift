import AccessPointAPI
import ArgumentParser
import JSONValue
import KubeModel
import Rendering
import TrafficModel
import YAMLFormat

/// `render`: the objects that an AccessPoint of a file comes to.
struct Render: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the objects that an AccessPoint comes to, per target.",
        usage: "kubectl accesspoint render -f FILE [--cluster C] [--clusters FILE]",
        discussion: """
            The clusters are the MemberClusters of a file, as `kubectl get memberclusters -o yaml` writes it, or else \
            those of the host. Nothing is printed where the operator would refuse the AccessPoint: every problem goes \
            to standard error with its field, and the command ends with 1. A List (-o json) does not say which object \
            goes to which target; use --cluster.
            """)

    @Option(
        name: [.customShort("f"), .long], parsing: .upToNextOption,
        help: "Files with AccessPoints, YAML or JSON; - is standard input.", completion: .file())
    var filename: [String]

    @Option(help: "Only this target.")
    var cluster: String?

    @Option(help: "File with the MemberClusters (default: those of the host).", completion: .file())
    var clusters: String?

    @Option(name: .shortAndLong, help: "yaml, json (a List) or table.")
    var output = OutputFormat.yaml

    @OptionGroup var rendering: RenderingOptions
    @OptionGroup var host: HostOptions

    func validate() throws { try allowInput(of: filename + [clusters]) }

    func run() async throws {
        try await ending {
            let place = try await Surroundings.of(host, rendering, clusters: clusters)
            var sets: [RenderedSet] = []
            for subject in try Subject.read(filename, place) {
                let targets = try subject.targets(place.members)
                // All targets are judged, whichever is shown: the operator too refuses all for the fault of one.
                let all = try subject.sets(for: targets, rendering.options)
                let shown = try cluster.map { try targets.named($0, of: subject.key).name }
                sets += all.filter { shown == nil || $0.target == shown }
            }
            Console.say(text(sets))
        }
    }

    private func text(_ sets: [RenderedSet]) -> String {
        let objects = sets.flatMap { set in set.objects.map { (set.target, $0) } }
        switch output {
        case .json:
            let list: JSONValue = ["apiVersion": "v1", "kind": "List", "items": .array(objects.map(\.1.body))]
            return list.indented + "\n"
        case .yaml:
            return objects.map { "# \($0): \($1), template \($1.template)\n\(YAML.text($1.body))" }
                .joined(separator: "---\n")
        case .table:
            var table = TextTable("CLUSTER", "KIND", "NAMESPACE", "NAME", "HASH")
            for (target, object) in objects {
                table.add(target, object.kind.kind, object.key.namespace ?? "", object.key.name, object.hash)
            }
            return table.text
        }
    }
}
