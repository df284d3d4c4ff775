public import KubeClient
public import Telemetry

/// Requests to API servers, host and members, under the names of client-go.
struct RequestMetrics: Sendable {
    private let requests: Counter<String, HTTPRequest.Method, String>
    private let time: Histogram<HTTPRequest.Method, String>

    init(_ registry: MetricsRegistry) {
        let host = Label<String>("host")
        requests = registry.counter(
            "rest_client_requests_total", "Requests to API servers; the code is <error> where no answer came.",
            Label<String>("code"), Label<HTTPRequest.Method>("method"), host)
        time = registry.histogram(
            "rest_client_request_duration_seconds", "Time to the answer; of a watch to its beginning.",
            buckets: .requestSeconds, Label<HTTPRequest.Method>("verb"), host)
    }

    func count(_ request: HTTPRequest, code: Int?, after duration: Duration) {
        let server = request.connection.server
        let host = "\(server.host.contains(":") ? "[\(server.host)]" : server.host):\(server.port)"
        requests.add(1, code.map { "\($0)" } ?? "<error>", request.method, host)
        time.observe(duration, request.method, host)
    }
}

extension HTTPRequest.Method: LabelValue {}

/// A transport that counts what goes through it.
struct MeasuredTransport: HTTPTransport {
    let base: any HTTPTransport
    let metrics: RequestMetrics

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        try await measure(request) { () async throws(TransportError) in
            let response = try await base.send(request)
            return (response, response.head)
        }
    }

    func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStream {
        try await measure(request) { () async throws(TransportError) in
            let stream = try await base.stream(request)
            return (stream, stream.head)
        }
    }

    func shutdown() async { await base.shutdown() }

    private func measure<Answer>(
        _ request: HTTPRequest, _ act: () async throws(TransportError) -> (Answer, HTTPHead)
    ) async throws(TransportError) -> Answer {
        let start = ContinuousClock.now
        do {
            let (answer, head) = try await act()
            metrics.count(request, code: head.status, after: start.duration(to: .now))
            return answer
        } catch {
            // What we broke off ourselves says nothing about the server.
            if error.kind != .cancelled {
                metrics.count(request, code: nil, after: start.duration(to: .now))
            }
            throw error
        }
    }
}
