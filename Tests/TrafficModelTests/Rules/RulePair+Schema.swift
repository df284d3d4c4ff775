import TrafficModel

extension RulePair {
    private static let route =
        "spec: {hosts: [a.example.com], http: [{timeout: 1s, route: [{destination: {host: web}}]}]}"

    static let schema = [
        RulePair("UnknownField", .virtualService, route, "{timeout", "{timout"),
        RulePair("UnknownField", .virtualService, route, "route:", "rout:", also: ["ActionMissing"]),
        RulePair(
            "UnknownField", .workloadEntry, "spec: {address: 10.0.0.1, locality: r1/z1}", "locality", "Locality"),
        RulePair(
            "UnknownField", .destinationRule, "spec: {host: web, trafficPolicy: {tls: {}}}", "trafficPolicy",
            "traffic_policy"),
        RulePair("WrongType", .virtualService, route, "[a.example.com]", "a.example.com"),
        RulePair("WrongType", .virtualService, route, "[a.example.com]", "[a.example.com, null]"),
        RulePair("WrongType", .virtualService, route, "1s", "1"),
        RulePair(
            "WrongType", .gateway,
            "spec: {selector: {a: b}, servers: [{port: {number: 80, name: a, protocol: HTTP}, hosts: ['*']}]}",
            "number: 80",
            "number: '80'"),
        RulePair("WrongType", .peerAuthentication, "spec: {mtls: {mode: STRICT}}", "{mode: STRICT}", "STRICT"),
        RulePair("WrongType", .workloadEntry, "spec: {address: 10.0.0.1, weight: 1.0}", "1.0", "1.5"),
        RulePair("FieldMissing", .virtualService, route, "host: web", "subset: v1"),
        RulePair("FieldMissing", .serviceEntry, "spec: {hosts: [a.example.com]}", "{hosts: [a.example.com]}", "{}"),
        RulePair(
            "OutOfRange", .workloadEntry, "spec: {address: 10.0.0.1, weight: 4294967295}", "4294967295", "4294967296"),
        RulePair(
            "OutOfRange", .destinationRule,
            "spec: {host: web, trafficPolicy: {outlierDetection: {maxEjectionPercent: 100}}}", "100", "101"),
        RulePair("OutOfRange", .serviceEntry, "spec: {hosts: [a.example.com]}", "[a.example.com]", "[]"),
        RulePair(
            "OutOfRange", .destinationRule, "spec: {host: web, exportTo: [\(names(1024))]}", "[n0,", "[ns, n0,"),
        RulePair("UnknownWord", .peerAuthentication, "spec: {mtls: {mode: STRICT}}", "STRICT", "strict"),
        RulePair("UnknownWord", .serviceEntry, "spec: {hosts: [a.example.com], resolution: DNS}", "DNS", "DSN"),
        RulePair(
            "UnknownWord", .requestAuthentication, "spec: {jwtRules: [{issuer: a, presence: OPTIONAL}]}", "OPTIONAL",
            "NEVER"),
        RulePair("NotADuration", .virtualService, route, "1s", "1 s"),
        RulePair("NotADuration", .virtualService, route, "1s", "999us"),
        RulePair("NotADuration", .virtualService, route, "1s", "1.0001s"),
        RulePair(
            "NotBase64", .virtualService,
            "spec: {hosts: [a.example.com], http: [{directResponse: {status: 200, body: {bytes: aGk=}}}]}", "aGk=",
            "aGk"),
        RulePair(
            "ExclusiveFields", .virtualService,
            "spec: {hosts: [a.example.com], http: [{match: [{uri: {exact: /a}}], route: [{destination: {host: web}}]}]}",
            "exact: /a", "exact: /a, prefix: /a"),
        RulePair(
            "ExclusiveFields", .destinationRule,
            "spec: {host: web, trafficPolicy: {loadBalancer: {simple: RANDOM, warmupDurationSecs: 1s, warmup: {duration: 1s}}}}",
            "simple", "backendUtilization: {weightUpdatePeriod: 1s}, simple"),
        RulePair(
            "ExclusiveFields", .serviceEntry,
            "spec: {hosts: [a.example.com], resolution: STATIC, endpoints: [{address: 10.0.0.1}]}", "endpoints",
            "workloadSelector: {labels: {a: b}}, endpoints"),
        RulePair(
            "ExclusiveFields", .authorizationPolicy, "spec: {selector: {matchLabels: {a: b}}}", "selector",
            "targetRef: {kind: Service, name: web}, selector"),
    ]

    private static func names(_ count: Int) -> String { (0..<count).map { "n\($0)" }.joined(separator: ", ") }

    static let common = [
        RulePair(
            "DryRunAnnotation", .authorizationPolicy,
            "{metadata: {annotations: {istio.io/dry-run: 'true'}}, spec: {action: ALLOW}}", "'true'", "'yes'"),
        RulePair(
            "DryRunAnnotation", .authorizationPolicy,
            "{metadata: {annotations: {istio.io/dry-run: 'true'}}, spec: {action: ALLOW}}", "ALLOW", "AUDIT"),
        RulePair(
            "DryRunAnnotation", .peerAuthentication, "{metadata: {annotations: {a/dry-run: 'true'}}, spec: {}}", "a/",
            "istio.io/"),
        RulePair(
            "InternalAnnotation", .workloadEntry,
            "{metadata: {annotations: {example.com/parents: a}}, spec: {address: 10.0.0.1}}", "example.com/",
            "internal.istio.io/"),
        RulePair(
            "ExportToInvalid", .destinationRule, "spec: {host: web, exportTo: [istio-ingress]}", "istio-", "istio_"),
        RulePair("ExportToInvalid", .serviceEntry, "spec: {hosts: [a.example.com], exportTo: ['~']}", "~", "~a"),
        RulePair("ExportToInvalid", .destinationRule, "spec: {host: web, exportTo: ['.']}", "'.'", "'~'"),
        RulePair("ExportToRepeated", .destinationRule, "spec: {host: web, exportTo: ['.', other]}", "other", "shop"),
        RulePair("ExportToMixed", .destinationRule, "spec: {host: web, exportTo: [a, b]}", "a,", "'*',"),
        RulePair("ExportToMixed", .serviceEntry, "spec: {hosts: [a.example.com], exportTo: [a, b]}", "a,", "'~',"),
        RulePair(
            "SelectorLabelInvalid", .peerAuthentication, "spec: {selector: {matchLabels: {a: b}}}", "a: b", "a: '*'"),
        RulePair(
            "SelectorLabelInvalid", .serviceEntry,
            "spec: {hosts: [a.example.com], resolution: DNS, workloadSelector: {labels: {a: b}}}", "a: b", "'': b"),
        RulePair("SelectorEmpty", .peerAuthentication, "spec: {selector: {matchLabels: {a: b}}}", "{a: b}", "{}"),
        RulePair(
            "SelectorEmpty", .destinationRule, "spec: {host: web, workloadSelector: {matchLabels: {a: b}}}", "{a: b}",
            "{}"),
        RulePair("LabelInvalid", .workloadEntry, "spec: {address: 10.0.0.1, labels: {a: b}}", "a: b", "a: b/c"),
        RulePair(
            "LabelInvalid", .workloadEntry,
            "spec: {address: 10.0.0.1, labels: {Example.com/a: \(String(repeating: "b", count: 64))}}", "Example.com",
            "Example..com"),
        RulePair(
            "LabelInvalid", .destinationRule, "spec: {host: web, subsets: [{name: v1, labels: {a: b}}]}", "a: b",
            "a b: c"),
    ]

    private static let port = "spec: {ports: [{name: http, port: 80, targetPort: web}, {name: grpc, port: 81}]}"

    static let service = [
        RulePair(
            "ServiceTakesTraffic", .service, "spec: {ports: [{port: 80, name: http}]}", "ports",
            "externalIPs: [10.0.0.1], ports"),
        RulePair(
            "ServiceTakesTraffic", .service, "spec: {type: LoadBalancer, ports: [{port: 80}]}", "ports",
            "loadBalancerIP: 10.0.0.1, ports"),
        RulePair(
            "ServiceTakesTraffic", .service, "spec: {type: ClusterIP, ports: [{port: 80, name: http}]}", "ClusterIP",
            "ExternalName"),
        RulePair("ServicePortsMissing", .service, "spec: {clusterIP: None}", "None", "''"),
        RulePair("ServicePortNameMissing", .service, port, "name: grpc, ", "appProtocol: grpc, "),
        RulePair("ServicePortNameInvalid", .service, port, "name: grpc", "name: grpc-A"),
        RulePair("ServicePortNameInvalid", .service, port, "targetPort: web", "targetPort: we--b"),
        RulePair("ServicePortRepeated", .service, port, "grpc", "http"),
        RulePair("ServicePortRepeated", .service, port, "81", "80"),
        RulePair(
            "ServiceFieldOfOtherType", .service,
            "spec: {type: NodePort, ports: [{port: 80, name: http, nodePort: 30080}]}",
            "type: NodePort", "type: ClusterIP"),
        RulePair(
            "ServiceFieldOfOtherType", .service,
            "spec: {type: LoadBalancer, externalTrafficPolicy: Local, ports: [{port: 80, name: http}]}",
            "type: LoadBalancer", "type: ClusterIP"),
        RulePair(
            "ServiceFieldOfOtherType", .service,
            "spec: {type: ClusterIP, externalTrafficPolicy: '', ports: [{port: 80, name: http}]}", "''", "Local"),
        RulePair(
            "OutOfRange", .service, "spec: {ports: [{port: 80, name: http, targetPort: 0}]}", "targetPort: 0",
            "targetPort: 65536"),
        RulePair(
            "ServiceAffinityUnused", .service,
            "spec: {sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 1}}, ports: [{port: 80, name: http}]}",
            "sessionAffinity: ClientIP", "sessionAffinity: None"),
        RulePair(
            "ServiceSourceRangeInvalid", .service,
            "spec: {type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8], ports: [{port: 80}]}", "/8", "/33"),
        RulePair(
            "ServiceSourceRangeInvalid", .service,
            "spec: {type: LoadBalancer, loadBalancerSourceRanges: [' 10.0.0.0/8 '], ports: [{port: 80}]}", "/8", " /8"),
        RulePair(
            "ServiceSelectorInvalid", .service, "spec: {selector: {a: b}, ports: [{port: 80, name: http}]}", "b}",
            "'b c'}"),
        RulePair(
            "ServiceSelectorInvalid", .service,
            "spec: {selector: {example.com/a: b}, ports: [{port: 80, name: http}]}", "example", "Example"),
        RulePair(
            "ServicePortProtocolUnsaid", .service, "spec: {ports: [{port: 80, name: http-a}]}", "http-a", "a-http"),
        RulePair("ServicePortProtocolUnsaid", .service, "spec: {ports: [{port: 3306, name: db}]}", "3306", "3307"),
    ]

    /// A small object of each kind of Istio's that has no findings.
    private static let small: [(kind: TrafficKind, text: String)] = [
        (.virtualService, route), (.gateway, emptyGateway), (.destinationRule, "spec: {host: web}"),
        (.serviceEntry, "spec: {hosts: [a.example.com]}"), (.workloadEntry, "spec: {address: 10.0.0.1}"),
        (.sidecar, "spec: {egress: [{hosts: [./*]}]}"), (.authorizationPolicy, "spec: {rules: [{}]}"),
        (.peerAuthentication, "spec: {}"), (.requestAuthentication, "spec: {}"),
    ]
    private static let emptyGateway =
        "spec: {selector: {a: b}, servers: [{port: {number: 80, name: a, protocol: HTTP}, hosts: ['*']}]}"
    private static let exporting = small.filter { [.virtualService, .serviceEntry].contains($0.kind) }
        .map { (kind: $0.kind, text: $0.text.replacing("spec: {", with: "spec: {exportTo: [a, b], ")) }
    private static let selecting: [(kind: TrafficKind, text: String)] = [
        (.serviceEntry, "spec: {hosts: [a.example.com], resolution: DNS, workloadSelector: {labels: {a: b}}}"),
        (.sidecar, "spec: {workloadSelector: {labels: {a: b}}, egress: [{hosts: [./*]}]}"),
        (.destinationRule, "spec: {host: web, workloadSelector: {matchLabels: {a: b}}}"),
        (.authorizationPolicy, "spec: {selector: {matchLabels: {a: b}}, rules: [{}]}"),
        (.peerAuthentication, "spec: {selector: {matchLabels: {a: b}}}"),
        (.requestAuthentication, "spec: {selector: {matchLabels: {a: b}}}"),
    ]

    static let commonFields: [[RulePair]] = [
        small.filter { $0.kind != .authorizationPolicy }.map { kind, text in
            RulePair(
                "DryRunAnnotation", kind, "{metadata: {annotations: {a/dry-run: 'true'}}, \(text)}", "a/dry",
                "istio.io/dry")
        },
        pairs(
            "DryRunAnnotation", .authorizationPolicy,
            "{metadata: {annotations: {istio.io/dry-run: 'true'}}, spec: {action: ALLOW}}", "ALLOW", "CUSTOM",
            also: ["ActionWithoutRules"]),
        small.flatMap { kind, text in
            pairs(
                "InternalAnnotation", kind, "{metadata: {annotations: {example.com/a: b}}, \(text)}", "example.com/a",
                "internal.istio.io/parents", "internal.istio.io/webhook-always-reject",
                "internal.istio.io/parent-namespace")
        },
        exporting.map { RulePair("ExportToInvalid", $0.kind, $0.text, "[a,", "[a_b,") },
        exporting.map { RulePair("ExportToRepeated", $0.kind, $0.text, "[a,", "[b,") },
        exporting.map { RulePair("ExportToMixed", $0.kind, $0.text, "[a,", "['*',") },
        selecting.flatMap { pairs("SelectorLabelInvalid", $0.kind, $0.text, "a: b", "a: '*'", "'*': b", "'': b") },
        selecting.map { RulePair("SelectorEmpty", $0.kind, $0.text, "{a: b}", "{}") },
        pairs(
            "LabelInvalid", .serviceEntry,
            "spec: {hosts: [a.example.com], resolution: STATIC, endpoints: [{address: 10.0.0.1, labels: {a: b}}]}",
            "a: b",
            "a: b/c", "a b: c"),
    ]

    private static func vip(_ text: String, type: String = "LoadBalancer") -> String {
        "spec: {type: \(type), \(text), ports: [{port: 80, name: http}]}"
    }

    static let serviceFields: [[RulePair]] = [
        pairs("ServiceTakesTraffic", .service, "spec: {clusterIP: None}", "clusterIP: None", "type: ExternalName"),
        pairs(
            "ServiceTakesTraffic", .service, "spec: {ports: [{port: 80, name: http}]}", "ports",
            "externalName: a.example.com, ports"),
        pairs(
            "ServiceFieldOfOtherType", .service, vip("loadBalancerClass: a/b"), "type: LoadBalancer", "type: NodePort"),
        pairs(
            "ServiceFieldOfOtherType", .service, vip("allocateLoadBalancerNodePorts: false"), "type: LoadBalancer",
            "type: NodePort"),
        pairs(
            "ServiceFieldOfOtherType", .service, vip("loadBalancerSourceRanges: [10.0.0.0/8]"), "type: LoadBalancer",
            "type: NodePort"),
        pairs(
            "ServiceFieldOfOtherType", .service, vip("externalTrafficPolicy: Local, healthCheckNodePort: 30444"),
            "type: LoadBalancer", "type: NodePort"),
        pairs(
            "ServiceFieldOfOtherType", .service, vip("externalTrafficPolicy: Local, healthCheckNodePort: 30444"),
            "Local",
            "Cluster"),
        pairs(
            "ServiceFieldOfOtherType", .service, vip("loadBalancerSourceRanges: []", type: "ClusterIP"), "[]",
            "[10.0.0.0/8]"),
        pairs(
            "ServiceFieldOfOtherType", .service, vip("healthCheckNodePort: 0", type: "ClusterIP"), "Port: 0",
            "Port: 30444"),
        pairs(
            "ServiceFieldOfOtherType", .service, "spec: {ports: [{port: 80, name: http, nodePort: 0}]}", "nodePort: 0",
            "nodePort: 30080"),
        pairs("ServicePortProtocolUnsaid", .service, "spec: {ports: [{port: 80, name: grpc-web}]}", "grpc-", "rpc-"),
        pairs("ServicePortProtocolUnsaid", .service, "spec: {ports: [{port: 80, protocol: UDP}]}", "UDP", "TCP"),
        ["h2c", "ws", "wss"].map {
            RulePair(
                "ServicePortProtocolUnsaid", .service, "spec: {ports: [{port: 80, appProtocol: kubernetes.io/\($0)}]}",
                "kubernetes.io", "example.com")
        },
    ]
}
