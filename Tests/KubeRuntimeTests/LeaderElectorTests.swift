import JSONValue
import KubeClient
import KubeModel
import KubeRuntime
import Synchronization
import TestSupport
import Testing

/// One lease in memory, whose server can be made to fail, to hang or to be somebody else's.
private final class MemoryLease: LeaseAccess {
    enum Mood: Sendable { case well, failing, hanging }

    private struct State {
        var record: LeaseRecord?
        var version = 0
        var mood = Mood.well

        mutating func store(_ record: LeaseRecord) -> LeaseRecord {
            version += 1
            var record = record
            record.resourceVersion = String(version)
            self.record = record
            return record
        }
    }

    private let state = Mutex(State())
    let writes = Recorded<String>()

    var record: LeaseRecord? { state.withLock { $0.record } }
    func turn(_ mood: Mood) { state.withLock { $0.mood = mood } }

    func put(_ record: LeaseRecord?) {
        state.withLock { state in
            state.version += 1
            state.record = record
            state.record?.resourceVersion = String(state.version)
        }
    }

    func perform(_ command: LeaseMachine.Command) async throws(LeaseRequestError) -> LeaseMachine.Input {
        switch state.withLock({ $0.mood }) {
        case .well: break
        case .failing: throw LeaseRequestError("the server is down")
        case .hanging:
            await untilCancelled()
            throw LeaseRequestError("cancelled")
        }
        return state.withLock { state in
            switch command {
            case .read: return .read(state.record)
            case .create(let record) where state.record == nil: return .written(state.store(record))
            case .update(let record) where state.record?.resourceVersion == record.resourceVersion:
                return .written(state.store(record))
            default: return .conflict
            }
        }
    }
}

@Suite("Leader elector")
struct LeaderElectorTests {
    private let clock = TestClock()
    private let lease = MemoryLease()
    private let notices = Recorded<String>()

    private func elector(_ identity: String = "me") throws -> LeaderElector {
        LeaderElector(
            identity: identity, settings: try LeaseSettings(), leases: lease, timeline: Timeline(clock),
            date: { Timestamp(secondsSince1970: 1_800_000_000) }, notice: { notices.add("\($0)") })
    }

    /// How the leadership of a run was lost.
    private func loss(_ run: Task<Void, any Error>, then latch: Latch = Latch()) async -> LeaseMachine.Loss? {
        defer { latch.open() }
        do { try await run.value } catch { return (error as? LeadershipLost)?.loss }
        return nil
    }

    @Test("it leads, renews while the work runs, and gives the lease back after the work has returned")
    func cleanEnd() async throws {
        let elector = try elector()
        let (leading, go) = (Latch(), Latch())
        let run = Task {
            try await elector.run { _ in
                leading.open()
                await go.wait()
                #expect(self.lease.record?.holder == "me", "the lease is kept until the work has ended")
            }
        }
        await leading.wait()
        #expect(elector.permitsWrite(timeout: .seconds(5)))
        await clock.advance { elector.leadershipDeadline ?? .start >= .seconds(60) }
        go.open()
        try await run.value
        #expect(lease.record?.holder == "")
        #expect(elector.leadership == nil)
        #expect(!elector.permitsWrite(timeout: .zero))
        #expect(notices.all == ["acquired"])
    }

    @Test("when the lease cannot be renewed the work is cancelled at the renew deadline, before the lease runs out")
    func notRenewed() async throws {
        let elector = try elector()
        let leading = Latch()
        let ended = Recorded<Duration>()
        let run = Task {
            try await elector.run(overdue: { notices.add("overdue") }) { _ in
                leading.open()
                await untilCancelled()
                ended.add(self.clock.now.offset)
                #expect(!elector.permitsWrite(timeout: .zero))
            }
        }
        await leading.wait()
        lease.turn(.failing)
        await clock.advance { elector.leadership == nil }
        #expect(await loss(run) == .notRenewed)
        #expect(ended.all == [.seconds(10)])
        #expect(!notices.all.contains("overdue"))
    }

    @Test("a request that hangs does not keep a leader in office")
    func hangingServer() async throws {
        let elector = try elector()
        let leading = Latch()
        let run = Task {
            try await elector.run { _ in
                leading.open()
                await untilCancelled()
            }
        }
        await leading.wait()
        lease.turn(.hanging)
        await clock.advance { elector.leadership == nil }
        #expect(clock.now.offset == .seconds(10))
        // Giving the lease back hangs as well, and is given up in its turn.
        let isOver = Latch()
        async let loss = loss(run, then: isOver)
        await clock.advance { isOver.isOpen }
        #expect(await loss == .notRenewed)
    }

    @Test("work that does not end when it is cancelled is reported when the lease runs out")
    func overdue() async throws {
        let elector = try elector()
        let (leading, stubborn, overdue) = (Latch(), Latch(), Latch())
        let run = Task {
            try await elector.run(overdue: { overdue.open() }) { _ in
                leading.open()
                await stubborn.wait()
            }
        }
        await leading.wait()
        lease.turn(.failing)
        await clock.advance { overdue.isOpen || clock.now.offset >= .seconds(15) }
        await overdue.wait()
        #expect(clock.now.offset == .seconds(15))
        stubborn.open()
        await #expect(throws: LeadershipLost.self) { try await run.value }
    }

    @Test("a leader who sees another holder stops at once and says who it is")
    func takenOver() async throws {
        let elector = try elector()
        let leading = Latch()
        let run = Task {
            try await elector.run { _ in
                leading.open()
                await untilCancelled()
            }
        }
        await leading.wait()
        lease.put(LeaseRecord(holder: "other", duration: .seconds(15)))
        await clock.advanceToNextSleeper()
        #expect(await loss(run) == .takenOver(by: "other"))
        #expect(lease.record?.holder == "other")
    }

    @Test("a second candidate waits, and leads at once when the first gives the lease back")
    func handover() async throws {
        let (first, second) = (try elector("first"), try elector("second"))
        let (firstLeads, secondLeads, go) = (Latch(), Latch(), Latch())
        let one = Task {
            try await first.run { _ in
                firstLeads.open()
                await go.wait()
            }
        }
        await firstLeads.wait()
        let two = Task { try await second.run { _ in secondLeads.open() } }
        while clock.now.offset < .seconds(40) {
            await clock.sleepers(2)
            await clock.advanceToNextSleeper()
        }
        #expect(!secondLeads.isOpen)
        go.open()
        try await one.value
        let released = clock.now.offset
        await clock.advance { secondLeads.isOpen }
        try await two.value
        #expect(clock.now.offset - released < .seconds(15), "it does not wait for the lease to run out")
    }

    @Test("a leader that is cancelled ends its work and gives the lease back")
    func cancelled() async throws {
        let elector = try elector()
        let leading = Latch()
        let run = Task {
            try await elector.run { _ in
                leading.open()
                await untilCancelled()
                try Task.checkCancellation()
            }
        }
        await leading.wait()
        run.cancel()
        await #expect(throws: CancellationError.self) { try await run.value }
        #expect(lease.record?.holder == "")
    }

    @Test("a candidate that is cancelled leaves the lease of others alone")
    func cancelledCandidate() async throws {
        lease.put(LeaseRecord(holder: "other", duration: .seconds(15)))
        let elector = try elector()
        let run = Task { try await elector.run { _ in Issue.record("it must not lead") } }
        await clock.sleepers(1)
        run.cancel()
        await #expect(throws: CancellationError.self) { try await run.value }
        #expect(lease.record?.holder == "other")
        #expect(notices.all == ["holder(\"other\")"])
    }

    @Test("what the work throws comes out, after the lease is given back")
    func workThrows() async throws {
        struct Broken: Error {}
        let elector = try elector()
        await #expect(throws: Broken.self) { try await elector.run { _ in throw Broken() } }
        #expect(lease.record?.holder == "")
    }
}

@Suite("Lease of a cluster")
struct ClusterLeaseTests {
    private static let key = ObjectKey(namespace: "system", name: "operator")
    private static let path = "/apis/coordination.k8s.io/v1/namespaces/system/leases"

    private static func lease(_ holder: String, _ version: String) -> JSONValue {
        [
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": [
                "name": "operator", "namespace": "system", "resourceVersion": .string(version), "labels": ["a": "b"],
            ],
            "spec": ["holderIdentity": .string(holder), "leaseDurationSeconds": 15],
        ]
    }

    private static let record = LeaseRecord(holder: "me", duration: .seconds(15), resourceVersion: "1")

    @Test("a read gives the record, a replace keeps what is not ours and insists on the version")
    func readAndReplace() async throws {
        let transport = FakeTransport { request throws(TransportError) in
            .json(Self.lease("other", request.method == .get ? "1" : "2"))
        }
        let lease = ClusterLease(client: try transport.client(), key: Self.key)
        #expect(
            try await lease.perform(.read)
                == .read(LeaseRecord(holder: "other", duration: .seconds(15), resourceVersion: "1")))
        guard case .written(let stored) = try await lease.perform(.update(Self.record)) else {
            Issue.record("not written")
            return
        }
        #expect(stored.resourceVersion == "2")
        #expect(transport.lines == ["GET \(Self.path)/operator", "PUT \(Self.path)/operator"])
        let body = transport.body(1)
        #expect(body?["spec"]?["holderIdentity"] == "me")
        #expect(body?["metadata"]?["resourceVersion"] == "1")
        #expect(body?["metadata"]?["labels"] == ["a": "b"])
    }

    @Test("a create carries no version")
    func create() async throws {
        let transport = FakeTransport { _ throws(TransportError) in .json(Self.lease("me", "1"), status: 201) }
        let lease = ClusterLease(client: try transport.client(), key: Self.key)
        _ = try await lease.perform(.create(LeaseRecord(holder: "me", duration: .seconds(15))))
        #expect(transport.lines == ["POST \(Self.path)"])
        #expect(transport.body(0)?["metadata"] == ["name": "operator", "namespace": "system"])
    }

    @Test(
        "refusals: absent, conflict, or a failure that says what was tried",
        arguments: [
            (.read, 404, "NotFound", .read(nil)), (.create(record), 409, "AlreadyExists", .conflict),
            (.read, 500, "InternalError", nil), (.read, 403, "Forbidden", nil),
            (.create(record), 404, "NotFound", nil), (.create(record), 500, "InternalError", nil),
        ] as [(LeaseMachine.Command, Int, String, LeaseMachine.Input?)])
    func refusals(
        _ command: LeaseMachine.Command, _ code: Int, _ reason: String, _ input: LeaseMachine.Input?
    ) async throws {
        let transport = FakeTransport { _ throws(TransportError) in .status(code, reason, name: "operator") }
        let lease = ClusterLease(client: try transport.client(), key: Self.key)
        do throws(LeaseRequestError) {
            #expect(try await lease.perform(command) == input)
        } catch {
            #expect(input == nil)
            #expect(error.description.contains("system") && error.description.contains("eu-1"))
        }
    }

    @Test("a replace that meets another version, or nothing, is a conflict", arguments: [409, 404])
    func replaceRefused(_ code: Int) async throws {
        let transport = FakeTransport { request throws(TransportError) in
            request.method == .get
                ? .json(Self.lease("other", "1"))
                : .status(code, code == 409 ? "Conflict" : "NotFound", name: "operator")
        }
        let lease = ClusterLease(client: try transport.client(), key: Self.key)
        _ = try await lease.perform(.read)
        #expect(try await lease.perform(.update(Self.record)) == .conflict)
    }
}
