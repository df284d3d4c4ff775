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

    @Test("an hour costs six lists of a kind and namespace at most, and one that hangs holds nothing else")
    func pace() async throws {
        let clock = TestClock()
        let member = MemberSessionTests.Member()
        let hanging = Latch()
        let times = Mutex<[String: [TestClock.Instant]]>([:])
        let transport = FakeTransport { request throws(TransportError) in
            let path = request.target.split(separator: "?").first.map(String.init) ?? ""
            times.withLock { $0[path, default: []].append(clock.now) }
            if request.target.contains("hub%21%3D") {
                if times.withLock({ $0[path]?.count }) == 1 { await hanging.wait() }
                return .json(["metadata": ["resourceVersion": "5"], "items": []])
            }
            return try member.answer(request)
        }
        func count(_ path: String) -> Int { times.withLock { $0[Self.resource + path]?.count ?? 0 } }
        let session = try MemberSessionTests.session(transport, clock)
        let object = FactQuery.object(.virtualService, ObjectKey(namespace: "edge", name: "web"))
        _ = session.facts.need([Self.routes, object], for: Self.key)
        session.start()
        let (list, read) = ("/namespaces/shop/virtualservices", "/namespaces/edge/virtualservices/web")
        // While the first list of others hangs, what is referred to is read at its pace.
        await clock.advance { count(list) == 1 && count(read) >= 5 }
        #expect(session.facts.answers[object] != nil && session.facts.answers[Self.routes] == nil)
        hanging.open()
        await clock.advance { session.facts.answers[Self.routes] != nil }
        let start = clock.now
        // A question that is new is read at once, and it alone.
        let before = count(list)
        _ = session.facts.need([Self.routes, .foreign(.virtualService, namespace: "edge"), object], for: Self.key)
        await clock.advance { count("/namespaces/edge/virtualservices") == 1 }
        #expect(count(list) == before)
        let reads = count(read)
        while start.duration(to: clock.now) < .seconds(3600) {
            await clock.advanceToNextSleeper()
            for _ in 0..<1500 { await Task.yield() }
        }
        // The time of the test may run on while an answer is under way.
        let (ofOthers, ofReferred) = (count(list) - before, count(read) - reads)
        #expect((4...6).contains(ofOthers) && ofReferred > 4 * ofOthers, "\(ofOthers) and \(ofReferred)")
        session.stop()
    }
}
