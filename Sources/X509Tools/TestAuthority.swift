import COpenSSL

/// A certification authority in memory, for tests and for the sandbox: it issues what real ones issue, and what they
/// should not.
///
/// It has no clock: validity is given. Its keys are plain bytes in memory, so use it for nothing else.
public struct TestAuthority: Sendable {
    /// The authority's own certificate, in PEM.
    public let certificatePEM: [UInt8]
    /// What a server sends behind its own certificate: the intermediate certificates from here up, without the root.
    public let intermediatesPEM: [UInt8]
    let certificateDER: [UInt8]
    let keyDER: [UInt8]

    /// Makes a root authority with a P-256 key.
    /// - Parameters:
    ///   - commonName: the CN of its subject.
    ///   - notBefore: the first second of its validity, in seconds since 1970.
    ///   - notAfter: the last second of its validity, in seconds since 1970.
    /// - Throws: `X509Error.cannotIssue` if a value does not fit into a certificate.
    public init(commonName: String = "Test CA", notBefore: Int64, notAfter: Int64) throws(X509Error) {
        try self.init(commonName: commonName, notBefore: notBefore, notAfter: notAfter, parent: nil)
    }

    private init(commonName: String, notBefore: Int64, notAfter: Int64, parent: TestAuthority?) throws(X509Error) {
        LibcryptoError.clear()
        defer { LibcryptoError.clear() }
        var request = CertificateRequest(commonName: commonName, notBefore: notBefore, notAfter: notAfter)
        request.purpose = .authority
        let key = try LibcryptoObject.generated(request.keyKind)
        let certificate = try CertificateBuilder(request).build(key, issuer: parent)
        let pem = try PEMWriter.certificate(certificate)
        certificatePEM = pem
        certificateDER = try PEMWriter.der(certificate)
        keyDER = try PEMWriter.privateKeyDER(key)
        intermediatesPEM = parent.map { pem + $0.intermediatesPEM } ?? []
    }

    /// Makes an intermediate authority that this one vouches for.
    /// - Parameters:
    ///   - commonName: the CN of its subject.
    ///   - notBefore: the first second of its validity, in seconds since 1970.
    ///   - notAfter: the last second of its validity, in seconds since 1970.
    /// - Returns: the new authority.
    /// - Throws: `X509Error.cannotIssue` if a value does not fit into a certificate.
    public func intermediate(
        commonName: String, notBefore: Int64, notAfter: Int64
    ) throws(X509Error) -> TestAuthority {
        try TestAuthority(commonName: commonName, notBefore: notBefore, notAfter: notAfter, parent: self)
    }

    /// Issues a certificate with a new key.
    /// - Parameter request: what it shall say.
    /// - Returns: the certificate, its chain and its key.
    /// - Throws: `X509Error.cannotIssue` if a value does not fit into a certificate.
    public func issue(_ request: CertificateRequest) throws(X509Error) -> IssuedCertificate {
        LibcryptoError.clear()
        defer { LibcryptoError.clear() }
        let key = try LibcryptoObject.generated(request.keyKind)
        let certificate = try CertificateBuilder(request).build(key, issuer: self)
        let pem = try PEMWriter.certificate(certificate)
        return IssuedCertificate(
            certificatePEM: pem, chainPEM: pem + intermediatesPEM,
            privateKeyPEM: try PEMWriter.privateKey(key, form: request.keyForm))
    }
}

extension X509Error {
    /// `cannotIssue` with the step that failed and libcrypto's reason.
    static func cannotIssue(step: String) -> X509Error { .cannotIssue(reason: "\(step): \(LibcryptoError.take())") }
}
