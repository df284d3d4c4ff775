import JSONValue
import KubeModel

extension TrafficRule {
    private static let source = "istio pkg/config/validation/validation.go ValidateSidecar"

    /// Rules about Sidecars.
    static let sidecar: [TrafficRule] = [
        refuse("SidecarEmpty", .sidecar, from: source) { subject, breaches in
            let spec = subject.spec
            guard spec["egress"].count == 0, spec["ingress"].count == 0,
                !spec.hasAny("outboundTrafficPolicy", "inboundConnectionPool")
            else { return }
            breaches.add(spec, "says nothing", "add egress, ingress, a traffic policy or a connection pool")
        },
        refuse("EgressHostsMissing", .sidecar, from: source) { subject, breaches in
            for listener in subject.spec["egress"].items
            where listener["hosts"].isPresent && listener["hosts"].count == 0 {
                breaches.add(listener["hosts"], "the listener has no host", "add one, such as ./*")
            }
        },
        refuse(
            "EgressHostInvalid", .sidecar,
            from: "istio pkg/config/validation/agent/validation.go ValidateNamespaceSlashWildcardHostname"
        ) { subject, breaches in
            for listener in subject.spec["egress"].items {
                for (text, field) in listener["hosts"].texts {
                    guard let problem = HostEntry.problem(of: text, forGateway: false) else { continue }
                    breaches.add(
                        field, "\"\(excerpt(text))\" \(problem)", "write namespace/name, such as ./* or */*.example.com"
                    )
                }
            }
        },
        warn("EgressHostRepeated", .sidecar, from: source) { subject, breaches in
            for listener in subject.spec["egress"].items {
                var (seen, named, whole) = (DistinctTexts(), DistinctTexts(), DistinctTexts())
                var everything: Field?
                var count = 0
                for (text, field) in listener["hosts"].texts where text.utf8.first != UInt8(ascii: "~") {
                    guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) else { continue }
                    let namespace = text[..<slash] == "." ? subject.namespace : String(text[..<slash])
                    let host = String(text[text.utf8.index(after: slash)...])
                    let isNew = seen.insert("\(namespace)/\(host)")
                    let isFirst = named.insert(namespace)
                    if isFirst { count += 1 }
                    if !isNew || whole.contains(namespace) {
                        breaches.add(field, "\(excerpt(text)) is selected already", "remove it")
                    } else if host == "*", !isFirst {
                        breaches.add(
                            field, "\(excerpt(text)) selects the hosts of the namespace that stand before it, too",
                            "remove those")
                    }
                    if host == "*" { _ = whole.insert(namespace) }
                    // One that comes after others of its kind was told of right here.
                    if host == "*", namespace == "*", isFirst { everything = field }
                }
                if let everything, count > 1 {
                    breaches.add(
                        everything, "*/* selects everything, so that the hosts of namespaces beside it say nothing",
                        "remove those, or */*")
                }
            }
        },
        refuse("EgressCatchAllNotLast", .sidecar, from: source) { subject, breaches in
            for listener in subject.spec["egress"].items.dropLast() where listener["port"].isAbsent {
                breaches.add(
                    listener, "a listener without a port comes before others", "put it last; there is one at most")
            }
        },
        refuse("ListenerPortRepeated", .sidecar, from: source) { subject, breaches in
            for kind in ["ingress", "egress"] {
                var numbers: Set<Int64> = []
                var sockets = DistinctTexts()
                for listener in subject.spec[kind].items where listener["port"].isPresent {
                    let number = listener["port"]["number"].number ?? 0
                    if number != 0, !numbers.insert(number).inserted {
                        breaches.add(listener["port"]["number"], "another listener has port \(number)", "merge the two")
                    }
                    if number == 0, kind == "egress", !sockets.insert(listener["bind"].text) {
                        breaches.add(listener["bind"], "another listener has this socket", "merge the two")
                    }
                }
            }
        },
        refuse("ListenerPortInvalid", .sidecar, from: source) { subject, breaches in
            for listener in subject.spec["ingress"].items where listener["port"].isPresent {
                checkPort(listener["port"], isOpen: false, &breaches)
            }
            for listener in subject.spec["egress"].items where listener["port"].isPresent {
                checkPort(listener["port"], isOpen: HostSyntax.socketPath(listener["bind"].text) != nil, &breaches)
            }
        },
        refuse("ListenerBindInvalid", .sidecar, from: source) { subject, breaches in
            for listener in subject.spec["egress"].items where listener["port"].isPresent {
                ListenerAddress.check(listener["bind"], &breaches)
                guard HostSyntax.socketPath(listener["bind"].text) != nil else { continue }
                if listener["port"]["number"].number ?? 0 != 0 {
                    breaches.add(listener["bind"], "a socket has no port", "write port number 0, or an IP address")
                }
                if listener["captureMode"].text == "IPTABLES" {
                    breaches.add(listener["captureMode"], "nothing is captured for a socket", "write DEFAULT or NONE")
                }
            }
            for listener in subject.spec["ingress"].items {
                let bind = listener["bind"]
                guard !bind.text.isEmpty, !HostSyntax.isAddress(bind.text) else { continue }
                breaches.add(bind, "\"\(excerpt(bind.text))\" is no IP address", "write an IP address, or leave it out")
            }
        },
        refuse("DefaultEndpointInvalid", .sidecar, from: source) { subject, breaches in
            for listener in subject.spec["ingress"].items {
                let endpoint = listener["defaultEndpoint"]
                guard !endpoint.text.isEmpty, !isLocalEndpoint(endpoint.text) else { continue }
                breaches.add(
                    endpoint, "\"\(excerpt(endpoint.text))\" is no endpoint of the workload itself",
                    "write 127.0.0.1:PORT, 0.0.0.0:PORT, [::1]:PORT, [::]:PORT or unix:///path")
            }
        },
        refuse("IngressTLSUnsupported", .sidecar, from: source) { subject, breaches in
            for listener in subject.spec["ingress"].items where listener["tls"].isPresent {
                let tls = listener["tls"]
                for name in ["subjectAltNames", "credentialName", "credentialNames", "tlsCertificates"]
                where !tls[name].isEmptyText {
                    breaches.add(tls[name], "sidecars do not support it", "give the certificate as a file")
                }
                if tls["httpsRedirect"].isTrue {
                    breaches.add(tls["httpsRedirect"], "sidecars do not support it", "remove it")
                }
                if ["ISTIO_MUTUAL", "AUTO_PASSTHROUGH"].contains(tls["mode"].text) {
                    breaches.add(tls["mode"], "is no mode for a sidecar", "use SIMPLE or MUTUAL")
                }
                guard !(TrafficProtocol(listener["port"]["protocol"].text)?.isTLS ?? false) else { continue }
                breaches.add(tls, "a port without TLS takes no TLS settings", "use protocol HTTPS or TLS")
            }
        },
        warn("PoolWithoutHTTP", .sidecar, from: source) { subject, breaches in
            for listener in subject.spec["ingress"].items {
                guard listener["connectionPool"]["http"].isPresent,
                    !(TrafficProtocol(listener["port"]["protocol"].text)?.isHTTP ?? false)
                else { continue }
                breaches.add(
                    listener["connectionPool"]["http"], "counts for a port of HTTP alone", "correct the port's protocol"
                )
            }
        },
        refuse("EgressProxyInvalid", .sidecar, from: "\(source) validateSidecarOutboundTrafficPolicy") {
            subject, breaches in
            let policy = subject.spec["outboundTrafficPolicy"]
            let proxy = policy["egressProxy"]
            guard proxy.isPresent else { return }
            if policy["mode"].text != "ALLOW_ANY" {
                breaches.add(proxy, "stands without mode: ALLOW_ANY", "set the mode, or remove it")
            }
            if proxy["host"].isPresent, !HostSyntax.isDomain(proxy["host"].text) {
                breaches.add(proxy["host"], "\"\(excerpt(proxy["host"].text))\" is no host", "write a full name")
            }
            if proxy["port"]["number"].isAbsent {
                breaches.add(proxy["port"], "is missing", "write port: {number: ...}")
            }
            if !proxy["subset"].text.isEmpty, !HostSyntax.isLabel(proxy["subset"].text) {
                breaches.add(proxy["subset"], "is no name of a subset", "use letters, digits and '-'")
            }
        },
    ]

    private static func checkPort(_ port: Field, isOpen: Bool, _ breaches: inout Breaches) {
        if !isOpen, port["number"].number ?? 0 == 0 {
            breaches.add(port["number"], "there is no port", "write a number from 1 to 65535")
        }
        if port["targetPort"].number ?? 0 > 0 {
            breaches.add(port["targetPort"], "means nothing in a Sidecar", "remove it")
        }
        if !port["name"].text.isEmpty, !HostSyntax.isLabel(port["name"].text) {
            breaches.add(port["name"], "is no name of a port", "use letters, digits and '-'")
        }
        if !port["protocol"].text.isEmpty, TrafficProtocol(port["protocol"].text) == nil {
            breaches.add(port["protocol"], "is no protocol", "write \(TrafficProtocol.list)")
        }
    }

    private static func isLocalEndpoint(_ text: String) -> Bool {
        if let path = HostSyntax.socketPath(text) { return HostSyntax.isSocketPath(path) }
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else { return false }
        let port = text[text.utf8.index(after: colon)...]
        guard port.utf8.allSatisfy(HostSyntax.isDigit), (1...65535).contains(Int(port) ?? 0) else { return false }
        return ["127.0.0.1", "0.0.0.0", "[::1]", "[::]", ""].contains(text[..<colon])
    }
}
