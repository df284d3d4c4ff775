import AccessPointAPI
import JSONValue
import Rendering
import Testing

@Suite("Growth of a revision")
struct GrowthTests {
    /// What so many objects render for so many targets; each object holds so many bytes more than it needs.
    private static func sets(_ count: Int, bytes: Int = 0, targets: Int = 1) -> [String: RenderedSet] {
        let objects: [JSONValue] = (0..<count).map { index in
            var object = Samples.route
            object.set(.string("r\(index)"), at: ["metadata", "name"])
            object.set(.string(String(repeating: "x", count: bytes)), at: ["metadata", "annotations", "note"])
            return object
        }
        let facts = (0..<targets).map {
            TargetFacts(name: "t\($0 + 10)", region: "eu", availabilityZone: "eu-az\($0)")
        }
        let sets = Samples.rendering(objects, targets: facts).sets
        return Dictionary(sets.map { ($0.target, $0) }, uniquingKeysWith: { first, _ in first })
    }

    @Test(
        "more than twice the objects of a target asks, from 11 objects on",
        arguments: [
            (6, 12, false), (6, 13, true), (1, 10, false), (1, 11, true), (12, 12, false), (30, 12, false),
        ])
    func objects(old: Int, new: Int, asks: Bool) {
        let growth = Growth(from: Self.sets(old), to: Self.sets(new))
        #expect((growth != nil) == asks)
        if let growth {
            #expect(growth.targets == ["t10"])
            #expect(growth.description.hasPrefix("the set of t10 is more than twice as large"))
            #expect(growth.description.contains("\(new) objects instead of \(old)"))
        }
    }

    @Test(
        "more than twice the bytes of a target asks, from 64 KiB on",
        arguments: [(1_000, 60_000, false), (1_000, 70_000, true), (40_000, 70_000, false)])
    func bytes(old: Int, new: Int, asks: Bool) {
        #expect((Growth(from: Self.sets(1, bytes: old), to: Self.sets(1, bytes: new)) != nil) == asks)
    }

    @Test("small sets ask only where all together have more than twice the objects, from 101 on")
    func whole() throws {
        #expect(Growth(from: Self.sets(2, targets: 20), to: Self.sets(5, targets: 20)) == nil)
        let growth = try #require(Growth(from: Self.sets(2, targets: 21), to: Self.sets(5, targets: 21)))
        #expect(growth.targets == [])
        #expect(growth.description.hasPrefix("the sets of all targets together are"))
        #expect(growth.description.contains("105 objects instead of 42"))
    }

    @Test("targets that have no stable set, or lose theirs, say nothing")
    func others() {
        #expect(Growth(from: [:], to: Self.sets(40)) == nil)
        #expect(Growth(from: Self.sets(8, targets: 1), to: Self.sets(8, targets: 40)) == nil)
        #expect(Growth(from: Self.sets(8, targets: 40), to: [:]) == nil)
    }

    @Test("the first of several targets is named")
    func several() throws {
        let growth = try #require(Growth(from: Self.sets(2, targets: 3), to: Self.sets(20, targets: 3)))
        #expect(growth.targets == ["t10", "t11", "t12"])
        #expect(growth.description.hasPrefix("the set of t10 (and 2 more) is"))
    }
}
