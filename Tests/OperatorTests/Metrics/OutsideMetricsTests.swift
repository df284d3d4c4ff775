import AccessPointAPI
import KubeModel
import Telemetry
import Testing

@testable import Operator

@Suite("What is measured of what is seen from outside")
struct OutsideMetricsTests {
    private func query(_ expectation: ProbeQuery.Expectation) -> ProbeQuery {
        ProbeQuery(
            address: "198.51.100.10", port: 443, host: "checkout.example.com", isTLS: true, expectation: expectation,
            intervalSeconds: 10, timeoutSeconds: 5, failureThreshold: 3, since: "1-a")
    }

    @Test("looks are counted by what they came to, without a label that names a host or a VIP")
    func probes() {
        let registry = MetricsRegistry()
        let metrics = OutsideMetrics(registry)
        let (tls, http) = (query(.certificate(["0"])), query(.answer(HTTPProbe())))
        metrics.count(tls, Verdict(.true, .serving), after: .milliseconds(20), in: "a")
        metrics.count(tls, Verdict(.false, .handshakeFailed), after: .milliseconds(20), in: "a")
        metrics.count(http, Verdict(.unknown, .probeInconclusive), after: .seconds(5), in: "a")
        metrics.count(http, Verdict(.unknown, .probeInconclusive), after: .seconds(5), in: "b")
        #expect(
            exposed(registry, "accesspoint_probe_total", "accesspoint_probe_duration_seconds_count") == [
                #"accesspoint_probe_duration_seconds_count{cluster="a"} 3"#,
                #"accesspoint_probe_duration_seconds_count{cluster="b"} 1"#,
                #"accesspoint_probe_total{cluster="a",probe="http",result="inconclusive"} 1"#,
                #"accesspoint_probe_total{cluster="a",probe="tls",result="bad"} 1"#,
                #"accesspoint_probe_total{cluster="a",probe="tls",result="good"} 1"#,
                #"accesspoint_probe_total{cluster="b",probe="http",result="inconclusive"} 1"#,
            ])
    }
}
