import KubeClient

/// The authorities of each server as the PEM bundle that its connections are made with.
///
/// libcurl shares a connection only between requests whose bundles are equal byte by byte. So a comment that changes
/// after a timeout keeps further requests away from a connection that may be dead, while the streams on it go on. It is
/// the only way: libcurl can neither close one connection nor check it by a PING.
struct TrustRoots {
    private var abandoned: [String: Int] = [:]
    private var ofSystem: [UInt8]?

    /// The bundle for a request; nil if libcurl shall use its default.
    mutating func bundle(for connection: ConnectionSettings) -> [UInt8]? {
        guard connection.server.scheme == .https else { return nil }
        guard let bundle = connection.certificateAuthority ?? systemBundle() else { return nil }
        guard let count = abandoned[connection.server.origin] else { return bundle }
        return bundle + Array("\n# after \(count) timeouts\n".utf8)
    }

    /// Makes the next requests to a server use new connections.
    mutating func abandonConnections(to server: ServerURL) {
        abandoned[server.origin, default: 0] &+= 1
    }

    private mutating func systemBundle() -> [UInt8]? {
        if let ofSystem { return ofSystem }
        let path = ProcessEnvironment.variable("SSL_CERT_FILE")
        ofSystem = try? LocalFile.read(path ?? "/etc/ssl/certs/ca-certificates.crt", limit: 8 << 20)
        return ofSystem
    }
}
