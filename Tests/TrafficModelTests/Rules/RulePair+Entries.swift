import TrafficModel

extension RulePair {
    private static func entry(_ text: String) -> String { "spec: {hosts: [a.example.com], \(text)}" }
    private static let endpoint = entry(
        "resolution: STATIC, ports: [{number: 80, name: http, protocol: HTTP}], endpoints: [{address: 10.0.0.1, ports: {http: 8080}}, {address: 10.0.0.2}]"
    )

    static let entries = [
        RulePair("EntryHostInvalid", .serviceEntry, "spec: {hosts: [a.example.com]}", "a.example.com", "'*'"),
        RulePair("EntryHostPartialWildcard", .serviceEntry, "spec: {hosts: ['*.example.com']}", "*.", "*-a."),
        RulePair("EntryAddressInvalid", .serviceEntry, entry("addresses: [10.0.0.1]"), "10.0.0.1", "10.0.0"),
        RulePair("SubnetWithDNS", .serviceEntry, entry("resolution: STATIC, addresses: [10.0.0.0/8]"), "STATIC", "DNS"),
        RulePair("EntryPortNameInvalid", .serviceEntry, entry("ports: [{number: 80, name: http}]"), "http", "http_a"),
        RulePair(
            "EntryPortRepeated", .serviceEntry, entry("ports: [{number: 80, name: a}, {number: 81, name: b}]"), "81",
            "80"),
        RulePair(
            "EntryPortRepeated", .serviceEntry, entry("ports: [{number: 80, name: a}, {number: 81, name: b}]"),
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
}
