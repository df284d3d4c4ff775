import AccessPointAPI
import KubeModel

/// How the answers of many targets about one aspect become one verdict.
struct AspectWords {
    /// The aspect.
    let aspect: TargetSight.Aspect
    /// The type of its condition; nil: it only counts for Ready.
    let type: String?
    /// The reason while every target is well.
    let well: ReasonCode
    /// What the targets that are well do: `have their addresses`.
    let words: String

    /// All aspects, in the order of their conditions.
    static let all = [
        AspectWords(aspect: .stored, type: nil, well: .stored, words: "hold their objects as rendered"),
        AspectWords(
            aspect: .references, type: "ResolvedRefs", well: .resolvedRefs, words: "resolve all references"),
        AspectWords(
            aspect: .addresses, type: "AddressesReady", well: .addressesAssigned, words: "have their addresses"),
        AspectWords(
            aspect: .certificates, type: "CertificatesReady", well: .secretReady, words: "have good certificates"),
        AspectWords(aspect: .routes, type: "RoutesReady", well: .routesResolved, words: "have their routes"),
    ]

    /// The verdict over all targets that are asked; nil if none is.
    ///
    /// False beats Unknown beats True. Where a target was not looked at and no other is known to be bad, the condition
    /// before stands: neither better nor worse is claimed than was seen.
    func verdict(_ sights: [TargetSight], previous: Condition?) -> Verdict? {
        var verdicts: [(name: String, verdict: Verdict)] = []
        var pending: [String] = []
        for sight in sights {
            switch sight.answer(aspect, wasAsked: type == nil || previous != nil) {
            case .notAsked: continue
            case .pending: pending.append(sight.name)
            case .verdict(let verdict): verdicts.append((sight.name, verdict))
            }
        }
        let total = verdicts.count + pending.count
        guard total > 0 else { return nil }
        let bad = verdicts.filter { $0.verdict.status == .false }
        if bad.isEmpty, !pending.isEmpty, let previous {
            return Verdict(
                previous.status, .named(previous.reason, else: .observationPending), previous.message)
        }
        let count = verdicts.count { $0.verdict.status == .true }
        let progress = "\(count)/\(total) targets \(words)"
        if let first = bad.first { return said(first, others: bad.count - 1, progress) }
        let open = verdicts.filter { $0.verdict.status == .unknown }
        if let first = open.first { return said(first, others: open.count + pending.count - 1, progress) }
        guard pending.isEmpty else {
            return Verdict(
                .unknown, .observationPending,
                "\(progress); not looked at yet: \(Text.list(pending, most: 3))")
        }
        return Verdict(.true, well, progress)
    }

    private func said(_ worst: (name: String, verdict: Verdict), others: Int, _ progress: String) -> Verdict {
        let more = others > 0 ? " (and \(others) more)" : ""
        return Verdict(
            worst.verdict.status, worst.verdict.reason, "\(progress); \(worst.name): \(worst.verdict.message)\(more)")
    }
}
