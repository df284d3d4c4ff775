import AccessPointAPI
import CurlTransport
import KubeClient
import KubeModel
import X509Tools

/// One thing that is looked at under a VIP from outside, again and again, and what has to be seen.
///
/// What is expected and what was written before are part of it: what was seen before the Secret, the policy or the
/// objects changed answers another query.
struct ProbeQuery: Sendable, Hashable {
    /// What has to be seen.
    enum Expectation: Sendable, Hashable {
        /// One of these certificates, by their versions.
        case certificate([String])
        /// The answer to a GET.
        case answer(HTTPProbe)
    }

    /// An IP address or a host name.
    var address: String
    /// The port there.
    var port: Int
    /// The host that is asked for.
    var host: String
    /// Whether TLS is spoken.
    var isTLS: Bool
    /// Whether the server asks clients for a certificate, which a look does not have.
    var isMutual = false
    /// What has to be seen.
    var expectation: Expectation
    /// Seconds between two looks.
    var intervalSeconds: Int
    /// Seconds within which an answer must be there.
    var timeoutSeconds: Int
    /// How many looks in a row must fail before they count.
    var failureThreshold: Int
    /// The write, or the revision, after which it is asked.
    var since: String

    /// Where it looks, as people read it.
    var place: String { "\(host) at \(address.contains(":") ? "[\(address)]" : address):\(port)" }

    /// The look itself.
    ///
    /// - Parameter policy: which addresses may be connected to.
    /// - Returns: the request.
    func request(_ policy: AddressPolicy) -> ProbeRequest {
        var target: String?
        if case .answer(let http) = expectation { target = http.path }
        return ProbeRequest(
            address: address, port: port, host: host, isTLS: isTLS, target: target,
            timeout: .seconds(timeoutSeconds), addressPolicy: policy)
    }

    /// What is said while it has not been looked at.
    var pending: Verdict {
        Verdict(.unknown, .probePending, "\(place) has not been looked at since the last write or start")
    }
}

extension ProbeQuery {
    /// Judges one look; its words are the same as long as the same is seen.
    ///
    /// - Parameters:
    ///   - result: what was seen, or why nothing was.
    ///   - now: host time, for the words on a certificate.
    /// - Returns: good, bad, or that it cannot be told.
    func judge(_ result: Result<ProbeAnswer, TransportError>, now: Timestamp) -> Verdict {
        switch result {
        case .failure(let error): judge(error)
        case .success(let answer):
            switch expectation {
            case .certificate(let versions): judge(leaf: answer.leafPEM ?? [], versions, now)
            case .answer(let http): judge(answer.head, http)
            }
        }
    }

    private func judge(_ error: TransportError) -> Verdict {
        switch error.kind {
        case .tls where isMutual:
            // Up to TLS 1.2 the server ends a handshake that lacks the client's certificate.
            Verdict(
                .unknown, .probeInconclusive,
                "\(place): the TLS handshake fails, as it may where clients need a certificate")
        case .tls:
            Verdict(
                .false, isOfCertificate ? .handshakeFailed : .probeFailed,
                "\(place): the TLS handshake fails; see whether the gateway's pods run and may read the Secret")
        case .malformedReply, .responseTooLarge:
            Verdict(.false, .probeFailed, "\(place): \(error.kind.summary); see whether it speaks HTTP")
        case .unreachable, .connectTimeout, .timeout:
            // Of a place from which nothing comes back it is chance which of these ends the wait.
            Verdict(
                .unknown, .probeInconclusive,
                "\(place): no way there, or no answer in time; see whether the operator can reach it")
        default:
            Verdict(
                .unknown, .probeInconclusive,
                "\(place): \(error.kind.summary); see whether the operator can reach it")
        }
    }

    /// Whether it is a certificate that is looked at.
    var isOfCertificate: Bool {
        if case .certificate = expectation { true } else { false }
    }

    private func judge(leaf pem: [UInt8], _ versions: [String], _ now: Timestamp) -> Verdict {
        let leaf: Certificate
        do {
            guard let first = try Certificate.chain(pem: pem).first else { throw X509Error.noCertificate }
            leaf = first
        } catch {
            return Verdict(.false, .certificateNotServed, "\(place) serves a certificate that cannot be read: \(error)")
        }
        guard !versions.contains(leaf.version) else { return Verdict(.true, .serving) }
        let seconds = now.secondsSince1970
        let (reason, flaw): (ReasonCode, String) =
            if leaf.notAfter < seconds {
                (.servedExpired, ", which ended \(Timestamp(secondsSince1970: leaf.notAfter).rfc3339)")
            } else if seconds < leaf.notBefore {
                (
                    .servedNotYetValid,
                    ", which is valid only from \(Timestamp(secondsSince1970: leaf.notBefore).rfc3339) on"
                )
            } else if !leaf.covers(host: host) {
                (
                    .servedHostNotCovered,
                    ", which is for \(leaf.dnsNames.isEmpty ? "no host" : Text.list(leaf.dnsNames, most: 3))"
                )
            } else {
                (.certificateNotServed, "")
            }
        return Verdict(
            .false, reason,
            Text.cut(
                "\(place) serves certificate \(leaf.version)\(flaw), and not the Secret's"
                    + " (\(versions.joined(separator: ", "))); see whether the gateway's pods take up the Secret, and"
                    + " whether another Gateway has the host", to: 512))
    }

    private func judge(_ head: HTTPHead?, _ http: HTTPProbe) -> Verdict {
        let status = head?.status ?? 0
        let expected = http.expectedStatuses
        let isGood = expected.isEmpty ? (200...399).contains(status) : expected.contains(status)
        guard isGood else {
            let wanted =
                expected.isEmpty ? "200 to 399" : Text.list(expected.map(String.init), most: 4, by: " or ")
            return Verdict(
                .false, .probeFailed,
                "\(place) answers GET \(Text.cut(http.path, to: 80)) with \(status), not \(wanted)")
        }
        if let header = http.expectedHeader, head?[header.name] != header.value {
            return Verdict(
                .false, .probeFailed,
                "\(place) answers GET \(Text.cut(http.path, to: 80)) without \(header.name): \(header.value)")
        }
        return Verdict(.true, .routesServed)
    }
}

/// How what is seen under a VIP stands after several looks.
struct ProbeRecord: Sendable, Hashable {
    /// How often in a row something else that is not good must be seen before it takes the place of what was: a network
    /// or a backend that fails now in one way and now in another would change what is said at every look.
    static let steadyLooks = 3

    /// What counts; nil: it has not been looked at often enough.
    private(set) var settled: Verdict?
    private var failures = 0
    private var other: Rival?

    /// What was seen instead, and in how many looks in a row.
    private struct Rival: Sendable, Hashable {
        var verdict: Verdict
        var looks: Int
    }

    /// Takes in a look: a good one counts at once, any other only as one of so many in a row.
    mutating func note(_ verdict: Verdict, threshold: Int) {
        failures = verdict.status == .true ? 0 : min(failures, threshold) + 1
        guard failures == 0 || failures >= threshold else { return }
        guard failures > 0, let settled, settled.status != .true else { return settle(verdict) }
        guard verdict != settled else { return other = nil }
        // What is no longer bad, or no longer only unknown, may be so for several reasons; else it is the words that last.
        let isOther = verdict.status != settled.status
        let lasts = other.map { isOther ? $0.verdict.status == verdict.status : $0.verdict == verdict } ?? false
        let looks = lasts ? (other?.looks ?? 0) + 1 : 1
        if looks >= max(threshold, Self.steadyLooks) {
            settle(verdict)
        } else {
            other = Rival(verdict: verdict, looks: looks)
        }
    }

    private mutating func settle(_ verdict: Verdict) { (settled, other) = (verdict, nil) }
}
