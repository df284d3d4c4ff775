import Foundation
import JSONValue

/// The user's client: the real kubectl against one cluster.
struct Kubectl: Sendable {
    var executable: String
    var kubeconfig: String

    /// Runs kubectl and returns what it printed, whatever its exit status.
    func attempt(_ arguments: [String], input: String? = nil) async throws -> Output {
        try await Command(
            executable: executable, arguments: ["--kubeconfig", kubeconfig] + arguments, input: input
        ).run()
    }

    func attempt(_ arguments: String..., input: String? = nil) async throws -> Output {
        try await attempt(arguments, input: input)
    }

    /// Runs kubectl and fails with its own words where it fails.
    @discardableResult
    func callAsFunction(_ arguments: String..., input: String? = nil) async throws -> String {
        try await self(arguments, input: input)
    }

    @discardableResult
    func callAsFunction(_ arguments: [String], input: String? = nil) async throws -> String {
        let output = try await attempt(arguments, input: input)
        guard output.succeeded else {
            throw StageError("kubectl \(arguments.joined(separator: " ")): \(output.text)")
        }
        return output.stdout
    }

    /// Runs a line of shell in which `kubectl` is this kubectl: for commands that a message tells a person to type.
    func typed(_ line: String, environment: [String: String] = [:]) async throws -> Output {
        let folder = (executable as NSString).deletingLastPathComponent
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return try await Command(
            executable: "/bin/bash", arguments: ["-c", line],
            environment: environment.merging(["PATH": "\(folder):\(path)", "KUBECONFIG": kubeconfig]) { $1 }
        ).run()
    }

    /// `kubectl apply -f -`.
    @discardableResult
    func apply(_ manifest: String) async throws -> String {
        try await self("apply", "-f", "-", input: manifest)
    }

    /// One object as JSON, or nil where there is none.
    func get(_ kind: String, _ name: String, namespace: String? = nil) async throws -> JSONValue? {
        let scope = namespace.map { ["-n", $0] } ?? []
        let text = try await self(["get", kind, name, "-o", "json", "--ignore-not-found"] + scope)
        return text.isEmpty ? nil : try JSONValue(parsing: text)
    }

    /// What a JSONPath yields of one object.
    func field(_ path: String, of kind: String, _ name: String, namespace: String) async throws -> String {
        try await self("get", kind, name, "-n", namespace, "-o", "jsonpath={\(path)}")
    }
}
