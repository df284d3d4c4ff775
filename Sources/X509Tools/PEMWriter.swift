import COpenSSL

/// Writes certificates and keys.
enum PEMWriter {
    static func certificate(_ certificate: borrowing LibcryptoObject) throws(X509Error) -> [UInt8] {
        guard let writer = LibcryptoObject.memoryWriter(),
            unsafe PEM_write_bio_X509(writer.pointer, certificate.pointer) == 1
        else { throw .cannotIssue(step: "certificate to PEM") }
        return writer.writtenBytes()
    }

    static func der(_ certificate: borrowing LibcryptoObject) throws(X509Error) -> [UInt8] {
        guard let writer = LibcryptoObject.memoryWriter(),
            unsafe i2d_X509_bio(writer.pointer, certificate.pointer) == 1
        else { throw .cannotIssue(step: "certificate to DER") }
        return writer.writtenBytes()
    }

    static func privateKeyDER(_ key: borrowing LibcryptoObject) throws(X509Error) -> [UInt8] {
        guard let writer = LibcryptoObject.memoryWriter(),
            unsafe i2d_PrivateKey_bio(writer.pointer, key.pointer) == 1
        else { throw .cannotIssue(step: "private key to DER") }
        return writer.writtenBytes()
    }

    static func privateKey(
        _ key: borrowing LibcryptoObject, form: CertificateRequest.KeyForm
    ) throws(X509Error) -> [UInt8] {
        guard let writer = LibcryptoObject.memoryWriter() else { throw .cannotIssue(step: "memory") }
        let isWritten: Int32 =
            switch form {
            case .pkcs8:
                unsafe PEM_write_bio_PKCS8PrivateKey(writer.pointer, key.pointer, nil, nil, 0, nil, nil)
            case .traditional:
                unsafe PEM_write_bio_PrivateKey_traditional(writer.pointer, key.pointer, nil, nil, 0, nil, nil)
            case .encryptedPKCS8(let password):
                unsafe PEM_write_bio_PKCS8PrivateKey(
                    writer.pointer, key.pointer, EVP_aes_256_cbc(), password, Int32(clamping: password.utf8.count),
                    nil, nil)
            case .encryptedTraditional(let password):
                unsafe PEM_write_bio_PrivateKey_traditional(
                    writer.pointer, key.pointer, EVP_aes_256_cbc(), Array(password.utf8),
                    Int32(clamping: password.utf8.count), nil, nil)
            }
        guard isWritten == 1 else { throw .cannotIssue(step: "private key to PEM") }
        return writer.writtenBytes()
    }
}
