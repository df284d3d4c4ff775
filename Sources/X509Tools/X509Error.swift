/// Says why a certificate or a private key was not usable.
///
/// The descriptions name positions, kinds and OpenSSL's own reasons, never a byte of what was read.
public enum X509Error: Error, Sendable, Equatable {
    /// The input is larger than a certificate chain or key can sensibly be.
    case tooLarge(bytes: Int, limit: Int)
    /// There are more PEM blocks than a certificate file can sensibly have.
    case tooManyBlocks(limit: Int)
    /// There are more certificates than a chain can sensibly have.
    case tooManyCertificates(limit: Int)
    /// The input holds no PEM block of a certificate.
    case noCertificate
    /// A PEM block, counted from 1, is damaged.
    case damagedPEM(block: Int, reason: String)
    /// A certificate, counted from 1, is not one that can be read.
    case unreadableCertificate(position: Int, reason: String)
    /// The input holds no PEM block of a private key.
    case noPrivateKey
    /// The private key is encrypted; there is nobody to ask for its password.
    case encryptedPrivateKey
    /// The private key is in a form that is not supported.
    case unsupportedPrivateKey(form: String)
    /// The private key cannot be read.
    case unreadablePrivateKey(reason: String)
    /// A key or certificate could not be made.
    case cannotIssue(reason: String)
}

extension X509Error: CustomStringConvertible {
    /// What was read, what was wrong and what to do.
    public var description: String {
        switch self {
        case .tooLarge(let bytes, let limit):
            "cannot read PEM of \(bytes) bytes: the limit is \(limit) bytes"
        case .tooManyBlocks(let limit):
            "cannot read PEM: it has more than \(limit) blocks"
        case .tooManyCertificates(let limit):
            "cannot read the certificate chain: it has more than \(limit) certificates"
        case .noCertificate:
            "cannot read the certificate: there is no PEM block \"BEGIN CERTIFICATE\""
        case .damagedPEM(let block, let reason):
            "cannot read PEM block \(block): \(reason)"
        case .unreadableCertificate(let position, let reason):
            "cannot read certificate \(position) of the chain: \(reason)"
        case .noPrivateKey:
            "cannot read the private key: there is no PEM block \"BEGIN PRIVATE KEY\" (or RSA or EC PRIVATE KEY)"
        case .encryptedPrivateKey:
            "cannot read the private key: it is encrypted; provide it without a password "
                + "(openssl pkey -in key.pem -out plain.pem)"
        case .unsupportedPrivateKey(let form):
            "cannot read the private key: \(form) is not supported; provide a PKCS#8, RSA or EC key in PEM"
        case .unreadablePrivateKey(let reason):
            "cannot read the private key: \(reason)"
        case .cannotIssue(let reason):
            "cannot issue the certificate: \(reason)"
        }
    }
}
