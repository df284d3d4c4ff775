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
    /// Whether it only makes a server send something; nobody is reminded of a reminder.
    var isReminder = false
    /// Whether it is a look at somebody's server from outside, on a connection of its own; nil: it is not.
    var probe: Probe?

    /// What a probe is made for.
    enum Probe: Sendable {
        /// The TLS handshake alone.
        case handshake
        /// The head of an answer.
        case answer
    }
}

extension TransferOrder {
    /// A small read that makes the server send something on the same connection.
    ///
    /// A piece of HTTP/2 that is larger than the buffer of its stream makes libcurl 7.88 pause the parser, and when that
    /// piece was all that it had read, nothing wakes the parser again but further bytes of the connection, whichever
    /// stream they belong to. If the piece is the last of an answer, its end waits with it.
    var reminder: TransferOrder {
        var order = self
        order.request.method = .get
        order.request.target = "/version"
        order.request.body = nil
        order.sink = .answer(Reply())
        order.isReminder = true
        return order
    }
}

/// Where an answer goes.
enum TransferSink: Sendable {
    /// To one task, whole.
    case answer(Reply<HTTPResponse>)
    /// To one task at its head, the body through a stream.
    case stream(Reply<HTTPStream>)
    /// To one task at its head; there is no body.
    case probe(Reply<ProbeAnswer>)

    func fail(_ error: TransportError) {
        switch self {
        case .answer(let reply): reply.resolve(.failure(error))
        case .stream(let reply): reply.resolve(.failure(error))
        case .probe(let reply): reply.resolve(.failure(error))
        }
    }
}
