import Foundation
import JSONValue
import KubeModel
import Testing

/// A MemberCluster whose access is wrong in one place.
struct BadMember: Sendable, CustomTestStringConvertible {
    var title: String
    /// Reason of its Ready condition.
    var reason: String
    var says: [String]
    /// The Secret's data by key, with `SERVER`, `CA` and `TOKEN` for those of a real member; nil: no Secret.
    var secret: [String: String]?
    var reference = "{name: wrong}"

    var testDescription: String { title }

    private static func kubeconfig(
        cluster: String = "server: SERVER, certificate-authority-data: CA", user: String = "token: TOKEN"
    ) -> [String: String] {
        [
            "kubeconfig": """
            apiVersion: v1
            kind: Config
            current-context: c
            contexts: [{name: c, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {\(cluster)}}]
            users: [{name: u, user: {\(user)}}]
            """
        ]
    }

    static let table: [BadMember] = [
        BadMember(
            title: "no Secret", reason: "SecretMissing",
            says: ["access.secretRef", "accesspoint-system/wrong", "create it"],
            secret: nil),
        BadMember(
            title: "a Secret without the key", reason: "SecretKeyMissing",
            says: ["access.secretRef.key", "accesspoint-system/wrong", "kubeconfig"], secret: ["config": "x"]),
        BadMember(
            title: "a Secret of a namespace that is not allowed", reason: "SecretNamespaceRefused",
            says: ["access.secretRef.namespace", "kube-system", "--cluster-secret-namespaces"], secret: nil,
            reference: "{name: wrong, namespace: kube-system}"),
        BadMember(
            title: "the cluster of another MemberCluster", reason: "ClusterDuplicate",
            says: ["MemberCluster \(Site.canary)", "Delete one of the two", "access.secretRef"],
            secret: kubeconfig()),
        BadMember(
            title: "no YAML", reason: "KubeconfigInvalid",
            says: ["accesspoint-system/wrong", "line 2, column 1", "mend the YAML"],
            secret: ["kubeconfig": "{"]),
        BadMember(
            title: "two documents", reason: "KubeconfigInvalid", says: ["2 documents", "keep exactly one"],
            secret: ["kubeconfig": "a: 1\n---\nb: 2\n"]),
        BadMember(
            title: "a program to run", reason: "KubeconfigInvalid",
            says: ["users[0].user.exec", "runs a program", "put a token or a client certificate in"],
            secret: kubeconfig(user: "exec: {command: /bin/true, apiVersion: client.authentication.k8s.io/v1}")),
        BadMember(
            title: "a login of its own", reason: "KubeconfigInvalid",
            says: ["users[0].user.auth-provider", "put a token"],
            secret: kubeconfig(user: "auth-provider: {name: gcp}")),
        BadMember(
            title: "a token in a file of the operator", reason: "KubeconfigInvalid",
            says: ["users[0].user.tokenFile", "use token"], secret: kubeconfig(user: "tokenFile: /etc/passwd")),
        BadMember(
            title: "a key in a file of the operator", reason: "KubeconfigInvalid",
            says: ["users[0].user.client-key", "use client-key-data"],
            secret: kubeconfig(user: "client-key: /b")),
        BadMember(
            title: "an authority in a file of the operator", reason: "KubeconfigInvalid",
            says: ["clusters[0].cluster.certificate-authority", "use certificate-authority-data"],
            secret: kubeconfig(cluster: "server: SERVER, certificate-authority: /etc/ssl/ca.pem")),
        BadMember(
            title: "any server is accepted", reason: "KubeconfigInvalid",
            says: ["insecure-skip-tls-verify", "use certificate-authority-data"],
            secret: kubeconfig(cluster: "server: SERVER, insecure-skip-tls-verify: true")),
        BadMember(
            title: "a proxy of its own", reason: "KubeconfigInvalid",
            says: ["clusters[0].cluster.proxy-url", "HTTPS_PROXY"],
            secret: kubeconfig(
                cluster: "server: SERVER, certificate-authority-data: CA, proxy-url: http://198.51.100.1:3128")),
        BadMember(
            title: "the metadata service of a cloud", reason: "KubeconfigInvalid",
            says: ["clusters[].cluster.server", "169.254.169.254"],
            secret: kubeconfig(cluster: "server: https://169.254.169.254")),
        BadMember(
            title: "plain http to another machine", reason: "KubeconfigInvalid",
            says: ["clusters[].cluster.server", "plain http", "loopback"],
            secret: kubeconfig(cluster: "server: http://203.0.113.7")),
        BadMember(
            title: "no credentials", reason: "KubeconfigInvalid",
            says: ["users[].user", "has no credentials", "put a token"],
            secret: kubeconfig(user: "")),
        BadMember(
            title: "half a client certificate", reason: "KubeconfigInvalid",
            says: ["client-key-data", "add the certificate's key"],
            secret: kubeconfig(user: "client-certificate-data: CA")),
        BadMember(
            title: "an authority that is no certificate", reason: "KubeconfigInvalid",
            says: ["clusters[].cluster.certificate-authority-data", "PEM"],
            secret: kubeconfig(cluster: "server: SERVER, certificate-authority-data: bm90aGluZw==")),
        BadMember(
            title: "a context that names no user", reason: "KubeconfigInvalid",
            says: ["users", "name an existing user"],
            secret: kubeconfig().mapValues { $0.replacing("user: u}", with: "user: other}") }),
        BadMember(
            title: "a token that the member does not know", reason: "CredentialInvalid",
            says: ["401", "renew the kubeconfig in the Secret of access.secretRef"],
            secret: kubeconfig(user: "token: 0123456789abcdef")),
        BadMember(
            title: "an account without permissions", reason: "Forbidden",
            says: ["403", "kube-system", "samples/member-rbac.yaml"], secret: kubeconfig(user: "token: NOBODY")),
        BadMember(
            title: "an authority that did not sign the server", reason: "ClusterUnreachable", says: ["certificate"],
            secret: kubeconfig(cluster: "server: SERVER, certificate-authority-data: OTHERCA")),
        BadMember(
            title: "a port where nobody listens", reason: "ClusterUnreachable",
            says: ["127.0.0.1 port 1", "check that the API server runs"],
            secret: kubeconfig(cluster: "server: \"https://127.0.0.1:1\", certificate-authority-data: CA")),
    ]
}

extension Integration {
    @Suite("Bad input: MemberClusters")
    struct BadMemberTests {
        @Test("its Ready condition names the field and the remedy, and shows no credential", arguments: BadMember.table)
        func access(row: BadMember) async throws {
            let site = try await Site.operated()
            let token = try await install(row, site)
            let condition: Condition
            do {
                condition =
                    try await site.host.until("Ready has the reason \(row.reason)", within: .seconds(20)) { record in
                        record.object("MemberCluster", "wrong").flatMap { object in
                            ConditionSet(object.status?["conditions"])["Ready"].flatMap {
                                $0.reason == row.reason ? $0 : nil
                            }
                        }
                    } as Condition
            } catch {
                let object = await site.host.record.object("MemberCluster", "wrong")
                try await remove(site)
                throw StageError("\(error)\(object?.json["status"]?.text() ?? "")\n\(await Crew.shared.tail)")
            }
            #expect(condition.status != .true)
            for part in row.says {
                #expect(condition.message.contains(part), "no '\(part)' in: \(condition.message)")
            }
            #expect(!condition.message.contains(token))
            #expect(await !Crew.shared.tail.contains(token))
            try await remove(site)
        }

        /// Makes Secret and MemberCluster; returns the token of the real member that the Secret may hold.
        private func install(_ row: BadMember, _ site: Site) async throws -> String {
            let member = Site.canary
            let file = try String(contentsOf: site.fleet.kubeconfig(member), encoding: .utf8)
            func part(_ key: String, of text: String) throws -> String {
                guard let line = text.split(separator: "\n").first(where: { $0.contains("\(key): ") }),
                    let value = line.split(separator: " ").last
                else { throw StageError("the kubeconfig has no \(key)") }
                return String(value)
            }
            let nobody = try String(contentsOf: site.fleet.kubeconfig(member, "kubeconfig.nobody"), encoding: .utf8)
            let other = try String(contentsOf: site.fleet.kubeconfig(Fleet.host), encoding: .utf8)
            let token = try part("token", of: file)
            if let data = row.secret {
                var encoded = JSONObject()
                for (key, value) in data {
                    let filled = try value.replacing("SERVER", with: part("server", of: file))
                        .replacing("OTHERCA", with: part("certificate-authority-data", of: other))
                        .replacing("CA", with: part("certificate-authority-data", of: file))
                        .replacing("NOBODY", with: part("token", of: nobody)).replacing("TOKEN", with: token)
                    encoded[key] = .string(Data(filled.utf8).base64EncodedString())
                }
                let secret: JSONValue = [
                    "apiVersion": "v1", "kind": "Secret",
                    "metadata": ["name": "wrong", "namespace": .string(Site.operatorNamespace)],
                    "data": .object(encoded),
                ]
                try await site.kubectl("create", "-f", "-", input: secret.text())
            }
            // A region of its own: no AccessPoint of another test is placed there.
            try await site.kubectl(
                "create", "--validate=false", "-f", "-",
                input: """
                    apiVersion: accesspoint.io/v1alpha1
                    kind: MemberCluster
                    metadata: {name: wrong}
                    spec: {region: mars, availabilityZone: mars-az1, role: Member, access: {secretRef: \(row.reference)}}
                    """)
            return token
        }

        private func remove(_ site: Site) async throws {
            try await site.kubectl("delete", "membercluster", "wrong", "--timeout=20s")
            try await site.kubectl("delete", "secret", "wrong", "-n", Site.operatorNamespace, "--ignore-not-found")
        }

        @Test(
            "the API server refuses a MemberCluster by its schema",
            arguments: [
                ("role: Master", ["spec.role", "\"Gateway\", \"Member\""]),
                ("role: Member, region: 7", ["spec.region", "must be of type string"]),
                ("role: Member, access: {}", ["spec.access.secretRef", "Required value"]),
            ])
        func schema(field: String, says: [String]) async throws {
            let site = try await Site.operated()
            let access = field.contains("access") ? "" : ", access: {secretRef: {name: wrong}}"
            let region = field.contains("region") ? "" : ", region: mars"
            let output = try await site.kubectl.attempt(
                ["create", "--validate=false", "-f", "-"],
                input: """
                    apiVersion: accesspoint.io/v1alpha1
                    kind: MemberCluster
                    metadata: {name: wrong-schema}
                    spec: {availabilityZone: mars-az1, \(field)\(access)\(region)}
                    """)
            #expect(!output.succeeded)
            for part in says { #expect(output.stderr.contains(part), "no '\(part)' in: \(output.stderr)") }
        }
    }
}
