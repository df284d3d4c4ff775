import Glibc
import Synchronization
import Testing

@testable import KubeClient

/// A disk whose reads all wait until a number of them is under way, or until two seconds after the first.
private final class SlowDisk: Sendable {
    private let state = Mutex<(waiting: Int, deadline: ContinuousClock.Instant?)>((0, nil))
    private let expected: Int

    init(expected: Int) { self.expected = expected }

    /// Whether all expected reads came together.
    func read() -> Bool {
        let deadline = state.withLock { state in
            state.waiting += 1
            let deadline = state.deadline ?? .now + .seconds(2)
            state.deadline = deadline
            return deadline
        }
        while state.withLock({ $0.waiting < expected }) {
            guard ContinuousClock.now < deadline else { return false }
            poll(nil, 0, 1)
        }
        return true
    }
}

@Suite("Credentials in files")
struct CredentialFileTests {
    @Test("a slow disk holds up no task: reads wait on threads of their own, as many as there are")
    func slowDisk() async throws {
        // More than any machine has threads for Swift's tasks.
        let count = 256
        let disk = SlowDisk(expected: count)
        let together = Mutex(0)
        let sources = try (0..<count).map { _ in
            var files = CredentialFiles(tokenFile: "/token")
            let isFirst = Mutex(true)
            files.content = { _ in
                // The first read, for the source itself, is the start of the program.
                let isStart = isFirst.withLock { isFirst in
                    defer { isFirst = false }
                    return isFirst
                }
                if !isStart, disk.read() { together.withLock { $0 += 1 } }
                return Array("token".utf8)
            }
            return try files.source
        }
        try await withThrowingTaskGroup(of: RequestCredentials.self) { group in
            for source in sources { group.addTask { try await source.current().credentials } }
            for try await credentials in group { #expect(credentials.bearerToken == Secret("token")) }
        }
        #expect(together.withLock { $0 } == count)
    }
}
