import KubeClient

/// What the engine is asked to carry out.
struct TransferOrder: Sendable {
    /// The request.
    var request: HTTPRequest
    /// The proxy, already chosen.
    var proxy: Secret?
    /// The header lines, already checked.
    var headers: [[UInt8]]
    /// Where the answer goes.
    var sink: TransferSink
}

/// Where an answer goes.
enum TransferSink: Sendable {
    /// To one task, whole.
    case answer(Reply<HTTPResponse>)
    /// To one task at its head, the body through a stream.
    case stream(Reply<HTTPStream>)

    func fail(_ error: TransportError) {
        switch self {
        case .answer(let reply): reply.resolve(.failure(error))
        case .stream(let reply): reply.resolve(.failure(error))
        }
    }
}
