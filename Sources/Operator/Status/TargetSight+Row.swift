import AccessPointAPI
import KubeModel
import Rollout
import TrafficModel

// The row of a target in `status.clusters`.
extension TargetSight {
    /// What a row says in words.
    struct Words {
        var phase: TargetPhase
        var reason: ReasonCode?
        var message = ""

        /// What the words alone say about service, for the time until the target is looked at; nil: nothing.
        var isInService: Bool? {
            switch phase {
            case .soaking: true
            case .available: reason?.isWordOfRollout ?? true ? true : nil
            case .degraded: reason?.isDoubtOfService ?? false ? nil : reason?.isWarning ?? false
            case .pending, .applying, .verifying, .failed, .unreachable, .removing: nil
            }
        }
    }

    /// The row, without the fields that belong to the rollout's state.
    ///
    /// - Parameters:
    ///   - staleness: what is said of a certificate that differs from that of other targets; nil: none does.
    ///   - now: becomes the time of transition if the phase is another than before.
    /// - Returns: the row.
    func row(staleness: Verdict?, now: Timestamp) -> ClusterRow {
        let words = words(staleness)
        var row = ClusterRow(
            name: name, region: input.facts.region, availabilityZone: input.facts.availabilityZone,
            phase: words.phase)
        row.updated = isUpdated
        row.inService = isInService
        row.reason = words.reason?.rawValue ?? ""
        row.message = Text.squeezed(Text.clean(words.message), to: 256)
        fillParts(&row)
        row.failedResources = input.failures.prefix(5).map { failure in
            FailedResource(
                kind: failure.kind, name: failure.key.name, reason: failure.reason.rawValue,
                message: Text.squeezed(Text.clean(failure.message), to: 256))
        }
        row.lastTransitionTime =
            previous?.phase == row.phase ? previous?.lastTransitionTime ?? now.wholeSeconds : now.wholeSeconds
        return row
    }

    /// Whether the row before stands because its cluster did not answer and this process has not tried yet.
    private var isStillUnreachable: Bool {
        input.reachability == .unknown && previous?.phase == .unreachable
    }

    private func fillParts(_ row: inout ClusterRow) {
        let isStill = isStillUnreachable && row.phase == .unreachable
        if isStill || blindness != nil {
            // Unknown is left out, and shown with its age.
            let isSilent = isStill || row.reason == ReasonCode.clusterUnreachable.rawValue
            row.lastSeenTime = isSilent ? lastSeen : nil
            // What was last known of them counts for nothing, but a change meanwhile is told by it.
            if isAssigned { takeAddresses(&row) }
            return
        }
        guard isAssigned else { return }
        guard let evidence else {
            guard let previous else { return }
            takeAddresses(&row)
            (row.resources, row.certificates, row.routes) =
                (previous.resources, previous.certificates, previous.routes)
            return
        }
        row.addresses = evidence.targetAddresses
        guard evidence.isComplete else { return keepAddresses(&row) }
        row.lostAddresses = lostAddresses(evidence)
        row.resources = evidence.resources
        row.certificates = evidence.certificateCounts
        row.routes = evidence.routeCounts
    }

    /// What the row before says of addresses stands.
    private func takeAddresses(_ row: inout ClusterRow) {
        (row.addresses, row.lostAddresses) = (previous?.addresses ?? [], previous?.lostAddresses ?? [])
    }

    /// What a list that is not complete lacks is not lost: what the row before says of it stands.
    private func keepAddresses(_ row: inout ClusterRow) {
        let seen = Set(row.addresses.map(\.service))
        let before = (previous?.addresses ?? []).filter { !seen.contains($0.service) }
        row.addresses = Array((row.addresses + before).prefix(TargetEvidence.addressLimit))
        row.lostAddresses = (previous?.lostAddresses ?? []).filter { !seen.contains($0.service) }
    }

    /// The addresses that Services without any had last. A row knows Services by their names alone: one that has an
    /// address stands for all of its name.
    private func lostAddresses(_ evidence: TargetEvidence) -> [TargetAddress] {
        let names = Dictionary(grouping: evidence.addresses, by: \.service.name)
        let waiting = names.filter { $0.value.allSatisfy(\.values.isEmpty) }
        let known = (previous?.addresses ?? []).filter { waiting[$0.service] != nil }
        let remembered = (previous?.lostAddresses ?? []).filter { address in
            waiting[address.service] != nil && !known.contains { $0.service == address.service }
        }
        return Array((known + remembered).prefix(TargetEvidence.addressLimit))
    }

    /// Whether it has more addresses than its row lists.
    var isCut: Bool { (evidence?.addresses.map(\.values.count).reduce(0, +) ?? 0) > TargetEvidence.addressLimit }

    /// When the cluster last answered, as far as is known; it stands after a restart.
    var lastSeen: Timestamp? {
        guard case .unreachable(let time) = input.reachability else { return previous?.lastSeenTime }
        return time?.wholeSeconds ?? previous?.lastSeenTime
    }

    // MARK: Words

    func words(_ staleness: Verdict?) -> Words {
        let phase = shown.flatMap { TargetPhase(rawValue: $0.phase.rawValue) } ?? .pending
        if let blindness, phase != .failed, phase != .removing {
            return Words(phase: .unreachable, reason: blindness.reason, message: blindness.message)
        }
        if isStillUnreachable, let previous, phase != .failed, phase != .removing { return Words(previous) }
        switch phase {
        case .available where isAssigned: return settled(staleness)
        case .failed: return explained(phase, else: .targetFailed)
        case .applying, .removing: return explained(phase, else: .writeRetrying)
        case .verifying, .soaking: return weighed(phase, evidence?.overall)
        case .available, .pending, .degraded, .unreachable: return explained(phase, else: nil)
        }
    }

    /// A target that is where it belongs: what its evidence says decides.
    private func settled(_ staleness: Verdict?) -> Words {
        guard let evidence else {
            if let previous, previous.phase == .available || previous.phase == .degraded { return Words(previous) }
            let words = explained(.available, else: nil)
            return words.reason != nil
                ? words
                : Words(
                    phase: .available, reason: .observationPending,
                    message: "has not been looked at since the last start or write")
        }
        let overall = evidence.overall
        if overall.status == .false { return weighed(.degraded, overall) }
        if let failure = input.failures.first { return Words(.available, failure) }
        if overall.status == .unknown { return weighed(.available, overall) }
        if let warning = evidence.certificateWarning ?? staleness { return weighed(.degraded, warning) }
        switch shown?.reason {
        case ReasonCode.left.rawValue:
            return Words(
                phase: .available, reason: .left,
                message: "has left the placement; its objects stay until the step \(PlanStep.remove)")
        case ReasonCode.passedOver.rawValue:
            return Words(phase: .available, reason: .passedOver, message: acceptance?.reason ?? "")
        default: return Words(phase: .available)
        }
    }

    private func weighed(_ phase: TargetPhase, _ verdict: Verdict?) -> Words {
        if let failure = input.failures.first, phase != .degraded { return Words(phase, failure) }
        guard let verdict, verdict.status != .true else { return Words(phase: phase) }
        return Words(phase: phase, reason: verdict.reason, message: verdict.message)
    }

    /// The failure of an object, or else what the planner says.
    private func explained(_ phase: TargetPhase, else reason: ReasonCode?) -> Words {
        if let failure = input.failures.first { return Words(phase, failure) }
        guard let text = shown?.reason else { return Words(phase: phase) }
        let code = ReasonCode(rawValue: text)
        return Words(phase: phase, reason: code ?? reason, message: code == nil ? text : "")
    }
}

extension TargetSight.Words {
    fileprivate init(_ phase: TargetPhase, _ failure: ObjectFailure) {
        self.init(phase: phase, reason: ReasonCode(failure.reason), message: failure.description)
    }

    fileprivate init(_ row: ClusterRow) {
        self.init(phase: row.phase, reason: ReasonCode(rawValue: row.reason), message: row.message)
    }
}

extension TargetEvidence {
    /// The most addresses of a row.
    fileprivate static let addressLimit = 16

    /// The addresses as a row lists them.
    fileprivate var targetAddresses: [TargetAddress] {
        let all = addresses.flatMap { address in
            address.values.map { value in
                TargetAddress(
                    type: value.kind == .ipAddress ? .ipAddress : .hostname, value: value.value,
                    service: address.service.name)
            }
        }
        return Array(all.prefix(Self.addressLimit))
    }

    fileprivate var certificateCounts: CertificateCounts? {
        guard !certificates.isEmpty else { return nil }
        return CertificateCounts(
            total: certificates.count, ready: certificates.count { $0.isReady == true },
            earliestNotAfter: certificates.compactMap(\.notAfter).min())
    }

    fileprivate var routeCounts: RouteCounts? {
        guard !routes.isEmpty else { return nil }
        return RouteCounts(total: routes.count, programmed: routes.count { $0.verdict.status == .true })
    }
}
