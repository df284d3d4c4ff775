import KubeClient
import Synchronization
import TestSupport
import Testing

@testable import Operator

@Suite("The line in which members are read", .timeLimit(.minutes(1)))
struct ReadingLineTests {
    /// A fleet whose members answer a read only when they are told to; what is no read is answered at once.
    final class Fleet: Sendable {
        private struct State {
            var waiting: [CheckedContinuation<Void, Never>] = []
            var underway = 0
            var most = 0
            var reads = 0
        }

        private let state = Mutex(State())
        let member = MemberSessionTests.Member()

        /// The most reads that were under way at once, and how many there have been.
        var most: Int { state.withLock { $0.most } }
        var reads: Int { state.withLock { $0.reads } }
        /// Reads that wait for their answer.
        var waiting: Int { state.withLock { $0.waiting.count } }

        /// Lets all that wait have their answers.
        func answerAll() {
            let waiting = state.withLock { state in
                defer { state.waiting = [] }
                return state.waiting
            }
            for continuation in waiting { continuation.resume() }
        }

        func answer(_ request: HTTPRequest) async throws(TransportError) -> FakeTransport.Answer {
            let isProbe = ["/version", "/api/v1/namespaces/kube-system"].contains(request.target)
            guard !isProbe, !request.target.contains("watch=") else { return try member.answer(request) }
            await withCheckedContinuation { continuation in
                state.withLock { state in
                    state.underway += 1
                    state.reads += 1
                    state.most = max(state.most, state.underway)
                    state.waiting.append(continuation)
                }
            }
            state.withLock { $0.underway -= 1 }
            return try member.answer(request)
        }
    }

    let clock = TestClock()
    let fleet = Fleet()

    private func sessions(_ count: Int, sharing readings: ConcurrencyLimit) throws -> [MemberSession] {
        let transport = FakeTransport { [fleet] request throws(TransportError) in try await fleet.answer(request) }
        return try (0..<count).map {
            try MemberSessionTests.session(transport, clock, name: "eu-\($0)", readings: readings)
        }
    }

    @Test("200 clusters that come together are read 32 at a time, and every one of them is")
    func herd() async throws {
        let sessions = try sessions(200, sharing: ConcurrencyLimit(ReadingLine.total))
        for session in sessions { session.start() }
        // All of them are known to be there before the first is read further: a probe stands in no line.
        await clock.advance { sessions.allSatisfy(\.health.isReachable) && fleet.waiting == ReadingLine.total }
        await clock.advance {
            fleet.answerAll()
            return sessions.allSatisfy(\.isReady)
        }
        #expect(fleet.most == ReadingLine.total)
        #expect(fleet.reads >= 200 * 3)
        for session in sessions { session.stop() }
    }

    @Test("a member that does not answer holds two reads, and the others are read past it")
    func share() async throws {
        let readings = ConcurrencyLimit(ReadingLine.perMember + 1)
        let stuck = Fleet()
        let transport = FakeTransport { request throws(TransportError) in try await stuck.answer(request) }
        let client = try transport.client().through { ReadingLine($0, sharing: readings) }
        let asked = (0..<9).map { number in
            Task { try? await client.getRaw("/stuck/\(number)") }
        }
        await clock.advance { stuck.waiting == ReadingLine.perMember }
        let other = try sessions(1, sharing: readings)
        for session in other { session.start() }
        await clock.advance {
            fleet.answerAll()
            return other.allSatisfy(\.isReady)
        }
        #expect(stuck.most == ReadingLine.perMember)
        for session in other { session.stop() }
        await clock.advance {
            stuck.answerAll()
            return stuck.reads == asked.count && stuck.waiting == 0
        }
        for task in asked { _ = await task.value }
    }
}
