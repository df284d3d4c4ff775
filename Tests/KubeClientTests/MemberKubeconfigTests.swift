import JSONValue
import KubeClient
import Testing
import X509Tools
import YAMLFormat

@Suite("A kubeconfig from a Secret")
struct MemberKubeconfigTests {
    private struct Material {
        let authority: String
        let chain: String
        let key: String
        let otherKey: String
    }

    private static let material: Material? = {
        guard let authority = try? TestAuthority(notBefore: 0, notAfter: 4_000_000_000) else { return nil }
        var request = CertificateRequest(commonName: "operator", notBefore: 0, notAfter: 4_000_000_000)
        request.purpose = .client
        guard let pair = try? authority.issue(request), let other = try? authority.issue(request) else { return nil }
        return Material(
            authority: Base64.encode(authority.certificatePEM), chain: Base64.encode(pair.chainPEM),
            key: Base64.encode(pair.privateKeyPEM), otherKey: Base64.encode(other.privateKeyPEM))
    }()

    private static func config(
        cluster: JSONValue = [:], user: JSONValue = ["token": "canary-token"], top: JSONValue = [:],
        context: JSONValue = [:]
    ) throws -> [UInt8] {
        let material = try #require(Self.material)
        let base: JSONValue = [
            "server": "https://api.member.test:6443", "certificate-authority-data": .string(material.authority),
        ]
        let pair: JSONValue = ["cluster": "c", "user": "u"]
        let tree: JSONValue = [
            "apiVersion": "v1", "kind": "Config", "current-context": "x", "preferences": [:],
            "clusters": [["name": "c", "cluster": base.mergePatched(with: cluster)]],
            "users": [["name": "u", "user": user]],
            "contexts": [["name": "x", "context": pair.mergePatched(with: context)]],
        ]
        return tree.mergePatched(with: top).bytes()
    }

    private static func refusal(_ bytes: [UInt8], allowLoopback: Bool = false) -> KubeconfigError? {
        do throws(KubeconfigError) {
            _ = try Kubeconfig.member(bytes, allowLoopback: allowLoopback)
            return nil
        } catch {
            return error
        }
    }

    @Test("server, authority, TLS name and a token are taken, in JSON and in YAML")
    func accepted() throws {
        let bytes = try Self.config(cluster: ["tls-server-name": "kubernetes"], context: ["namespace": "default"])
        let yaml = Array(YAML.text(try JSONValue(parsing: bytes)).utf8)
        for bytes in [bytes, yaml] {
            let endpoint = try Kubeconfig.member(bytes, allowLoopback: false)
            #expect(endpoint.connection.server.description == "https://api.member.test:6443")
            #expect(endpoint.connection.tlsServerName?.text == "kubernetes")
            #expect(endpoint.connection.addressPolicy == .remote)
            #expect(!endpoint.connection.skipsVerification)
            #expect(endpoint.connection.certificateAuthority != nil)
        }
    }

    @Test("a client certificate with its key, and a user name with its password, are taken")
    func otherCredentials() throws {
        let material = try #require(Self.material)
        let pair: JSONValue = [
            "client-certificate-data": .string(material.chain), "client-key-data": .string(material.key),
        ]
        #expect(Self.refusal(try Self.config(user: pair)) == nil)
        #expect(Self.refusal(try Self.config(user: ["username": "u", "password": "p"])) == nil)
        #expect(Self.refusal(try Self.config(cluster: ["insecure-skip-tls-verify": false])) == nil)
    }

    @Test(
        "whatever else kubectl knows is refused by name",
        arguments: [
            ("user", "exec", ["apiVersion": "client.authentication.k8s.io/v1", "command": "canary-command"]),
            ("user", "auth-provider", ["name": "oidc", "config": ["id-token": "canary-id"]]),
            ("user", "client-certificate", "/canary/path"), ("user", "client-key", "/canary/path"),
            ("user", "tokenFile", "/canary/path"), ("user", "as", "canary"), ("user", "as-groups", ["canary"]),
            ("user", "as-uid", "canary"), ("user", "as-user-extra", ["canary": ["x"]]),
            ("user", "extensions", [["name": "canary"]]),
            ("user", "id-token", "canary"), ("user", "Token", "canary"), ("user", "some\nkey", "canary"),
            ("cluster", "insecure-skip-tls-verify", true), ("cluster", "proxy-url", "http://canary:1"),
            ("cluster", "certificate-authority", "/canary/path"), ("cluster", "extensions", [["name": "canary"]]),
            ("cluster", "disable-compression", true), ("cluster", "api-version", "v1"), ("cluster", "canary-key", "x"),
        ] as [(String, String, JSONValue)])
    func refusedMembers(part: String, key: String, value: JSONValue) throws {
        let change = JSONValue.object(JSONObject([(key, value)]))
        let token: JSONValue = ["token": "canary-token"]
        let user = token.mergePatched(with: change)
        let bytes = part == "user" ? try Self.config(user: user) : try Self.config(cluster: change)
        let error = try #require(Self.refusal(bytes))
        #expect(error.subject.hasSuffix(".\(part).\(key.replacing("\n", with: "?"))"))
        #expect(!error.description.replacing("canary-key", with: "").contains("canary"))
    }

    @Test(
        "a TLS name that is neither a DNS name nor an address is refused without being repeated, here and in a user's file",
        arguments: [
            "a/canary", "a@canary", "a#canary", "a?canary", "a:443:canary", "canary:443", "a canary", "\tcanary",
            "canary\n",
            "[::1]", "canary.", ".canary", "-canary", "canary..b", "%63anary", "cänary", "canary\\", "*.canary",
            "127.1",
            "2130706433", "0x7f000001", "0177.0.0.1", "127.0.0.1.", "::1%canary", "::zz",
            String(repeating: "canary.", count: 40) + "a", String(repeating: "c", count: 64),
        ])
    func refusedNames(name: String) throws {
        let bytes = try Self.config(cluster: ["tls-server-name": .string(name)])
        let error = try #require(Self.refusal(bytes))
        #expect(error.subject == "clusters[0].cluster.tls-server-name")
        #expect(!error.description.contains("canary"))
        #expect(throws: KubeconfigError.self) { try Kubeconfig(parsing: bytes) }
    }

    @Test(
        "a TLS name is a DNS name of any case, or an address",
        arguments: [("API.Member.test", "api.member.test"), ("10.0.0.1", "10.0.0.1"), ("2001:DB8::1", "[2001:db8::1]")])
    func acceptedNames(name: String, inURL: String) throws {
        let bytes = try Self.config(cluster: ["tls-server-name": .string(name)])
        #expect(try Kubeconfig.member(bytes, allowLoopback: false).connection.tlsServerName?.inURL == inURL)
    }

    @Test(
        "a credential that YAML takes for something else, or that stands where a name should, is not repeated",
        arguments: [
            "token: *canary777", "token: !canary777 x", "token: 0777", "token: 7_7_7", "canary777: x", "0777: x",
            "token: canary777: x", "token: [canary777", "token: \"canary777", "{canary777: x}",
            "token: &canary777 *canary777",
        ])
    func misreadCredentials(line: String) throws {
        let text = "clusters: []\ncontexts: []\nusers:\n- name: u\n  user:\n    \(line)\n"
        let error = try #require(Self.refusal(Array(text.utf8)))
        for word in ["canary777", "0777", "7_7_7"] { #expect(!error.description.contains(word), "\(error)") }
    }

    @Test("a refused member counts in every entry, also in one that no context uses")
    func unusedEntries() throws {
        let users: JSONValue = [
            ["name": "u", "user": ["token": "t"]], ["name": "other", "user": ["exec": ["command": "x"]]],
        ]
        #expect(Self.refusal(try Self.config(top: ["users": users]))?.subject == "users[1].user.exec")
        let clusters: JSONValue = [["name": "c", "cluster": ["server": "https://x.test"], "extra": 1]]
        #expect(Self.refusal(try Self.config(top: ["clusters": clusters]))?.subject == "clusters[0].extra")
        #expect(Self.refusal(try Self.config(top: ["extensions": [1]]))?.subject == "extensions")
        #expect(Self.refusal(try Self.config(top: ["preferences": ["colors": true]]))?.subject == "preferences")
        #expect(
            Self.refusal(try Self.config(context: ["extensions": [1]]))?.subject == "contexts[0].context.extensions")
    }

    @Test(
        "a server on this machine, on its links or on the cloud's metadata address is refused",
        arguments: [
            "http://10.0.0.1", "https://127.0.0.1:6443", "https://localhost", "https://api.localhost", "https://[::1]",
            "https://169.254.169.254", "https://[fe80::1]", "https://0.0.0.0", "https://[::ffff:127.0.0.1]",
            "https://100.100.100.200", "https://[fd00:ec2::254]", "http://localhost", "ftp://10.0.0.1",
            "https://u:canary@10.0.0.1",
            "https://10.0.0.1/?x", "", "https://127.1", "https://2130706433", "https://0x7f.1", "https://0x7F000001",
            "https://0177.0.0.1", "https://127.0.0.1.", "https://localhost.", "https://api.localhost.",
        ])
    func refusedServers(server: String) throws {
        let error = try #require(Self.refusal(try Self.config(cluster: ["server": .string(server)])))
        #expect(error.subject.contains("server"))
        #expect(!error.description.contains("canary"))
    }

    @Test(
        "with the flag for loopback, loopback is permitted, over http too, and nothing else that is local",
        arguments: [
            ("https://127.0.0.1:6443", .remoteOrLoopback), ("http://127.0.0.1:8080/clusters/a", .loopbackOnly),
            ("http://localhost:8080", .loopbackOnly), ("https://10.0.0.1", .remoteOrLoopback), ("http://10.0.0.1", nil),
            ("https://169.254.169.254", nil), ("http://api.member.test", .loopbackOnly),
        ] as [(String, AddressPolicy?)])
    func loopback(server: String, expected: AddressPolicy?) throws {
        let bytes = try Self.config(cluster: ["server": .string(server), "certificate-authority-data": .null])
        let policy = try? Kubeconfig.member(bytes, allowLoopback: true).connection.addressPolicy
        #expect(policy == expected)
    }

    @Test("credentials that are missing, halved, mismatched or garbled are refused without their values")
    func badCredentials() throws {
        let material = try #require(Self.material)
        let (chain, key) = (JSONValue.string(material.chain), JSONValue.string(material.key))
        let bad: [JSONValue] = [
            [:], ["token": ""], ["token": 7], ["password": "canary"], ["client-certificate-data": chain],
            ["client-key-data": key],
            ["client-certificate-data": chain, "client-key-data": .string(material.otherKey)],
            ["client-certificate-data": "Y2FuYXJ5", "client-key-data": key],
            ["client-certificate-data": "not base64", "client-key-data": key],
        ]
        for user in bad {
            let error = try #require(Self.refusal(try Self.config(user: user)), "\(user)")
            #expect(error.subject.contains("users["))
            #expect(!error.description.contains("canary"))
        }
        #expect(Self.refusal(try Self.config(cluster: ["certificate-authority-data": "Y2FuYXJ5"])) != nil)
        #expect(Self.refusal(try Self.config(context: ["user": .null])) != nil)
    }

    @Test("what is too large, too deep, of too many parts or no kubeconfig at all is refused")
    func limits() throws {
        let list = { (count: Int) in JSONValue.array((0..<count).map { ["name": .string("n\($0)")] }) }
        let inputs: [[UInt8]] = [
            [], Array("null".utf8), Array("[]".utf8), Array("a: b: c".utf8), Array("{}\n---\n{}".utf8), [0xFF, 0xFE],
            Array(String(repeating: "[", count: 100).utf8),
            try Self.config(top: ["contexts": list(3000)]),
            try Self.config(user: ["token": .string(String(repeating: "x", count: 300 << 10))]),
            Array("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n".utf8),
        ]
        for input in inputs { #expect(Self.refusal(input) != nil) }
    }
}
