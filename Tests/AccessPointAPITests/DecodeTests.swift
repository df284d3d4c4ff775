import JSONValue
import KubeModel
import Testing

@testable import AccessPointAPI

@Suite("Decoding")
struct DecodeTests {
    @Test("absent fields get the defaults of the schema, or what stands for them")
    func defaults() throws {
        let spec = try AccessPointSpec.decode(
            try Fixture.json(
                """
                {"scope": {}, "trafficTemplate": [
                  {"name": "vip", "object": {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x"}}}],
                 "policy": {"rollout": {"waves": [{"name": "rest"}]}}}
                """))
        #expect(spec.scope?.level == .availabilityZone)
        #expect(spec.policy.placement == nil)
        #expect(spec.policy.rollout.canary == CanaryPolicy(targets: nil, count: 1, gate: .manual, soakSeconds: 60))
        let rest = WavePolicy(name: "rest", targets: nil, maxConcurrency: .count(1), gate: .automatic, soakSeconds: 0)
        #expect(spec.policy.rollout.waves == [rest])
        #expect(spec.policy.rollout.progressDeadlineSeconds == 600)
        #expect(spec.policy.rollout.revisionHistoryLimit == 10)
        #expect(spec.policy.rollout.maxFailures == .count(0))
        #expect(spec.policy.rollout.failurePolicy == .pause)
        #expect(spec.policy.rollout.onNewRevision == .restart)
        #expect(
            spec.policy.runtime
                == RuntimePolicy(minAvailable: .count(1), drift: .correct, certificateWarningSeconds: 604_800))
    }

    @Test("null stands for an absent field, except where any value is allowed")
    func nulls() throws {
        let absent = try AccessPoint.decode(try Fixture.changed("spec.policy.rollout.canary", to: "null"))
        #expect(absent.spec.policy.rollout.canary == CanaryPolicy(targets: nil))
        let patched = try AccessPoint.decode(try Fixture.changed("spec.overrides.0.jsonPatch.0.value", to: "null"))
        guard case .jsonPatch(let patch)? = patched.spec.overrides.first?.change else {
            Issue.record("no JSON patch")
            return
        }
        #expect(patch[0]?.objectValue?["value"] == JSONValue.null)
        #expect(patch[0]?.objectValue?.keys == ["op", "path", "value"])
    }

    @Test("the patches of overrides keep their values as they are")
    func patches() throws {
        let overrides = try AccessPoint.decode(try Fixture.accessPoint()).spec.overrides
        let patch = try Fixture.json(
            "[{\"op\": \"add\", \"path\": \"/spec/x\", \"value\": 1}, {\"op\": \"remove\", \"path\": \"/spec/y\"}]")
        #expect(
            overrides.map(\.change) == [.jsonPatch(patch), .mergePatch(try Fixture.json("{\"spec\": {\"x\": 1}}"))])
    }

    @Test("a template object keeps every field of its own")
    func template() throws {
        let object =
            "{\"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\": {\"name\": \"$(NAME)\", \"x\": null}, \"spec\": [1.0]}"
        let point = try AccessPoint.decode(try Fixture.changed("spec.trafficTemplate.0.object", to: object))
        #expect(point.spec.trafficTemplate.first?.object == (try Fixture.json(object)))
    }

    @Test("a spec survives being written and read")
    func roundTrip() throws {
        let spec = try AccessPoint.decode(try Fixture.accessPoint()).spec
        #expect(try AccessPointSpec.decode(spec.json) == spec)
        #expect(spec.validate() == [])
    }

    @Test("metadata and status of an object with a bad spec can still be read")
    func badSpec() throws {
        var json = try Fixture.changed("spec.overrides", to: "7")
        json.set(["rollout": ["epoch": 4]], at: ["status"])
        #expect(throws: FieldErrors.self) { try AccessPoint.decode(json) }
        #expect(ResourceMetadata(KubeObject(lenient: json)).generation == 3)
        #expect(try AccessPointStatus.decode(json["status"]).rollout.epoch == 4)
    }

    @Test("a member cluster has its facts, and its secret reference its key")
    func memberCluster() throws {
        let json = try Fixture.json(
            """
            {"apiVersion": "accesspoint.io/v1alpha1", "kind": "MemberCluster",
             "metadata": {"name": "k1", "labels": {"network": "internet"}},
             "spec": {"region": "us-west", "availabilityZone": "us-west-az1", "access": {"secretRef": {"name": "k1"}}}}
            """)
        let cluster = try MemberCluster.decode(json)
        #expect(cluster.spec.role == .member)
        #expect(cluster.spec.access.secretRef.key == "kubeconfig")
        #expect(
            cluster.facts
                == TargetFacts(
                    name: "k1", region: "us-west", availabilityZone: "us-west-az1", labels: ["network": "internet"]))
    }

    @Test(
        "a member cluster that cannot be right is refused",
        arguments: [
            (
                "{\"availabilityZone\": \"z\", \"access\": {\"secretRef\": {\"name\": \"s\"}}}",
                "spec.region: must be set"
            ),
            ("{\"region\": \"r\", \"availabilityZone\": \"z\"}", "spec.access: must be set"),
            ("{\"region\": \"r\", \"availabilityZone\": \"z\", \"access\": {}}", "spec.access.secretRef: must be set"),
            (
                "{\"region\": \"r r\", \"availabilityZone\": \"z\", \"access\": {\"secretRef\": {\"name\": \"s\"}}}",
                "spec.region: must consist of letters, digits, '-', '_' and '.', and begin and end with a letter or digit, found \"r r\""
            ),
            (
                "{\"region\": \"r\", \"availabilityZone\": \"z\", \"access\": {\"secretRef\": {\"name\": \"s\"}}, \"traffic\": \"Exited\"}",
                "spec.traffic: unknown field; known here: access, addressRanges, availabilityZone, region, role"
            ),
            (
                "{\"region\": \"r\", \"availabilityZone\": \"z\", \"access\": {\"secretRef\": {\"name\": \"s\"}}, \"addressRanges\": [\"203.0.113.7\"]}",
                "spec.addressRanges[0]: must be a block of addresses such as 203.0.113.0/24 or 2001:db8::/32, found \"203.0.113.7\""
            ),
            (
                "{\"region\": \"r\", \"availabilityZone\": \"z\", \"access\": {\"secretRef\": {\"name\": \"s\"}}, \"addressRanges\": [\"::/0\", \"203.0.113.7/24\"]}",
                "spec.addressRanges: must hold blocks without bits beyond their prefixes, such as 203.0.113.0/24 or 2001:db8::/32, found \"203.0.113.7/24\""
            ),
        ])
    func badMember(_ spec: String, _ message: String) throws {
        let json: JSONValue = [
            "apiVersion": "accesspoint.io/v1alpha1", "kind": "MemberCluster", "metadata": ["name": "k1"],
            "spec": try Fixture.json(spec),
        ]
        #expect { try MemberCluster.decode(json) } throws: { "\($0)" == message }
    }

    @Test("a target has the frozen facts of its cluster")
    func target() throws {
        let json = try Fixture.json(
            """
            {"metadata": {"name": "checkout.k1"}, "spec": {"accessPointName": "checkout", "clusterName": "k1",
              "region": "r", "availabilityZone": "z", "labels": {"a": "b"}, "revision": "7-abc", "later": 1}}
            """)
        let target = try AccessPointTarget.decode(json)
        #expect(target.spec.facts == TargetFacts(name: "k1", region: "r", availabilityZone: "z", labels: ["a": "b"]))
        #expect(target.spec.revision == "7-abc")
        #expect(try AccessPointTarget.decode(["spec": target.spec.json]).spec == target.spec)
    }
}
