import AccessPointAPI
import JSONValue
import KubeModel
import Rollout
import Testing
import TrafficModel
import X509Tools

@testable import Operator

@Suite("Evidence: what cert-manager says of a certificate")
struct IssuanceTests {
    private static let key = ObjectKey(namespace: "istio-ingress", name: "checkout")
    private static let query = FactQuery.certificate(key)
    private static let now = EvidenceScene.now
    private static let past = now.adding(seconds: -60).rfc3339
    private static let future = now.adding(seconds: 86_400).rfc3339

    /// A Certificate of cert-manager.
    private static func certificate(
        ready: String? = "True", issuing: String? = nil, renewal: String? = future, hasFailed: Bool = false,
        secret: String = "checkout-tls", since: String = "2026-11-28T06:00:00Z"
    ) -> KubeObject {
        var conditions: [JSONValue] = []
        for (type, status, reason) in [("Ready", ready, "Expired"), ("Issuing", issuing, "Failed")] {
            guard let status else { continue }
            conditions.append([
                "type": .string(type), "status": .string(status), "reason": .string(reason),
                "message": "order is\u{1b}invalid", "lastTransitionTime": .string(since),
            ])
        }
        var status: JSONObject = ["conditions": .array(conditions)]
        status["renewalTime"] = renewal.map { .string($0) }
        if hasFailed { status["lastFailureTime"] = "2026-11-28T06:00:00Z" }
        return KubeObject(
            lenient: [
                "metadata": ["name": "checkout", "namespace": "istio-ingress"],
                "spec": ["secretName": .string(secret)], "status": .object(status),
            ])
    }

    /// The shop, whose Secret cert-manager fills with a certificate that ends in so many seconds.
    private func scene(
        _ answer: FactAnswer?, names: [String] = ["checkout.example.com"], to: Int64 = 90 * 86_400,
        annotation: String = "checkout"
    ) throws -> EvidenceScene {
        let issued = try TestSecrets.issue(names: names, to: to)
        var secret = TestSecrets.secret(certificate: issued.chainPEM, key: issued.privateKeyPEM)
        secret.setAnnotation("cert-manager.io/certificate-name", to: annotation)
        var scene = try EvidenceScene.shop(.found([secret], for: .secret(EvidenceScene.secret)))
        scene.facts[Self.query] = answer
        return scene
    }

    private func answer(_ certificate: KubeObject) -> FactAnswer { .found([certificate], for: Self.query) }

    private func queries(_ scene: EvidenceScene) throws -> Set<FactQuery> {
        TargetEvidence.queries(of: try scene.set(), facts: scene.facts, gatewayNamespaces: ["istio-ingress"])
    }

    @Test(
        "a good certificate is in trouble if cert-manager fails, or is late",
        arguments: [
            (certificate(), nil), (certificate(issuing: "True"), nil),
            (certificate(ready: "False", issuing: "True"), nil), (certificate(ready: nil), nil),
            (certificate(ready: nil, renewal: nil), nil), (certificate(renewal: past), nil),
            (certificate(issuing: "False", hasFailed: true), "could not be issued: Failed: order is invalid"),
            (certificate(issuing: "True", hasFailed: true), "could not be issued"),
            (certificate(ready: "False"), "is not ready: Expired: order is invalid"),
            (certificate(ready: "False", renewal: nil), "is not ready: Expired: order is invalid"),
            (
                certificate(ready: "False", issuing: "True", renewal: past),
                "was to be renewed at \(past) and is not ready: Expired: order is invalid"
            ),
            (certificate(ready: nil, renewal: past), "was to be renewed at \(past) and is not ready"),
        ] as [(KubeObject, String?)])
    func trouble(_ certificate: KubeObject, _ words: String?) throws {
        let evidence = try scene(answer(certificate)).evidence()
        let found = try #require(evidence.certificates.first)
        #expect(found.state == (words == nil ? .ready : .renewalFailed))
        #expect(
            found.message
                == (words.map {
                    "Secret istio-ingress/checkout-tls: cert-manager's Certificate istio-ingress/checkout \($0)"
                } ?? ""))
        // It still serves: a warning, which closes nothing.
        #expect(evidence.certificatesReady?.status == .true && evidence.finding == .good)
        #expect(evidence.certificateWarning?.reason == (words == nil ? nil : .renewalFailed))
        #expect(ReasonCode.renewalFailed.isWarning)
    }

    @Test(
        "of a certificate that ends soon is told what is to be expected",
        arguments: [
            (certificate(), "cert-manager renews it at \(future)"),
            (certificate(issuing: "True", renewal: past), "cert-manager is renewing it"),
            (certificate(renewal: past), "cert-manager was to renew it at \(past), and has not begun"),
            (certificate(renewal: nil), "renew it"),
            (
                certificate(issuing: "False", renewal: past, hasFailed: true),
                "cert-manager's Certificate istio-ingress/checkout could not be issued: Failed: order is invalid"
            ),
        ] as [(KubeObject, String)])
    func endingSoon(_ certificate: KubeObject, _ words: String) throws {
        let found = try #require(try scene(answer(certificate), to: 86_400).evidence().certificates.first)
        let end = Self.now.adding(seconds: 86_400).rfc3339
        #expect(found.state == .expiringSoon)
        #expect(found.message == "Secret istio-ingress/checkout-tls: the certificate ends \(end); \(words)")
    }

    @Test("what is wrong with a certificate stays wrong, and cert-manager's words explain it")
    func explained() throws {
        let failing = answer(Self.certificate(ready: "False", issuing: "False", hasFailed: true))
        for (scene, state) in [
            (try scene(failing, to: -60), CertificateEvidence.State.expired),
            (try scene(failing, names: ["other.example.com"]), .hostNotCovered),
        ] {
            let found = try #require(try scene.evidence().certificates.first)
            #expect(found.state == state)
            #expect(found.message.hasSuffix("could not be issued: Failed: order is invalid"))
        }
        let fine = try scene(answer(Self.certificate()), to: -60).evidence()
        #expect(fine.certificates.first?.message.hasSuffix("; renew it") == true)
    }

    @Test("the time of the renewal is listed with the certificate")
    func listed() throws {
        let entry = try #require(try scene(answer(Self.certificate())).evidence().targetCertificates.first)
        #expect(entry.namespace == "istio-ingress" && entry.name == "checkout-tls")
        #expect(entry.renewalTime?.rfc3339 == Self.future && entry.ready == true && entry.reason == "SecretReady")
        #expect(entry.hosts == ["checkout.example.com"] && !entry.version.isEmpty && entry.notAfter != nil)
    }

    @Test("the Certificate is asked for once the Secret has named it, and the evidence waits for the first answer")
    func asked() throws {
        var scene = try scene(nil)
        #expect(try queries(scene).contains(Self.query))
        #expect(try !scene.evidence().isWhole)
        for silent in [.notFound, .unreadable("forbidden")] as [FactAnswer] {
            scene.facts[Self.query] = silent
            let evidence = try scene.evidence()
            #expect(evidence.isWhole && evidence.certificates.map(\.state) == [.ready])
            #expect(evidence.certificates.first?.renewalTime == nil)
        }
        scene.facts[.secret(EvidenceScene.secret)] = .notFound
        #expect(try !queries(scene).contains(Self.query))
        #expect(try scene.evidence().certificates.map(\.state) == [.missing])
        let plain = try EvidenceScene.shop()
        #expect(try queries(plain) == queries(scene) && plain.evidence().isWhole)
    }

    @Test("a name that is none is not asked for", arguments: ["", "../secrets/x", "A", "a/b"])
    func hostileName(_ name: String) throws {
        let asked = try queries(try scene(nil, annotation: name))
        #expect(!asked.contains { if case .certificate = $0 { true } else { false } })
    }

    @Test("the Certificate of another Secret says nothing of a copy")
    func copy() throws {
        let other = Self.certificate(ready: "False", secret: "origin-tls")
        let found = try #require(try scene(answer(other)).evidence().certificates.first)
        #expect(found.state == .ready && found.renewalTime == nil)
    }

    @Test("two answers are equal if nothing but times of transitions has changed")
    func equality() {
        var later = Self.certificate(ready: "False", since: "2026-11-28T07:00:00Z")
        later.json.set(7, at: ["status", "revision"])
        #expect(answer(later) == answer(Self.certificate(ready: "False")))
        #expect(answer(later) != answer(Self.certificate()))
    }
}
