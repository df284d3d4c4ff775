import AccessPointAPI
import JSONValue
import KubeModel
import Testing

@testable import Operator
@testable import Rollout
@testable import TrafficModel

/// An AccessPoint with three targets in a test; by default the canary of revision 7 waits at its gate.
struct StatusScene {
    static let now = Timestamp(secondsSince1970: 1_800_000_000)
    static let old = RevisionName(number: 6, hash: "5d7c8b9f4")
    static let new = RevisionName(number: 7, hash: "6c9f8d4b7")
    static let names = ["us-west-1", "us-east-1", "eu-central-1"]

    var state = RolloutState()
    var phase = RolloutView.Phase.healthy
    var gate: String?
    var message = ""
    var tokens: [Verb: String] = [:]
    var inert: Set<Verb> = []
    var shown: [String: RolloutView.Target] = [:]
    var input = StatusInput(
        key: ObjectKey(namespace: "shop", name: "checkout"), generation: 4,
        acceptance: .accepted("dry run passed on 3/3 targets"), placement: .placed("3 targets"))
    var previous = AccessPointStatus()
    var brake: RolloutView.Brake?

    /// Every target is on revision 7 and in service.
    static func done() -> StatusScene {
        var scene = StatusScene()
        (scene.state.stableRevision, scene.state.updateRevision) = (new, new)
        (scene.state.startTime, scene.state.completionTime) = (now.adding(seconds: -900), now.adding(seconds: -300))
        for (index, name) in names.enumerated() {
            scene.state.rows[name] = TargetRow(revision: new)
            scene.shown[name] = RolloutView.Target(phase: .available, isUpdated: true, reason: nil)
            var target = TargetInput(
                TargetFacts(name: name, region: "r\(index)", availabilityZone: "r\(index)-az1"))
            target.reachability = .reachable
            target.evidence = evidence(index)
            scene.input.targets.append(target)
        }
        scene.input.plan = RolloutPlan(steps: [
            PlanStep(name: "canary", targets: ["us-west-1"], gate: .manual),
            PlanStep(name: "rest", targets: ["us-east-1", "eu-central-1"]),
        ])
        return scene
    }

    /// The canary has revision 7, the others are on revision 6.
    static func canaryGate() -> StatusScene {
        var scene = done()
        scene.state.stableRevision = old
        scene.state.completionTime = nil
        for name in names.dropFirst() {
            scene.state.rows[name]?.revision = old
            scene.shown[name]?.isUpdated = false
        }
        scene.pause(.canaryGate, gate: "r7/canary", message: "step canary is done")
        scene.tokens = [.resume: "r7/canary", .abort: "r7"]
        return scene
    }

    mutating func pause(_ reason: PauseReason, target: String? = nil, gate: String? = nil, message: String) {
        state.pause = RolloutState.Pause(reason: reason, target: target, time: Self.now.adding(seconds: -60))
        phase = reason == .preflightRefused ? .blocked : .paused
        (self.gate, self.message) = (gate, message)
    }

    /// Good evidence with one address, one certificate and one route.
    static func evidence(_ index: Int = 0) -> TargetEvidence {
        var evidence = TargetEvidence()
        evidence.objects =
            [("vip", TrafficKind.service), ("gateway", .gateway), ("route", .virtualService)].map { name, kind in
                ObjectEvidence(
                    template: name, kind: kind, key: ObjectKey(namespace: "shop", name: "checkout"), hash: "h",
                    state: .stored, uid: "u", apiVersion: "v1", working: Verdict(.true, .stored))
            }
        evidence.addresses = [
            AddressEvidence(
                service: ObjectKey(namespace: "istio-ingress", name: "checkout-vip"),
                values: [Address(kind: .ipAddress, value: "198.51.100.1\(index)")],
                verdict: Verdict(.true, .addressesAssigned))
        ]
        evidence.certificates = [certificate(.ready)]
        evidence.routes = [
            RouteEvidence(
                template: "route", key: ObjectKey(namespace: "shop", name: "checkout"), level: .resolved,
                verdict: Verdict(.true, .routesResolved))
        ]
        evidence.hosts = [HostEvidence(hostname: "checkout.example.com", verdict: Verdict(.true, .routesResolved))]
        evidence.references = Verdict(.true, .resolvedRefs)
        return evidence
    }

    static func certificate(
        _ state: CertificateEvidence.State, version: String = "9f2c51ab77e0", days: Int64 = 90
    ) -> CertificateEvidence {
        var certificate = CertificateEvidence(
            name: "checkout-tls", namespace: "istio-ingress", hosts: ["checkout.example.com"], state: state,
            message: state == .ready ? "" : "Secret istio-ingress/checkout-tls: \(state.rawValue)")
        certificate.version = version
        certificate.serial = "0A\(version.prefix(2))"
        certificate.notAfter = now.adding(seconds: days * 86_400)
        return certificate
    }

    /// The verdict of one aspect of one target, made from good evidence.
    mutating func set(_ aspect: TargetSight.Aspect, _ status: Condition.Status, of target: Int) {
        guard status != .true, var evidence = input.targets[target].evidence else { return }
        let isFalse = status == .false
        switch aspect {
        case .stored: if isFalse { evidence.objects[0].state = .missing } else { evidence.isComplete = false }
        case .references: evidence.references = Verdict(status, isFalse ? .hostNotServed : .referenceUnknown, "ref")
        case .addresses:
            evidence.addresses[0].values = []
            evidence.addresses[0].verdict = Verdict(status, isFalse ? .addressRefused : .addressPending, "address")
        case .certificates: evidence.certificates = [Self.certificate(isFalse ? .expired : .unreadable)]
        case .routes:
            evidence.routes[0].level = .stored
            evidence.routes[0].verdict = Verdict(status, isFalse ? .backendNotFound : .routesStored, "route")
        }
        input.targets[target].evidence = evidence
    }
}

extension StatusScene {
    private var view: RolloutView {
        let updated = shown.values.count(where: \.isUpdated)
        var view = RolloutView(
            phase: phase, stepIndex: 1, stepTotal: 2, stepName: "canary", gate: gate, message: message,
            tokens: tokens, inert: inert,
            steps: [
                RolloutView.Step(name: "canary", phase: .paused, targets: 1, updated: min(1, updated)),
                RolloutView.Step(name: "rest", phase: .pending, targets: 2, updated: max(0, updated - 1)),
            ],
            targets: shown)
        view.brake = brake
        return view
    }

    /// The status as JSON.
    func json(at now: Timestamp = now) -> JSONValue {
        var input = input
        (input.rollout, input.view) = (state, view)
        return StatusAggregator.status(input, previous: previous, now: now)
    }

    /// The status as the API types read it; fails where the schema would not take it.
    func status(at now: Timestamp = now) throws -> AccessPointStatus { try .decode(json(at: now)) }

    /// Makes the present status the one before.
    mutating func store(at now: Timestamp = now) throws { previous = try status(at: now) }
}

extension AccessPointStatus {
    /// `True AddressesAssigned`, or nothing where the condition is absent.
    func said(_ type: String) -> String? {
        conditions[type].map { "\($0.status.rawValue) \($0.reason)" }
    }

    func message(_ type: String) -> String { conditions[type]?.message ?? "" }

    func row(_ name: String) -> ClusterRow? { clusters.first { $0.name == name } }
}
