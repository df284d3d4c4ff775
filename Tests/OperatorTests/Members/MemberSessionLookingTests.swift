import AccessPointAPI
import CurlTransport
import KubeClient
import KubeModel
import KubeRuntime
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Operator

@Suite("Looks at the VIPs of a member")
struct MemberSessionLookingTests {
    private static func query(_ address: String, threshold: Int = 2) -> ProbeQuery {
        ProbeQuery(
            address: address, port: 443, host: "shop.example.com", isTLS: false, expectation: .answer(HTTPProbe()),
            intervalSeconds: 10, timeoutSeconds: 5, failureThreshold: threshold, since: "1-a")
    }

    @Test("what is new is due at once, what was looked at after its interval, and never twice at a time")
    func due() {
        let watch = ProbeWatch()
        let (one, two) = (Self.query("198.51.100.1"), Self.query("198.51.100.2"))
        let start = Moment.start
        #expect(watch.due([one], now: start).0 == [one])
        let later = start.advanced(by: .seconds(1))
        #expect(watch.due([one, two], now: later).0 == [two])
        #expect(watch.note(Verdict(.true, .routesServed), of: two) == Verdict(.true, .routesServed))
        let next = watch.due([one, two], now: later).next
        #expect(next > .seconds(7) && next <= .seconds(11), "\(next)")
        // The first has not come back, and is not begun again.
        #expect(watch.due([one, two], now: start.advanced(by: .seconds(13))).0 == [two])
        #expect(watch.due([], now: later).0.isEmpty)
        #expect(watch.note(Verdict(.true, .routesServed), of: one) == nil, "nobody asks for it any more")
    }

    @Test("a VIP that never answers delays no other, and what counts is told once")
    func looks() async throws {
        let clock = TestClock()
        let told = Mutex<[Set<ObjectKey>]>([])
        let asked = Mutex<[String: Int]>([:])
        let hanging = Latch()
        let session = MemberSession(
            name: "eu-1",
            client: try FakeTransport { _ throws(TransportError) in throw TransportError(.timeout) }.client(),
            knownUID: nil, options: OperatorOptions(identity: "test"), hubID: "h", timeline: Timeline(clock),
            now: { EvidenceScene.now },
            listener: .init(
                accessPointsChanged: { keys in told.withLock { $0.append(keys) } }, objectsGone: { _ in },
                healthChanged: { _ in }),
            looking: ProbeLine { request in
                asked.withLock { $0[request.address, default: 0] += 1 }
                if request.address == "198.51.100.1" { await hanging.wait() }
                return .success(ProbeAnswer(head: HTTPHead(status: request.address == "198.51.100.2" ? 200 : 503)))
            }, logger: Logger(label: "test"))
        let key = ObjectKey(namespace: "shop", name: "checkout")
        let queries = (1...3).map { Self.query("198.51.100.\($0)") }
        #expect(session.looks.need(Set(queries), for: key).isEmpty)
        let task = Task { await session.keepLooking() }
        await clock.advance { session.looks.answers[queries[1]]?.status == .true }
        #expect(session.looks.answers[queries[2]] == nil, "one bad look does not count")
        await clock.advance { session.looks.answers[queries[2]]?.status == .false }
        await clock.advance { asked.withLock { ($0["198.51.100.2"] ?? 0) >= 4 } }
        #expect(asked.withLock { $0["198.51.100.1"] } == 1)
        #expect(told.withLock { $0 } == [[key], [key]])
        task.cancel()
        hanging.open()
        await task.value
    }
}
