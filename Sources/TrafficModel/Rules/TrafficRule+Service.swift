import JSONValue
import KubeModel

extension TrafficRule {
    private static let source = "kubernetes pkg/apis/core/validation/validation.go"

    /// Rules about Services.
    static let service: [TrafficRule] = [
        refuse("ServiceTakesTraffic", .service, code: own("ServiceTakesTraffic"), from: "CVE-2020-8554") {
            subject, breaches in
            for danger in ServiceDanger.found(in: subject.spec.value ?? .null, but: subject.allowed) {
                breaches.add(subject.spec[danger.field], danger.message, danger.remedy)
            }
        },
        refuse("ServicePortsMissing", .service, code: own("ServicePortsMissing"), from: "\(source) ValidateService") {
            subject, breaches in
            let spec = subject.spec
            guard spec["ports"].count == 0, spec["clusterIP"].text != "None", spec["type"].text != "ExternalName" else {
                return
            }
            breaches.add(spec["ports"], "the Service has no port", "add a port, or write clusterIP: None")
        },
        refuse(
            "ServicePortNameMissing", .service, code: own("ServicePortNameMissing"), from: "\(source) ValidateService"
        ) {
            subject, breaches in
            let ports = subject.spec["ports"].items
            guard ports.count > 1 else { return }
            for port in ports where port["name"].text.isEmpty {
                breaches.add(port["name"], "a port of several has no name", "name each port")
            }
        },
        refuse(
            "ServicePortNameInvalid", .service, code: own("ServicePortNameInvalid"),
            from: "\(source) validateServicePort"
        ) {
            subject, breaches in
            for port in subject.spec["ports"].items {
                let name = port["name"]
                if !name.text.isEmpty, !DNSNames.isLabel(name.text) {
                    breaches.add(
                        name, "\"\(excerpt(name.text))\" is no name of a port",
                        "use lower-case letters, digits and '-'")
                }
                let target = port["targetPort"]
                if case .string(let text)? = target.value, !text.isEmpty, !PortName.isServiceName(text) {
                    breaches.add(
                        target, "\"\(excerpt(text))\" is no name of a container's port",
                        "use at most 15 lower-case letters, digits and '-' with a letter among them, or a number")
                }
            }
        },
        refuse("ServicePortRepeated", .service, code: own("ServicePortRepeated"), from: "\(source) ValidateService") {
            subject, breaches in
            var names = DistinctTexts()
            var keys: Set<[JSONValue]> = []
            for field in subject.spec["ports"].items {
                guard let port = field.value.flatMap(ServicePort.init) else { continue }
                if !port.name.isEmpty, !names.insert(port.name) {
                    breaches.add(field["name"], "another port has the name \(excerpt(port.name))", "rename one of them")
                }
                if !keys.insert(port.key).inserted {
                    breaches.add(
                        field["port"],
                        "another port has the number \(port.number) and protocol \(excerpt(port.transport))",
                        "remove one of them")
                }
            }
        },
        refuse(
            "ServiceFieldOfOtherType", .service, code: own("ServiceFieldOfOtherType"), from: "\(source) ValidateService"
        ) {
            subject, breaches in
            let spec = subject.spec
            let type = spec["type"].text.isEmpty ? "ClusterIP" : spec["type"].text
            func forbid(_ field: Field, _ isKept: Bool, _ types: String) {
                guard field.isPresent, !isKept else { return }
                breaches.add(
                    field, "means nothing in a Service of type \(excerpt(type))", "use type \(types) or remove it")
            }
            let isBalancer = type == "LoadBalancer"
            let isOpen = isBalancer || type == "NodePort"
            for port in spec["ports"].items where port["nodePort"].number != 0 {
                forbid(port["nodePort"], isOpen, "NodePort or LoadBalancer")
            }
            let isDefaulted = spec["externalTrafficPolicy"].value == ""
            forbid(spec["externalTrafficPolicy"], isOpen || isDefaulted, "NodePort or LoadBalancer")
            for field in ["loadBalancerClass", "allocateLoadBalancerNodePorts"] {
                forbid(spec[field], isBalancer, "LoadBalancer")
            }
            if spec["loadBalancerSourceRanges"].count > 0 {
                forbid(spec["loadBalancerSourceRanges"], isBalancer, "LoadBalancer")
            }
            if let port = spec["healthCheckNodePort"].number, port != 0 {
                forbid(
                    spec["healthCheckNodePort"], isBalancer && spec["externalTrafficPolicy"].text == "Local",
                    "LoadBalancer with externalTrafficPolicy Local")
            }
        },
        warn("ServiceAffinityUnused", .service, code: own("ServiceAffinityUnused"), from: "\(source) ValidateService") {
            subject, breaches in
            let config = subject.spec["sessionAffinityConfig"]
            guard config.count > 0, subject.spec["sessionAffinity"].text != "ClientIP" else { return }
            breaches.add(config, "stands without sessionAffinity: ClientIP", "set sessionAffinity, or remove it")
        },
        refuse(
            "ServiceSourceRangeInvalid", .service, code: own("ServiceSourceRangeInvalid"),
            from: "\(source) ValidateService"
        ) {
            subject, breaches in
            for (text, field) in subject.spec["loadBalancerSourceRanges"].texts {
                // Kubernetes trims them.
                let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0d).contains(byte) }
                let bytes = text.utf8.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
                let range = String(decoding: bytes, as: UTF8.self)
                guard !bytes.contains(UInt8(ascii: "/")) || !HostSyntax.isAddressOrSubnet(range) else { continue }
                breaches.add(
                    field, "\"\(excerpt(text))\" is no range of addresses", "write an address and a length, 10.0.0.0/8")
            }
        },
        refuse(
            "ServiceSelectorInvalid", .service, code: own("ServiceSelectorInvalid"), from: "\(source) ValidateService"
        ) {
            subject, breaches in
            checkLabels(
                subject.spec["selector"], &breaches, isKey: DNSNames.isLabelKey, isValue: DNSNames.isLabelValue)
        },
        note("ServicePortProtocolUnsaid", .service, code: "IST0118", from: "istio pkg/config/kube/conversion.go") {
            subject, breaches in
            // A VIP of a gateway is no destination of routes; what it is called does not matter.
            guard subject.spec["type"].text != "LoadBalancer" else { return }
            for port in subject.spec["ports"].items where !PortName.saysProtocol(port) {
                breaches.add(
                    port["name"], "neither name nor appProtocol says what is spoken, so that Istio must guess",
                    "begin the name with a protocol, such as http-, or set appProtocol")
            }
        },
    ]
}

/// What the names of ports say.
enum PortName {
    /// A name of IANA's registry of services (RFC 6335 section 5.1): 1 to 15 letters, digits and single hyphens.
    static func isServiceName(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let isPair = zip(bytes, bytes.dropFirst()).contains { $0 == UInt8(ascii: "-") && $1 == UInt8(ascii: "-") }
        return bytes.count <= 15 && DNSNames.isLabel(text) && !isPair
            && bytes.contains { !HostSyntax.isDigit($0) && $0 != UInt8(ascii: "-") }
    }

    /// Whether Istio knows the protocol of a Service's port without looking at the traffic.
    static func saysProtocol(_ port: Field) -> Bool {
        let transport = port["protocol"].text
        guard transport.isEmpty || transport == "TCP" else { return true }
        let application = port["appProtocol"].text.lowercased()
        if ["kubernetes.io/h2c", "kubernetes.io/ws", "kubernetes.io/wss"].contains(application) { return true }
        if !application.isEmpty { return TrafficProtocol(application) != nil }
        // Ports whose protocols begin with a word of the server: smtp, dns, mysql, mongo.
        if let number = port["port"].number, [25, 53, 3306, 27017].contains(number) { return true }
        let name = port["name"].text.lowercased()
        return TrafficProtocol(String(name.prefix { $0 != "-" })) != nil
    }
}
