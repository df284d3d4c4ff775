import JSONValue
import KubeClient
import KubeModel
import KubeRuntime
import Synchronization
import TestSupport
import Testing
import TrafficModel

@testable import Operator

@Suite("What is read between two rounds", .timeLimit(.minutes(1)))
struct FactReadingTests {
    private static let key = ObjectKey(namespace: "shop", name: "checkout")
    private static let other = ObjectKey(namespace: "shop", name: "other")

    private static func route(_ name: String) -> FactQuery {
        .object(.virtualService, ObjectKey(namespace: "shop", name: name))
    }

    /// A member that answers reads of routes in namespace shop once the latch of a name, where there is one, is open.
    private final class Routes: Sendable {
        private let member = MemberSessionTests.Member()
        private let counts = Mutex<[String: Int]>([:])
        let latches = Mutex<[String: Latch]>([:])

        func count(_ name: String) -> Int { counts.withLock { $0[name, default: 0] } }

        func session(_ clock: TestClock) throws -> MemberSession {
            let transport = FakeTransport { request throws(TransportError) in
                guard let name = request.target.split(separator: "/").last.map(String.init),
                    request.target.contains("/namespaces/shop/virtualservices/")
                else { return try self.member.answer(request) }
                // Whoever sees the count may put another latch in its place.
                let latch = self.latches.withLock { $0[name] }
                self.counts.withLock { $0[name, default: 0] += 1 }
                await latch?.wait()
                return .json([
                    "apiVersion": "networking.istio.io/v1beta1", "kind": "VirtualService",
                    "metadata": ["name": .string(name)],
                ])
            }
            return try MemberSessionTests.session(transport, clock)
        }
    }

    /// A session that has read route web for two AccessPoints.
    private static func read(_ routes: Routes, _ clock: TestClock) async throws -> MemberSession {
        let session = try routes.session(clock)
        for key in [key, other] { _ = session.facts.need([route("web")], for: key) }
        session.start()
        await FactGraceTests.until { session.facts.answers[route("web")] != nil }
        return session
    }

    @Test("what is needed for the first time is read at once, and it alone")
    func new() async throws {
        let (routes, clock) = (Routes(), TestClock())
        let session = try await Self.read(routes, clock)
        defer { session.stop() }
        let before = routes.count("web")
        _ = session.facts.need([Self.route("web"), Self.route("pay")], for: Self.key)
        await FactGraceTests.until { session.facts.answers[Self.route("pay")] != nil }
        #expect(routes.count("web") == before && routes.count("pay") == 1)
    }

    @Test("what is to be renewed for one AccessPoint is read again at once, and nothing else")
    func renewed() async throws {
        let (routes, clock) = (Routes(), TestClock())
        let session = try await Self.read(routes, clock)
        defer { session.stop() }
        _ = session.facts.need([Self.route("pay")], for: Self.other)
        await FactGraceTests.until { session.facts.answers[Self.route("pay")] != nil }
        let (before, latch) = (routes.count("web"), Latch())
        routes.latches.withLock { $0["web"] = latch }
        session.facts.renew(for: Self.key)
        #expect(session.facts.current([Self.route("web")], for: Self.key).isEmpty)
        latch.open()
        await FactGraceTests.until { !session.facts.current([Self.route("web")], for: Self.key).isEmpty }
        #expect(routes.count("web") == before + 1 && routes.count("pay") == 1)
    }

    @Test("an answer that was asked for before the renewal is not the renewed one")
    func underWay() async throws {
        let (routes, clock) = (Routes(), TestClock())
        let session = try await Self.read(routes, clock)
        defer { session.stop() }
        let (first, second) = (Latch(), Latch())
        routes.latches.withLock { $0["pay"] = first }
        _ = session.facts.need([Self.route("pay")], for: Self.key)
        await FactGraceTests.until { routes.count("pay") == 1 }
        session.facts.renew(for: Self.key)
        routes.latches.withLock { $0["pay"] = second }
        first.open()
        await FactGraceTests.until { routes.count("pay") == 2 }
        #expect(session.facts.answers[Self.route("pay")] != nil)
        #expect(session.facts.current([Self.route("pay")], for: Self.key).isEmpty)
        second.open()
        await FactGraceTests.until { !session.facts.current([Self.route("pay")], for: Self.key).isEmpty }
    }
}
