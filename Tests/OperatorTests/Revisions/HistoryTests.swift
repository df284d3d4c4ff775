import AccessPointAPI
import JSONValue
import KubeModel
import KubeRuntime
import Rendering
import Rollout
import Testing

@testable import Operator

@Suite("The history of revisions")
struct HistoryTests {
    let start = Timestamp(secondsSince1970: 1_800_000_000)
    let now = Timestamp(secondsSince1970: 1_800_000_600)

    func record(_ annotations: [String: String] = [:]) throws -> RevisionRecord {
        let target = TargetFacts(name: "eu-1", region: "eu", availabilityZone: "eu-az1")
        let record = try RenderedRevision.record(Standing().spec, [target]) { object in
            for (key, value) in annotations { object.setAnnotation(key, to: value) }
        }
        return try #require(record)
    }

    func state(_ record: RevisionRecord, _ outcome: RunEnd.Outcome, _ cause: String = "") -> RolloutState {
        var state = RolloutState()
        state.updateRevision = record.name
        state.lastRun = RunEnd(
            revision: record.name, outcome: outcome, cause: cause, startTime: start, endTime: now)
        return state
    }

    typealias Key = RevisionRecord.Annotation

    @Test("the end of a run is kept with its times and its cause", arguments: RunEnd.Outcome.allCases)
    func ended(_ outcome: RunEnd.Outcome) throws {
        let record = try record()
        let news = record.news(of: state(record, outcome, "why"), now: now)
        #expect(news[Key.outcome] == .string(outcome.rawValue))
        #expect(news[Key.outcomeCause] == "why")
        #expect(news[Key.start] == .string(start.rfc3339))
        #expect(news[Key.completion] == .string(now.rfc3339))
        #expect(RevisionOutcome.Outcome(rawValue: outcome.rawValue) != nil)
    }

    @Test("what is kept already is not written again")
    func quiet() throws {
        let first = try record()
        var kept: [String: String] = [:]
        for member in first.news(of: state(first, .completed), now: now) { kept[member.key] = member.value.stringValue }
        let second = try record(kept)
        #expect(second.news(of: state(second, .completed), now: now.adding(seconds: 60)).isEmpty)
    }

    @Test("a revision that was turned back and then went through is kept as completed")
    func retried() throws {
        let record = try record([
            Key.outcome: "Aborted", Key.outcomeCause: "a person", Key.start: start.rfc3339,
            Key.completion: start.rfc3339,
        ])
        let news = record.news(of: state(record, .completed), now: now)
        #expect(news[Key.outcome] == "Completed" && news[Key.outcomeCause] == .null)
        #expect(news[Key.completion] == .string(now.rfc3339))
    }

    @Test("a revision whose end was not seen is superseded by a later one, and what is known is not overwritten")
    func unseen() throws {
        var state = RolloutState()
        state.updateRevision = RevisionName(number: 3, hash: "bbbbbbbbbb")
        #expect(try record().news(of: state, now: now)[Key.outcome] == "Superseded")
        #expect(try record([Key.outcome: "Completed"]).news(of: state, now: now).isEmpty)
    }

    @Test("what a target gets of the template is frozen with its other facts, and said only where it is not all")
    func frozen() throws {
        let whole = TargetFacts(name: "eu-1", region: "eu", availabilityZone: "eu-az1")
        let part = TargetFacts(name: "eu-2", region: "eu", availabilityZone: "eu-az1", placement: .everyCluster)
        let record = try #require(try RenderedRevision.record(Standing().spec, [whole, part]))
        #expect(record.facts["eu-1"] == whole)
        #expect(record.facts["eu-2"] == part)
        let frozen = record.revision.inputs.plan["targets"]?.arrayValue ?? []
        #expect(frozen.map { $0["placement"] } == [nil, "EveryCluster"])
    }

    @Test("stable, update and assigned revisions are never pruned, of the others the oldest beyond the limit")
    func pruned() throws {
        let standing = Standing()
        let plan = try RolloutPlan.make(policy: standing.spec.policy.rollout, targets: [standing.target])
        let inputs = RevisionRecord.inputs(standing.spec, plan, targets: [standing.target])
        let identity = RenderIdentity(namespace: "shop", name: "checkout", uid: "u1", hub: "h")
        let objects = try (1...7).map { number -> KubeObject in
            var object = try Revision(number: Int64(number), inputs: inputs).object(of: identity, generation: 1)
            object.json.set(.string("cr-\(number)"), at: ["metadata", "uid"])
            object.json.set("7", at: ["metadata", "resourceVersion"])
            return object
        }
        var scene = try standing.scene(objects[5])
        standing.host.revisions.apply(
            .replace(objects.map(standing.host.revisions.stored), resourceVersion: "8", isRebase: false))
        scene = try AccessPointScene(
            scene.object, host: standing.host, registry: MemberRegistry(), hubID: "h", now: now)
        func name(_ number: Int64) -> RevisionName? { scene.records.keys.first { $0.number == number } }
        var state = scene.state
        state.stableRevision = name(2)
        state.updateRevision = name(6)
        state.rows["eu-1"] = TargetRow(revision: name(3))
        #expect(scene.expired(in: state, limit: 1).map(\.name.number) == [4, 1])
        #expect(scene.expired(in: state, limit: 0).map(\.name.number) == [5, 4, 1])
        #expect(scene.expired(in: state, limit: 3).isEmpty)
    }
}
