import JSONValue
import KubeModel
import Testing
import X509Tools

@testable import KubeClient

@Suite("Exec plugins")
struct ExecPluginTests {
    private static let version = "client.authentication.k8s.io/v1"

    private func plugin(_ folder: TemporaryFolder, _ script: String, arguments: [String] = []) throws -> ExecPlugin {
        // A script that was just written is not run directly: another test's child may still hold it open (ETXTBSY).
        let path = try folder.write("plugin", script)
        return ExecPlugin(
            apiVersion: Self.version, command: "/bin/sh", arguments: [path] + arguments,
            environment: ["PATH": "/usr/bin:/bin", "ROLE": "admin"], cluster: ["server": "https://x.test"],
            now: { Timestamp(secondsSince1970: 1_000_000) })
    }

    private func reply(_ status: JSONValue) -> [UInt8] {
        JSONValue.object(["apiVersion": .string(Self.version), "kind": "ExecCredential", "status": status]).bytes()
    }

    @Test("the program gets its arguments, variables and input, and its token is used")
    func run() async throws {
        let folder = try TemporaryFolder()
        let plugin = try plugin(
            folder,
            #"printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s %s"}}' "$1-$ROLE" "$(printf %s "$KUBERNETES_EXEC_INFO" | tr -d '\042')""#,
            arguments: ["a b"])
        let loaded = try await plugin.run()
        let token = String(decoding: loaded.credentials.bearerToken?.reveal() ?? [], as: UTF8.self)
        #expect(
            token == "a b-admin {apiVersion:client.authentication.k8s.io/v1,kind:ExecCredential,"
                + "spec:{cluster:{server:https://x.test},interactive:false}}")
        #expect(loaded.freshFor == nil)
    }

    @Test("it inherits no open file of ours, reads nothing and blocks no signal")
    func isolation() async throws {
        let folder = try TemporaryFolder()
        let plugin = try plugin(
            folder,
            #"""
            files=$(ls /proc/self/fd | wc -l); mask=$(grep SigBlk /proc/self/status | cut -f2); input=$(cat)
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s-%s-%s"}}' $files $mask "$input"
            """#)
        let token = try await plugin.run().credentials.bearerToken
        // 0, 1, 2 and the folder that ls reads.
        #expect(token == Secret("4-0000000000000000-"))
    }

    @Test(
        "a program that fails is an error that names it and not what it printed",
        arguments: [
            ("echo canary; exit 3", "ended with status 3"), ("kill -9 $$", "ended with status 137"),
            ("echo canary", "printed no ExecCredential"),
            ("yes canary", "printed more than 1 MiB"),
        ])
    func failures(script: String, expected: String) async throws {
        let folder = try TemporaryFolder()
        let plugin = try plugin(folder, script)
        let error = await #expect(throws: CredentialError.self) { _ = try await plugin.run() }
        #expect(error?.description.contains(expected) == true, "\(String(describing: error))")
        #expect(error?.description.contains(plugin.command) == true)
        #expect(error?.description.contains("canary") == false)
    }

    @Test("a program that is not there is an error")
    func missing() async throws {
        let plugin = ExecPlugin(
            apiVersion: Self.version, command: "no-such-plugin-anywhere", arguments: [], environment: [:])
        let error = await #expect(throws: CredentialError.self) { _ = try await plugin.run() }
        #expect(error?.description.contains("cannot be started") == true)
    }

    @Test("a program that does not end is killed at the deadline, with what it started")
    func hanging() async throws {
        let begin = ContinuousClock.now
        for script in ["sleep 60 & sleep 60", "exec >&-; sleep 60", "sleep 60 & exit 0"] {
            await #expect(throws: ChildProcess.Failure.timedOut) {
                _ = try await ChildProcess.output(
                    ["sh", "-c", script], environment: ["PATH": "/usr/bin:/bin"], timeout: .milliseconds(200), limit: 10
                )
            }
        }
        #expect(ContinuousClock.now - begin < .seconds(20))
    }

    @Test("the next run is due a minute before expiry, or at half of a short life")
    func expiry() throws {
        let plugin = ExecPlugin(
            apiVersion: Self.version, command: "p", arguments: [], environment: [:],
            now: { Timestamp(secondsSince1970: 1_000_000) })
        for (life, fresh) in [(3600, 3540), (120, 60), (30, 15), (0, 0), (-5, 0)] as [(Int64, Int64)] {
            let expiry = Timestamp(secondsSince1970: 1_000_000 + life).rfc3339
            let loaded = try plugin.read(reply(["token": "t", "expirationTimestamp": .string(expiry)]))
            #expect(loaded.freshFor == .seconds(fresh))
            #expect(loaded.goodFor == .seconds(max(0, life)))
        }
    }

    @Test("a client certificate is taken with its key only")
    func certificate() throws {
        let authority = try TestAuthority(notBefore: 0, notAfter: 4_000_000_000)
        var request = CertificateRequest(commonName: "jane", notBefore: 0, notAfter: 4_000_000_000)
        request.purpose = .client
        let issued = try authority.issue(request)
        let other = try authority.issue(request)
        let plugin = ExecPlugin(apiVersion: Self.version, command: "p", arguments: [], environment: [:])
        func status(_ chain: [UInt8]?, _ key: [UInt8]?) -> JSONValue {
            var members = JSONObject()
            members["clientCertificateData"] = chain.map { .string(String(decoding: $0, as: UTF8.self)) }
            members["clientKeyData"] = key.map { .string(String(decoding: $0, as: UTF8.self)) }
            return .object(members)
        }
        let loaded = try plugin.read(reply(status(issued.chainPEM, issued.privateKeyPEM)))
        #expect(loaded.credentials.clientCertificate?.chain == issued.chainPEM)
        for bad in [
            status(issued.chainPEM, nil), status(nil, issued.privateKeyPEM),
            status(issued.chainPEM, other.privateKeyPEM),
            status([], []), [:], ["token": ""], ["token": "t", "expirationTimestamp": "soon"],
        ] {
            #expect(throws: CredentialError.self) { _ = try plugin.read(reply(bad)) }
        }
        #expect(throws: CredentialError.self) {
            _ = try plugin.read(
                Array(
                    #"{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"t"}}"#
                        .utf8))
        }
    }
}
