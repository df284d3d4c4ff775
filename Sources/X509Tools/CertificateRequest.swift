/// What a certificate that `TestAuthority` issues shall say.
public struct CertificateRequest: Sendable {
    /// What the certificate may be used for.
    public enum Purpose: Sendable, CaseIterable {
        /// To be a TLS server.
        case server
        /// To be a TLS client.
        case client
        /// To issue certificates.
        case authority
    }

    /// The kind of the new key.
    public enum KeyKind: Sendable, CaseIterable {
        /// ECDSA on the curve P-256.
        case p256
        /// RSA with 2048 bits.
        case rsa2048
        /// EdDSA on Curve25519.
        case ed25519
    }

    /// The form of the new key's PEM.
    public enum KeyForm: Sendable {
        /// PKCS#8: `BEGIN PRIVATE KEY`.
        case pkcs8
        /// The older form of the kind: `BEGIN RSA PRIVATE KEY`, `BEGIN EC PRIVATE KEY`; Ed25519 has none.
        case traditional
        /// PKCS#8 encrypted with a password: `BEGIN ENCRYPTED PRIVATE KEY`.
        case encryptedPKCS8(password: String)
        /// The older form with an encrypted content and headers that say so.
        case encryptedTraditional(password: String)
    }

    /// The CN of the subject, at most 64 characters; for a Kubernetes client the user's name.
    public var commonName: String
    /// The O of the subject; for a Kubernetes client the groups.
    public var organizations: [String] = []
    /// The DNS names of the subject alternative name, taken as they are.
    public var dnsNames: [String] = []
    /// The IP addresses of the subject alternative name.
    public var ipAddresses: [String] = []
    /// What the certificate may be used for.
    public var purpose = Purpose.server
    /// The first second of the validity, in seconds since 1970.
    public var notBefore: Int64
    /// The last second of the validity, in seconds since 1970.
    public var notAfter: Int64
    /// The kind of the new key.
    public var keyKind = KeyKind.p256
    /// The form of the new key's PEM.
    public var keyForm = KeyForm.pkcs8

    /// Makes a request for a server certificate without names and with a P-256 key; set what shall differ.
    public init(commonName: String, notBefore: Int64, notAfter: Int64) {
        self.commonName = commonName
        self.notBefore = notBefore
        self.notAfter = notAfter
    }
}

/// A certificate and its key, as `TestAuthority` issued them.
public struct IssuedCertificate: Sendable {
    /// The certificate alone, in PEM.
    public let certificatePEM: [UInt8]
    /// The certificate and the intermediate ones above it, without the root: what a server sends.
    public let chainPEM: [UInt8]
    /// The private key, in PEM of the form that was asked for.
    public let privateKeyPEM: [UInt8]
}
