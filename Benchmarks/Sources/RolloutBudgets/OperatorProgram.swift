import Foundation
import Glibc
import KubeClient
import KubeModel

/// The operator's release binary with its default flags, but that it serves nothing.
final class OperatorProgram {
    private let process = Process()
    let startedAt = Date()

    init(_ executable: String, _ stage: Stage) throws {
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = [
            "--kubeconfig", stage.folder + "/host/kubeconfig", "--namespace", "accesspoint-system",
            "--allow-loopback-members", "--identity", "budgets",
            // A measurement must not fail for a port that something else has.
            "--health-address", "0", "--metrics-address", "0",
        ]
        let log = stage.folder + "/operator.log"
        if !FileManager.default.fileExists(atPath: log) {
            _ = FileManager.default.createFile(atPath: log, contents: nil)
        }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try handle.seekToEnd()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = handle
        try process.run()
        // For the script, which ends what is left when a measurement fails.
        try "\(process.processIdentifier)".write(
            toFile: stage.folder + "/operator.pid", atomically: true, encoding: .utf8)
    }

    /// Ends it as Kubernetes would: it gives its lease back.
    func terminate() async throws { try await end(SIGTERM) }

    /// Ends it as a machine that fails would: its lease runs out.
    func kill() async throws { try await end(SIGKILL) }

    private func end(_ signal: Int32) async throws {
        Glibc.kill(process.processIdentifier, signal)
        while process.isRunning { try await Task.sleep(for: .milliseconds(10)) }
    }

    /// CPU seconds of user and system that it has used.
    var cpuSeconds: Double {
        let stat = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)) ?? ""
        // The name in parentheses may hold spaces; user and system time are the 12th and 13th after it.
        let fields = (stat.split(separator: ")").last ?? "").split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Most resident memory so far, in MiB.
    var peakMiB: Double {
        let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return (line.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0) / 1024
    }

    /// When the lease was taken by this process, as the Lease says.
    func leaseTaken(_ stage: Stage) async throws -> Date {
        let leases = GroupVersionResource(group: "coordination.k8s.io", version: "v1", resource: "leases")
        for _ in 0..<400 {
            for lease in try await stage.host.listAll(leases, namespace: "accesspoint-system").items {
                guard let text = lease.spec?["acquireTime"]?.stringValue, let stamp = Timestamp(text) else { continue }
                let time = Date(timeIntervalSince1970: Double(stamp.microsecondsSince1970) / 1e6)
                if time > startedAt { return time }
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Trouble("the operator did not take the lease within 40 s; see \(stage.folder)/operator.log")
    }
}
