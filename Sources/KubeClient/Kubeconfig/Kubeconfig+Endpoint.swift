import JSONValue

extension Kubeconfig {
    /// The cluster and the credentials of a context of a user's own file.
    /// - Parameter context: its name; nil for the current context, or for the only one.
    /// - Returns: the endpoint; its exec plugin, if any, has not run yet.
    /// - Throws: what is missing or contradictory.
    public func endpoint(context: String? = nil) throws(KubeconfigError) -> ClusterEndpoint {
        let (cluster, user) = try pair(context)
        let server = try Self.server(cluster)
        var connection = ConnectionSettings(server: server, tlsServerName: cluster.tlsServerName)
        connection.certificateAuthority = try authority(cluster)
        connection.skipsVerification = cluster.skipsVerification
        if cluster.skipsVerification, connection.certificateAuthority != nil {
            throw KubeconfigError(
                "the cluster", "has both insecure-skip-tls-verify and an authority", "keep the authority alone")
        }
        if let proxy = cluster.proxyURL { connection.proxy = .url(proxy) }
        guard let user else { return ClusterEndpoint(connection: connection) }
        return ClusterEndpoint(
            connection: connection, credentials: try credentials(user, cluster, connection),
            impersonation: user.impersonation)
    }

    /// The namespace that a context names; nil if it names none.
    public func namespace(context: String? = nil) -> String? { try? self.context(context).namespace }

    /// The context, by name or as the current or only one.
    func context(_ name: String?) throws(KubeconfigError) -> KubeconfigContext {
        guard let wanted = name ?? currentContext ?? (contexts.count == 1 ? contexts.first?.name : nil) else {
            throw KubeconfigError("current-context", "is not set", "set it: kubectl config use-context NAME")
        }
        guard let context = contexts.first(where: { $0.name == wanted })?.value else {
            throw KubeconfigError("contexts", "hold none of the wanted name", "name an existing context")
        }
        return context
    }

    func pair(_ name: String?) throws(KubeconfigError) -> (KubeconfigCluster, KubeconfigUser?) {
        let context = try context(name)
        guard let cluster = clusters.first(where: { $0.name == context.cluster })?.value else {
            throw KubeconfigError(
                "clusters", "hold none that the context names", "name an existing cluster in the context")
        }
        guard let userName = context.user else { return (cluster, nil) }
        guard let user = users.first(where: { $0.name == userName })?.value else {
            throw KubeconfigError("users", "hold none that the context names", "name an existing user in the context")
        }
        return (cluster, user)
    }

    static func server(_ cluster: KubeconfigCluster) throws(KubeconfigError) -> ServerURL {
        do {
            return try ServerURL(cluster.server)
        } catch {
            throw KubeconfigError("clusters[].cluster.server", error.description, "give https://host:port")
        }
    }

    private func authority(_ cluster: KubeconfigCluster) throws(KubeconfigError) -> [UInt8]? {
        if let data = cluster.authorityData { return data }
        guard let path = cluster.authorityFile else { return nil }
        do {
            return try LocalFile.read(path)
        } catch {
            throw KubeconfigError("certificate-authority", error.description, "name a readable PEM file")
        }
    }

    private func credentials(
        _ user: KubeconfigUser, _ cluster: KubeconfigCluster, _ connection: ConnectionSettings
    ) throws(KubeconfigError) -> CredentialSource {
        if let exec = user.exec { return plugin(exec, cluster, connection).source }
        // Inline data win over files, as for kubectl.
        let files = CredentialFiles(
            token: user.token, basic: user.basic, tokenFile: user.tokenFile,
            certificate: user.certificateData.map { .inline($0) } ?? user.certificateFile.map { .file($0) },
            key: user.keyData.map { .inline($0.reveal()) } ?? user.keyFile.map { .file($0) })
        do {
            return try files.source
        } catch {
            throw KubeconfigError("the user", error.description, "mend the credentials of the context's user")
        }
    }

    private func plugin(
        _ exec: KubeconfigExec, _ cluster: KubeconfigCluster, _ connection: ConnectionSettings
    ) -> ExecPlugin {
        var environment = ProcessEnvironment.variables
        for (name, value) in exec.variables { environment[name] = value }
        var facts: JSONValue?
        if exec.providesCluster {
            var members: JSONObject = ["server": .string(cluster.server)]
            members["tls-server-name"] = cluster.tlsServerName.map { .string($0.text) }
            members["certificate-authority-data"] = connection.certificateAuthority.map { .string(Base64.encode($0)) }
            members["insecure-skip-tls-verify"] = cluster.skipsVerification ? true : nil
            members["proxy-url"] = cluster.proxyURL.map { .string(String(decoding: $0.reveal(), as: UTF8.self)) }
            members["config"] = cluster.execConfig
            facts = .object(members)
        }
        return ExecPlugin(
            apiVersion: exec.apiVersion, command: exec.command, arguments: exec.arguments, environment: environment,
            cluster: facts)
    }
}
