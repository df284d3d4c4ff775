import Foundation
import Telemetry
import Testing

@testable import Operator

@Suite("The table of metrics")
struct MetricsTableTests {
    private static let top = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Every family, as docs/metrics.md lists it: name, type, labels.
    private static func declared() -> [[String]] {
        let registry = MetricsRegistry()
        return withExtendedLifetime(OperatorMetrics(registry, version: "1", tellsEachAccessPoint: true)) {
            registry.families.map { family in
                ["`\(family.name)`", family.kind.rawValue, family.labels.map { "`\($0)`" }.joined(separator: ", ")]
            }
        }
    }

    private static func rows() throws -> [[String]] {
        let text = try String(contentsOf: top.appending(path: "docs/metrics.md"), encoding: .utf8)
        return text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
            line.dropFirst(2).dropLast(2).components(separatedBy: " | ").map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    @Test("docs/metrics.md lists exactly the families that there are, each once, with type, labels and meaning")
    func listed() throws {
        let rows = try Self.rows()
        #expect(rows.allSatisfy { $0.count == 4 && !$0[3].isEmpty })
        #expect(rows.map { Array($0.prefix(3)) }.sorted { $0[0].dropLast() < $1[0].dropLast() } == Self.declared())
    }

    @Test("names are declared once and are those that Prometheus takes")
    func names() {
        let names = Self.declared().map { $0[0].dropFirst().dropLast() }
        #expect(Set(names).count == names.count)
        for row in Self.declared() {
            #expect(row[0].wholeMatch(of: /`[a-z][a-z0-9_]*`/) != nil, "\(row)")
            #expect((row[1] == "counter") == row[0].hasSuffix("_total`"), "\(row)")
            #expect(!row[2].contains("`le`") && row[2].wholeMatch(of: /(`[a-z]+`(, )?)*/) != nil, "\(row)")
        }
    }
}
