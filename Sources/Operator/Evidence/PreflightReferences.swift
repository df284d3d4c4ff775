import AccessPointAPI
import JSONValue
import KubeModel
import Rendering
import TrafficModel

/// Whether what a set refers to outside of itself is in its member, told before the set is written there.
///
/// It is the check by which its routes are judged once they are written: by then a canary has lost its traffic. What a
/// target lacks already, for the set that it has, holds nothing: the write that mends another thing must not wait for it.
struct PreflightReferences: Sendable {
    /// What is known of it.
    enum Outcome: Sendable, Hashable {
        /// Nothing is known to lack, and nothing is left to look at.
        case resolved
        /// Not all of it was looked at yet.
        case pending
        /// Something could not be read, which a further try may mend.
        case unread(ObjectFailure)
        /// What the set would look for in vain, and the one that is held would not.
        case missing([ObjectFailure])
        /// What keeps a target that holds nothing from being written with the stable revision as well: that is no matter
        /// of the one that is to come.
        case unfit([ObjectFailure])
    }

    /// The set that is to be written.
    let next: RenderedSet
    /// The set that its target has; nil: none, or it cannot be rendered any more.
    let held: RenderedSet?
    /// Whether its target has no revision yet.
    let isFirst: Bool
    /// Where it has none: the set that it would have by the stable revision; nil: there is no stable revision, or this is
    /// its set.
    let stable: RenderedSet?
    /// The uid of the AccessPoint: what is marked with it and not in the set is taken away by the write.
    let owner: String
    /// Whether a backend that is missing here cannot be in another cluster of the zone.
    let zoneHasOneCluster: Bool
    /// Namespaces in which gateways may run.
    let gatewayNamespaces: [String]
    /// Host time; only certificates are judged by it.
    let now: Timestamp

    /// What is read in the member for it; ask again when answers have come in, as with ``TargetEvidence``.
    ///
    /// - Parameter facts: the answers so far.
    /// - Returns: everything that is needed, what is answered already included.
    func queries(facts: [FactQuery: FactAnswer]) -> Set<FactQuery> {
        let sets = [next, stable].compactMap(\.self).map { $0.objects.map(\.traffic) }
        var known = unanswered
        return known.ask({ query in facts[query].map { remaining(of: $0, to: query) } }) { known in
            sets.flatMap { ReferenceCheck.report($0, facts: known).neededFacts }
        }
    }

    /// Judges the set by what is known of its member.
    ///
    /// - Parameters:
    ///   - facts: the answers to ``queries(facts:)`` and to those of the evidence of the set that is held.
    ///   - current: the queries whose answers are no older than the run that they are to count for, and than the last
    ///     outage unless it is told to count the run alone. What is known to lack is not forgotten by an outage.
    /// - Returns: what is known; what the API server does not let be read, or what may be in another cluster of the zone,
    ///   is unknown for good and holds nothing.
    func outcome(facts: [FactQuery: FactAnswer], current: (_ ofRunAlone: Bool) -> Set<FactQuery>) -> Outcome {
        let outcome = outcome(facts: facts, current: current(false))
        guard case .pending = outcome else { return outcome }
        let before = self.outcome(facts: facts, current: current(true))
        switch before {
        case .missing, .unfit: return before
        case .resolved, .pending, .unread: return outcome
        }
    }

    private func outcome(facts: [FactQuery: FactAnswer], current: Set<FactQuery>) -> Outcome {
        var (known, present) = (unanswered, unanswered)
        var failures: [FactQuery: String] = [:]
        for (query, answer) in facts where current.contains(query) {
            if case .unreadable(let why) = answer { failures[query] = why }
            present.answers[query] = answer.reference
            known.answers[query] = remaining(of: answer, to: query)
        }
        let objects = next.objects.map(\.traffic)
        let report = ReferenceCheck.report(objects, facts: known)
        guard report.neededFacts.isEmpty else { return .pending }
        var missing = flawedCertificates(facts)
        let broken = report.findings.filter { $0.status == .false && !isOfNewHosts($0) }
        if !broken.isEmpty {
            guard let lacking = complaints(facts) else { return .pending }
            // What the set decides by itself is told by its own rules, and no cluster lacks it.
            let ofSet = Set(ReferenceCheck.report(objects, facts: unanswered).findings)
            let new = Set(broken.filter { !lacking.contains(Complaint($0)) }).subtracting(ofSet)
            let told = report.telling(ofRemovalsFrom: ReferenceCheck.report(objects, facts: present))
            func failures(_ isTold: (ReferenceFinding) -> Bool) -> [ObjectFailure] {
                zip(report.findings, told.findings).filter { isTold($0.0) }
                    .map { failure($0.1, .referenceUnresolved, $0.1.problem) }
            }
            missing = failures(new.contains) + missing
            if missing.isEmpty, isFirst, stable != nil {
                let old = Set(broken).subtracting(ofSet)
                if !old.isEmpty { return .unfit(failures(old.contains)) }
            }
        }
        guard missing.isEmpty else { return .missing(missing) }
        return lost(failures, report, known).map { .unread($0) } ?? .resolved
    }

    /// What could not be read and matters: without it something would look otherwise.
    private func lost(_ failures: [FactQuery: String], _ report: ReferenceReport, _ known: LiveFacts) -> ObjectFailure?
    {
        guard !failures.isEmpty else { return nil }
        var without = known
        for query in failures.keys { without.answers[query] = .notFound }
        let others = Set(ReferenceCheck.report(next.objects.map(\.traffic), facts: without).findings)
        return report.findings.first { !others.contains($0) }.map { failure($0, .clusterUnreachable, $0.problem) }
    }

    private var unanswered: LiveFacts {
        LiveFacts(zoneHasSingleCluster: zoneHasOneCluster, gatewayNamespaces: gatewayNamespaces)
    }

    private func failure(_ finding: ReferenceFinding, _ reason: ObjectFailure.Reason, _ problem: String)
        -> ObjectFailure
    {
        let object = next.objects.first { $0.kind == finding.kind && $0.key == finding.key }
        return ObjectFailure(
            template: object?.template ?? "", kind: finding.kind.kind, key: finding.key, reason: reason,
            message: "\(finding.pointer.fieldPath): \(problem)")
    }
}

// What lacks already.
extension PreflightReferences {
    /// What is found amiss, wherever in its object: a route that was put in front moves all others.
    private struct Complaint: Hashable {
        let kind: TrafficKind
        let key: ObjectKey
        let reason: ReferenceFinding.Reason
        let problem: String

        init(_ finding: ReferenceFinding) {
            (kind, key, reason, problem) = (finding.kind, finding.key, finding.reason, finding.problem)
        }
    }

    /// What the set that is held, or would be, looks for in vain; nil: not all of it was looked at yet.
    private func complaints(_ facts: [FactQuery: FactAnswer]) -> Set<Complaint>? {
        guard let former = isFirst ? stable : held else { return [] }
        var known = unanswered
        known.answers = facts.mapValues(\.reference)
        let report = ReferenceCheck.report(former.objects.map(\.traffic), facts: known)
        guard report.neededFacts.isEmpty else { return nil }
        return Set(report.findings.filter { $0.status == .false }.map(Complaint.init))
    }

    /// Whether a Secret is missing for hosts that the target does not serve yet: they lose nothing, and an authority that
    /// looks at a host before it signs needs the gateway for that (RFC 8555 8.3).
    private func isOfNewHosts(_ finding: ReferenceFinding) -> Bool {
        guard finding.reason == .secretNotFound || finding.reason == .authorityMissing else { return false }
        // What a route shows to its backend is no certificate of a host, and its Gateway may be somebody else's.
        guard finding.kind == .gateway else { return isFirst }
        return !hosts(concernedBy: finding).contains(where: isServed)
    }

    /// Whether the target may serve a host now.
    private func isServed(_ host: HostName) -> Bool {
        guard !isFirst, let held else { return !isFirst }
        return References(held.objects.map(\.traffic)).gateways.flatMap(\.servers).flatMap(\.hosts).contains {
            $0.value.host.overlaps(host)
        }
    }

    private func hosts(concernedBy finding: ReferenceFinding) -> [HostName] {
        let servers = References(next.objects.map(\.traffic)).gateways.first { $0.key == finding.key }?.servers ?? []
        // A name is told once, where it stands first.
        let said = servers.first { server in
            server.credentials.contains { $0.pointer == finding.pointer }
                || server.authority?.pointer == finding.pointer
        }
        let names = Set(said?.credentials.map(\.value) ?? [])
        let concerned = servers.filter { server in
            server.credentials.contains { names.contains($0.value) }
                || server.authority.map { $0.value == said?.authority?.value } ?? false
        }
        return concerned.flatMap(\.hosts).map(\.value.host)
    }
}

// Certificates that are there and do not serve.
extension PreflightReferences {
    /// What would be served with a certificate that no client takes, and is not now: hosts that the target serves already.
    private func flawedCertificates(_ facts: [FactQuery: FactAnswer]) -> [ObjectFailure] {
        guard !isFirst else { return [] }
        let lost = Set(held.map { certificates(of: $0, facts).flatMap { flawedHosts(of: $0, facts) } } ?? [])
        return certificates(of: next, facts).compactMap { certificate in
            // What is not there is a reference like others.
            guard certificate.isReady == false, ![.missing, .denied, .authorityMissing].contains(certificate.state),
                let place = certificate.servers.first
            else { return nil }
            let new = flawedHosts(of: certificate, facts).filter { !lost.contains($0) && isServed(HostName($0)) }
            guard let host = new.first else { return nil }
            let object = next.objects.first { $0.kind == .gateway && $0.key == place.gateway }
            return ObjectFailure(
                template: object?.template ?? "", kind: TrafficKind.gateway.kind, key: place.gateway,
                reason: .referenceUnresolved,
                message: "spec.servers[\(place.index)].tls would take \(Text.cut(host, to: 80)) out of service: "
                    + certificate.message)
        }
    }

    /// The hosts of a certificate that it serves nobody for.
    private func flawedHosts(of certificate: CertificateEvidence, _ facts: [FactQuery: FactAnswer]) -> [String] {
        guard certificate.isReady == false else { return [] }
        // All else is wrong with the certificate as a whole.
        guard certificate.state == .hostNotCovered, let namespace = certificate.namespace else {
            return certificate.hosts
        }
        let secret = ObjectKey(namespace: namespace, name: certificate.name)
        let known = facts[.secret(secret)]?.secretFacts
        return certificate.hosts.filter {
            CertificateEvidence.judge(secret, hosts: [$0], facts: known, now: now, warningSeconds: 0).isReady == false
        }
    }

    private func certificates(of set: RenderedSet, _ facts: [FactQuery: FactAnswer]) -> [CertificateEvidence] {
        CredentialCheck(
            services: References(set.objects.map(\.traffic)).services, facts: facts,
            gatewayNamespaces: gatewayNamespaces, now: now, warningSeconds: 0
        ).evidence(of: set.objects)
    }
}

// Objects that the write takes away.
extension PreflightReferences {
    private func remaining(of answer: FactAnswer, to query: FactQuery) -> TrafficModel.FactAnswer {
        answer.reference.remaining(to: query) { kind, key, live in
            live.value("metadata", "labels", Names.Label.uid)?.stringValue == owner
                && !next.objects.contains { $0.kind == kind && $0.key == key }
        }
    }
}
