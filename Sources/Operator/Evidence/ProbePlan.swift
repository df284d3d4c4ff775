import AccessPointAPI
import JSONValue
import KubeModel
import TrafficModel

/// What is looked at under the VIPs of one target, as its rendered set and the policy have it.
///
/// A Gateway is reached through the Services of type LoadBalancer of the set that select its pods: on the port whose
/// pods' port is the one that Istio gives the server (`resolvePorts`: the target of the first Service port of the
/// server's number, else that number itself).
struct ProbePlan: Sendable {
    /// For each server with a certificate, the looks at what is served.
    private(set) var certificates: [CertificateEvidence.Server: [ProbeQuery]] = [:]
    /// For each VirtualService, the requests that must be answered.
    private(set) var routes: [ObjectKey: [ProbeQuery]] = [:]
    /// Everything that is looked at: the first ``limit`` of it.
    private(set) var queries: Set<ProbeQuery> = []

    /// The most looks at one target.
    static let limit = 32
    /// The most addresses of one Service that are looked at.
    static let addressLimit = 4

    /// A plan in which nothing is looked at.
    init() {}

    /// Makes the plan of a target.
    ///
    /// - Parameters:
    ///   - policy: how it is looked at.
    ///   - references: the rendered set.
    ///   - evidence: the certificates and the addresses of the target.
    ///   - since: names the write, or the revision, after which it is looked at.
    init(_ policy: ProbePolicy, _ references: References, _ evidence: TargetEvidence, since: String) {
        for gateway in references.gateways where !gateway.selector.isEmpty {
            for (index, server) in gateway.servers.enumerated() {
                let entrances = Self.entrances(gateway, server, references.services, evidence.addresses)
                guard !entrances.isEmpty else { continue }
                let place = CertificateEvidence.Server(gateway: gateway.key, index: index)
                if policy.tls {
                    let versions = evidence.certificates.filter { $0.servers.contains(place) }.compactMap(\.version)
                    let hosts = server.hosts.map(\.value.host).filter { !$0.isWildcard }.map(\.text)
                    if !versions.isEmpty {
                        certificates[place] = Self.queries(entrances, hosts, policy, since) { query in
                            (query.isTLS, query.expectation) = (true, .certificate(versions))
                            query.isMutual = server.mode == "MUTUAL"
                        }
                    }
                }
                guard let http = policy.http, let isTLS = server.answersWithTLS else { continue }
                for route in references.virtualServices {
                    guard route.gatewayKeys.contains(where: { $0.value == gateway.key }) else { continue }
                    routes[route.key, default: []] += Self.queries(
                        entrances, Self.hosts(of: route, at: server, http), policy, since
                    ) { query in
                        (query.isTLS, query.expectation) = (isTLS, .answer(http))
                    }
                }
            }
        }
        let servers = references.gateways.flatMap { gateway in
            gateway.servers.indices.map { CertificateEvidence.Server(gateway: gateway.key, index: $0) }
        }
        let all =
            servers.flatMap { certificates[$0] ?? [] }
            + references.virtualServices.flatMap { routes[$0.key] ?? [] }
        for query in all where queries.count < Self.limit { queries.insert(query) }
    }

    /// A way from outside to a port of the gateway's pods.
    private struct Entrance {
        var address: String
        var port: Int
    }

    private static func entrances(
        _ gateway: GatewayReferences, _ server: GatewayReferences.Server, _ services: [ServiceReferences],
        _ addresses: [AddressEvidence]
    ) -> [Entrance] {
        guard let number = server.port else { return [] }
        let selecting = services.filter { service in
            gateway.selector.allSatisfy { service.selector[$0.key] == $0.value }
        }
        let named = selecting.flatMap(\.ports).first { $0.transport == "TCP" && $0.number == number }
        let listening = named == nil ? number : named?.target
        func leads(_ port: ServicePort) -> Bool {
            guard port.transport == "TCP" else { return false }
            // Where pods give the port by name, only the very port of the server's number is known to lead there.
            return listening == nil ? port == named : port.target == listening
        }
        var entrances: [Entrance] = []
        for service in selecting where service.type == "LoadBalancer" {
            let values = addresses.first { $0.service == service.key }?.values ?? []
            for port in service.ports.filter(leads) {
                guard let number = Int(exactly: port.number) else { continue }
                entrances += values.prefix(addressLimit).map { Entrance(address: $0.value, port: number) }
            }
        }
        return entrances
    }

    private static func hosts(
        of route: VirtualServiceReferences, at server: GatewayReferences.Server, _ http: HTTPProbe
    ) -> [String] {
        let own = route.hosts.map(\.value)
        let wanted =
            http.hosts.isEmpty
            ? own.filter { !$0.isWildcard }
            : http.hosts.map { HostName($0) }.filter { host in own.contains { host.isCovered(by: $0) } }
        return wanted.filter { host in
            server.hosts.contains { $0.value.serves(host, of: route.key.namespace ?? "") }
        }.map(\.text)
    }

    private static func queries(
        _ entrances: [Entrance], _ hosts: [String], _ policy: ProbePolicy, _ since: String,
        _ complete: (inout ProbeQuery) -> Void
    ) -> [ProbeQuery] {
        hosts.flatMap { host in
            entrances.map { entrance in
                var query = ProbeQuery(
                    address: entrance.address, port: entrance.port, host: host, isTLS: false,
                    expectation: .certificate([]), intervalSeconds: policy.intervalSeconds,
                    timeoutSeconds: policy.timeoutSeconds, failureThreshold: policy.failureThreshold, since: since)
                complete(&query)
                return query
            }
        }
    }
}

extension GatewayReferences.Server {
    /// Whether requests to it begin with TLS; nil: it does not answer requests itself (another protocol, TLS that is
    /// passed on, a redirect), or only to clients that have a certificate.
    fileprivate var answersWithTLS: Bool? {
        switch `protocol`.uppercased() {
        case "HTTP", "HTTP2", "GRPC", "GRPC-WEB": redirectsToHTTPS ? nil : false
        case "HTTPS": ["SIMPLE", "OPTIONAL_MUTUAL"].contains(mode) ? true : nil
        default: nil
        }
    }
}

/// A plan, and what is known of it.
struct ProbeFindings: Sendable {
    /// What is looked at.
    var plan = ProbePlan()
    /// What counts of what was seen.
    var answers: [ProbeQuery: Verdict] = [:]

    /// Whether something has not been looked at often enough.
    var isPending: Bool { plan.queries.contains { answers[$0] == nil } }

    /// What was seen of a certificate; nil: it is not looked at, or not everywhere.
    func verdict(on certificate: CertificateEvidence) -> Verdict? {
        verdict(on: certificate.servers.flatMap { plan.certificates[$0] ?? [] })
    }

    /// What was seen of a VirtualService; nil: it is not looked at, or not everywhere.
    func verdict(onRoute key: ObjectKey) -> Verdict? { verdict(on: plan.routes[key] ?? []) }

    private func verdict(on queries: [ProbeQuery]) -> Verdict? {
        let known = queries.filter(plan.queries.contains)
        let worst = Verdict.worst(known.map { answers[$0] ?? $0.pending })
        // Not all that is well was looked at.
        return worst?.status == .true && known.count < queries.count ? nil : worst
    }
}
