import JSONValue
import KubeModel
import KubeRuntime
import Testing
import TrafficModel

@testable import Operator

@Suite("Reads of what AccessPoints refer to that fail")
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
            #expect(grace.isFailing(Self.one) && !grace.isFailing(Self.other))
            #expect(grace.pause(.seconds(60)) == FactGrace.pace && grace.pause(.seconds(1)) == .seconds(1))
        }
        for second in [190, 200] {
            #expect(Self.round(&grace, Self.lost, at: second) == Self.lost)
            #expect(!grace.isFailing(Self.one) && grace.pause(.seconds(60)) == .seconds(60))
        }
    }

    @Test("an answer ends a series, so that failures now and then change nothing")
    func answered() {
        var grace = FactGrace(interval: .seconds(60))
        for second in stride(from: 0, to: 6000, by: 70) {
            #expect(Self.round(&grace, Self.good, at: second) == Self.good && !grace.isFailing(Self.one))
            #expect(Self.round(&grace, Self.lost, at: second + 60) == nil)
        }
    }

    @Test("what this connection has never read has no grace, nor what nobody has asked for in between")
    func unread() {
        var grace = FactGrace(interval: .seconds(60))
        #expect(Self.round(&grace, Self.lost, at: 0) == Self.lost && !grace.isFailing(Self.one))
        _ = Self.round(&grace, Self.good, at: 10)
        _ = grace.settled([:], known: [:], needed: [Self.other], now: Self.at(11))
        #expect(Self.round(&grace, Self.lost, at: 12) == Self.lost)
        _ = Self.round(&grace, Self.good, at: 13)
        _ = Self.round(&grace, Self.lost, at: 14)
        _ = grace.settled([:], known: [:], needed: [], now: Self.at(15))
        #expect(!grace.isFailing(Self.one) && grace.pause(.seconds(60)) == .seconds(60))
    }

    @Test(
        "an answer that says something counts at once", arguments: [FactAnswer.notFound, .denied("403"), .objects([])])
    func definite(_ answer: FactAnswer) {
        var grace = FactGrace(interval: .seconds(60))
        _ = Self.round(&grace, Self.good, at: 0)
        #expect(Self.round(&grace, answer, at: 1) == answer && !grace.isFailing(Self.one))
    }
}
