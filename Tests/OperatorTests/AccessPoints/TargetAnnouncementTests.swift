import JSONValue
import Testing

@testable import Operator

@Suite("Events of targets")
struct TargetAnnouncementTests {
    /// Rows of so many targets, all in one phase.
    private func fleet(
        _ phase: String, _ reason: String = "", message: String = "m", count: Int = 1, from first: Int = 0
    ) -> JSONValue {
        let rows = (first..<first + count).map { index in
            JSONValue.object([
                "name": .string("c\(index)"), "phase": .string(phase), "reason": .string(reason),
                "message": .string(message),
            ])
        }
        return ["clusters": .array(rows)]
    }

    private func said(_ old: JSONValue?, _ new: JSONValue?) -> [String] {
        Announcement.targets(old, new).map { "\($0.reason)\($0.isWarning ? "!" : "") \($0.note)" }
    }

    /// What was, what is, and what is told of it.
    @Test(
        "a target that goes away is told with the reason, and its return too",
        arguments: [
            ("Available", "", "Unreachable", "ClusterUnreachable", "ClusterUnreachable! c0: m"),
            ("Degraded", "ExpiringSoon", "Unreachable", "CredentialInvalid", "CredentialInvalid! c0: m"),
            ("Unreachable", "ClusterUnreachable", "Unreachable", "CredentialInvalid", "CredentialInvalid! c0: m"),
            ("Unreachable", "ClusterUnreachable", "Unreachable", "ClusterUnreachable", nil),
            ("Unreachable", "ClusterUnreachable", "Available", "", "ClusterReachable c0: can be looked into again"),
            ("Unreachable", "Forbidden", "Applying", "", "ClusterReachable c0: can be looked into again"),
            // A row that has failed does not tell whether its cluster answers.
            ("Unreachable", "ClusterUnreachable", "Failed", "TargetFailed", nil),
            ("Failed", "TargetFailed", "Available", "", nil), ("Available", "", "Degraded", "ExpiringSoon", nil),
            ("Applying", "", "Applying", "ApplyConflict", "ApplyConflict! c0: m"),
            ("Applying", "", "Applying", "WebhookUnavailable", "WebhookUnavailable! c0: m"),
            ("Applying", "ApplyConflict", "Failed", "ApplyConflict", nil),
            ("Applying", "ApplyConflict", "Available", "", nil),
        ] as [(String, String, String, String, String?)])
    func turned(_ phase: String, _ reason: String, _ later: String, _ cause: String, _ told: String?) {
        #expect(said(fleet(phase, reason), fleet(later, cause)) == (told.map { [$0] } ?? []))
    }

    @Test("a target that is away from its first row on is told; one that is no longer shown is not back")
    func firstAndLast() {
        let away = fleet("Unreachable", "ClusterUnreachable")
        #expect(said(nil, away) == ["ClusterUnreachable! c0: m"])
        #expect(said(away, ["clusters": []]).isEmpty && said(away, nil).isEmpty && said(away, away).isEmpty)
        // Another message, such as with a later time, is no news.
        #expect(said(away, fleet("Unreachable", "ClusterUnreachable", message: "n")).isEmpty)
        #expect(
            said(fleet("Available"), fleet("Unreachable", "ClusterUnreachable", message: "")) == [
                "ClusterUnreachable! c0"
            ])
    }

    @Test("very many that go away, or come back, at once are told once, the first by name")
    func many() throws {
        let (here, away) = (fleet("Available", count: 500), fleet("Unreachable", "ClusterUnreachable", count: 500))
        #expect(said(here, away) == ["ClusterUnreachable! 500 targets, c0, c1, c2, c3 and 496 more: m"])
        #expect(
            said(away, here) == ["ClusterReachable 500 targets, c0, c1, c2, c3 and 496 more: can be looked into again"])
        // Those that follow are of the same series; few have one of their own.
        let first = try #require(Announcement.targets(nil, fleet("Unreachable", "ClusterUnreachable", count: 9)).first)
        let next = fleet("Unreachable", "ClusterUnreachable", count: 9, from: 9)
        #expect(Announcement.targets(nil, next).map(\.variant) == [first.variant])
        let few = fleet("Unreachable", "ClusterUnreachable", count: 2)
        #expect(Announcement.targets(nil, few).map(\.variant) == ["c0 c1"])
    }

    @Test("a fleet that goes away, or comes back, one by one is one series as soon as more than four are away")
    func littleByLittle() {
        func fleet(away: Range<Int>) -> JSONValue {
            let rows = (0..<20).map { index -> JSONValue in
                let isAway = away.contains(index)
                return [
                    "name": .string("c\(index)"), "phase": isAway ? "Unreachable" : "Available",
                    "reason": isAway ? "ClusterUnreachable" : "", "message": "m",
                ]
            }
            return ["clusters": .array(rows)]
        }
        let going = (0..<20).flatMap { Announcement.targets(fleet(away: 0..<$0), fleet(away: 0..<$0 + 1)) }
        #expect(going.map(\.variant) == ["c0", "c1", "c2", "c3"] + Array(repeating: "many", count: 16))
        let coming = (0..<20).flatMap { Announcement.targets(fleet(away: $0..<20), fleet(away: $0 + 1..<20)) }
        #expect(coming.map(\.variant) == Array(repeating: "many", count: 16) + ["c16", "c17", "c18", "c19"])
        #expect(coming.first?.note == "c0: can be looked into again")
    }
}
