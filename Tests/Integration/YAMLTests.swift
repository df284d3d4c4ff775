import Foundation
import JSONValue
import SeededRandom
import Testing
import YAMLFormat

/// Values that YAML 1.1, YAML 1.2 and their libraries read in different ways, made from a seed.
private struct NastyValues {
    private static let pieces = [
        "", " ", "  ", "\t", "\n", "\n\n", "\r", "\r\n", "\0", "\u{1}", "\u{7F}", "\u{85}", "\u{A0}", "\u{2028}",
        "\u{2029}", "\u{FEFF}", "\u{FFFD}", "\u{FFFF}", "\u{1F600}", "e\u{301}", "ü", "yes", "No", "ON", "off", "y",
        "n",
        "true", "FALSE", "null", "~", "Null", "0", "-0", "1", "010", "0o10", "0x1F", "0b1", "1_000", "1e3", "1E400",
        ".5",
        "5.", ".inf", "-.INF", ".nan", "190:20:30", "12:30", "2026-11-21", "2026-11-21T10:00:00Z", "<<", "=", "!tag",
        "!!str", "&a", "*a", "|", ">", "|-", "%YAML 1.1", "@", "`", "'", "\"", "\\", "\\n", "\\u0041", "#", " #",
        "a #b",
        ":", ": ", "a: b", "-", "- ", "- a", "?", "? a", ",", "[", "]", "{", "}", "[]", "{}", "---", "...", "--- a",
        "\n---\n", "\n...\n", "{{ .Values }}", "$(VAR)", "line one\nline two", "trailing \n", "\n leading", "\ttab\n",
    ]
    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    private mutating func next(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    mutating func string() -> String {
        // One in fifty is longer than any line or simple key may be.
        let count = next(50) == 0 ? 600 : [1, 1, 2, 3, 6][next(5)]
        return (0..<count).map { _ in Self.pieces[next(Self.pieces.count)] }.joined()
    }

    mutating func value(depth: Int = 0) -> JSONValue {
        switch next(depth < 4 ? 9 : 6) {
        case 0: return .bool(next(2) == 0)
        case 1: return .integer([0, -1, .max, .min, Int64(next(1 << 40))][next(5)])
        case 2: return .init(floatLiteral: [0.1, -1.5e300, 2.5e-308, 1e21, 1.7976931348623157e308, 0.3][next(6)])
        case 6: return .array((0..<next(5)).map { _ in value(depth: depth + 1) })
        case 7, 8: return .object(JSONObject((0..<next(5)).map { _ in (string(), value(depth: depth + 1)) }))
        default: return .string(string())
        }
    }

    /// Every piece by itself, and many that are put together.
    mutating func texts() -> [String] { Self.pieces + (0..<150).map { _ in string() } }
}

extension Integration {
    @Suite("YAML for people, read back")
    struct YAMLTests {
        @Test("what is printed as YAML is created by kubectl to the letter", arguments: [1, 2, 3] as [UInt64])
        func identical(seed: UInt64) async throws {
            let site = try await Site.unoperated()
            var nasty = NastyValues(seed: seed)
            let texts = nasty.texts()
            // The keys of a ConfigMap are names, and some of them numbers or truths to YAML.
            let names = ["yes", "null", "1.0", "1e3", "0x1F", "-", "2026-11-21", "_"] + texts.indices.map { "k\($0)" }
            let map: JSONValue = [
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": ["name": .string("nasty-\(seed)"), "namespace": "default"],
                "data": .object(JSONObject(zip(names, texts.map { .string($0) }))),
            ]
            let free: JSONValue = [
                "apiVersion": "networking.istio.io/v1", "kind": "DestinationRule",
                "metadata": ["name": .string("nasty-\(seed)"), "namespace": "default"],
                "spec": .object(JSONObject((0..<60).map { _ in (nasty.string(), nasty.value()) })),
            ]
            let member = site.member(Site.canary)
            let output = try await member(
                "create", "--validate=false", "-o", "json", "-f", "-", input: YAML.text(documents: [map, free]))
            try await member("delete", "--ignore-not-found", "configmap,destinationrule", "nasty-\(seed)")
            // kubectl prints one indented object after the other.
            let created = try output.components(separatedBy: "\n}\n").dropLast().map {
                try JSONValue(parsing: $0 + "}")
            }
            try #require(created.count == 2)
            #expect(created[0]["data"] == map["data"])
            #expect(created[1]["spec"] == free["spec"])
        }
    }
}
