import JSONValue
import KubeModel
import X509Tools
import YAMLFormat

extension Kubeconfig {
    /// The endpoint of a member cluster, from a kubeconfig in a Secret.
    ///
    /// Such bytes are somebody else's input: `exec` would run a program in the operator, a path would read its files,
    /// a server address could point at its own machine. So everything is refused, by name, but an https server with
    /// its authority and TLS name, and inline credentials: a token, a client certificate with its key, or a user name
    /// with a password (what Istio accepts in its remote secrets, apart from OIDC). The limits are small, and every
    /// entry counts, also those that no context uses.
    /// - Parameters:
    ///   - bytes: the value of the Secret's key, YAML or JSON.
    ///   - allowLoopback: whether loopback addresses, and plain http to them, are permitted.
    /// - Returns: the endpoint; addresses are checked again when a connection is opened.
    /// - Throws: the member that is refused or wrong, never its value.
    public static func member(_ bytes: [UInt8], allowLoopback: Bool) throws(KubeconfigError) -> ClusterEndpoint {
        let limits = YAMLLimits(maxBytes: 256 << 10, maxNodes: 2000, maxDepth: 8)
        let tree = try tree(bytes, limits: limits)
        try MemberRules.check(tree)
        let config = try Kubeconfig(tree, directory: nil)
        let (cluster, user) = try config.pair(nil)
        guard let user else {
            throw KubeconfigError("contexts[].context.user", "is missing", "name a user with credentials")
        }
        let server = try server(cluster)
        let policy = try MemberRules.policy(for: server, allowLoopback: allowLoopback)
        var connection = ConnectionSettings(
            server: server, certificateAuthority: cluster.authorityData, tlsServerName: cluster.tlsServerName)
        connection.addressPolicy = policy
        if let authority = cluster.authorityData {
            do {
                _ = try Certificate.chain(pem: authority)
            } catch {
                throw KubeconfigError(
                    "clusters[].cluster.certificate-authority-data", "\(error)", "put the PEM bundle in, in Base64")
            }
        }
        return ClusterEndpoint(connection: connection, credentials: .fixed(try MemberRules.credentials(user)))
    }
}

/// What a kubeconfig from a Secret may hold.
private enum MemberRules {
    private static let top: Set<String> = [
        "apiVersion", "kind", "clusters", "users", "contexts", "current-context", "preferences",
    ]
    private static let lists: [(list: String, member: String, keys: Set<String>)] = [
        ("clusters", "cluster", ["server", "certificate-authority-data", "tls-server-name"]),
        ("users", "user", ["token", "client-certificate-data", "client-key-data", "username", "password"]),
        ("contexts", "context", ["cluster", "user", "namespace"]),
    ]

    /// Why members that kubectl knows are refused here, and what to write instead.
    private static let reasons: [String: (String, String)] = [
        "exec": ("runs a program in the operator", "put a token or a client certificate in"),
        "auth-provider": ("runs a login of its own", "put a token or a client certificate in"),
        "client-certificate": ("is a path of the operator's machine", "use client-certificate-data"),
        "client-key": ("is a path of the operator's machine", "use client-key-data"),
        "tokenFile": ("is a path of the operator's machine", "use token"),
        "certificate-authority": ("is a path of the operator's machine", "use certificate-authority-data"),
        "insecure-skip-tls-verify": ("would accept any server", "use certificate-authority-data"),
        "proxy-url": ("would send the credentials another way", "set HTTPS_PROXY on the operator"),
    ]

    static func check(_ tree: JSONValue) throws(KubeconfigError) {
        let fields = try KubeconfigFields(tree, "")
        try refuseOthers(fields, but: top)
        if let preferences = fields.members["preferences"]?.objectValue, !preferences.isEmpty {
            throw fields.wrong("preferences", "is not empty", "remove it")
        }
        for (list, member, keys) in lists {
            for (index, json) in try fields.objects(list).enumerated() {
                let entry = try KubeconfigFields(json, "\(list)[\(index)]")
                try refuseOthers(entry, but: ["name", member])
                guard let inner = entry.members[member], !inner.isNull else { continue }
                try refuseOthers(try KubeconfigFields(inner, "\(list)[\(index)].\(member)"), but: keys)
            }
        }
    }

    private static func refuseOthers(_ fields: KubeconfigFields, but allowed: Set<String>) throws(KubeconfigError) {
        for key in fields.present where !allowed.contains(key) {
            // The harmless way to write the default.
            if key == "insecure-skip-tls-verify", fields.members[key]?.boolValue == false { continue }
            let (problem, remedy) = reasons[key] ?? ("is not allowed", "remove it")
            throw fields.wrong(printable(key), "\(problem), so it is refused in a kubeconfig from a Secret", remedy)
        }
    }

    /// A key of the input, made fit for a message; one that looks like a credential in the wrong place is not repeated.
    private static func printable(_ key: String) -> String {
        guard key.utf8.count <= 40, !key.utf8.contains(where: { (0x30...0x39).contains($0) }) else {
            return "(unnamed)"
        }
        return String(decoding: key.utf8.map { (0x21...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }

    static func policy(for server: ServerURL, allowLoopback: Bool) throws(KubeconfigError) -> AddressPolicy {
        let subject = "clusters[].cluster.server"
        let policy: AddressPolicy
        switch (server.scheme, allowLoopback) {
        case (.https, false): policy = .remote
        case (.https, true): policy = .remoteOrLoopback
        case (.http, true): policy = .loopbackOnly
        case (.http, false):
            throw KubeconfigError(subject, "is plain http, which shows the credentials to everybody", "use https")
        }
        let labels = server.host.split(separator: ".")
        let isLocalName = labels.last == "localhost"
        let address = isLocalName ? IPAddress("127.0.0.1") : IPAddress(server.host)
        // A name that is no address is judged when it has been resolved, at each connection.
        if let address, let refusal = policy.refusal(of: address) {
            throw KubeconfigError(subject, refusal, "give the address that other machines reach the API server by")
        }
        return policy
    }

    static func credentials(_ user: KubeconfigUser) throws(KubeconfigError) -> RequestCredentials {
        var credentials = RequestCredentials(bearerToken: user.token, basic: user.basic)
        switch (user.certificateData, user.keyData) {
        case (nil, nil): break
        case (let chain?, let key?):
            do {
                credentials.clientCertificate = try ClientCertificate(checking: chain, key: key)
            } catch {
                throw KubeconfigError(
                    "users[].user", error.description,
                    "put a matching pair into client-certificate-data and client-key-data")
            }
        case (_?, nil): throw KubeconfigError("users[].user.client-key-data", "is missing", "add the certificate's key")
        case (nil, _?):
            throw KubeconfigError("users[].user.client-certificate-data", "is missing", "add the key's certificate")
        }
        guard credentials != RequestCredentials() else {
            throw KubeconfigError("users[].user", "has no credentials", "put a token or a client certificate in")
        }
        return credentials
    }
}
