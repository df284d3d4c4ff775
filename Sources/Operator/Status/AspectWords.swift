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

    /// The type of the condition of what is referred to.
    static let references = "ResolvedRefs"

    /// All aspects, in the order of their conditions.
    static let all = [
        AspectWords(aspect: .stored, type: nil, well: .stored, words: "hold their objects as rendered"),
        AspectWords(
            aspect: .references, type: references, well: .resolvedRefs, words: "resolve all references"),
        AspectWords(
            aspect: .addresses, type: "AddressesReady", well: .addressesAssigned, words: "have their addresses"),
        AspectWords(
            aspect: .certificates, type: "CertificatesReady", well: .secretReady, words: "have good certificates"),
        AspectWords(aspect: .routes, type: "RoutesReady", well: .routesResolved, words: "have their routes"),
    ]

    /// What an aspect comes to, and whether that is only what was said before.
    struct Outcome {
        let words: AspectWords
        let verdict: Verdict
        let isStanding: Bool

        /// What the message says behind its count: the worst target, and what is wrong there.
        var targets: String { verdict.message.split(separator: "; ", maxSplits: 1).last.map(String.init) ?? "" }
    }

    /// The outcome over all targets that are asked; nil if none is.
    ///
    /// False beats Unknown beats True. Where a target was not looked at, the condition before stands, unless another
    /// target is bad in a way that it does not tell: neither better nor worse is claimed than was seen.
    func outcome(_ sights: [TargetSight], previous: Condition?) -> Outcome? {
        // Of a target that cannot tell, what others have or what was said before tells whether it is asked.
        let isAsked = previous != nil || sights.contains { $0.isAssigned && $0.input.evidence?.verdict(aspect) != nil }
        let isPending = sights.contains { sight in
            if case .pending = sight.answer(aspect, otherwiseAsked: isAsked) { true } else { false }
        }
        guard let fresh = verdict(sights, isAsked: isAsked || type == nil) else { return nil }
        guard isPending, let previous else { return Outcome(words: self, verdict: fresh, isStanding: false) }
        let isNews = fresh.status == .false && (previous.status != .false || previous.reason != fresh.reason.rawValue)
        guard !isNews else { return Outcome(words: self, verdict: fresh, isStanding: false) }
        return Outcome(words: self, verdict: Verdict(standing: previous), isStanding: true)
    }

    private func verdict(_ sights: [TargetSight], isAsked: Bool) -> Verdict? {
        var verdicts: [(name: String, verdict: Verdict)] = []
        var pending: [String] = []
        for sight in sights {
            switch sight.answer(aspect, otherwiseAsked: isAsked) {
            case .notAsked: continue
            case .pending: pending.append(sight.name)
            case .verdict(let verdict): verdicts.append((sight.name, verdict))
            }
        }
        let total = verdicts.count + pending.count
        guard total > 0 else { return nil }
        let bad = verdicts.filter { $0.verdict.status == .false }
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
        // All of them may have reached more than is asked of them: the level is the weakest.
        let reasons = Set(verdicts.map(\.verdict.reason))
        let level = ReasonCode.routeLevels.first(where: reasons.contains) ?? well
        return Verdict(.true, reasons.count == 1 ? reasons.first ?? well : level, progress)
    }

    private func said(_ worst: (name: String, verdict: Verdict), others: Int, _ progress: String) -> Verdict {
        let more = others > 0 ? " (and \(others) more)" : ""
        return Verdict(
            worst.verdict.status, worst.verdict.reason, "\(progress); \(worst.name): \(worst.verdict.message)\(more)")
    }
}
