import JSONValue

/// A cluster of a kubeconfig.
struct KubeconfigCluster: Sendable {
    var server: String
    var authorityData: [UInt8]?
    var authorityFile: String?
    var skipsVerification: Bool
    var tlsServerName: TLSServerName?
    var proxyURL: Secret?
    /// What the file says to exec plugins about this cluster.
    var execConfig: JSONValue?

    init(_ fields: KubeconfigFields, directory: String?) throws(KubeconfigError) {
        guard let server = try fields.text("server") else {
            throw fields.wrong("server", "is missing", "give the address of the API server, https://host:port")
        }
        self.server = server
        authorityData = try fields.data("certificate-authority-data")
        authorityFile = try fields.text("certificate-authority").map { Self.path($0, directory) }
        skipsVerification = try fields.flag("insecure-skip-tls-verify")
        if let name = try fields.text("tls-server-name") {
            do {
                tlsServerName = try TLSServerName(name)
            } catch {
                throw fields.wrong("tls-server-name", error.description, "give a name that the certificate covers")
            }
        }
        proxyURL = try fields.text("proxy-url").map { Secret($0) }
        execConfig = try fields.objects("extensions").first {
            $0["name"]?.stringValue == "client.authentication.k8s.io/exec"
        }?["extension"]
    }

    /// Paths in a kubeconfig are relative to the file that they stand in.
    static func path(_ path: String, _ directory: String?) -> String {
        guard let directory, !path.hasPrefix("/") else { return path }
        return directory + "/" + path
    }
}

/// A user of a kubeconfig.
struct KubeconfigUser: Sendable {
    var token: Secret?
    var tokenFile: String?
    var certificateData: [UInt8]?
    var certificateFile: String?
    var keyData: Secret?
    var keyFile: String?
    var basic: Secret?
    var exec: KubeconfigExec?
    var impersonation: Impersonation?

    init(_ fields: KubeconfigFields, directory: String?) throws(KubeconfigError) {
        token = try fields.text("token").map { Secret($0) }
        tokenFile = try fields.text("tokenFile").map { KubeconfigCluster.path($0, directory) }
        certificateData = try fields.data("client-certificate-data")
        certificateFile = try fields.text("client-certificate").map { KubeconfigCluster.path($0, directory) }
        keyData = try fields.data("client-key-data").map { Secret($0) }
        keyFile = try fields.text("client-key").map { KubeconfigCluster.path($0, directory) }
        if let name = try fields.text("username") {
            guard !name.contains(":") else {
                throw fields.wrong("username", "holds a colon", "use another kind of credentials (RFC 7617)")
            }
            basic = Secret("\(name):\(try fields.text("password") ?? "")")
        }
        if fields.present.contains("auth-provider") {
            throw fields.wrong("auth-provider", "is not supported", "use exec, a token or a client certificate")
        }
        impersonation = try Self.impersonation(fields)
        if fields.present.contains("exec") {
            exec = try KubeconfigExec(
                KubeconfigFields(fields.members["exec"], fields.subject + ".exec"), directory: directory)
        }
    }
}

extension KubeconfigUser {
    /// Whom the user acts as; one that could be overlooked would act with the rights of the credentials.
    private static func impersonation(_ fields: KubeconfigFields) throws(KubeconfigError) -> Impersonation? {
        guard let user = try fields.text("as") else {
            for key in ["as-uid", "as-groups", "as-user-extra"] where fields.present.contains(key) {
                throw fields.wrong(key, "is of nobody", "name the user in as")
            }
            return nil
        }
        let groups = try fields.texts("as-groups")
        let uid = try fields.text("as-uid")
        var extra: [String: [String]] = [:]
        if fields.present.contains("as-user-extra") {
            let values = try KubeconfigFields(fields.members["as-user-extra"], fields.subject + ".as-user-extra")
            for key in values.present { extra[key] = try values.texts(key) }
        }
        do throws(KubeconfigError) {
            return try Impersonation(user: user, groups: groups, uid: uid, extra: extra)
        } catch {
            throw fields.wrong(error.subject, error.problem, error.remedy)
        }
    }
}

/// The `exec` section of a user.
struct KubeconfigExec: Sendable {
    var apiVersion: String
    var command: String
    var arguments: [String]
    var variables: [(String, String)]
    var providesCluster: Bool

    init(_ fields: KubeconfigFields, directory: String?) throws(KubeconfigError) {
        apiVersion = try fields.text("apiVersion") ?? ""
        guard ExecPlugin.versions.contains(apiVersion) else {
            let known = ExecPlugin.versions.joined(separator: " or ")
            throw fields.wrong("apiVersion", "is not a supported version", "use \(known)")
        }
        guard let command = try fields.text("command") else {
            throw fields.wrong("command", "is missing", "name the program to run")
        }
        // A name is looked for in PATH; a path is relative to the file, as for kubectl.
        self.command = command.contains("/") ? KubeconfigCluster.path(command, directory) : command
        arguments = try fields.texts("args", allowsEmpty: true)
        variables = []
        for variable in try fields.objects("env") {
            let variable = try KubeconfigFields(variable, fields.subject + ".env")
            if let name = try variable.text("name") { variables.append((name, try variable.text("value") ?? "")) }
        }
        providesCluster = try fields.flag("provideClusterInfo")
        guard try fields.text("interactiveMode") != "Always" else {
            throw fields.wrong(
                "interactiveMode", "is Always, and nobody is there to answer", "use Never or IfAvailable")
        }
    }
}

/// A context of a kubeconfig.
struct KubeconfigContext: Sendable {
    var cluster: String
    var user: String?
    var namespace: String?

    init(_ fields: KubeconfigFields) throws(KubeconfigError) {
        guard let cluster = try fields.text("cluster") else {
            throw fields.wrong("cluster", "is missing", "name one of the clusters")
        }
        self.cluster = cluster
        user = try fields.text("user")
        namespace = try fields.text("namespace")
    }
}
