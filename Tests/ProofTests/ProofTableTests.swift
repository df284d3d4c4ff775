import Foundation
import Rollout
import RolloutSimulation
import Testing

/// Printed with every run of the tests: `swift test --filter ProofTableTests`.
@Suite("Tables of proofs")
struct ProofTableTests {
    @Test("every safety rule S1 to S19 and every liveness rule L1 to L3 has its proofs")
    func rules() {
        print(Proof.rules.flatMap(\.lines).joined(separator: "\n"))
        #expect(Proof.rules.map(\.subject) == (1...19).map { "S\($0)" } + (1...3).map { "L\($0)" })
        for proof in Proof.rules { #expect(!proof.tests.isEmpty, "\(proof.subject) has no test") }
        let modelled = Proof.rules.filter(\.isModelled).map(\.subject)
        #expect(Set(modelled).isSuperset(of: ["S1", "S2", "S3", "S4", "S5", "S9", "S11", "S17", "S18", "L1"]))
    }

    @Test("every guard has a test that fails without it")
    func guards() {
        print(Proof.guards.flatMap(\.lines).joined(separator: "\n"))
        let named: Set = [
            "uid", "resourceVersion", "journal", "epoch", "tokenBinding", "deleteProof", "deadlinePause",
            "soakRestart", "frontier",
        ]
        #expect(named.isSubset(of: Proof.guards.map(\.subject)))
    }

    @Test("every incident of others has its tests")
    func incidents() {
        print(Proof.incidents.flatMap(\.lines).joined(separator: "\n"))
        #expect(Proof.incidents.count == 7)
        for proof in Proof.incidents { #expect(!proof.tests.isEmpty) }
    }

    @Test("every test that a table names exists")
    func named() throws {
        let known = try Self.sentences()
        #expect(known.count > 500)
        let missing = (Proof.rules + Proof.guards + Proof.incidents).flatMap { proof in
            proof.tests.filter { !known.contains($0) }.map { "\(proof.subject): \($0)" }
        }
        #expect(missing == [])
    }

    @Test("nothing but tests can build a set of guards that lacks one")
    func built() throws {
        for (path, text) in try Self.texts(below: "Sources") where !path.hasSuffix("Guards.swift") {
            #expect(!text.contains("Guards(without"), "\(path)")
        }
    }

    /// The sentences of all `@Test("...")` below Tests/.
    private static func sentences() throws -> Set<String> {
        var found: Set<String> = []
        for (_, text) in try texts(below: "Tests") {
            for part in text.components(separatedBy: "@Test(").dropFirst() {
                let rest = part.drop { $0.isWhitespace }
                guard rest.first == "\"" else { continue }
                found.insert(String(rest.dropFirst().prefix { $0 != "\"" }))
            }
        }
        return found
    }

    private static func texts(below folder: String) throws -> [(path: String, text: String)] {
        let top = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let root = top.appending(path: folder)
        let paths = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
        return try paths.filter { $0.hasSuffix(".swift") }.map {
            ($0, try String(contentsOf: root.appending(path: $0), encoding: .utf8))
        }
    }
}
