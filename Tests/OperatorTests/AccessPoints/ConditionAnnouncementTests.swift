import AccessPointAPI
import KubeModel
import Testing

@testable import Operator

@Suite("Events of conditions")
struct ConditionAnnouncementTests {
    func set(_ type: String, _ status: Condition.Status, _ reason: String, _ message: String = "m") -> ConditionSet {
        ConditionSet([Condition(type: type, status: status, reason: reason, message: message)])
    }

    func said(_ old: ConditionSet, _ new: ConditionSet) -> [String] {
        Announcement.between(old, new).map { "\($0.reason)\($0.isWarning ? "!" : "")" }
    }

    @Test(
        "a condition that turns bad is told once, as a warning with its reason",
        arguments: [
            ("Accepted", Condition.Status.false, "ObjectOwned"), ("Placed", .false, "PlacementEmpty"),
            ("CertificatesReady", .false, "ExpiringSoon"), ("Available", .false, "MinimumTargetsUnavailable"),
            ("RoutesReady", .false, "ProbeFailed"), ("RoutesReady", .false, "RejectedByIstio"),
            ("DNSReady", .false, "RecordsMissing"), ("RoutesReady", .false, "BackendNotFound"),
            ("AddressesReady", .false, "AddressRefused"), ("ResolvedRefs", .false, "GatewayNotFound"),
            ("Drifted", .true, "DriftBrake"), ("Drifted", .true, "HistoryRegressed"),
        ])
    func turned(_ type: String, _ bad: Condition.Status, _ reason: String) {
        let good = set(type, bad == .true ? .false : .true, "Fine")
        #expect(said(good, set(type, bad, reason)) == ["\(reason)!"])
        #expect(said(ConditionSet(), set(type, bad, reason)) == ["\(reason)!"])
        #expect(said(set(type, bad, reason), set(type, bad, reason)).isEmpty)
        #expect(said(set(type, bad, "Other"), set(type, bad, reason)) == ["\(reason)!"])
    }

    @Test(
        "what is seen from outside is told too when it is well again, and only then",
        arguments: [
            ("CertificatesReady", "ExpiringSoon", true), ("RoutesReady", "ProbeFailed", true),
            ("RoutesReady", "BackendNotFound", true), ("AddressesReady", "AddressRefused", true),
            ("ResolvedRefs", "GatewayNotFound", true), ("DNSReady", "RecordsDiffer", true),
            ("Accepted", "Invalid", false), ("Available", "MinimumTargetsUnavailable", false),
        ])
    func recovered(_ type: String, _ reason: String, _ isTold: Bool) {
        let (bad, good) = (set(type, .false, reason), set(type, .true, "Fine"))
        #expect(said(bad, good) == (isTold ? ["Fine"] : []))
        #expect(said(good, good).isEmpty && said(ConditionSet(), good).isEmpty)
        #expect(said(bad, set(type, .unknown, "ProbePending")).isEmpty && said(bad, ConditionSet()).isEmpty)
        #expect(said(set(type, .unknown, "ProbePending"), good).isEmpty)
    }

    @Test("routes that are changed or gone are told as drift alone", arguments: ["ObjectDiffers", "ObjectMissing"])
    func routes(_ reason: String) {
        let (good, drifted) = (set("RoutesReady", .true, "RoutesResolved"), set("RoutesReady", .false, reason))
        #expect(said(good, drifted).isEmpty && said(drifted, good).isEmpty)
    }

    @Test("what turns two conditions bad for one reason is told once")
    func once() {
        func both(_ status: Condition.Status, _ reasons: String...) -> ConditionSet {
            ConditionSet(
                zip(["RoutesReady", "ResolvedRefs"], reasons).map {
                    Condition(type: $0, status: status, reason: $1, message: "m")
                })
        }
        let good = both(.true, "RoutesResolved", "ResolvedRefs")
        #expect(said(good, both(.false, "BackendNotFound", "BackendNotFound")) == ["BackendNotFound!"])
        #expect(said(good, both(.false, "BackendNotFound", "SecretNotFound")).count == 2)
        #expect(said(both(.false, "BackendNotFound", "BackendNotFound"), good) == ["RoutesResolved", "ResolvedRefs"])
    }

    @Test("a NameService tells when a name stops to resolve, and when it does again")
    func names() {
        func said(_ old: ConditionSet, _ new: ConditionSet) -> [String] {
            Announcement.ofNames(old, new).map { "\($0.action) \($0.reason)\($0.isWarning ? "!" : "")" }
        }
        let (good, bad) = (set("Resolved", .true, "RecordsResolved"), set("Resolved", .false, "RecordsMissing"))
        #expect(said(good, bad) == ["Resolve RecordsMissing!"])
        #expect(said(bad, good) == ["Resolve RecordsResolved"])
        #expect(said(bad, bad).isEmpty && said(good, set("Resolved", .unknown, "ResolverUnreachable")).isEmpty)
        let fresh = set("Resolved", .false, "RecordsPending")
        #expect(said(good, fresh).isEmpty && said(fresh, bad).count == 1)
        // Between what was told and its end the records may have changed, so that the last that is stored only waits.
        #expect(said(bad, fresh).isEmpty && said(fresh, good) == ["Resolve RecordsResolved"])
        let unserved = set("Published", .false, "DNSEndpointsNotServed")
        #expect(said(ConditionSet(), unserved) == ["Publish DNSEndpointsNotServed!"])
        #expect(said(unserved, set("Published", .true, "RecordsPublished")) == ["Publish RecordsPublished"])
    }

    @Test("other words about the spec are news, other words about the targets are not")
    func words() {
        #expect(said(set("Accepted", .false, "Invalid", "a"), set("Accepted", .false, "Invalid", "b")) == ["Invalid!"])
        let old = set("Available", .false, "MinimumTargetsUnavailable", "1 of 3")
        #expect(said(old, set("Available", .false, "MinimumTargetsUnavailable", "0 of 3")).isEmpty)
    }

    @Test("a resume that is given early is told once, when a condition says so")
    func noted() throws {
        let words = RolloutStory.noted(resume: "r7/canary")
        let (before, after) = (set("Progressing", .true, "RolloutProgressing"), set("Progressing", .true, "x", words))
        let only = try #require(Announcement.noted(resume: "r7/canary", before, after))
        #expect(only.reason == "ResumeNoted" && !only.isWarning)
        #expect(only.note.hasPrefix("accesspoint.io/resume=r7/canary is noted: it opens its gate when"))
        for (old, new) in [(before, before), (after, after), (after, before)] {
            #expect(Announcement.noted(resume: "r7/canary", old, new) == nil)
        }
        #expect(Announcement.noted(resume: "r7/rest", before, after) == nil)
    }

    @Test("a brake that takes another value is told anew with its command, and not for other numbers")
    func brake() throws {
        func braked(_ message: String, _ number: Int) -> ConditionSet {
            let verdict = Verdict(.true, .driftBrake, message, command: "kubectl annotate retry=r1/drift/\(number)")
            return set("Drifted", .true, "DriftBrake", verdict.text(limit: 2048))
        }
        let first = braked("2 of 3 targets differ", 1)
        #expect(said(first, braked("3 of 3 targets differ", 1)).isEmpty)
        let only = try #require(Announcement.between(first, braked("2 of 3 targets differ", 2)).first)
        #expect(only.reason == "DriftBrake" && only.note.hasSuffix("retry=r1/drift/2"))
        let variants = [first, braked("2 of 3 targets differ", 2), braked("3 of 3 targets differ", 1)].map {
            Announcement.between(ConditionSet(), $0).map(\.variant)
        }
        #expect(variants[0] != variants[1] && variants[0] == variants[2])
        // What members say can look like a command, and is none.
        let foreign = ["a", "b"].map { set("RoutesReady", .false, "ProbeFailed", "m. To go on: \($0)") }
        #expect(said(foreign[0], foreign[1]).isEmpty)
        #expect(Announcement.between(ConditionSet(), foreign[0]).map(\.variant) == [""])
    }

    @Test("drift that is put back, and what cannot be known, are not told")
    func quiet() {
        #expect(said(ConditionSet(), set("Drifted", .true, "ObjectDiffers")).isEmpty)
        #expect(said(ConditionSet(), set("Accepted", .unknown, "DryRunPending")).isEmpty)
    }

    @Test("drift that is not put back is told", arguments: ["ObjectDiffers", "ObjectMissing"])
    func reported(_ reason: String) {
        let drifted = set("Drifted", .true, reason)
        func said(_ old: ConditionSet) -> [String] {
            Announcement.between(old, drifted, correctsDrift: false).map(\.reason)
        }
        #expect(said(ConditionSet()) == [reason] && said(drifted).isEmpty)
    }
}
