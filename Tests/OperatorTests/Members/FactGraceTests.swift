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

    /// A round in which one query was asked for.
    private static func round(
        _ grace: inout FactGrace, _ answer: FactAnswer, at second: Int, needed: Set<FactQuery> = [one, other]
    ) -> FactAnswer? {
        grace.settled([one: answer], known: [one: good], needed: needed, now: at(second))[one]
    }

    @Test("what was read before stands for half a minute after the next round, and does not count after it")
    func grace() {
        var grace = FactGrace(interval: .seconds(60))
        #expect(Self.round(&grace, Self.good, at: 100) == Self.good)
        for second in [160, 170, 189] {
            #expect(Self.round(&grace, Self.lost, at: second) == nil, "\(second)")
            let now = Self.at(second)
            #expect(grace.isFailing(Self.one, now: now) && !grace.isFailing(Self.other, now: now))
            #expect(grace.pause(.seconds(60), now: now) == FactGrace.pace)
            #expect(grace.pause(.seconds(1), now: now) == .seconds(1))
        }
        for second in [190, 200] { #expect(Self.round(&grace, Self.lost, at: second) == Self.lost) }
        // One that fails long before the next round is borne, and tried again, until then.
        grace = FactGrace(interval: .seconds(60), patience: .seconds(30))
        _ = Self.round(&grace, Self.good, at: 1000)
        for second in [1005, 1050] {
            #expect(Self.round(&grace, Self.lost, at: second) == nil)
            #expect(grace.isFailing(Self.one, now: Self.at(second)), "\(second)")
        }
    }

    @Test(
        "what fails is tried again before the next round, for as long as an answer would stand, and then in rounds only"
    )
    func bounded() {
        var grace = FactGrace(interval: .seconds(60))
        for second in [0, 10, 80, 89, 90, 150] {
            #expect(Self.round(&grace, Self.lost, at: second) == Self.lost)
            let now = Self.at(second)
            #expect(grace.isFailing(Self.one, now: now) == (second < 90), "\(second)")
            #expect(grace.pause(.seconds(60), now: now) == (second < 90 ? FactGrace.pace : .seconds(60)), "\(second)")
        }
        _ = Self.round(&grace, Self.good, at: 200)
        _ = Self.round(&grace, Self.lost, at: 210)
        #expect(grace.isFailing(Self.one, now: Self.at(210)))
    }

    @Test("where there is less patience, it is tried again until it counts, so long at least, and in rounds then")
    func impatient() {
        var grace = FactGrace(interval: .seconds(600), patience: .seconds(30))
        func expect(tried: Bool, at second: Int) {
            let now = Self.at(second)
            #expect(grace.isFailing(Self.one, now: now) == tried, "\(second)")
            #expect(grace.pause(.seconds(600), now: now) == (tried ? FactGrace.pace : .seconds(600)), "\(second)")
        }
        for second in [0, 10, 20, 29, 30, 600, 610] {
            #expect(Self.round(&grace, Self.lost, at: second) == Self.lost)
            expect(tried: second < 30, at: second)
        }
        _ = Self.round(&grace, Self.good, at: 1000)
        for second in [1600, 1610, 1620, 1629, 1630, 1640, 2200, 2210] {
            #expect(Self.round(&grace, Self.lost, at: second) == (second < 1630 ? nil : Self.lost), "\(second)")
            expect(tried: second < 1630, at: second)
        }
    }

    @Test("a failure that comes late, for the round took long, is tried once more before it counts")
    func late() {
        var grace = FactGrace(interval: .seconds(60))
        _ = Self.round(&grace, Self.good, at: 0)
        for (second, counts) in [(95, false), (104, false), (105, true)] {
            #expect(Self.round(&grace, Self.lost, at: second) == (counts ? Self.lost : nil), "\(second)")
            #expect(grace.isFailing(Self.one, now: Self.at(second)))
        }
    }

    @Test("what nobody needed for a while is asked for as if for the first time")
    func forgotten() {
        var grace = FactGrace(interval: .seconds(60))
        _ = Self.round(&grace, Self.good, at: 0)
        for (second, isTold) in [(200, false), (210, false), (220, true)] {
            let told = grace.settled([Self.one: Self.lost], known: [:], needed: [Self.one], now: Self.at(second))
            #expect(told.isEmpty != isTold, "\(second)")
        }
    }

    @Test("who asks for the first time hears of a failure with the third attempt")
    func first() {
        var grace = FactGrace(interval: .seconds(60))
        for (second, isTold) in [(0, false), (10, false), (20, true), (30, true)] {
            let told = grace.settled([Self.one: Self.lost], known: [:], needed: [Self.one], now: Self.at(second))
            #expect(told == (isTold ? [Self.one: Self.lost] : [:]), "\(second)")
        }
    }

    @Test("an answer ends a series, so that failures now and then change nothing")
    func answered() {
        var grace = FactGrace(interval: .seconds(60))
        for second in stride(from: 0, to: 6000, by: 70) {
            #expect(Self.round(&grace, Self.good, at: second) == Self.good)
            #expect(!grace.isFailing(Self.one, now: Self.at(second)))
            #expect(Self.round(&grace, Self.lost, at: second + 60) == nil)
        }
    }

    @Test("what this connection has never read has no grace, nor what nobody has asked for in between")
    func unread() {
        var grace = FactGrace(interval: .seconds(60))
        #expect(Self.round(&grace, Self.lost, at: 0) == Self.lost)
        _ = Self.round(&grace, Self.good, at: 10)
        _ = grace.settled([:], known: [:], needed: [Self.other], now: Self.at(11))
        #expect(Self.round(&grace, Self.lost, at: 12) == Self.lost)
        _ = Self.round(&grace, Self.good, at: 13)
        _ = Self.round(&grace, Self.lost, at: 14)
        _ = grace.settled([:], known: [:], needed: [], now: Self.at(15))
        #expect(!grace.isFailing(Self.one, now: Self.at(15)))
        #expect(grace.pause(.seconds(60), now: Self.at(15)) == .seconds(60))
    }

    @Test(
        "an answer that says something counts at once",
        arguments: [FactAnswer.notFound, .denied("403"), .objects([]), .notServed("not served")])
    func definite(_ answer: FactAnswer) {
        var grace = FactGrace(interval: .seconds(60))
        _ = Self.round(&grace, Self.good, at: 0)
        #expect(Self.round(&grace, answer, at: 1) == answer && !grace.isFailing(Self.one, now: Self.at(1)))
    }

    /// A session with a member that has answered for routes shop/web and shop/other. From then on the first read of
    /// shop/web is lost and the second never ends; how often each was asked for is counted from then on, too.
    private static func losing(_ clock: TestClock) async throws
        -> (session: MemberSession, count: @Sendable (String) -> Int)
    {
        let member = MemberSessionTests.Member()
        let counts = Mutex<[String: Int]>([:])
        let isLosing = Latch()
        let transport = FakeTransport { request throws(TransportError) in
            guard let name = request.target.split(separator: "/").last,
                request.target.contains("/namespaces/shop/virtualservices/")
            else { return try member.answer(request) }
            if isLosing.isOpen {
                let count = counts.withLock { counts in
                    counts["\(name)", default: 0] += 1
                    return counts["\(name)", default: 0]
                }
                if name == "web", count == 1 { throw TransportError(.connectionRefused) }
                if name == "web" { await untilCancelled() }
            }
            return .json([
                "apiVersion": "networking.istio.io/v1beta1", "kind": "VirtualService",
                "metadata": ["name": .string("\(name)")],
            ])
        }
        var options = OperatorOptions(identity: "test")
        // Whoever wakes within ten seconds does so for a read that failed.
        (options.factInterval, options.probeInterval) = (.seconds(600), .seconds(600))
        let session = try MemberSessionTests.session(transport, clock, options: options)
        let needed = Set(["web", "other"].map(route))
        _ = session.facts.need(needed, for: ObjectKey(namespace: "shop", name: "checkout"))
        session.start()
        await clock.advance { needed.allSatisfy { session.facts.answers[$0] != nil } }
        isLosing.open()
        return (session, { name in counts.withLock { $0[name, default: 0] } })
    }

    private static func route(_ name: String) -> FactQuery {
        .object(.virtualService, ObjectKey(namespace: "shop", name: name))
    }

    /// Lets the others run until it is so; the time stands still.
    static func until(_ isSo: () -> Bool) async {
        while !isSo(), !Task.isCancelled { await Task.yield() }
    }

    @Test("through a session, a read that gets lost once turns nothing over")
    func lostOnce() async throws {
        let clock = TestClock()
        let (session, count) = try await Self.losing(clock)
        defer { session.stop() }
        let read = session.facts.answers
        session.readSoon()
        await Self.until { count("web") > 0 }
        // Another round begins when this one has been settled.
        session.readSoon()
        await Self.until { count("web") > 1 }
        #expect(session.facts.answers == read && read[Self.route("web")] != nil)
    }

    @Test("through a session, what got lost is read again after ten seconds, and it alone")
    func readAgain() async throws {
        let clock = TestClock()
        let (session, count) = try await Self.losing(clock)
        defer { session.stop() }
        session.readSoon()
        await Self.until { count("web") == 1 }
        await Self.until { clock.nextDeadline.map { clock.now.duration(to: $0) <= FactGrace.pace } ?? false }
        let before = count("other")
        #expect(count("web") == 1 && before > 0)
        clock.advance(by: FactGrace.pace)
        await Self.until { count("web") == 2 }
        #expect(count("other") == before)
    }
}
