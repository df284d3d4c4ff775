import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import KubeRuntime
import Logging
import Rollout
import Synchronization
import TestSupport
import Testing
import TrafficModel

@testable import Operator

@Suite("The connection to a member", .timeLimit(.minutes(1)))
struct MemberSessionTests {
    /// A member that serves VirtualServices in one version, has none, and keeps its watches open.
    final class Member: Sendable {
        private struct State {
            var version = "v1beta1"
            var isDown = false
            var hidesGroups = false
            /// How often the objects were asked for, by `list` or `watch` and version, and who waits for the next time.
            var counts: [String: Int] = [:]
            var waiting: [(what: String, count: Int, latch: Latch)] = []
        }

        private let state = Mutex(State())
        var version: String {
            get { state.withLock { $0.version } }
            set { state.withLock { $0.version = newValue } }
        }
        var isDown: Bool {
            get { state.withLock { $0.isDown } }
            set { state.withLock { $0.isDown = newValue } }
        }

        /// Whether it does not say which groups it serves.
        var hidesGroups: Bool {
            get { state.withLock { $0.hidesGroups } }
            set { state.withLock { $0.hidesGroups = newValue } }
        }

        /// How often the objects of a version were asked for: `list v1`.
        func count(_ what: String) -> Int { state.withLock { $0.counts[what, default: 0] } }

        /// Waits until the objects of a version have been asked for so often.
        func asked(_ what: String, times count: Int) async {
            let latch = Latch()
            state.withLock { state in
                if state.counts[what, default: 0] >= count { return latch.open() }
                state.waiting.append((what, count, latch))
            }
            await latch.wait()
        }

        func answer(_ request: HTTPRequest) throws(TransportError) -> FakeTransport.Answer {
            guard !isDown else { throw TransportError(.connectionRefused) }
            let version = version
            switch request.target.split(separator: "?").first.map(String.init) ?? "" {
            case "/readyz": return FakeTransport.Answer(body: Array("ok".utf8))
            case "/version": return .json(["major": "1", "minor": "30", "gitVersion": "v1.30.0"])
            case "/api/v1/namespaces/kube-system":
                return .json([
                    "apiVersion": "v1", "kind": "Namespace",
                    "metadata": ["name": "kube-system", "uid": "u1", "resourceVersion": "1"],
                ])
            case "/apis/networking.istio.io":
                note("groups")
                if hidesGroups { return .status(503, "ServiceUnavailable") }
                let group = "networking.istio.io/\(version)"
                return .json(["versions": [["groupVersion": .string(group), "version": .string(version)]]])
            case "/apis/networking.istio.io/\(version)":
                return .json([
                    "resources": [
                        [
                            "name": "virtualservices", "kind": "VirtualService", "namespaced": true,
                            "verbs": ["get", "list", "watch"],
                        ]
                    ]
                ])
            case "/apis/networking.istio.io/\(version)/virtualservices":
                let isWatch = request.target.contains("watch=")
                note("\(isWatch ? "watch" : "list") \(version)")
                if isWatch { return FakeTransport.Answer(staysOpen: true) }
                return .json([
                    "apiVersion": .string("networking.istio.io/\(version)"), "kind": "VirtualServiceList",
                    "metadata": ["resourceVersion": "5"], "items": [],
                ])
            default: return .status(404, "NotFound")
            }
        }

        private func note(_ what: String) {
            state.withLock { state in
                state.counts[what, default: 0] += 1
                let count = state.counts[what, default: 0]
                for one in state.waiting where one.what == what && one.count <= count { one.latch.open() }
            }
        }
    }

    let clock = TestClock()
    let member = Member()
    let session: MemberSession

    init() throws { session = try Self.session(member, clock) }

    static func session(_ member: Member, _ clock: TestClock) throws -> MemberSession {
        try session(FakeTransport { request throws(TransportError) in try member.answer(request) }, clock)
    }

    static func session(
        _ transport: FakeTransport, _ clock: TestClock, name: String = "eu-1",
        readings: ConcurrencyLimit = ConcurrencyLimit(ReadingLine.total),
        options: OperatorOptions = OperatorOptions(identity: "test")
    ) throws -> MemberSession {
        MemberSession(
            name: name, client: try transport.client(), knownUID: nil, options: options,
            hubID: "h", timeline: Timeline(clock), now: { Timestamp(secondsSince1970: 1_800_000_000) },
            listener: .init(accessPointsChanged: { _ in }, objectsGone: { _ in }, healthChanged: { _ in }),
            readings: readings, logger: Logger(label: "test"))
    }

    /// Runs the tasks of the session, and the time of its waits, until it is as wanted.
    func until(_ holds: () -> Bool) async { await clock.advance(until: holds) }

    @Test("a member that answers again after it was away is watched anew at once, not at its watches' next attempt")
    func watchesAnew() async throws {
        session.start()
        await member.asked("watch v1beta1", times: 1)
        member.isDown = true
        await until { !session.health.isReachable }
        member.isDown = false
        // The watch of before is still open here, as one may be that a network has swallowed.
        await until { session.health.isReachable }
        await member.asked("list v1beta1", times: 2)
        session.stop()
    }

    @Test("objects are watched although the list of Istio's Services, which is only shown, never comes")
    func istioHangs() async throws {
        let (asked, hanging) = (Latch(), Latch())
        let session = try Self.session(
            FakeTransport { [member] request throws(TransportError) in
                if request.target.contains("app%3Distiod") {
                    asked.open()
                    await hanging.wait()
                }
                return try member.answer(request)
            }, clock)
        session.start()
        // Both are under way at the same time, whichever comes first.
        await clock.advance { asked.isOpen && member.count("watch v1beta1") >= 1 }
        #expect(asked.isOpen && member.count("watch v1beta1") >= 1)
        session.stop()
        hanging.open()
    }

    @Test("nothing is said to be not served before it is known what is served, and then it is read at once")
    func readsWhatIsServed() async throws {
        let key = ObjectKey(namespace: "shop", name: "checkout")
        let query = FactQuery.object(.virtualService, key)
        member.hidesGroups = true
        _ = session.facts.need([query], for: key)
        session.start()
        await until { session.health.isReachable && member.count("groups") >= 2 }
        #expect(session.facts.answers.isEmpty)
        member.hidesGroups = false
        await until { session.facts.answers[query] != nil }
        if case .unreadable(let why)? = session.facts.answers[query] { #expect(!why.contains("does not serve")) }
        session.stop()
    }

    @Test("a version that is served no longer is not watched any more: the new one is")
    func otherVersion() async throws {
        session.start()
        await member.asked("watch v1beta1", times: 1)
        member.version = "v1"
        await until { session.cache.served[.virtualService] == "v1" }
        await member.asked("watch v1", times: 1)
        session.stop()
    }

    @Test("a session that has been stopped does not begin again")
    func stopped() async throws {
        session.start()
        await member.asked("watch v1beta1", times: 1)
        session.stop()
        session.reconnect()
        // Another one that begins later has had its turn; this one would have had it before.
        let other = try Self.session(member, clock)
        other.start()
        await member.asked("list v1beta1", times: 2)
        for _ in 0..<100 { await Task.yield() }
        #expect(member.count("list v1beta1") == 2)
        other.stop()
    }

    @Test("where something is denied it is soon looked at what the credential may do, and not only when that is due")
    func denied() async throws {
        let reviews = Mutex(0)
        let transport = FakeTransport { [member] request throws(TransportError) in
            guard request.target.contains("selfsubjectrulesreviews") else { return try member.answer(request) }
            reviews.withLock { $0 += 1 }
            return .json(
                [
                    "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview", "metadata": [:],
                    "status": ["resourceRules": [], "nonResourceRules": [], "incomplete": false],
                ], status: 201)
        }
        let session = try Self.session(transport, clock)
        defer { session.stop() }
        _ = session.rights.need(["shop"], for: ObjectKey(namespace: nil, name: "eu-1"))
        session.start()
        await clock.advance { if case .rules = session.rights.answers["shop"] { true } else { false } }
        /// Runs until the next review, for a while at most.
        func isReviewed(within limit: Duration) async -> Bool {
            let (start, before) = (clock.now, reviews.withLock { $0 })
            while reviews.withLock({ $0 }) == before, start.duration(to: clock.now) < limit {
                clock.advance(by: .seconds(1))
                for _ in 0..<20 { await Task.yield() }
            }
            return reviews.withLock { $0 } > before
        }
        // From here on it is known when the last one was.
        #expect(await isReviewed(within: MemberSession.rightsInterval * 2))
        session.denied()
        #expect(await isReviewed(within: MemberSession.rightsInterval / 2))
        #expect(await !isReviewed(within: MemberSession.rightsInterval / 2))
        // Where a look brings nothing new, as what denies is no rule of the cluster, the next one is twice as far.
        let before = reviews.withLock { $0 }
        for _ in 0..<600 {
            session.denied()
            clock.advance(by: .seconds(1))
            for _ in 0..<20 { await Task.yield() }
        }
        #expect(reviews.withLock { $0 } - before <= 8)
    }

    @Test("a read that is denied counts as a denial once, and one that is not allowed to write as well")
    func countsDenials() async throws {
        let route = FactQuery.object(.virtualService, ObjectKey(namespace: "shop", name: "web"))
        let transport = FakeTransport { [member] request throws(TransportError) in
            guard request.target.hasSuffix("/virtualservices/web") else { return try member.answer(request) }
            return .status(403, "Forbidden", "denied")
        }
        let session = try Self.session(transport, clock)
        defer { session.stop() }
        _ = session.facts.need([route], for: ObjectKey(namespace: "shop", name: "checkout"))
        session.start()
        await clock.advance { session.facts.answers[route] != nil }
        #expect(session.denials.count == 1)
        let read = transport.lines.count { $0.hasSuffix("/virtualservices/web") }
        await clock.advance { transport.lines.count { $0.hasSuffix("/virtualservices/web") } > read + 1 }
        #expect(session.denials.count == 1)
        let refused = ScriptedMember([ScriptedMember.notFound, ScriptedMember.failure(403, "Forbidden")])
        session.jobs.write(
            WriteStamp(epoch: 1, sequence: 1), .set(try Rendered.set([Rendered.route()])),
            for: ObjectKey(namespace: "shop", name: "checkout"), with: try refused.writer())
        await clock.advance { session.denials.count == 2 }
    }
}
