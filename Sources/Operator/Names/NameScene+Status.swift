import AccessPointAPI
import KubeModel

extension NameScene {
    /// What a comparison with the resolvers has come to.
    struct Resolution: Sendable {
        /// The verdict of each hostname that belongs to the NameService; nil: it has not been looked up yet.
        var verdicts: [(hostname: String, verdict: Verdict?)]

        /// The names that have been looked up for it, and those that it leads to.
        init(_ expectations: [NameExpectation], _ answers: [String: NameAnswer]) {
            verdicts = expectations.map { ($0.hostname, $0.verdict(answers)) }
        }
    }

    /// What each hostname must resolve to, if these records are published.
    ///
    /// Fresh are records for twice their time to live: for once of it resolvers may remember those before, and the
    /// provider takes its time too.
    func expectations(_ records: [NameRecord], now: Timestamp, recordsTime: Timestamp?) -> [NameExpectation] {
        let isFresh = settling(recordsTime).map { now < $0 } ?? true
        // Where it is not known what the provider makes of records, an answer with some of them is as good.
        let isWeighted = plan == nil || provider.weightProperty != nil
        return hostnames.map {
            NameExpectation(
                hostname: $0, records: records, isWeighted: isWeighted, isFresh: isFresh)
        }
    }

    /// When records that changed at a time are no longer fresh.
    func settling(_ recordsTime: Timestamp?) -> Timestamp? {
        recordsTime.map { $0.adding(seconds: 2 * Int64(spec?.names.ttlSeconds ?? 60)) }
    }

    /// The status that follows; nothing in it changes while nothing is learnt.
    ///
    /// - Parameters:
    ///   - failure: why the records could not be handed over; nil: they are.
    ///   - recordsTime: when the records last changed.
    ///   - resolution: what the resolvers say.
    ///   - now: host time.
    /// - Returns: the whole status.
    func next(failure: Verdict?, recordsTime: Timestamp?, _ resolution: Resolution, now: Timestamp)
        -> NameServiceStatus
    {
        var next = status
        let generation = object.generation ?? 0
        next.observedGeneration = generation
        next.recordsTime = recordsTime
        if failure == nil { next.records = records }
        if plan != nil { next.recordCount = endpoints(next.records).count }
        next.hostnames = rows(resolution)
        let published =
            failure ?? problem
            ?? Verdict(.true, .recordsPublished, "\(next.recordCount ?? 0) records in DNSEndpoint \(object.name)")
        let resolved = self.resolved(next.hostnames, resolution, generation)
        let ready = published.status == .true ? resolved : Verdict.worst([published, resolved]) ?? published
        for (type, verdict) in [("Ready", ready), ("Published", published), ("Resolved", resolved)] {
            _ = next.conditions.set(
                Condition(
                    type: type, status: verdict.status, reason: verdict.reason.rawValue,
                    message: verdict.text(limit: 1024), observedGeneration: generation), now: now.wholeSeconds)
        }
        return next
    }

    private func rows(_ resolution: Resolution) -> [NameState] {
        let before = Dictionary(status.hostnames.map { ($0.hostname, $0) }, uniquingKeysWith: { first, _ in first })
        guard let spec else { return status.hostnames }
        let verdicts = Dictionary(
            resolution.verdicts.map { ($0.hostname, $0.verdict) }, uniquingKeysWith: { first, _ in first })
        return spec.names.hostnames.sorted().map { hostname in
            var row = NameState(hostname: hostname)
            if let holder = taken[hostname] {
                row.ready = false
                row.reason = ReasonCode.hostnameTaken.rawValue
                row.message = "belongs to NameService \(holder)"
            } else if case .some(.some(let verdict)) = verdicts[hostname] {
                row.ready = verdict.status.bool
                if verdict.status != .true {
                    row.reason = verdict.reason.rawValue
                    row.message = Text.cut(Text.clean(verdict.message), to: 512)
                }
            } else if let known = before[hostname], known.reason != ReasonCode.hostnameTaken.rawValue {
                // What was seen before stands until it is looked up anew.
                row = known
            }
            return row
        }
    }

    /// Whether all names resolve as they should; while one has not been looked up, what was said before stands.
    private func resolved(_ rows: [NameState], _ resolution: Resolution, _ generation: Int64) -> Verdict {
        let count = rows.count { $0.ready == true }
        let progress = "\(count)/\(rows.count) names resolve to what is published"
        let seen = resolution.verdicts.compactMap { entry in entry.verdict.map { (entry.hostname, $0) } }
        if let bad = seen.first(where: { $0.1.status == .false }) ?? seen.first(where: { $0.1.status == .unknown }) {
            return Verdict(bad.1.status, bad.1.reason, "\(progress); \(bad.0): \(bad.1.message)")
        }
        if seen.count < resolution.verdicts.count {
            if let before = status.conditions["Resolved"], before.observedGeneration == generation {
                return Verdict(standing: before)
            }
            return Verdict(.unknown, .observationPending, "\(progress); not all have been looked up yet")
        }
        guard !seen.isEmpty else { return Verdict(.unknown, .observationPending, "no name is published") }
        return Verdict(.true, .recordsResolved, progress)
    }
}
