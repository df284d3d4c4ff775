import AccessPointAPI
import KubeModel
import Rollout
import TrafficModel

/// What one target shows of one rendered set, gathered from the member itself.
///
/// Every verdict is three-valued; one that is nil was not asked for: a set without a Service of type LoadBalancer asks
/// for no address, one without a TLS credential for no certificate, one without a VirtualService for no route.
struct TargetEvidence: Sendable, Hashable {
    /// The objects of the set, in apply order.
    var objects: [ObjectEvidence] = []
    /// The Services of type LoadBalancer.
    var addresses: [AddressEvidence] = []
    /// The TLS credentials that the Gateways name.
    var certificates: [CertificateEvidence] = []
    /// The VirtualServices.
    var routes: [RouteEvidence] = []
    /// The host names that people use.
    var hosts: [HostEvidence] = []
    /// Whether everything that Gateways and VirtualServices refer to was found; nil: there are none.
    var references: Verdict?
    /// What does not get along with objects of others in the member, and what Istio warns of in ours or leaves out: it
    /// closes no gate, and nothing waits for it; nil: not all of it was looked at yet.
    var neighbours: [Finding]? = []
    /// Whether the lists of the member are complete; without that nothing counts as missing.
    var isComplete = true
    /// Why the member cannot be read although it answers; nil while it can.
    var trouble: String?
    /// Whether everything that it rests on has been looked at at least once, be it in vain.
    var isWhole = true

    /// Makes evidence of an empty set.
    init() {}
}

// The verdicts.
extension TargetEvidence {
    /// Whether every object is stored as rendered.
    var stored: Verdict {
        guard isComplete else {
            return Verdict(
                .unknown, .observationPending,
                trouble.map { Text.cut("the cluster cannot be read: \($0)", to: 512) }
                    ?? "not all lists of the cluster are complete yet")
        }
        return Verdict.worst(objects.map(\.stored)) ?? Verdict(.true, .stored)
    }

    /// Whether every Service of type LoadBalancer has an address.
    var addressesReady: Verdict? { Verdict.worst(addresses.map(\.verdict)) }

    /// Whether every certificate serves now; one that ends soon does.
    var certificatesReady: Verdict? { Verdict.worst(certificates.map(\.verdict), ladder: [.secretReady, .serving]) }

    /// The first certificate that serves with something wrong, one that ends soon before others, as a verdict that closes
    /// no gate.
    var certificateWarning: Verdict? {
        let warnings = certificates.compactMap(\.warning)
        return warnings.first { $0.reason == .expiringSoon } ?? warnings.first
    }

    /// Whether every VirtualService routes, and Istio finds no error in any object that they may rest on.
    var routesReady: Verdict? {
        Verdict.worst(routes.map(\.verdict) + refusals, ladder: ReasonCode.routeLevels)
    }

    /// The errors that Istio finds in other objects than routes, of which each has a verdict of its own.
    private var refusals: [Verdict] { objects.filter { $0.kind != .virtualService }.compactMap(\.refusal) }

    /// What does not get along with objects of others, in words; nil: nothing is known of any.
    var warnings: String? {
        let clashes = neighbours ?? []
        return clashes.isEmpty ? nil : Text.list(clashes.map(String.init(describing:)), most: 8, by: "; ")
    }

    /// The verdict that decides whether the target serves: the worst of all that was asked for.
    var overall: Verdict {
        guard isComplete else { return stored }
        return Verdict.worst([stored, addressesReady, certificatesReady, routesReady].compactMap(\.self)) ?? stored
    }

    /// Whether the target is in service; nil: that cannot be told, as of an object that somebody has changed or in which
    /// Istio finds an error: it may serve as it is, and no name may be taken from it for that alone.
    var isInService: Bool? {
        guard isComplete else { return nil }
        let all =
            objects.map(\.stored) + addresses.map(\.verdict) + certificates.map(\.verdict) + routes.map(\.verdict)
            + refusals
        if all.contains(where: { $0.status == .false && !$0.reason.isDoubtOfService }) { return false }
        return all.allSatisfy { $0.status == .true } ? true : nil
    }

    /// What the gate of a rollout is told.
    ///
    /// A certificate that ends soon closes no gate; what is unknown neither opens nor fails it.
    var finding: Evidence.Finding {
        let verdict = overall
        let text = Text.cut("\(verdict.reason.rawValue): \(verdict.message)", to: 256)
        return switch verdict.status {
        case .true: .good
        case .false: .bad(text)
        case .unknown: .cannotTell(text)
        }
    }

    /// Whether what is stored differs from the rendering in a way that is put back: an object is changed or gone. What
    /// was written from a revision that this host does not know is not put back without a person.
    var isDrifted: Bool { drift != nil && !isStrange }

    /// Whether an object was written from a revision that this host does not know.
    var isStrange: Bool {
        objects.contains { object in
            if case .strange = object.state { true } else { false }
        }
    }

    /// The object that tells most of what is changed: one of another history, or the first that is changed or gone.
    var drift: Verdict? {
        var first: Verdict?
        for object in objects {
            switch object.state {
            case .strange: return object.stored
            case .differs, .missing: first = first ?? object.stored
            case .stored, .foreign, .terminating, .unknown: continue
            }
        }
        return first
    }

    /// The kinds of the objects that are changed, gone or of another history, each once, in apply order.
    var driftedKinds: [String] {
        var kinds: [String] = []
        for object in objects where !kinds.contains(object.kind.kind) {
            switch object.state {
            case .differs, .missing, .strange: kinds.append(object.kind.kind)
            case .stored, .foreign, .terminating, .unknown: continue
            }
        }
        return kinds
    }

    /// The places where objects are not as rendered, each with the time when that was first seen.
    ///
    /// - Parameters:
    ///   - before: those that were listed before; what is still so keeps its time.
    ///   - now: the time of those that are new.
    /// - Returns: the first of them, in apply order.
    func drift(after before: [DriftEntry], now: Timestamp) -> [DriftEntry] {
        objects.flatMap(\.differences).prefix(AccessPointTargetStatus.driftLimit).map { entry in
            var entry = entry
            entry.firstSeenTime = before.first { $0.isSamePlace(as: entry) }?.firstSeenTime ?? now
            return entry
        }
    }

    /// Whether there are more places where objects are not as rendered than are listed.
    var isDriftCut: Bool {
        objects.contains(where: \.hasMoreDifferences)
            || objects.map(\.differences.count).reduce(0, +) > AccessPointTargetStatus.driftLimit
    }

    /// Counts for the row of the target.
    var resources: ResourceCounts {
        ResourceCounts(
            total: objects.count, applied: objects.count { $0.state == .stored },
            ready: objects.count { $0.working.status == .true })
    }

    /// The certificates as the status of an AccessPointTarget lists them.
    var targetCertificates: [TargetCertificate] {
        certificates.prefix(AccessPointTargetStatus.certificateLimit).map { certificate in
            var entry = TargetCertificate(namespace: certificate.namespace ?? "", name: certificate.name)
            entry.hosts = Array(certificate.hosts.prefix(TargetCertificate.hostLimit))
            (entry.version, entry.serial) = (certificate.version ?? "", certificate.serial ?? "")
            (entry.notAfter, entry.renewalTime) = (certificate.notAfter, certificate.renewalTime)
            entry.ready = certificate.isReady
            entry.reason = certificate.state.rawValue
            entry.message = Text.cut(Text.clean(certificate.message), to: 512)
            return entry
        }
    }

    /// The objects as the status of an AccessPointTarget lists them.
    var inventory: [InventoryEntry] {
        objects.map { object in
            var entry = InventoryEntry(
                GroupVersionKind(apiVersion: object.apiVersion, kind: object.kind.kind),
                namespace: object.key.namespace ?? "", name: object.key.name)
            let working = object.working
            entry.hash = object.hash
            entry.uid = object.uid ?? ""
            entry.applied = object.stored.status.bool
            entry.ready = working.status.bool
            entry.evidence = routes.first { object.kind == .virtualService && $0.key == object.key }?.level
            if working.status != .true {
                entry.reason = working.reason.rawValue
                entry.message = Text.cut(working.message, to: 512)
            }
            return entry
        }
    }
}

extension CertificateEvidence {
    /// Whether a gateway can serve with it now.
    var verdict: Verdict {
        let reason = ReasonCode(state)
        return switch isReady {
        case true?: Verdict(.true, state == .serving ? .serving : .secretReady)
        case false?: Verdict(.false, reason, message)
        case nil: Verdict(.unknown, reason, message)
        }
    }
}

extension CertificateEvidence {
    /// What is wrong although it serves; nil: nothing.
    var warning: Verdict? {
        switch state {
        case .expiringSoon, .renewalFailed, .chainBroken, .authorityExpired: Verdict(.false, ReasonCode(state), message)
        default: nil
        }
    }
}

extension Condition.Status {
    /// True, false or, if unknown, nil.
    var bool: Bool? {
        switch self {
        case .true: true
        case .false: false
        case .unknown: nil
        }
    }
}
