import JSONValue
import KubeClient
import KubeModel
import Synchronization
import TestSupport
import Testing
import TrafficModel

@testable import Operator

@Suite("What others have in a member", .timeLimit(.minutes(1)))
struct NeighbourReadingTests {
    private static let resource = "/apis/networking.istio.io/v1beta1"
    private static let routes = FactQuery.foreign(.virtualService, namespace: "shop")
    private static let key = ObjectKey(namespace: "shop", name: "checkout")

    /// A member with endless pages of VirtualServices, each of which binds a Gateway of another namespace or none.
    private static func endless(bound: Bool) -> FakeTransport {
        FakeTransport { request throws(TransportError) in
            let items = (0..<KubeClient.pageSize).map { number -> JSONValue in
                [
                    "metadata": ["namespace": "shop", "name": .string("r\(number)")],
                    "spec": ["gateways": bound ? ["edge/web"] : [], "http": [["timeout": "1s"]]],
                ]
            }
            return .json([
                "apiVersion": "networking.istio.io/v1beta1", "kind": "VirtualServiceList",
                "metadata": ["resourceVersion": "5", "continue": "next"], "items": .array(items),
            ])
        }
    }

    private func read(_ query: FactQuery, _ transport: FakeTransport) async throws -> FactAnswer {
        let cache = MemberCache()
        cache.discovered([.virtualService: "v1beta1"])
        return await FactReader(client: try transport.client(), cache: cache, hubID: "h").read(query)
    }

    @Test("so many objects of others are kept and so many pages read, however many there are")
    func bounded() async throws {
        for (query, bound, kept, pages) in [
            (Self.routes, true, FactReader.othersLimit.objects, 2), (Self.routes, false, 1000, 2),
            (.foreignBindings, true, 1000, 2), (.foreignBindings, false, 0, FactReader.othersLimit.pages),
        ] {
            let transport = Self.endless(bound: bound)
            guard case .objects(let objects) = try await read(query, transport) else {
                Issue.record("\(query) was not read: \(transport.lines)")
                continue
            }
            #expect(objects.count == kept && transport.lines.count == pages, "\(query)")
            #expect(objects.allSatisfy { $0.value("spec", "http") == nil })
        }
    }

    @Test("what carries the mark of this host is not asked for, and third namespaces are read in one list")
    func asked() async throws {
        let transport = FakeTransport { _ throws(TransportError) in .json(["metadata": [:], "items": []]) }
        _ = try await read(Self.routes, transport)
        _ = try await read(.foreignBindings, transport)
        let others = "labelSelector=accesspoint.io%2Fhub%21%3Dh"
        #expect(
            transport.lines.map { $0.split(separator: "?").first.map(String.init) } == [
                "GET \(Self.resource)/namespaces/shop/virtualservices", "GET \(Self.resource)/virtualservices",
            ])
        #expect(transport.lines.allSatisfy { $0.contains(others) }, "\(transport.lines)")
    }

    /// A member as in the tests of sessions, whose lists of others `answerOthers` answers by their path; and a count of
    /// the reads of a path.
    private static func member(
        _ answerOthers: @escaping @Sendable (String) async -> FakeTransport.Answer
    ) -> (transport: FakeTransport, count: @Sendable (String) -> Int) {
        let member = MemberSessionTests.Member()
        let counts = Mutex<[String: Int]>([:])
        let transport = FakeTransport { request throws(TransportError) in
            let path = request.target.split(separator: "?").first.map(String.init) ?? ""
            counts.withLock { $0[path, default: 0] += 1 }
            return request.target.contains("hub%21%3D") ? await answerOthers(path) : try member.answer(request)
        }
        return (transport, { path in counts.withLock { $0[resource + path] ?? 0 } })
    }

    private static let (list, read) = ("/namespaces/shop/virtualservices", "/namespaces/edge/virtualservices/web")

    @Test("an hour costs six lists of a kind and namespace at most, and one that hangs holds nothing else")
    func pace() async throws {
        let clock = TestClock()
        let hanging = Latch()
        let first = Mutex(true)
        let (transport, count) = Self.member { path in
            let isFirst = path.hasSuffix(Self.list) && first.withLock { isFirst in (isFirst, isFirst = false).0 }
            if isFirst { await hanging.wait() }
            return .json([
                "apiVersion": "networking.istio.io/v1beta1", "kind": "VirtualServiceList",
                "metadata": ["resourceVersion": "5"], "items": [],
            ])
        }
        let (list, read) = (Self.list, Self.read)
        let session = try MemberSessionTests.session(transport, clock)
        let object = FactQuery.object(.virtualService, ObjectKey(namespace: "edge", name: "web"))
        _ = session.facts.need([Self.routes, object], for: Self.key)
        session.start()
        // While the first list of others hangs, what is referred to is read at its pace.
        await clock.advance(turns: 100) { count(list) == 1 && count(read) >= 5 }
        #expect(session.facts.answers[object] != nil && session.facts.answers[Self.routes] == nil)
        hanging.open()
        await clock.advance(turns: 100) { session.facts.answers[Self.routes] != nil }
        #expect(session.facts.answers[Self.routes] == .objects([]))
        // A question that is new is read at once, and it alone.
        let before = count(list)
        let edge = FactQuery.foreign(.virtualService, namespace: "edge")
        _ = session.facts.need([Self.routes, edge, object], for: Self.key)
        await FactGraceTests.until { session.facts.answers[edge] != nil }
        #expect(count(list) == before)
        let (start, reads) = (clock.now, count(read))
        await clock.advance(turns: 1500) { start.duration(to: clock.now) >= .seconds(3600) }
        // The time of the test may run on while an answer is under way.
        let (ofOthers, ofReferred) = (count(list) - before, count(read) - reads)
        #expect((4...6).contains(ofOthers) && ofReferred > 4 * ofOthers, "\(ofOthers) and \(ofReferred)")
        session.stop()
    }

    @Test("a list that cannot be read is asked for a few times more, and then at the slow pace")
    func failing() async throws {
        let clock = TestClock()
        let (transport, count) = Self.member { _ in .status(500, "InternalError") }
        let session = try MemberSessionTests.session(transport, clock)
        _ = session.facts.need([Self.routes], for: Self.key)
        session.start()
        await clock.advance(turns: 100) { session.facts.answers[Self.routes] != nil }
        let (start, told) = (clock.now, count(Self.list))
        await clock.advance(turns: 1500) { start.duration(to: clock.now) >= .seconds(3600) }
        session.stop()
        let lists = count(Self.list) - told
        #expect((4...7).contains(lists), "\(lists)")
    }
}
