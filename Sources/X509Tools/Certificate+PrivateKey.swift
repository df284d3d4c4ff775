import COpenSSL

extension Certificate {
    /// Whether a private key is the one of this certificate.
    ///
    /// - Parameter privateKeyPEM: a PEM file whose first private key (PKCS#8, RSA or EC) is taken; never kept.
    /// - Returns: whether the public half of the key is the one that the certificate certifies.
    /// - Throws: `X509Error` if there is no key, if it is encrypted (nobody is asked for a password) or unreadable.
    public func matches(privateKeyPEM: [UInt8]) throws(X509Error) -> Bool {
        LibcryptoError.clear()
        defer { LibcryptoError.clear() }
        let key = try Self.privateKey(pem: privateKeyPEM)
        guard let certificate = LibcryptoObject.certificate(der: der) else { return false }
        return unsafe EVP_PKEY_eq(X509_get0_pubkey(certificate.pointer), key.pointer) == 1
    }

    /// The first private key of a PEM file.
    static func privateKey(pem: [UInt8]) throws(X509Error) -> LibcryptoObject {
        let blocks = try PEMBlock.all(in: pem)
        guard let block = blocks.first(where: { $0.label.hasSuffix("PRIVATE KEY") }) else { throw .noPrivateKey }
        guard !block.isEncrypted, block.label != "ENCRYPTED PRIVATE KEY" else { throw .encryptedPrivateKey }
        guard ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"].contains(block.label) else {
            // The label is input: only known ones are repeated.
            let isKnown = ["OPENSSH PRIVATE KEY", "DSA PRIVATE KEY"].contains(block.label)
            throw .unsupportedPrivateKey(form: isKnown ? "\"BEGIN \(block.label)\"" : "its form")
        }
        guard let key = LibcryptoObject.privateKey(der: block.der) else {
            throw .unreadablePrivateKey(reason: LibcryptoError.take())
        }
        return key
    }
}
