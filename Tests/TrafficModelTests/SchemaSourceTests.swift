import Foundation
import Testing

@testable import TrafficModel

/// Our schemas beside the CustomResourceDefinitions of Istio.
///
/// The fields of these stand in `Fixtures/istio-fields.txt`, one a line, which `scripts/istio-schema-digest.py` writes.
@Suite("Schemas and their source")
struct SchemaSourceTests {
    private static let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/istio-fields.txt")
    private static let kinds = TrafficKind.allCases.filter { $0 != .service }

    /// The lines of the file, each with the bounds that end it.
    private static func definitions() throws -> [String: ClosedRange<Double>] {
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
        let pairs = try lines.map { line in
            let parts = line.components(separatedBy: " within ")
            guard parts.count == 2 else { return (parts[0], SchemaLine.unbounded) }
            let ends = parts[1].components(separatedBy: "...")
            try #require(ends.count == 2)
            let range = (Double(ends[0]) ?? -.infinity)...(Double(ends[1]) ?? .infinity)
            return (parts[0], range)
        }
        return try #require(pairs.isEmpty ? nil : Dictionary(pairs) { first, _ in first })
    }

    @Test("each kind of Istio's has the fields, types, words and choices of its definition, but for what is listed")
    func fields() throws {
        let theirs = Set(try Self.definitions().keys)
        let ours = Set(Self.kinds.flatMap(SchemaLine.lines).map(\.text))
        #expect(Set(theirs.map { String($0.prefix { $0 != " " }) }) == Set(Self.kinds.map(\.kind)))
        let known = SchemaLine.knownDifferences
        #expect(theirs.subtracting(ours).subtracting(known).sorted() == [], "in the definitions alone")
        #expect(ours.subtracting(theirs).subtracting(known).sorted() == [], "in our schemas alone")
        #expect(known.subtracting(theirs.symmetricDifference(ours)).sorted() == [], "no difference any more")
    }

    @Test("no field takes a number, a length or a count that its definition refuses")
    func bounds() throws {
        let definitions = try Self.definitions()
        var compared = 0
        for line in Self.kinds.flatMap(SchemaLine.lines) {
            guard let range = definitions[line.text], range != SchemaLine.unbounded else { continue }
            compared += 1
            #expect(range.lowerBound <= line.bounds.lowerBound && line.bounds.upperBound <= range.upperBound, "\(line)")
        }
        #expect(compared == definitions.values.count { $0 != SchemaLine.unbounded })
    }
}

/// A field of a schema in the form of the fixture.
struct SchemaLine {
    static let unbounded = -Double.infinity...Double.infinity

    /// `Kind path type`, perhaps with `required` and the words of an enum; or `Kind path has one of a b`.
    let text: String
    /// What a number, a length or a count may be.
    var bounds = unbounded

    /// The lines of a kind.
    static func lines(of kind: TrafficKind) -> [SchemaLine] { members(kind.kind, "", kind.schema) }

    private static func members(_ kind: String, _ path: String, _ message: Message) -> [SchemaLine] {
        let groups = message.exclusive.map { names in
            SchemaLine(text: "\(kind) \(path.isEmpty ? "." : path) has one of \(names.sorted().joined(separator: " "))")
        }
        return message.fields.reduce(into: groups) { lines, field in
            let place = path.isEmpty ? field.name : "\(path).\(field.name)"
            lines += field.isRequired ? fields(kind, place, field.shape, " required") : fields(kind, place, field.shape)
        }
    }

    private static func fields(_ kind: String, _ path: String, _ shape: Shape, _ mark: String = "") -> [SchemaLine] {
        func line(_ type: String, _ bounds: ClosedRange<Double> = unbounded, words: String = "") -> SchemaLine {
            SchemaLine(text: "\(kind) \(path) \(type)\(mark)\(words)", bounds: bounds)
        }
        func range(_ count: ClosedRange<some BinaryInteger>) -> ClosedRange<Double> {
            Double(count.lowerBound)...Double(count.upperBound)
        }
        switch shape {
        case .text(let count): return [line("string", range(count))]
        case .flag: return [line("boolean")]
        case .integer(let numbers): return [line("integer", range(numbers))]
        case .decimal(let numbers): return [line("number", numbers)]
        // The definitions check those alone that may not be zero.
        case .time(let mayBeZero): return [line(mayBeZero ? "string" : "duration")]
        case .bytes: return [line("bytes")]
        case .choice(let words): return [line("string", words: " of " + words.sorted().joined(separator: "|"))]
        case .portOrName: return [line("integer or string")]
        case .list(let element, let count): return [line("list", range(count))] + fields(kind, path + "[]", element)
        case .map(let element, let count): return [line("map", range(count))] + fields(kind, path + "{}", element)
        case .message(let message): return [line("object")] + members(kind, path, message)
        }
    }

    /// Lines that stand on one side alone, all of them on ours: the definitions say the same in CEL, which the fixture
    /// does not hold.
    static let knownDifferences: Set<String> = [
        "AuthorizationPolicy . has one of selector targetRef targetRefs",
        "RequestAuthentication . has one of selector targetRef targetRefs",
        "RequestAuthentication jwtRules[] has one of jwks jwksUri jwks_uri",
        "ServiceEntry . has one of endpoints workloadSelector",
    ]
}
