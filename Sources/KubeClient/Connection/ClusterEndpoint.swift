/// One cluster as a client sees it: how to connect and who to be there.
///
/// Nothing printable in it is secret: tokens and keys live inside `CredentialSource` and `Secret`.
public struct ClusterEndpoint: Sendable {
    /// Server, trust, proxy.
    public var connection: ConnectionSettings
    /// Token and client certificate, and how to get new ones.
    public var credentials: CredentialSource
    /// Whom to act as there; nil for whom the credentials say.
    public var impersonation: Impersonation?

    /// Makes an endpoint.
    public init(
        connection: ConnectionSettings, credentials: CredentialSource = .none, impersonation: Impersonation? = nil
    ) {
        self.connection = connection
        self.credentials = credentials
        self.impersonation = impersonation
    }
}
