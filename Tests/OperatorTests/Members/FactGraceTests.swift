import JSONValue
import KubeClient
import KubeModel
import KubeRuntime
import Synchronization
import TestSupport
import Testing
import TrafficModel

@testable import Operator

@Suite("Reads of what AccessPoints refer to that fail", .timeLimit(.minutes(1)))
struct FactGraceTests {
    private static let one = FactQuery.namespace("shop")
    private static let other = FactQuery.namespace("edge")
    private static let good = FactAnswer.objects([["metadata": ["name": "shop"]]])
    private static let lost = FactAnswer.unreadable("connection reset")

    private static func at(_ seconds: Int) -> Moment { Moment(.seconds(seconds)) }

    @Test("what was read before stands for half a minute of failures, and does not count after it")
    func grace() {
        var grace = FactGrace()
        let known = [Self.one: Self.good]
        for second in [100, 110, 129] {
            let settled = grace.settled([Self.one: Self.lost], known: known, now: Self.at(second))
            #expect(settled == [:], "\(second)")
            #expect(grace.isFailing(Self.one) && grace.pause(.seconds(60)) == FactGrace.pace)
            #expect(grace.pause(.seconds(1)) == .seconds(1))
        }
        let over = grace.settled([Self.one: Self.lost], known: known, now: Self.at(130))
        #expect(over == [Self.one: Self.lost] && grace.pause(.seconds(60)) == .seconds(60))
        let still = grace.settled([Self.one: Self.lost], known: over, now: Self.at(140))
        #expect(still == [Self.one: Self.lost] && !grace.isFailing(Self.one), "what is unknown has nothing to stand")
    }

    @Test("an answer ends a series, and what was never read has no grace")
    func answered() {
        var grace = FactGrace()
        let known = [Self.one: Self.good]
        for second in stride(from: 0, to: 600, by: 20) {
            let borne = grace.settled([Self.one: Self.lost], known: known, now: Self.at(second))
            let told = grace.settled([Self.one: Self.good], known: known, now: Self.at(second + 10))
            #expect(borne == [:] && told == known && !grace.isFailing(Self.one))
        }
        let first = grace.settled([Self.other: Self.lost], known: known, now: Self.at(0))
        #expect(first == [Self.other: Self.lost] && !grace.isFailing(Self.one))
    }

    @Test(
        "an answer that says something counts at once", arguments: [FactAnswer.notFound, .denied("403"), .objects([])])
    func definite(_ answer: FactAnswer) {
        var grace = FactGrace()
        let settled = grace.settled([Self.one: answer], known: [Self.one: Self.good], now: Self.at(0))
        #expect(settled == [Self.one: answer] && !grace.isFailing(Self.one))
    }

    @Test("a read that gets lost once turns nothing over, and is made again")
    func lostOnce() async throws {
        let (clock, member) = (TestClock(), MemberSessionTests.Member())
        let times = Mutex(0)
        let hanging = Latch()
        let transport = FakeTransport { request throws(TransportError) in
            guard request.target.hasPrefix("/api/v1/namespaces/shop") else { return try member.answer(request) }
            let count = times.withLock { times in
                times += 1
                return times
            }
            if count == 2 { throw TransportError(.connectionRefused) }
            if count == 3 { await hanging.wait() }
            return .json([
                "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "shop", "resourceVersion": "1"],
            ])
        }
        let session = try MemberSessionTests.session(transport, clock)
        _ = session.facts.need([Self.one], for: ObjectKey(namespace: "shop", name: "checkout"))
        session.start()
        await clock.advance { session.facts.answers[Self.one] != nil }
        session.readSoon()
        await clock.advance { times.withLock { $0 } == 2 }
        await clock.advance { times.withLock { $0 } == 3 }
        let known = session.facts.answers[Self.one]
        hanging.open()
        session.stop()
        #expect(known == .objects([["metadata": ["name": "shop"], "spec": [:]]]))
    }
}
