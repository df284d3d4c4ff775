import AccessPointAPI
import JSONValue
import Rendering
import Testing

/// Small inputs that the tests share.
enum Samples {
    static let identity = RenderIdentity(namespace: "shop", name: "checkout", uid: "6c1f-uid", hub: "hub-uid")
    static let options = RenderOptions(gatewayNamespaces: ["istio-ingress"])

    static let west = TargetFacts(
        name: "us-west-az1-k1", region: "us-west", availabilityZone: "us-west-az1", labels: ["network": "internet"])
    static let east = TargetFacts(
        name: "us-east-az1-k1", region: "us-east", availabilityZone: "us-east-az1", labels: ["network": "intranet"])

    static let gateway: JSONValue = [
        "apiVersion": "networking.istio.io/v1", "kind": "Gateway", "metadata": ["name": "checkout"],
        "spec": [
            "selector": ["istio": "ingressgateway"],
            "servers": [["port": ["number": 443, "name": "https", "protocol": "TLS"], "hosts": ["*"]]],
        ],
    ]
    static let route: JSONValue = [
        "apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": ["name": "checkout"],
        "spec": [
            "hosts": ["checkout.shop.example.com"], "gateways": ["checkout"],
            "http": [["route": [["destination": ["host": "checkout"]]]]],
        ],
    ]
    static let vip: JSONValue = [
        "apiVersion": "v1", "kind": "Service", "metadata": ["name": "checkout-vip", "namespace": "istio-ingress"],
        "spec": [
            "type": "LoadBalancer", "selector": ["istio": "ingressgateway"],
            "ports": [["name": "https", "port": 443, "targetPort": 8443]],
        ],
    ]

    /// A spec with these objects as the entries `t0`, `t1`... and these overrides.
    static func spec(_ objects: [JSONValue], overrides: [Override] = []) -> AccessPointSpec {
        AccessPointSpec(
            scope: Scope(),
            trafficTemplate: objects.enumerated().map { TemplateEntry(name: "t\($0.offset)", object: $0.element) },
            overrides: overrides)
    }

    static func rendering(
        _ objects: [JSONValue], overrides: [Override] = [], targets: [TargetFacts] = [west, east]
    ) -> Rendering {
        Renderer(identity: identity, spec: spec(objects, overrides: overrides), options: options).render(all: targets)
    }

    /// The object of the first entry for one target.
    static func body(
        _ object: JSONValue, overrides: [Override] = [], target: TargetFacts = west
    ) throws -> JSONValue {
        let rendering = rendering([object], overrides: overrides, targets: [target])
        return try #require(rendering.sets.first?.objects.first, "\(rendering.problems)").body
    }
}

extension Rendering {
    /// Code and path of every problem.
    var codes: [String] { problems.map { "\($0.code.rawValue) \($0.path)" } }
}
