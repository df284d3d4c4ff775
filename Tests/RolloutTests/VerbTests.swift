import KubeModel
import Rollout
import Testing

/// Every verb in every state in which a person may speak: it acts with the value that it takes there, once, and with
/// no other.
@Suite("Every verb in every state")
struct VerbTests {
    /// A state in which a rollout waits, or does not.
    enum Moment: String, CaseIterable, CustomTestStringConvertible {
        case nothingRolledOut = "nothing is rolled out"
        case dryRun = "the dry run is under way"
        case refused = "a dry run is refused"
        case writing = "the canary is being written"
        case soaking = "the canary soaks"
        case canaryGate = "the canary's gate is asked"
        case waveGate = "a wave's gate is asked"
        case removeGate = "the gate of the removal is asked"
        case writeFailed = "a write is refused"
        case unhealthy = "a target is not healthy past its deadline"
        case unknown = "it cannot be told whether a target is healthy"
        case canaryLost = "the canary does not answer"
        case targetLost = "a target does not answer"
        case tooManyFailed = "more failed than may"
        case userPaused = "the spec says paused"
        case notAccepted = "the spec is not accepted"
        case queued = "another revision waits"
        case promoted = "all gates are open"
        case returning = "targets go back"
        case returnFailed = "a way back is refused"
        case aborted = "the revision was aborted"
        case rolledBack = "the revision was rolled back"
        case complete = "everything is in place"
        case leftBehind = "a completed run has left a target behind"
        case storm = "too many targets drift"
        case deleting = "a deletion is under way"
        case deletionLost = "a deletion waits for a cluster"
        case deletionRefused = "a removal is refused"

        var testDescription: String { rawValue }
    }

    /// What each verb takes in each state; a state that is absent takes none at all.
    static let taken: [Moment: [Verb: String]] = [
        .dryRun: [.abort: "r7", .promoteFull: "r7", .resume: "r7/canary"],
        .refused: [.abort: "r7"],
        .writing: [.abort: "r7", .promoteFull: "r7", .resume: "r7/canary"],
        .soaking: [.abort: "r7", .promoteFull: "r7", .resume: "r7/canary"],
        .canaryGate: [.abort: "r7", .promoteFull: "r7", .resume: "r7/canary"],
        .waveGate: [.abort: "r7", .promoteFull: "r7", .resume: "r7/us"],
        .removeGate: [.abort: "r7", .resume: "r7/remove"],
        .writeFailed: [.abort: "r7", .retry: "r7/1"],
        .unhealthy: [.abort: "r7", .retry: "r7/1"],
        .unknown: [.abort: "r7", .resume: "r7/canary/a"],
        .canaryLost: [.abort: "r7"],
        .targetLost: [.abort: "r7", .resume: "r7/us/b"],
        .tooManyFailed: [.abort: "r7", .retry: "r7/1"],
        .userPaused: [.abort: "r7", .promoteFull: "r7", .resume: "r7/canary"],
        .notAccepted: [.abort: "r7", .promoteFull: "r7", .resume: "r7/canary"],
        .queued: [.abort: "r7", .promoteFull: "r7", .resume: "r7/canary"],
        .promoted: [.abort: "r7"],
        .returnFailed: [.retry: "r7/1"],
        .aborted: [.retry: "r7/1"],
        .rolledBack: [.retry: "r7/1"],
        .storm: [.retry: "r6/drift/1"],
        .deletionLost: [.abandon: "d"],
        .deletionRefused: [.abandon: "d", .retry: "r6/1"],
    ]

    @Test("each state offers exactly what may be said in it", arguments: Moment.allCases)
    func offered(moment: Moment) {
        let scene = Self.scene(moment)
        #expect(scene.view.tokens == Self.taken[moment] ?? [:])
        #expect(scene.violations == [])
    }

    @Test("the value that is offered acts once, is recorded with its time, and never again", arguments: Moment.allCases)
    func acts(moment: Moment) {
        for (verb, value) in Self.taken[moment] ?? [:] {
            var scene = Self.scene(moment)
            scene.now = scene.now.adding(seconds: 7)
            scene.say(verb, value)
            scene.run()
            // While a step is under way a resume is kept for its end.
            let isKept = verb == .resume && [.dryRun, .writing, .soaking, .userPaused, .notAccepted].contains(moment)
            #expect((scene.state.handled[verb] == HandledVerb(value: value, time: scene.now)) == !isKept, "\(verb)")
            guard !isKept else { continue }
            let first = scene.state.handled[verb]
            replay(verb, value, in: &scene)
            #expect(scene.state.handled[verb] == first, "\(verb) acted twice")
            #expect(scene.violations == [])
        }
    }

    /// Applies a value again in every way in which a repository of manifests does.
    private func replay(_ verb: Verb, _ value: String, in scene: inout Scene) {
        scene.now = scene.now.adding(seconds: 1)
        scene.run()
        scene.restart()
        scene.run()
        scene.say(verb, nil)
        scene.run()
        scene.say(verb, value)
        scene.run()
        scene.restart()
        scene.run()
    }

    @Test("any other value does nothing at all, and is answered once", arguments: Moment.allCases)
    func wrong(moment: Moment) {
        let scene = Self.scene(moment)
        for verb in Verb.allCases {
            let right = scene.view.tokens[verb]
            let others = [
                "true", "", "r6", "r7", "r8", "r7/canary", "r7/us", "r7/1", "r7/2", "r6/canary", "a", "c", "d",
            ]
            for value in others where value != right && value != scene.state.seen[verb] {
                var spoken = scene
                spoken.answers = []
                spoken.say(verb, value)
                spoken.run()
                spoken.restart()
                spoken.run()
                #expect(spoken.answers == [VerbAnswer(verb: verb, value: value, reason: .wrongValue, right: right)])
                #expect(spoken.state.handled == scene.state.handled, "\(verb)=\(value)")
                #expect(
                    spoken.state.course == scene.state.course && spoken.state.passedSteps == scene.state.passedSteps)
                #expect(spoken.state.rows == scene.state.rows && spoken.content == scene.content, "\(verb)=\(value)")
                #expect(spoken.violations == [])
            }
        }
    }

    @Test("abort beats every other verb that is said with it", arguments: Moment.allCases)
    func abortWins(moment: Moment) {
        guard let tokens = Self.taken[moment], let abort = tokens[.abort] else { return }
        var scene = Self.scene(moment)
        for (verb, value) in tokens { scene.say(verb, value) }
        scene.observed.wanted = Scene.name(7)
        scene.run()
        #expect(scene.state.handled[.abort]?.value == abort)
        #expect(scene.state.handled.keys.allSatisfy { $0 == .abort || Self.scene(moment).state.handled[$0] != nil })
        #expect(scene.state.abortedRevision == Scene.name(7))
        #expect(scene.violations == [])
    }
}

// How each state comes about.
extension VerbTests {
    static func scene(_ moment: Moment) -> Scene {
        var scene = Scene.rolledOut(plan: plan(moment))
        if moment == .nothingRolledOut {
            scene = Scene(7, plan: .waves)
            scene.observed.wanted = nil
        }
        prepare(moment, &scene)
        scene.run()
        wait(moment, &scene)
        return scene
    }

    private static func plan(_ moment: Moment) -> RolloutPlan {
        switch moment {
        case .soaking: return .waves.soaking(600)
        case .targetLost, .writeFailed, .returnFailed: return .waves.ungated
        case .tooManyFailed, .rolledBack, .leftBehind:
            var plan = RolloutPlan.waves.ungated
            plan.steps[2].maxFailures = moment == .rolledBack ? 0 : 1
            plan.failureResponse = moment == .rolledBack ? .rollback : .pause
            return plan
        default: return .waves
        }
    }

    /// What is so before the first step.
    private static func prepare(_ moment: Moment, _ scene: inout Scene) {
        switch moment {
        case .dryRun:
            for target in scene.conduct.keys { scene.conduct[target]?.dryRun = .pending }
        case .refused: scene.conduct["c"]?.dryRun = .refused("no namespace")
        case .writing: scene.conduct["a"]?.write = .writing
        case .writeFailed: scene.conduct["b"]?.write = .failed("denied")
        case .unhealthy: scene.conduct["a"]?.finding = .bad("no route")
        case .unknown: scene.conduct["a"]?.finding = .cannotTell("no address")
        case .canaryLost: scene.conduct["a"]?.isUnreachable = true
        case .targetLost: scene.conduct["b"]?.isUnreachable = true
        case .tooManyFailed: for target in ["c", "d"] { scene.conduct[target]?.write = .failed("denied") }
        case .rolledBack: scene.conduct["d"]?.finding = .bad("no route")
        case .leftBehind: scene.conduct["d"]?.write = .failed("denied")
        case .returnFailed: scene.conduct["c"]?.finding = .cannotTell("?")
        case .complete, .storm: scene.observed.wanted = Scene.name(6)
        case .deleting, .deletionLost, .deletionRefused: prepareDeletion(moment, &scene)
        case .removeGate:
            var plan = RolloutPlan.waves.ungated
            plan.steps[2].targets = ["c"]
            plan.steps.append(PlanStep(name: PlanStep.remove, targets: ["d"], gate: .manual))
            scene.observed.targets["d"]?.isPlaced = false
            scene.observed.plans[Scene.name(7)] = plan
        default: break
        }
    }

    private static func prepareDeletion(_ moment: Moment, _ scene: inout Scene) {
        scene.observed.wanted = Scene.name(6)
        scene.observed.isDeleting = true
        switch moment {
        case .deletionLost: scene.conduct["d"]?.isUnreachable = true
        case .deletionRefused: scene.conduct["d"]?.write = .failed("forbidden")
        default: scene.conduct["d"]?.write = .writing
        }
    }

    /// What happens then.
    private static func wait(_ moment: Moment, _ scene: inout Scene) {
        switch moment {
        case .waveGate:
            scene.say(.resume, "r7/canary")
            scene.run()
        case .unhealthy, .unknown, .rolledBack: scene.pass(seconds: 610)
        case .userPaused: scene.observed.isPaused = true
        case .notAccepted: scene.observed.wanted = nil
        case .queued:
            scene.observed.queuesNewRevision = true
            scene.want(8, plan: .waves)
        case .promoted:
            scene.conduct["b"]?.write = .writing
            scene.say(.promoteFull, "r7")
        case .returning, .returnFailed:
            for target in ["a", "b", "c"] { scene.conduct[target]?.write = .writing }
            if moment == .returnFailed { scene.conduct["c"]?.write = .failed("denied") }
            scene.say(.abort, "r7")
        case .aborted: scene.say(.abort, "r7")
        case .storm: for target in ["a", "b", "c"] { scene.observed.targets[target]?.isDrifted = true }
        default: break
        }
        scene.run()
        scene.answers = []
    }
}
