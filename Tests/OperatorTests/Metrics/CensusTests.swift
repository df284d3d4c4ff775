import JSONValue
import KubeModel
import Rollout
import Telemetry
import Testing

@testable import Operator

@Suite("The census of what is there")
struct CensusTests {
    private static let now = Timestamp(secondsSince1970: 1_800_000_000)

    private static func accessPoint(_ name: String, _ status: JSONValue) throws -> KubeObject {
        try KubeObject([
            "apiVersion": "accesspoint.io/v1alpha1", "kind": "AccessPoint",
            "metadata": ["name": .string(name), "namespace": "shop"], "status": status,
        ])
    }

    private static func conditions(_ ready: String) -> JSONValue {
        [
            [
                "type": "Ready", "status": .string(ready), "reason": "R", "message": "",
                "lastTransitionTime": "2026-01-01T00:00:00Z",
            ]
        ]
    }

    private static func census() throws -> AccessPointCensus {
        let rows: JSONValue = [
            ["name": "a", "phase": "Available"], ["name": "b", "phase": "Applying"], ["name": "c"],
        ]
        return AccessPointCensus(
            [
                try accessPoint("new", .null),
                try accessPoint(
                    "paused",
                    [
                        "conditions": conditions("False"), "clusters": rows, "summary": ["truncated": true],
                        "rollout": [
                            "phase": "Paused", "pauseReason": "CanaryGate",
                            "pauseTime": .string(now.adding(seconds: -90).rfc3339),
                        ],
                    ]),
                try accessPoint(
                    "longer",
                    [
                        "conditions": conditions("False"), "clusters": rows,
                        "rollout": [
                            "phase": "Paused", "pauseReason": "CanaryGate",
                            "pauseTime": .string(now.adding(seconds: -900).rfc3339),
                        ],
                    ]),
                try accessPoint(
                    "strange",
                    [
                        "conditions": "none", "clusters": 5, "summary": [],
                        "rollout": ["phase": 7, "pauseReason": "NoSuchReason", "pauseTime": "soon"],
                    ]),
                try accessPoint("fine", ["conditions": conditions("True"), "rollout": ["phase": "Healthy"]]),
            ], now: now)
    }

    @Test("counts conditions, phases of targets and pauses, and passes over what it cannot read")
    func counts() throws {
        let census = try Self.census()
        #expect(census.conditions == ["Ready": [.true: 1, .false: 2]])
        #expect(census.targets.filter { $0.value > 0 } == ["Available": 2, "Applying": 2])
        #expect(census.targets["Failed"] == 0)
        #expect(census.paused.filter { $0.value > 0 } == [.canaryGate: 2])
        #expect(census.paused.count == PauseReason.allCases.count)
        #expect(census.longestPause == [.canaryGate: .seconds(900)])
        #expect(census.truncated == 1)
        #expect(census.entries.map(\.phase) == ["Unknown", "Paused", "Paused", "Unknown", "Healthy"])
    }

    @Test("what is gone, and all of it when leadership goes, is shown no longer")
    func vanishes() throws {
        let registry = MetricsRegistry()
        let metrics = CensusMetrics(registry, tellsEachAccessPoint: true)
        func shown() -> [String] {
            exposed(
                registry, "accesspoint_condition", "accesspoint_member_cluster_up", "accesspoint_info",
                "accesspoint_certificate_expiry_timestamp_seconds", "accesspoint_status_truncated",
                "accesspoint_paused_seconds")
        }
        func source(_ census: AccessPointCensus?, members: [String: Bool], secrets: [String]) -> CensusMetrics.Source {
            CensusMetrics.Source(
                accessPoints: { census }, members: { members },
                certificates: {
                    secrets.map {
                        ServedCertificate(cluster: "a", secret: ObjectKey(namespace: "edge", name: $0), end: Self.now)
                    }
                })
        }
        #expect(shown() == [])
        metrics.count(source(try Self.census(), members: ["a": true, "b": false], secrets: ["tls", "old"]))
        #expect(
            shown() == [
                #"accesspoint_certificate_expiry_timestamp_seconds{cluster="a",secret="edge/old"} 1800000000"#,
                #"accesspoint_certificate_expiry_timestamp_seconds{cluster="a",secret="edge/tls"} 1800000000"#,
                #"accesspoint_condition{type="Ready",status="False"} 2"#,
                #"accesspoint_condition{type="Ready",status="True"} 1"#,
                #"accesspoint_info{namespace="shop",name="fine",phase="Healthy"} 1"#,
                #"accesspoint_info{namespace="shop",name="longer",phase="Paused"} 1"#,
                #"accesspoint_info{namespace="shop",name="new",phase="Unknown"} 1"#,
                #"accesspoint_info{namespace="shop",name="paused",phase="Paused"} 1"#,
                #"accesspoint_info{namespace="shop",name="strange",phase="Unknown"} 1"#,
                #"accesspoint_member_cluster_up{cluster="a"} 1"#, #"accesspoint_member_cluster_up{cluster="b"} 0"#,
                #"accesspoint_paused_seconds{reason="CanaryGate"} 900"#,
                "accesspoint_status_truncated 1",
            ])
        metrics.count(source(AccessPointCensus([], now: Self.now), members: ["b": true], secrets: []))
        #expect(shown() == [#"accesspoint_member_cluster_up{cluster="b"} 1"#, "accesspoint_status_truncated 0"])
        #expect(exposed(registry, "accesspoint_paused").count == PauseReason.allCases.count)
        metrics.count(source(nil, members: ["b": true], secrets: ["tls"]))
        #expect(shown() == [])
        #expect(exposed(registry, "accesspoint_paused", "accesspoint_targets") == [])
    }

    @Test("host names are counted by whether they resolve, by the leader alone")
    func names() throws {
        func service(_ rows: JSONValue) -> KubeObject { KubeObject(lenient: ["status": ["hostnames": rows]]) }
        let services = [
            service([["ready": true], ["ready": false], ["ready": true]]), service([["hostname": "new"], 7]),
            service("none"), KubeObject(lenient: .null),
        ]
        #expect(CensusMetrics.names(services) == [.true: 2, .false: 1, .unknown: 2])
        let registry = MetricsRegistry()
        let metrics = CensusMetrics(registry, tellsEachAccessPoint: false)
        func count(_ census: AccessPointCensus?) {
            metrics.count(
                .init(
                    accessPoints: { census }, members: { [:] }, certificates: { [] },
                    names: { CensusMetrics.names(services) }))
        }
        count(AccessPointCensus([], now: Self.now))
        #expect(
            exposed(registry, "accesspoint_names") == [
                #"accesspoint_names{status="False"} 1"#, #"accesspoint_names{status="True"} 2"#,
                #"accesspoint_names{status="Unknown"} 2"#,
            ])
        count(nil)
        #expect(exposed(registry, "accesspoint_names") == [])
    }

    @Test("there is no series for each AccessPoint unless it is asked for")
    func each() {
        let registry = MetricsRegistry()
        withExtendedLifetime(CensusMetrics(registry, tellsEachAccessPoint: false)) {
            #expect(!registry.exposition().contains("accesspoint_info"))
        }
    }
}
