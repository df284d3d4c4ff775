public import KubeClient

/// A look from outside at what is served under an address: a TLS handshake, or one GET.
///
/// It is made without any credential, past every proxy and on a connection of its own, follows no redirect and takes no
/// body. The certificate is not verified but handed out: what it has to be is for the caller to say.
public struct ProbeRequest: Sendable, Hashable {
    /// The address: an IP address or a host name.
    public var address: String
    /// The port.
    public var port: Int
    /// The name that is asked for, by SNI and in the header `Host`.
    public var host: String
    /// Whether TLS is spoken.
    public var isTLS: Bool
    /// Absolute path with query of the GET; nil: the handshake alone.
    public var target: String?
    /// The time within which the head of the answer, or the end of the handshake, must be there.
    public var timeout: Duration
    /// Which addresses may be connected to.
    public var addressPolicy: AddressPolicy

    /// Makes a request.
    public init(
        address: String, port: Int, host: String, isTLS: Bool, target: String? = nil,
        timeout: Duration = .seconds(5), addressPolicy: AddressPolicy = .remote
    ) {
        self.address = address
        self.port = port
        self.host = host
        self.isTLS = isTLS
        self.target = target
        self.timeout = timeout
        self.addressPolicy = addressPolicy
    }
}

/// What a probe saw.
public struct ProbeAnswer: Sendable, Hashable {
    /// Status line and header fields; nil after a handshake alone.
    public var head: HTTPHead?
    /// The server's own certificate as PEM; nil without TLS.
    public var leafPEM: [UInt8]?

    /// Makes an answer.
    public init(head: HTTPHead? = nil, leafPEM: [UInt8]? = nil) {
        self.head = head
        self.leafPEM = leafPEM
    }
}

extension CurlTransport {
    /// Makes a probe.
    /// - Throws: why nothing was seen; `addressRefused` where the address may not be connected to.
    public func probe(_ probe: ProbeRequest) async throws(TransportError) -> ProbeAnswer {
        guard !Task.isCancelled else { throw TransportError(.cancelled) }
        let order: TransferOrder
        let reply = Reply<ProbeAnswer>()
        do {
            var connection = ConnectionSettings(
                server: try ServerURL(scheme: probe.isTLS ? .https : .http, host: probe.address, port: probe.port),
                tlsServerName: try TLSServerName(probe.host), skipsVerification: true,
                addressPolicy: probe.addressPolicy)
            connection.connectTimeout = probe.timeout
            let request = HTTPRequest(
                .get, probe.target ?? "/", connection: connection,
                headers: [HTTPField("User-Agent", "accesspoint-operator-probe")], timeout: probe.timeout)
            order = try self.order(request, .probe(reply), probe: probe.target == nil ? .handshake : .answer)
        } catch let error as TransportError {
            throw error
        } catch {
            throw TransportError(.invalidRequest, "\(error)")
        }
        let id = start(order)
        return try await reply.value { self.cancel(id) }
    }
}
