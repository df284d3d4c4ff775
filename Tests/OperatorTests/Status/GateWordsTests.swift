import AccessPointAPI
import KubeModel
import Rendering
import Testing

@testable import Operator
@testable import Rollout

/// What the person at a gate has to know before typing the command that stands at the end of the message.
@Suite("Status: what is said to the person at the gate")
struct GateWordsTests {
    static let progress = "1/3 targets on revision 7"
    static let gate = "waiting at gate r7/canary: step canary is done"
    static let end = ". To go on: kubectl annotate axp checkout -n shop accesspoint.io/resume=r7/canary --overwrite"
    static let unmatched = RenderProblem(
        .overrideUnmatched, severity: .warning, override: "eu-timeout", path: "spec.overrides[0].resources",
        message: "it matches no object", remedy: "correct its resources or remove it")

    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var change: @Sendable (inout StatusScene) -> Void
        /// What stands between the gate and its command in the message of Ready.
        var words: String
        /// The same in the message of Paused.
        var paused = ""
    }

    static let table = [
        Row(testDescription: "nothing where all is well", change: { _ in }, words: ""),
        Row(
            testDescription: "the worst target with its reason",
            change: { $0.set(.references, .false, of: 0) }, words: "; HostNotServed in us-west-1: ref"),
        Row(
            testDescription: "how many others there are",
            change: { scene in
                scene.set(.addresses, .unknown, of: 0)
                scene.set(.routes, .false, of: 1)
                scene.set(.routes, .false, of: 2)
            }, words: "; BackendNotFound in us-east-1: route (and 1 more)"),
        Row(
            testDescription: "a bad certificate",
            change: { $0.set(.certificates, .false, of: 0) },
            words: "; Expired in us-west-1: Secret istio-ingress/checkout-tls: Expired"),
        Row(
            testDescription: "what cannot be told, where nothing is bad",
            change: { $0.set(.addresses, .unknown, of: 0) }, words: "; AddressPending in us-west-1: address"),
        Row(
            testDescription: "an object that somebody took away",
            change: { $0.set(.stored, .false, of: 1) },
            words: "; ObjectMissing in us-east-1: Service shop/checkout does not exist"),
        Row(
            testDescription: "no certificate that still serves",
            change: { scene in
                scene.input.targets[0].evidence?.certificates = [StatusScene.certificate(.expiringSoon, days: 3)]
            }, words: ""),
        Row(
            testDescription: "a warning of the spec in short",
            change: { $0.input.warnings = [SpecWarning(unmatched)] },
            words: "; 1 warning: override eu-timeout: it matches no object (see Accepted)",
            paused: "; 1 warning: override eu-timeout: it matches no object (see Accepted)"),
        Row(
            testDescription: "the number of warnings, before the worst target",
            change: { scene in
                scene.input.warnings = [SpecWarning(unmatched), SpecWarning(text: "long", brief: "short")]
                scene.set(.references, .false, of: 0)
            },
            words: "; 2 warnings: override eu-timeout: it matches no object (see Accepted)"
                + "; HostNotServed in us-west-1: ref",
            paused: "; 2 warnings: override eu-timeout: it matches no object (see Accepted)"),
    ]

    @Test("the message at a gate names what speaks against going on, and ends with the command", arguments: table)
    func gate(_ row: Row) throws {
        var scene = StatusScene.canaryGate()
        row.change(&scene)
        let status = try scene.status()
        #expect(status.message("Ready") == "\(Self.progress); \(Self.gate)" + row.words + Self.end)
        #expect(status.message("Paused") == Self.gate + row.paused + Self.end)
        #expect(status.said("Ready") == "False RolloutPaused")
    }

    @Test("the worst target stays in the message while a new process has not looked at it yet", arguments: table)
    func restart(_ row: Row) throws {
        var scene = StatusScene.canaryGate()
        row.change(&scene)
        try scene.store()
        let before = scene.json()
        for index in scene.input.targets.indices {
            (scene.input.targets[index].evidence, scene.input.targets[index].reachability) = (nil, .unknown)
        }
        #expect(StatusPatch.merge(from: before, to: scene.json(at: StatusScene.now.adding(seconds: 900))) == nil)
    }

    @Test("a target that is being brought up to date is named while it is not well")
    func progressing() throws {
        var scene = StatusScene.canaryGate()
        (scene.state.pause, scene.phase, scene.gate, scene.tokens) = (nil, .progressing, nil, [:])
        scene.shown["us-west-1"]?.phase = .verifying
        scene.set(.routes, .false, of: 0)
        #expect(
            try scene.status().message("Ready")
                == "1/3 targets on revision 7; step 1/2 canary; BackendNotFound in us-west-1: route")
    }

    @Test("a resume past a target that does not answer is said while the end of the rollout waits for it")
    func passedOver() throws {
        var scene = StatusScene.canaryGate()
        let message = "us-east-1 does not answer and still has to get revision 7"
        scene.pause(.clusterUnreachable, target: "us-east-1", message: message)
        scene.tokens = [:]
        #expect(try scene.status().message("Paused") == message)
        scene.state.rows["us-east-1"]?.accepted = Acceptance(revision: StatusScene.new, reason: message)
        let words =
            "; a person has let the rollout go past it: it ends when the target follows or leaves the placement"
        #expect(try scene.status().message("Paused") == message + words)
        // It was another revision that it was let go past for.
        scene.state.rows["us-east-1"]?.accepted?.revision = StatusScene.old
        #expect(try scene.status().message("Paused") == message)
    }

    @Test("a pause that speaks of the target itself does not say it twice")
    func once() throws {
        var scene = StatusScene.canaryGate()
        scene.pause(.deadlineExceeded, target: "us-west-1", message: "us-west-1 is not healthy: BackendNotFound: route")
        scene.set(.routes, .false, of: 0)
        #expect(
            try scene.status().message("Ready")
                == "1/3 targets on revision 7; us-west-1 is not healthy: BackendNotFound: route")
    }

    // MARK: Words given early

    @Test("a resume that is given before its gate waits is noted, whatever else holds the rollout")
    func noted() throws {
        var scene = StatusScene.canaryGate()
        let words =
            "; resume=r7/canary is noted: it opens its gate when the step is done and nothing else holds the rollout"
        scene.input.notedResume = "r7/canary"
        (scene.state.pause, scene.phase, scene.gate) = (nil, .progressing, nil)
        for type in ["Ready", "Progressing"] {
            #expect(try scene.status().message(type) == "1/3 targets on revision 7; step 1/2 canary" + words)
        }
        scene.pause(.specNotAccepted, message: "the present spec is not accepted")
        for type in ["Ready", "Progressing", "Paused"] {
            #expect(try scene.status().message(type).hasSuffix("the present spec is not accepted" + words), "\(type)")
        }
    }

    @Test(
        "only the right value of a resume whose gate does not wait yet is noted",
        arguments: [
            ("r7/canary", nil, [], "r7/canary"), ("r7/canary", "r7/canary", [], nil), ("r6/canary", nil, [], nil),
            ("r7/canary", nil, [.resume], nil), (nil, nil, [], nil),
        ] as [(String?, String?, Set<Verb>, String?)])
    func early(_ value: String?, _ gate: String?, _ inert: Set<Verb>, _ noted: String?) {
        var view = RolloutPlanner().step(RolloutState(), RolloutObservation(), now: StatusScene.now).view
        (view.gate, view.inert, view.tokens) = (gate, inert, [.resume: "r7/canary"])
        #expect(view.noted(resume: value) == noted)
    }

    // MARK: Other ways

    @Test(
        "after an abort or a rollback the message names every way on, and ends with that of the same revision",
        arguments: [nil, "2 targets failed"])
    func aborted(_ cause: String?) throws {
        var scene = StatusScene.canaryGate()
        (scene.state.pause, scene.state.abortedRevision) = (nil, StatusScene.new)
        (scene.phase, scene.message, scene.gate) = (.degraded, "revision 7 was turned back", nil)
        (scene.state.rollbackCause, scene.tokens) = (cause, [.retry: "r7/1"])
        let words =
            "1/3 targets on revision 7; revision 7 was turned back; apply a new spec, which starts at its canary,"
            + " or the spec of revision 6 to stay there; or try this one again"
        let end = ". To go on: kubectl annotate axp checkout -n shop accesspoint.io/retry=r7/1 --overwrite"
        let status = try scene.status()
        #expect(status.message("Progressing") == words)
        #expect(status.message("Ready") == words + end && status.message("Stalled") == words + end)
        scene.state.stableRevision = nil
        #expect(try !scene.status().message("Ready").contains("to stay there"))
    }

    // MARK: Placement

    @Test("a spec that is valid but not placed is no spec that is not accepted, and may heal by itself")
    func unplaced() throws {
        var scene = StatusScene.canaryGate()
        let words = "the present spec is not accepted or not placed, and the revision before it goes no further"
        scene.pause(.specNotAccepted, message: words)
        scene.input.placement = .problem(.gatewayMissing, "zone az1 of region r0 has no gateway cluster")
        var status = try scene.status()
        #expect(status.said("Paused") == "True GatewayMissing" && status.message("Paused") == words)
        #expect(status.said("Ready") == "False GatewayMissing")
        #expect(status.said("Accepted") == "True Accepted" && status.said("Stalled") == nil)
        #expect(status.said("Reconciling") == "True RolloutPaused")
        scene.input.acceptance = .refused(.invalid, ["spec.x: may not be set"])
        scene.input.placement = .unknown("The spec is not accepted")
        status = try scene.status()
        #expect(status.said("Paused") == "True SpecNotAccepted" && status.said("Stalled") == "True Invalid")
    }

    // MARK: Drift

    @Test(
        "drift that is not put back at once says when it is, by times that do not age",
        arguments: [
            (false, true, nil, ""),
            (
                true, true, nil,
                "; us-east-1 was put back last at 2027-01-15T08:00:00Z, and is again at 2027-01-15T08:00:30Z"
                    + " at the earliest"
            ), (true, false, nil, ""), (true, true, JournalEntry.Purpose.repair, ""),
        ] as [(Bool, Bool, JournalEntry.Purpose?, String)])
    func drift(_ wasRepaired: Bool, _ corrects: Bool, _ purpose: JournalEntry.Purpose?, _ words: String) throws {
        var scene = StatusScene.done()
        scene.set(.stored, .false, of: 1)
        scene.state.rows["us-east-1"]?.repairTime = wasRepaired ? StatusScene.now : nil
        scene.input.correctsDrift = corrects
        scene.state.inFlight["us-east-1"] = purpose.map {
            JournalEntry(goal: .revision(StatusScene.new), purpose: $0, stamp: WriteStamp(epoch: 1, sequence: 2))
        }
        let message = try scene.status().message("Drifted")
        #expect(message == "us-east-1: Service shop/checkout does not exist" + words)
        try scene.store()
        #expect(try scene.status(at: StatusScene.now.adding(seconds: 20)).message("Drifted") == message)
    }
}
