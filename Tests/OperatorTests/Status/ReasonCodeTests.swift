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
