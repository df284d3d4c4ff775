import AccessPointAPI
import Foundation
import KubeModel
import Rendering
import Rollout
import Testing
import TrafficModel

@testable import Operator

@Suite("Reasons")
struct ReasonCodeTests {
    private static let top = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func rows() throws -> [[Substring]] {
        let text = try String(contentsOf: top.appending(path: "docs/reasons.md"), encoding: .utf8)
        return text.split(separator: "\n").filter { $0.hasPrefix("| `") }
            .map { $0.split(separator: " | ", omittingEmptySubsequences: false) }
    }

    @Test("docs/reasons.md lists exactly the reasons that there are, each once")
    func listed() throws {
        let names = try Self.rows().compactMap { $0.first?.dropFirst(3).dropLast() }.map(String.init)
        #expect(Set(names) == Set(ReasonCode.allCases.map(\.rawValue)))
        #expect(names.count == Set(names).count)
    }

    @Test("each has its place, its meaning and what to do")
    func remedies() throws {
        for row in try Self.rows() {
            #expect(row.count == 4 && row.allSatisfy { $0.count > 2 }, "\(row)")
        }
    }

    /// Reasons that a condition of which Events tell gives only while it is Unknown, or beside its message.
    private static let open: Set<ReasonCode> = [
        .dryRunPending, .placementUnknown, .excludedUnknown, .availabilityUnknown, .addressPending, .secretUnreadable,
        .routesStored, .probePending, .probeInconclusive, .credentialElsewhere, .gatewayNamespaceUnknown,
        .referenceUnknown, .fieldUnreadable, .furtherProblems, .resolverUnreachable, .resolutionUnknown,
    ]

    /// Those that it gives only while it is True.
    private static let good: Set<ReasonCode> = [
        .accepted, .placed, .minimumTargetsAvailable, .addressesAssigned, .secretReady, .serving, .resolvedRefs,
        .routesResolved, .routesNotRejected, .routesServed, .recordsPublished, .recordsResolved,
    ]

    /// Whether a condition that has this reason as the documentation says is told as an Event.
    private static func isTold(_ reason: ReasonCode, in types: Set<String>) -> Bool {
        !open.contains(reason)
            && types.contains { type in
                func set(_ status: Condition.Status, _ reason: String) -> ConditionSet {
                    ConditionSet([Condition(type: type, status: status, reason: reason, message: "m")])
                }
                let isGood = good.contains(reason)
                let bad = set(type == "Drifted" ? .true : .false, isGood ? "Other" : reason.rawValue)
                let (before, now) = isGood ? (bad, set(.true, reason.rawValue)) : (ConditionSet(), bad)
                let said = Announcement.between(before, now, correctsDrift: false) + Announcement.ofNames(before, now)
                return said.contains { $0.reason == reason.rawValue }
            }
    }

    /// The reasons that rows are told by.
    private static func isTold(inRow reason: ReasonCode) -> Bool {
        let blind: [TargetReachability] = [
            .unreachable(lastSeen: nil), .noAccess(""), .unauthorised, .forbidden, .identityChanged, .duplicate,
        ]
        return [.applyConflict, .webhookUnavailable].contains(reason)
            || blind.contains { TargetSight.blindness(of: "a", $0)?.reason == reason }
    }

    /// Reasons of pauses that are told under their own name.
    private static func isTold(asPause reason: ReasonCode) -> Bool {
        guard let pause = PauseReason(rawValue: reason.rawValue) else { return false }
        var state = RolloutState()
        let now = Timestamp(secondsSince1970: 1_800_000_000)
        state.pause = .init(reason: pause, time: now)
        let view = RolloutPlanner().step(RolloutState(), RolloutObservation(), now: now).view
        let said = Announcement.between(
            RolloutState(), state, view: view, of: ObjectKey(namespace: "shop", name: "checkout"))
        return said.contains { $0.reason == reason.rawValue }
    }

    @Test("the place of each names Event exactly where one is sent for it")
    func events() throws {
        // What is told of a rollout by itself, whatever the conditions say.
        let others: Set<ReasonCode> = [
            .rolloutCompleted, .rolloutPaused, .rolloutAborted, .overrideUnmatched, .statusUnreadable,
            .clusterReachable,
        ]
        for row in try Self.rows() where row.count == 4 && row[1] != "Event" {
            let reason = try #require(ReasonCode(rawValue: String(row[0].dropFirst(3).dropLast())))
            let places = row[1].split { ",;".contains($0) }.map { $0.drop { $0 == " " } }.map(String.init)
            let isWarning = places.contains("as a warning")
            let isSent =
                !isWarning && Self.isTold(reason, in: Set(places)) || Self.isTold(inRow: reason)
                || Self.isTold(asPause: reason) || others.contains(reason)
            let isNamed = places.contains { $0.hasSuffix("Event") }
            #expect(isNamed == isSent, "\(reason.rawValue): \(row[1])")
        }
    }

    @Test("each is one CamelCase word, as conditions demand")
    func shape() {
        for code in ReasonCode.allCases {
            #expect(code.rawValue.first?.isUppercase == true)
            #expect(code.rawValue.allSatisfy { $0.isASCII && $0.isLetter }, "\(code)")
        }
    }

    @Test("every word of the closed lists below is a reason of the same name")
    func sources() {
        for reason in ReferenceFinding.Reason.allCases { #expect(ReasonCode(reason).rawValue == reason.rawValue) }
        for reason in PauseReason.allCases { #expect(ReasonCode(reason).rawValue == reason.rawValue) }
        for state in CertificateEvidence.State.allCases { #expect(ReasonCode(state).rawValue == state.rawValue) }
        for code in PlacementProblem.Code.allCases { #expect(ReasonCode(code).rawValue == code.rawValue) }
        for code in RenderProblem.Code.allCases { #expect(ReasonCode(code).rawValue == code.rawValue) }
        for reason in ObjectFailure.Reason.allCases { #expect(ReasonCode(reason).rawValue == reason.rawValue) }
    }

    @Test("every reason that the operator's sources write out is in the list")
    func written() throws {
        let folder = Self.top.appending(path: "Sources/Operator")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        var found = 0
        for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
            for match in try String(contentsOf: file, encoding: .utf8).matches(of: /reason: "([A-Za-z]+)"/) {
                found += 1
                #expect(ReasonCode(rawValue: String(match.1)) != nil, "\(match.1) in \(file.lastPathComponent)")
            }
        }
        #expect(found > 0)
    }
}
