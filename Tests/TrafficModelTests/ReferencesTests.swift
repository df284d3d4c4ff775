import JSONValue
import KubeModel
import Testing
import TrafficModel

@Suite struct ReferencesTests {
    private let web = ObjectKey(namespace: "shop", name: "web")

    private func route(_ spec: JSONValue) -> VirtualServiceReferences {
        VirtualServiceReferences(["spec": spec], key: web, clusterDomain: "cluster.local")
    }

    /// `resolveGatewayName` of Istio's `pilot/pkg/model/config.go`.
    @Test(
        "a gateway's name is resolved as in Istio",
        arguments: [
            ("mesh", nil), ("gw", "shop/gw"), ("./gw", "shop/gw"), ("infra/gw", "infra/gw"),
            ("gw.infra", "infra/gw"), ("gw.infra.svc.cluster.local", "infra/gw"), ("shop/mesh", "shop/mesh"),
            ("infra/a.b", "infra/a.b"),
        ] as [(String, String?)])
    func gatewayNames(text: String, expected: String?) {
        switch GatewayName(text, namespace: "shop") {
        case .mesh: #expect(expected == nil)
        case .gateway(let key): #expect(key.description == expected)
        }
    }

    @Test("without gateways a VirtualService belongs to the mesh")
    func mesh() {
        #expect(route(["hosts": ["a"]]).isInMesh)
        #expect(route(["hosts": ["a"], "gateways": []]).gatewayKeys.isEmpty)
        #expect(!route(["hosts": ["a"], "gateways": ["gw"]]).isInMesh)
        #expect(route(["hosts": ["a"], "gateways": ["mesh", "gw"]]).gatewayKeys.map(\.value.name) == ["gw"])
    }

    @Test("every destination of a VirtualService is found, with its place")
    func destinations() {
        let found = route([
            "hosts": ["shop.example.com", "web"],
            "http": [
                [
                    "match": [["gateways": ["./inner"]]],
                    "route": [
                        ["destination": ["host": "web", "port": ["number": 80], "subset": "v1"]],
                        ["destination": ["host": "pay.example.com"]],
                    ],
                    "mirror": ["host": "shadow"], "mirrors": [["destination": ["host": "shadow.other"]]],
                ],
                ["delegate": ["name": "part", "namespace": "parts"]], ["delegate": ["name": "near"]],
            ],
            "tls": [["route": [["destination": ["host": "tls", "port": ["number": 443.0]]]]]],
            "tcp": [["route": [["destination": ["host": "tcp"]]]]],
        ])
        #expect(found.hosts.map(\.value.text) == ["shop.example.com", "web.shop.svc.cluster.local"])
        #expect(
            found.destinations.map { "\($0.pointer.fieldPath) \($0.value.host)" } == [
                "spec.http[0].route[0].destination web.shop.svc.cluster.local",
                "spec.http[0].route[1].destination pay.example.com",
                "spec.http[0].mirror shadow.shop.svc.cluster.local",
                "spec.http[0].mirrors[0].destination shadow.other",
                "spec.tls[0].route[0].destination tls.shop.svc.cluster.local",
                "spec.tcp[0].route[0].destination tcp.shop.svc.cluster.local",
            ])
        #expect(found.destinations.map(\.value.port) == [80, nil, nil, nil, 443, nil])
        #expect(found.destinations.map(\.value.subset) == ["v1", nil, nil, nil, nil, nil])
        #expect(found.delegates.map(\.value.description) == ["parts/part", "shop/near"])
        #expect(found.matchGateways.map(\.value) == [.gateway(ObjectKey(namespace: "shop", name: "inner"))])
        #expect(found.unreadable.isEmpty)
    }

    @Test("a field of the wrong type is kept in mind, not skipped in silence")
    func unreadable() {
        let found = route([
            "hosts": [5], "gateways": "gw",
            "http": [["route": ["x"]], "y", ["mirror": ["host": ["a"], "port": ["number": "80"]]]],
        ])
        #expect(
            found.unreadable.map(\.fieldPath) == [
                "spec.hosts[0]", "spec.gateways", "spec.http[2].mirror.host", "spec.http[2].mirror.port.number",
            ])
        let gateway = GatewayReferences(["spec": ["servers": [["hosts": "a", "port": ["number": "x"]]]]], key: web)
        #expect(gateway.unreadable.map(\.fieldPath) == ["spec.servers[0].port.number", "spec.servers[0].hosts"])
    }

    @Test(
        "a server's host says which namespaces it serves",
        arguments: [
            ("shop.example.com", "other", true), ("*/shop.example.com", "other", true),
            ("./shop.example.com", "shop", true), ("./shop.example.com", "other", false),
            ("other/shop.example.com", "other", true), ("other/shop.example.com", "shop", false),
            ("*", "any", true), ("shop/*.example.com", "shop", true), ("*.example.org", "shop", false),
        ])
    func serverHosts(text: String, namespace: String, expected: Bool) {
        let gateway = GatewayReferences(["spec": ["servers": [["hosts": [.string(text)]]]]], key: web)
        #expect(gateway.serves(HostName("shop.example.com"), of: namespace) == expected)
    }

    @Test(
        "only a TLS mode that needs a certificate names Secrets",
        arguments: [
            (["mode": "SIMPLE", "credentialName": "a"], [.secret("a")]),
            (["mode": "MUTUAL", "credentialName": "a", "caCertCredentialName": "ca"], [.secret("a")]),
            (["mode": "SIMPLE", "credentialNames": ["rsa", "ecdsa"]], [.secret("rsa"), .secret("ecdsa")]),
            (["mode": "OPTIONAL_MUTUAL", "credentialName": "kubernetes://a"], [.secret("a")]),
            (
                ["mode": "SIMPLE", "credentialName": "infra/a"],
                [.qualified(ObjectKey(namespace: "infra", name: "a"))]
            ),
            (
                ["mode": "SIMPLE", "credentialName": "kubernetes-gateway://infra/a"],
                [.qualified(ObjectKey(namespace: "infra", name: "a"))]
            ),
            (["mode": "SIMPLE", "credentialName": "sds://vault"], [.elsewhere(scheme: "sds")]),
            (["mode": "SIMPLE"], []), (["mode": "SIMPLE", "credentialName": ""], []),
            (["mode": "ISTIO_MUTUAL", "credentialName": "a"], []),
            (["mode": "PASSTHROUGH", "credentialName": "a"], []),
            (["mode": "AUTO_PASSTHROUGH", "credentialName": "a"], []), (["credentialName": "a"], []),
        ] as [(JSONValue, [CredentialName])])
    func credentials(tls: JSONValue, expected: [CredentialName]) {
        let gateway = GatewayReferences(["spec": ["servers": [["tls": tls]]]], key: web)
        #expect(Set(gateway.servers.flatMap { $0.credentials.map(\.value) }) == Set(expected))
    }

    @Test("labels of a WorkloadEntry come from spec and metadata, and metadata wins")
    func workloads() {
        let entry = ServiceEntryReferences(
            ["spec": ["hosts": ["pay"], "ports": [["number": 443]], "workloadSelector": ["labels": ["up": "pay"]]]],
            key: web)
        func selects(_ spec: JSONValue, _ metadata: JSONValue, namespace: String = "shop") -> Bool {
            entry.selects(
                WorkloadEntryReferences(
                    ["spec": ["labels": spec], "metadata": ["labels": metadata]],
                    key: ObjectKey(namespace: namespace, name: "w")))
        }
        #expect(selects(["up": "pay", "more": "x"], [:]))
        #expect(selects([:], ["up": "pay"]))
        #expect(selects(["up": "other"], ["up": "pay"]))
        #expect(!selects(["up": "pay"], ["up": "other"]))
        #expect(!selects(["up": "pay"], [:], namespace: "other"))
        #expect(!selects([:], [:]))
        #expect(entry.ports == [443])
    }

    @Test("hosts for people are those of gateways, without wildcards and names inside the cluster")
    func publicHosts() throws {
        let objects: [JSONValue] = [
            .object("Gateway", "web", ["servers": [["hosts": ["shop/b.example.com", "*.example.com"]]]]),
            .object("VirtualService", "web", ["hosts": ["a.example.com", "web"], "gateways": ["web"]]),
            .object("VirtualService", "inner", ["hosts": ["c.example.com"]]),
        ]
        let references = References(objects.compactMap { TrafficObject($0) })
        #expect(references.publicHosts().map(\.text) == ["a.example.com", "b.example.com"])
    }

    @Test(
        "the gateway namespace is that of the Service that selects what the Gateway selects",
        arguments: [
            (["istio": "gw"], [("a", ["istio": "gw", "app": "x"])], [], "a"),
            (["istio": "gw"], [("a", ["istio": "gw"]), ("a", ["istio": "gw"])], [("b", ["istio": "gw"])], "a"),
            (["istio": "gw"], [("a", ["app": "x"])], [("b", ["istio": "gw"])], "b"),
            (["istio": "gw"], [("a", ["istio": "gw"]), ("b", ["istio": "gw"])], [], nil),
            (["istio": "gw"], [], [("a", ["istio": "gw"]), ("b", ["istio": "gw"])], nil),
            (["istio": "gw", "zone": "1"], [("a", ["istio": "gw"])], [], nil),
            (["istio": "gw"], [("a", [:])], [], nil),
            ([:], [("a", ["istio": "gw"])], [], nil),
        ] as [(JSONObject, [(String, JSONObject)], [(String, JSONObject)], String?)])
    func gatewayNamespace(
        selector: JSONObject, rendered: [(String, JSONObject)], live: [(String, JSONObject)], expected: String?
    ) {
        func services(_ list: [(String, JSONObject)]) -> [ServiceReferences] {
            list.map {
                ServiceReferences(["spec": ["selector": .object($0.1)]], key: ObjectKey(namespace: $0.0, name: "s"))
            }
        }
        let found = GatewayNamespace.resolve(
            gatewaySelector: selector, rendered: services(rendered), live: services(live))
        switch found {
        case .found(let namespace): #expect(namespace == expected)
        case .unknown(let reason):
            #expect(expected == nil)
            #expect(!reason.isEmpty)
        }
    }

    @Test("exportTo knows everywhere, here and nowhere")
    func exportTo() {
        #expect(ExportTo([], owner: "shop").includes("x"))
        #expect(ExportTo(["*"], owner: "shop").includes("x"))
        #expect(ExportTo(["."], owner: "shop").includes("shop"))
        #expect(!ExportTo(["."], owner: "shop").includes("x"))
        #expect(!ExportTo(["~"], owner: "shop").includes("shop"))
        #expect(ExportTo(["a", "b"], owner: "shop").includes("b"))
    }

    @Test(
        "a pointer is written as people write fields",
        arguments: [
            ("/spec/http/0/route", "spec.http[0].route"),
            ("/metadata/annotations/a.b~1c", "metadata.annotations[\"a.b/c\"]"),
            ("", ""), ("/", "[\"\"]"), ("/a/-", "a[\"-\"]"),
        ])
    func fieldPaths(pointer: String, expected: String) throws {
        #expect(try JSONPointer(pointer).fieldPath == expected)
    }
}

extension JSONValue {
    /// An object of the namespace `shop`.
    static func object(
        _ kind: String, _ name: String, namespace: String = "shop", _ spec: JSONValue
    ) -> JSONValue {
        let apiVersion: JSONValue = kind == "Service" ? "v1" : "networking.istio.io/v1"
        return [
            "apiVersion": apiVersion, "kind": .string(kind),
            "metadata": ["name": .string(name), "namespace": .string(namespace)], "spec": spec,
        ]
    }
}
