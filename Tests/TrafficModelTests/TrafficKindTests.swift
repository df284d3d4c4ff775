import JSONValue
import KubeModel
import Testing
import TrafficModel

@Suite struct TrafficKindTests {
    @Test(
        "a kind is known by its group, its name and a version that we know",
        arguments: [
            ("v1", "Service", TrafficKind.service),
            ("networking.istio.io/v1", "Gateway", .gateway),
            ("networking.istio.io/v1beta1", "VirtualService", .virtualService),
            ("networking.istio.io/v1alpha3", "WorkloadEntry", .workloadEntry),
            ("networking.istio.io/v1", "Sidecar", .sidecar),
            ("security.istio.io/v1beta1", "AuthorizationPolicy", .authorizationPolicy),
        ])
    func known(apiVersion: String, kind: String, expected: TrafficKind) {
        #expect(TrafficKind(apiVersion: apiVersion, kind: kind) == expected)
    }

    @Test(
        "what is not in the table is no kind of ours",
        arguments: [
            ("v1", "Secret"), ("v1", "Gateway"), ("networking.istio.io/v1", "Service"), ("v2", "Service"),
            ("gateway.networking.k8s.io/v1", "Gateway"), ("networking.istio.io/v1alpha3", "EnvoyFilter"),
            ("networking.istio.io/v1", "gateway"), ("security.istio.io/v1alpha3", "PeerAuthentication"),
            ("networking.istio.io", "Gateway"), ("", "Service"), ("/v1", "Gateway"), ("v1", ""),
        ])
    func unknown(apiVersion: String, kind: String) {
        #expect(TrafficKind(apiVersion: apiVersion, kind: kind) == nil)
    }

    @Test("what is referred to is applied before what refers to it")
    func order() {
        let order: [[TrafficKind]] = [
            [.service], [.workloadEntry], [.serviceEntry], [.destinationRule],
            [.sidecar, .authorizationPolicy, .peerAuthentication, .requestAuthentication], [.gateway],
            [.virtualService],
        ]
        #expect(Set(order.joined()) == Set(TrafficKind.allCases))
        for (rank, kinds) in order.enumerated() {
            for kind in kinds { #expect(kind.applyRank == rank, "\(kind)") }
        }
    }

    @Test("only a Service may stand in a gateway namespace, and only a Service has defaults filled in")
    func services() {
        for kind in TrafficKind.allCases {
            #expect((kind.namespaceRule == .ownOrGateway) == (kind == .service))
            #expect((kind.comparison == .renderedFields) == (kind == .service))
        }
    }

    @Test(
        "the newest version that a cluster and we know is chosen",
        arguments: [
            (TrafficKind.gateway, ["v1alpha3", "v1", "v1beta1"], "v1"),
            (.gateway, ["v1alpha3", "v1beta1"], "v1beta1"),
            (.virtualService, ["v2", "v1alpha3"], "v1alpha3"),
            (.peerAuthentication, ["v1alpha3"], nil),
            (.gateway, [], nil),
            (.service, ["v1"], "v1"),
        ] as [(TrafficKind, [String], String?)])
    func version(kind: TrafficKind, served: [String], expected: String?) {
        #expect(kind.newestVersion(servedBy: served) == expected)
    }

    @Test("paths and apiVersions follow group, version and plural")
    func resources() {
        #expect(TrafficKind.service.apiVersion("v1") == "v1")
        #expect(TrafficKind.serviceEntry.apiVersion("v1beta1") == "networking.istio.io/v1beta1")
        #expect(
            TrafficKind.requestAuthentication.resource("v1")
                == GroupVersionResource(group: "security.istio.io", version: "v1", resource: "requestauthentications"))
    }

    @Test("an object is taken apart by its kind and names")
    func objects() throws {
        let object = try #require(
            TrafficObject([
                "apiVersion": "networking.istio.io/v1", "kind": "Gateway",
                "metadata": ["name": "web", "namespace": "shop"],
            ]))
        #expect(object.kind == .gateway)
        #expect(object.description == "Gateway shop/web")
        #expect(TrafficObject(["apiVersion": "v1", "kind": "Service", "metadata": [:]]) == nil)
        #expect(TrafficObject(.null) == nil)
        #expect(TrafficObject("Service") == nil)
    }
}
