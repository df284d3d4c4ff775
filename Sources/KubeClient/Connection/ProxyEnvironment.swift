import KubeModel

/// The proxy that the environment asks for, by the rules that Kubernetes' own clients follow.
///
/// Source: `golang.org/x/net/http/httpproxy`: `HTTPS_PROXY` and `HTTP_PROXY` by scheme, lower case too, `NO_PROXY` with
/// names, domains, addresses and CIDR blocks; loopback is never proxied. `ALL_PROXY` is taken where neither is set.
public struct ProxyEnvironment: Sendable {
    /// One entry of `NO_PROXY`.
    private enum Exception: Sendable {
        case everything
        case block(AddressRange, port: Int?)
        /// The domain without a leading dot, and whether the domain itself is meant besides its subdomains.
        case domain(String, itself: Bool, port: Int?)
    }

    private let https: Secret?
    private let http: Secret?
    private let exceptions: [Exception]

    /// Reads the variables; empty ones count as not set.
    public init(_ variable: (String) -> String?) {
        func first(_ names: String...) -> String? {
            names.lazy.compactMap(variable).first { !$0.isEmpty }
        }
        let all = first("ALL_PROXY", "all_proxy")
        let secret = { (text: String) in Secret(text.contains("://") ? text : "http://\(text)") }
        https = (first("HTTPS_PROXY", "https_proxy") ?? all).map(secret)
        http = (first("HTTP_PROXY", "http_proxy") ?? all).map(secret)
        exceptions = (first("NO_PROXY", "no_proxy") ?? "").split(separator: ",").compactMap { entry in
            Self.exception(entry.split(whereSeparator: \.isWhitespace).joined())
        }
    }

    /// The proxy for a server; nil for a direct connection.
    public func proxy(for server: ServerURL) -> Secret? {
        guard let proxy = server.scheme == .https ? https : http else { return nil }
        let address = IPAddress(server.host)
        let isLocal = address.map { AddressPolicy.loopbackOnly.refusal(of: $0) == nil } ?? (server.host == "localhost")
        if isLocal { return nil }
        let isExcepted = exceptions.contains { exception in
            switch exception {
            case .everything: true
            case .block(let block, let port):
                (port ?? server.port) == server.port && address.map(block.contains) == true
            case .domain(let domain, let itself, let port):
                (port ?? server.port) == server.port
                    && (server.host.hasSuffix("." + domain) || (itself && server.host == domain))
            }
        }
        return isExcepted ? nil : proxy
    }

    private static func exception(_ text: String) -> Exception? {
        let entry = text.lowercased()
        guard !entry.isEmpty else { return nil }
        if entry == "*" { return .everything }
        if entry.contains("/") {
            return AddressRange.parts(of: entry).map { .block(AddressRange(around: $0.address, $0.length), port: nil) }
        }
        if let address = IPAddress(entry) { return .block(AddressRange(around: address), port: nil) }
        var host = entry[...]
        var port: Int?
        if let colon = entry.lastIndex(of: ":"), let number = Int(entry[entry.index(after: colon)...]) {
            host = entry[..<colon]
            port = number
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        if let address = IPAddress(String(host)) { return .block(AddressRange(around: address), port: port) }
        if host.hasPrefix("*.") { host = host.dropFirst() }
        let itself = !host.hasPrefix(".")
        if !itself { host = host.dropFirst() }
        return host.isEmpty ? nil : .domain(String(host), itself: itself, port: port)
    }
}
