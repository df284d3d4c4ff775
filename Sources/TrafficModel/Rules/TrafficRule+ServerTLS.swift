import JSONValue

extension TrafficRule {
    private static let source = "istio pkg/config/validation/validation.go validateTLSOptions"

    private static func forEachTLS(_ subject: RuleSubject, _ body: (Field) -> Void) {
        let listeners = subject.object.kind == .sidecar ? subject.spec["ingress"] : subject.spec["servers"]
        for listener in listeners.items where listener["tls"].isPresent { body(listener["tls"]) }
    }

    /// Rules about the TLS settings of a server.
    static let serverTLS: [TrafficRule] = [
        warn("OldTLSWithoutCiphers", .gateway, .sidecar, from: source) { subject, breaches in
            forEachTLS(subject) { tls in
                let version = tls["minProtocolVersion"]
                guard ["TLSV1_0", "TLSV1_1"].contains(version.text), tls["cipherSuites"].count == 0 else { return }
                breaches.add(
                    version, "no cipher of the default list fits versions below TLSV1_2",
                    "set cipherSuites, or better TLSV1_2")
            }
        },
        warn("CipherUnknown", .gateway, .sidecar, from: "istio pkg/config/security/security.go") { subject, breaches in
            forEachTLS(subject) { tls in
                for (text, field) in tls["cipherSuites"].texts where !ServerTLS.isCipher(text) {
                    breaches.add(
                        field, "\"\(excerpt(text))\" is no cipher that proxies know, and is ignored", "remove it")
                }
            }
        },
        warn("CipherRepeated", .gateway, .sidecar, from: source) { subject, breaches in
            forEachTLS(subject) { tls in
                var seen = DistinctTexts()
                for (text, field) in tls["cipherSuites"].texts where ServerTLS.isCipher(text) && !seen.insert(text) {
                    breaches.add(field, "\(excerpt(text)) is in the list already", "remove it")
                }
            }
        },
        refuse("MeshTLSWithCertificate", .gateway, .sidecar, from: source) { subject, breaches in
            forEachTLS(subject) { tls in
                guard ServerTLS(tls).mode == "ISTIO_MUTUAL" else { return }
                for name in ServerTLS.certificateFields where !tls[name].isEmptyText {
                    breaches.add(tls[name], "ISTIO_MUTUAL takes its certificates from the mesh alone", "remove it")
                }
            }
        },
        warn("PassthroughWithCertificate", .gateway, .sidecar, from: source) { subject, breaches in
            forEachTLS(subject) { tls in
                guard ServerTLS(tls).isPassthrough || ServerTLS(tls).mode == "AUTO_PASSTHROUGH" else { return }
                for name in ServerTLS.certificateFields + ["caCrl"] where !tls[name].isEmptyText {
                    breaches.add(
                        tls[name], "TLS is not ended here, so that no certificate is used",
                        "set mode SIMPLE or MUTUAL, or remove it")
                }
            }
        },
        refuse("CertificateSources", .gateway, .sidecar, from: source) { subject, breaches in
            forEachTLS(subject) { tls in
                guard ServerTLS(tls).mode != "ISTIO_MUTUAL" else { return }
                var sources = ["credentialName", "credentialNames", "tlsCertificates"].filter { !tls[$0].isEmptyText }
                if !tls["serverCertificate"].isEmptyText, !tls["privateKey"].isEmptyText {
                    sources.append("serverCertificate")
                }
                guard sources.count > 1 else { return }
                breaches.add(
                    tls, "the certificate comes from \(sources.joined(separator: " and "))", "keep one of them")
            }
        },
        refuse("CertificateMissing", .gateway, .sidecar, from: source) { subject, breaches in
            forEachTLS(subject) { tls in
                guard ServerTLS(tls).endsTLS, !ServerTLS(tls).namesCredential else { return }
                let certificates = tls["tlsCertificates"].items
                for certificate in certificates.isEmpty ? [tls] : certificates {
                    for name in ["serverCertificate", "privateKey"] where certificate[name].isEmptyText {
                        breaches.add(
                            certificate[name], "mode \(ServerTLS(tls).mode) needs a certificate and its key",
                            "name a Secret in credentialName")
                    }
                }
            }
        },
        refuse("ClientAuthorityMissing", .gateway, .sidecar, from: source) { subject, breaches in
            forEachTLS(subject) { tls in
                guard ["MUTUAL", "OPTIONAL_MUTUAL"].contains(ServerTLS(tls).mode), !ServerTLS(tls).namesCredential,
                    tls["caCertificates"].isEmptyText
                else { return }
                breaches.add(
                    tls["caCertificates"], "clients' certificates cannot be judged without an authority",
                    "set caCertificates, or name a Secret that holds ca.crt in credentialName")
            }
        },
        warn(
            "AuthorityNameUnused", .gateway, code: own("AuthorityNameUnused"),
            from: "istio pilot/pkg/xds/sds.go generate"
        ) { subject, breaches in
            forEachTLS(subject) { tls in
                guard ["MUTUAL", "OPTIONAL_MUTUAL"].contains(ServerTLS(tls).mode), ServerTLS(tls).namesCredential,
                    let flaw = AuthorityName.flaw(ofName: tls["caCertCredentialName"].text)
                else { return }
                breaches.add(tls["caCertCredentialName"], flaw.problem, flaw.remedy)
            }
        },
        refuse("RevocationListUnused", .gateway, .sidecar, from: source) { subject, breaches in
            forEachTLS(subject) { tls in
                let settings = ServerTLS(tls)
                guard !tls["caCrl"].isEmptyText, settings.mode != "ISTIO_MUTUAL" else { return }
                if settings.mode == "SIMPLE", !settings.namesCredential {
                    breaches.add(
                        tls["caCrl"], "no client shows a certificate in mode SIMPLE", "remove it, or use MUTUAL")
                } else if !settings.endsTLS, !tls["credentialName"].text.isEmpty {
                    breaches.add(tls["caCrl"], "stands beside credentialName", "remove both: TLS is not ended here")
                }
            }
        },
        warn(
            "RevocationListBesideCredential", .gateway, .sidecar, code: own("RevocationListBesideCredential"),
            from: source
        ) { subject, breaches in
            forEachTLS(subject) { tls in
                guard !tls["caCrl"].isEmptyText, ServerTLS(tls).endsTLS, ServerTLS(tls).namesCredential else { return }
                breaches.add(
                    tls["caCrl"], "beside a credential no file is read", "put the list into the Secret, key ca.crl")
            }
        },
    ]
}

/// What TLS settings of a server come to.
struct ServerTLS {
    /// The mode; what is left out is the zero of its enum.
    let mode: String
    private let tls: Field

    init(_ tls: Field) {
        self.tls = tls
        mode = tls["mode"].text.isEmpty ? "PASSTHROUGH" : tls["mode"].text
    }

    var isPassthrough: Bool { mode == "PASSTHROUGH" }
    /// Whether the server shows a certificate of its own.
    var endsTLS: Bool { ["SIMPLE", "MUTUAL", "OPTIONAL_MUTUAL"].contains(mode) }
    var namesCredential: Bool { !tls["credentialName"].isEmptyText || !tls["credentialNames"].isEmptyText }

    static let certificateFields = [
        "serverCertificate", "privateKey", "caCertificates", "tlsCertificates", "credentialName", "credentialNames",
    ]

    private static let ciphers: Set<String> = [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
        "ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA", "ECDHE-RSA-AES256-SHA",
        "AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-SHA", "AES256-SHA", "DES-CBC3-SHA",
    ]

    /// Whether proxies know the cipher; expressions that begin with a sign are left to them.
    static func isCipher(_ text: String) -> Bool {
        guard let first = text.utf8.first, text != "ALL", HostSyntax.isAlphanumeric(first) else { return true }
        return ciphers.contains(text)
    }
}

extension Field {
    /// Whether a field says nothing: absent, an empty string or an empty list.
    var isEmptyText: Bool { text.isEmpty && count == 0 }
}
