/// Carries HTTP requests to API servers; the one seam between this room and a network library.
///
/// Guarantees: a deadline is kept even if the server hangs; redirects are never followed; cancellation of the calling
/// task resumes it at once; a mutating request is sent at most once; nothing blocks a Swift task.
public protocol HTTPTransport: Sendable {
    /// Sends a request and gathers the whole answer, whatever its status.
    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse

    /// Sends a request and returns when the head of the answer is there; the body follows as a stream.
    func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStream

    /// Fails what is under way with `shutDown`, refuses what comes after, and returns when all resources are free.
    func shutdown() async
}
