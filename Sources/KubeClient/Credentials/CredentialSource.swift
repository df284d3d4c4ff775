import KubeModel

/// Where credentials come from: fixed, or loaded and renewed.
public enum CredentialSource: Sendable {
    /// Always these.
    case fixed(RequestCredentials)
    /// Loaded on demand, kept while they are good, renewed once when a server refuses them.
    case renewable(CredentialCache)

    /// No credentials at all.
    public static var none: CredentialSource { .fixed(RequestCredentials()) }

    /// The credentials to use now.
    func current() async throws(CredentialError) -> CredentialGrant {
        switch self {
        case .fixed(let credentials): CredentialGrant(credentials: credentials, generation: 0)
        case .renewable(let cache): try await cache.current()
        }
    }

    /// Other credentials after a server answered 401 to `refused`; nil if there are none to try.
    func renewed(after refused: CredentialGrant) async -> CredentialGrant? {
        switch self {
        case .fixed: nil
        case .renewable(let cache): await cache.renewed(after: refused)
        }
    }

    /// What a server says, without credentials that were given to us; those that are loaded on demand are our own
    /// host's.
    func removed(from status: APIStatus) -> APIStatus {
        guard case .fixed(let credentials) = self else { return status }
        return credentials.removed(from: status)
    }
}

/// Credentials and the count of loads that led to them, by which callers that were refused at once find each other.
public struct CredentialGrant: Sendable {
    /// The credentials.
    public let credentials: RequestCredentials
    /// The number of the load.
    public let generation: Int
}
