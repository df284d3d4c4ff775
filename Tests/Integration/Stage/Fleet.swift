import Foundation
import JSONValue
import KubeClient

/// A host and three member clusters: real kube-apiservers on one etcd, started once for a whole test run.
///
/// `scripts/fleet.sh` ends them when its standard input reaches its end, so they never outlive the test process.
struct Fleet: Sendable {
    static let host = "host"
    static let members = ["us-west-az1-k1", "us-east-az1-k1", "eu-central-az1-k1"]
    static let all = [host] + members

    let folder: URL
    /// Folder of kube-apiserver, etcd and kubectl.
    let assets: String
    private let process: Background
    /// Held open for as long as the servers shall live.
    private let lifeline: Lifeline

    /// The kubeconfig of a cluster's administrator, or another one of those that `fleet.sh` writes.
    func kubeconfig(_ cluster: String, _ file: String = "kubeconfig") -> URL {
        folder.appending(path: cluster).appending(path: file)
    }

    /// kubectl against one cluster.
    func kubectl(_ cluster: String, _ file: String = "kubeconfig") -> Kubectl {
        Kubectl(executable: assets + "/kubectl", kubeconfig: kubeconfig(cluster, file).path)
    }

    /// Stops one server; its data stays.
    func stop(_ cluster: String) async throws { try await script("stop", cluster) }

    /// Starts one server again on the same port with the same data.
    func restart(_ cluster: String) async throws { try await script("restart", cluster) }

    private func script(_ verb: String, _ cluster: String) async throws {
        let output = try await Command(
            executable: Checkout.top.appending(path: "scripts/fleet.sh").path,
            arguments: [verb, "--dir", folder.path, "--cluster", cluster]
        ).run()
        guard output.succeeded else { throw StageError("fleet.sh \(verb) \(cluster): \(output.text)") }
    }

    /// Starts the servers and waits until they are ready.
    static func start() async throws -> Fleet {
        guard let assets = ProcessInfo.processInfo.environment["KUBEBUILDER_ASSETS"] else {
            throw StageError("KUBEBUILDER_ASSETS is not set: these tests run against real servers; use `make test`")
        }
        let logs = try Scratch.folder("fleet")
        // In memory where there is such a folder: etcd waits for the disk at every write.
        let memory = URL(filePath: "/dev/shm")
        let base = FileManager.default.isWritableFile(atPath: memory.path) ? memory : logs
        let folder = base.appending(path: "accesspoint-test-\(ProcessInfo.processInfo.processIdentifier)")
        let lifeline = Lifeline()
        let process = try Background(
            "/bin/bash",
            [
                "-c", #""$1" up --dir "$2" --clusters "$3" --until-stdin-eof --audit; rm -rf "$2""#, "fleet",
                Checkout.top.appending(path: "scripts/fleet.sh").path, folder.path, all.joined(separator: ","),
            ], folder: logs, input: lifeline.pipe)
        let ready = folder.appending(path: "ready")
        try await eventually("the servers are ready", within: .seconds(180)) {
            guard process.isRunning else { throw StageError("the servers did not start: \(process.text("stderr"))") }
            return FileManager.default.fileExists(atPath: ready.path)
        }
        return Fleet(folder: folder, assets: assets, process: process, lifeline: lifeline)
    }

    /// The write end of the servers' standard input; nobody writes to it.
    private final class Lifeline: @unchecked Sendable {
        let pipe = Pipe()
    }
}

/// Something of the stage, not of the product, went wrong, or something expected did not come.
struct StageError: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// Where this checkout and its products are.
enum Checkout {
    static let top = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// A program beside the test bundle that is running.
    static func product(_ name: String) throws -> String {
        let folder = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
        for candidate in [folder, top.appending(path: ".build/debug")] {
            let path = candidate.appending(path: name).path
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
        throw StageError("\(name) is not built: run `swift build`")
    }
}

/// Polls a condition of the outside world that offers no event to wait for (a file, another process).
func eventually(
    _ what: String, within limit: Duration = .seconds(60), _ condition: () async throws -> Bool
) async throws {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while true {
        if try await condition() { return }
        guard clock.now < deadline else { throw StageError("not within \(limit): \(what)") }
        try await clock.sleep(for: .milliseconds(100))
    }
}
