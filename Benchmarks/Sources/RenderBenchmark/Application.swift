import AccessPointAPI
import JSONValue
import Rendering

/// One of many AccessPoints of six objects: most targets get the same four of them, and each zone its own Service and
/// VirtualService; one region has a timeout of its own.
struct Application {
    let identity: RenderIdentity
    let spec: AccessPointSpec

    init(_ number: Int) throws {
        let name = "app-\(number)"
        let host = "\(name).shop.example.com"
        let backend = "\(name).shop.svc.cluster.local"
        let objects: [(String, JSONValue)] = [
            (
                "vip",
                [
                    "apiVersion": "v1", "kind": "Service",
                    "metadata": [
                        "name": .string("\(name)-vip"), "namespace": "istio-ingress",
                        "labels": ["zone": "$(AVAILABILITY_ZONE)"],
                    ],
                    "spec": [
                        "type": "LoadBalancer", "selector": ["istio": .string(name)],
                        "ports": [
                            ["name": "https", "port": 443, "targetPort": 8443],
                            ["name": "http", "port": 80, "targetPort": 8080],
                        ],
                    ],
                ]
            ),
            (
                "gateway",
                [
                    "apiVersion": "networking.istio.io/v1", "kind": "Gateway", "metadata": ["name": .string(name)],
                    "spec": [
                        "selector": ["istio": .string(name)],
                        "servers": [
                            [
                                "port": ["number": 443, "name": "https", "protocol": "HTTPS"],
                                "tls": ["mode": "SIMPLE", "credentialName": .string("\(name)-tls")],
                                "hosts": ["*.shop.example.com"],
                            ]
                        ],
                    ],
                ]
            ),
            (
                "route",
                [
                    "apiVersion": "networking.istio.io/v1", "kind": "VirtualService",
                    "metadata": ["name": .string(name)],
                    "spec": [
                        "hosts": [.string(host), .string("\(name)-$(REGION).shop.example.com")],
                        "gateways": [.string(name)],
                        "http": [
                            [
                                "name": "canary", "match": [["headers": ["x-canary": ["exact": "true"]]]],
                                "route": [
                                    [
                                        "destination": [
                                            "host": .string(backend), "subset": "v2", "port": ["number": 8080],
                                        ]
                                    ]
                                ],
                            ],
                            [
                                "name": "main", "timeout": "2s",
                                "retries": ["attempts": 2, "perTryTimeout": "500ms", "retryOn": "5xx"],
                                "route": [
                                    [
                                        "destination": [
                                            "host": .string(backend), "subset": "v1", "port": ["number": 8080],
                                        ]
                                    ]
                                ],
                            ],
                        ],
                    ],
                ]
            ),
            (
                "subsets",
                [
                    "apiVersion": "networking.istio.io/v1", "kind": "DestinationRule",
                    "metadata": ["name": .string(name)],
                    "spec": [
                        "host": .string(backend),
                        "trafficPolicy": ["connectionPool": ["http": ["http2MaxRequests": 1000]]],
                        "subsets": [
                            ["name": "v1", "labels": ["version": "v1"]], ["name": "v2", "labels": ["version": "v2"]],
                        ],
                    ],
                ]
            ),
            (
                "legacy",
                [
                    "apiVersion": "networking.istio.io/v1", "kind": "ServiceEntry",
                    "metadata": ["name": .string("\(name)-legacy")],
                    "spec": [
                        "hosts": [.string("legacy.\(name).internal")], "location": "MESH_INTERNAL",
                        "resolution": "STATIC", "ports": [["number": 8080, "name": "http", "protocol": "HTTP"]],
                        "workloadSelector": ["labels": ["app": .string("\(name)-legacy")]],
                    ],
                ]
            ),
            (
                "vm",
                [
                    "apiVersion": "networking.istio.io/v1", "kind": "WorkloadEntry",
                    "metadata": ["name": .string("\(name)-legacy-1")],
                    "spec": [
                        "address": "192.0.2.10", "labels": ["app": .string("\(name)-legacy")], "weight": 10,
                    ],
                ]
            ),
        ]
        identity = RenderIdentity(
            namespace: "shop", name: name, uid: "0d0c5a43-0000-4000-8000-\(100_000_000_000 + number)", hub: "h")
        spec = AccessPointSpec(
            scope: Scope(), trafficTemplate: objects.map { TemplateEntry(name: $0.0, object: $0.1) },
            overrides: [
                Override(
                    name: "eu-timeout", targets: TargetSelector(regions: ["r2"]),
                    resources: [ResourceSelector(template: "route")],
                    change: .jsonPatch([["op": "replace", "path": "/spec/http/1/timeout", "value": "5s"]]))
            ])
    }

    /// Three regions of four zones.
    static let targets = (0..<12).map { number in
        TargetFacts(
            name: "r\(number / 4)-z\(number)-k1", region: "r\(number / 4)",
            availabilityZone: "r\(number / 4)-z\(number)")
    }
}
