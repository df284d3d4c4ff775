import Foundation
import Testing

@testable import TrafficModel

/// The list of rules for people.
///
/// `REWRITE_RULES=1 swift test --filter RuleListTests` writes it anew.
@Suite("The list of rules")
struct RuleListTests {
    private static let file = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "docs/rules.md")

    @Test("docs/rules.md lists exactly the rules that there are")
    func listed() throws {
        let table =
            Self.table("Single objects", TrafficRule.all) + Self.table("Sets of objects", SetRule.all.map(\.rule))
            + Self.table("Clusters of one zone", ZoneCheck.all)
            + Self.table("Neighbours in the cluster", NeighbourCheck.all)
            + Self.table("Status in the cluster", WorkloadHealth.all)
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        let head = text.components(separatedBy: "\n## ").first ?? ""
        let expected = head + table
        if ProcessInfo.processInfo.environment["REWRITE_RULES"] == "1" {
            try expected.write(to: Self.file, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: Self.file, encoding: .utf8) == expected)
    }

    private static func table(_ title: String, _ rules: [TrafficRule]) -> String {
        let rows = rules.map { rule in
            let kinds =
                rule.kinds.count == TrafficKind.allCases.count ? "all" : rule.kinds.map(\.kind).joined(separator: ", ")
            return "| `\(rule.name)` | \(rule.code) | \(rule.severity.rawValue) | \(kinds) | \(rule.source) |"
        }
        return "\n## \(title)\n\n| Rule | Code | Severity | Kinds | Source |\n|---|---|---|---|---|\n"
            + rows.joined(separator: "\n") + "\n"
    }
}
