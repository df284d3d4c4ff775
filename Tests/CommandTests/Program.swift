import Foundation
import JSONValue
import YAMLFormat

/// A run of the real program, without any cluster unless the arguments name one.
struct Program {
    var status: Int32
    var stdout: String
    var stderr: String

    /// The result as data.
    func json() throws -> JSONValue { try JSONValue(parsing: stdout) }

    /// The result as YAML documents.
    func documents() throws -> [JSONValue] { try YAML.documents([UInt8](stdout.utf8)) }

    /// The lines of the result, each as its words.
    var rows: [[String]] {
        stdout.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }

    static let top = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let samples = top.appending(path: "samples").path

    /// Runs the program to its end without blocking a task.
    static func run(
        _ arguments: String..., input: String = "", environment: [String: String] = [:]
    ) async throws -> Program {
        try await run(arguments, input: input, environment: environment)
    }

    static func run(
        _ arguments: [String], program: URL? = nil, input: String = "", environment: [String: String] = [:]
    ) async throws -> Program {
        let folder = try Folder()
        let streams = try ["stdin", "stdout", "stderr"].map { name in
            let path = try folder.write(name == "stdin" ? input : "", to: name)
            return try FileHandle(forUpdating: URL(filePath: path))
        }
        defer { for stream in streams { try? stream.close() } }
        let process = Process()
        process.executableURL = try program ?? executable()
        process.arguments = arguments
        // Nothing of whoever runs the tests: no kubeconfig, no home.
        process.environment = ["HOME": folder.path, "PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        (process.standardInput, process.standardOutput, process.standardError) = (streams[0], streams[1], streams[2])
        let status: Int32 = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        func text(_ name: String) throws -> String {
            try String(contentsOf: URL(filePath: "\(folder.path)/\(name)"), encoding: .utf8)
        }
        return Program(status: status, stdout: try text("stdout"), stderr: try text("stderr"))
    }

    /// The program beside the test bundle.
    static func executable() throws -> URL {
        let folder = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
        for candidate in [folder, top.appending(path: ".build/debug")] {
            let program = candidate.appending(path: "kubectl-accesspoint")
            if FileManager.default.isExecutableFile(atPath: program.path) { return program }
        }
        throw CocoaError(.fileNoSuchFile)
    }
}

/// A folder that is gone when nobody has it any more.
final class Folder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "accesspoint-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and returns its path.
    func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
        return "\(path)/\(name)"
    }
}

/// Texts that the tests share.
enum Manifests {
    /// The file of a sample.
    static func sample(_ name: String) throws -> String {
        try String(contentsOfFile: "\(Program.samples)/\(name).yaml", encoding: .utf8)
    }

    /// A MemberCluster for each name, such as `eu-central-az1-k1`.
    static func clusters(_ names: String..., role: String = "Gateway") -> String {
        names.map { name in
            """
            apiVersion: accesspoint.io/v1alpha1
            kind: MemberCluster
            metadata: {name: \(name), labels: {network: internet}}
            spec:
              region: \(name.components(separatedBy: "-az")[0])
              availabilityZone: \(name.components(separatedBy: "-k")[0])
              role: \(role)
              access: {secretRef: {name: \(name)}}
            """
        }.joined(separator: "\n---\n")
    }

    static let three = clusters("us-west-az1-k1", "us-east-az1-k1", "eu-central-az1-k1")
}
