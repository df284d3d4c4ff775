import AccessPointAPI
import DNSClient
import KubeModel

/// What resolvers say of a name: its IPv4 and its IPv6 addresses are asked for apart.
struct NameAnswer: Sendable, Hashable {
    var four: Result<DNSAnswer, DNSFailure>
    var six: Result<DNSAnswer, DNSFailure>
    /// When they last could tell, if they cannot now; nil: they can, or never could.
    var lastHeard: Timestamp?

    /// Why it is not known what the name resolves to; nil: it is.
    var failure: DNSFailure? {
        for answer in [four, six] {
            if case .failure(let failure) = answer { return failure }
        }
        return nil
    }

    private var answers: [DNSAnswer] { [four, six].compactMap { try? $0.get() } }

    var addresses: Set<String> { Set(answers.flatMap(\.addresses).map(\.description)) }

    var aliases: Set<String> { Set(answers.flatMap(\.aliases)) }

    /// For how long the whole holds.
    var secondsToLive: UInt32 { answers.map(\.secondsToLive).min() ?? 0 }
}

/// What a name must resolve to, and whether it does.
struct NameExpectation: Sendable {
    var hostname: String
    var records: [NameRecord]
    /// Whether an answer may hold the records of some targets only.
    var isWeighted: Bool
    /// Whether the records are so new that resolvers may still remember those before.
    var isFresh: Bool

    /// The names whose answers the comparison needs.
    var questions: Set<String> { Set([hostname] + aliases) }

    private var aliases: [String] { records.filter { $0.type == .cname }.flatMap(\.values) }

    /// Compares with what resolvers say; nil: they have not been asked yet.
    func verdict(_ answers: [String: NameAnswer]) -> Verdict? {
        guard !records.isEmpty else { return Verdict(.false, .recordsPending, "there is nothing to publish yet") }
        guard let answer = answers[hostname] else { return nil }
        if let failure = answer.failure { return unknown(failure, since: answer.lastHeard) }
        if !aliases.isEmpty { return aliasVerdict(answer, answers) }
        let wanted = Set(records.flatMap(\.values))
        return compared(answer.addresses, wanted, isWhole: !isWeighted)
    }

    private func unknown(_ failure: DNSFailure, since: Timestamp?) -> Verdict {
        let age = since.map { "; last heard at \($0.wholeSeconds.rfc3339)" } ?? ""
        return switch failure {
        case .silent: Verdict(.unknown, .resolverUnreachable, "no resolver answers: \(failure)\(age)")
        case .undecided: Verdict(.unknown, .resolutionUnknown, "the resolvers cannot tell: \(failure)\(age)")
        }
    }

    /// A provider may answer with the addresses of the other name in its place (an alias of Route 53), so these are as
    /// good as the name.
    private func aliasVerdict(_ answer: NameAnswer, _ answers: [String: NameAnswer]) -> Verdict? {
        if let alias = aliases.first(where: answer.aliases.contains) {
            guard answer.addresses.isEmpty else { return Verdict(.true, .recordsResolved) }
            // The resolver has not followed it: where it leads is asked for by itself.
            guard let other = answers[alias] else { return nil }
            if let failure = other.failure { return unknown(failure, since: other.lastHeard) }
            guard other.addresses.isEmpty else { return Verdict(.true, .recordsResolved) }
            return bad(.recordsMissing, "is an alias of \(alias), which resolves to nothing")
        }
        guard !answer.addresses.isEmpty else { return missing(of: "an alias of \(Text.list(aliases, most: 3))") }
        var wanted: Set<String> = []
        for alias in aliases {
            guard let other = answers[alias] else { return nil }
            if let failure = other.failure { return unknown(failure, since: other.lastHeard) }
            wanted.formUnion(other.addresses)
        }
        return compared(answer.addresses, wanted, isWhole: false)
    }

    private func compared(_ found: Set<String>, _ wanted: Set<String>, isWhole: Bool) -> Verdict {
        let shown = Text.list(wanted.sorted(), most: 4)
        guard !found.isEmpty else { return missing(of: shown) }
        let strange = found.subtracting(wanted)
        guard strange.isEmpty else {
            return bad(.recordsDiffer, "resolves to \(Text.list(strange.sorted(), most: 4)), published is \(shown)")
        }
        let lacking = wanted.subtracting(found)
        guard lacking.isEmpty || !isWhole else {
            return bad(
                .recordsDiffer, "does not resolve to \(Text.list(lacking.sorted(), most: 4)), which is published")
        }
        return Verdict(.true, .recordsResolved)
    }

    private func missing(of what: String) -> Verdict {
        bad(.recordsMissing, "resolves to nothing, published is \(what)")
    }

    /// What is wrong; while resolvers may still remember what was before, it only waits.
    private func bad(_ reason: ReasonCode, _ message: String) -> Verdict {
        Verdict(.false, isFresh ? .recordsPending : reason, message)
    }
}
