import AccessPointAPI
import Foundation
import JSONValue
import KubeModel
import SeededRandom
import Testing

@testable import Operator
@testable import Rollout

extension SplitMix64 {
    fileprivate mutating func pick<Item>(_ items: [Item]) -> Item { items[Int(next() % UInt64(items.count))] }
}

@Suite("Status: what holds for any input")
struct StatusPropertyTests {
    /// `PROPERTY_SEEDS=5000` tries more of them; a failure names its seed.
    private static let seeds = Array(
        0..<(ProcessInfo.processInfo.environment["PROPERTY_SEEDS"].flatMap { Int($0) } ?? 120))

    private static func scene(_ dice: inout SplitMix64) -> StatusScene {
        var scene = dice.pick([StatusScene.done(), .canaryGate()])
        scene.phase = dice.pick(RolloutView.Phase.allCases)
        if scene.phase != .healthy {
            scene.state.pause = dice.pick([nil] + PauseReason.allCases).map {
                .init(reason: $0, target: dice.pick(StatusScene.names), time: StatusScene.now)
            }
        }
        scene.tokens = dice.pick([[:], [.resume: "r7/canary"], [.retry: "r7/1", .resume: "r7/rest/us-east-1"]])
        scene.input.isDeleting = scene.phase == .deleting
        scene.input.acceptance = dice.pick([
            .accepted("ok"), .accepted("ok"), .pending("1/3"), .refused(.invalid, ["spec.scope: must be set"]),
        ])
        scene.input.placement = dice.pick([.placed("3"), .placed("3"), .problem(.gatewayMissing, "az1"), .unknown("?")])
        for index in scene.input.targets.indices {
            let name = scene.input.targets[index].facts.name
            for aspect in AspectWords.all.map(\.aspect) {
                scene.set(aspect, dice.pick([.true, .true, .true, .unknown, .false]), of: index)
            }
            let reachability = dice.pick(
                [.reachable, .reachable, .unknown, .unreachable(lastSeen: StatusScene.now), .unauthorised]
                    as [TargetReachability])
            scene.input.targets[index].reachability = reachability
            let isBlind = reachability != .reachable && reachability != .unknown
            let phases: [RolloutView.Target.Phase] =
                isBlind
                ? [.unreachable, .failed, .removing]
                : [.pending, .applying, .verifying, .soaking, .available, .available, .failed, .removing]
            scene.shown[name]?.phase = dice.pick(phases)
            if dice.pick([true, false, false]) { scene.input.targets[index].evidence = nil }
            scene.input.targets[index].evidence?.isWhole = dice.pick([true, true, false])
            scene.input.targets[index].isSettling = dice.pick([true, false])
            if dice.pick([true, false, false]) { scene.input.targets[index].failures = [RowTests.failure] }
            if dice.pick([true, false, false]) {
                scene.state.inFlight[name] = JournalEntry(
                    goal: .revision(StatusScene.new), purpose: dice.pick(JournalEntry.Purpose.allCases),
                    stamp: WriteStamp(epoch: 1, sequence: Int64(index)))
            }
            scene.input.targets[index].isPlaced = dice.pick([true, true, true, false])
        }
        return scene
    }

    @Test("any status can be read, keeps the rollout, obeys kstatus and settles at once", arguments: seeds)
    func holds(seed: Int) throws {
        var dice = SplitMix64(seed: UInt64(seed))
        var scene = Self.scene(&dice)
        if dice.pick([true, false]) {
            var before = Self.scene(&dice)
            before.input.generation = 3
            scene.previous = try before.status()
        }
        let json = scene.json()
        let status = try AccessPointStatus.decode(json)
        #expect(status.json == json, "nothing that the schema does not have, and nothing longer than it allows")
        #expect(try RolloutState(status: json) == scene.state)
        let conditions = status.conditions
        #expect(!(conditions["Reconciling"] != nil && conditions["Stalled"] != nil))
        for type in ["Reconciling", "Stalled", "Drifted", "Deleting"] {
            #expect(conditions[type].map { $0.status == .true } ?? true, "\(type)")
        }
        for type in ["Ready", "Accepted", "Placed", "Progressing", "Paused", "Available"] {
            #expect(conditions[type] != nil, "\(type)")
        }
        #expect(
            conditions.conditions.allSatisfy { ReasonCode(rawValue: $0.reason) != nil && $0.observedGeneration == 4 })
        #expect(status.clusters.allSatisfy { $0.reason.isEmpty || ReasonCode(rawValue: $0.reason) != nil })
        if conditions.isTrue("Ready") {
            for type in ["Accepted", "Placed", "Available", "ResolvedRefs", "AddressesReady", "RoutesReady"] {
                #expect(conditions[type].map { $0.status == .true } ?? true, "Ready, but \(type) is not")
            }
            #expect(conditions["Reconciling"] == nil && conditions["Stalled"] == nil)
        }
        if let paused = conditions["Paused"], paused.status == .true {
            #expect(conditions["Progressing"]?.status == .unknown)
        }
        scene.previous = status
        let again = scene.json(at: StatusScene.now.adding(seconds: 3600))
        #expect(StatusPatch.merge(from: json, to: again) == nil)
    }
}
