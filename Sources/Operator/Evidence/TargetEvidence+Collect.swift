import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import TrafficModel

extension TargetEvidence {
    /// What is read in the member besides the operator's own objects.
    ///
    /// Later reads depend on the answers to earlier ones (the gateway's namespace comes before its Secret), so ask
    /// again when answers have come in; after three rounds nothing is added.
    ///
    /// - Parameters:
    ///   - set: the rendered set of the target's assigned revision.
    ///   - live: our object at a place, as last seen in the member; nil where none is known.
    ///   - facts: the answers so far.
    ///   - zoneHasOneCluster: whether what is missing here cannot be in another cluster of the zone.
    ///   - gatewayNamespaces: namespaces in which gateways may run.
    /// - Returns: everything that is needed, what is answered already included.
    static func queries(
        of set: RenderedSet, live: (TrafficKind, ObjectKey) -> KubeObject? = { _, _ in nil },
        facts: [FactQuery: FactAnswer], zoneHasOneCluster: Bool = true, gatewayNamespaces: [String]
    ) -> Set<FactQuery> {
        let objects = set.objects.map(\.traffic)
        var known = LiveFacts(zoneHasSingleCluster: zoneHasOneCluster, gatewayNamespaces: gatewayNamespaces)
        let services = set.objects.filter { $0.kind == .service }.map(\.key)
        let waiting = services.filter { AddressEvidence.waits(live(.service, $0)) }.map(FactQuery.events(service:))
        let asked = known.ask({ facts[$0]?.reference }) { known in
            ReferenceCheck.report(objects, facts: known).neededFacts
                + NeighbourCheck.report(objects, facts: known).neededFacts
        }
        return asked.union(waiting).union(asked.compactMap { certificate(of: $0, facts) })
    }

    /// What there is to ask of cert-manager about a Secret that was read.
    private static func certificate(of query: FactQuery, _ facts: [FactQuery: FactAnswer]) -> FactQuery? {
        guard case .secret(let key) = query else { return nil }
        return facts[query]?.certificateQuery(key)
    }

    /// Judges a target by what is known of its member.
    ///
    /// - Parameters:
    ///   - set: the rendered set of the target's assigned revision.
    ///   - live: our object at a place, as last seen in the member; nil where none is known.
    ///   - isComplete: whether the member's lists are complete, so that what is not known does not exist.
    ///   - facts: the answers to ``queries(of:live:facts:gatewayNamespaces:)``.
    ///   - addressRanges: the blocks in which the addresses of the member lie; empty: anywhere.
    ///   - allowsLoopback: whether a loopback address counts.
    ///   - zoneHasOneCluster: whether a backend that is missing here cannot be in another cluster of the zone.
    ///   - gatewayNamespaces: namespaces in which gateways may run.
    ///   - now: host time; only certificates are judged by it.
    ///   - certificateWarningSeconds: from this remaining life on a certificate ends soon.
    ///   - isKnown: whether a revision that this host knows renders an object with this hash.
    ///   - probes: what was seen under the addresses, which are in the evidence that it is given.
    /// - Returns: the evidence; what could not be looked at is unknown in it.
    static func collect(
        set: RenderedSet, live: (TrafficKind, ObjectKey) -> KubeObject?, isComplete: Bool,
        facts: [FactQuery: FactAnswer], addressRanges: [AddressRange] = [], allowsLoopback: Bool = false,
        zoneHasOneCluster: Bool, gatewayNamespaces: [String], now: Timestamp, certificateWarningSeconds: Int64,
        isKnown: (RenderedObject, _ hash: String) -> Bool = { _, _ in true },
        probes: (References, TargetEvidence) -> ProbeFindings = { _, _ in ProbeFindings() }
    ) -> TargetEvidence {
        let traffic = set.objects.map(\.traffic)
        let known = LiveFacts(
            zoneHasSingleCluster: zoneHasOneCluster, gatewayNamespaces: gatewayNamespaces,
            answers: facts.mapValues(\.reference))
        let report = ReferenceCheck.report(traffic, facts: known)
        let neighbours = NeighbourCheck.report(traffic, facts: known)
        let references = References(traffic)
        let credentials = CredentialCheck(
            services: references.services, facts: facts, gatewayNamespaces: gatewayNamespaces, now: now,
            warningSeconds: certificateWarningSeconds)
        var evidence = TargetEvidence()
        evidence.isComplete = isComplete
        evidence.isWhole =
            isComplete && report.neededFacts.isEmpty
            && facts.keys.compactMap { certificate(of: $0, facts) }.allSatisfy { facts[$0] != nil }
        evidence.neighbours = neighbours.neededFacts.isEmpty ? neighbours.findings : nil
        var found = set.objects.map {
            ObjectEvidence($0, live: live($0.kind, $0.key), isComplete: isComplete, isKnown: isKnown)
        }
        evidence.addresses = references.services.filter { $0.type == "LoadBalancer" }.map {
            .judge(
                $0.key, live: live(.service, $0.key), ranges: addressRanges, allowsLoopback: allowsLoopback,
                facts: facts)
        }
        evidence.certificates = credentials.evidence(of: set.objects)
        let seen = probes(references, evidence)
        if seen.isPending { evidence.isWhole = false }
        func judge(_ certificates: [CertificateEvidence]) -> [CertificateEvidence] {
            certificates.map { certificate in
                var certificate = certificate
                certificate.weigh(seen.verdict(on: certificate))
                return certificate
            }
        }
        let lost = LostReferences(found, set: traffic, report: report, facts: known)
        func judge(_ route: ObjectEvidence) -> RouteEvidence {
            var evidence = RouteEvidence.judge(route, references: report, lost: lost.verdict(on: route.key))
            evidence.weigh(seen.verdict(onRoute: route.key))
            return evidence
        }
        for (index, object) in set.objects.enumerated() where found[index].stored.status == .true {
            switch object.kind {
            case .service:
                let address = evidence.addresses.first { $0.service == object.key }
                found[index].working = address?.verdict ?? found[index].working
            case .gateway:
                let own = judge(credentials.evidence(of: [object]))
                found[index].working = Verdict.worst(own.map(\.verdict)) ?? found[index].working
            case .virtualService:
                found[index].working = judge(found[index]).verdict
            default: break
            }
            // What Istio says of a route is part of its own verdict.
            if object.kind != .virtualService, let refusal = found[index].refusal {
                found[index].working = Verdict.worst([found[index].working, refusal]) ?? refusal
            }
        }
        evidence.neighbours? += found.flatMap(\.istioWarnings)
        evidence.objects = found
        evidence.certificates = judge(evidence.certificates)
        evidence.routes = found.filter { $0.kind == .virtualService }.map(judge)
        evidence.hosts = Self.hosts(of: references, evidence)
        let hasClashes = evidence.neighbours.map { !$0.isEmpty } ?? false
        if !references.gateways.isEmpty || !references.virtualServices.isEmpty || hasClashes {
            let found = report.decisive.map { Verdict($0.status, ReasonCode($0.reason), $0.message) }
            evidence.references =
                Verdict.worst([found, lost.first].compactMap(\.self)) ?? Verdict(.true, .resolvedRefs)
        }
        return evidence
    }

    private static func hosts(of references: References, _ evidence: TargetEvidence) -> [HostEvidence] {
        references.publicHosts().map { host in
            let serving = references.virtualServices.filter { route in
                !route.gatewayKeys.isEmpty && route.hosts.contains { host.isCovered(by: $0.value) }
            }
            let keys = Set(serving.map(\.key))
            let routes = evidence.routes.filter { keys.contains($0.key) }.map(\.verdict)
            let bound = Set(serving.flatMap { $0.gatewayKeys.map(\.value) })
            // One that only cannot be looked into takes nothing from a host.
            let useless = certificates(for: host, at: serving.isEmpty ? nil : bound, of: references, evidence).filter {
                $0.isReady == false
            }
            return HostEvidence(
                hostname: host.text,
                verdict: Verdict.worst(
                    routes + useless.map(\.verdict) + [evidence.addressesReady].compactMap(\.self)))
        }
    }

    /// The certificates that gateways serve a host with: on each port, of all servers that cover it, those whose host is
    /// most special, as Envoy chooses by the name that a client asks for.
    ///
    /// `bound`: the Gateways to which routes of the host are bound; nil: any.
    private static func certificates(
        for host: HostName, at bound: Set<ObjectKey>?, of references: References, _ evidence: TargetEvidence
    ) -> [CertificateEvidence] {
        let servers = Dictionary(
            references.gateways.map { ($0.key, $0.servers) }, uniquingKeysWith: { first, _ in first })
        var covering: [Int64?: [(rank: Int, certificate: CertificateEvidence)]] = [:]
        for certificate in evidence.certificates {
            for place in certificate.servers where bound?.contains(place.gateway) ?? true {
                guard let all = servers[place.gateway], all.indices.contains(place.index) else { continue }
                let server = all[place.index]
                for name in server.hosts.map(\.value.host) where host.isCovered(by: name) {
                    let rank = name.isWildcard ? name.text.utf8.count : .max
                    covering[server.port, default: []].append((rank, certificate))
                }
            }
        }
        // In an order of its own, so that of two that are as bad always the same is named.
        return covering.sorted { ($0.key ?? 0) < ($1.key ?? 0) }.flatMap { _, served in
            let best = served.map(\.rank).max()
            return served.filter { $0.rank == best }.map(\.certificate)
        }
    }
}

extension ObjectEvidence {
    /// Compares a rendered object with what lives at its place, by the rules by which it is written.
    init(
        _ object: RenderedObject, live: KubeObject?, isComplete: Bool,
        isKnown: (RenderedObject, _ hash: String) -> Bool = { _, _ in true }
    ) {
        let apiVersion = [live?.apiVersion, object.body["apiVersion"]?.stringValue].compactMap(\.self)
        self.init(
            template: object.template, kind: object.kind, key: object.key, hash: object.hash, state: .unknown,
            uid: live?.uid, apiVersion: apiVersion.first { !$0.isEmpty } ?? "", working: Verdict(.true, .stored))
        istio = object.kind == .service ? nil : live.flatMap(IstioStatus.init(of:))
        health = object.kind == .workloadEntry ? live.flatMap(WorkloadHealth.init(of:)) : nil
        if isComplete {
            switch WriteDecision.decide(rendered: object, live: live) {
            case .none: state = .stored
            case .create:
                state = .missing
                differences = [drift()]
            case .refuse(let failure) where failure.reason == .objectTerminating: state = .terminating(failure)
            case .refuse(let failure): state = .foreign(failure)
            case .update:
                // Whoever changes an object by hand leaves the hash; another one was written by an operator.
                if let live,
                    live.label(Names.Label.uid)
                        == object.body.value("metadata", "labels", Names.Label.uid)?.stringValue,
                    let hash = live.annotation(Names.Annotation.hash), hash != object.hash, !isKnown(object, hash)
                {
                    state = .strange(hash)
                    break
                }
                let found = LiveComparison.differences(
                    rendered: object.body, live: live?.json ?? .null, kind: object.kind,
                    limit: Self.listedDifferences + 1)
                state = .differs(
                    found.prefix(Self.shownDifferences).map { Text.cut($0.pointer.description, to: 80) })
                differences = found.prefix(Self.listedDifferences).map { drift($0, live) }
                hasMoreDifferences = found.count > Self.listedDifferences
            }
        }
        working = stored
    }

    /// A difference as it is listed; nil: the object is not there.
    private func drift(_ difference: Difference? = nil, _ live: KubeObject? = nil) -> DriftEntry {
        let change: DriftEntry.Change =
            switch difference?.change {
            case nil, .missing?: .missing
            case .changed?: .changed
            case .extra?: .extra
            }
        var entry = DriftEntry(
            GroupVersionKind(group: kind.group, version: "", kind: kind.kind), namespace: key.namespace ?? "",
            name: key.name, pointer: Text.cut(Text.clean(difference?.pointer.description ?? ""), to: 256),
            change: change)
        func shown(_ value: JSONValue?) -> String {
            value.map { Text.cut(Text.clean($0.text()), to: DriftEntry.valueLimit) } ?? ""
        }
        entry.ours = shown(difference?.ours)
        entry.live = shown(difference?.live)
        entry.manager = Text.cut(
            Text.clean(difference.flatMap { live?.writer(of: $0.pointer) } ?? ""), to: DriftEntry.valueLimit)
        return entry
    }
}
