import Foundation
import KubeClient
import Testing

/// A command line that cannot work.
struct BadFlags: Sendable, CustomTestStringConvertible {
    var title: String
    var arguments: [String]
    var status: Int32 = 64
    var says: [String]

    var testDescription: String { title }

    static let table: [BadFlags] = [
        BadFlags(title: "an unknown flag", arguments: ["--kubeconfg", "x"], says: ["--kubeconfg", "--kubeconfig"]),
        BadFlags(title: "a flag without its value", arguments: ["--namespace"], says: ["--namespace"]),
        BadFlags(title: "a word too many", arguments: ["run"], says: ["run"]),
        BadFlags(
            title: "a lease that ends before it is renewed", arguments: ["--lease-duration", "5"],
            says: ["--lease-duration", "more than --renew-deadline"]),
        BadFlags(
            title: "no resync at all", arguments: ["--resync-seconds", "0"],
            says: ["--resync-seconds", "more than 0 and at most 86400"]),
        BadFlags(
            title: "a probe that is no number", arguments: ["--probe-seconds", "soon"],
            says: ["--probe-seconds", "soon"]),
        BadFlags(
            title: "a namespace that cannot exist", arguments: ["--namespace", "Shop_1"],
            says: ["--namespace", "Shop_1", "no namespace name"]),
        BadFlags(
            title: "a gateway namespace that cannot exist", arguments: ["--gateway-namespaces", "istio ingress"],
            says: ["--gateway-namespaces", "istio ingress"]),
        BadFlags(
            title: "a log format that does not exist", arguments: ["--log-format", "xml"],
            says: ["--log-format", "json", "text"]),
        BadFlags(
            title: "a log level that does not exist", arguments: ["--log-level", "loud"], says: ["--log-level", "loud"]),
        BadFlags(
            title: "an address without a port", arguments: ["--metrics-address", "localhost"],
            says: ["--metrics-address", "'localhost'", "HOST:PORT"]),
        BadFlags(
            title: "a port that cannot exist", arguments: ["--health-address", ":65536"],
            says: ["--health-address", "65536", "HOST:PORT"]),
        BadFlags(
            title: "two listeners at one address",
            arguments: ["--health-address", "127.0.0.1:9", "--metrics-address", "127.0.0.1:9"],
            says: ["--health-address and --metrics-address must differ"]),
        BadFlags(
            title: "an address that something else has",
            arguments: ["--kubeconfig", "HOST", "--metrics-address", "TAKEN"], status: 1,
            says: ["cannot listen at 127.0.0.1:", "something else listens there"]),
        BadFlags(
            title: "a hub id that cannot be a label", arguments: ["--hub-id", "a/b"], says: ["--hub-id", "label"]),
        BadFlags(
            title: "a kubeconfig that does not exist", arguments: ["--kubeconfig", "/nonexistent/kubeconfig"],
            status: 1,
            says: ["kubeconfig", "--kubeconfig"]),
        BadFlags(
            title: "neither a pod nor a kubeconfig", arguments: [], status: 1, says: ["--kubeconfig", "pod"]),
        BadFlags(
            title: "a context that does not exist", arguments: ["--kubeconfig", "HOST", "--context", "other"],
            status: 1,
            says: ["contexts", "name an existing context"]),
        BadFlags(
            title: "credentials that the host does not know", arguments: ["--kubeconfig", "WRONG"], status: 1,
            says: ["401", "host"]),
    ]
}

extension Integration {
    @Suite("Bad input: the command line")
    struct BadFlagTests {
        @Test("the operator ends at once and names the flag and the remedy", arguments: BadFlags.table)
        func flags(row: BadFlags) async throws {
            let site = try await Site.operated()
            let wrong = try Scratch.folder("kubeconfig").appending(path: "kubeconfig")
            let host = site.fleet.kubeconfig(Fleet.host)
            let text = try String(contentsOf: host, encoding: .utf8).replacing(
                /token: \w+/, with: "token: 0123456789abcdef")
            try Data(text.utf8).write(to: wrong)
            let server = site.host.client.endpoint.connection.server
            // It listens nowhere but where the row says, for another operator may run.
            let arguments =
                ["--health-address", "0", "--metrics-address", "0"]
                + row.arguments.map {
                    $0 == "HOST"
                        ? host.path : $0 == "WRONG" ? wrong.path : $0 == "TAKEN" ? "\(server.host):\(server.port)" : $0
                }
            let ended = try Background(
                try Checkout.product("accesspoint-operator"), arguments, environment: ["KUBECONFIG": ""],
                folder: try Scratch.folder("flags"))
            let alarm = Task {
                try await ContinuousClock().sleep(for: .seconds(15))
                ended.signal(SIGKILL)
            }
            let status = await ended.end()
            alarm.cancel()
            let said = ended.text("stderr") + ended.text("stdout")
            #expect(status == row.status, "\(said)")
            for part in row.says { #expect(said.contains(part), "no '\(part)' in: \(said)") }
            #expect(!said.contains("0123456789abcdef"), "a credential was printed")
        }
    }
}
