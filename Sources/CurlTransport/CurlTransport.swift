public import KubeClient
import KubeModel

/// The transport of production: libcurl on one thread of its own.
///
/// HTTP/2 where the server speaks it, so that all requests and watches of a cluster share one connection; TLS by
/// OpenSSL with the credentials in memory. One instance serves any number of clusters: they share the thread, never a
/// connection. What holds for every request is stated at `HTTPTransport`.
public final class CurlTransport: HTTPTransport {
    private let engine: CurlEngine
    private let environment: ProxyEnvironment

    /// Starts the thread.
    /// - Throws: `invalidRequest` if the machine gives no thread or libcurl cannot start.
    public init(environment: ProxyEnvironment = .ofProcess) throws(TransportError) {
        self.environment = environment
        engine = try CurlEngine.start()
    }

    deinit { engine.stop() }

    /// Sends a request and gathers the whole answer, whatever its status.
    public func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        guard !Task.isCancelled else { throw TransportError(.cancelled) }
        let reply = Reply<HTTPResponse>()
        let id = engine.start(try order(request, .answer(reply)))
        return try await reply.value { [engine] in engine.cancel(id) }
    }

    /// Sends a request and returns when the head of the answer is there; the body follows as a stream.
    public func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStream {
        guard !Task.isCancelled else { throw TransportError(.cancelled) }
        let reply = Reply<HTTPStream>()
        let id = engine.start(try order(request, .stream(reply)))
        return try await reply.value { [engine] in engine.cancel(id) }
    }

    /// Fails what is under way, ends the thread and waits for its end.
    public func shutdown() async {
        engine.stop()
        await engine.ended()
    }

    func start(_ order: TransferOrder) -> UInt64 { engine.start(order) }

    func cancel(_ id: UInt64) { engine.cancel(id) }

    func order(
        _ request: HTTPRequest, _ sink: TransferSink, probe: TransferOrder.Probe? = nil
    ) throws(TransportError) -> TransferOrder {
        let connection = request.connection
        if let address = IPAddress(connection.server.host),
            let refusal = connection.addressPolicy.refusal(of: address)
        {
            throw TransportError(.addressRefused, refusal)
        }
        let proxy: Secret? =
            switch connection.proxy {
            case _ where probe != nil: nil
            // What must not leave the machine does not go to a proxy, whose way on nobody here can judge.
            case .environment where connection.addressPolicy == .loopbackOnly: nil
            case .environment: environment.proxy(for: connection.server)
            case .url(let url): url
            }
        return TransferOrder(
            request: request, proxy: proxy, headers: try HeaderLines.of(request, isProbe: probe != nil), sink: sink,
            probe: probe)
    }
}
