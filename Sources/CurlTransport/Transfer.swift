import CCurl
import KubeClient
import KubeModel

/// One request under way. Lives on the engine thread only; libcurl's callbacks reach it through its address.
@safe final class Transfer {
    let id: UInt64
    let order: TransferOrder
    let handle: UnsafeMutableRawPointer
    /// When the engine took the order.
    let start: ContinuousClock.Instant
    /// When the connection last showed life; the engine's clock, not a new reading.
    var lastActivity: ContinuousClock.Instant
    /// How often the request was handed to a connection.
    var sendings = 0
    /// Whether libcurl has it.
    var isAdmitted = false
    /// Why one of our callbacks broke the transfer off.
    var verdict: TransportError?
    /// The head so far; complete once `isHeadComplete`.
    var head = HTTPHead(status: 0)
    var isHeadComplete = false
    /// When the server was last asked for a sign of life in the middle of this answer.
    var reminded: ContinuousClock.Instant?
    /// The body of a whole answer.
    var body: [UInt8] = []

    private var headBytes = 0
    private var isHTTP2 = false
    private weak var stream: ByteStream?
    private let errorText: UnsafeMutablePointer<CChar>
    private var lists: [UnsafeMutablePointer<curl_slist>] = unsafe []
    private let payloadCount: Int
    private let payload: UnsafeMutableBufferPointer<UInt8>

    /// The most bytes of all header lines together.
    private static let headLimit = 256 << 10

    init?(id: UInt64, order: TransferOrder, now: ContinuousClock.Instant) {
        guard let handle = unsafe curl_easy_init() else { return nil }
        self.id = id
        self.order = order
        unsafe self.handle = handle
        start = now
        lastActivity = now
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        let bytes = order.request.body ?? []
        unsafe payload = .allocate(capacity: max(1, bytes.count))
        _ = unsafe payload.initialize(from: bytes)
        payloadCount = bytes.count
    }

    deinit {
        unsafe curl_easy_cleanup(handle)
        unsafe lists.forEach { unsafe curl_slist_free_all($0) }
        unsafe errorText.deallocate()
        unsafe payload.deallocate()
    }

    /// The limit that holds now: for the connection, then for the answer, then for the silence of a stream.
    var limit: (at: ContinuousClock.Instant, kind: TransportError.Kind, length: Duration) {
        let (answer, connect) = (order.request.timeout, order.request.connection.connectTimeout)
        if isOpenStream {
            return (lastActivity + order.request.idleTimeout, .idle, order.request.idleTimeout)
        } else if sendings == 0, connect < answer {
            return (start + connect, .connectTimeout, connect)
        } else {
            return (start + answer, .timeout, answer)
        }
    }

    /// The error of a transfer whose limit has passed; nil while it has time.
    func overdue(_ now: ContinuousClock.Instant) -> TransportError? {
        let limit = limit
        guard limit.at <= now else { return nil }
        return TransportError(limit.kind, "\(limit.length)", mayHaveArrived: mayHaveArrived)
    }

    /// When the end of an answer has been missing for so long that libcurl may have it and not know (see
    /// `TransferOrder.reminder`); nil while there is no such end to wait for.
    var reminderDue: ContinuousClock.Instant? {
        // A stream that was accepted may be silent for long, and a server ends it with a frame of its own.
        let isWatch = isOpenStream && head.status < 300
        guard isHTTP2, isHeadComplete, !isWatch, !order.isReminder else { return nil }
        if let reminded, reminded >= lastActivity { return nil }
        return lastActivity + .milliseconds(250)
    }

    /// When something is to be done about the transfer if nothing comes.
    var due: ContinuousClock.Instant { reminderDue.map { min($0, limit.at) } ?? limit.at }

    /// Whether this is a stream whose reader has it, so that silence counts and no longer the deadline.
    var isOpenStream: Bool {
        if case .stream = order.sink { isHeadComplete } else { false }
    }

    /// The server that it goes to.
    var server: ServerURL { order.request.connection.server }

    /// Whether it may travel on a connection together with others: only then is there one to wait for.
    var mayShareConnection: Bool { server.scheme == .https && order.probe == nil }

    /// libcurl's own words for what went wrong.
    var libraryMessage: String { unsafe String(cString: errorText) }

    /// Whether any byte of the request may have left.
    var mayHaveArrived: Bool { sendings > 0 }
}

extension Transfer {
    /// Ends the transfer for its caller.
    func finish(_ error: TransportError?) {
        switch order.sink {
        case .answer(let reply):
            if let error {
                reply.resolve(.failure(error))
            } else if isHeadComplete {
                reply.resolve(.success(HTTPResponse(head: head, body: body)))
            } else {
                reply.resolve(.failure(TransportError(.malformedReply, "no status line", mayHaveArrived: true)))
            }
        case .stream(let reply):
            if isHeadComplete {
                stream?.finish(error)
            } else {
                let error = error ?? TransportError(.malformedReply, "no status line", mayHaveArrived: true)
                reply.resolve(.failure(error))
            }
        case .probe(let reply):
            if isHeadComplete || (error == nil && order.probe == .handshake) {
                reply.resolve(.success(ProbeAnswer(head: isHeadComplete ? head : nil, leafPEM: leafPEM)))
            } else {
                let error = error ?? TransportError(.malformedReply, "no status line", mayHaveArrived: true)
                reply.resolve(.failure(error))
            }
        }
    }

    /// The certificate that the server showed first, its own; nil without TLS.
    private var leafPEM: [UInt8]? {
        guard let text = unsafe cc_leaf(handle) else { return nil }
        return unsafe Array(String(cString: text).utf8)
    }

    /// Takes one header line; false breaks the transfer off.
    func receive(headerLine bytes: UnsafeBufferPointer<UInt8>, onAbandon: @escaping @Sendable () -> Void) -> Bool {
        headBytes += bytes.count
        guard headBytes <= Self.headLimit else {
            verdict = TransportError(
                .responseTooLarge, "the header exceeds \(Self.headLimit) bytes", mayHaveArrived: true)
            return false
        }
        // What follows a complete head are the trailers of a chunked body.
        guard !isHeadComplete else { return true }
        let line = unsafe String(decoding: bytes, as: UTF8.self).trimmingBlanks()
        if line.hasPrefix("HTTP/") {
            let code = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            head = HTTPHead(status: code)
            isHTTP2 = line.hasPrefix("HTTP/2")
        } else if line.isEmpty {
            // 1xx heads come before the real one.
            if head.status >= 200 { return completeHead(onAbandon) }
        } else if let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) {
            let value = String(line[line.utf8.index(after: colon)...]).trimmingBlanks()
            head.fields.append(HTTPField(String(line[..<colon]), value))
        }
        return true
    }

    private func completeHead(_ onAbandon: @escaping @Sendable () -> Void) -> Bool {
        isHeadComplete = true
        // What follows the head of a probe is not asked for: its connection is broken off.
        guard order.probe == nil else { return false }
        guard case .stream(let reply) = order.sink else { return true }
        let stream = ByteStream(capacity: order.request.bodyLimit, onAbandon: onAbandon)
        self.stream = stream
        if reply.resolve(.success(HTTPStream(head: head, body: stream))) { return true }
        verdict = TransportError(.cancelled, mayHaveArrived: true)
        return false
    }

    /// Takes a piece of the body; false breaks the transfer off.
    func receive(body bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        switch order.sink {
        case .answer:
            guard bytes.count <= order.request.bodyLimit - body.count else {
                let detail = "the body exceeds \(order.request.bodyLimit) bytes"
                verdict = TransportError(.responseTooLarge, detail, mayHaveArrived: true)
                return false
            }
            unsafe body.append(contentsOf: bytes)
            return true
        case .stream:
            // The stream keeps its own reason for refusing; without a reader there is nobody to tell.
            if let stream, unsafe stream.write(bytes) { return true }
            verdict = TransportError(.cancelled, mayHaveArrived: true)
            return false
        case .probe: return false
        }
    }

    /// Called before the request is handed to a connection; false breaks the transfer off.
    ///
    /// libcurl repeats a request by itself when a connection that it reused turns out dead, even if the server may
    /// have seen the first copy. A read may be repeated; a write is not, and its caller reads back.
    func prepareToSend() -> Bool {
        guard sendings == 0 || !order.request.method.mutates else {
            verdict = TransportError(
                .connectionClosed, "the connection was closed while the request was sent", mayHaveArrived: true)
            return false
        }
        sendings += 1
        // A connection exists, so an address that was refused before it no longer explains anything.
        verdict = nil
        return true
    }

    /// Judges the address that a socket is about to be opened to; false refuses it.
    func permits(_ address: IPAddress?) -> Bool {
        // The policy is about the server; behind a proxy only the proxy knows its address.
        guard order.proxy == nil else { return true }
        let policy = order.request.connection.addressPolicy
        guard let address else { return policy == .any }
        guard let refusal = policy.refusal(of: address) else { return true }
        verdict = TransportError(.addressRefused, "\(order.request.connection.server.host): \(refusal)")
        return false
    }
}

extension Transfer {
    /// Hands over what libcurl does not copy; it is owned here until the handle is gone.
    func attachOwnedMemory() -> CURLcode {
        var code = unsafe cc_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText)
        if code == CURLE_OK { code = attach(list: order.headers, to: CURLOPT_HTTPHEADER) }
        guard order.request.body != nil, code == CURLE_OK else { return code }
        code = unsafe cc_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(payloadCount))
        guard code == CURLE_OK else { return code }
        return unsafe cc_set_pointer(handle, CURLOPT_POSTFIELDS, payload.baseAddress)
    }

    /// Sets an option that takes a list of lines.
    func attach(list lines: [[UInt8]], to option: CURLoption) -> CURLcode {
        var head: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let longer = unsafe curl_slist_append(head, String(decoding: line, as: UTF8.self)) else {
                unsafe curl_slist_free_all(head)
                return CURLE_OUT_OF_MEMORY
            }
            unsafe head = longer
        }
        guard let head = unsafe head else { return CURLE_OK }
        unsafe lists.append(head)
        return unsafe cc_set_pointer(handle, option, head)
    }
}

extension String {
    /// Without blanks, tabs and line ends on either side.
    fileprivate func trimmingBlanks() -> String {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
        let bytes = Array(utf8)
        guard let first = bytes.firstIndex(where: { !isBlank($0) }),
            let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(decoding: bytes[first...last], as: UTF8.self)
    }
}
