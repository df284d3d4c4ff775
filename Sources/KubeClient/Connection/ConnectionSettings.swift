/// Where and how a transport connects: server, trust, proxy and the addresses that it may reach.
public struct ConnectionSettings: Sendable {
    /// The server.
    public var server: ServerURL
    /// The PEM bundle that the server's certificate must chain to; nil trusts the system's roots.
    public var certificateAuthority: [UInt8]?
    /// The name that is sent as SNI and looked for in the server's certificate, if it is not the host of the URL.
    public var tlsServerName: TLSServerName?
    /// Whether the server's certificate is not checked at all; possible only for a user's own kubeconfig.
    public var skipsVerification: Bool
    /// The way out.
    public var proxy: ProxyChoice
    /// What may be connected to, asked after name resolution. Not asked for the address of a proxy.
    public var addressPolicy: AddressPolicy
    /// How long opening a connection may take, name resolution and TLS included.
    public var connectTimeout: Duration

    /// Makes settings; all but the server have safe defaults.
    public init(
        server: ServerURL, certificateAuthority: [UInt8]? = nil, tlsServerName: TLSServerName? = nil,
        skipsVerification: Bool = false, proxy: ProxyChoice = .environment, addressPolicy: AddressPolicy = .any,
        connectTimeout: Duration = .seconds(10)
    ) {
        self.server = server
        self.certificateAuthority = certificateAuthority
        self.tlsServerName = tlsServerName
        self.skipsVerification = skipsVerification
        self.proxy = proxy
        self.addressPolicy = addressPolicy
        self.connectTimeout = connectTimeout
    }
}

/// Which proxy a connection takes.
public enum ProxyChoice: Sendable, Equatable {
    /// What `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` say.
    case environment
    /// This proxy (`http://`, `https://`, `socks5://`, `socks5h://`); a secret since it may hold a password.
    case url(Secret)
}
