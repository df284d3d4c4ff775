import KubeModel

/// Who we are for one attempt: at most one token or password, and at most one client certificate.
public struct RequestCredentials: Sendable, Equatable {
    /// Sent as `Authorization: Bearer`.
    public var bearerToken: Secret?
    /// `user:password`, sent as `Authorization: Basic`; the token wins.
    public var basic: Secret?
    /// Shown in the TLS handshake.
    public var clientCertificate: ClientCertificate?

    /// Makes credentials; without arguments they are anonymous.
    public init(bearerToken: Secret? = nil, basic: Secret? = nil, clientCertificate: ClientCertificate? = nil) {
        self.bearerToken = bearerToken
        self.basic = basic
        self.clientCertificate = clientCertificate
    }
}

extension RequestCredentials {
    /// What a server says, without our token or password, which some servers and proxies send back in their complaints.
    func removed(from status: APIStatus) -> APIStatus {
        var status = status
        status.message = removed(from: status.message)
        for index in status.details?.causes.indices ?? 0..<0 {
            let said = status.details?.causes[index].message ?? ""
            status.details?.causes[index].message = removed(from: said)
        }
        return status
    }

    private func removed(from text: String) -> String {
        let basic = self.basic?.reveal() ?? []
        let password = basic.firstIndex(of: UInt8(ascii: ":")).map { Array(basic[($0 + 1)...]) } ?? []
        let secrets = [bearerToken?.reveal() ?? [], Array(Base64.encode(basic).utf8), basic, password]
        // Words of a few letters are found in any text, and hide nothing.
        return secrets.filter { $0.count > 5 }.reduce(text) { text, secret in
            text.replacing(String(decoding: secret, as: UTF8.self), with: "\(Secret(secret))")
        }
    }
}

/// A client certificate chain with its private key.
public struct ClientCertificate: Sendable, Equatable {
    /// The chain in PEM, leaf first.
    public var chain: [UInt8]
    /// The private key in PEM.
    public var key: Secret

    /// Makes a pair; that the two match is checked by the TLS library.
    public init(chain: [UInt8], key: Secret) {
        self.chain = chain
        self.key = key
    }
}

/// Why credentials could not be obtained; never holds any of them.
public struct CredentialError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was attempted, and what was wrong with it.
    public let description: String

    /// Makes an error.
    public init(_ description: String) { self.description = description }
}
