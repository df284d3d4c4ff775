public import JSONValue
public import KubeModel

/// What a Gateway refers to, and what VirtualServices refer to in it.
public struct GatewayReferences: Sendable, Hashable {
    /// A host of a server, and the VirtualServices that may serve it there.
    public struct ServerHost: Sendable, Hashable {
        /// The namespace of the VirtualServices; nil for every namespace.
        public let namespace: String?
        /// The host, perhaps a wildcard.
        public let host: HostName

        /// Reads `namespace/host`, `./host`, `*/host` or `host`, which means `*/host`.
        public init(_ text: String, gatewayNamespace: String) {
            guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) else {
                namespace = nil
                host = HostName(text)
                return
            }
            host = HostName(String(text[text.utf8.index(after: slash)...]))
            switch text[..<slash] {
            case "*": namespace = nil
            case ".": namespace = gatewayNamespace
            case let other: namespace = String(other)
            }
        }

        /// Whether a VirtualService of `namespace` with the host `name` is served here.
        public func serves(_ name: HostName, of namespace: String) -> Bool {
            (self.namespace.map { sameBytes($0, namespace) } ?? true) && host.overlaps(name)
        }
    }

    /// One server: a port of the gateway's pods and what is served there.
    public struct Server: Sendable, Hashable {
        /// The port number; nil if there is none or it cannot be read.
        public let port: Int64?
        /// The protocol as written, such as `HTTPS`; empty if missing.
        public let `protocol`: String
        /// The TLS mode as written; empty if missing.
        public let mode: String
        /// Whether plain requests are sent on to HTTPS.
        public let redirectsToHTTPS: Bool
        /// The hosts.
        public let hosts: [Located<ServerHost>]
        /// The Secrets of the certificates that the server shows, where its TLS mode shows any.
        public let credentials: [Located<CredentialName>]
        /// Where the authority for the clients' certificates comes from; nil: the server asks no client for one, or takes
        /// the authority from a file.
        public let authority: Located<AuthorityName>?
        /// Whether clients are served as well whose certificates the authority does not vouch for (`ACCEPT_UNTRUSTED`).
        public let admitsUntrusted: Bool
    }

    /// Namespace and name.
    public let key: ObjectKey
    /// The labels of the pods that are configured; empty means every gateway.
    public let selector: JSONObject
    /// The servers.
    public let servers: [Server]
    /// Fields that are of the wrong type.
    public let unreadable: [JSONPointer]
    /// The hosts of all servers.
    let served: ServedHosts

    /// Reads a Gateway.
    public init(_ body: JSONValue, key: ObjectKey) {
        let spec = Field(body)["spec"]
        var reading = FieldReading()
        self.key = key
        selector = reading.object(spec["selector"]) ?? JSONObject()
        var servers: [Server] = []
        for server in reading.elements(spec["servers"]) {
            let credentials = Self.credentials(server["tls"], &reading)
            servers.append(
                Server(
                    port: reading.integer(server["port"]["number"]),
                    protocol: reading.string(server["port"]["protocol"]) ?? "",
                    mode: server["tls"]["mode"].value?.stringValue ?? "",
                    redirectsToHTTPS: server["tls"]["httpsRedirect"].value == true,
                    hosts: reading.strings(server["hosts"]).map {
                        Located(ServerHost($0.value, gatewayNamespace: key.namespace ?? ""), at: $0.pointer)
                    },
                    credentials: credentials, authority: Self.authority(server["tls"], credentials, &reading),
                    admitsUntrusted: server["tls"]["insecureSkipVerify"].value == true))
        }
        self.servers = servers
        served = ServedHosts(servers.flatMap { $0.hosts.map(\.value) })
        unreadable = reading.unreadable
    }

    /// Whether a VirtualService of `namespace` with the host `name` is served by any server.
    public func serves(_ name: HostName, of namespace: String) -> Bool {
        served.serve(name, of: namespace)
    }

    /// The distinct hosts of all servers, in order.
    public var hosts: [HostName] { Set(servers.flatMap { $0.hosts.map(\.value.host) }).sorted() }

    private static func credentials(_ tls: Field, _ reading: inout FieldReading) -> [Located<CredentialName>] {
        // A mode that is left out is the zero of its enum, PASSTHROUGH; these modes take no certificate.
        let mode = reading.string(tls["mode"]) ?? "PASSTHROUGH"
        guard !["PASSTHROUGH", "AUTO_PASSTHROUGH", "ISTIO_MUTUAL"].contains(mode) else { return [] }
        var names = reading.strings(tls["credentialNames"])
        if let name = reading.string(tls["credentialName"]) {
            names.append(Located(name, at: tls["credentialName"].pointer))
        }
        return names.filter { !$0.value.isEmpty }.map { Located(CredentialName($0.value), at: $0.pointer) }
    }

    /// `ApplyCredentialSDSToServerCommonTLSContext` in Istio's `pilot/pkg/security/model/authentication.go`: beside a
    /// credential no file is read, and of several the first one counts.
    private static func authority(
        _ tls: Field, _ credentials: [Located<CredentialName>], _ reading: inout FieldReading
    ) -> Located<AuthorityName>? {
        let mode = tls["mode"].value?.stringValue ?? ""
        guard let first = credentials.first, ["MUTUAL", "OPTIONAL_MUTUAL"].contains(mode) else { return nil }
        let field = tls["caCertCredentialName"]
        if let name = reading.string(field), !name.isEmpty {
            return Located(.named(CredentialName(name)), at: field.pointer)
        }
        return Located(.beside(first.value), at: first.pointer)
    }
}
