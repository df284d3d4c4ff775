import JSONValue
import KubeModel

extension TrafficRule {
    private static let source = "istio pkg/config/validation/validation.go"

    /// Rules about Gateways.
    static let gateway: [TrafficRule] =
        [
            refuse("GatewayNameInvalid", .gateway, from: "\(source) ValidateGateway") { subject, breaches in
                guard !HostSyntax.isLabel(subject.object.key.name) else { return }
                breaches.add(subject.metadata["name"], "the name of a Gateway has no dots", "use one DNS label")
            },
            refuse("GatewayWithoutServers", .gateway, from: "\(source) ValidateGateway") { subject, breaches in
                guard subject.spec["servers"].count == 0 else { return }
                breaches.add(subject.spec["servers"], "there is no server", "add a server with a port and hosts")
            },
            warn(
                "GatewaySelectsAll", .gateway, code: own("GatewaySelectsAll"), from: "istio/api gateway.proto selector"
            ) {
                subject, breaches in
                guard subject.spec["selector"].count == 0 else { return }
                breaches.add(
                    subject.spec["selector"], "without labels the Gateway configures every gateway of the cluster",
                    "select the labels of one gateway")
            },
            refuse("ServerHostsMissing", .gateway, from: "\(source) validateServer") { subject, breaches in
                for server in subject.spec["servers"].items
                where server["hosts"].isPresent && server["hosts"].count == 0 {
                    breaches.add(server["hosts"], "the server has no host", "add a host, or \"*\" for all")
                }
            },
            refuse(
                "ServerHostInvalid", .gateway,
                from: "istio pkg/config/validation/agent/validation.go ValidateNamespaceSlashWildcardHostname"
            ) { subject, breaches in
                for server in subject.spec["servers"].items {
                    for (text, field) in server["hosts"].texts {
                        guard let problem = HostEntry.problem(of: text, forGateway: true) else { continue }
                        breaches.add(
                            field, "\"\(excerpt(text))\" \(problem)",
                            "write a full name, *.example.com or \"*\", perhaps with a namespace and \"/\" before")
                    }
                }
            },
            refuse("ServerPortInvalid", .gateway, from: "\(source) validateServerPort") { subject, breaches in
                for server in subject.spec["servers"].items {
                    let number = server["port"]["number"]
                    guard let value = number.number else { continue }
                    if HostSyntax.socketPath(server["bind"].text) != nil {
                        if value != 0 { breaches.add(number, "a socket has no port", "write 0") }
                    } else if value == 0 {
                        breaches.add(number, "is 0", "write the port on which the gateway listens")
                    }
                }
            },
            refuse("ServerProtocolUnknown", .gateway, from: "\(source) validateServerPort") { subject, breaches in
                for server in subject.spec["servers"].items {
                    let field = server["port"]["protocol"]
                    guard field.isPresent, TrafficProtocol(field.text) == nil else { continue }
                    breaches.add(field, "\"\(excerpt(field.text))\" is no protocol", "write \(TrafficProtocol.list)")
                }
            },
            refuse("ServerPortNameMissing", .gateway, from: "\(source) validateServerPort") { subject, breaches in
                for server in subject.spec["servers"].items {
                    let name = server["port"]["name"]
                    if name.isPresent, name.text.isEmpty { breaches.add(name, "is empty", "name the port") }
                }
            },
            refuse("ServerPortNameRepeated", .gateway, from: "\(source) ValidateGateway") { subject, breaches in
                var names = DistinctTexts()
                for server in subject.spec["servers"].items {
                    let name = server["port"]["name"]
                    guard !name.text.isEmpty, !names.insert(name.text) else { continue }
                    breaches.add(name, "another server's port has the name \(excerpt(name.text))", "rename one of them")
                }
            },
            refuse("ServerTargetPortSet", .gateway, from: "\(source) validateServerPort") { subject, breaches in
                for server in subject.spec["servers"].items {
                    let target = server["port"]["targetPort"]
                    guard let number = target.number, number > 0 else { continue }
                    breaches.add(target, "means nothing in a Gateway", "remove it; the Service of the gateway has it")
                }
            },
            refuse("ServerBindInvalid", .gateway, from: "\(source) validateServerBind") { subject, breaches in
                for server in subject.spec["servers"].items { ListenerAddress.check(server["bind"], &breaches) }
            },
            refuse("GatewayTLSMissing", .gateway, from: "\(source) validateServer") { subject, breaches in
                for server in subject.spec["servers"].items where server["tls"].isAbsent {
                    let port = server["port"]["protocol"]
                    guard TrafficProtocol(port.text)?.isTLS ?? false else { continue }
                    breaches.add(
                        server["tls"], "a port of protocol \(excerpt(port.text)) has no TLS settings",
                        "add tls with a mode, such as {mode: SIMPLE, credentialName: ...}")
                }
            },
            refuse("GatewayTLSOnPlainPort", .gateway, from: "\(source) validateServer") { subject, breaches in
                for server in subject.spec["servers"].items where server["tls"].isPresent {
                    let (tls, port) = (server["tls"], server["port"]["protocol"])
                    guard let name = TrafficProtocol(port.text), !name.isTLS else { continue }
                    let isRedirectAlone =
                        name.isHTTP && ["PASSTHROUGH", "AUTO_PASSTHROUGH"].contains(ServerTLS(tls).mode)
                        && !["caCertificates", "privateKey", "serverCertificate"].contains { !tls[$0].text.isEmpty }
                    guard !isRedirectAlone else { continue }
                    breaches.add(
                        tls, "a port of protocol \(excerpt(port.text)) takes no TLS settings",
                        name.isHTTP
                            ? "keep httpsRedirect alone, or use protocol HTTPS" : "use protocol TLS, or remove them")
                }
            },
            warn("RedirectWithoutHTTP", .gateway, from: "\(source) ValidateGateway") { subject, breaches in
                for server in subject.spec["servers"].items where server["tls"]["httpsRedirect"].isTrue {
                    guard let name = TrafficProtocol(server["port"]["protocol"].text), !name.isHTTP else { continue }
                    breaches.add(
                        server["tls"]["httpsRedirect"], "only a port of HTTP can send to HTTPS",
                        "set it on the server of port 80")
                }
            },
        ] + serverTLS
}

/// A host with a namespace before it, as Gateways and Sidecars write it.
enum HostEntry {
    /// What is wrong with an entry, to be read after it; nil if nothing is.
    static func problem(of text: String, forGateway: Bool) -> String? {
        guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) else {
            return forGateway ? hostProblem(text, forGateway: true) : "has no namespace and \"/\" before the host"
        }
        var namespace = text[..<slash]
        if !forGateway, namespace.utf8.first == UInt8(ascii: "~") { namespace = namespace.dropFirst() }
        let isKnown =
            namespace == "*" || namespace == "." || HostSyntax.isLabel(namespace.utf8)
            || (!forGateway && namespace.isEmpty && text.utf8.first == UInt8(ascii: "~"))
        guard isKnown else { return "has no namespace before the \"/\"" }
        return hostProblem(String(text[text.utf8.index(after: slash)...]), forGateway: forGateway)
    }

    private static func hostProblem(_ host: String, forGateway: Bool) -> String? {
        if host == "*" { return nil }
        if forGateway, HostSyntax.isAddress(host), host.utf8.contains(UInt8(ascii: ".")) { return nil }
        guard HostSyntax.isWildcardDomain(host) else { return "is no host" }
        if !host.utf8.contains(UInt8(ascii: ".")) { return "is a short name, which is not taken here" }
        return HostSyntax.isPartialWildcard(host) ? "has a wildcard for a part of a label" : nil
    }
}

/// Where a listener is bound.
enum ListenerAddress {
    /// Adds what is wrong with `bind`.
    static func check(_ bind: Field, _ breaches: inout Breaches) {
        let text = bind.text
        guard !text.isEmpty else { return }
        if let path = HostSyntax.socketPath(text) {
            if !HostSyntax.isSocketPath(path) {
                breaches.add(bind, "the path of a socket is absolute and no folder", "write unix:///path/to/socket")
            }
        } else if !HostSyntax.isAddress(text) {
            breaches.add(bind, "\"\(excerpt(text))\" is no IP address", "write an IP address, or leave it out")
        }
    }
}
