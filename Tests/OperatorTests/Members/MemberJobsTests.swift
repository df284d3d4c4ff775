import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import KubeRuntime
import Rendering
import Rollout
import Synchronization
import TestSupport
import Testing

@testable import Operator

/// A clock on which every wait is over at once, and which remembers how long the waits were.
final class HurryingClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Duration = .zero
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let state = Mutex((now: Instant(), waits: [Duration]()))

    var now: Instant { state.withLock { $0.now } }
    var minimumResolution: Duration { .nanoseconds(1) }
    var waits: [Duration] { state.withLock { $0.waits } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        state.withLock { state in
            state.waits.append(state.now.duration(to: deadline))
            state.now = max(state.now, deadline)
        }
        // What never waits must not keep the others from their turn.
        await Task.yield()
    }
}

@Suite("The work that a member does", .timeLimit(.minutes(1)))
struct MemberJobsTests {
    let key = ObjectKey(namespace: "shop", name: "checkout")
    let revision = RevisionName(number: 1, hash: "aaaa")
    let stamp = WriteStamp(epoch: 1, sequence: 1)
    let clock = HurryingClock()
    let jobs: MemberJobs
    let news: AsyncStream<Void>
    let suspicions: AsyncStream<Void>

    init() {
        let (news, tell) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingOldest(100))
        let (suspicions, suspect) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingOldest(100))
        self.news = news
        self.suspicions = suspicions
        jobs = MemberJobs(
            concurrency: 2, timeline: Timeline(clock), now: { Timestamp(secondsSince1970: 1_800_000_000) },
            changed: { _ in tell.yield() }, suspect: { suspect.yield() })
    }

    /// Waits for news until the report of the write is as wanted.
    func outcome(_ wanted: (WriteReport.Outcome) -> Bool) async {
        for await _ in news {
            if let found = jobs.reports(of: "u1", under: .abort).write?.outcome, wanted(found) { return }
        }
    }

    @Test("a write is reported as under way from the moment it is taken on, and then as done")
    func done() async throws {
        let set = try Rendered.set([Rendered.route()])
        let member = ScriptedMember([ScriptedMember.notFound, (201, Rendered.stored(set.objects[0]).json)])
        jobs.write(stamp, .set(set), for: key, with: try member.writer())
        #expect(jobs.reports(of: "u1", under: .abort).write?.stamp == stamp)
        await outcome { $0 == .done }
        #expect(jobs.reports(of: "u1", under: .abort).failure == nil)
    }

    @Test("the same write is not begun a second time")
    func once() async throws {
        let set = try Rendered.set([Rendered.route()])
        let member = ScriptedMember([ScriptedMember.notFound, (201, Rendered.stored(set.objects[0]).json)])
        let writer = try member.writer()
        jobs.write(stamp, .set(set), for: key, with: writer)
        jobs.write(stamp, .set(set), for: key, with: writer)
        await outcome { $0 == .done }
        jobs.write(stamp, .set(set), for: key, with: writer)
        #expect(member.lines.count == 2)
    }

    @Test("what may pass is tried again, ever more slowly, and the member is looked at")
    func retries() async throws {
        let set = try Rendered.set([Rendered.route()])
        let broken = ScriptedMember.failure(503, "ServiceUnavailable")
        let member = ScriptedMember([
            broken, broken, ScriptedMember.notFound, (201, Rendered.stored(set.objects[0]).json),
        ])
        jobs.write(stamp, .set(set), for: key, with: try member.writer())
        await outcome { $0 == .done }
        #expect(clock.waits.count == 2)
        #expect(clock.waits[1] > clock.waits[0])
        var suspected = suspicions.makeAsyncIterator()
        #expect(await suspected.next() != nil)
    }

    @Test("a refusal that trying again does not change ends the write, with the reason")
    func refused() async throws {
        let set = try Rendered.set([Rendered.route()])
        let member = ScriptedMember([ScriptedMember.notFound, ScriptedMember.failure(422, "Invalid")])
        jobs.write(stamp, .set(set), for: key, with: try member.writer())
        await outcome { if case .failed = $0 { true } else { false } }
        #expect(jobs.reports(of: "u1", under: .abort).failure?.reason == .applyFailed)
        #expect(clock.waits.isEmpty)
    }

    @Test("a write that was refused a revoked credential goes on with the one that took its place")
    func rotated() async throws {
        let set = try Rendered.set([Rendered.route()])
        let revoked = ScriptedMember([ScriptedMember.failure(401, "Unauthorized")])
        let renewed = ScriptedMember([ScriptedMember.notFound, (201, Rendered.stored(set.objects[0]).json)])
        let (old, new) = (try revoked.writer(), try renewed.writer().client)
        let isRenewed = Mutex(false)
        let writer = MemberWriter(
            connection: { isRenewed.withLock { $0 } ? new : old.client }, cache: old.cache, owner: "u1",
            fence: { true })
        jobs.write(stamp, .set(set), for: key, with: writer)
        await outcome { if case .retrying = $0 { true } else { false } }
        isRenewed.withLock { $0 = true }
        await outcome { $0 == .done }
        #expect(renewed.lines.last == "PATCH \(MemberWriterTests.route)")
    }

    @Test("a newer write for the same AccessPoint takes the place of the older one")
    func newer() async throws {
        let old = try Rendered.set([Rendered.route("3s")])
        let new = try Rendered.set([Rendered.route("5s")])
        let member = ScriptedMember([ScriptedMember.notFound, ScriptedMember.failure(422, "Invalid")])
        jobs.write(stamp, .set(old), for: key, with: try member.writer())
        await outcome { if case .failed = $0 { true } else { false } }
        let next = WriteStamp(epoch: 1, sequence: 2)
        let other = ScriptedMember([ScriptedMember.notFound, (201, Rendered.stored(new.objects[0]).json)])
        jobs.write(next, .set(new), for: key, with: try other.writer())
        await outcome { $0 == .done }
        #expect(jobs.reports(of: "u1", under: .abort).write == WriteReport(stamp: next, outcome: .done))
        #expect(jobs.reports(of: "u1", under: .abort).failure == nil)
    }

    @Test(
        "a dry run ends as passed, refused or unreachable",
        arguments: [
            (201, PreflightReport.Result.passed), (422, .refused("")), (503, .unreachable),
        ])
    func preflight(status: Int, expected: PreflightReport.Result) async throws {
        let set = try Rendered.set([Rendered.route()])
        let answer: (Int, JSONValue) =
            status == 201 ? (201, Rendered.stored(set.objects[0]).json) : ScriptedMember.failure(status, "No")
        let member = ScriptedMember([ScriptedMember.notFound, answer])
        jobs.preflight(revision, set, for: key, with: try member.writer())
        for await _ in news { break }
        let report = try #require(jobs.reports(of: "u1", under: .abort).preflight)
        switch (report.result, expected) {
        case (.passed, .passed), (.unreachable, .unreachable): break
        case (.refused(let message), .refused): #expect(message.contains("VirtualService shop/checkout"))
        default: Issue.record("\(report.result) instead of \(expected)")
        }
        #expect(report.revision == revision)
        #expect(report.attempts == 1)
    }

    @Test("while a refused set is tried again, the refusal stands")
    func again() async throws {
        let set = try Rendered.set([Rendered.route()])
        let member = ScriptedMember([ScriptedMember.notFound, ScriptedMember.failure(422, "Invalid")])
        jobs.preflight(revision, set, for: key, with: try member.writer())
        for await _ in news { break }
        let other = ScriptedMember([ScriptedMember.notFound, (201, Rendered.stored(set.objects[0]).json)])
        jobs.preflight(revision, set, for: key, with: try other.writer())
        #expect(jobs.reports(of: "u1", under: .abort).preflight?.result != .pending)
        for await _ in news { break }
        #expect(jobs.reports(of: "u1", under: .abort).preflight?.result == .passed)
        #expect(jobs.reports(of: "u1", under: .abort).preflight?.attempts == 2)
        #expect(jobs.reports(of: "u1", under: .abort).refusals.isEmpty)
    }

    @Test("a dry run under another conflictResolution says nothing, and is made again")
    func otherResolution() async throws {
        let set = try Rendered.set([Rendered.route()])
        let member = ScriptedMember([ScriptedMember.notFound, ScriptedMember.failure(422, "Invalid")])
        jobs.preflight(revision, set, for: key, with: try member.writer())
        for await _ in news { break }
        #expect(!jobs.reports(of: "u1", under: .abort).refusals.isEmpty)
        #expect(jobs.reports(of: "u1", under: .overwrite).preflight == nil)
        #expect(jobs.reports(of: "u1", under: .overwrite).refusals.isEmpty)
        let other = ScriptedMember([ScriptedMember.notFound, (201, Rendered.stored(set.objects[0]).json)])
        var writer = try other.writer()
        writer.rights.resolution = .overwrite
        jobs.preflight(revision, set, for: key, with: writer)
        for await _ in news { break }
        #expect(jobs.reports(of: "u1", under: .overwrite).preflight?.result == .passed)
    }

    @Test("what a dry run has found is forgotten with its revision, and counts from one again")
    func forgotten() async throws {
        let set = try Rendered.set([Rendered.route()])
        let member = ScriptedMember([ScriptedMember.notFound, ScriptedMember.failure(422, "Invalid")])
        jobs.preflight(revision, set, for: key, with: try member.writer())
        for await _ in news { break }
        jobs.forgetDryRun(of: RevisionName(number: 2, hash: "bbbb"), for: "u1")
        jobs.forgetDryRun(of: revision, for: "u2")
        #expect(jobs.reports(of: "u1", under: .abort).preflight?.attempts == 1)
        #expect(jobs.reports(of: "u1", under: .abort).refusals.count == 1)
        jobs.forgetDryRun(of: revision, for: "u1")
        #expect(jobs.reports(of: "u1", under: .abort).preflight == nil)
        #expect(jobs.reports(of: "u1", under: .abort).refusals.isEmpty)
        let other = ScriptedMember([ScriptedMember.notFound, (201, Rendered.stored(set.objects[0]).json)])
        jobs.preflight(revision, set, for: key, with: try other.writer())
        for await _ in news { break }
        #expect(jobs.reports(of: "u1", under: .abort).preflight?.result == .passed)
        #expect(jobs.reports(of: "u1", under: .abort).preflight?.attempts == 1)
    }

    @Test("a dry run that is forgotten while it is under way says nothing of the one that took its place")
    func overtaken() async throws {
        let set = try Rendered.set([Rendered.route()])
        let (first, second, asked) = (Latch(), Latch(), Latch())
        // The answer comes whether or not anybody still waits for it.
        func writer(_ latch: Latch, _ answer: FakeTransport.Answer) throws -> MemberWriter {
            let transport = FakeTransport { request throws(TransportError) in
                guard request.method != .get else { return .status(404, "NotFound") }
                asked.open()
                await Task { await latch.wait() }.value
                return answer
            }
            let client = try transport.client()
            return MemberWriter(
                connection: { client }, cache: try ScriptedMember([]).writer().cache, owner: "u1", fence: { true })
        }
        jobs.preflight(revision, set, for: key, with: try writer(first, .status(422, "Invalid")))
        await asked.wait()
        jobs.forgetDryRun(of: revision, for: "u1")
        let good = try writer(second, .json(Rendered.stored(set.objects[0]).json, status: 201))
        jobs.preflight(revision, set, for: key, with: good)
        first.open()
        for await _ in news { break }
        #expect(jobs.reports(of: "u1", under: .abort).preflight?.result == .pending)
        #expect(jobs.reports(of: "u1", under: .abort).refusals.isEmpty)
        second.open()
        for await _ in news { break }
        #expect(jobs.reports(of: "u1", under: .abort).preflight?.result == .passed)
    }

    @Test("a removal follows a deletion policy that changes while it is tried again, under the same entry")
    func otherDeletionPolicy() async throws {
        var held = Rendered.stored(try Rendered.set([Rendered.route()]).objects[0])
        held.json.set(["example.com/hold"], at: ["metadata", "finalizers"])
        let removal = MemberRemovalTests()
        let stuck = ScriptedMember.holdingOnly(MemberRemovalTests.routes, [ScriptedMember.failure(500, "Broken")])
        jobs.write(stamp, .nothing, for: key, with: try stuck.writer())
        await outcome { if case .retrying = $0 { true } else { false } }
        let free = ScriptedMember.holdingOnly(
            MemberRemovalTests.routes, [removal.list([held]), (200, held.json), removal.list()])
        jobs.write(stamp, .released, for: key, with: try free.writer())
        await outcome { $0 == .done }
        #expect(free.lines.contains("PATCH \(MemberRemovalTests.route)"))
        #expect(!free.lines.contains { $0.hasPrefix("DELETE") })
    }

    @Test("an ending process waits for the attempt that is under way and begins no other")
    func drains() async throws {
        let set = try Rendered.set([Rendered.route()])
        let member = ScriptedMember([ScriptedMember.failure(503, "ServiceUnavailable")])
        jobs.write(stamp, .set(set), for: key, with: try member.writer())
        await jobs.drain()
        #expect(member.lines.count <= 1)
    }
}
