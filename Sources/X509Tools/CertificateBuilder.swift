import COpenSSL

/// Builds and signs one certificate.
struct CertificateBuilder {
    let request: CertificateRequest

    init(_ request: CertificateRequest) { self.request = request }

    /// A signed certificate for `key`; without an issuer it is signed with the key itself.
    func build(_ key: borrowing LibcryptoObject, issuer: TestAuthority?) throws(X509Error) -> LibcryptoObject {
        guard let certificate = unsafe LibcryptoObject(X509_new(), free: { unsafe X509_free($0) }),
            unsafe X509_set_version(certificate.pointer, 2) == 1,
            unsafe X509_set_pubkey(certificate.pointer, key.pointer) == 1
        else { throw .cannotIssue(step: "certificate") }
        try setSerial(certificate)
        try setValidity(certificate)
        try setSubject(certificate)
        guard let issuer else {
            try finish(certificate, issuer: certificate, issuerKey: key)
            return certificate
        }
        guard let issuerCertificate = LibcryptoObject.certificate(der: issuer.certificateDER),
            let issuerKey = LibcryptoObject.privateKey(der: issuer.keyDER)
        else { throw .cannotIssue(step: "issuer") }
        try finish(certificate, issuer: issuerCertificate, issuerKey: issuerKey)
        return certificate
    }

    private func setSerial(_ certificate: borrowing LibcryptoObject) throws(X509Error) {
        var bytes = [UInt8](repeating: 0, count: 16)
        let isRandom = unsafe RAND_bytes(&bytes, Int32(bytes.count)) == 1
        // RFC 5280 section 4.1.2.2: positive.
        bytes[0] = bytes[0] & 0x7F | 0x40
        guard isRandom,
            let number = unsafe LibcryptoObject(
                BN_bin2bn(bytes, Int32(bytes.count), nil), free: { unsafe BN_free($0) })
        else { throw .cannotIssue(step: "serial number") }
        guard let serial = unsafe BN_to_ASN1_INTEGER(number.pointer, nil) else {
            throw .cannotIssue(step: "serial number")
        }
        defer { unsafe ASN1_INTEGER_free(serial) }
        guard unsafe X509_set_serialNumber(certificate.pointer, serial) == 1 else {
            throw .cannotIssue(step: "serial number")
        }
    }

    private func setValidity(_ certificate: borrowing LibcryptoObject) throws(X509Error) {
        let first = unsafe ASN1_TIME_set(nil, Int(request.notBefore))
        defer { unsafe ASN1_STRING_free(first) }
        let last = unsafe ASN1_TIME_set(nil, Int(request.notAfter))
        defer { unsafe ASN1_STRING_free(last) }
        guard unsafe first != nil, unsafe last != nil,
            unsafe X509_set1_notBefore(certificate.pointer, first) == 1,
            unsafe X509_set1_notAfter(certificate.pointer, last) == 1
        else { throw .cannotIssue(step: "validity") }
    }

    private func setSubject(_ certificate: borrowing LibcryptoObject) throws(X509Error) {
        guard let name = unsafe X509_get_subject_name(certificate.pointer) else { throw .cannotIssue(step: "subject") }
        let entries = request.organizations.map { (NID_organizationName, $0) } + [(NID_commonName, request.commonName)]
        for (kind, value) in entries {
            let bytes = Array(value.utf8)
            guard
                unsafe X509_NAME_add_entry_by_NID(
                    name, kind, MBSTRING_UTF8, bytes, Int32(clamping: bytes.count), -1, 0) == 1
            else { throw .cannotIssue(step: "subject") }
        }
    }

    private func finish(
        _ certificate: borrowing LibcryptoObject, issuer: borrowing LibcryptoObject,
        issuerKey: borrowing LibcryptoObject
    ) throws(X509Error) {
        guard unsafe X509_set_issuer_name(certificate.pointer, X509_get_subject_name(issuer.pointer)) == 1 else {
            throw .cannotIssue(step: "issuer")
        }
        try addExtensions(certificate, issuer: issuer)
        guard unsafe X509_sign(certificate.pointer, issuerKey.pointer, EVP_sha256()) > 0 else {
            throw .cannotIssue(step: "signature")
        }
    }
}

extension LibcryptoObject {
    /// A new private key.
    static func generated(_ kind: CertificateRequest.KeyKind) throws(X509Error) -> LibcryptoObject {
        let pointer =
            switch kind {
            case .p256: unsafe co_generate_p256()
            case .rsa2048: unsafe co_generate_rsa(2048)
            case .ed25519: unsafe co_generate_ed25519()
            }
        guard let key = unsafe LibcryptoObject(pointer, free: { unsafe EVP_PKEY_free($0) }) else {
            throw .cannotIssue(step: "key generation")
        }
        return key
    }
}
