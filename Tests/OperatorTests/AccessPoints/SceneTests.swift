import AccessPointAPI
import JSONValue
import KubeModel
import KubeRuntime
import Rendering
import Rollout
import Testing
import TrafficModel

@testable import Operator

@Suite("What a decision rests on")
struct SceneTests {
    let host = HostStores(secretNamespaces: ["accesspoint-system"])
    let registry = MemberRegistry()
    let now = Timestamp(secondsSince1970: 1_800_000_000)
    let options = RenderOptions(gatewayNamespaces: [])

    func register(_ members: [JSONValue]) throws {
        let objects = try members.map { host.memberClusters.stored(try KubeObject($0)) }
        host.memberClusters.apply(.replace(objects, resourceVersion: "9", isRebase: false))
    }

    func member(_ name: String, role: JSONValue = "Gateway") -> JSONValue {
        [
            "apiVersion": .string(Names.apiVersion), "kind": "MemberCluster",
            "metadata": ["name": .string(name), "resourceVersion": "5", "uid": .string("uid-\(name)")],
            "spec": [
                "region": "r", "availabilityZone": .string("zone-\(name)"), "role": role,
                "access": ["secretRef": ["name": .string(name)]],
            ],
        ]
    }

    /// An AccessPoint of which the canary is done and `b` still waits.
    func accessPoint(
        _ name: String = "checkout", isBegun: Bool = true, template change: (inout JSONValue) -> Void = { _ in }
    ) throws -> KubeObject {
        var spec = AccessPointSpec(
            scope: Scope(),
            trafficTemplate: [
                TemplateEntry(
                    name: "route",
                    object: [
                        "apiVersion": "networking.istio.io/v1", "kind": "VirtualService",
                        "metadata": ["name": "shared"],
                        "spec": ["hosts": ["x.example.com"], "http": [["route": [["destination": ["host": "x"]]]]]],
                    ])
            ])
        change(&spec.trafficTemplate[0].object)
        let targets = ["a", "b"].map { TargetFacts(name: $0, region: "r", availabilityZone: "zone-\($0)") }
        let plan = try RolloutPlan.make(policy: spec.policy.rollout, targets: targets)
        let revision = try Revision(number: 1, inputs: RevisionRecord.inputs(spec, plan, targets: targets))
        let identity = RenderIdentity(namespace: "shop", name: name, uid: "uid-\(name)", hub: "hub")
        let record = try #require(RevisionRecord(revision.object(of: identity, generation: 1)))
        var body = record.object.json
        body.set("8", at: ["metadata", "resourceVersion"])
        body.set(.string("uid-of-\(record.name)"), at: ["metadata", "uid"])
        host.revisions.apply(.changes([.upsert(host.revisions.stored(try KubeObject(body)))]))
        var state = RolloutState()
        let written = isBegun ? ["a"] : []
        if isBegun { state.updateRevision = record.name }
        for target in written { state.rows[target] = TargetRow(revision: record.name) }
        let rows = written.map { target -> JSONValue in
            var row = state.rowFields(of: target) ?? JSONObject()
            row["name"] = .string(target)
            row["phase"] = "Available"
            return .object(row)
        }
        let object = try KubeObject([
            "apiVersion": .string(Names.apiVersion), "kind": "AccessPoint",
            "metadata": [
                "name": .string(name), "namespace": "shop", "uid": .string(identity.uid), "resourceVersion": "7",
                "generation": 1,
            ], "spec": spec.json,
            "status": ["rollout": .object(state.rolloutFields), "clusters": .array(rows)],
        ])
        host.accessPoints.apply(.changes([.upsert(host.accessPoints.stored(object))]))
        return object
    }

    func scene(_ object: KubeObject) throws -> AccessPointScene {
        try AccessPointScene(object, host: host, registry: registry, hubID: "hub", now: now)
    }

    func evaluate(_ scene: AccessPointScene, claims: ObjectClaims = ObjectClaims()) -> AccessPointEvaluation {
        AccessPointEvaluation(scene, renders: RenderMemo(options: options), claims: claims, owner: host.owner)
    }

    func observe(_ scene: AccessPointScene) -> RolloutObservation {
        let evaluation = evaluate(scene)
        return AccessPointObservation(
            scene, evaluation, wanted: nil, heldEpoch: nil, renders: RenderMemo(options: options),
            options: OperatorOptions(identity: "i")
        ).rollout
    }

    @Test("a target whose MemberCluster cannot be read has not left: no step is over for it")
    func unreadableTarget() throws {
        try register([member("a"), member("b", role: 7)])
        let scene = try scene(try accessPoint())
        #expect(scene.doubt?.contains("MemberCluster b") ?? false)
        let evaluation = evaluate(scene)
        #expect(!evaluation.isCertain)
        #expect(!evaluation.isAccepted)
        #expect(observe(scene).targets["b"]?.isPlaced ?? false)
    }

    @Test("a MemberCluster that cannot be read and never was a target holds nothing up")
    func unreadableStranger() throws {
        try register([member("a"), member("b"), member("stranger", role: 7)])
        let scene = try scene(try accessPoint())
        #expect(scene.doubt == nil)
        #expect(evaluate(scene).isAccepted)
    }

    @Test("a spec that members would refuse makes no new revision; what a revision holds already stays accepted")
    func findings() throws {
        try register([member("a"), member("b")])
        let spoil: (inout JSONValue) -> Void = { $0.set(1, at: ["spec", "hots"]) }
        let held = evaluate(try scene(try accessPoint(template: spoil)))
        #expect(held.isAccepted && held.refusal == nil)
        let warning = try #require(held.outcome?.problems.first)
        #expect(warning.severity == .warning && warning.path == "spec.hots")

        var changed = try accessPoint("cart")
        var spec = try AccessPointSpec.decode(changed.spec ?? .null, at: "spec")
        spoil(&spec.trafficTemplate[0].object)
        changed.json["spec"] = spec.json
        let refused = evaluate(try scene(changed))
        #expect(!refused.isAccepted)
        #expect(refused.refusal?.reason == "TrafficInvalid")
        #expect(refused.refusal?.messages.first?.contains("did you mean hosts? (IST0106 UnknownField)") ?? false)
        // The targets keep what the revision before it renders.
        let record = try #require(try scene(changed).records.values.first)
        let facts = try #require(try scene(changed).facts(of: "a", in: record))
        #expect(RenderMemo(options: options).set(record, try scene(changed).identity, facts: facts) != nil)
    }

    @Test("a spec that cannot be placed is neither refused nor said to be tried: what is accepted is that it is valid")
    func unplaced() throws {
        try register([member("a", role: "Member")])
        let scene = try scene(try accessPoint(isBegun: false))
        let (evaluation, renders) = (evaluate(scene), RenderMemo(options: options))
        #expect(!evaluation.isCertain && evaluation.refusal == nil)
        let observation = AccessPointObservation(
            scene, evaluation, wanted: nil, heldEpoch: nil, renders: renders, options: OperatorOptions(identity: "i"))
        var decision = RolloutPlanner().step(scene.state, observation.rollout, now: now)
        #expect(
            evaluation.acceptance(observation, decision)
                == .pending("The spec is valid, but not placed (see Placed): its dry run waits for that"))
        let revision = try #require(scene.records.keys.first)
        (decision.state.stableRevision, decision.state.updateRevision) = (revision, revision)
        #expect(
            evaluation.acceptance(observation, decision)
                == .accepted("The spec is valid, but not placed (see Placed): what is in place stays as it is"))
    }

    @Test("of a cluster that is away nothing is said but that it takes the dry run before it is written")
    func triedInPart() throws {
        try register([member("a"), member("b")])
        _ = registry.note(.init(reason: "SecretMissing", message: "no Secret b"), of: "b")
        let scene = try scene(try accessPoint(isBegun: false))
        let (evaluation, renders) = (evaluate(scene), RenderMemo(options: options))
        var observation = AccessPointObservation(
            scene, evaluation, wanted: nil, heldEpoch: nil, renders: renders, options: OperatorOptions(identity: "i"))
        var decision = RolloutPlanner().step(scene.state, observation.rollout, now: now)
        decision.state.preflightTime = now
        let revision = try #require(scene.records.keys.first)
        decision.state.updateRevision = revision
        let inPart = SpecAcceptance.accepted(
            "Dry run passed; b cannot be looked into, and is not written before it has passed there too")
        #expect(evaluation.acceptance(observation, decision) == inPart)
        // What this process happens to know of it makes no difference: another one would say something else.
        observation.rollout.targets["b"]?.preflight = PreflightReport(revision: revision, result: .passed, time: now)
        #expect(evaluation.acceptance(observation, decision) == inPart)
        // What has the revision has taken it.
        decision.state.rows["b"] = TargetRow(revision: revision)
        #expect(evaluation.acceptance(observation, decision) == .accepted("Dry run passed"))
        decision.state.rows["b"] = nil
        observation.rollout.targets["b"]?.reachability = .reachable
        #expect(evaluation.acceptance(observation, decision) == .accepted("Dry run passed"))
    }

    @Test("a run that begins counts no dry run that was made before it")
    func dryRunOfBefore() throws {
        try register([member("a"), member("b")])
        let scene = try scene(try accessPoint())
        let (evaluation, renders) = (evaluate(scene), RenderMemo(options: options))
        let revision = try #require(scene.records.keys.first)
        var observation = AccessPointObservation(
            scene, evaluation, wanted: revision, heldEpoch: nil, renders: renders,
            options: OperatorOptions(identity: "i"))
        var state = RolloutState()
        state.epoch = scene.state.epoch
        for name in ["a", "b"] {
            observation.rollout.targets[name]?.isPlaced = true
            observation.rollout.targets[name]?.reachability = .reachable
            observation.rollout.targets[name]?.preflight = PreflightReport(
                revision: revision, result: .passed, time: now.adding(seconds: -3600))
        }
        #expect(RolloutPlanner().step(state, observation.rollout, now: now).state.preflightTime == now)
        // By that of the run before this one may have ended.
        var other = observation
        let before = PreflightReport(revision: RevisionName(number: 9, hash: "other"), result: .unreachable, time: now)
        other.rollout.targets["b"]?.preflight = before
        _ = other.decide(RolloutPlanner(), state, now: now) { _ in }
        #expect(other.rollout.targets["b"]?.preflight == before && other.rollout.targets["a"]?.preflight == nil)
        var forgotten = 0
        let decision = observation.decide(RolloutPlanner(), state, now: now) { name in
            #expect(name == revision)
            forgotten += 1
        }
        #expect(forgotten == 1 && decision.state.startTime == now && decision.state.preflightTime == nil)
        let tried = decision.actions.compactMap { action in
            if case .preflight(let target, revision) = action { target } else { nil }
        }
        #expect(tried == ["a", "b"])
        // Of a run that is under way its own dry run counts.
        observation.rollout.targets["a"]?.preflight = PreflightReport(revision: revision, result: .passed, time: now)
        observation.rollout.targets["b"]?.preflight = PreflightReport(revision: revision, result: .passed, time: now)
        let next = observation.decide(RolloutPlanner(), decision.state, now: now) { _ in forgotten += 1 }
        #expect(forgotten == 1 && next.state.preflightTime == now)
    }

    @Test("a target whose MemberCluster is gone has left")
    func gone() throws {
        try register([member("a")])
        let observed = observe(try scene(try accessPoint()))
        #expect(observed.targets["b"]?.isPlaced == false)
        #expect(observed.targets["a"]?.isPlaced == true)
    }

    @Test("a cluster without usable credentials is away, and one that was not looked at yet is unknown")
    func credentials() throws {
        try register([member("a"), member("b")])
        let object = try accessPoint()
        #expect(observe(try scene(object)).targets["b"]?.reachability == .unknown)
        let isNews = registry.note(.init(reason: "SecretMissing", message: "no Secret b"), of: "b")
        #expect(isNews)
        let scene = try scene(object)
        #expect(observe(scene).targets["b"]?.reachability == .unreachable)
        #expect(observe(scene).targets["a"]?.reachability == .unknown)
        #expect(scene.reachability(of: "b") == .noAccess("SecretMissing: no Secret b"))
        #expect(TargetSight.blindness(of: "b", scene.reachability(of: "b"))?.status == .unknown)
    }

    /// An AccessPoint whose route, of its own name, takes a host at Gateway infra/gw.
    private func hosting(_ host: String, _ name: String, isBegun: Bool, gateway: String = "infra/gw") throws
        -> KubeObject
    {
        try accessPoint(name, isBegun: isBegun) { object in
            object.set(.string(name), at: ["metadata", "name"])
            object.set([.string(host)], at: ["spec", "hosts"])
            object.set([.string(gateway)], at: ["spec", "gateways"])
        }
    }

    @Test("a host at a gateway belongs to the AccessPoint that was first; the second is told whose it is, and where")
    func hostClaimed() throws {
        try register([member("a"), member("b")])
        let claims = ObjectClaims()
        #expect(evaluate(try scene(try hosting("x.example.com", "first", isBegun: true)), claims: claims).isAccepted)
        let second = evaluate(
            try scene(try hosting("x.example.com", "second", isBegun: false)), claims: claims)
        #expect(second.refusal?.reason == "HostClaimed")
        let message = second.refusal?.messages.first ?? ""
        for part in [
            "target a and 1 more", "VirtualService shop/second", "host x.example.com at Gateway infra/gw",
            "AccessPoint shop/first", "use another host or gateway",
        ] {
            #expect(message.contains(part), "no '\(part)' in: \(message)")
        }
        #expect(second.refusal?.messages.count == 1)
        let wide = evaluate(try scene(try hosting("*.example.com", "third", isBegun: false)), claims: claims)
        #expect(wide.isAccepted)
        let elsewhere = try hosting("x.example.com", "fourth", isBegun: false, gateway: "infra/other")
        #expect(evaluate(try scene(elsewhere), claims: claims).isAccepted)
    }

    @Test("what is rolled out already is not refused for a host that another one has too")
    func hostHeld() throws {
        try register([member("a"), member("b")])
        let (claims, renders) = (ObjectClaims(), RenderMemo(options: options))
        let scenes = try ["first", "second"].map { try scene(try hosting("x.example.com", $0, isBegun: true)) }
        for scene in scenes { _ = claims.claim(HeldObjects.of(scene, renders: renders), for: scene.key) }
        for scene in scenes { #expect(evaluate(scene, claims: claims).refusal == nil) }
        // A cluster that joins is told of, as a warning.
        try register([member("a"), member("b"), member("c")])
        let joined = try ["first", "second"].map { try scene(try hosting("x.example.com", $0, isBegun: true)) }
            .map { evaluate($0, claims: claims) }
        #expect(joined.allSatisfy { $0.refusal == nil })
        #expect(joined[0].outcome?.problems == [])
        let warning = try #require(joined[1].outcome?.problems.first)
        // And of those in which both are rolled out.
        #expect(warning.severity == .warning && warning.target == "c and 2 more")
        #expect(warning.message.contains("belongs to AccessPoint shop/first"))
    }

    /// An AccessPoint with a Gateway, of its own name, that ends TLS for a host.
    private func serving(_ name: String, _ selector: JSONValue, isBegun: Bool = false) throws -> KubeObject {
        try accessPoint(name, isBegun: isBegun) { object in
            object = [
                "apiVersion": "networking.istio.io/v1", "kind": "Gateway", "metadata": ["name": .string(name)],
                "spec": [
                    "selector": selector,
                    "servers": [
                        [
                            "port": ["number": 443, "name": "https", "protocol": "HTTPS"],
                            "tls": ["mode": "SIMPLE", "credentialName": "x"], "hosts": ["x.example.com"],
                        ]
                    ],
                ],
            ]
        }
    }

    @Test("a Gateway whose labels hold those of another one's, with the same host, is accepted with a warning on both")
    func serversMeet() throws {
        try register([member("a"), member("b")])
        let claims = ObjectClaims()
        let first = try scene(try serving("first", ["istio": "gw"]))
        #expect(evaluate(first, claims: claims).outcome?.problems == [])
        let second = evaluate(try scene(try serving("second", ["istio": "gw", "tier": "a"])), claims: claims)
        #expect(second.isAccepted && second.freed == [first.key])
        let warning = try #require(second.outcome?.problems.first)
        #expect(second.outcome?.problems.count == 1 && warning.severity == .warning)
        let words =
            "Gateway shop/second: Gateway shop/first of AccessPoint shop/first serves x.example.com on port 443 of the"
            + " same pods; one of the two is skipped without a word; serve the host in one place"
        #expect(warning.description.contains(words), "\(warning)")
        #expect(warning.target == "a and 1 more")
        let again = evaluate(first, claims: claims)
        #expect(again.outcome?.problems.first?.message.contains("Gateway shop/second of") == true)
        #expect(again.freed.isEmpty)
        // The same labels are the same pods for certain.
        let equal = evaluate(try scene(try serving("third", ["istio": "gw"])), claims: claims)
        #expect(equal.refusal?.reason == "HostClaimed" && equal.outcome?.problems == [])
        let elsewhere = evaluate(try scene(try serving("fourth", ["istio": "other"])), claims: claims)
        #expect(elsewhere.isAccepted && elsewhere.outcome?.problems == [])
    }

    @Test("two whose servers meet in a cluster that joins, where a third has a host of each, do not wake each other")
    func joiningServersMeet() throws {
        try register([member("a"), member("b"), member("c")])
        let claims = ObjectClaims()
        let taken = ["istio=gw", "istio=gw,tier=a"].map { selector in
            ClaimIdentity(
                cluster: "c",
                host: HostClaim(place: "port 443 of the pods with \(selector)", host: HostName("x.example.com")))
        }
        _ = claims.claim(Set(taken), for: ObjectKey(namespace: "shop", name: "third"))
        let first = try scene(try serving("first", ["istio": "gw"], isBegun: true))
        let second = try scene(try serving("second", ["istio": "gw", "tier": "a"], isBegun: true))
        #expect(evaluate(first, claims: claims).freed.isEmpty)
        #expect(evaluate(second, claims: claims).freed == [first.key])
        for scene in [first, second, first, second] {
            let again = evaluate(scene, claims: claims)
            #expect(again.isAccepted && again.freed.isEmpty, "\(scene.key) wakes \(again.freed)")
            let problems = again.outcome?.problems ?? []
            #expect(problems.count == 2 && problems.allSatisfy { $0.severity == .warning })
            #expect(problems.first?.target == "c")
            #expect(problems.first?.message.contains("belongs to AccessPoint shop/third") == true)
            // The servers of the cluster that joins are claimed with the others.
            #expect(problems.last?.target == "a and 2 more")
            #expect(problems.last?.message.contains("of the same pods") == true)
        }
    }

    @Test("what an AccessPoint holds is claimed before anybody is evaluated, whatever its name sorts after")
    func claimsOfTheHeld() throws {
        try register([member("a"), member("b")])
        let (owner, thief) = (try accessPoint("owner"), try accessPoint("a-thief", isBegun: false))
        let claims = ObjectClaims()
        for object in [thief, owner] {
            let held = HeldObjects.of(try scene(object), renders: RenderMemo(options: options))
            #expect(held.isEmpty == (object.name == "a-thief"))
            _ = claims.claim(held, for: object.key)
        }
        #expect(evaluate(try scene(thief), claims: claims).refusal?.reason == "ObjectOwned")
        #expect(evaluate(try scene(owner), claims: claims).isAccepted)
    }
}
