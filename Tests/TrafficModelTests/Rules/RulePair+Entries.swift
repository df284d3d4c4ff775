import TrafficModel

extension RulePair {
    private static func entry(_ text: String) -> String { "spec: {hosts: [a.example.com], \(text)}" }
    private static let endpoint = entry(
        "resolution: STATIC, ports: [{number: 80, name: http, protocol: HTTP}], endpoints: [{address: 10.0.0.1, ports: {http: 8080}}, {address: 10.0.0.2}]"
    )

    private static let pair = "ports: [{number: 80, name: a, protocol: HTTP}, {number: 81, name: b, protocol: HTTP}]"

    static let entries = [
        RulePair("EntryHostInvalid", .serviceEntry, "spec: {hosts: [a.example.com]}", "a.example.com", "'*'"),
        RulePair("EntryHostPartialWildcard", .serviceEntry, "spec: {hosts: ['*.example.com']}", "*.", "*-a."),
        RulePair("EntryAddressInvalid", .serviceEntry, entry("addresses: [10.0.0.1]"), "10.0.0.1", "10.0.0"),
        RulePair("SubnetWithDNS", .serviceEntry, entry("resolution: STATIC, addresses: [10.0.0.0/8]"), "STATIC", "DNS"),
        RulePair(
            "EntryPortNameInvalid", .serviceEntry, entry("ports: [{number: 80, name: web, protocol: HTTP}]"), "web",
            "web_a"),
        RulePair(
            "EntryPortRepeated", .serviceEntry, entry(pair), "81",
            "80"),
        RulePair(
            "EntryPortRepeated", .serviceEntry, entry(pair),
            "name: b", "name: a"),
        RulePair(
            "EntryProtocolUnknown", .serviceEntry, entry("ports: [{number: 80, name: a, protocol: HTTP}]"), "HTTP",
            "HTTP9"),
        RulePair("EndpointsWithoutResolution", .serviceEntry, endpoint, "STATIC", "NONE"),
        RulePair(
            "SelectorWithoutResolution", .serviceEntry, entry("resolution: STATIC, workloadSelector: {labels: {a: b}}"),
            "STATIC", "NONE"),
        RulePair("EndpointAddressInvalid", .serviceEntry, endpoint, "10.0.0.2", "b.example.com"),
        RulePair("EndpointAddressInvalid", .serviceEntry, endpoint, "{address: 10.0.0.2}", "{weight: 1}"),
        RulePair("EndpointPortUnknown", .serviceEntry, endpoint, "{http: 8080}", "{web: 8080}"),
        RulePair("EndpointPortUnknown", .serviceEntry, endpoint, "address: 10.0.0.1", "address: 'unix:///a'"),
        RulePair(
            "HostNotResolvable", .serviceEntry, "spec: {hosts: ['*.example.com'], resolution: STATIC}", "STATIC", "DNS"),
        RulePair("RoundRobinEndpoints", .serviceEntry, endpoint, "STATIC", "DNS_ROUND_ROBIN"),
        RulePair(
            "DynamicDNSMisused", .serviceEntry,
            "spec: {hosts: ['*.example.com'], resolution: DYNAMIC_DNS, ports: [{number: 80, name: http, protocol: HTTP}]}",
            "*.", "a."),
        RulePair(
            "DynamicDNSMisused", .serviceEntry,
            "spec: {hosts: ['*.example.com'], resolution: DYNAMIC_DNS, ports: [{number: 80, name: http, protocol: HTTP}]}",
            "HTTP", "TCP"),
        RulePair(
            "HostsShareAddresses", .serviceEntry,
            "spec: {hosts: [a.example.com, b.example.com], addresses: [10.0.0.1], resolution: DNS, ports: [{number: 443, name: a, protocol: HTTP}]}",
            "HTTP", "TLS"),
        RulePair(
            "HostsShareConnections", .serviceEntry,
            "spec: {hosts: [a.example.com, b.example.com], resolution: DNS, ports: [{number: 443, name: a, protocol: TLS}]}",
            "TLS", "TCP"),
        RulePair("EndpointWeightZero", .serviceEntry, endpoint, "10.0.0.2", "10.0.0.2, weight: 0"),
        RulePair("AddressMissing", .workloadEntry, "spec: {address: 10.0.0.1, weight: 1}", "address: 10.0.0.1, ", ""),
        RulePair(
            "AddressOfNetwork", .workloadEntry, "spec: {address: 10.0.0.1, network: net}", "address: 10.0.0.1, ", ""),
        RulePair("WorkloadAddressInvalid", .workloadEntry, "spec: {address: a.example.com}", ".com", ".com:80"),
        RulePair("WorkloadAddressInvalid", .workloadEntry, "spec: {address: 'unix:///a'}", "///a", "//a"),
        RulePair("WorkloadAddressInvalid", .workloadEntry, "spec: {address: 'fe80::1%eth0'}", "%eth0", "%"),
        RulePair(
            "SocketWithPorts", .workloadEntry, "spec: {address: 10.0.0.1, ports: {http: 80}}", "10.0.0.1", "'unix:///a'"
        ),
        RulePair(
            "WorkloadPortNameInvalid", .workloadEntry, "spec: {address: 10.0.0.1, ports: {http: 80}}", "http", "h.p"),
        RulePair(
            "WorkloadWeightZero", .workloadEntry, "spec: {address: 10.0.0.1, weight: 1}", "weight: 1", "weight: 0"),
        RulePair("LocalityIncomplete", .workloadEntry, "spec: {address: 10.0.0.1, locality: r1/z1}", "r1/z1", "r1//s1"),
        RulePair(
            "HealthGateOff", .workloadEntry,
            "{metadata: {annotations: {proxy.istio.io/health-checks-enabled: 'true'}}, spec: {address: 10.0.0.1}}",
            "'true'", "'yes'"),
    ]

    private static let names = entry(
        "resolution: DNS, ports: [{number: 80, name: http, protocol: HTTP}], endpoints: [{address: b.example.com, ports: {http: 8080}}]"
    )
    private static let socket = entry(
        "resolution: STATIC, ports: [{number: 80, name: http, protocol: HTTP}], endpoints: [{address: 'unix:///a'}]")
    private static let dynamic =
        "{metadata: {labels: {istio.io/use-waypoint: None}}, spec: {hosts: ['*.example.com'], resolution: DYNAMIC_DNS, location: MESH_INTERNAL, ports: [{number: 80, name: http, protocol: HTTP}]}}"

    static let entryFields: [[RulePair]] = [
        pairs(
            "EntryHostInvalid", .serviceEntry, entry("ports: [{number: 80, name: a, protocol: HTTP}]"), "a.example.com",
            "a..com"),
        pairs(
            "EntryHostPartialWildcard", .serviceEntry, dynamic.replacing("'*.ex", with: "'*-a.ex"), "DYNAMIC_DNS",
            "STATIC"),
        pairs(
            "SubnetWithDNS", .serviceEntry, entry("resolution: STATIC, addresses: [10.0.0.0/8]"), "STATIC",
            "DNS_ROUND_ROBIN"),
        pairs(
            "EntryAddressesMissing", .serviceEntry,
            entry("addresses: [10.0.0.1], ports: [{number: 80, name: a, protocol: TCP}]"), "addresses: [10.0.0.1], ", ""
        ),
        pairs(
            "EntryAddressesMissing", .serviceEntry, entry("ports: [{number: 80, name: a, protocol: HTTP}]"),
            ", protocol: HTTP", ""),
        pairs(
            "EntryAddressesMissing", .serviceEntry,
            "{metadata: {labels: {networking.istio.io/enable-autoallocate-ip: 'true'}}, \(entry("resolution: STATIC, ports: [{number: 80, name: a, protocol: TCP}]"))}",
            "'true'", "'False'"),
        pairs(
            "EntryAddressesMissing", .serviceEntry,
            entry("resolution: STATIC, ports: [{number: 80, name: a, protocol: TCP}]"), "STATIC", "NONE"),
        pairs("EndpointAddressInvalid", .serviceEntry, names, "b.example.com", "b.example.com:80"),
        pairs("EndpointAddressInvalid", .serviceEntry, names, "address: b.example.com", "network: net"),
        pairs("EndpointAddressInvalid", .serviceEntry, names, "b.example.com, ports: {http: 8080}", "'unix:///a'"),
        pairs("EndpointAddressInvalid", .serviceEntry, socket, "///a", "//a", "///a/"),
        pairs("EndpointPortUnknown", .serviceEntry, names, "{http: 8080}", "{web: 8080}"),
        pairs("EndpointPortUnknown", .serviceEntry, socket, "'unix:///a'", "'unix:///a', ports: {http: 8080}"),
        pairs(
            "EndpointPortUnknown", .serviceEntry, socket, "ports: [",
            "ports: [{number: 81, name: grpc, protocol: GRPC}, "),
        pairs("AddressOfNetwork", .serviceEntry, endpoint, "{address: 10.0.0.2}", "{network: net}"),
        pairs("WorkloadPortNameInvalid", .serviceEntry, endpoint, "http", "h_p", also: ["EntryPortNameInvalid"]),
        pairs(
            "HostNotResolvable", .serviceEntry,
            "spec: {hosts: ['*.example.com'], resolution: DNS, endpoints: [{address: 10.0.0.1}]}",
            ", endpoints: [{address: 10.0.0.1}]", ""),
        pairs(
            "DynamicDNSMisused", .serviceEntry, dynamic, "ports:", "addresses: [10.0.0.1], ports:",
            "endpoints: [{address: 10.0.0.1}], ports:"),
        pairs("DynamicDNSMisused", .serviceEntry, dynamic, "None", "waypoint"),
        ["HTTP", "TLS", "GRPC", "HTTP2"].map {
            RulePair(
                "DynamicDNSMisused", .serviceEntry, dynamic.replacing("protocol: HTTP", with: "protocol: \($0)"),
                "protocol: \($0)", "protocol: HTTPS")
        },
        pairs(
            "HostsShareConnections", .serviceEntry,
            "spec: {hosts: [a.example.com, b.example.com], addresses: [10.0.0.1], ports: [{number: 443, name: a, protocol: TCP}]}",
            "addresses", "resolution: STATIC, addresses"),
        pairs("WorkloadAddressInvalid", .workloadEntry, "spec: {address: 'unix://@a'}", "@a", "a"),
    ]
}
