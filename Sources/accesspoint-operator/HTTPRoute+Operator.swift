import HTTPService
import Operator
import Telemetry

extension HTTPRoute {
    /// `/healthz` for whether the process has to be started anew, `/readyz` for whether it does its work.
    static func health(_ health: OperatorHealth) -> [HTTPRoute] {
        func checks(_ checks: [OperatorHealth.Check]) -> [HealthCheck] {
            checks.map { check in HealthCheck(check.rawValue) { health.problem(check) } }
        }
        return Self.health("/healthz", checks([.loop])) + Self.health("/readyz", checks(OperatorHealth.Check.allCases))
    }

    /// `/metrics` in Prometheus' text format.
    static func metrics(_ registry: MetricsRegistry) -> HTTPRoute {
        HTTPRoute("/metrics") { _ in
            HTTPAnswer(contentType: "text/plain; version=0.0.4; charset=utf-8", body: registry.exposition())
        }
    }
}
