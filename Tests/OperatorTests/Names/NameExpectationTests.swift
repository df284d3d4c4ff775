import AccessPointAPI
import DNSClient
import KubeModel
import KubeRuntime
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import Operator

@Suite("Whether names resolve to what is published")
struct NameExpectationTests {
    static func answer(
        _ addresses: [String] = [], aliases: [String] = [], exists: Bool = true, seconds: UInt32 = 60
    ) -> NameAnswer {
        func family(_ isSix: Bool) -> Result<DNSAnswer, DNSFailure> {
            .success(
                DNSAnswer(
                    exists: exists, aliases: aliases,
                    addresses: addresses.compactMap { IPAddress($0) }.filter { $0.isIPv6 == isSix },
                    secondsToLive: seconds))
        }
        return NameAnswer(four: family(false), six: family(true))
    }

    private static func failed(_ failure: DNSFailure, heard: Timestamp? = nil) -> NameAnswer {
        NameAnswer(four: answer().four, six: .failure(failure), lastHeard: heard)
    }

    private static let addresses = [
        NameRecord(target: "a", type: .a, values: ["198.51.100.1"]),
        NameRecord(target: "b", type: .a, values: ["198.51.100.2"]),
        NameRecord(target: "b", type: .aaaa, values: ["2001:db8::2"]),
    ]
    private static let all = ["198.51.100.1", "198.51.100.2", "2001:db8::2"]

    private static func verdict(
        _ answers: [String: NameAnswer], _ records: [NameRecord] = addresses, isWeighted: Bool = false,
        isFresh: Bool = false
    ) -> Verdict? {
        NameExpectation(hostname: "x", records: records, isWeighted: isWeighted, isFresh: isFresh).verdict(answers)
    }

    private static func reason(
        _ answer: NameAnswer, isWeighted: Bool = false, isFresh: Bool = false
    ) -> ReasonCode? { verdict(["x": answer], isWeighted: isWeighted, isFresh: isFresh)?.reason }

    @Test("all addresses are wanted, or some where targets have record sets of their own; others never")
    func addresses() {
        #expect(Self.reason(Self.answer(Self.all)) == .recordsResolved)
        #expect(Self.reason(Self.answer(["198.51.100.1"])) == .recordsDiffer)
        #expect(Self.reason(Self.answer(["198.51.100.1"]), isWeighted: true) == .recordsResolved)
        #expect(Self.reason(Self.answer([]), isWeighted: true) == .recordsMissing)
        #expect(Self.reason(Self.answer([], exists: false)) == .recordsMissing)
        for isWeighted in [true, false] {
            #expect(Self.reason(Self.answer(Self.all + ["6.6.6.6"]), isWeighted: isWeighted) == .recordsDiffer)
        }
    }

    @Test("what is wrong only waits while resolvers may remember the records before")
    func fresh() {
        #expect(Self.reason(Self.answer([]), isFresh: true) == .recordsPending)
        #expect(Self.reason(Self.answer(["6.6.6.6"]), isFresh: true) == .recordsPending)
        #expect(Self.reason(Self.answer(Self.all), isFresh: true) == .recordsResolved)
    }

    @Test("what cannot be told is unknown, with the time when it last could")
    func unknown() {
        let silent = Self.verdict(["x": Self.failed(.silent("no"), heard: Timestamp(secondsSince1970: 0))])
        #expect(silent?.status == .unknown && silent?.reason == .resolverUnreachable)
        #expect(silent?.message.hasSuffix("last heard at 1970-01-01T00:00:00Z") == true)
        let undecided = Self.verdict(["x": Self.failed(.undecided("SERVFAIL"))])
        #expect(undecided?.status == .unknown && undecided?.reason == .resolutionUnknown)
        #expect(Self.verdict([:]) == nil)
        #expect(Self.verdict([:], [])?.reason == .recordsPending)
    }

    @Test("an alias is found by its name, or by the addresses that the other name has")
    func aliases() {
        let records = [NameRecord(target: "a", type: .cname, values: ["lb.example.net"])]
        func reason(_ answers: [String: NameAnswer]) -> ReasonCode? { Self.verdict(answers, records)?.reason }
        let lb = Self.answer(["203.0.113.1", "203.0.113.2"])
        let bare = Self.answer(aliases: ["lb.example.net"])
        #expect(reason(["x": Self.answer(["203.0.113.1"], aliases: ["lb.example.net"])]) == .recordsResolved)
        #expect(reason(["x": bare]) == nil)
        #expect(reason(["x": bare, "lb.example.net": lb]) == .recordsResolved)
        #expect(reason(["x": bare, "lb.example.net": Self.answer([], exists: false)]) == .recordsMissing)
        #expect(reason(["x": bare, "lb.example.net": Self.failed(.undecided(""))]) == .resolutionUnknown)
        #expect(reason(["x": Self.answer(["203.0.113.1"])]) == nil)
        #expect(reason(["x": Self.answer(["203.0.113.1"]), "lb.example.net": lb]) == .recordsResolved)
        #expect(reason(["x": Self.answer(["6.6.6.6"]), "lb.example.net": lb]) == .recordsDiffer)
        #expect(reason(["x": Self.answer([]), "lb.example.net": lb]) == .recordsMissing)
        #expect(
            reason(["x": Self.answer(["203.0.113.1"]), "lb.example.net": Self.failed(.silent(""))])
                == .resolverUnreachable)
        let expectation = NameExpectation(hostname: "x", records: records, isWeighted: true, isFresh: false)
        #expect(expectation.questions == ["x", "lb.example.net"])
    }

    @Test(
        "a name is looked up again when its answer no longer holds, within bounds, and not at all once nobody needs it",
        arguments: [(0, 10), (7, 10), (60, 60), (86_400, 300)])
    func pace(seconds: UInt32, expected: Int64) async {
        let told = Told()
        let registry = MetricsRegistry()
        let metrics = OutsideMetrics(registry)
        let lookup = NameLookup(
            shortest: .seconds(10), now: { Timestamp(secondsSince1970: 0) },
            resolve: { question in
                .success(
                    DNSAnswer(
                        exists: true,
                        addresses: question.type == .a ? [IPAddress("198.51.100.1")].compactMap(\.self) : [],
                        secondsToLive: seconds))
            }, changed: { told.add($0) }, looked: { metrics.count(lookup: $0) })
        guard case .done = await lookup.reconcile("x.example.com") else {
            Issue.record("nobody needs it")
            return
        }
        let key = ObjectKey(namespace: "shop", name: "checkout")
        _ = lookup.book.need(["x.example.com"], for: key)
        for _ in 0..<2 {
            guard case .requeue(after: let wait) = await lookup.reconcile("x.example.com") else {
                Issue.record("it is not looked up again")
                return
            }
            #expect(wait == .seconds(expected))
        }
        // The same answer is no news.
        #expect(told.all == [[key]])
        #expect(
            exposed(registry, "accesspoint_name_lookups_total") == [
                #"accesspoint_name_lookups_total{result="answered"} 2"#,
                #"accesspoint_name_lookups_total{result="failed"} 0"#,
            ])
    }

    @Test("an answer that does not come keeps the time of the last one that did")
    func age() async {
        let state = Mutex((silent: false, now: Int64(100)))
        let lookup = NameLookup(
            shortest: .seconds(1), now: { Timestamp(secondsSince1970: state.withLock { $0.now }) },
            resolve: { _ in
                state.withLock { $0.silent }
                    ? .failure(.silent("no answer")) : .success(DNSAnswer(exists: true, secondsToLive: 1))
            }, changed: { _ in })
        let key = ObjectKey(namespace: "shop", name: "checkout")
        _ = lookup.book.need(["x.example.com"], for: key)
        _ = await lookup.reconcile("x.example.com")
        #expect(lookup.book.answers["x.example.com"]?.lastHeard == nil)
        for time in [200, 300] as [Int64] {
            state.withLock { $0 = (true, time) }
            _ = await lookup.reconcile("x.example.com")
            #expect(lookup.book.answers["x.example.com"]?.lastHeard == Timestamp(secondsSince1970: 100))
        }
    }
}

private final class Told: Sendable {
    private let state = Mutex<[Set<ObjectKey>]>([])
    var all: [Set<ObjectKey>] { state.withLock { $0 } }
    func add(_ keys: Set<ObjectKey>) { state.withLock { $0.append(keys) } }
}
