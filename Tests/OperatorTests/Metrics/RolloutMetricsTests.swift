import JSONValue
import KubeClient
import KubeModel
import Rendering
import Rollout
import Synchronization
import Telemetry
import Testing

@testable import Operator

@Suite("What is counted of rollouts and writes")
struct RolloutMetricsTests {
    @Test("runs, pauses, drifts, writes and sizes of status each count in their own metric")
    func counts() {
        let registry = MetricsRegistry()
        let metrics = RolloutMetrics(registry)
        metrics.count([
            .ended(.completed, after: .seconds(90)), .ended(.aborted, after: nil),
            .pauseEnded(.canaryGate, after: .seconds(600)),
            .drifted(target: "a", kinds: ["Gateway", "Service"]), .drifted(target: "a", kinds: ["Service"]),
        ])
        metrics.count(progression: .seconds(40), of: .completed)
        metrics.count(ObjectWrite(cluster: "a", kind: "Service", result: .created, duration: .milliseconds(20)))
        metrics.count(status: ["a": .string(String(repeating: "x", count: 5000))])
        let lines = exposed(
            registry, "accesspoint_rollouts_total", "accesspoint_rollout_duration_seconds_sum",
            "accesspoint_rollout_pause_duration_seconds_sum",
            "accesspoint_rollout_progression_duration_seconds_sum", "accesspoint_drift_total",
            "accesspoint_apply_total",
            "accesspoint_apply_duration_seconds_sum", "accesspoint_status_bytes_sum")
        #expect(
            lines.filter { !$0.hasSuffix(" 0") } == [
                #"accesspoint_apply_duration_seconds_sum{cluster="a"} 0.02"#,
                #"accesspoint_apply_total{cluster="a",kind="Service",result="created"} 1"#,
                #"accesspoint_drift_total{cluster="a",kind="Gateway"} 1"#,
                #"accesspoint_drift_total{cluster="a",kind="Service"} 2"#,
                #"accesspoint_rollout_duration_seconds_sum{outcome="Completed"} 90"#,
                #"accesspoint_rollout_pause_duration_seconds_sum{reason="CanaryGate"} 600"#,
                #"accesspoint_rollout_progression_duration_seconds_sum{outcome="Completed"} 40"#,
                #"accesspoint_rollouts_total{outcome="Aborted"} 1"#,
                #"accesspoint_rollouts_total{outcome="Completed"} 1"#, "accesspoint_status_bytes_sum 5008",
            ])
        // Outcomes that have not come yet are there from the beginning, so that their first one is an increase.
        #expect(lines.contains(#"accesspoint_rollouts_total{outcome="RolledBack"} 0"#))
    }

    @Test(
        "a write of an object is told with what came of it, a dry run is not",
        arguments: [(201, .created), (200, .updated), (409, .conflict), (403, .failed)]
            as [(Int, ObjectWrite.Result)])
    func writes(status: Int, result: ObjectWrite.Result) async throws {
        let old = try Rendered.set([Rendered.route("3s")])
        let new = try Rendered.set([Rendered.route("5s")])
        let answer: (status: Int, body: JSONValue) =
            status < 300
            ? (status, Rendered.stored(new.objects[0], version: "42").json) : ScriptedMember.failure(status, "No")
        let stored = Rendered.stored(old.objects[0])
        let member = ScriptedMember([answer, answer] + [(200, stored.json), answer, (200, stored.json), answer])
        var writer = try member.writer(holding: [stored])
        let told = Mutex<[ObjectWrite]>([])
        writer.wrote = { write in told.withLock { $0.append(write) } }
        if status < 300 { _ = await writer.preflight(new) }
        #expect(told.withLock { $0.isEmpty })
        _ = await writer.apply(new)
        let first = try #require(told.withLock { $0.first })
        #expect(first.result == result)
        #expect(first.kind == "VirtualService")
        #expect(first.cluster == writer.client.clusterName)
    }
}
