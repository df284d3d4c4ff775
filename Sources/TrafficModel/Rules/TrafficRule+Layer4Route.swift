import JSONValue
import KubeModel

extension TrafficRule {
    private static let source = "istio pkg/config/validation/validation.go"

    /// Rules about tls and tcp rules.
    static let layer4Route: [TrafficRule] = [
        refuse("TLSMatchMissing", .virtualService, from: "\(source) validateTLSRoute") { subject, breaches in
            for rule in subject.spec["tls"].items {
                if rule["match"].isPresent, rule["match"].count == 0 {
                    breaches.add(rule["match"], "a tls rule without a match is never used", "add a match with sniHosts")
                }
                for match in rule["match"].items where match["sniHosts"].isPresent && match["sniHosts"].count == 0 {
                    breaches.add(match["sniHosts"], "is empty", "add the server name")
                }
            }
        },
        refuse("Layer4RouteMissing", .virtualService, from: "\(source) validateTLSRoute") { subject, breaches in
            for kind in ["tls", "tcp"] {
                for rule in subject.spec[kind].items where rule["route"].count == 0 {
                    breaches.add(rule["route"], "the rule sends nowhere", "add a destination")
                }
            }
        },
        refuse("ServerNameInvalid", .virtualService, from: "\(source) validateSniHost") { subject, breaches in
            let hosts = RouteHosts(subject)
            for (text, field) in serverNames(subject) where !hosts.isHost(text) {
                breaches.add(field, "\"\(excerpt(text))\" is no server name", "write a name, or *.example.com")
            }
        },
        warn("ServerNameIsAddress", .virtualService, from: "RFC 6066 section 3") { subject, breaches in
            for (text, field) in serverNames(subject) where HostSyntax.isAddress(text) {
                breaches.add(field, "clients send no address as a server name", "write the name")
            }
        },
        refuse("ServerNameOutside", .virtualService, from: "\(source) validateSniHost") { subject, breaches in
            let suffixes = HostSuffixes(subject.spec["hosts"].texts.map(\.text))
            for (text, field) in serverNames(subject)
            where HostSyntax.isWildcardDomain(text) && !HostSyntax.isAddress(text) && !suffixes.cover(HostName(text)) {
                breaches.add(
                    field, "\(excerpt(text)) is none of the hosts of this VirtualService", "add it to spec.hosts")
            }
        },
        refuse(
            "SubnetInvalid", .virtualService, from: "istio pkg/config/validation/agent/validation.go ValidateIPSubnet"
        ) {
            subject, breaches in
            for kind in ["tls", "tcp"] {
                for rule in subject.spec[kind].items {
                    for match in rule["match"].items {
                        for (text, field) in match["destinationSubnets"].texts
                        where !HostSyntax.isAddressOrSubnet(text) {
                            breaches.add(field, "\"\(excerpt(text))\" is no range of addresses", "write 10.0.0.0/8")
                        }
                    }
                }
            }
        },
    ]

    private static func serverNames(_ subject: RuleSubject) -> [(text: String, field: Field)] {
        subject.spec["tls"].items.flatMap { rule in rule["match"].items.flatMap { $0["sniHosts"].texts } }
    }
}

/// Hosts in a form in which it is quick to tell whether one of them covers another host.
struct HostSuffixes {
    private var exact: Set<HostName> = []
    private var open: Set<[UInt8]> = []
    private var lengths: Set<Int> = []

    init(_ hosts: [String]) {
        // A longer text is no host.
        for host in hosts where host.utf8.count <= 255 {
            let name = HostName(host)
            exact.insert(name)
            guard name.isWildcard else { continue }
            open.insert(Array(host.utf8.dropFirst()))
            lengths.insert(host.utf8.count - 1)
        }
    }

    /// Whether a host of the list means every host that `name` means.
    func cover(_ name: HostName) -> Bool {
        if exact.contains(name) { return true }
        let bytes = name.isWildcard ? Array(name.text.utf8.dropFirst()) : Array(name.text.utf8)
        return lengths.contains { $0 <= bytes.count && open.contains(Array(bytes.suffix($0))) }
    }
}
