import Foundation
import Testing

@Suite("The chart's Deployment")
struct ChartFlagTests {
    /// `resync-seconds` as the name of a Swift property.
    static func property(_ flag: String) -> String {
        let words = flag.split(separator: "-").map(String.init)
        return (words.prefix(1) + words.dropFirst().map(\.capitalized)).joined()
    }

    @Test("passes only flags that the operator has")
    func flags() throws {
        let folder = "Sources/accesspoint-operator"
        let sources = try Repository.names(in: folder).map { try Repository.text("\(folder)/\($0)") }.joined()
        let template = try Repository.text("charts/accesspoint-operator/templates/deployment.yaml")
        let flags = template.split(separator: "\n").compactMap { line -> String? in
            guard let start = line.firstRange(of: "- --")?.upperBound else { return nil }
            return String(line.suffix(from: start).prefix { $0.isLetter || $0 == "-" })
        }
        #expect(flags.count >= 10)
        for flag in flags {
            let isKnown = sources.contains("var \(Self.property(flag))") || sources.contains("customLong(\"\(flag)\")")
            #expect(isKnown, "--\(flag)")
        }
    }
}
