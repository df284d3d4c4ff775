import AccessPointAPI
import JSONValue
import KubeClient
import KubeModel
import Rendering
import Testing
import TrafficModel
import X509Tools

@testable import Operator

/// The answer that is kept of a member; the check of references below has one of the same name.
typealias FactAnswer = Operator.FactAnswer

/// One target in a test: a template, what lives in the member, and what was read there.
struct EvidenceScene {
    static let uid = "0d0c5a43-0000-4000-8000-000000000001"
    static let now = Timestamp(secondsSince1970: 1_800_000_000)
    static let vip = ObjectKey(namespace: "istio-ingress", name: "checkout-vip")
    static let route = ObjectKey(namespace: "shop", name: "checkout")
    static let secret = ObjectKey(namespace: "istio-ingress", name: "checkout-tls")
    /// What others have beside its Gateway and VirtualService.
    static let neighbours: [FactQuery] = [
        .foreign(.gateway, namespace: "istio-ingress"), .foreign(.gateway, namespace: "shop"),
        .foreign(.virtualService, namespace: "shop"), .foreignBindings,
    ]
    static let backend = FactQuery.object(.service, ObjectKey(namespace: "shop", name: "backend"))

    var template: [TemplateEntry]
    var isComplete = true
    var addressRanges: [AddressRange] = []
    var zoneHasOneCluster = true
    var facts: [FactQuery: FactAnswer] = [:]
    /// Changes to the live objects, by template entry; nil takes the object away.
    var changes: [String: @Sendable (inout JSONValue) -> Void] = [:]
    var absent: Set<String> = []
    var now = Self.now
    var warningSeconds: Int64 = 604_800
    /// Hashes that the revisions of the host render.
    var knownHashes: Set<String> = []
    /// How VIPs are looked at, and what was seen there.
    var probe: ProbePolicy?
    var seen: @Sendable (ProbeQuery) -> Verdict? = { _ in nil }

    /// The Service, Gateway and VirtualService of a shop; everything is in order.
    static func shop(_ answer: FactAnswer? = nil) throws -> EvidenceScene {
        var scene = EvidenceScene(template: [
            entry("vip", vipService), entry("gateway", gateway), entry("route", virtualService),
        ])
        scene.changes["vip"] = { $0.set([["ip": "198.51.100.10"]], at: ["status", "loadBalancer", "ingress"]) }
        scene.facts[.secret(secret)] = try answer ?? TestSecrets.answer()
        scene.facts[backend] = .objects([["spec": ["ports": [["port": 8080]]]]])
        for query in neighbours { scene.facts[query] = .objects([]) }
        return scene
    }

    func set() throws -> RenderedSet {
        let renderer = Renderer(
            identity: RenderIdentity(namespace: "shop", name: "checkout", uid: Self.uid, hub: "h"),
            spec: AccessPointSpec(scope: Scope(), trafficTemplate: template),
            options: RenderOptions(gatewayNamespaces: ["istio-ingress"]))
        let rendering = renderer.render(TargetFacts(name: "c1", region: "r", availabilityZone: "z"))
        return try #require(rendering.set, "\(rendering.problems)")
    }

    func evidence() throws -> TargetEvidence {
        let set = try set()
        return TargetEvidence.collect(
            set: set, live: { live($0, $1, in: set) }, isComplete: isComplete, facts: facts,
            addressRanges: addressRanges, zoneHasOneCluster: zoneHasOneCluster, gatewayNamespaces: ["istio-ingress"],
            now: now,
            certificateWarningSeconds: warningSeconds, isKnown: { knownHashes.contains($1) },
            probes: { references, evidence in
                guard let probe else { return ProbeFindings() }
                let plan = ProbePlan(probe, references, evidence, since: "1-a")
                var answers: [ProbeQuery: Verdict] = [:]
                for query in plan.queries { answers[query] = seen(query) }
                return ProbeFindings(plan: plan, answers: answers)
            })
    }

    /// What is looked at.
    func plan() throws -> ProbePlan {
        let references = References(try set().objects.map(\.traffic))
        return ProbePlan(probe ?? ProbePolicy(), references, try evidence(), since: "1-a")
    }

    /// The object as the member stores it.
    private func live(_ kind: TrafficKind, _ key: ObjectKey, in set: RenderedSet) -> KubeObject? {
        guard let object = set.objects.first(where: { $0.kind == kind && $0.key == key }),
            !absent.contains(object.template)
        else { return nil }
        var json = object.body
        json.set(.string("uid-\(object.template)"), at: ["metadata", "uid"])
        json.set("41", at: ["metadata", "resourceVersion"])
        changes[object.template]?(&json)
        return KubeObject(lenient: json)
    }
}

// The objects of the template.
extension EvidenceScene {
    static func entry(_ name: String, _ object: JSONValue) -> TemplateEntry {
        TemplateEntry(name: name, object: object)
    }

    static let vipService: JSONValue = [
        "apiVersion": "v1", "kind": "Service", "metadata": ["name": "checkout-vip", "namespace": "istio-ingress"],
        "spec": [
            "type": "LoadBalancer", "selector": ["istio": "ingressgateway"],
            "ports": [["name": "https", "port": 443, "targetPort": 8443]],
        ],
    ]

    static let gateway: JSONValue = [
        "apiVersion": "networking.istio.io/v1", "kind": "Gateway", "metadata": ["name": "checkout"],
        "spec": [
            "selector": ["istio": "ingressgateway"],
            "servers": [
                [
                    "port": ["number": 8443, "name": "https", "protocol": "HTTPS"],
                    "tls": ["mode": "SIMPLE", "credentialName": "checkout-tls"], "hosts": ["checkout.example.com"],
                ]
            ],
        ],
    ]

    static let virtualService: JSONValue = [
        "apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": ["name": "checkout"],
        "spec": [
            "hosts": ["checkout.example.com"], "gateways": ["checkout"],
            "http": [["route": [["destination": ["host": "backend", "port": ["number": 8080]]]]]],
        ],
    ]
}

/// TLS Secrets as a certification authority's customers store them.
enum TestSecrets {
    static let year: Int64 = 31_536_000

    static func authority() throws -> TestAuthority {
        let now = EvidenceScene.now.secondsSince1970
        return try TestAuthority(notBefore: now - year, notAfter: now + 10 * year)
    }

    /// A server certificate that is valid from and to so many seconds from now.
    static func issue(
        names: [String] = ["checkout.example.com"], from: Int64 = -86_400, to: Int64 = 90 * 86_400
    ) throws -> IssuedCertificate {
        let now = EvidenceScene.now.secondsSince1970
        var request = CertificateRequest(commonName: "checkout", notBefore: now + from, notAfter: now + to)
        request.dnsNames = names
        return try authority().issue(request)
    }

    static func secret(_ data: JSONObject) -> KubeObject {
        KubeObject(
            lenient: [
                "metadata": ["name": "checkout-tls", "namespace": "istio-ingress", "resourceVersion": "7"],
                "data": .object(data),
            ])
    }

    static func secret(certificate: [UInt8], key: [UInt8]) -> KubeObject {
        secret(["tls.crt": .string(Base64.encode(certificate)), "tls.key": .string(Base64.encode(key))])
    }

    static func answer(
        names: [String] = ["checkout.example.com"], from: Int64 = -86_400, to: Int64 = 90 * 86_400
    ) throws -> FactAnswer {
        let issued = try issue(names: names, from: from, to: to)
        let secret = secret(certificate: issued.chainPEM, key: issued.privateKeyPEM)
        return .found([secret], for: .secret(EvidenceScene.secret))
    }
}
