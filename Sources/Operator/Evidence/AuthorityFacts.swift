import KubeClient
import KubeModel
import TrafficModel
import X509Tools

/// What was learnt of the authority that a Secret holds: no certificate of it is kept.
enum AuthorityFacts: Sendable, Hashable {
    /// The Secret holds none.
    case missing
    /// It cannot be read as certificates; says why.
    case invalid(String)
    /// It can be read; `end`: the last second in which any of its certificates is valid, nil where it has more of them
    /// than are looked at.
    case usable(end: Int64?)

    /// Reads the facts out of a Secret.
    static func of(secret: KubeObject) -> AuthorityFacts {
        guard let (name, content) = AuthorityName.data(of: secret.json) else { return .missing }
        guard let pem = Base64.decode(content) else { return .invalid("data \(name) is not base64") }
        do {
            return .usable(end: try Certificate.chain(pem: pem).map(\.notAfter).max())
        } catch .tooManyBlocks, .tooManyCertificates {
            return .usable(end: nil)
        } catch {
            return .invalid("data \(name): \(error)")
        }
    }
}

extension CertificateEvidence {
    /// Takes in what is known of the authority by which the servers judge their clients, where the certificate is good for
    /// its part.
    ///
    /// A Secret that the server does not let us read is most likely not there: who grants Secrets by name leaves out those
    /// that nobody has. It is passed over where the next one holds an authority that is good, and leaves all unknown where
    /// not; one that only could not be read now is waited for.
    ///
    /// - Parameters:
    ///   - source: where the authority comes from: of its Secrets the first that exists counts.
    ///   - namespace: where the gateway's pods run.
    ///   - isForAll: whether every client has to show a certificate that the authority vouches for.
    ///   - facts: the answers so far.
    ///   - now: host time.
    mutating func weighAuthority(
        from source: AuthorityName, ofPodsIn namespace: String, isForAll: Bool, _ facts: [FactQuery: FactAnswer],
        now: Timestamp
    ) {
        guard isReady == true else { return }
        if let flaw = source.flaw(ofPodsIn: namespace) { return refuse(.authorityMissing, flaw) }
        let secrets = source.secrets(ofPodsIn: namespace)
        var hidden: String?
        for secret in secrets {
            switch facts[.secret(secret)] {
            case nil: return doubt("Secret \(secret) has not been read yet")
            case .unreadable(let why)?, .notServed(let why)?, .secret(.unreadable(let why), _, _)?:
                return doubt("Secret \(secret) cannot be read: \(why)")
            case .denied(let why)?: hidden = hidden ?? "Secret \(secret) cannot be read: \(why)"
            case .secret(.missing, _, _)?, .notFound?, .objects?, .certificate?: continue
            case .secret(_, let authority, _)?:
                var judged = self
                judged.weigh(authority, of: secret, isForAll, now: now)
                if let hidden, judged.isReady != true {
                    return doubt("\(hidden); grant get on it, for Secret \(secret) holds no authority that is good")
                }
                self = judged
                return
            }
        }
        if let hidden { return doubt(hidden) }
        guard let first = secrets.first else { return }
        refuse(.authorityMissing, "Secret \(first) does not exist; create it with the authority as data ca.crt")
    }

    private mutating func weigh(_ authority: AuthorityFacts, of secret: ObjectKey, _ isForAll: Bool, now: Timestamp) {
        switch authority {
        case .missing:
            refuse(
                .authorityMissing,
                "Secret \(secret) holds no authority to judge clients' certificates by; \(AuthorityName.remedy(secret))"
            )
        case .invalid(let why): refuse(.authorityInvalid, "Secret \(secret): the authority in \(why)")
        case .usable(let end?) where end < now.secondsSince1970:
            refuse(
                isForAll ? .authorityInvalid : .authorityExpired,
                "Secret \(secret): the authority for clients ended \(Timestamp(secondsSince1970: end).rfc3339); renew it"
            )
        case .usable: break
        }
    }

    private mutating func doubt(_ why: String) { refuse(.unreadable, why) }

    private mutating func refuse(_ state: State, _ message: String) { (self.state, self.message) = (state, message) }
}
