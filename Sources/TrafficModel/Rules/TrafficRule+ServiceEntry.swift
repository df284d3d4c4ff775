import JSONValue
import KubeModel

extension TrafficRule {
    private static let source = "istio pkg/config/validation/validation.go ValidateServiceEntry"

    private static func resolution(_ subject: RuleSubject) -> String {
        let text = subject.spec["resolution"].text
        return text.isEmpty ? "NONE" : text
    }

    private static func isDNS(_ subject: RuleSubject) -> Bool {
        ["DNS", "DNS_ROUND_ROBIN"].contains(resolution(subject))
    }

    /// Rules about ServiceEntries.
    static let serviceEntry: [TrafficRule] = [
        refuse("EntryHostInvalid", .serviceEntry, from: source) { subject, breaches in
            for (text, field) in subject.spec["hosts"].texts where text == "*" || !HostSyntax.isWildcardDomain(text) {
                breaches.add(field, "\"\(excerpt(text))\" is no host", "write a full name, or *.example.com")
            }
        },
        warn("EntryHostPartialWildcard", .serviceEntry, from: source) { subject, breaches in
            guard resolution(subject) != "DYNAMIC_DNS" else { return }
            for (text, field) in subject.spec["hosts"].texts where HostSyntax.isPartialWildcard(text) {
                breaches.add(field, "a wildcard for a part of a label is not taken", "write *. before a name")
            }
        },
        refuse("EntryAddressInvalid", .serviceEntry, from: source) { subject, breaches in
            for (text, field) in subject.spec["addresses"].texts where !HostSyntax.isAddressOrSubnet(text) {
                breaches.add(field, "\"\(excerpt(text))\" is no address", "write 10.0.0.1 or 10.0.0.0/8")
            }
        },
        refuse("SubnetWithDNS", .serviceEntry, from: source) { subject, breaches in
            guard isDNS(subject) else { return }
            for (text, field) in subject.spec["addresses"].texts where text.utf8.contains(UInt8(ascii: "/")) {
                breaches.add(field, "goes with resolution NONE or STATIC alone", "write an address")
            }
        },
        refuse("EntryPortNameInvalid", .serviceEntry, from: source) { subject, breaches in
            for port in subject.spec["ports"].items {
                let name = port["name"]
                guard name.isPresent, !HostSyntax.isLabel(name.text) else { continue }
                breaches.add(name, "\"\(excerpt(name.text))\" is no name of a port", "use letters, digits and '-'")
            }
        },
        refuse("EntryPortRepeated", .serviceEntry, from: source) { subject, breaches in
            var names = DistinctTexts()
            var numbers: Set<Int64> = []
            for port in subject.spec["ports"].items {
                let name = port["name"]
                if !name.text.isEmpty, !names.insert(name.text) {
                    breaches.add(name, "another port has the name \(excerpt(name.text))", "rename one of them")
                }
                if let number = port["number"].number, !numbers.insert(number).inserted {
                    breaches.add(port["number"], "another port has the number \(number)", "remove one of them")
                }
            }
        },
        refuse("EntryProtocolUnknown", .serviceEntry, from: source) { subject, breaches in
            for port in subject.spec["ports"].items {
                let name = port["protocol"]
                guard !name.text.isEmpty, TrafficProtocol(name.text) == nil else { continue }
                breaches.add(name, "\"\(excerpt(name.text))\" is no protocol", "write \(TrafficProtocol.list)")
            }
        },
        warn("EntryAddressesMissing", .serviceEntry, from: source) { subject, breaches in
            let allocation = subject.metadata["labels"]["networking.istio.io/enable-autoallocate-ip"].text
            guard subject.spec["addresses"].count == 0,
                resolution(subject) == "NONE" || allocation.lowercased() == "false"
            else { return }
            for port in subject.spec["ports"].items where ["", "TCP"].contains(port["protocol"].text) {
                breaches.add(
                    port["protocol"], "connections of TCP are told apart by address, and the entry has none",
                    "write addresses, or the protocol if it is another one")
            }
        },
        refuse("EndpointsWithoutResolution", .serviceEntry, from: source) { subject, breaches in
            guard resolution(subject) == "NONE", subject.spec["endpoints"].count > 0 else { return }
            breaches.add(
                subject.spec["endpoints"], "with resolution NONE connections go where the client sends them",
                "use resolution STATIC or DNS, or remove the endpoints")
        },
        warn("SelectorWithoutResolution", .serviceEntry, from: source) { subject, breaches in
            guard resolution(subject) == "NONE", subject.spec["workloadSelector"].isPresent else { return }
            breaches.add(
                subject.spec["workloadSelector"], "with resolution NONE no workload is sent to",
                "use resolution STATIC or DNS")
        },
        refuse("EndpointAddressInvalid", .serviceEntry, from: source) { subject, breaches in
            let kind = resolution(subject)
            for endpoint in subject.spec["endpoints"].items {
                let address = endpoint["address"]
                if address.text.isEmpty {
                    if endpoint["network"].text.isEmpty || isDNS(subject) {
                        breaches.add(address, "is missing", "write the address of the endpoint")
                    }
                } else if let path = HostSyntax.socketPath(address.text), kind == "STATIC" {
                    if !HostSyntax.isSocketPath(path) {
                        breaches.add(address, "the path of a socket is absolute and no folder", "write unix:///path")
                    }
                } else if kind == "STATIC" ? !HostSyntax.isAddress(address.text) : !isNameOrAddress(address.text) {
                    breaches.add(
                        address, "\"\(excerpt(address.text))\" is no address for resolution \(excerpt(kind))",
                        kind == "STATIC"
                            ? "write an IP address, or use resolution DNS" : "write a name or an IP address")
                }
            }
        },
        refuse("EndpointPortUnknown", .serviceEntry, from: source) { subject, breaches in
            let known = Set(subject.spec["ports"].items.map { Array($0["name"].text.utf8) })
            for endpoint in subject.spec["endpoints"].items {
                if HostSyntax.socketPath(endpoint["address"].text) != nil {
                    if endpoint["ports"].count > 0 {
                        breaches.add(endpoint["ports"], "a socket has no ports", "remove them")
                    }
                    if known.count != 1 {
                        breaches.add(
                            endpoint["address"], "a socket serves one port, not \(known.count)", "keep one port")
                    }
                }
                for port in endpoint["ports"].members where !known.contains(Array(port.key.utf8)) {
                    breaches.add(port.field, "the entry has no port of this name", "add it to spec.ports")
                }
            }
        },
        refuse("HostNotResolvable", .serviceEntry, from: source) { subject, breaches in
            guard isDNS(subject), subject.spec["endpoints"].count == 0 else { return }
            for (text, field) in subject.spec["hosts"].texts where !HostSyntax.isDomain(text) {
                breaches.add(
                    field, "\"\(excerpt(text))\" cannot be looked up, and there are no endpoints inline",
                    "write a full name, or use resolution STATIC")
            }
        },
        refuse("RoundRobinEndpoints", .serviceEntry, from: source) { subject, breaches in
            guard resolution(subject) == "DNS_ROUND_ROBIN", subject.spec["endpoints"].count > 1 else { return }
            breaches.add(
                subject.spec["endpoints"], "resolution DNS_ROUND_ROBIN takes one endpoint at most", "use resolution DNS"
            )
        },
        refuse("DynamicDNSMisused", .serviceEntry, from: source) { subject, breaches in
            guard resolution(subject) == "DYNAMIC_DNS" else { return }
            let spec = subject.spec
            for (text, field) in spec["hosts"].texts where !HostName(text).isWildcard {
                breaches.add(field, "resolution DYNAMIC_DNS takes wildcards alone", "use resolution DNS")
            }
            for name in ["addresses", "endpoints"] where spec[name].count > 0 {
                breaches.add(spec[name], "the address comes from the request", "remove it, or use another resolution")
            }
            for port in spec["ports"].items
            where ![.http, .tls, .grpc, .http2].contains(TrafficProtocol(port["protocol"].text)) {
                breaches.add(port["protocol"], "names no host that could be looked up", "use HTTP, HTTP2, GRPC or TLS")
            }
            let waypoint = subject.metadata["labels"]["istio.io/use-waypoint"].text
            if spec["location"].text == "MESH_INTERNAL", !waypoint.isEmpty, waypoint.lowercased() != "none" {
                breaches.add(spec["location"], "waypoints take no DYNAMIC_DNS inside the mesh", "use MESH_EXTERNAL")
            }
        },
        warn("HostsShareAddresses", .serviceEntry, from: source) { subject, breaches in
            let spec = subject.spec
            guard isDNS(subject), spec["addresses"].count > 0, spec["hosts"].count > 1,
                let port = spec["ports"].items.first(where: { isConnection($0["protocol"].text) })
            else { return }
            breaches.add(
                port["protocol"], "several hosts of one address cannot be told apart without HTTP",
                "write an entry for each host")
        },
        refuse("HostsShareConnections", .serviceEntry, from: source) { subject, breaches in
            guard resolution(subject) != "NONE", subject.spec["hosts"].count > 1 else { return }
            for port in subject.spec["ports"].items {
                let name = TrafficProtocol(port["protocol"].text)
                guard !(name?.isHTTP ?? false), !(name?.isTLS ?? false) else { continue }
                breaches.add(
                    port["protocol"], "several hosts cannot be told apart without HTTP or TLS",
                    "write an entry for each host")
            }
        },
        warn("EndpointWeightZero", .serviceEntry, code: own("EndpointWeightZero"), from: WorkloadWeight.source) {
            subject, breaches in
            let endpoints = subject.spec["endpoints"].items
            for endpoint in endpoints where endpoint["weight"].number == 0 && endpoints.count > 1 {
                WorkloadWeight.report(endpoint["weight"], &breaches)
            }
        },
    ]

    private static func isNameOrAddress(_ text: String) -> Bool {
        HostSyntax.isDomain(text) || HostSyntax.isAddress(text)
    }

    private static func isConnection(_ text: String) -> Bool {
        guard let name = TrafficProtocol(text) else { return false }
        return !name.isHTTP && name != .udp
    }
}

/// The trap of weights of workloads: 0 is taken for "not set", which is 1.
enum WorkloadWeight {
    static let source = "istio pilot/pkg/model/service.go GetLoadBalancingWeight"

    static func report(_ weight: Field, _ breaches: inout Breaches) {
        breaches.add(
            weight, "a weight of 0 is taken for 1, so that the workload still gets traffic",
            "leave the workload out to drain it, or write 1 to say so")
    }
}
