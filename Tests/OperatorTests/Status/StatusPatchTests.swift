import AccessPointAPI
import JSONValue
import KubeModel
import SeededRandom
import Testing

@testable import Operator
@testable import Rollout

@Suite("The write of a status")
struct StatusPatchTests {
    @Test(
        "the patch holds what differs and nothing else",
        arguments: [
            (["a": 1, "b": 2], ["a": 1, "b": 3], ["b": 3]), (["a": 1, "b": 2], ["a": 1], ["b": .null]),
            (["a": ["x": 1, "y": 2]], ["a": ["x": 1]], ["a": ["y": .null]]), (["a": [1, 2]], ["a": [1]], ["a": [1]]),
            ([:], ["a": [:]], ["a": [:]]), (["a": 1], ["a": ["b": 2]], ["a": ["b": 2]]),
            (["a": ["b": 2]], ["a": 1], ["a": 1]), (["a": 1], ["a": [:]], ["a": [:]]),
        ] as [(JSONValue, JSONValue, JSONValue)])
    func table(_ from: JSONValue, _ to: JSONValue, _ patch: JSONValue) {
        #expect(StatusPatch.merge(from: from, to: to) == patch)
        #expect(from.mergePatched(with: patch) == to)
    }

    @Test(
        "what is equal needs no patch",
        arguments: [[:], ["a": ["b": [1, ["c": "d"]]]], ["a": 1], "text"] as [JSONValue])
    func equal(_ json: JSONValue) { #expect(StatusPatch.merge(from: json, to: json) == nil) }

    private static func value(_ dice: inout SplitMix64, depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth > 3 ? 4 : 7), using: &dice) {
        case 0: return .bool(Bool.random(using: &dice))
        case 1: return .integer(Int64.random(in: 0...2, using: &dice))
        case 2: return .string(["", "a", "é", "e\u{301}"].randomElement(using: &dice) ?? "")
        case 3: return .array([])
        case 4: return .array((0..<Int.random(in: 0...2, using: &dice)).map { _ in value(&dice, depth: depth + 1) })
        default: return object(&dice, depth: depth + 1)
        }
    }

    private static func object(_ dice: inout SplitMix64, depth: Int) -> JSONValue {
        var members = JSONObject()
        for key in ["a", "b", "é", "e\u{301}"] where Bool.random(using: &dice) {
            members[key] = value(&dice, depth: depth)
        }
        return .object(members)
    }

    @Test(
        "applied to the old value the patch gives the new one, and there is one only if they differ", arguments: 0..<400
    )
    func property(seed: Int) {
        var dice = SplitMix64(seed: UInt64(seed))
        let (from, to) = (Self.object(&dice, depth: 0), Self.object(&dice, depth: 0))
        let patch = StatusPatch.merge(from: from, to: to)
        #expect((patch == nil) == (from == to))
        #expect((patch.map { from.mergePatched(with: $0) } ?? from) == to)
    }

    // MARK: What may wait

    private func isObservation(_ change: (inout StatusScene) -> Void) throws -> Bool {
        var scene = StatusScene.canaryGate()
        let before = scene.json()
        try scene.store()
        change(&scene)
        let after = scene.json(at: StatusScene.now.adding(seconds: 9))
        #expect(before != after)
        return StatusChange.isObservationOnly(from: before, to: after)
    }

    @Test("what was only observed may wait")
    func observed() throws {
        #expect(try isObservation { $0.set(.addresses, .unknown, of: 1) })
        #expect(try isObservation { $0.input.targets[1].reachability = .unreachable(lastSeen: nil) })
        #expect(try isObservation { $0.input.targets[2].failures = [RowTests.failure] })
        // What a pause quotes of the health of a target; the pause itself does not wait.
        #expect(try isObservation { $0.message = "us-west-1 is not healthy: the VIP answers 502" })
        #expect(try isObservation { $0.input.history = [RevisionOutcome(revision: 6)] })
    }

    @Test("journal, gates, steps, the generation, Accepted and Placed never wait")
    func urgent() throws {
        #expect(
            try !isObservation {
                $0.state.inFlight["us-east-1"] = JournalEntry(
                    goal: .revision(StatusScene.new), purpose: .update, stamp: WriteStamp(epoch: 1, sequence: 1))
            })
        #expect(try !isObservation { $0.state.passedSteps = 1 })
        #expect(try !isObservation { $0.state.epoch = 2 })
        #expect(try !isObservation { ($0.state.pause, $0.phase, $0.gate) = (nil, .progressing, nil) })
        #expect(try !isObservation { $0.state.rows["us-east-1"]?.healthyTime = StatusScene.now })
        #expect(try !isObservation { $0.state.rows["us-east-1"]?.revision = StatusScene.new })
        #expect(try !isObservation { $0.state.rows["us-east-1"]?.repairTime = StatusScene.now })
        #expect(try !isObservation { $0.input.generation = 5 })
        #expect(try !isObservation { $0.input.acceptance = .pending("1/3") })
        #expect(try !isObservation { $0.input.placement = .problem(.gatewayMissing, "az1") })
    }
}
