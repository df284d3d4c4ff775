import JSONValue
import KubeModel

extension SetRule {
    /// Rules about Gateways that meet on one workload, and about what they do with the routes bound to them.
    static let gateways: [SetRule] = [
        make(
            "ServerShadowed", .error, .gateway, code: "IST0145", from: "istio pilot/pkg/model/gateway.go mergeGateways"
        ) {
            set, breaches in
            var owners: [TLSServerPlace: [TrafficObject]] = [:]
            for gateway in set.all(.gateway).map(\.object) {
                for (place, field) in TLSServerPlace.all(in: gateway) {
                    let rival = owners[place]?.first { TLSServerPlace.meet($0, gateway) }
                    owners[place, default: []].append(gateway)
                    guard let rival else { continue }
                    breaches.object = gateway
                    let (message, remedy) = place.shadow(of: "Gateway \(rival.key)")
                    breaches.add(field, message, remedy)
                }
            }
        },
        make(
            "CredentialShared", .warning, .gateway, code: "IST0138",
            from: "istio pkg/config/analysis/analyzers/gateway/certificate.go"
        ) {
            set, breaches in
            struct Place: Hashable {
                let selector: JSONObject
                let name: JSONValue
            }
            var owners: [Place: ObjectKey] = [:]
            for gateway in set.all(.gateway) {
                let selector = gateway.spec["selector"].value?.objectValue ?? JSONObject()
                for server in gateway.spec["servers"].items {
                    let field = server["tls"]["credentialName"]
                    guard !field.text.isEmpty else { continue }
                    let place = Place(selector: selector, name: .string(field.text))
                    guard let owner = owners[place], owner != gateway.object.key else {
                        owners[place] = gateway.object.key
                        continue
                    }
                    breaches.object = gateway.object
                    breaches.add(
                        field,
                        "Gateway \(owner) shows the same certificate on the same pods; browsers use one connection for the hosts "
                            + "of both, and get 404", "put the hosts into one Gateway, or use a certificate for each")
                }
            }
        },
        make("RulesOfOtherProtocol", .warning, .virtualService, from: "istio pilot/pkg/networking/core/gateway.go") {
            set, breaches in
            var gateways: [ObjectKey: (opaque: ServedHosts, open: ServedHosts)] = [:]
            for gateway in set.all(.gateway) {
                func hosts(_ isChosen: (Field) -> Bool) -> ServedHosts {
                    ServedHosts(
                        gateway.spec["servers"].items.filter(isChosen).flatMap { $0["hosts"].texts }.map {
                            GatewayReferences.ServerHost(
                                $0.text, gatewayNamespace: gateway.object.key.namespace ?? "")
                        })
                }
                gateways[gateway.object.key] = (hosts(isOpaque), hosts { !isOpaque($0) })
            }
            for route in set.references.virtualServices {
                guard let object = set.object(.virtualService, route.key) else { continue }
                let spec = Field(object.body)["spec"]
                guard spec["http"].count > 0, spec["tls"].count + spec["tcp"].count == 0, !route.isInMesh else {
                    continue
                }
                for name in route.gatewayKeys {
                    guard let gateway = gateways[name.value] else { continue }
                    func serve(_ hosts: ServedHosts) -> Bool {
                        route.hosts.contains { hosts.serve($0.value, of: object.key.namespace ?? "") }
                    }
                    guard serve(gateway.opaque), !serve(gateway.open) else { continue }
                    breaches.object = object
                    breaches.add(
                        name.pointer,
                        "Gateway \(name.value) passes the connections of these hosts on, and sees no requests",
                        "use tls or tcp rules, or end TLS in the Gateway")
                }
            }
        },
        make("TargetPortsDiffer", .warning, .gateway, from: "istio pilot/pkg/networking/core/gateway.go resolvePorts") {
            set, breaches in
            for gateway in set.all(.gateway) {
                let selector = gateway.spec["selector"].value?.objectValue ?? JSONObject()
                let services = set.all(.service).filter {
                    $0.spec["selector"].value?.objectValue?.contains(all: selector) ?? false
                }
                for server in gateway.spec["servers"].items {
                    guard let number = server["port"]["number"].number else { continue }
                    let targets = services.flatMap { $0.spec["ports"].items }.filter { $0["port"].number == number }
                        .map { $0["targetPort"].value ?? .integer(number) }
                    guard Set(targets).count > 1 else { continue }
                    breaches.object = gateway.object
                    breaches.add(
                        server["port"]["number"],
                        "Services of the template lead port \(number) to different ports of the gateway's pods, and one is chosen",
                        "write the number of the pods' port, or give the Services the same targetPort")
                }
            }
        },
        make(
            "GatewayPortNotReached", .warning, .gateway, code: "IST0162",
            from: "istio pkg/config/analysis/analyzers/gateway/gateway.go"
        ) {
            set, breaches in
            for gateway in set.all(.gateway) {
                let selector = gateway.spec["selector"].value?.objectValue ?? JSONObject()
                let services = set.references.services.filter { $0.selector.contains(all: selector) }
                // Without a VIP of its own the set leaves the way to the pods to others, as it does without a selector.
                guard !selector.isEmpty, let vip = services.first(where: { $0.type == "LoadBalancer" }) else {
                    continue
                }
                let ports = services.flatMap(\.ports)
                // A port by name is known to the pods alone.
                guard ports.allSatisfy({ $0.target != nil }) else { continue }
                let reached = Set(ports.flatMap { [$0.number, $0.target ?? $0.number] })
                for server in gateway.spec["servers"].items {
                    guard let number = server["port"]["number"].number, !reached.contains(number) else { continue }
                    breaches.object = gateway.object
                    breaches.add(
                        server["port"]["number"],
                        "no Service of the template leads to port \(number) of the gateway's pods, so that nobody comes there "
                            + "through Service \(vip.key)", "add the port to the Service, or use one that it has")
                }
            }
        },
    ]

    /// Whether a server passes connections on without looking into them.
    private static func isOpaque(_ server: Field) -> Bool {
        guard let name = TrafficProtocol(server["port"]["protocol"].text) else { return false }
        let mode = ServerTLS(server["tls"]).mode
        return name == .tcp || (name.isTLS && (mode == "PASSTHROUGH" || mode == "AUTO_PASSTHROUGH"))
    }
}
