/// Why a list or a watch gave no usable answer. What was known before stays: a failed read is never an empty set.
public struct ReadFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What the failure asks for.
    public enum Kind: Sendable, Hashable {
        /// The version or the continue token is too old (410): read everything again.
        case expired
        /// The server has not reached the version that was asked for: read everything again.
        case versionTooLarge
        /// No answer, or the connection broke.
        case unreachable
        /// The server asks to wait, for so long if it says so.
        case throttled(retryAfter: Duration?)
        /// The server does not accept our credentials (401).
        case unauthorized
        /// Our credentials do not allow this (403).
        case denied
        /// The resource or the namespace does not exist (404), which does not prove that its objects are gone.
        case notFound
        /// The answer is not what was asked for: not JSON, another kind, no resourceVersion, too large.
        case malformed
        /// The server's history is older than what it showed before: it was restored from a backup.
        case regressed(from: String, to: String)
        /// The server answered with an error of another kind.
        case refused
    }

    /// What the failure asks for.
    public let kind: Kind
    /// What was attempted, on what, what was wrong and what to do.
    public let description: String

    /// A failure.
    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
