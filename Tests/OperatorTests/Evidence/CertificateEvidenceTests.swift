import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import Rollout
import Testing
import TrafficModel
import X509Tools

@testable import Operator

@Suite("Evidence: certificates of a target")
struct CertificateEvidenceTests {
    private static let day: Int64 = 86_400

    private func only(_ scene: EvidenceScene) throws -> CertificateEvidence {
        let evidence = try scene.evidence()
        try #require(evidence.certificates.count == 1)
        return try #require(evidence.certificates.first)
    }

    @Test("a certificate that fits its key and covers its hosts is ready, with its version")
    func ready() throws {
        let issued = try TestSecrets.issue()
        let secret = TestSecrets.secret(certificate: issued.chainPEM, key: issued.privateKeyPEM)
        let found = try only(EvidenceScene.shop(.found([secret], for: .secret(EvidenceScene.secret))))
        let leaf = try #require(Certificate.chain(pem: issued.certificatePEM).first)
        #expect(found.state == .ready && found.message.isEmpty)
        #expect(found.version == String(leaf.fingerprint.prefix(12)))
        #expect(found.serial == leaf.serial)
        #expect(found.notAfter == Timestamp(secondsSince1970: leaf.notAfter))
        #expect(found.namespace == "istio-ingress" && found.hosts == ["checkout.example.com"])
    }

    /// From, to (days from now), names, and the state.
    @Test(
        "the dates and names of a certificate decide",
        arguments: [
            (-30, 90, ["checkout.example.com"], .ready),
            (-30, 90, ["*.example.com"], .ready),
            (-30, 90, ["other.example.com", "checkout.example.com"], .ready),
            (-30, -1, ["checkout.example.com"], .expired),
            (1, 90, ["checkout.example.com"], .notYetValid),
            (-30, 90, ["other.example.com"], .hostNotCovered),
            (-30, 90, ["*.checkout.example.com"], .hostNotCovered),
            (-30, 90, [], .hostNotCovered),
            (-30, 7, ["checkout.example.com"], .expiringSoon),
            (-30, 8, ["checkout.example.com"], .ready),
            (-30, -1, ["other.example.com"], .expired),
        ] as [(Int64, Int64, [String], CertificateEvidence.State)])
    func validity(_ from: Int64, _ to: Int64, _ names: [String], _ state: CertificateEvidence.State) throws {
        let answer = try TestSecrets.answer(names: names, from: from * Self.day, to: to * Self.day)
        let scene = try EvidenceScene.shop(answer)
        let found = try only(scene)
        #expect(found.state == state, "\(found.message)")
        switch found.isReady {
        case true?: #expect(try scene.evidence().finding == .good)
        case false?:
            guard case .bad = try scene.evidence().finding else { return #expect(Bool(false)) }
        case nil: #expect(Bool(false))
        }
    }

    @Test("a certificate serves through its last second and no longer")
    func lastSecond() throws {
        var scene = try EvidenceScene.shop(TestSecrets.answer(to: Self.day))
        scene.now = EvidenceScene.now.adding(seconds: Self.day)
        #expect(try only(scene).state == .expiringSoon)
        scene.now = EvidenceScene.now.adding(seconds: Self.day + 1)
        #expect(try only(scene).state == .expired)
    }

    @Test("a certificate that ends soon is told, but closes no gate")
    func expiringSoon() throws {
        let evidence = try EvidenceScene.shop(TestSecrets.answer(to: 6 * Self.day)).evidence()
        #expect(evidence.certificateWarning?.reason == .expiringSoon)
        #expect(evidence.certificatesReady?.status == .true)
        #expect(evidence.finding == .good)
    }

    @Test("a chain out of order is told, and closes no gate; one whose first certificate is another's does not serve")
    func chainOrder() throws {
        let root = try TestSecrets.authority()
        let now = EvidenceScene.now.secondsSince1970
        let middle = try root.intermediate(
            commonName: "Middle", notBefore: now - Self.day, notAfter: now + 300 * Self.day)
        var request = CertificateRequest(
            commonName: "checkout", notBefore: now - Self.day, notAfter: now + 90 * Self.day)
        request.dnsNames = ["checkout.example.com"]
        let issued = try middle.issue(request)
        func evidence(_ chain: [UInt8]) throws -> TargetEvidence {
            let secret = TestSecrets.secret(certificate: chain, key: issued.privateKeyPEM)
            return try EvidenceScene.shop(.found([secret], for: .secret(EvidenceScene.secret))).evidence()
        }
        #expect(try evidence(issued.chainPEM + root.certificatePEM).certificateWarning == nil)
        let gap = try evidence(issued.certificatePEM + root.certificatePEM)
        #expect(gap.certificates.map(\.state) == [.chainBroken])
        #expect(gap.certificateWarning?.reason == .chainBroken && gap.certificateWarning?.reason.isWarning == true)
        #expect(gap.certificateWarning?.message.contains("certificate 1 of the chain") == true)
        #expect(gap.certificatesReady?.status == .true && gap.finding == .good)
        let swapped = try evidence(middle.certificatePEM + issued.certificatePEM)
        #expect(swapped.certificates.map(\.state) == [.keyMismatch])
        #expect(swapped.certificatesReady?.message.contains("certificate 2 of the chain: put that one first") == true)
    }

    @Test("the data may have the names of either layout; those that Istio looks for first count")
    func layouts() throws {
        let (good, other) = (try TestSecrets.issue(), try TestSecrets.issue())
        func data(_ issued: IssuedCertificate, _ certificate: String, _ key: String) -> [(String, JSONValue)] {
            [
                (certificate, .string(Base64.encode(issued.chainPEM))),
                (key, .string(Base64.encode(issued.privateKeyPEM))), ("cacert", "AA=="),
            ]
        }
        let generic = data(good, "cert", "key")
        for members in [
            generic, data(good, "tls.crt", "tls.key"), generic + data(other, "tls.crt", "tls.key").dropLast(),
        ] {
            let secret = TestSecrets.secret(JSONObject(members))
            let found = try only(EvidenceScene.shop(.found([secret], for: .secret(EvidenceScene.secret))))
            let leaf = try #require(Certificate.chain(pem: good.certificatePEM).first)
            #expect(found.state == .ready && found.serial == leaf.serial)
        }
    }

    @Test("the key of another certificate is a mismatch")
    func mismatch() throws {
        let (one, other) = (try TestSecrets.issue(), try TestSecrets.issue())
        let secret = TestSecrets.secret(certificate: one.chainPEM, key: other.privateKeyPEM)
        let scene = try EvidenceScene.shop(.found([secret], for: .secret(EvidenceScene.secret)))
        #expect(try only(scene).state == .keyMismatch)
        guard case .bad = try scene.evidence().finding else { return #expect(Bool(false)) }
    }

    @Test(
        "a Secret without usable data is told with the name of the data",
        arguments: [
            ([:], "neither data tls.crt and tls.key nor cert and key"),
            (["tls.crt": "", "tls.key": ""], "data tls.crt is empty or not base64"),
            (["tls.crt": "!", "tls.key": "AA=="], "data tls.crt is empty or not base64"),
            (["tls.crt": "AA==", "tls.key": "AA=="], "data tls.crt"),
            (["cert": "AA==", "key": "AA==", "tls.crt": "AA==", "tls.key": "AA=="], "data cert"),
        ] as [(JSONObject, String)])
    func invalid(_ data: JSONObject, _ words: String) throws {
        let answer = FactAnswer.found([TestSecrets.secret(data)], for: .secret(EvidenceScene.secret))
        let found = try only(EvidenceScene.shop(answer))
        #expect(found.state == .invalidKeys)
        #expect(found.message.contains(words), "\(found.message)")
    }

    @Test("a Secret that does not exist is bad; one that cannot be read, or was not yet, is unknown")
    func unread() throws {
        #expect(try only(EvidenceScene.shop(.notFound)).state == .missing)
        #expect(try only(EvidenceScene.shop(.unreadable("forbidden"))).state == .unreadable)
        var scene = try EvidenceScene.shop()
        scene.facts[.secret(EvidenceScene.secret)] = nil
        let found = try only(scene)
        #expect(found.state == .unreadable && found.message.contains("has not been read yet"))
        guard case .cannotTell = try scene.evidence().finding else { return #expect(Bool(false)) }
    }

    private func gateway(_ tls: JSONValue, selector: JSONValue = ["istio": "ingressgateway"]) throws -> EvidenceScene {
        var scene = try EvidenceScene.shop()
        var gateway = EvidenceScene.gateway
        var server = try #require(gateway.value("spec", "servers")?[0])
        server["tls"] = tls
        gateway.set([server], at: ["spec", "servers"])
        gateway.set(selector, at: ["spec", "selector"])
        scene.template[1] = EvidenceScene.entry("gateway", gateway)
        return scene
    }

    @Test(
        "where the certificate comes from decides what can be told",
        arguments: [
            (["mode": "SIMPLE", "credentialName": "kubernetes://checkout-tls"], .ready),
            (["mode": "SIMPLE", "credentialName": "kubernetes://istio-ingress/checkout-tls"], .ready),
            (["mode": "SIMPLE", "credentialName": "kubernetes://shop/checkout-tls"], .denied),
            (["mode": "SIMPLE", "credentialName": "sds://vault"], .elsewhere),
            (["mode": "PASSTHROUGH", "credentialName": "checkout-tls"], nil),
            (["mode": "MUTUAL", "credentialName": "checkout-tls", "caCertCredentialName": "ca-cacert"], .unreadable),
            (["mode": "MUTUAL", "credentialName": "checkout-tls", "caCertCredentialName": "ca"], .authorityMissing),
            (["mode": "SIMPLE", "credentialName": "checkout-tls", "caCertCredentialName": "clients"], .ready),
            (
                ["mode": "MUTUAL", "credentialName": "checkout-tls", "caCertCredentialName": "configmap://shop/ca"],
                .ready
            ),
        ] as [(JSONValue, CertificateEvidence.State?)])
    func sources(_ tls: JSONValue, _ state: CertificateEvidence.State?) throws {
        let evidence = try gateway(tls).evidence()
        #expect(evidence.certificates.map(\.state) == (state.map { [$0] } ?? []))
        #expect((evidence.certificatesReady == nil) == (state == nil))
    }

    /// An authority for clients, as a Secret may hold it.
    enum Authority: Sendable {
        case none, good, ended, late, text, noBase64, many

        func data() throws -> JSONValue? {
            let now = EvidenceScene.now.secondsSince1970
            func pem(_ end: Int64) throws -> [UInt8] {
                try TestAuthority(notBefore: now - 10 * day, notAfter: now + end).certificatePEM
            }
            let bytes: [UInt8]? =
                switch self {
                case .none: nil
                case .good: try pem(0)
                case .ended: try pem(-1)
                case .late: try pem(-1) + pem(day)
                case .text: Array("canary".utf8)
                case .noBase64: []
                case .many: Array([[UInt8]](repeating: try pem(day), count: 70).joined())
                }
            if case .noBase64 = self { return "%" }
            return bytes.map { .string(Base64.encode($0)) }
        }
    }

    private static let beside = FactQuery.secret(ObjectKey(namespace: "istio-ingress", name: "checkout-tls-cacert"))

    /// A server that asks its clients for certificates, and an authority in the Secret of its own.
    private func asking(_ own: Authority, _ tls: JSONValue = ["mode": "MUTUAL"]) throws -> EvidenceScene {
        var named = tls
        named["credentialName"] = "checkout-tls"
        var scene = try gateway(named)
        let issued = try TestSecrets.issue()
        var data: JSONObject = [
            "tls.crt": .string(Base64.encode(issued.chainPEM)), "tls.key": .string(Base64.encode(issued.privateKeyPEM)),
        ]
        data["ca.crt"] = try own.data()
        scene.facts[.secret(EvidenceScene.secret)] = .found(
            [TestSecrets.secret(data)], for: .secret(EvidenceScene.secret))
        return scene
    }

    /// The authority in the Secret of the certificate, the one in the Secret beside it (nil: there is no such Secret),
    /// the state and words of the message.
    @Test(
        "clients' certificates are judged by the authority that Istio takes, and without one nobody is served",
        arguments: [
            (.none, nil, .authorityMissing, "data ca.crt, or in a Secret checkout-tls-cacert beside it"),
            (.good, nil, .ready, ""), (.none, .good, .ready, ""), (.good, Authority.none, .authorityMissing, "ca.crt"),
            (.ended, nil, .authorityInvalid, "ended 2027-01-15T07:59:59Z"), (.late, nil, .ready, ""),
            (.text, nil, .authorityInvalid, "data ca.crt: cannot read the certificate"),
            (.noBase64, nil, .authorityInvalid, "data ca.crt is not base64"),
            (.good, .text, .authorityInvalid, "cacert"),
            (.many, nil, .ready, ""),
        ] as [(Authority, Authority?, CertificateEvidence.State, String)])
    func authority(
        _ own: Authority, _ beside: Authority?, _ state: CertificateEvidence.State, _ words: String
    ) throws {
        var scene = try asking(own)
        let other = Self.beside
        #expect(try only(scene).state == .unreadable)
        #expect(try only(scene).message.contains("checkout-tls-cacert has not been read yet"))
        var authority = JSONObject()
        authority["cacert"] = try beside?.data()
        scene.facts[other] = beside == nil ? .notFound : .found([TestSecrets.secret(authority)], for: other)
        let found = try only(scene)
        #expect(found.state == state, "\(found.message)")
        #expect(found.message.contains(words), "\(found.message)")
        #expect(!found.message.contains("canary"))
        let evidence = try scene.evidence()
        #expect(evidence.certificatesReady?.status == (state == .ready ? .true : .false))
        #expect((evidence.references?.reason == .authorityMissing) == (state == .authorityMissing))
    }

    /// The authority in the Secret of the certificate, and the state.
    @Test(
        "a Secret beside that may not be read is taken for none where the certificate's own holds a good authority",
        arguments: [
            (.good, .ready), (.late, .ready), (.many, .ready), (.none, .unreadable), (.ended, .unreadable),
            (.text, .unreadable),
        ] as [(Authority, CertificateEvidence.State)])
    func hiddenAuthority(_ own: Authority, _ state: CertificateEvidence.State) throws {
        var scene = try asking(own)
        scene.facts[Self.beside] = .denied("forbidden")
        let found = try only(scene)
        #expect(found.state == state, "\(found.message)")
        // What only could not be read now may be there, and be bad.
        scene.facts[Self.beside] = .unreadable("no answer")
        #expect(try only(scene).state == .unreadable)
        scene.facts[Self.beside] = .denied("forbidden")
        let words = "Secret istio-ingress/checkout-tls-cacert cannot be read: forbidden; grant get on it"
        #expect(found.message.hasPrefix(words) == (state == .unreadable), "\(found.message)")
    }

    @Test("of two servers of one Secret the one without an authority decides, in whatever order they stand")
    func worstServer() throws {
        var scene = try asking(.none)
        scene.facts[Self.beside] = .denied("forbidden")
        let server = try #require(scene.template[1].object.value("spec", "servers")?[0])
        var second = server
        second.set("clients", at: ["tls", "caCertCredentialName"])
        for servers in [[server, second], [second, server]] {
            scene.template[1].object.set(.array(servers), at: ["spec", "servers"])
            #expect(try only(scene).state == .authorityMissing)
        }
    }

    @Test(
        "an authority that has ended keeps those out that show a certificate, unless they need none it vouches for",
        arguments: [
            (["mode": "MUTUAL"], .authorityInvalid), (["mode": "OPTIONAL_MUTUAL"], .authorityExpired),
            (["mode": "MUTUAL", "insecureSkipVerify": false], .authorityInvalid),
            (["mode": "MUTUAL", "insecureSkipVerify": true], .authorityExpired),
        ] as [(JSONValue, CertificateEvidence.State)])
    func authorityEnded(_ tls: JSONValue, _ state: CertificateEvidence.State) throws {
        var scene = try asking(.ended, tls)
        scene.facts[Self.beside] = .notFound
        let evidence = try scene.evidence()
        let isWarning = state == .authorityExpired
        #expect(evidence.certificates.map(\.state) == [state])
        #expect(evidence.isInService == isWarning)
        #expect(evidence.certificateWarning?.reason == (isWarning ? .authorityExpired : nil))
        #expect(evidence.certificateWarning?.reason.isWarning != false)
    }

    @Test("hosts of all servers that name a Secret must be covered")
    func severalServers() throws {
        var scene = try EvidenceScene.shop(TestSecrets.answer(names: ["checkout.example.com"]))
        var gateway = EvidenceScene.gateway
        let server = try #require(gateway.value("spec", "servers")?[0])
        var second = server
        second.set(["shop/pay.example.com"], at: ["hosts"])
        second.set("https-pay", at: ["port", "name"])
        gateway.set([server, second], at: ["spec", "servers"])
        scene.template[1] = EvidenceScene.entry("gateway", gateway)
        let found = try only(scene)
        #expect(found.hosts == ["checkout.example.com", "pay.example.com"])
        #expect(found.state == .hostNotCovered)
        #expect(found.message.contains("pay.example.com"))
    }

    @Test("a Gateway that no Service selects leaves the namespace unknown until the gateway namespaces were read")
    func namespace() throws {
        var scene = try gateway(
            ["mode": "SIMPLE", "credentialName": "checkout-tls"], selector: ["istio": "other"])
        let services = FactQuery.list(.service, namespace: "istio-ingress")
        #expect(try only(scene).state == .namespaceUnknown)
        scene.facts[services] = .unreadable("forbidden")
        #expect(try only(scene).message.contains("cannot be read: forbidden"))
        scene.facts[services] = .objects([])
        #expect(try only(scene).state == .namespaceUnknown)
        let service: JSONValue = [
            "metadata": ["name": "gw", "namespace": "istio-ingress", "resourceVersion": "1"],
            "spec": ["selector": ["istio": "other", "app": "gw"]],
        ]
        scene.facts[services] = .found([KubeObject(lenient: service)], for: services)
        #expect(try only(scene).state == .ready)
    }
}
