import COpenSSL

extension Certificate {
    /// Whether `issuer` issued this certificate: its subject is the issuer's name here, and its key made the signature.
    public func isIssued(by issuer: Certificate) -> Bool {
        LibcryptoError.clear()
        defer { LibcryptoError.clear() }
        guard let mine = LibcryptoObject.certificate(der: der),
            let theirs = LibcryptoObject.certificate(der: issuer.der)
        else { return false }
        guard unsafe X509_check_issued(theirs.pointer, mine.pointer) == X509_V_OK else { return false }
        return unsafe X509_verify(mine.pointer, X509_get0_pubkey(theirs.pointer)) == 1
    }

    /// The index of the first certificate of `chain` that the next one did not issue; nil if the chain is in order.
    ///
    /// TLS wants each certificate to certify the one before it (RFC 8446 section 4.4.2). The last one may be a root
    /// or may leave the root out. Whether the chain is trusted is not asked.
    public static func firstBreak(in chain: [Certificate]) -> Int? {
        for (index, pair) in zip(chain, chain.dropFirst()).enumerated() where !pair.0.isIssued(by: pair.1) {
            return index
        }
        return nil
    }
}
