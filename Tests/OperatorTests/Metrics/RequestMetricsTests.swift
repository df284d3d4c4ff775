import KubeClient
import Telemetry
import Testing

@testable import Operator

/// A transport that gives one answer to everything.
private struct Answering: HTTPTransport {
    let answer: Result<Int, TransportError>

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        HTTPResponse(head: HTTPHead(status: try answer.get()), body: [])
    }

    func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStream {
        HTTPStream(head: HTTPHead(status: try answer.get()), body: ByteStream())
    }

    func shutdown() async {}
}

@Suite("What is counted of requests")
struct RequestMetricsTests {
    @Test(
        "each request counts by code, method and host; one that we broke off does not",
        arguments: [
            (.success(200), "200"), (.success(409), "409"), (.failure(TransportError(.timeout)), "<error>"),
            (.failure(TransportError(.cancelled)), nil),
        ] as [(Result<Int, TransportError>, String?)])
    func counts(answer: Result<Int, TransportError>, code: String?) async throws {
        let registry = MetricsRegistry()
        let transport = MeasuredTransport(base: Answering(answer: answer), metrics: RequestMetrics(registry))
        for (server, host) in [
            ("https://API.example.com", "api.example.com:443"), ("https://[::1]:6443", "[::1]:6443"),
        ] {
            let connection = ConnectionSettings(server: try ServerURL(server))
            _ = try? await transport.send(HTTPRequest(.patch, "/secret/path", connection: connection))
            _ = try? await transport.stream(HTTPRequest(.get, "/", connection: connection))
            let shown = exposed(registry, "rest_client_requests_total").filter { $0.contains("host=\"\(host)\"") }
            #expect(
                shown
                    == ["GET", "PATCH"].compactMap { method in
                        code.map {
                            "rest_client_requests_total{code=\"\($0)\",method=\"\(method)\",host=\"\(host)\"} 1"
                        }
                    })
        }
        #expect(exposed(registry, "rest_client_request_duration_seconds_count").count == (code == nil ? 0 : 4))
        #expect(!registry.exposition().contains("secret"))
    }
}
