import Foundation
import JSONValue
import Testing
import X509Tools

@testable import KubeClient

@Suite("A user's own kubeconfig")
struct KubeconfigTests {
    private static func config(cluster: String, user: String, more: String = "") -> String {
        """
        apiVersion: v1
        kind: Config
        current-context: main
        preferences: {}
        clusters:
        - name: c
          cluster: {\(cluster)}
        users:
        - name: u
          user: {\(user)}
        contexts:
        - name: main
          context: {cluster: c, user: u, namespace: shop}
        \(more)
        """
    }

    private static func credentials(_ endpoint: ClusterEndpoint) async throws -> RequestCredentials {
        try await endpoint.credentials.current().credentials
    }

    private static func pair(_ name: String = "jane") throws -> IssuedCertificate {
        var request = CertificateRequest(commonName: name, notBefore: 0, notAfter: 4_000_000_000)
        request.purpose = .client
        return try TestAuthority(notBefore: 0, notAfter: 4_000_000_000).issue(request)
    }

    @Test("inline data give server, authority, TLS name, proxy and token")
    func inline() async throws {
        let text = Self.config(
            cluster:
                #"server: "https://x.test:6443", certificate-authority-data: Q0E=, tls-server-name: kubernetes, proxy-url: "http://p:3128""#,
            user: "token: t0ken")
        let config = try Kubeconfig(parsing: Array(text.utf8))
        let endpoint = try config.endpoint()
        #expect(endpoint.connection.server == (try ServerURL("https://x.test:6443")))
        #expect(endpoint.connection.certificateAuthority == Array("CA".utf8))
        #expect(endpoint.connection.tlsServerName?.text == "kubernetes")
        #expect(endpoint.connection.proxy == .url(Secret("http://p:3128")))
        #expect(endpoint.connection.addressPolicy == .any)
        #expect(try await Self.credentials(endpoint) == RequestCredentials(bearerToken: Secret("t0ken")))
        #expect(config.namespace() == "shop")
        #expect(config.contextNames == ["main"])
    }

    @Test("files are relative to the kubeconfig, inline data win over them, and all are read")
    func files() async throws {
        let folder = try TemporaryFolder()
        let pair = try Self.pair()
        try folder.write("ca.pem", "CA")
        try folder.write("cert.pem", pair.chainPEM)
        try folder.write("key.pem", pair.privateKeyPEM)
        try folder.write("token", "file-token\n")
        let path = try folder.write(
            "config",
            Self.config(
                cluster: #"server: "https://x.test", certificate-authority: ca.pem"#,
                user:
                    "client-certificate: cert.pem, client-key: \(folder.path)/key.pem, token: inline, tokenFile: token")
        )
        let endpoint = try Kubeconfig(paths: [path]).endpoint(context: "main")
        #expect(endpoint.connection.certificateAuthority == Array("CA".utf8))
        let credentials = try await Self.credentials(endpoint)
        #expect(credentials.clientCertificate?.chain == pair.chainPEM)
        #expect(credentials.bearerToken == Secret("file-token"))
    }

    @Test("a token file is read again, and its last content kept when it cannot be")
    func tokenFile() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("token", "one")
        let files = CredentialFiles(tokenFile: path)
        #expect(try files.read().bearerToken == Secret("one"))
        try folder.write("token", " two\n")
        #expect(try files.read().bearerToken == Secret("two"))
        for bad in ["", " \n", "two words"] {
            try folder.write("token", bad)
            #expect(throws: CredentialError.self) { _ = try files.read() }
        }
        #expect(CredentialFiles.interval == .seconds(60))
    }

    @Test("a named pipe, a folder and an endless file are not waited for")
    func oddFiles() throws {
        let folder = try TemporaryFolder()
        for path in [folder.path, "/dev/zero", folder.path + "/none"] {
            #expect(throws: LocalFileError.self) { _ = try LocalFile.read(path) }
        }
        let file = try folder.write("f", "12345")
        #expect(throws: LocalFileError.self) { _ = try LocalFile.read(file, limit: 4) }
        #expect(try LocalFile.read(file, limit: 5).count == 5)
    }

    @Test("an exec plugin is run when the first request needs it, and with the cluster if it asks for that")
    func exec() async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/login", withDestinationPath: "/bin/sh")
        let script = try folder.write(
            "script",
            #"""
            server=$(printf %s "$KUBERNETES_EXEC_INFO" | sed 's/.*"server":"\([^"]*\)".*/\1/')
            printf '{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"%s"}}' "$1,$WHO,$server"
            """#)
        let path = try folder.write(
            "config",
            Self.config(
                cluster: #"server: "https://x.test", certificate-authority-data: Q0E="#,
                user:
                    "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./login, args: [\(script), hello], "
                    + "env: [{name: WHO, value: me}], provideClusterInfo: true, interactiveMode: IfAvailable}"))
        let endpoint = try Kubeconfig(paths: [path]).endpoint()
        #expect(try await Self.credentials(endpoint).bearerToken == Secret("hello,me,https://x.test"))
    }

    @Test("files are joined as kubectl does: the first that names a thing wins, missing ones are skipped")
    func joined() async throws {
        let folder = try TemporaryFolder()
        let one = try folder.write(
            "one", Self.config(cluster: #"server: "https://one.test""#, user: "token: one"))
        let two = try folder.write(
            "two",
            Self.config(cluster: #"server: "https://two.test""#, user: "token: two")
                .replacing("name: main", with: "name: other").replacing("current-context: main", with: ""))
        let config = try Kubeconfig(paths: [folder.path + "/none", one, two])
        #expect(config.contextNames == ["main", "other"])
        #expect(try config.endpoint(context: "other").connection.server.host == "one.test")
        #expect(throws: KubeconfigError.self) { _ = try Kubeconfig(paths: [folder.path + "/none"]) }
        #expect(throws: KubeconfigError.self) { _ = try Kubeconfig(paths: []) }
        #expect(Kubeconfig.defaultPaths { ["KUBECONFIG": "/a::/b"][$0] } == ["/a", "/b"])
        #expect(Kubeconfig.defaultPaths { ["HOME": "/home/x"][$0] } == ["/home/x/.kube/config"])
    }

    @Test("whom a user acts as is taken, with groups, uid and what else there is")
    func impersonation() throws {
        func read(_ user: String) throws -> Impersonation? {
            try Kubeconfig(parsing: Array(Self.config(cluster: #"server: "https://x.test""#, user: user).utf8))
                .endpoint().impersonation
        }
        #expect(try read("token: t") == nil)
        #expect(try read("token: t, as: ''") == nil)
        let jane = try Impersonation(user: "jane")
        #expect(try read("token: t, as: jane") == jane)
        let whole = try Impersonation(user: "jane", groups: ["b", "a"], uid: "u1", extra: ["scopes": ["x", "z"]])
        #expect(
            try read("token: t, as: jane, as-groups: [b, a], as-uid: u1, as-user-extra: {scopes: [x, z], none: null}")
                == whole)
    }

    private static let named = try? Impersonation(
        user: "ci", groups: ["bots"], uid: "u1", extra: ["reason": ["night"]])

    @Test(
        "whom a person names replaces, part by part, whom the kubeconfig names",
        arguments: [
            (nil, [], nil, nil, nil), (nil, [], nil, named, named),
            ("jane", [], nil, nil, try? Impersonation(user: "jane")),
            ("jane", ["a", "b"], "u2", nil, try? Impersonation(user: "jane", groups: ["a", "b"], uid: "u2")),
            (
                "jane", [], nil, named,
                try? Impersonation(user: "jane", groups: ["bots"], uid: "u1", extra: ["reason": ["night"]])
            ),
            (
                nil, ["a"], "u2", named,
                try? Impersonation(user: "ci", groups: ["a"], uid: "u2", extra: ["reason": ["night"]])
            ),
        ] as [(String?, [String], String?, Impersonation?, Impersonation?)])
    func replaced(
        user: String?, groups: [String], uid: String?, named: Impersonation?, expected: Impersonation?
    ) throws {
        #expect(try Impersonation(user: user, groups: groups, uid: uid, over: named) == expected)
    }

    @Test("groups or a uid of nobody are refused", arguments: [(["a"], nil), ([], "u")] as [([String], String?)])
    func nobody(groups: [String], uid: String?) throws {
        #expect(throws: KubeconfigError.self) {
            try Impersonation(user: nil, groups: groups, uid: uid, over: nil)
        }
    }

    @Test(
        "a part that is blank or has white space around it is refused, as the server would not see it",
        arguments: [
            ("as: VALUE", "user.as"), ("as: a, as-uid: VALUE", "user.as-uid"),
            ("as: a, as-groups: [a, VALUE]", "user.as-groups"),
            ("as: a, as-user-extra: {reason: [a, VALUE]}", "user.as-user-extra.reason"),
        ],
        [
            (" ", "is blank"), (" canary", "begins or ends with white space"),
            ("canary ", "begins or ends with white space"),
        ])
    func aroundWhiteSpace(part: (String, String), flaw: (String, String)) throws {
        let (user, place) = part
        let (value, problem) = flaw
        let text = Self.config(
            cluster: #"server: "https://x.test""#, user: user.replacing("VALUE", with: "'\(value)'"))
        let error = #expect(throws: KubeconfigError.self) {
            _ = try Kubeconfig(parsing: Array(text.utf8)).endpoint()
        }
        let description = error?.description ?? ""
        #expect(description.contains("\(place): \(problem)") && !description.contains("canary"))
    }

    @Test(
        "whom a person names is refused alike, whichever part it is",
        arguments: ["", " ", "\t", " a", "a ", "\u{A0}a", "a\n"])
    func namedWithWhiteSpace(text: String) throws {
        #expect(throws: KubeconfigError.self) { try Impersonation(user: text, groups: [], uid: nil, over: nil) }
        #expect(throws: KubeconfigError.self) { try Impersonation(user: "a", groups: [text], uid: nil, over: nil) }
        #expect(throws: KubeconfigError.self) { try Impersonation(user: nil, groups: [], uid: text, over: Self.named) }
        #expect(throws: KubeconfigError.self) { try Impersonation(user: "a", extra: ["reason": ["a", text]]) }
    }

    @Test("white space within a name is part of it")
    func innerWhiteSpace() throws {
        let named = try Impersonation(user: "a b", groups: [], uid: nil, over: nil)
        #expect(named?.user == "a b")
    }

    @Test(
        "what cannot be used is refused with the place and no value",
        arguments: [
            (#"server: "https://x.test""#, "as: [canary]", "as"),
            (#"server: "https://x.test""#, "token: t, as-groups: [canary]", "as-groups"),
            (#"server: "https://x.test""#, "token: t, as: '', as-uid: canary", "as-uid"),
            (#"server: "https://x.test""#, "token: t, as-user-extra: {canary: [x]}", "as-user-extra"),
            (#"server: "https://x.test""#, "as: a, as-groups: canary", "as-groups"),
            (#"server: "https://x.test""#, "as: a, as-groups: ['', canary]", "as-groups"),
            (#"server: "https://x.test""#, "as: a, as-user-extra: [canary]", "as-user-extra"),
            (#"server: "https://x.test""#, "as: a, as-user-extra: {reason: canary}", "as-user-extra.reason"),
            (#"server: "https://x.test""#, "auth-provider: {name: canary}", "auth-provider"),
            (#"server: "https://x.test""#, "exec: {command: canary}", "exec.apiVersion"),
            (#"server: "https://x.test""#, "exec: {apiVersion: client.authentication.k8s.io/v1}", "exec.command"),
            (
                #"server: "https://x.test""#,
                "exec: {apiVersion: client.authentication.k8s.io/v1, command: c, interactiveMode: Always}",
                "interactiveMode"
            ),
            (
                #"server: "https://x.test""#,
                "exec: {apiVersion: client.authentication.k8s.io/v1, command: c, args: [1]}", "args"
            ),
            (#"server: "https://x.test""#, #"username: "canary:x", password: p"#, "username"),
            (#"server: "https://x.test""#, "token: [canary]", "token"),
            (#"server: "https://x.test""#, "client-certificate-data: Q0E=", "certificate"),
            (#"server: "https://x.test""#, "client-certificate-data: canary!", "client-certificate-data"),
            (
                #"server: "https://x.test", insecure-skip-tls-verify: true, certificate-authority-data: Q0E="#,
                "token: t", "insecure-skip-tls-verify"
            ),
            (#"server: "https://x.test", insecure-skip-tls-verify: "yes""#, "token: t", "insecure-skip-tls-verify"),
            (#"server: "ssh://canary@x""#, "token: t", "server"), ("", "token: t", "server"),
            (#"server: "https://x.test", certificate-authority: /nonexistent/ca"#, "token: t", "certificate-authority"),
            (#"server: "https://x.test""#, "tokenFile: /nonexistent/token", "/nonexistent/token"),
        ])
    func refused(cluster: String, user: String, place: String) throws {
        let error = #expect(throws: KubeconfigError.self) {
            _ = try Kubeconfig(parsing: Array(Self.config(cluster: cluster, user: user).utf8)).endpoint()
        }
        #expect(error?.description.contains(place) == true, "\(String(describing: error))")
        #expect(error?.description.contains("canary") == false)
    }

    @Test(
        "a context, cluster or user that is not there is named",
        arguments: [
            ("current-context: main", "current-context: none"), ("cluster: c,", "cluster: none,"),
            ("user: u,", "user: none,"),
            ("kind: Config", "kind: Pod"), ("kind: Config", "kind: [x"),
        ])
    func dangling(old: String, new: String) throws {
        let text = Self.config(cluster: #"server: "https://x.test""#, user: "token: t").replacing(old, with: new)
        #expect(throws: KubeconfigError.self) { _ = try Kubeconfig(parsing: Array(text.utf8)).endpoint() }
    }

    @Test("in a pod, the service account's files and the environment give the endpoint")
    func inCluster() async throws {
        let folder = try TemporaryFolder()
        let variables = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"]
        #expect(throws: KubeconfigError.self) { _ = try InCluster.endpoint(folder: folder.path) { variables[$0] } }
        try folder.write("token", "sa-token")
        try folder.write("ca.crt", "CA")
        try folder.write("namespace", "accesspoint-system")
        let endpoint = try InCluster.endpoint(folder: folder.path) { variables[$0] }
        #expect(endpoint.connection.server.origin == "https://[fd00::1]:443")
        #expect(endpoint.connection.certificateAuthority == Array("CA".utf8))
        #expect(try await Self.credentials(endpoint).bearerToken == Secret("sa-token"))
        #expect(InCluster.namespace(folder: folder.path) == "accesspoint-system")
        #expect(throws: KubeconfigError.self) { _ = try InCluster.endpoint(folder: folder.path) { _ in nil } }
    }
}
