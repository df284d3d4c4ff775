import AccessPointAPI
import JSONValue
import KubeModel
import Testing

@testable import Operator
@testable import Rollout

@Suite("Status: the conditions that speak of the rollout")
struct RolloutConditionTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var phase: RolloutView.Phase
        var pause: PauseReason?
        var ready: String
        var progressing: String
        var paused: String
        var reconciling: String?
        var stalled: String?

        var testDescription: String { "\(phase) \(pause?.rawValue ?? "")" }
    }

    static let table = [
        Row(
            phase: .healthy, ready: "True TargetsReady", progressing: "True RolloutCompleted",
            paused: "False NotPaused"),
        Row(
            phase: .progressing, ready: "False RolloutProgressing", progressing: "True RolloutProgressing",
            paused: "False NotPaused", reconciling: "True RolloutProgressing"),
        Row(
            phase: .rollingBack, ready: "False RollingBack", progressing: "True RollingBack",
            paused: "False NotPaused", reconciling: "True RollingBack"),
        Row(
            phase: .degraded, ready: "False RolloutAborted", progressing: "False RolloutAborted",
            paused: "False NotPaused", stalled: "True RolloutAborted"),
        Row(
            phase: .paused, pause: .canaryGate, ready: "False RolloutPaused", progressing: "Unknown RolloutPaused",
            paused: "True CanaryGate", reconciling: "True RolloutPaused"),
        Row(
            phase: .paused, pause: .growthGate, ready: "False RolloutPaused", progressing: "Unknown RolloutPaused",
            paused: "True GrowthGate", reconciling: "True RolloutPaused"),
        Row(
            phase: .paused, pause: .waveGate, ready: "False RolloutPaused", progressing: "Unknown RolloutPaused",
            paused: "True WaveGate", reconciling: "True RolloutPaused"),
        Row(
            phase: .paused, pause: .removeGate, ready: "False RolloutPaused", progressing: "Unknown RolloutPaused",
            paused: "True RemoveGate", reconciling: "True RolloutPaused"),
        Row(
            phase: .paused, pause: .userPaused, ready: "False RolloutPaused", progressing: "Unknown RolloutPaused",
            paused: "True UserPaused", reconciling: "True RolloutPaused"),
        Row(
            phase: .paused, pause: .clusterUnreachable, ready: "False RolloutPaused",
            progressing: "Unknown RolloutPaused", paused: "True ClusterUnreachable",
            reconciling: "True RolloutPaused"),
        Row(
            phase: .paused, pause: .targetFailed, ready: "False TargetFailed", progressing: "Unknown RolloutPaused",
            paused: "True TargetFailed", stalled: "True TargetFailed"),
        Row(
            phase: .paused, pause: .deadlineExceeded, ready: "False DeadlineExceeded",
            progressing: "Unknown RolloutPaused", paused: "True DeadlineExceeded", stalled: "True DeadlineExceeded"),
        Row(
            phase: .paused, pause: .failuresExceeded, ready: "False FailuresExceeded",
            progressing: "Unknown RolloutPaused", paused: "True FailuresExceeded", stalled: "True FailuresExceeded"),
        Row(
            phase: .paused, pause: .specNotAccepted, ready: "False SpecNotAccepted",
            progressing: "Unknown RolloutPaused", paused: "True SpecNotAccepted", stalled: "True SpecNotAccepted"),
        Row(
            phase: .blocked, pause: .preflightRefused, ready: "False PreflightRefused",
            progressing: "Unknown RolloutPaused", paused: "True PreflightRefused", stalled: "True PreflightRefused"),
        Row(
            phase: .rollingBack, pause: .userPaused, ready: "False RolloutPaused",
            progressing: "Unknown RolloutPaused", paused: "True UserPaused", reconciling: "True RolloutPaused"),
    ]

    @Test("each state of a rollout has its conditions", arguments: table)
    func conditions(_ row: Row) throws {
        var scene = StatusScene.canaryGate()
        if row.phase == .healthy { scene = .done() }
        scene.state.pause = row.pause.map { .init(reason: $0, target: "us-east-1", time: StatusScene.now) }
        (scene.phase, scene.gate) = (row.phase, nil)
        let status = try scene.status()
        // A refused dry run is first of all a refused spec; the rollout's own word stands in Paused.
        if row.pause != .preflightRefused {
            #expect(status.said("Ready") == row.ready)
            #expect(status.said("Stalled") == row.stalled)
            #expect(status.said("Accepted") == "True Accepted")
        }
        #expect(status.said("Progressing") == row.progressing)
        #expect(status.said("Paused") == row.paused)
        #expect(status.said("Reconciling") == row.reconciling)
        #expect(status.said("Deleting") == nil && status.said("Drifted") == nil)
    }

    @Test("the table has every pause reason")
    func complete() { #expect(Set(Self.table.compactMap(\.pause)) == Set(PauseReason.allCases)) }

    @Test("at the first write all conditions that are always there are there")
    func first() throws {
        var scene = StatusScene()
        (scene.phase, scene.input.acceptance) = (.progressing, .pending("dry run under way"))
        scene.input.placement = .unknown("MemberClusters are being read")
        let status = try scene.status()
        for type in ["Ready", "Accepted", "Placed", "Progressing", "Paused", "Available"] {
            #expect(status.conditions[type] != nil, "\(type)")
        }
        #expect(status.said("Ready") == "False NotRolledOut")
        #expect(status.said("Accepted") == "Unknown DryRunPending")
        #expect(status.said("Placed") == "Unknown PlacementUnknown")
        #expect(status.said("Available") == "Unknown PlacementUnknown")
        #expect(status.said("Reconciling") == "True NotRolledOut")
        #expect(status.conditions.conditions.allSatisfy { $0.observedGeneration == 4 })
    }

    // MARK: Commands

    @Test("the message of a paused AccessPoint ends with the exact command that resumes it")
    func command() throws {
        let status = try StatusScene.canaryGate().status()
        let command = "kubectl annotate axp checkout -n shop accesspoint.io/resume=r7/canary --overwrite"
        #expect(
            status.message("Ready")
                == "1/3 targets on revision 7; waiting at gate r7/canary: step canary is done. To go on: \(command)")
        #expect(status.message("Paused").hasSuffix(command))
    }

    @Test("a value that was there before its step began is taken off first, in the same line")
    func inert() throws {
        var scene = StatusScene.canaryGate()
        scene.inert = [.resume]
        #expect(
            try scene.status().message("Ready").hasSuffix(
                ". To go on: kubectl annotate axp checkout -n shop accesspoint.io/resume- && "
                    + "kubectl annotate axp checkout -n shop accesspoint.io/resume=r7/canary --overwrite"))
    }

    @Test(
        "each halt ends with the command that ends it, and with none where none does",
        arguments: [
            (.userPaused, [:], "-p '{\"spec\":{\"policy\":{\"rollout\":{\"paused\":false}}}}'"),
            (.targetFailed, [.retry: "r7/1"], "accesspoint.io/retry=r7/1 --overwrite"),
            (.failuresExceeded, [.retry: "r7/1"], "accesspoint.io/retry=r7/1 --overwrite"),
            (.deadlineExceeded, [.retry: "r7/1", .resume: "r7/rest"], "accesspoint.io/retry=r7/1 --overwrite"),
            (
                .deadlineExceeded, [.resume: "r7/rest/us-east-1"],
                "accesspoint.io/resume=r7/rest/us-east-1 --overwrite"
            ),
            (.deadlineExceeded, [.resume: "r7/rest"], nil),
            (
                .clusterUnreachable, [.resume: "r7/rest/us-east-1"],
                "accesspoint.io/resume=r7/rest/us-east-1 --overwrite"
            ),
            (.clusterUnreachable, [.resume: "r7/rest/eu-central-1"], nil),
            (.clusterUnreachable, [:], nil),
            (.specNotAccepted, [.resume: "r7/canary"], nil),
            (.preflightRefused, [.resume: "r7/canary"], nil),
        ] as [(PauseReason, [Verb: String], String?)])
    func commands(_ reason: PauseReason, _ tokens: [Verb: String], _ end: String?) throws {
        var scene = StatusScene.canaryGate()
        scene.pause(reason, target: "us-east-1", message: "us-east-1 is not well")
        scene.tokens = tokens
        let message = try scene.status().message("Paused")
        if let end {
            #expect(message.hasSuffix(end), "\(message)")
        } else {
            #expect(!message.contains("kubectl"), "\(message)")
        }
    }

    @Test("a value that only names the gate of a step is not offered for a target of the step's name")
    func namesake() throws {
        var scene = StatusScene.canaryGate()
        scene.pause(.deadlineExceeded, target: "rest", message: "rest is not well")
        scene.tokens = [.resume: "r7/rest"]
        #expect(try !scene.status().message("Paused").contains("kubectl"))
    }

    @Test("an aborted revision says how to start it again")
    func aborted() throws {
        var scene = StatusScene.canaryGate()
        (scene.state.pause, scene.state.abortedRevision) = (nil, StatusScene.new)
        (scene.phase, scene.message, scene.gate) = (.degraded, "revision 7 was aborted", nil)
        scene.tokens = [.retry: "r7/1"]
        #expect(
            try scene.status().message("Stalled").hasSuffix(
                "kubectl annotate axp checkout -n shop accesspoint.io/retry=r7/1 --overwrite"))
    }

    @Test("however long a message is, the command at its end is whole")
    func longMessage() throws {
        var scene = StatusScene.canaryGate()
        scene.message = String(repeating: "👩‍👩‍👧‍👦 very long ", count: 1000)
        let message = try scene.status().message("Ready")
        #expect(message.unicodeScalars.count <= 2048)
        let end = "…. To go on: kubectl annotate axp checkout -n shop accesspoint.io/resume=r7/canary --overwrite"
        #expect(message.hasSuffix(end))
    }

    // MARK: Deletion

    @Test("a deletion names each target that still holds objects, and what it waits for")
    func deletion() throws {
        var scene = StatusScene.done()
        scene.input.isDeleting = true
        scene.phase = .deleting
        scene.state.rows["us-west-1"]?.revision = nil
        var status = try scene.status()
        #expect(status.said("Deleting") == "True Deleting")
        #expect(status.message("Deleting") == "2 targets still hold objects: eu-central-1, us-east-1")
        #expect(status.said("Ready") == "False Deleting")
        #expect(status.said("Reconciling") == nil && status.said("Stalled") == nil)
        scene.pause(.clusterUnreachable, target: "us-east-1", message: "us-east-1 does not answer")
        scene.phase = .deleting
        scene.tokens = [.abandon: "us-east-1"]
        status = try scene.status()
        #expect(
            status.message("Deleting")
                == "2 targets still hold objects: eu-central-1, us-east-1; us-east-1 does not answer. To go on: "
                + "kubectl annotate axp checkout -n shop accesspoint.io/abandon=us-east-1 --overwrite")
    }

    // MARK: Spec and placement

    @Test("a spec that is not accepted is False with every problem, and Stalled")
    func refused() throws {
        var scene = StatusScene.done()
        scene.input.acceptance = .refused([
            FieldError(path: "spec.scope", message: "must be set"),
            FieldError(path: "spec.x", message: "may not be set"),
        ])
        let status = try scene.status()
        #expect(status.said("Accepted") == "False Invalid")
        #expect(status.message("Accepted") == "spec.scope: must be set; spec.x: may not be set")
        #expect(status.said("Stalled") == "True Invalid")
        #expect(status.said("Ready") == "False Invalid")
        #expect(status.said("Reconciling") == nil)
    }

    @Test("the word for people is Degraded where a target that belongs here serves nobody, whatever the rollout is")
    func word() throws {
        func word(_ change: (inout StatusScene) -> Void) throws -> String? {
            var scene = StatusScene.done()
            change(&scene)
            return try scene.status().rollout.phase?.rawValue
        }
        #expect(try word { _ in } == "Healthy")
        #expect(try word { $0.set(.routes, .false, of: 1) } == "Degraded")
        #expect(try word { $0.set(.routes, .unknown, of: 1) } == "Healthy")
        #expect(
            try word {
                $0.set(.routes, .false, of: 1)
                $0.input.targets[1].isPlaced = false
            } == "Healthy", "it has left")
        #expect(try word { $0.state.rows["us-east-1"] = nil } == "Healthy", "it has nothing yet")
        #expect(
            try word {
                $0.set(.routes, .false, of: 1)
                $0.phase = .progressing
            } == "Progressing")
    }

    @Test("the object that refused the dry run is named with its own reason")
    func refusedInDryRun() throws {
        var scene = StatusScene.canaryGate()
        scene.pause(.preflightRefused, target: "us-east-1", message: "us-east-1 refuses revision 7")
        scene.input.targets[1].failures = [
            ObjectFailure(
                template: "route", kind: "VirtualService", key: ObjectKey(namespace: "shop", name: "checkout"),
                reason: .namespaceMissing, message: "namespace shop does not exist")
        ]
        let status = try scene.status()
        #expect(status.said("Accepted") == "False NamespaceMissing")
        #expect(
            status.message("Accepted") == "us-east-1: VirtualService shop/checkout namespace shop does not exist")
        #expect(status.said("Ready") == "False NamespaceMissing")
        #expect(status.said("Paused") == "True PreflightRefused")
    }

    @Test("warnings follow the message of Accepted and change nothing else")
    func warnings() throws {
        var scene = StatusScene.done()
        let before = try scene.status()
        scene.input.warnings = [SpecWarning(text: "override eu-timeout matches no target", brief: "eu-timeout")]
        let status = try scene.status()
        #expect(
            status.message("Accepted")
                == "dry run passed on 3/3 targets; warning: override eu-timeout matches no target")
        #expect(status.said("Ready") == before.said("Ready"))
    }

    @Test("a placement problem makes Ready False, but may heal by itself and is not Stalled")
    func placement() throws {
        var scene = StatusScene.done()
        scene.input.placement = .problem(.gatewayMissing, "zone az1 of region r0 has no gateway cluster")
        let status = try scene.status()
        #expect(status.said("Placed") == "False GatewayMissing")
        #expect(status.said("Ready") == "False GatewayMissing")
        #expect(status.said("Stalled") == nil)
    }

    @Test("a spec that is being tried makes a finished AccessPoint Unknown and Reconciling")
    func pending() throws {
        var scene = StatusScene.done()
        scene.input.acceptance = .pending("dry run passed on 1/3 targets")
        let status = try scene.status()
        #expect(status.said("Ready") == "Unknown DryRunPending")
        #expect(status.said("Reconciling") == "True DryRunPending")
    }

    @Test("a stored rollout that cannot be read is left as it is")
    func unreadable() throws {
        var scene = StatusScene.canaryGate()
        try scene.store()
        let before = scene.json()
        var input = scene.input
        input.acceptance = .refused("StatusUnreadable", ["cannot read the stored rollout at status.rollout.epoch"])
        let after = StatusAggregator.status(input, previous: scene.previous, now: StatusScene.now)
        #expect(after["rollout"] == before["rollout"])
        #expect(try RolloutState(status: after) == scene.state)
        #expect(try AccessPointStatus.decode(after).said("Stalled") == "True StatusUnreadable")
    }
}
