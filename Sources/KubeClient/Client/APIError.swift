public import KubeModel

/// Why a request to an API server failed.
///
/// Holds what was attempted, on which cluster, what the server said; never a token, a header or a body that we sent.
public struct APIError: Error, Sendable, Hashable {
    /// What went wrong.
    public enum Cause: Sendable, Hashable {
        /// No complete answer.
        case transport(TransportError)
        /// An answer that is no success; the `Status` if the body was one.
        case response(code: Int, APIStatus?, retryAfter: Int?)
        /// A success whose body is not what was asked for.
        case malformedReply(code: Int, String)
    }

    /// What was attempted.
    public let operation: APIOperation
    /// The cluster, by its configured name.
    public let cluster: String
    /// What went wrong.
    public let cause: Cause

    /// Makes an error.
    public init(_ operation: APIOperation, cluster: String, _ cause: Cause) {
        self.operation = operation
        self.cluster = cluster
        self.cause = cause
    }

    /// The HTTP status code, if there was an answer.
    public var httpStatus: Int? {
        switch cause {
        case .transport: nil
        case .response(let code, _, _), .malformedReply(let code, _): code
        }
    }

    /// The server's `Status`, if it sent one.
    public var status: APIStatus? {
        if case .response(_, let status, _) = cause { status } else { nil }
    }

    /// The transport's error, if there was no complete answer.
    public var transport: TransportError? {
        if case .transport(let error) = cause { error } else { nil }
    }

    /// What the caller should do now.
    public var disposition: Disposition {
        switch cause {
        case .transport(let error): Disposition(error, mutates: operation.mutates)
        case .response(let code, let status, let retryAfter):
            Disposition(code: code, status: status, retryAfter: retryAfter, operation: operation)
        case .malformedReply: operation.mutates ? .unknownOutcome : .unavailable
        }
    }

    /// Whether the server could not ask one of its admission webhooks, which it must; nothing was stored.
    ///
    /// Read from the sentence of the server: Kubernetes `apiserver/pkg/admission/plugin/webhook/validating/dispatcher.go`.
    public var isWebhookFailure: Bool {
        httpStatus == 500 && status?.message.contains("failed calling webhook ") == true
    }

    /// Whether a create was refused because the object exists.
    public var isAlreadyExists: Bool { httpStatus == 409 && status?.reason == "AlreadyExists" }

    /// Whether the object that was named does not exist; a missing namespace or kind is no proof of that.
    public var isObjectNotFound: Bool { disposition == .notFound(.object) }

    /// Whether a read asked for a resourceVersion that this server has not reached yet.
    public var isResourceVersionTooLarge: Bool {
        guard let details = status?.details else { return false }
        return details.causes.contains { $0.reason == "ResourceVersionTooLarge" }
            || status?.message.contains("Too large resource version") == true
    }
}
