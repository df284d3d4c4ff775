import X509Tools

/// The credentials of a user in a kubeconfig: inline, or in files which others rewrite.
struct CredentialFiles: Sendable {
    /// A PEM text, or where it is.
    enum Part: Sendable {
        case inline([UInt8])
        case file(String)

        var isFile: Bool { if case .file = self { true } else { false } }
    }

    /// How often files are read again (client-go does the same for tokens).
    static let interval: Duration = .seconds(60)

    var token: Secret?
    var basic: Secret?
    /// Wins over `token`.
    var tokenFile: String?
    var certificate: Part?
    var key: Part?
    /// Reads a file, which may take long where the file lies on a network.
    var content: @Sendable (String) throws(LocalFileError) -> [UInt8] = { (path) throws(LocalFileError) in
        try LocalFile.read(path, limit: 1 << 20)
    }

    /// The credentials; those in files are read again each minute, and their last good content is kept.
    var source: CredentialSource {
        get throws(CredentialError) {
            let credentials = try read()
            guard tokenFile != nil || certificate?.isFile == true || key?.isFile == true else {
                return .fixed(credentials)
            }
            return .renewable(
                CredentialCache { () async throws(CredentialError) in
                    let result = await DedicatedThread.value {
                        Result { () throws(CredentialError) in try read() }
                    }
                    guard let result else { throw CredentialError("the machine gives no thread to read files on") }
                    return CredentialCache.Loaded(try result.get(), freshFor: Self.interval, goodFor: nil)
                })
        }
    }

    /// Reads all files now.
    func read() throws(CredentialError) -> RequestCredentials {
        var credentials = RequestCredentials(bearerToken: token, basic: basic)
        if let tokenFile {
            let words = String(decoding: try content(.file(tokenFile)), as: UTF8.self).split(
                whereSeparator: \.isWhitespace)
            guard words.count == 1, let token = words.first else {
                throw CredentialError("the token file \(tokenFile) is empty or holds more than a token")
            }
            credentials.bearerToken = Secret(String(token))
        }
        switch (certificate, key) {
        case (nil, nil): break
        case (let certificate?, let key?):
            credentials.clientCertificate = try ClientCertificate(
                checking: try content(certificate), key: Secret(try content(key)))
        case (_?, nil): throw CredentialError("the client certificate has no key")
        case (nil, _?): throw CredentialError("the client key has no certificate")
        }
        return credentials
    }

    private func content(_ part: Part) throws(CredentialError) -> [UInt8] {
        switch part {
        case .inline(let bytes): return bytes
        case .file(let path):
            do { return try content(path) } catch { throw CredentialError(error.description) }
        }
    }
}

extension ClientCertificate {
    /// Makes a pair whose certificate and key belong together.
    init(checking chain: [UInt8], key: Secret) throws(CredentialError) {
        let matches: Bool?
        do {
            matches = try Certificate.chain(pem: chain).first?.matches(privateKeyPEM: key.reveal())
        } catch {
            throw CredentialError("the client certificate or key cannot be used: \(error)")
        }
        guard matches == true else {
            throw CredentialError("the client key is not the key of the client certificate")
        }
        self.init(chain: chain, key: key)
    }
}
