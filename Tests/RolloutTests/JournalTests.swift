import JSONValue
import KubeModel
import Rollout
import Testing

@Suite("The journal, restarts and leaders")
struct JournalTests {
    @Test("killed between any two steps, the story ends the same")
    func crashAnywhere() {
        for crash in 0..<30 {
            var scene = Scene.rolledOut(plan: .waves.soaking(20))
            scene.say(.resume, nil)
            for step in 0..<150 {
                if step == crash { scene.restart() }
                if scene.pause == .canaryGate { scene.say(.resume, "r7/canary") }
                if scene.pause == .waveGate { scene.say(.resume, "r7/us") }
                scene.step()
                scene.now = scene.now.adding(seconds: 1)
            }
            #expect(scene.state.isComplete, "killed at step \(crash)")
            #expect(scene.revisions == "a7 b7 c7 d7")
            #expect(scene.violations == [])
        }
    }

    @Test("what was decided but not committed was not decided: the next decision is the same")
    func dropped() {
        var scene = Scene.rolledOut(plan: .three)
        for _ in 0..<10 {
            let first = scene.planner.step(scene.state, scene.seen, now: scene.now)
            let second = scene.planner.step(scene.state, scene.seen, now: scene.now)
            #expect(first == second)
            scene.step()
        }
    }

    @Test("an action is named again until it is done")
    func levelTriggered() {
        var scene = Scene.rolledOut(plan: .three)
        scene.conduct["a"]?.write = .writing
        scene.run()
        let decision = scene.planner.step(scene.state, scene.seen, now: scene.now)
        #expect(decision.state == scene.state)
        #expect(
            decision.actions == [
                .apply(
                    target: "a", revision: Scene.name(7),
                    stamp: WriteStamp(epoch: scene.state.epoch, sequence: scene.state.sequence))
            ])
    }

    @Test("a target stays in flight until its assignment is stored, whatever the executor says")
    func assignmentFirst() {
        var scene = Scene.rolledOut(plan: .three)
        scene.run()
        scene.conduct["a"]?.write = .writing
        scene.want(8)
        scene.run()
        let stamp = scene.state.inFlight["a"]?.stamp ?? WriteStamp(epoch: 0, sequence: 0)
        var seen = scene.seen
        seen.targets["a"]?.report = WriteReport(stamp: stamp, outcome: .done)
        seen.targets["a"]?.evidence = Evidence(revision: Scene.name(8), finding: .good)
        seen.targets["a"]?.assigned = Scene.name(7)
        let decision = scene.planner.step(scene.state, seen, now: scene.now)
        #expect(decision.state.inFlight["a"] != nil)
        #expect(decision.actions == [.assign(target: "a", revision: Scene.name(8))])
        seen.targets["a"]?.assigned = Scene.name(8)
        #expect(scene.planner.step(scene.state, seen, now: scene.now).state.inFlight["a"] == nil)
    }

    @Test(
        "a report of another epoch or another entry counts for nothing",
        arguments: [(-1, 0), (1, 0), (0, -1), (0, 1)] as [(Int64, Int64)])
    func exactReport(epoch: Int64, sequence: Int64) {
        var scene = Scene.rolledOut(plan: .three)
        scene.conduct["a"]?.write = .writing
        scene.run()
        var stamp = scene.state.inFlight["a"]?.stamp ?? WriteStamp(epoch: 0, sequence: 0)
        stamp.epoch += epoch
        stamp.sequence += sequence
        var seen = scene.seen
        seen.targets["a"]?.report = WriteReport(stamp: stamp, outcome: .done)
        seen.targets["a"]?.evidence = Evidence(revision: Scene.name(7), finding: .good)
        #expect(scene.planner.step(scene.state, seen, now: scene.now).state.inFlight["a"] != nil)
    }

    @Test("taking over raises the epoch and stamps the journal in the same commit")
    func takingOver() {
        var scene = Scene.rolledOut(plan: .three)
        scene.conduct["a"]?.write = .writing
        scene.run()
        let epoch = scene.state.epoch
        scene.restart()
        scene.step()
        #expect(scene.state.epoch == epoch + 1)
        #expect(scene.state.inFlight["a"]?.stamp.epoch == epoch + 1)
        scene.run()
        #expect(scene.state.epoch == epoch + 1)
    }

    @Test(
        "taking over where nothing is unfinished changes nothing; the epoch is taken with the first thing that begins")
    func quietTakeover() {
        var scene = Scene.rolledOut(then: nil, plan: .three)
        let before = scene.state
        scene.restart()
        scene.run()
        #expect(scene.state == before)
        scene.want(7)
        scene.step()
        #expect(scene.state.epoch == before.epoch + 1)
    }

    @Test("an older leader that wakes up decides nothing")
    func fenced() {
        var scene = Scene.rolledOut(plan: .three)
        scene.run()
        let old = scene.observed.heldEpoch
        scene.restart()
        scene.step()
        scene.observed.heldEpoch = old
        scene.say(.resume, "r7/canary")
        let decision = scene.planner.step(scene.state, scene.seen, now: scene.now)
        #expect(decision.isFenced)
        #expect(decision.state == scene.state)
        #expect(decision.actions == [])
    }

    @Test("a restart in the middle of a soak neither ends nor restarts it")
    func soakSurvives() {
        var scene = Scene(1, plan: .three.soaking(60))
        scene.run()
        scene.pass(seconds: 40)
        scene.restart()
        var blind = scene.seen
        blind.targets["a"]?.evidence = nil
        let decision = scene.planner.step(scene.state, blind, now: scene.now)
        #expect(decision.state.rows["a"]?.healthyTime == scene.state.rows["a"]?.healthyTime)
        scene.pass(seconds: 20)
        #expect(scene.pause == .canaryGate)
    }

    @Test("without fresh evidence nothing begins, even if the stored state would allow it")
    func blindStart() {
        var scene = Scene.rolledOut(plan: .three)
        scene.run()
        scene.restart()
        scene.say(.resume, "r7/canary")
        var blind = scene.seen
        for target in blind.targets.keys {
            blind.targets[target]?.evidence = nil
            blind.targets[target]?.preflight = PreflightReport(
                revision: Scene.name(7), result: .passed, time: scene.now)
        }
        let decision = scene.planner.step(scene.state, blind, now: scene.now)
        #expect(decision.state.passedSteps == 1)
        #expect(decision.state.inFlight.isEmpty)
    }

    @Test("a lost status is rebuilt from the assignments, and nothing is written that is in place")
    func recovered() {
        var scene = Scene.rolledOut(then: nil, plan: .three)
        scene.state = RolloutState.recovered(
            assigned: scene.observed.targets.compactMapValues(\.assigned), completed: Scene.name(6), now: scene.now)
        scene.restart()
        scene.run()
        #expect(scene.writes == [])
        #expect(scene.state.isComplete)
        #expect(scene.revisions == "a6 b6 c6")
    }

    @Test("a status that is lost again within a second gets an epoch beyond all that were taken meanwhile")
    func recoveredAgain() {
        func epoch(at microseconds: Int64) -> Int64 {
            let now = Timestamp(secondsSince1970: 1_800_000_000) + .microseconds(microseconds)
            return RolloutState.recovered(assigned: [:], completed: nil, now: now).epoch
        }
        #expect(epoch(at: 1000) > epoch(at: 0) + 900)
        #expect(epoch(at: 0) < 1 << 53, "a client that reads numbers as doubles reads it exactly")
    }

    @Test("every state of a story reads back from status as it was written")
    func statusRoundTrip() throws {
        var scene = Scene.rolledOut(plan: .waves.soaking(20))
        for step in 0..<80 {
            if step == 20 { scene.say(.resume, "r7/canary") }
            if step == 30 { scene.conduct["b"]?.finding = .cannotTell("?") }
            if step == 40 { scene.say(.abort, "r7") }
            if step == 60 { scene.say(.retry, "r7/1") }
            scene.step()
            #expect(try RolloutState(status: status(of: scene.state)) == scene.state)
            scene.now = scene.now.adding(seconds: 11)
        }
    }

    @Test("what only some stories hold reads back too; what a newer operator adds is passed over")
    func rareFields() throws {
        var state = RolloutState()
        (state.stableRevision, state.updateRevision) = (Scene.name(6), Scene.name(7))
        (state.isPromoted, state.isRemovalApproved, state.rollbackCause) = (true, true, "b cannot be written")
        state.abortedRevision = Scene.name(7)
        state.brake = RolloutState.Brake(time: Timestamp(secondsSince1970: 1_800_000_000))
        state.brake?.isReleased = true
        state.lastRun = RunEnd(
            revision: Scene.name(6), outcome: .rolledBack, cause: "c is not healthy",
            startTime: Timestamp(secondsSince1970: 1_800_000_000), endTime: Timestamp(secondsSince1970: 1_800_000_100))
        for verb in Verb.allCases {
            state.handled[verb] = HandledVerb(value: "r7", time: Timestamp(secondsSince1970: 1_800_000_200))
            state.seen[verb] = "r7"
        }
        var json = status(of: state)
        #expect(try RolloutState(status: json) == state)
        #expect(json.value("rollout", "lastHandledPromoteFull") == "r7")
        #expect(json.value("rollout", "seen", "promoteFull") == "r7")
        json.set("later", at: ["rollout", "laterField"])
        json.set(["x": 1], at: ["rollout", "lastRun", "laterField"])
        #expect(try RolloutState(status: json) == state)
    }

    @Test("state and display share no field")
    func disjointFields() {
        var scene = Scene.rolledOut(plan: .waves)
        scene.run()
        #expect(Set(scene.state.rolloutFields.keys).isDisjoint(with: scene.view.fields.keys))
    }

    @Test(
        "what cannot be read is an error that names the field, never a default",
        arguments: [
            (#"{"rollout": {"epoch": -1}}"#, "status.rollout.epoch"),
            (#"{"rollout": {"stableRevision": "7"}}"#, "status.rollout.stableRevision"),
            (#"{"rollout": {"inFlight": [{"target": "a"}]}}"#, "status.rollout.inFlight[0].purpose"),
            (#"{"rollout": {"inFlight": {}}}"#, "status.rollout.inFlight"),
            (#"{"rollout": {"pauseReason": "CanaryGate"}}"#, "status.rollout.pauseTime"),
            (#"{"rollout": {"pauseReason": "Tea"}}"#, "status.rollout.pauseReason"),
            (#"{"rollout": {"course": "Sideways"}}"#, "status.rollout.course"),
            (#"{"rollout": {"lastHandledAbort": "r7"}}"#, "status.rollout.lastHandledAbortTime"),
            (#"{"rollout": {"lastRun": {"revision": "7"}}}"#, "status.rollout.lastRun.revision"),
            (#"{"rollout": {"lastRun": {"revision": "7-a", "outcome": "Luck"}}}"#, "status.rollout.lastRun.outcome"),
            (#"{"rollout": {"promoted": 1}}"#, "status.rollout.promoted"),
            (#"{"rollout": []}"#, "status.rollout"),
            (#"{"clusters": [{"name": "a", "waitingTime": "noon"}]}"#, "status.clusters[0].waitingTime"),
        ])
    func unreadable(text: String, path: String) throws {
        let status = try JSONValue(parsing: text)
        let error = #expect(throws: StoredFieldError.self) { try RolloutState(status: status) }
        #expect(error?.path == path)
    }

    private func status(of state: RolloutState) -> JSONValue {
        let rows = state.rows.keys.sorted().map { target -> JSONValue in
            var row = state.rowFields(of: target) ?? JSONObject()
            row["name"] = .string(target)
            row["phase"] = "Available"
            return .object(row)
        }
        return ["rollout": .object(state.rolloutFields), "clusters": .array(rows)]
    }
}
