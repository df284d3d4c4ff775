import Foundation
import Testing

@Suite("Completion of kubectl accesspoint")
struct CompletionTests {
    private static let commands = ["render", "lint", "diff", "explain"]

    /// What fits at the end of a line, as kubectl asks for it: by the script that it finds on the PATH.
    private func completed(_ words: String...) async throws -> (texts: [String], directive: String) {
        let folder = try Folder()
        let program = "\(folder.path)/kubectl-accesspoint"
        try FileManager.default.createSymbolicLink(atPath: program, withDestinationPath: try Program.executable().path)
        let script = Program.top.appending(path: "scripts/kubectl_complete-accesspoint")
        let run = try await Program.run(words, program: script, environment: ["PATH": "\(folder.path):/usr/bin:/bin"])
        #expect(run.status == 0 && run.stderr == "", "\(run)")
        let lines = run.stdout.split(separator: "\n").map(String.init)
        return (lines.dropLast().map { String($0.prefix { $0 != "\t" }) }, lines.last ?? "")
    }

    @Test("the commands are told with what they do, and the hidden one is not")
    func allCommands() async throws {
        let all = try await completed("")
        #expect(Set(all.texts).isSuperset(of: Self.commands) && !all.texts.contains("__complete"))
        #expect(all.directive == ":4")
        #expect(try await completed("ex").texts == ["explain"])
        #expect(try await completed("nothing", "").texts == [])
    }

    @Test("the options are those of the command's help", arguments: CompletionTests.commands)
    func options(command: String) async throws {
        let help = try await Program.run("help", command).stdout
        let listed = help.split(separator: "\n").compactMap { line -> String? in
            guard line.hasPrefix("  -") else { return nil }
            return line.split(whereSeparator: { " ,<".contains($0) }).first { $0.hasPrefix("--") }.map(String.init)
        }
        #expect(listed.count > 8)
        #expect(try await Set(completed(command, "--").texts) == Set(listed))
    }

    @Test("values are those that the option takes; of files kubectl's shell knows more")
    func values() async throws {
        for command in Self.commands {
            #expect(try await completed(command, "-o", "").texts == ["yaml", "json", "table"], "\(command)")
            #expect(try await completed(command, "--output=t").texts == ["--output=table"], "\(command)")
            #expect(try await completed(command, "-f", "").directive == ":0", "\(command)")
            #expect(try await completed(command, "--clusters", "x").directive == ":0", "\(command)")
        }
        #expect(try await completed("lint", "-f", "a.yaml", "").directive == ":0")
        #expect(try await completed("lint", "-f", "a.yaml", "--failure-threshold", "e").texts == ["error"])
        // No host can be asked here, which is no reason to disturb a person who types.
        for line in [("explain", "--cluster"), ("diff", "-n")] {
            let answer = try await completed(line.0, line.1, "")
            #expect(answer.texts == [] && answer.directive == ":4", "\(line)")
        }
    }

    @Test("no line makes it crash")
    func hostile() async throws {
        for line in ["", "--", "lint -- x", "-h", "lint \u{1B}[31m", "= =", "diff = -="] {
            let words = line.split(separator: " ").map(String.init)
            let run = try await Program.run(["__complete"] + words)
            #expect([0, 64].contains(run.status) && !run.stdout.contains("\u{1B}"), "\(words): \(run)")
        }
    }

    @Test("the shells' own completion scripts are written", arguments: ["bash", "zsh", "fish"])
    func scripts(shell: String) async throws {
        let run = try await Program.run("--generate-completion-script", shell)
        #expect(run.status == 0 && run.stdout.contains("failure-threshold"))
    }
}
