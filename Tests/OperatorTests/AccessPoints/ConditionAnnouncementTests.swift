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
            ("Drifted", .true, "DriftBrake"), ("Drifted", .true, "HistoryRegressed"),
        ])
    func turned(_ type: String, _ bad: Condition.Status, _ reason: String) {
        let good = set(type, bad == .true ? .false : .true, "Fine")
        #expect(said(good, set(type, bad, reason)) == ["\(reason)!"])
        #expect(said(ConditionSet(), set(type, bad, reason)) == ["\(reason)!"])
        #expect(said(set(type, bad, reason), set(type, bad, reason)).isEmpty)
        #expect(said(set(type, bad, reason), good).isEmpty)
        #expect(said(set(type, bad, "Other"), set(type, bad, reason)) == ["\(reason)!"])
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

    @Test("drift that is put back, and what cannot be known, are not told")
    func quiet() {
        #expect(said(ConditionSet(), set("Drifted", .true, "ObjectDiffers")).isEmpty)
        #expect(said(ConditionSet(), set("Accepted", .unknown, "DryRunPending")).isEmpty)
    }
}
