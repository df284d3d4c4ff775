import Foundation
import JSONValue
import KubeClient
import KubeModel
import Testing
import X509Tools

/// A MemberCluster with a marked word in each credential that it holds.
struct MarkedMember: Sendable {
    var name: String
    /// Reason of its Ready condition.
    var reason: String
    var kubeconfig: String

    /// What stands in every credential, and nowhere else on any server.
    static let mark = "canary-5ecre7"
    /// The mark as Secrets and kubeconfigs may hold it, whatever stands before it.
    static let marks: [String] =
        (0..<3).map { skipped in
            let text = Data((String(repeating: "x", count: skipped) + mark).utf8).base64EncodedString()
            // The outer characters depend on the neighbours.
            return String(text.dropFirst(4).dropLast(4))
        } + [mark]

    private static func config(
        server: String = "SERVER", cluster: String = "certificate-authority-data: AUTHORITY", user: String
    )
        -> String
    {
        """
        apiVersion: v1
        kind: Config
        current-context: c
        contexts: [{name: c, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: {server: \(server), \(cluster)}}]
        users: [{name: u, user: {\(user)}}]
        """
    }

    /// PEM whose content is the mark, in Base64 as kubeconfigs hold it.
    private static func pem(_ label: String) -> String {
        Data("-----BEGIN \(label)-----\n\(mark)\n-----END \(label)-----\n".utf8).base64EncodedString()
    }

    static let table: [MarkedMember] = [
        .init(name: "token", reason: "CredentialInvalid", kubeconfig: config(user: "token: \(mark)")),
        .init(
            // A server without basic authentication takes whoever sends a password for nobody.
            name: "password", reason: "Forbidden",
            kubeconfig: config(user: "username: someone, password: \(mark)")),
        .init(
            name: "unreachable", reason: "ClusterUnreachable",
            kubeconfig: config(server: "\"https://127.0.0.1:1\"", user: "token: \(mark)")),
        .init(
            name: "user-of-url", reason: "KubeconfigInvalid",
            kubeconfig: config(server: "\"https://admin:\(mark)@127.0.0.1:1\"", user: "token: \(mark)")),
        .init(
            name: "query-of-url", reason: "KubeconfigInvalid",
            kubeconfig: config(server: "\"https://127.0.0.1:1/?token=\(mark)\"", user: "token: \(mark)")),
        .init(
            name: "no-base64", reason: "KubeconfigInvalid",
            kubeconfig: config(user: "client-certificate-data: CERTIFICATE, client-key-data: '%\(mark)%'")),
        .init(
            name: "no-authority", reason: "KubeconfigInvalid",
            kubeconfig: config(
                cluster: "certificate-authority-data: \(pem("CERTIFICATE"))", user: "token: \(mark)")),
        .init(
            name: "no-certificate", reason: "KubeconfigInvalid",
            kubeconfig: config(user: "client-certificate-data: \(pem("CERTIFICATE")), client-key-data: KEY")),
        .init(
            name: "no-key", reason: "KubeconfigInvalid",
            kubeconfig: config(
                user: "client-certificate-data: CERTIFICATE, client-key-data: \(pem("EC PRIVATE KEY"))")),
        .init(
            name: "key-of-other-form", reason: "KubeconfigInvalid",
            kubeconfig: config(
                user: "client-certificate-data: CERTIFICATE, client-key-data: \(pem("\(mark) PRIVATE KEY"))")),
        .init(
            name: "program", reason: "KubeconfigInvalid",
            kubeconfig: config(
                user: "exec: {command: /bin/\(mark), env: [{name: TOKEN, value: \(mark)}], args: [\(mark)]}")),
        .init(
            name: "login", reason: "KubeconfigInvalid",
            kubeconfig: config(user: "auth-provider: {name: oidc, config: {id-token: \(mark)}}")),
        .init(
            name: "proxy", reason: "KubeconfigInvalid",
            kubeconfig: config(
                cluster: "proxy-url: \"http://\(mark):\(mark)@127.0.0.1:1\"", user: "token: \(mark)")),
        .init(name: "alias", reason: "KubeconfigInvalid", kubeconfig: config(user: "password: *\(mark)")),
        .init(name: "tag", reason: "KubeconfigInvalid", kubeconfig: config(user: "token: !\(mark) x")),
        .init(name: "key", reason: "KubeconfigInvalid", kubeconfig: config(user: "\(mark): x")),
        .init(name: "bare", reason: "KubeconfigInvalid", kubeconfig: mark),
        .init(name: "open-quote", reason: "KubeconfigInvalid", kubeconfig: config(user: "token: \"\(mark)")),
    ]
}

extension Integration {
    @Suite("Credentials are never shown")
    struct SecretsTests {
        @Test("a mark in every credential, good or broken, is in no log line, Event, status, metric or health check")
        func marks() async throws {
            let site = try await Site.unoperated()
            try await site.namespace("marks")
            let process = try OperatorProcess.start(
                site.fleet, lease: .lasting, health: "127.0.0.1:0", metrics: "127.0.0.1:0",
                extra: ["--log-level", "trace", "--per-accesspoint-metrics"])
            let served = try await MetricsTests.Served(site, process)
            let good = try Self.parts(of: site)
            var secrets = Set(["CERTIFICATE", "KEY", "TOKEN"].compactMap { good[$0] })
            try #require(secrets.count == 3)
            secrets.insert(try Self.part("token", of: site.fleet.kubeconfig("host", "kubeconfig")))
            for row in MarkedMember.table {
                let text = good.reduce(row.kubeconfig) { $0.replacing(": \($1.key)", with: ": \($1.value)") }
                try await register("marked-\(row.name)", text, site)
            }
            _ = try? await site.kubectl("create", "--validate=false", "-f", "-", input: DNSEndpointDefinition.yaml)
            var manifest = AccessPointManifest(namespace: "marks")
            manifest.dns = "{hostnames: [\(manifest.host)]}"
            try await site.kubectl.apply(manifest.yaml)
            try await site.untilCanaryGate(in: "marks")
            // No VIP of this stage answers: what is seen of it is only told once the canary is done.
            manifest.runtime = ["probe: {intervalSeconds: 1, timeoutSeconds: 1, failureThreshold: 1, http: {}}"]
            try await site.kubectl.apply(manifest.yaml)
            secrets.formUnion(try await breakCertificate(site))
            try await rotate(site)
            for row in MarkedMember.table {
                let condition = try await site.host.until("marked-\(row.name) is judged", within: .seconds(30)) {
                    record in
                    record.object("MemberCluster", "marked-\(row.name)").flatMap { object in
                        ConditionSet(object.status?["conditions"])["Ready"].flatMap {
                            $0.reason == "Connecting" ? nil : $0
                        }
                    }
                }
                #expect(condition.reason == row.reason, "\(row.name): \(condition.message)")
            }
            let shown = try await shown(site, process, served)
            for (place, text) in shown {
                #expect(!text.isEmpty, "\(place) was looked at")
                for mark in MarkedMember.marks { #expect(!text.contains(mark), "\(mark) is in \(place)") }
                for secret in secrets { #expect(!text.contains(secret), "a good credential is in \(place)") }
            }
            // The search does see: the marks stand where they belong.
            let kept = try await site.kubectl("get", "secrets", "-n", Site.operatorNamespace, "-o", "json")
            #expect(MarkedMember.marks.contains { kept.contains($0) })
            // Nothing that nobody answers for is left to the tests after this one.
            try await site.kubectl("delete", "axp", "checkout", "-n", "marks", "--timeout=60s")
            await process.terminate()
            for row in MarkedMember.table {
                try await site.kubectl("delete", "membercluster", "marked-\(row.name)", "--timeout=20s")
                try await site.kubectl("delete", "secret", "marked-\(row.name)", "-n", Site.operatorNamespace)
            }
        }

        /// Everything that the operator says to anybody, by place.
        private func shown(_ site: Site, _ process: OperatorProcess, _ served: MetricsTests.Served) async throws
            -> [String: String]
        {
            var shown = [
                "the log": process.process.text("stderr") + process.process.text("stdout"),
                "metrics": try await served.get(served.metrics, "/metrics").body,
                "health": try await served.get(served.health, "/readyz?verbose").body,
            ]
            for kind in [
                "events", "accesspoints", "accesspointtargets", "memberclusters", "nameservices", "dnsendpoints",
                "controllerrevisions", "leases",
            ] {
                shown[kind] = try await site.kubectl("get", kind, "-A", "-o", "json")
            }
            for member in Fleet.members {
                shown["objects in \(member)"] = try await site.member(member)(
                    "get", "services,gateways.networking.istio.io,virtualservices.networking.istio.io,events", "-A",
                    "-o",
                    "json")
            }
            return shown
        }

        /// The value of a field of a kubeconfig.
        private static func part(_ key: String, of file: URL) throws -> String {
            let text = try String(contentsOf: file, encoding: .utf8)
            guard let line = text.split(separator: "\n").first(where: { $0.contains("\(key): ") }),
                let value = line.split(separator: " ").last
            else { throw StageError("the kubeconfig has no \(key)") }
            return String(value)
        }

        /// The parts of a real member's credentials: what stands for them in the table, and the values.
        private static func parts(of site: Site) throws -> [String: String] {
            func part(_ key: String, of file: String) throws -> String {
                try Self.part(key, of: site.fleet.kubeconfig(Site.canary, file))
            }
            return [
                "SERVER": try part("server", of: "kubeconfig"),
                "AUTHORITY": try part("certificate-authority-data", of: "kubeconfig"),
                "CERTIFICATE": try part("client-certificate-data", of: "kubeconfig.cert"),
                "KEY": try part("client-key-data", of: "kubeconfig.cert"),
                "TOKEN": try part("token", of: "kubeconfig"),
            ]
        }

        private func register(_ name: String, _ kubeconfig: String, _ site: Site) async throws {
            let secret: JSONValue = [
                "apiVersion": "v1", "kind": "Secret",
                "metadata": ["name": .string(name), "namespace": .string(Site.operatorNamespace)],
                "data": ["kubeconfig": .string(Data(kubeconfig.utf8).base64EncodedString())],
            ]
            try await site.kubectl("create", "-f", "-", input: secret.text())
            // A region of its own: no AccessPoint is placed there.
            try await site.kubectl.apply(
                """
                apiVersion: accesspoint.io/v1alpha1
                kind: MemberCluster
                metadata: {name: \(name)}
                spec: {region: mars, availabilityZone: mars-az1, role: Member, access: {secretRef: {name: \(name)}}}
                """)
        }

        /// Takes the TLS Secret of the canary through a good key, another's key and one that is none; returns the good
        /// keys.
        private func breakCertificate(_ site: Site) async throws -> [String] {
            let (name, host) = ("checkout-marks", "checkout.marks.example.com")
            var secret = try site.certificate(name, hosts: [host])
            let other = try site.certificate(name, hosts: [host])
            let keys = [secret, other].compactMap { $0.value("data", "tls.key")?.stringValue }
            let broken = "-----BEGIN PRIVATE KEY-----\n\(MarkedMember.mark)\n-----END PRIVATE KEY-----\n"
            let turns = [("KeyMismatch", keys.last ?? ""), ("InvalidKeys", Data(broken.utf8).base64EncodedString())]
            for (reason, key) in turns {
                secret.set(.string(key), at: ["data", "tls.key"])
                try await site.member(Site.canary).apply(secret.text())
                try await site.until("the certificate is \(reason)", in: "marks") {
                    $0.condition("CertificatesReady")?.reason == reason
                }
            }
            // Lines of the keys, for a message might show a part of one.
            let lines = keys.compactMap { Data(base64Encoded: $0) }.flatMap {
                String(decoding: $0, as: UTF8.self).split(separator: "\n").filter {
                    !$0.hasPrefix("-----") && $0.count > 16
                }
            }
            return keys + lines.map(String.init)
        }

        /// Gives a member that is in service another token, which does not work, and then its own again.
        private func rotate(_ site: Site) async throws {
            let file = try String(contentsOf: site.fleet.kubeconfig(Site.canary), encoding: .utf8)
            let token = try #require(try Self.parts(of: site)["TOKEN"])
            for (text, reason) in [
                (file.replacing(token, with: MarkedMember.mark), "CredentialInvalid"), (file, "ClusterReachable"),
            ] {
                let data: JSONValue = ["data": ["kubeconfig": .string(Data(text.utf8).base64EncodedString())]]
                try await site.kubectl(
                    "patch", "secret", Site.canary, "-n", Site.operatorNamespace, "--type=merge", "-p", data.text())
                _ = try await site.host.until("the rotation is \(reason)", within: .seconds(30)) { record in
                    ConditionSet(record.object("MemberCluster", Site.canary)?.status?["conditions"])["Ready"]
                        .flatMap { $0.reason == reason ? $0 : nil }
                }
            }
        }
    }
}
