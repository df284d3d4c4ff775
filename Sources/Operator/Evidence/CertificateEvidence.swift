import KubeModel
import X509Tools

/// What is known of one TLS credential of one target: can the gateway serve these hosts with it?
struct CertificateEvidence: Sendable, Hashable {
    /// How it stands, from worst to best; each is also a ``ReasonCode``.
    enum State: String, Sendable, Hashable, CaseIterable, Comparable {
        /// There is no such Secret.
        case missing = "SecretNotFound"
        /// The gateway's pods may not read the Secret: it is in another namespace.
        case denied = "SecretDenied"
        /// The Secret holds no certificate and key that can be read.
        case invalidKeys = "InvalidKeys"
        /// The private key belongs to another certificate.
        case keyMismatch = "KeyMismatch"
        /// The certificate has ended.
        case expired = "Expired"
        /// The certificate has not begun.
        case notYetValid = "NotYetValid"
        /// A host is none of the certificate's names.
        case hostNotCovered = "HostNotCovered"
        /// No Secret holds the authority by which clients' certificates are judged, so that the gateway serves nobody.
        case authorityMissing = "AuthorityMissing"
        /// The authority for clients' certificates cannot be read, or has ended.
        case authorityInvalid = "AuthorityInvalid"
        /// Another certificate than the Secret's is served under a VIP.
        case notServed = "CertificateNotServed"
        /// Another certificate than the Secret's is served under a VIP, and it has ended.
        case servedExpired = "ServedExpired"
        /// Another certificate than the Secret's is served under a VIP, and it has not begun.
        case servedNotYetValid = "ServedNotYetValid"
        /// Another certificate than the Secret's is served under a VIP, and it is for other hosts.
        case servedHostNotCovered = "ServedHostNotCovered"
        /// The TLS handshake with a VIP fails.
        case handshakeFailed = "HandshakeFailed"
        /// It cannot be told where the gateway's pods run, and with them the Secret.
        case namespaceUnknown = "GatewayNamespaceUnknown"
        /// The certificate comes from elsewhere than a Secret.
        case elsewhere = "CredentialElsewhere"
        /// The Secret was not, or could not be, read.
        case unreadable = "SecretUnreadable"
        /// It could serve; a VIP has not been looked at since it was written, or since the Secret changed.
        case probePending = "ProbePending"
        /// It could serve; a VIP could not be looked at.
        case probeInconclusive = "ProbeInconclusive"
        /// It serves clients that need no certificate that the authority vouches for, but the authority has ended.
        case authorityExpired = "AuthorityExpired"
        /// It serves, but a certificate of its chain was not issued by the next one: some clients will not trust it.
        case chainBroken = "ChainBroken"
        /// It serves, but cert-manager does not renew it.
        case renewalFailed = "RenewalFailed"
        /// It serves, and ends soon.
        case expiringSoon = "ExpiringSoon"
        /// It can serve.
        case ready = "SecretReady"
        /// It is served under every VIP, to who asks from outside.
        case serving = "Serving"

        /// Whether the left one is worse.
        static func < (left: State, right: State) -> Bool {
            let all = allCases
            return (all.firstIndex(of: left) ?? 0) < (all.firstIndex(of: right) ?? 0)
        }
    }

    /// A server of a Gateway, by its place in the list.
    struct Server: Sendable, Hashable {
        var gateway: ObjectKey
        var index: Int
    }

    /// The Secret's name; for a source other than Secrets the whole credential name.
    var name: String
    /// The Secret's namespace; nil where it is not known or does not apply.
    var namespace: String?
    /// The hosts of the servers that name it.
    var hosts: [String]
    /// Those servers.
    var servers: [Server] = []
    /// How it stands.
    var state: State
    /// What is wrong and what to do; empty if nothing is.
    var message: String
    /// First 12 hex digits of the leaf's SHA-256 fingerprint.
    var version: String?
    /// Serial number of the leaf in hexadecimal.
    var serial: String?
    /// The first second of the leaf's validity.
    var notBefore: Timestamp?
    /// The last second of the leaf's validity.
    var notAfter: Timestamp?
    /// When cert-manager begins to renew it; nil: that is not known.
    var renewalTime: Timestamp?

    /// Whether a gateway can serve with it now; nil: unknown.
    var isReady: Bool? {
        switch state {
        case .ready, .serving, .expiringSoon, .renewalFailed, .chainBroken, .authorityExpired: true
        case .namespaceUnknown, .elsewhere, .unreadable, .probePending, .probeInconclusive: nil
        case .missing, .denied, .invalidKeys, .keyMismatch, .expired, .notYetValid, .hostNotCovered, .authorityMissing,
            .authorityInvalid, .notServed, .servedExpired, .servedNotYetValid, .servedHostNotCovered, .handshakeFailed:
            false
        }
    }

    /// Takes in what was seen under the VIPs, where the Secret is good for its part.
    mutating func weigh(_ seen: Verdict?) {
        guard isReady == true, let seen else { return }
        switch seen.status {
        case .true: if state == .ready { state = .serving }
        case .false, .unknown:
            state = State(rawValue: seen.reason.rawValue) ?? .probeInconclusive
            message = seen.message
        }
    }

    /// Makes evidence that rests on no certificate.
    init(name: String, namespace: String? = nil, hosts: [String], state: State, message: String) {
        self.name = name
        self.namespace = namespace
        self.hosts = hosts
        self.state = state
        self.message = message
    }

    /// Judges one Secret for the hosts that a Gateway serves with it.
    ///
    /// - Parameters:
    ///   - secret: namespace and name.
    ///   - hosts: hosts of the servers that name it; a `*` cannot be covered by any certificate and is not asked for.
    ///   - facts: what was read, nil where nothing was read yet.
    ///   - issuance: what cert-manager says of it, nil where it says nothing.
    ///   - now: host time.
    ///   - warningSeconds: from this remaining life on the state is ExpiringSoon.
    /// - Returns: the state with its message, and the facts of the certificate as far as they are known.
    static func judge(
        _ secret: ObjectKey, hosts: [String], facts: SecretFacts?, issuance: IssuanceFacts? = nil, now: Timestamp,
        warningSeconds: Int64
    ) -> CertificateEvidence {
        var evidence = CertificateEvidence(
            name: secret.name, namespace: secret.namespace, hosts: hosts, state: .unreadable, message: "")
        switch facts {
        case nil: evidence.message = "Secret \(secret) has not been read yet"
        case .unreadable(let why): evidence.message = "Secret \(secret) cannot be read: \(why)"
        case .missing:
            evidence.state = .missing
            evidence.message = "Secret \(secret) does not exist; create it in the namespace of the gateway's pods"
        case .invalid(let why):
            evidence.state = .invalidKeys
            evidence.message = "Secret \(secret) \(why); store certificate and key as data tls.crt and tls.key"
        case .keyMismatch(let leaf, let holder):
            evidence.describe(leaf)
            evidence.state = .keyMismatch
            evidence.message =
                "Secret \(secret): the private key does not belong to the certificate; "
                + (holder.map { "it belongs to certificate \($0) of the chain: put that one first" }
                    ?? "store a pair that fits")
        case .usable(let leaf, let chainBreak):
            evidence.describe(leaf)
            evidence.weigh(leaf, now: now, warningSeconds: warningSeconds)
            guard evidence.state == .ready, let chainBreak else { break }
            evidence.state = .chainBroken
            evidence.message =
                "Secret \(secret): certificate \(chainBreak) of the chain was not issued by the next one"
                + "; store the chain in order, the server's certificate first"
        }
        if let issuance { evidence.weigh(issuance, now: now) }
        return evidence
    }

    /// Takes in what cert-manager says: it explains what is wrong, and tells what is going to be.
    private mutating func weigh(_ issuance: IssuanceFacts, now: Timestamp) {
        renewalTime = issuance.renewalTime
        let secret = ObjectKey(namespace: namespace, name: name)
        switch (state, issuance.trouble(at: now)) {
        case (.expiringSoon, _):
            guard let end = notAfter, let prospect = issuance.prospect(at: now) else { return }
            message = "Secret \(secret): the certificate ends \(end.rfc3339); \(prospect)"
        case (.ready, let trouble?): (state, message) = (.renewalFailed, "Secret \(secret): \(trouble)")
        case (_, let trouble?): message += "; \(trouble)"
        case (_, nil): break
        }
    }

    private mutating func describe(_ leaf: Certificate) {
        version = leaf.version
        serial = leaf.serial
        notBefore = Timestamp(secondsSince1970: leaf.notBefore)
        notAfter = Timestamp(secondsSince1970: leaf.notAfter)
    }

    private mutating func weigh(_ leaf: Certificate, now: Timestamp, warningSeconds: Int64) {
        let secret = ObjectKey(namespace: namespace, name: name)
        let seconds = now.secondsSince1970
        let end = Timestamp(secondsSince1970: leaf.notAfter)
        if leaf.notAfter < seconds {
            (state, message) = (.expired, "Secret \(secret): the certificate ended \(end.rfc3339); renew it")
        } else if seconds < leaf.notBefore {
            let begin = Timestamp(secondsSince1970: leaf.notBefore).rfc3339
            (state, message) = (.notYetValid, "Secret \(secret): the certificate is valid only from \(begin) on")
        } else if let bare = hosts.first(where: { $0 != "*" && !leaf.covers(host: $0) }) {
            let names = leaf.dnsNames.prefix(4).joined(separator: ", ")
            (state, message) = (
                .hostNotCovered,
                "Secret \(secret): the certificate does not cover host \(bare) but \(names.isEmpty ? "none" : names)"
                    + "; issue it for all hosts of the Gateway"
            )
        } else if end <= now.adding(seconds: warningSeconds) {
            (state, message) = (.expiringSoon, "Secret \(secret): the certificate ends \(end.rfc3339); renew it")
        } else {
            (state, message) = (.ready, "")
        }
    }
}

extension Certificate {
    /// The first 12 hex digits of its fingerprint, by which people tell certificates apart.
    var version: String { String(fingerprint.prefix(12)) }
}
