import AccessPointAPI
import CurlTransport
import KubeClient
import KubeModel
import Testing
import X509Tools

@testable import Operator

@Suite("Probes: what one look at a VIP says")
struct ProbeQueryTests {
    private static let day: Int64 = 86_400

    private func query(_ expectation: ProbeQuery.Expectation) -> ProbeQuery {
        ProbeQuery(
            address: "198.51.100.10", port: 443, host: "checkout.example.com", isTLS: true, expectation: expectation,
            intervalSeconds: 10, timeoutSeconds: 5, failureThreshold: 3, since: "1-a")
    }

    private func version(_ issued: IssuedCertificate) throws -> String {
        try #require(Certificate.chain(pem: issued.certificatePEM).first).version
    }

    @Test("the certificate of the Secret is served, also if it is one of two")
    func serving() throws {
        let issued = try TestSecrets.issue()
        let query = query(.certificate(["0123456789ab", try version(issued)]))
        let verdict = query.judge(.success(ProbeAnswer(leafPEM: issued.certificatePEM)), now: EvidenceScene.now)
        #expect(verdict == Verdict(.true, .serving))
    }

    /// From, to (days from now), name, and what the words on it are.
    @Test(
        "another certificate is not the Secret's, and reason and words tell one that ended, has not begun or is for another host",
        arguments: [
            (-30, 90, "checkout.example.com", .certificateNotServed, "serves certificate"),
            (-30, -1, "checkout.example.com", .servedExpired, ", which ended "),
            (1, 90, "checkout.example.com", .servedNotYetValid, ", which is valid only from "),
            (-30, 90, "other.example.com", .servedHostNotCovered, ", which is for other.example.com,"),
        ] as [(Int64, Int64, String, ReasonCode, String)])
    func other(from: Int64, to: Int64, name: String, reason: ReasonCode, words: String) throws {
        let issued = try TestSecrets.issue(names: [name], from: from * Self.day, to: to * Self.day)
        let verdict = query(.certificate(["0123456789ab"])).judge(
            .success(ProbeAnswer(leafPEM: issued.certificatePEM)), now: EvidenceScene.now)
        #expect(verdict.status == .false && verdict.reason == reason)
        for part in [words, "checkout.example.com at 198.51.100.10:443", try version(issued), "(0123456789ab)"] {
            #expect(verdict.message.contains(part), "no \(part) in: \(verdict.message)")
        }
    }

    @Test("what cannot be read as a certificate is not the Secret's")
    func garbage() {
        for pem in [[], Array("-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n".utf8)] {
            let verdict = query(.certificate(["0"])).judge(
                .success(ProbeAnswer(leafPEM: pem)), now: EvidenceScene.now)
            #expect(verdict.status == .false && verdict.reason == .certificateNotServed)
        }
    }

    @Test(
        "no answer tells nothing, a handshake or an answer that is none is bad", arguments: TransportError.Kind.allCases
    )
    func failures(kind: TransportError.Kind) {
        let certificate = query(.certificate(["0"])).judge(.failure(TransportError(kind, "x")), now: EvidenceScene.now)
        let answer = query(.answer(HTTPProbe())).judge(.failure(TransportError(kind, "x")), now: EvidenceScene.now)
        var mutual = query(.certificate(["0"]))
        mutual.isMutual = true
        let client = mutual.judge(.failure(TransportError(kind, "x")), now: EvidenceScene.now)
        #expect(client.reason == (certificate.reason == .handshakeFailed ? .probeInconclusive : certificate.reason))
        switch kind {
        case .tls:
            #expect(certificate.status == .false && certificate.reason == .handshakeFailed)
            #expect(answer.status == .false && answer.reason == .probeFailed)
        case .malformedReply, .responseTooLarge:
            #expect(answer.status == .false && answer.reason == .probeFailed)
        default:
            let isSilence = [.unreachable, .connectTimeout, .timeout].contains(kind)
            let words = isSilence ? "no way there, or no answer in time" : kind.summary
            for verdict in [certificate, answer] {
                #expect(verdict.status == .unknown && verdict.reason == .probeInconclusive)
                #expect(verdict.message.contains(words) && !verdict.message.contains(": x"))
            }
        }
    }

    /// The expected statuses, the expected header, the answer, and whether it is good.
    @Test(
        "an answer is good by its status and header",
        arguments: [
            ([], nil, 200, nil, true), ([], nil, 302, nil, true), ([], nil, 399, nil, true),
            ([], nil, 404, nil, false), ([], nil, 503, nil, false), ([204, 401], nil, 401, nil, true),
            ([204, 401], nil, 200, nil, false), ([], "west", 200, "west", true), ([], "west", 200, "east", false),
            ([], "west", 200, nil, false), ([], "west", 503, "west", false),
        ] as [([Int], String?, Int, String?, Bool)])
    func answers(expected: [Int], header: String?, status: Int, value: String?, isGood: Bool) {
        let http = HTTPProbe(
            path: "/healthz", expectedStatuses: expected,
            expectedHeader: header.map { HTTPProbe.Header(name: "X-Gateway", value: $0) })
        let head = HTTPHead(status: status, fields: value.map { [HTTPField("x-gateway", $0)] } ?? [])
        let verdict = query(.answer(http)).judge(.success(ProbeAnswer(head: head)), now: EvidenceScene.now)
        #expect(verdict.status == (isGood ? .true : .false))
        #expect(verdict.reason == (isGood ? .routesServed : .probeFailed))
        #expect(isGood || verdict.message.contains("answers GET /healthz"))
    }

    @Test("the request goes to the address, asks for the host, and is a handshake alone for a certificate")
    func request() {
        let handshake = query(.certificate(["0"])).request(.remote)
        #expect(handshake.target == nil && handshake.isTLS && handshake.addressPolicy == .remote)
        let get = query(.answer(HTTPProbe(path: "/x?y"))).request(.remoteOrLoopback)
        #expect(get.target == "/x?y" && get.host == "checkout.example.com" && get.address == "198.51.100.10")
        #expect(get.port == 443 && get.timeout == .seconds(5) && get.addressPolicy == .remoteOrLoopback)
    }
}

@Suite("Probes: several looks")
struct ProbeRecordTests {
    /// Looks (+ good, - bad, ? no answer), the threshold, and what counts after the last of them.
    @Test(
        "a good look counts at once, any other as one of so many in a row",
        arguments: [
            ("", 3, nil), ("+", 3, .true), ("-", 3, nil), ("--", 3, nil), ("---", 3, .false), ("-", 1, .false),
            ("+--", 3, .true), ("+---", 3, .false), ("+--+--", 3, .true), ("---+", 3, .true), ("--?", 3, .unknown),
            ("???", 3, .unknown), ("+??-", 3, .false), ("----------", 3, .false), ("---??", 3, .false),
            ("---???", 3, .unknown), ("---??-??", 3, .false), ("-?-?-?-?", 1, .false), ("-???", 1, .unknown),
            ("--????", 5, .unknown), ("-----????", 5, .false), ("-----?????", 5, .unknown),
        ] as [(String, Int, Condition.Status?)])
    func table(looks: String, threshold: Int, settled: Condition.Status?) {
        var record = ProbeRecord()
        for look in looks {
            switch look {
            case "+": record.note(Verdict(.true, .serving), threshold: threshold)
            case "-": record.note(Verdict(.false, .certificateNotServed), threshold: threshold)
            default: record.note(Verdict(.unknown, .probeInconclusive), threshold: threshold)
            }
        }
        #expect(record.settled?.status == settled)
    }

    @Test("words for the same change only when others last, so that what fails in several ways changes nothing")
    func words() {
        func settled(_ answers: [Int]) -> String? {
            var record = ProbeRecord()
            for answer in answers { record.note(Verdict(.false, .probeFailed, "\(answer)"), threshold: 1) }
            return record.settled?.message
        }
        #expect(settled([503, 502, 502, 503, 502, 504, 502, 502, 504]) == "503")
        #expect(settled([503, 404, 404]) == "503" && settled([503, 404, 404, 404]) == "404")
        // Whether it is bad or unknown does not depend on the words, nor on the reason.
        var record = ProbeRecord()
        record.note(Verdict(.unknown, .probeInconclusive), threshold: 1)
        for reason in [ReasonCode.servedExpired, .certificateNotServed, .servedExpired] {
            record.note(Verdict(.false, reason), threshold: 1)
        }
        #expect(record.settled == Verdict(.false, .servedExpired))
    }
}
