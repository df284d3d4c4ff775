import Foundation
import Synchronization

/// A program that ran to its end: what it printed and how it ended.
struct Output: Sendable {
    var status: Int32
    var stdout: String
    var stderr: String

    var succeeded: Bool { status == 0 }
    /// Both streams, for messages that a person would read on a terminal.
    var text: String { stdout + stderr }
}

/// A command that is run outside the test process, its output kept in files so that no pipe can fill up.
struct Command: Sendable {
    var executable: String
    var arguments: [String]
    var environment: [String: String] = [:]
    var input: String?

    /// Runs the command to its end without blocking a task.
    func run() async throws -> Output {
        let folder = try Scratch.folder("command")
        defer { try? FileManager.default.removeItem(at: folder) }
        var stdin: FileHandle?
        if let input {
            let file = folder.appending(path: "stdin")
            try Data(input.utf8).write(to: file)
            stdin = try FileHandle(forReadingFrom: file)
        }
        defer { try? stdin?.close() }
        let background = try Background(
            executable, arguments, environment: environment, folder: folder, input: stdin)
        let status = await background.end()
        return Output(status: status, stdout: background.text("stdout"), stderr: background.text("stderr"))
    }
}

/// A command that runs beside the test until it ends or is ended.
final class Background: Sendable {
    /// Where `stdout` and `stderr` are written.
    let folder: URL
    let pid: Int32
    private let status = Mutex<Int32?>(nil)
    private let waiting = Mutex<[CheckedContinuation<Void, Never>]>([])

    /// Starts the command; without `input` its standard input is empty, with `output` its standard output goes there.
    init(
        _ executable: String, _ arguments: [String], environment: [String: String] = [:], folder: URL,
        input: Any? = nil, output: Pipe? = nil
    ) throws {
        let process = Process()
        process.executableURL = URL(filePath: executable)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, ours in ours }
        process.standardInput = input ?? FileHandle.nullDevice
        let errors = try Self.file("stderr", in: folder)
        let words = try output == nil ? Self.file("stdout", in: folder) : nil
        // The program has its own copies; ours would add up, and Foundation's `run` dies of more than about 1,300.
        defer { for file in [errors, words] { try? file?.close() } }
        process.standardError = errors
        process.standardOutput = output ?? words
        self.folder = folder
        let ended = Ended()
        process.terminationHandler = { ended.set($0.terminationStatus) }
        try process.run()
        pid = process.processIdentifier
        ended.tell { [weak self] status in self?.ended(status) }
    }

    /// Sends a signal to exactly this process, unless it has ended.
    func signal(_ number: Int32) {
        status.withLock { status in
            if status == nil { kill(pid, number) }
        }
    }

    /// Waits for the end and returns the exit status.
    @discardableResult
    func end() async -> Int32 {
        while true {
            if let status = status.withLock({ $0 }) { return status }
            await withCheckedContinuation { continuation in
                waiting.withLock { $0.append(continuation) }
                // The end may have come between the look and the wait.
                if status.withLock({ $0 }) != nil { resumeAll() }
            }
        }
    }

    var isRunning: Bool { status.withLock { $0 } == nil }

    /// What it has written so far to `stdout` or `stderr`.
    func text(_ stream: String) -> String {
        (try? String(contentsOf: folder.appending(path: stream), encoding: .utf8)) ?? ""
    }

    private func ended(_ status: Int32) {
        self.status.withLock { $0 = status }
        resumeAll()
    }

    private func resumeAll() {
        let all = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for continuation in all { continuation.resume() }
    }

    private static func file(_ name: String, in folder: URL) throws -> FileHandle {
        let file = folder.appending(path: name)
        if !FileManager.default.fileExists(atPath: file.path) {
            _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        }
        let handle = try FileHandle(forWritingTo: file)
        try handle.seekToEnd()
        return handle
    }

    /// Carries the exit status to an object that may not exist yet when the process ends.
    private final class Ended: Sendable {
        private struct State {
            var status: Int32?
            var listener: (@Sendable (Int32) -> Void)?
        }

        private let state = Mutex(State())

        func set(_ status: Int32) {
            let listener = state.withLock { state in
                state.status = status
                return state.listener
            }
            listener?(status)
        }

        func tell(_ listener: @escaping @Sendable (Int32) -> Void) {
            let status = state.withLock { state in
                state.listener = listener
                return state.status
            }
            if let status { listener(status) }
        }
    }
}

/// Folders of this test run; what the run before left is removed, so that logs of a failure can be read afterwards.
enum Scratch {
    static let root: URL = {
        let folder = Checkout.top.appending(path: ".build/integration")
        try? FileManager.default.removeItem(at: folder)
        return folder
    }()

    private static let counter = Mutex(0)

    static func folder(_ name: String) throws -> URL {
        let number = counter.withLock { count in
            count += 1
            return count
        }
        let folder = root.appending(path: "\(number)-\(name)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }
}
