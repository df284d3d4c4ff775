/// The facts of one X.509 certificate (RFC 5280), read once.
public struct Certificate: Sendable, Hashable {
    /// The first second of its validity, in seconds since 1970.
    public let notBefore: Int64
    /// The last second of its validity, in seconds since 1970.
    public let notAfter: Int64
    /// The serial number in upper-case hexadecimal, as `openssl x509 -serial` prints it.
    public let serial: String
    /// The subject in the form of RFC 2253, such as `CN=web.example.com,O=Example`.
    public let subject: String
    /// The issuer in the form of RFC 2253.
    public let issuer: String
    /// The DNS names of the subject alternative name, as written.
    public let dnsNames: [String]
    /// The IP addresses of the subject alternative name: dotted IPv4 or RFC 5952 IPv6.
    public let ipAddresses: [String]
    /// Whether the basic constraints make it a certification authority.
    public let isCA: Bool
    /// Whether it is signed with its own key.
    public let isSelfSigned: Bool
    /// The whole certificate in DER.
    public let der: [UInt8]
    /// The SHA-256 digest of the DER as 64 lower-case hexadecimal digits.
    public let fingerprint: String

    /// The most certificates that are read as one chain.
    static let maxChain = 64

    /// Reads all certificates of a PEM file, in their order.
    ///
    /// Text between the blocks and blocks of other kinds are skipped; a damaged block of any kind is an error.
    /// - Parameter pem: the file, at most 1 MiB.
    /// - Returns: at least one and at most 64 certificates; by convention the first is the server's own.
    /// - Throws: `X509Error` that says which block or certificate is wrong.
    public static func chain(pem: [UInt8]) throws(X509Error) -> [Certificate] {
        var chain: [Certificate] = []
        for block in try PEMBlock.all(in: pem) where ["CERTIFICATE", "X509 CERTIFICATE"].contains(block.label) {
            guard chain.count < maxChain else { throw .tooManyCertificates(limit: maxChain) }
            chain.append(try Certificate(der: block.der, position: chain.count + 1))
        }
        guard !chain.isEmpty else { throw .noCertificate }
        return chain
    }

    /// Whether `time`, in seconds since 1970, is within the validity.
    public func isValid(at time: Int64) -> Bool { notBefore <= time && time <= notAfter }

    /// Equality of the DER.
    public static func == (left: Self, right: Self) -> Bool { left.der == right.der }

    /// Feeds the fingerprint to the hasher.
    public func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }
}
