import KubeModel

/// What a caller should do after a failed request: the classes of failure that need different behaviour.
public enum Disposition: Sendable, Hashable {
    /// What 404 was about: only `object` proves that the object does not exist.
    public enum Missing: String, Sendable, Hashable {
        /// The object that was named.
        case object
        /// The namespace that should hold it.
        case namespace
        /// The kind: its CRD is not installed, or the server is still starting.
        case resource
    }

    /// The server refuses this input: trying again is useless until the input or the cluster changes.
    case permanent
    /// Somebody else changed the object, or it exists already: read again, decide again.
    case conflict
    /// The server does not know us, and new credentials did not help.
    case identity
    /// The server knows us and says no: retry slowly, tell a person.
    case denied
    /// The server asks to wait, at most five minutes; nil if it named no time.
    case throttled(retryAfter: Duration?)
    /// The object, its namespace or its kind is not there.
    case notFound(Missing)
    /// The resourceVersion or continue token is too old: list again.
    case expired
    /// A read failed at a server that answers: retry with backoff.
    case unavailable
    /// Nothing was done because the server was not reached, or a read was not answered: retry with backoff.
    case unreachable
    /// A write may or may not have happened: read back before any further write.
    case unknownOutcome
    /// The caller gave up or the client is shutting down, before anything could happen.
    case cancelled
}

extension Disposition {
    /// The longest wait that a server can impose.
    static let longestWait = 300

    /// The class of a request that got no complete answer.
    init(_ error: TransportError, mutates: Bool) {
        switch error.kind {
        case .credentials: self = .identity
        case .invalidRequest: self = .permanent
        case _ where mutates && error.mayHaveArrived: self = .unknownOutcome
        case .cancelled, .shutDown: self = .cancelled
        case .responseTooLarge: self = .permanent
        case .malformedReply: self = .unavailable
        default: self = .unreachable
        }
    }

    /// The class of a request that was answered with `code`, no success.
    init(code: Int, status: APIStatus?, retryAfter: Int?, operation: APIOperation) {
        let wait = (retryAfter ?? status?.details?.retryAfterSeconds).map {
            Duration.seconds(min(max($0, 0), Self.longestWait))
        }
        switch code {
        case 401: self = .identity
        case 403: self = .denied
        case 404: self = .notFound(Self.missing(status, operation))
        case 409: self = .conflict
        case 410: self = .expired
        case 429: self = .throttled(retryAfter: wait)
        case 503 where wait != nil: self = .throttled(retryAfter: wait)
        case 408: self = operation.mutates ? .unknownOutcome : .unavailable
        case 500 where Self.isPermanent500(status): self = .permanent
        case 500...: self = operation.mutates ? .unknownOutcome : .unavailable
        default: self = .permanent
        }
    }

    /// Which of its three meanings a 404 has, as measured on kube-apiserver 1.20 and 1.36.
    private static func missing(_ status: APIStatus?, _ operation: APIOperation) -> Missing {
        guard let details = status?.details, !details.name.isEmpty else { return .resource }
        let isNamespaceItself = operation.resource?.resource == "namespaces"
        if details.kind == "namespaces", !isNamespaceItself { return .namespace }
        return .object
    }

    /// The internal errors that are the input's fault: a list entry without its key, a field that the schema lacks,
    /// an object larger than etcd or gRPC takes.
    private static func isPermanent500(_ status: APIStatus?) -> Bool {
        guard let message = status?.message else { return false }
        return [
            "omits key field", "field not declared in schema", "etcdserver: request is too large",
            "trying to send message larger than max",
        ].contains { message.contains($0) }
    }
}
