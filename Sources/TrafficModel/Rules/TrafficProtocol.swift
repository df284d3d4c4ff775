/// The protocols that ports of Istio's objects name, in any case of letters.
///
/// Source: Istio's `pkg/config/protocol/instance.go`.
enum TrafficProtocol: String, CaseIterable {
    case tcp, udp, grpc, http, http2, https, tls, mongo, redis, mysql
    case grpcWeb = "grpc-web"
    case httpProxy = "http_proxy"

    /// Reads a protocol; nil if Istio knows none of this name.
    init?(_ text: String) {
        guard text.utf8.count <= 10 else { return nil }
        self.init(rawValue: text.lowercased())
    }

    /// Whether requests are seen.
    var isHTTP: Bool { [.http, .http2, .httpProxy, .grpc, .grpcWeb].contains(self) }

    /// Whether the port begins with TLS.
    var isTLS: Bool { self == .https || self == .tls }

    /// What messages list.
    static let list = "HTTP, HTTPS, HTTP2, GRPC, GRPC-WEB, TCP, TLS, MONGO, REDIS or MYSQL"
}
