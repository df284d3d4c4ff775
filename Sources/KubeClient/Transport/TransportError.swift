/// Why a request got no answer, or its answer broke off.
public struct TransportError: Error, Sendable, Hashable {
    /// The class of failure; each has its own remedy.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The caller's task was cancelled.
        case cancelled
        /// The transport was shut down.
        case shutDown
        /// The request or the connection settings could not be used at all.
        case invalidRequest
        /// The credentials could not be obtained, or the client certificate or key is unusable.
        case credentials
        /// The host name did not resolve.
        case nameResolution
        /// The address policy forbids what the name resolved to.
        case addressRefused
        /// Nothing listens on that port.
        case connectionRefused
        /// The network has no way there.
        case unreachable
        /// No connection within the connect timeout.
        case connectTimeout
        /// The proxy refused or failed.
        case proxy
        /// The server's certificate chains to no authority that we trust.
        case unknownAuthority
        /// The server's certificate, or one in its chain, has expired.
        case certificateExpired
        /// The server's certificate is not valid yet: one of the two clocks is wrong.
        case certificateNotYetValid
        /// The server's certificate is for another name.
        case hostNameMismatch
        /// The server refused our client certificate, or demands one.
        case clientCertificateRefused
        /// Any other failure of the TLS handshake.
        case tls
        /// No complete answer within the request's timeout.
        case timeout
        /// A stream was silent for longer than its idle timeout.
        case idle
        /// The connection was closed or reset before the answer was complete.
        case connectionClosed
        /// What the server sent is not HTTP, or breaks its framing.
        case malformedReply
        /// The answer is larger than the cap.
        case responseTooLarge
        /// The reader of a stream fell behind by more than its buffer holds.
        case slowConsumer
    }

    /// The class.
    public let kind: Kind
    /// What happened, in words: host, port and the TLS library's own message; never a header or a body.
    public let detail: String
    /// Whether any byte of the request may have reached the server. If not, nothing can have changed there.
    public let mayHaveArrived: Bool

    /// Makes an error.
    public init(_ kind: Kind, _ detail: String = "", mayHaveArrived: Bool = false) {
        self.kind = kind
        self.detail = detail
        self.mayHaveArrived = mayHaveArrived
    }
}

extension TransportError: CustomStringConvertible {
    /// The class in words, and the detail.
    public var description: String { detail.isEmpty ? kind.summary : "\(kind.summary): \(detail)" }
}

extension TransportError.Kind {
    /// What happened, in a few words.
    public var summary: String {
        switch self {
        case .cancelled: "the request was cancelled"
        case .shutDown: "the client is shutting down"
        case .invalidRequest: "the request cannot be sent"
        case .credentials: "the credentials cannot be used"
        case .nameResolution: "the host name does not resolve"
        case .addressRefused: "the address is not permitted"
        case .connectionRefused: "connection refused"
        case .unreachable: "no route to the server"
        case .connectTimeout: "no connection within the connect timeout"
        case .proxy: "the proxy failed"
        case .unknownAuthority: "the server's certificate is not signed by the configured authority"
        case .certificateExpired: "the server's certificate has expired"
        case .certificateNotYetValid: "the server's certificate is not valid yet"
        case .hostNameMismatch: "the server's certificate is for another host name"
        case .clientCertificateRefused: "the server refused the client certificate"
        case .tls: "the TLS handshake failed"
        case .timeout: "no answer within the timeout"
        case .idle: "the stream was silent for too long"
        case .connectionClosed: "the connection was closed before the answer was complete"
        case .malformedReply: "the answer is malformed"
        case .responseTooLarge: "the answer is too large"
        case .slowConsumer: "the reader of the stream fell behind"
        }
    }

    /// What a person can do about it; nil where waiting is the only remedy.
    public func remedy(for requester: Requester) -> String? {
        switch self {
        case .credentials: "check the token, certificate or exec plugin of the kubeconfig"
        case .nameResolution: "check the host in the kubeconfig's server and the cluster's DNS"
        case .addressRefused: "use an address of the cluster that is not local to the operator's machine"
        case .connectionRefused, .unreachable, .connectTimeout:
            "check that the API server runs and that network and firewall let \(requester.machine) reach it"
        case .proxy: "check proxy-url, HTTPS_PROXY and NO_PROXY"
        case .unknownAuthority: "put the authority that signed it into certificate-authority-data"
        case .certificateExpired: "renew the API server's certificate"
        case .certificateNotYetValid: "check the clocks of both machines"
        case .hostNameMismatch: "use a host that the certificate covers, or set tls-server-name"
        case .clientCertificateRefused: "renew client-certificate-data and client-key-data"
        case .tls: "check that the server speaks TLS 1.2 or newer on this port, and whether it demands a certificate"
        case .responseTooLarge: "ask for smaller pages or remove oversized objects"
        default: nil
        }
    }
}
